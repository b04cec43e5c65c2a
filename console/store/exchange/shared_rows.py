"""The seat's side of rows that seats share besides events: `SharedStore` over the local store.

Triggers note which rows changed here (`schema/shared_rows.py`). What comes from the centre replaces
those halves of a row that are older here, never a newer half that still waits to be sent.
"""

import json
import logging
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, CursorResult, text
from sqlalchemy.exc import IntegrityError, InterfaceError, ProgrammingError

from console.domain.live_events import BlocksChanged, ContactArrived, OutreachChanged
from console.domain.states import Channel, ContactState, DeliveryState, Purpose
from console.services.ports.central.shared_rows import Feed, SharedRow
from console.store.schema.shared_rows import SAID, STEP
from console.store.seat.local_store import LocalStore
from console.store.tables.meta import set_value, value_of
from console.store.tables.record_rows import marks_text

log = logging.getLogger(__name__)

PRIORITY = 1
"""After people's saves, before housekeeping."""
AGAIN_DAYS = 90
"""Rows up to this age are sent again to another centre: what a seat keeps."""
_IDS = frozenset({"about_id", "request_id", "contact_id"})
_LISTS = frozenset({"flags", "media", "proposal", "refs"})
_INSTANTS = frozenset(
    {"received_at", "sent_at", "opened_at", "created_at", "updated_at", "until", "at"}
)
_WORDS = {"channel": frozenset(Channel), "purpose": frozenset(Purpose)}
_STATES = {"contact": frozenset(ContactState), "outreach": frozenset(DeliveryState)}
_MOST = 2**53
_NUMBERS = {"lat": 90.1, "long": 180.1, "tries": _MOST, "is_out": 2, "score": _MOST}
"""Columns of numbers, each with a bound that no valid value reaches; it excludes NaN too."""
_PLACES: dict[Feed, str] = {"rows": "shared_place", "scores": "score_place"}
_WITH = "shared_incarnation"
_AGE = {"contact": "received_at", "outreach": "created_at", "blocked": "until"}
"""The column that says how old a row is; other tables are sent again whatever their age."""
_KEYS = {
    "contact": "lower(hex(id))",
    "outreach": "lower(hex(id))",
    "blocked": "channel || ':' || sender_key",
    "opt_out": "channel || ':' || sender_key",
    "named_citizen": "phone",
    "call_score": "lower(hex(id))",
}
_BY_SENDER = frozenset({"blocked", "opt_out"})
_SCORES, _MARKS = "call_score", "marks"
_UNFIT = (
    IntegrityError, InterfaceError, ProgrammingError, ValueError, TypeError, KeyError,
    OverflowError,
)  # fmt: skip
"""Raised for a row that does not fit our tables; a failing disk raises something else."""
_NOW_MS = "cast((julianday('now') - 2440587.5) * 86400000 as integer)"
_VERSIONS = text("select said_v, step_v, pending from share where kind = :kind and key = :key")
_NOTE = text(
    "insert into share values (:kind, :key, :said_v, :step_v, :pending) on conflict (kind, key) "
    "do update set said_v = excluded.said_v, step_v = excluded.step_v, pending = excluded.pending"
)
_WAITING = text("select count(*) from share where pending = 1")
_REFUSED = text(
    f"insert into share_refused values (:kind, :key, {_NOW_MS}, :side, :why) "  # noqa: S608 - constant
    "on conflict (kind, key) do update set at = excluded.at, side = excluded.side, "
    "why = excluded.why"
)
_STORED = text("delete from share_refused where kind = :kind and key = :key")
_ADD_FILE = text(
    "insert into attachment (sha256, stream, request_id, at, state) "  # noqa: S608 - constant
    f"values (:sha256, :stream, :id, {_NOW_MS}, 'waiting') on conflict (sha256) do nothing"
)


class LocalSharedStore:
    """One seat's shared rows; blocking, for the sync thread."""

    def __init__(self, store: LocalStore) -> None:
        """Over this store."""
        self._store = store

    # --- where we stand

    def follow(self, incarnation: str, last: int) -> None:
        """See `SharedStore`."""

        def work(connection: Connection) -> None:
            known = value_of(connection, _WITH)
            if known == incarnation and max(_place(connection, f) for f in _PLACES) <= last:
                return
            for kind, key in _KEYS.items():
                only = " where true"
                if kind in _AGE:
                    only = f" where {_AGE[kind]} > {_NOW_MS} - {AGAIN_DAYS} * 86400000"
                if kind == "contact":
                    only += " and channel <> 'voice'"
                connection.execute(
                    text(
                        f"insert into share select '{kind}', {key}, {_NOW_MS}, {_NOW_MS}, 1"  # noqa: S608
                        f" from {kind}{only}"
                        " on conflict (kind, key) do update set pending = 1"
                    )
                )
            for place in _PLACES.values():
                set_value(connection, place, "0")
            set_value(connection, _WITH, incarnation)

        self._store.run_on_writer(work, priority=PRIORITY)

    def place(self, feed: Feed = "rows") -> int:
        """See `SharedStore`."""
        return self._store.run_on_reader(lambda c: _place(c, feed))

    # --- out

    def waiting(self, limit: int, feed: Feed = "rows") -> tuple[SharedRow, ...]:
        """See `SharedStore`."""
        only = "=" if feed == "scores" else "<>"

        def question(connection: Connection) -> tuple[SharedRow, ...]:
            found = connection.execute(
                text(
                    "select kind, key from share where pending = 1 "  # noqa: S608 - an operator
                    f"and kind {only} :scores limit :most"
                ),
                {"most": limit, "scores": _SCORES},
            ).all()
            rows = (_read(connection, row.kind, row.key) for row in found)
            return tuple(row for row in rows if row is not None)

        return self._store.run_on_reader(question)

    def shared(self, rows: Sequence[SharedRow]) -> None:
        """See `SharedStore`."""
        self._store.run_on_writer(lambda c: _sent(c, rows), priority=PRIORITY)
        if any(row.said.get("media") for row in rows):
            self._store.unsent_added()  # files follow the rows that name them

    def waiting_count(self) -> int:
        """See `SharedStore`."""
        return int(self._store.run_on_reader(lambda c: c.execute(_WAITING).scalar_one()))

    def bury(self, row: SharedRow, why: str) -> None:
        """See `SharedStore`."""

        def work(connection: Connection) -> None:
            if _settle(connection, row).rowcount:
                _refuse(connection, row, "centre", why)

        self._store.run_on_writer(work, priority=PRIORITY)

    def row_of(self, kind: str, key: str) -> SharedRow | None:
        """A row as it is here, with its versions."""
        return self._store.run_on_reader(lambda c: _read(c, kind, key))

    # --- in

    def take_in(self, rows: Sequence[SharedRow], feed: Feed = "rows") -> tuple[object, ...]:
        """See `SharedStore`."""

        def work(connection: Connection) -> tuple[object, ...]:
            told = [event for row in rows if (event := _taken(connection, row)) is not None]
            set_value(connection, _PLACES[feed], str(max(row.seq for row in rows)))
            return tuple(told)

        return self._store.run_on_writer(work, priority=PRIORITY) if rows else ()


# --- one row


def _read(connection: Connection, kind: str, key: str) -> SharedRow | None:
    noted = connection.execute(_VERSIONS, {"kind": kind, "key": key}).first()
    values = _values(connection, kind, key)
    if noted is None or values is None:
        return None
    return SharedRow(
        kind,
        key,
        noted.said_v,
        noted.step_v,
        {name: values[name] for name in SAID[kind]},
        {name: values[name] for name in STEP[kind]},
    )


def _values(connection: Connection, kind: str, key: str) -> dict[str, object] | None:
    """The row's values, also from before there was a centre; None if there is no row."""
    columns = (*SAID[kind], *STEP[kind])
    found = connection.execute(
        text(f"select {', '.join(columns)} from {kind} where {_where(kind)}"),  # noqa: S608
        _named(kind, key),
    ).first()
    if found is None:
        return None
    return {name: _out(name, value) for name, value in zip(columns, found, strict=True)}


def _taken(connection: Connection, row: SharedRow) -> object | None:
    """Store the row. One that does not fit becomes a supervisor's task and delays no other."""
    own = connection.begin_nested()
    try:
        news = _take(connection, row)
    except _UNFIT as error:
        own.rollback()
        # Log no more than this: keys name senders, and the error quotes what they wrote.
        log.warning("shared row %d cannot be taken over: %s", row.seq, type(error).__name__)
        _refuse(connection, row, "seat", type(error).__name__)
        return None
    connection.execute(_STORED, {"kind": row.kind, "key": row.key})
    own.commit()
    return news


def _take(connection: Connection, row: SharedRow) -> object | None:
    """Write the halves that are not older than ours; None if nothing changed."""
    if row.kind not in SAID:
        return None  # from a newer version
    named = {"kind": row.kind, "key": row.key}
    mine = connection.execute(_VERSIONS, named).first()
    said_v, step_v, waits = (0, 0, 0) if mine is None else (mine.said_v, mine.step_v, mine.pending)
    before = _values(connection, row.kind, row.key)
    new: dict[str, object] = {}
    if before is None or row.said_v >= said_v:
        new |= {name: row.said.get(name) for name in SAID[row.kind]}
    if before is None or row.step_v >= step_v:
        new |= {name: row.step.get(name) for name in STEP[row.kind]}
    changed = before is None or any(before[name] != value for name, value in new.items())
    if changed:
        _write(connection, row, new, is_new=before is None)
    left = bool(waits) and (said_v > row.said_v or step_v > row.step_v)
    connection.execute(
        _NOTE,
        {
            **named,
            "said_v": max(said_v, row.said_v),
            "step_v": max(step_v, row.step_v),
            "pending": int(left),
        },
    )
    return _news(row) if changed else None


def _write(connection: Connection, row: SharedRow, new: dict[str, object], *, is_new: bool) -> None:
    values = {name: _in(row.kind, name, value) for name, value in new.items()}
    if row.kind == "contact" and values.get("number") and _is_taken(connection, row, values):
        values["number"] = None
    if is_new:
        values |= _named(row.kind, row.key)
        if row.kind == "contact":
            values["raw"] = b""
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(text(f"insert into {row.kind} ({names}) values ({marks})"), values)  # noqa: S608
    else:
        changes = ", ".join(f"{name} = :{name}" for name in values)
        named = _named(row.kind, row.key)
        connection.execute(
            text(f"update {row.kind} set {changes} where {_where(row.kind)}"),  # noqa: S608
            values | named,
        )
    if row.kind == "outreach" and "refs" in new:
        _keep_refs(connection, row)


def _is_taken(connection: Connection, row: SharedRow, values: dict[str, object]) -> bool:
    """Whether another contact here has this number, because two seats had the same code."""
    other = text("select 1 from contact where number = :number and id <> :id")
    known = {"number": values["number"], **_named(row.kind, row.key)}
    return connection.execute(other, known).first() is not None


def _keep_refs(connection: Connection, row: SharedRow) -> None:
    """Store the references that later delivery reports or answers will name."""
    refs = row.step.get("refs")
    for ref in refs if isinstance(refs, list) else ():
        connection.execute(
            text(
                "insert into outreach_ref (channel, ref, outreach_id) select :channel, :ref, :id "
                "where not exists (select 1 from outreach_ref where channel = :channel "
                "and ref = :ref and outreach_id = :id)"
            ),
            {"channel": row.said.get("channel"), "ref": ref, **_named(row.kind, row.key)},
        )


def _news(row: SharedRow) -> object | None:
    if row.kind == "contact":
        return ContactArrived(UUID(row.key), Channel(str(row.said["channel"])))
    if row.kind == "outreach":
        about = row.said.get("request_id")
        return OutreachChanged(UUID(row.key), UUID(str(about)) if about else None)
    return BlocksChanged() if row.kind == "blocked" else None


def _refuse(connection: Connection, row: SharedRow, side: str, why: str) -> None:
    """Note for the supervisor that `side` cannot store the row."""
    connection.execute(
        _REFUSED, {"kind": row.kind, "key": row.key, "side": side, "why": why or row.kind}
    )


def _sent(connection: Connection, rows: Sequence[SharedRow]) -> None:
    for row in rows:
        _settle(connection, row)
        connection.execute(_STORED, {"kind": row.kind, "key": row.key})
        files = row.said.get("media")
        for sha256 in files if isinstance(files, list) else ():
            connection.execute(
                _ADD_FILE,
                {"sha256": sha256, "stream": row.said["stream"], **_named(row.kind, row.key)},
            )


def _settle(connection: Connection, row: SharedRow) -> CursorResult[object]:
    """Note that the row no longer waits, unless it changed meanwhile."""
    return connection.execute(
        text(
            "update share set pending = 0 where kind = :kind and key = :key "
            "and said_v = :said_v and step_v = :step_v"
        ),
        {"kind": row.kind, "key": row.key, "said_v": row.said_v, "step_v": row.step_v},
    )


# --- columns


def _where(kind: str) -> str:
    return " and ".join(f"{name} = :{name}" for name in _named(kind, ""))


def _named(kind: str, key: str) -> dict[str, object]:
    if kind in _BY_SENDER:
        channel, _, sender_key = key.partition(":")
        return {"channel": channel, "sender_key": sender_key}
    return {"phone": key} if kind == "named_citizen" else {"id": bytes.fromhex(key)}


def _out(name: str, value: object) -> object:
    """A column's value for JSON."""
    if name in _IDS and isinstance(value, bytes):
        return value.hex()
    if name in _LISTS or name == _MARKS:
        return json.loads(value) if isinstance(value, str) else value
    return value


def _in(kind: str, name: str, value: object) -> object:
    """The column's value for a value from JSON.

    Raises:
        ValueError: the value is not valid here. Somebody who bypassed the console may have written
            it, and reading it would break a page at every seat.
    """
    if value is not None and name != _MARKS and not _fits(kind, name, value):
        raise ValueError(name)
    if name in _IDS and isinstance(value, str):
        return UUID(value).bytes
    if name in _LISTS:
        return json.dumps(value or [], ensure_ascii=False, separators=(",", ":"))
    return marks_text(value) if name == _MARKS else value


def _fits(kind: str, name: str, value: object) -> bool:
    if name in _INSTANTS:
        return isinstance(value, int) and abs(value) < _MOST
    if name in _NUMBERS:
        return isinstance(value, int | float) and abs(value) < _NUMBERS[name]
    if name in _LISTS:
        each = _is_pair if name == "proposal" else _is_text
        return isinstance(value, list) and all(map(each, value))
    words = _STATES.get(kind) if name == "state" else _WORDS.get(name)
    return isinstance(value, str) and (words is None or value in words)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_text, value))


def _place(connection: Connection, feed: Feed) -> int:
    return int(value_of(connection, _PLACES[feed]) or 0)
