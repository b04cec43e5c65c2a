"""The steps that let seats share rows over a centre (contacts, messages, senders): which rows
changed here, in which version, and whether the centre has them (`exchange/shared_rows.py`).

Triggers note it, whoever writes a row; without a centre they do nothing.
"""

_NOW = "cast((julianday('now') - 2440587.5) * 86400000 as integer)"
_IF_CENTRAL = "exists (select 1 from meta where key = 'central' and value = '1')"

SAID = {
    "contact": (
        "stream", "channel", "external_id", "received_at", "sender", "sender_key", "sender_name",
        "sent_at", "text", "flags", "thread_key", "lat", "long", "media", "proposal", "about_id",
        "number",
    ),
    "outreach": (
        "stream", "channel", "recipient", "text", "purpose", "created_at", "request_id",
        "contact_id",
    ),
    "blocked": ("channel", "sender_key", "until", "actor", "at", "reason"),
    "opt_out": ("channel", "sender_key", "at", "is_out"),
    "named_citizen": ("name", "at", "actor"),
    "call_score": (
        "pbx", "call_id", "at", "actor", "operator", "sheet", "marks", "score", "remark",
    ),
}  # fmt: skip
"""Columns with what arrived; the raw bytes stay with the gateway that received them."""
STEP = {
    "contact": ("state", "request_id", "reject_reason", "handled_by", "opened_at"),
    "outreach": ("state", "updated_at", "tries", "refs", "error", "taken_by"),
    "blocked": (),
    "opt_out": (),
    "named_citizen": (),
    "call_score": (),
}
"""Columns with what people and couriers do with it."""

_KEY = {
    "contact": "lower(hex(new.id))",
    "outreach": "lower(hex(new.id))",
    "blocked": "new.channel || ':' || new.sender_key",
    "opt_out": "new.channel || ':' || new.sender_key",
    "named_citizen": "new.phone",
    "call_score": "lower(hex(new.id))",
}
_ONLY = {"contact": "new.channel <> 'voice' and "}


def _noted(table: str, after: str, when: str, halves: tuple[str, ...]) -> str:
    changes = ", ".join(f"{half} = max({half} + 1, excluded.{half})" for half in halves)
    return (
        f"create trigger {table}_shared_{after.split(maxsplit=1)[0]}_{'_'.join(halves)} "
        f"after {after} on {table} when {_ONLY.get(table, '')}{when}{_IF_CENTRAL} begin "
        f"insert into share (kind, key, said_v, step_v, pending) "
        f"values ('{table}', {_KEY[table]}, {_NOW}, {_NOW}, 1) "
        f"on conflict (kind, key) do update set {changes}, pending = 1; end"
    )


def _changed(table: str, half: str, columns: tuple[str, ...]) -> str:
    new, old = (", ".join(f"{side}.{c}" for c in columns) for side in ("new", "old"))
    when = f"({new}) is not ({old}) and "
    return _noted(table, f"update of {', '.join(columns)}", when, (half,))


def _triggers(*tables: str) -> tuple[str, ...]:
    made = []
    for table in tables:
        made.append(_noted(table, "insert", "", ("said_v", "step_v")))
        made.append(_changed(table, "said_v", SAID[table]))
        if STEP[table]:
            made.append(_changed(table, "step_v", STEP[table]))
    return tuple(made)


SHARED = (
    "alter table outreach add column taken_by text",
    """create table share (
        kind text not null, key text not null, said_v integer not null, step_v integer not null,
        pending integer not null, primary key (kind, key)) without rowid""",
    "create index share_pending on share (kind, key) where pending = 1",
    *_triggers("contact", "outreach", "blocked"),
)
"""A step of `steps.py`."""

OPT_OUT = (
    """create table opt_out (
        channel text not null, sender_key text not null, at integer not null,
        is_out integer not null, primary key (channel, sender_key)) without rowid""",
    *_triggers("opt_out"),
)
"""A later step: who opted out of automatic messages."""

NAMED_AND_SCORED = (
    "drop trigger score_unchanged",
    "alter table call_score add column id blob not null default x''",
    "update call_score set id = randomblob(16)",
    """create trigger score_unchanged before update on call_score
        begin select raise(abort, 'scores are append-only'); end""",
    "create unique index call_score_id on call_score (id)",
    "drop index call_score_call",
    "create index call_score_call on call_score (pbx, call_id, at, id)",
    *_triggers("named_citizen"),
    _noted("call_score", "insert", "", ("said_v", "step_v")),
    f"insert into share select 'named_citizen', phone, {_NOW}, {_NOW}, 1 from named_citizen "
    f"where {_IF_CENTRAL}",
    f"insert into share select 'call_score', lower(hex(id)), {_NOW}, {_NOW}, 1 from call_score "
    f"where {_IF_CENTRAL}",
    # Older versions skipped these rows, so read the feed again.
    "delete from meta where key = 'shared_place'",
)
"""A later step: which citizens may be named, and scores of calls."""
