"""A history's rows into the tables: events, what is folded from them, and how far the file is, in
one transaction a batch. It writes what `unit_of_work.py` would write for the same events, in the
same order, but by plain statements for many rows: a save of its own costs two milliseconds.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from console.domain.catalogue import Catalogue
from console.services.history import Batch, Position, Refused, SetAside
from console.services.history_file import Shape
from console.store.history_feed import (
    EVENT_COLUMNS,
    PART_COLUMNS,
    PART_TABLES,
    REQUEST_COLUMNS,
    Item,
    Source,
    feed,
    insert_into,
)
from console.store.local import LocalStore
from console.store.projections import RIDS_PER_SECOND
from console.store.search import listed_words
from console.store.tables import event, service_request

CACHE_KIB = 128_000
"""Page cache of the writer while it imports; indexes by number and service are hit at random."""
_MOST_WORDS = 300_000
"""Words remembered as listed; the others are only listed again."""
_KEY = "import:"
_DAY_OF_RIDS = RIDS_PER_SECOND * 86_400

_ADD_EVENT = insert_into(event, EVENT_COLUMNS)
_ADD_REQUEST = insert_into(service_request, (*REQUEST_COLUMNS, "stream", "rid"))
_ADD_PARTS = [insert_into(table, (*PART_COLUMNS[table], "stream", "rid")) for table in PART_TABLES]
_ADD_UNSENT = "insert into outbox (event_id, stream, request_id) values (?, ?, ?)"
_ADD_SEARCH = "insert into request_fts (rowid, text, reporter) values (?, ?, ?)"
_ADD_WORD = "insert or ignore into word (word) values (?)"
_TAKEN = "select rid from service_request where rid between ? and ?"
_LAST = "select max(rid) from service_request where rid between ? and ?"
_HAS_REQUEST = "select 1 from service_request where id = ?"
_HAS_EVENT = "select 1 from event where id = ?"
_HAS_NUMBER = "select 1 from service_request where number = ?"
_SET_META = (
    "insert into meta (key, value) values (?, ?) "
    "on conflict (key) do update set value = excluded.value"
)


class SqlHistory:
    """`services.history.HistoryStore` over the local store."""

    def __init__(
        self,
        store: LocalStore,
        catalogue: Catalogue,
        now: datetime,
        *,
        by: str,
        workstation: str = "",
        console_code: int = 1,
        dry_run: bool = False,
    ) -> None:
        """Nothing is read or written yet.

        Args:
            store: open for writing, or for reading in a dry run.
            catalogue: what rows may name.
            now: aware; what lies after it is refused.
            by: account that runs it, kept with the position.
            workstation: stamped on the events.
            console_code: numbers of this code must not be given out again by this console.
            dry_run: look at everything, write nothing.
        """
        self._store = store
        self._catalogue = catalogue
        self._now = now
        self._by = by
        self._workstation = workstation
        self._code = f"{console_code:03d}"
        self._met = _Met() if dry_run else None
        self._words: set[str] = set()
        if not dry_run:
            store.run_on_writer(_enlarge_cache)

    def position(self, shape: Shape) -> Position:
        """How far this file is; a dry run begins at the first row."""
        if self._met is not None:
            return Position(by=self._by)
        found = self._store.run_on_writer(lambda c: _position(_raw(c), shape))
        return found or Position(by=self._by)

    def batches(self, path: Path, shape: Shape, skip: int) -> Iterator[Batch]:
        """The rows after the first `skip`, judged."""
        return feed(Source(path, shape, self._catalogue, self._now, self._workstation, skip))

    def save(self, batch: Batch, shape: Shape, before: Position, set_aside: SetAside) -> Position:
        """Store a batch and the position after it in one transaction."""
        if (met := self._met) is not None:
            return self._store.run_on_reader(lambda c: _looked(c, met, batch, before, set_aside))
        return self._store.run_on_writer(lambda c: self._saved(c, batch, shape, before, set_aside))

    def finish(self, shape: Shape, at: Position) -> Position:
        """The file is at its end."""
        done = dataclasses.replace(at, done=True)
        if self._met is None:
            self._store.run_on_writer(lambda c: _keep(_raw(c), shape, done))
        return done

    def close(self) -> None:
        """Let go of what a dry run remembers."""
        if self._met is not None:
            self._met.close()

    def _saved(
        self,
        connection: Connection,
        batch: Batch,
        shape: Shape,
        before: Position,
        set_aside: SetAside,
    ) -> Position:
        raw = _raw(connection)
        rows = _Rows(raw)
        refused: list[Refused] = []
        for item in _items(batch):
            known = _known(raw, item, rows.has_event)
            if known is None:
                rows.add(item)
            elif isinstance(known, Refused):
                refused.append(known)
        rows.flush(self._words)
        self._keep_counters(raw, rows.numbers)
        after = _after(before, batch, rows.added, refused, set_aside)
        _keep(raw, shape, after)
        return after

    def _keep_counters(self, raw: sqlite3.Connection, numbers: Sequence[str]) -> None:
        """Numbers of our own code that came with the file are never given out again."""
        last: dict[str, int] = {}
        for number in numbers:
            if number[2:5] == self._code:
                key = f"counter:{number[:2]}:{self._code}"
                last[key] = max(last.get(key, 0), int(number[5:10]))
        for key, counter in last.items():
            found = raw.execute("select value from meta where key = ?", (key,)).fetchone()
            if found is None or int(found[0]) < counter:
                raw.execute(_SET_META, (key, str(counter)))


class _Rows:
    """The rows of one batch; requests go in at once, so that later rows see them."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self.added = 0
        self.numbers: list[str] = []
        self._events: list[tuple[object, ...]] = []
        self._ids: set[object] = set()
        self._parts: tuple[list[tuple[object, ...]], ...] = tuple([] for _ in PART_TABLES)
        self._search: list[tuple[int, str, str]] = []

    def has_event(self, event_id: object) -> bool:
        """Whether an event of this batch has this id."""
        return event_id in self._ids

    def add(self, item: Item) -> None:
        """Store one request."""
        rid = self._free_rid(item.first_rid)
        self._raw.execute(_ADD_REQUEST, (*item.request, item.stream, rid))
        self._events += item.events
        self._ids.update(each[0] for each in item.events)
        place = (item.stream, rid)
        for rows, some in zip(self._parts, item.parts, strict=True):
            rows += [(*row, *place) for row in some]
        self._search.append((rid, item.text, item.people))
        if item.number is not None:
            self.numbers.append(item.number)
        self.added += 1

    def _free_rid(self, first: int) -> int:
        """As `Projector` chooses it."""
        taken = {row[0] for row in self._raw.execute(_TAKEN, (first, first + RIDS_PER_SECOND - 1))}
        for rid in range(first, first + RIDS_PER_SECOND):
            if rid not in taken:
                return rid
        return int(self._raw.execute(_LAST, (first, first + _DAY_OF_RIDS)).fetchone()[0]) + 1

    def flush(self, listed: set[str]) -> None:
        """Write what was collected; `listed` are words that earlier batches listed."""
        many = self._raw.executemany
        many(_ADD_EVENT, self._events)
        stream, request_id = EVENT_COLUMNS.index("stream"), EVENT_COLUMNS.index("request_id")
        many(_ADD_UNSENT, [(row[0], row[stream], row[request_id]) for row in self._events])
        for statement, rows in zip(_ADD_PARTS, self._parts, strict=True):
            many(statement, rows)
        many(_ADD_SEARCH, self._search)
        words = set().union(*[listed_words(text, who) for _, text, who in self._search]) - listed
        many(_ADD_WORD, [(word,) for word in sorted(words)])
        if len(listed) < _MOST_WORDS:
            listed |= words


class _Met:
    """What a dry run has met of this file, in a temporary database that may grow large."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute("create table met (id blob primary key, event blob, number text)")
        self._rows.execute("create index number on met (number) where number is not null")
        self._rows.execute("begin")

    def knows(self, item: Item) -> Refused | bool | None:
        """As `_known`."""
        ask = self._rows.execute
        found = ask("select event from met where id = ?", (item.id,)).fetchone()
        if found is not None:
            return True if found[0] == item.events[0][0] else _refusal(item)
        if (
            item.number is None
            or not ask("select 1 from met where number = ?", (item.number,)).fetchone()
        ):
            return None
        return Refused(item.line, item.values, "history_number_taken")

    def add(self, item: Item) -> None:
        """Remember a row; the id of an event follows from all that the row says."""
        row = (item.id, item.events[0][0], item.number)
        self._rows.execute("insert into met values (?, ?, ?)", row)

    def close(self) -> None:
        """Forget all."""
        self._rows.close()


def _items(batch: Batch) -> Sequence[Item]:
    return cast("Sequence[Item]", batch.items)


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def _enlarge_cache(connection: Connection) -> None:
    connection.exec_driver_sql(f"pragma cache_size=-{CACHE_KIB}")


def _known(
    raw: sqlite3.Connection, item: Item, has_event: Callable[[object], bool]
) -> Refused | bool | None:
    """None for a new row, True for one that is in the store as it stands, else why it may not."""
    if raw.execute(_HAS_REQUEST, (item.id,)).fetchone() is None:
        taken = item.number is not None and raw.execute(_HAS_NUMBER, (item.number,)).fetchone()
        return Refused(item.line, item.values, "history_number_taken") if taken else None
    same = all(
        has_event(row[0]) or raw.execute(_HAS_EVENT, (row[0],)).fetchone() for row in item.events
    )
    return True if same else _refusal(item)


def _refusal(item: Item) -> Refused:
    return Refused(item.line, item.values, "history_known_otherwise")


def _after(
    before: Position,
    batch: Batch,
    added: int,
    refused: Sequence[Refused],
    set_aside: SetAside,
) -> Position:
    every = sorted((*batch.refused, *refused), key=lambda each: each.line)
    return dataclasses.replace(
        before,
        rows=before.rows + batch.rows,
        imported=before.imported + added,
        known=before.known + batch.rows - added - len(every),
        refused=before.refused + len(every),
        side_bytes=set_aside(every),
    )


def _looked(
    connection: Connection, met: _Met, batch: Batch, before: Position, set_aside: SetAside
) -> Position:
    """What `_saved` would come to; rows of this file are remembered instead of stored."""
    raw = _raw(connection)
    refused: list[Refused] = []
    added = 0
    for item in _items(batch):
        known = met.knows(item)
        if known is None:
            known = _known(raw, item, lambda _id: False)
        if known is None:
            added += 1
            met.add(item)
        elif isinstance(known, Refused):
            refused.append(known)
    return _after(before, batch, added, refused, set_aside)


def _position(raw: sqlite3.Connection, shape: Shape) -> Position | None:
    found = raw.execute("select value from meta where key = ?", (_KEY + shape.digest,)).fetchone()
    if found is None:
        return None
    kept = json.loads(found[0])
    return Position(**kept["position"]) if kept["size"] == shape.size else None


def _keep(raw: sqlite3.Connection, shape: Shape, at: Position) -> None:
    kept = {"size": shape.size, "position": dataclasses.asdict(at)}
    raw.execute(_SET_META, (_KEY + shape.digest, json.dumps(kept)))
