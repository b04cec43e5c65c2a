"""The steps that let a store follow a centre: what was pruned, which files are to be sent, which
numbers exist twice, since when the centre has refused an event.
"""

SYNC_SIDE = (
    "alter table outbox add column put_back_at integer",
    "create index outbox_put_back on outbox (put_back_at) where put_back_at is not null",
    """create table pruned (
        request_id blob primary key, stream text not null, number text not null,
        at integer not null) without rowid""",
    "create index pruned_number on pruned (number)",
    "drop trigger event_undeleted",
    # Only a request whose whole history the centre has may be pruned, all at once.
    """create trigger event_undeleted before delete on event
        when old.seq is null or not exists (
            select 1 from pruned p where p.request_id = old.request_id)
        begin select raise(abort, 'event is append-only'); end""",
    """create table double_number (number text primary key) without rowid""",
    """create index request_disputed on service_request (updated_at)
        where conflicts > 0 or skipped > 0""",
    """create table attachment (
        sha256 text primary key, stream text not null, request_id blob not null,
        at integer not null, state text not null, why text) without rowid""",
    "create index attachment_waiting on attachment (at) where state = 'waiting'",
    """insert or ignore into attachment (sha256, stream, request_id, at, state)
        select f.value, e.stream, e.request_id, e.at, 'waiting'
        from event e, json_each(e.body, '$.media') f where f.type = 'text'""",
    """insert or ignore into attachment (sha256, stream, request_id, at, state)
        select f.value, e.stream, e.request_id, e.at, 'waiting'
        from event e, json_each(e.body, '$.photos') f where f.type = 'text'""",
)
"""A step of `steps.py`."""

START = (
    "alter table pruned add column wanted integer",
    """create index pruned_wanted on pruned (wanted, request_id desc)
        where wanted is not null""",
    """create table share_refused (
        kind text not null, key text not null, at integer not null, side text not null,
        why text not null, primary key (kind, key)) without rowid""",
)
"""A later step: what an initial sync still has to fetch; shared rows that the centre or this seat
cannot store.
"""

LEFT_DRAFTS = (
    "create table draft_sent (id blob primary key, updated_at integer not null) without rowid",
    """create table left_draft (
        id blob primary key, operator text not null, workstation text not null,
        updated_at integer not null) without rowid""",
)
"""A later step: copies of half-typed forms at the centre; forms that other seats left."""
