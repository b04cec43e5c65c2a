"""A history's rows into the tables: events, what is folded from them, and how far the file is, in
one transaction a batch. It writes what `unit_of_work.py` would write for the same events, in the
same order, but by plain statements for many rows: a save of its own costs two milliseconds.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from console.domain.catalogue import Catalogue
from console.services.history import Batch, Position, Refused, SetAside
from console.services.history_file import Shape
from console.store.bulk import BulkRows, insert_into, raw_of
from console.store.history_feed import EVENT_COLUMNS, Item, Source, feed
from console.store.local import LocalStore
from console.store.tables import event

CACHE_KIB = 128_000
"""Page cache of the writer while it imports; indexes by number and service are hit at random."""
_KEY = "import:"
_ADD_EVENT = insert_into(event, EVENT_COLUMNS)
_ADD_UNSENT = "insert into outbox (event_id, stream, request_id) values (?, ?, ?)"
_HAS_REQUEST = "select 1 from service_request where id = ?"
_HAS_EVENT = "select 1 from event where id = ?"
_HAS_NUMBER = "select 1 from service_request where number = ?"
_MET_NUMBER = "select 1 from met where number = ?"
_COUNTING = (
    "select name, sql from sqlite_master where type = 'trigger' and name glob 'block_*' "
    "and tbl_name in ('service_request', 'assignment')"
)
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
        found = self._store.run_on_writer(lambda c: _position(raw_of(c), shape))
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
            self._store.run_on_writer(lambda c: _keep(raw_of(c), shape, done))
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
        raw = raw_of(connection)
        rows = _Rows(raw, self._words)
        refused: list[Refused] = []
        for item in _items(batch):
            known = _known(raw, item, rows.has_event)
            if known is None:
                rows.add(item)
            elif isinstance(known, Refused):
                refused.append(known)
        with _uncounted(raw):
            rows.flush()
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
    """The rows of one batch: events and outbox beside what is folded from them."""

    def __init__(self, raw: sqlite3.Connection, listed: set[str]) -> None:
        self._raw = raw
        self._folded = BulkRows(raw, listed)
        self.added = 0
        self.numbers: list[str] = []
        self._events: list[tuple[object, ...]] = []
        self._ids: set[object] = set()

    def has_event(self, event_id: object) -> bool:
        """Whether an event of this batch has this id."""
        return event_id in self._ids

    def add(self, item: Item) -> None:
        """Store one request."""
        self._folded.add(item.rows)
        self._events += item.events
        self._ids.update(each[0] for each in item.events)
        if item.kept_number:
            self.numbers.append(item.rows.number)
        self.added += 1

    def flush(self) -> None:
        """Write what was collected."""
        many = self._raw.executemany
        many(_ADD_EVENT, self._events)
        stream, request_id = EVENT_COLUMNS.index("stream"), EVENT_COLUMNS.index("request_id")
        many(_ADD_UNSENT, [(row[0], row[stream], row[request_id]) for row in self._events])
        self._folded.flush()


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
        found = ask("select event from met where id = ?", (item.rows.id,)).fetchone()
        if found is not None:
            return True if found[0] == item.events[0][0] else _refusal(item)
        taken = item.kept_number and ask(_MET_NUMBER, (item.rows.number,)).fetchone()
        if not taken:
            return None
        return Refused(item.line, item.values, "history_number_taken")

    def add(self, item: Item) -> None:
        """Remember a row; the id of an event follows from all that the row says."""
        number = item.rows.number if item.kept_number else None
        row = (item.rows.id, item.events[0][0], number)
        self._rows.execute("insert into met values (?, ?, ?)", row)

    def close(self) -> None:
        """Forget all."""
        self._rows.close()


@contextmanager
def _uncounted(raw: sqlite3.Connection) -> Iterator[None]:
    """What reports have counted is counted anew afterwards: once a batch, not by triggers for each
    row, which cost a quarter of the writer. All in the caller's transaction.
    """
    found = raw.execute(_COUNTING).fetchall()
    for name, _ in found:
        raw.execute(f'drop trigger "{name}"')
    yield
    for _, sql in found:
        raw.execute(sql)
    raw.execute("delete from report_block")


def _items(batch: Batch) -> Sequence[Item]:
    return cast("Sequence[Item]", batch.items)


def _enlarge_cache(connection: Connection) -> None:
    connection.exec_driver_sql(f"pragma cache_size=-{CACHE_KIB}")


def _known(
    raw: sqlite3.Connection, item: Item, has_event: Callable[[object], bool]
) -> Refused | bool | None:
    """None for a new row, True for one that is in the store as it stands, else why it may not."""
    if raw.execute(_HAS_REQUEST, (item.rows.id,)).fetchone() is None:
        taken = item.kept_number and raw.execute(_HAS_NUMBER, (item.rows.number,)).fetchone()
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
    raw = raw_of(connection)
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
