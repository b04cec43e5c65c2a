"""Writes the rows of a history file into the tables: events, what is folded from them, and the
position in the file, one transaction per batch. The result is the same as `writing/unit_of_work.py`
would give, in the same order, but plain statements write many rows: a save costs two milliseconds.
"""

import dataclasses
import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import UnavailableError
from console.services.history.batches import (
    Batch,
    Position,
    Refused,
    RefusedRowsWriter,
    SideFileState,
)
from console.services.history.file import Shape
from console.store.history.preparation import EVENT_COLUMNS, SAME, Item, Source, feed
from console.store.history.request_rows import LAYOUT
from console.store.projection.bulk_rows import (
    PART_VALUES,
    BulkRows,
    Insert,
    dbapi_connection,
    execute_in_parts,
    list_words,
    placeholders,
    select_in_parts,
)
from console.store.projection.deferred_indexes import create_indexes, drop_indexes, pays_off
from console.store.seat.local_store import LocalStore
from console.store.sqlite import engine
from console.store.tables.definitions import event

log = logging.getLogger(__name__)

CACHE_KIB = 128_000
"""Page cache of the writer during an import; indexes by number and service are hit at random."""
_ROW_BYTES = 400
"""Typical size of a row of a history file."""
_KEY = "import:"
_ADD_EVENTS = Insert(event, EVENT_COLUMNS, SAME)
_LAST_EVENT = "select coalesce(max(n), 0) from event"
_ADD_UNSENT = (
    "insert into outbox (event_id, stream, request_id) "
    "select id, stream, request_id from event where n > ? order by n"
)
_KNOWN_IDS = f"select id from service_request where id in ({placeholders(PART_VALUES)})"  # noqa: S608
_KNOWN_NUMBERS = f"select number from service_request where number in ({placeholders(PART_VALUES)})"  # noqa: S608
_HAS_EVENT = "select 1 from event where id = ?"
_MET_NUMBER = "select 1 from met where number = ?"
_TRIGGERS = (
    "select name, sql from sqlite_master where type = 'trigger' and (name = 'told_request_new' "
    "or name glob 'block_*' and tbl_name in ('service_request', 'assignment'))"
)
_PROMISED = f"select number from contact where number in ({placeholders(PART_VALUES)})"  # noqa: S608
_TOUCH = (
    "update service_request set publish_state = publish_state "  # noqa: S608
    f"where number in ({placeholders(PART_VALUES)})"
)
_SET_META = (
    "insert into meta (key, value) values (?, ?) "
    "on conflict (key) do update set value = excluded.value"
)


class SqlHistory:
    """`services.history.batches.HistoryStore` over the local store."""

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
        alone: bool = False,
    ) -> None:
        """Read and write nothing yet.

        Args:
            store: open for writing; for a dry run, reading is enough.
            catalogue: services and agencies that rows may name.
            now: aware; rows after it are refused.
            by: the account that runs the import, kept with the position.
            workstation: noted in the events.
            console_code: imported numbers with this code must not be assigned again here.
            dry_run: check everything, write nothing.
            alone: nobody uses the store meanwhile, so indexes may be dropped.
        """
        self._store = store
        self._catalogue = catalogue
        self._now = now
        self._by = by
        self._workstation = workstation
        self._code = f"{console_code:03d}"
        self._alone = alone and not dry_run
        self._met = _Met() if dry_run else None
        if not dry_run:
            store.run_on_writer(lambda c: _set_cache(c, CACHE_KIB))

    def position(self, shape: Shape) -> Position:
        """The position in this file; a dry run begins at the first row."""
        if self._met is not None:
            return Position(by=self._by)
        found = self._store.run_on_writer(lambda c: _position(dbapi_connection(c), shape))
        return found or Position(by=self._by)

    def batches(self, path: Path, shape: Shape, skip: int) -> Iterator[Batch]:
        """The rows after the first `skip`, checked."""
        if self._alone:
            rows = shape.size // _ROW_BYTES - skip
            self._store.run_on_writer(lambda c: _put_off(dbapi_connection(c), rows))
        return feed(Source(path, shape, self._catalogue, self._now, self._workstation, skip))

    def save(
        self, batch: Batch, shape: Shape, before: Position, set_aside: RefusedRowsWriter
    ) -> Position:
        """Store a batch and the position after it in one transaction."""
        if (met := self._met) is not None:
            return self._store.run_on_reader(lambda c: _looked(c, met, batch, before, set_aside))
        return self._store.run_on_writer(lambda c: self._saved(c, batch, shape, before, set_aside))

    def finish(self, shape: Shape, at: Position) -> Position:
        """Finish after the last row of the file."""
        done = dataclasses.replace(at, done=True)
        if self._met is None:
            self._store.run_on_writer(lambda c: _finish(dbapi_connection(c), shape, done))
        return done

    def close(self) -> None:
        """Free what a dry run remembers, and the large page cache, because a window goes on."""
        if self._met is not None:
            self._met.close()
            return
        try:
            self._store.run_on_writer(lambda c: create_indexes(dbapi_connection(c)))
        except UnavailableError as error:
            if error.code != "disk_full":
                raise
            log.warning("indexes of the store are missing still: %s", error)
        finally:
            self._store.run_on_writer(lambda c: _set_cache(c, engine.CACHE_KIB))

    def _saved(
        self,
        connection: Connection,
        batch: Batch,
        shape: Shape,
        before: Position,
        set_aside: RefusedRowsWriter,
    ) -> Position:
        raw = dbapi_connection(connection)
        known = _Known(raw, _items(batch))
        added: list[Item] = []
        refused: list[Refused] = []
        for item in _items(batch):
            judged = known.judge(item)
            if judged is None:
                added.append(item)
                known.add(item)
            elif isinstance(judged, Refused):
                refused.append(judged)
        with self._triggers(raw, [item.rows.number for item in added]):
            _add(raw, added)
        list_words(raw, batch.words)
        self._keep_counters(raw, [item.rows.number for item in added if item.kept_number])
        after = _after(before, batch, len(added), refused, set_aside)
        _keep(raw, shape, after)
        return after

    def _triggers(
        self, raw: sqlite3.Connection, numbers: Sequence[str]
    ) -> AbstractContextManager[None]:
        """How triggers are handled while a batch is written."""
        return _untriggered(raw, numbers)

    def _keep_counters(self, raw: sqlite3.Connection, numbers: Sequence[str]) -> None:
        """Make sure that imported numbers with our own code are never assigned again."""
        last: dict[str, int] = {}
        for number in numbers:
            if number[2:5] == self._code:
                key = f"counter:{number[:2]}:{self._code}"
                last[key] = max(last.get(key, 0), int(number[5:10]))
        for key, counter in last.items():
            found = raw.execute("select value from meta where key = ?", (key,)).fetchone()
            if found is None or int(found[0]) < counter:
                raw.execute(_SET_META, (key, str(counter)))


def _add(raw: sqlite3.Connection, items: Sequence[Item]) -> None:
    """Insert the events, their outbox rows, and the folded rows."""
    (last,) = raw.execute(_LAST_EVENT).fetchone()
    _ADD_EVENTS(raw, [row for item in items for row in item.events])
    raw.execute(_ADD_UNSENT, (last,))
    folded = BulkRows(raw, None, layout=LAYOUT)
    for item in items:
        folded.add(item.rows)
    folded.flush()


class _Known:
    """Which of a batch's rows the store already has."""

    def __init__(self, raw: sqlite3.Connection, items: Sequence[Item]) -> None:
        self._raw = raw
        self._ids = set(select_in_parts(raw, _KNOWN_IDS, (item.rows.id for item in items)))
        kept = (item.rows.number for item in items if item.kept_number)
        self._numbers = set(select_in_parts(raw, _KNOWN_NUMBERS, kept))
        self._added: dict[bytes, Item] = {}

    def add(self, item: Item) -> None:
        """Note that this row is added too."""
        self._ids.add(item.rows.id)
        self._numbers.add(item.rows.number)
        self._added[item.rows.id] = item

    def judge(self, item: Item) -> Refused | bool | None:
        """None for a new row, True for one that is already stored unchanged, else the refusal."""
        if item.rows.id not in self._ids:
            if item.kept_number and item.rows.number in self._numbers:
                return Refused(item.line, item.row(), "history_number_taken")
            return None
        if (same := self._added.get(item.rows.id)) is not None:
            return True if same.events == item.events else _refusal(item)
        ask = self._raw.execute
        stored = all(ask(_HAS_EVENT, (row[0],)).fetchone() for row in item.events)
        return True if stored else _refusal(item)


class _Met:
    """The rows that a dry run has seen, in a temporary database that may grow large."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute("create table met (id blob primary key, event blob, number text)")
        self._rows.execute("create index number on met (number) where number is not null")
        self._rows.execute("begin")

    def knows(self, item: Item) -> Refused | bool | None:
        """As `_Known.judge`."""
        ask = self._rows.execute
        found = ask("select event from met where id = ?", (item.rows.id,)).fetchone()
        if found is not None:
            return True if found[0] == item.events[0][0] else _refusal(item)
        taken = item.kept_number and ask(_MET_NUMBER, (item.rows.number,)).fetchone()
        if not taken:
            return None
        return Refused(item.line, item.row(), "history_number_taken")

    def add(self, item: Item) -> None:
        """Remember a row; the id of an event is derived from all values of the row."""
        number = item.rows.number if item.kept_number else None
        row = (item.rows.id, item.events[0][0], number)
        self._rows.execute("insert into met values (?, ?, ?)", row)

    def close(self) -> None:
        """Delete the temporary database."""
        self._rows.close()


@contextmanager
def _untriggered(raw: sqlite3.Connection, numbers: Sequence[str]) -> Iterator[None]:
    """Replace the triggers, which cost a third of the writer's time, by one step per batch, in the
    caller's transaction. The reports' blocks are dropped, to be counted again. A request whose
    number was promised to an app is updated once, so that its sender can follow it (no imported
    request is public).

    Args:
        raw: the writer's.
        numbers: of the requests that are added inside.
    """
    triggers = raw.execute(_TRIGGERS).fetchall()
    for name, _ in triggers:
        raw.execute(f'drop trigger "{name}"')
    yield
    for _, sql in triggers:
        raw.execute(sql)
    raw.execute("delete from report_block")
    execute_in_parts(raw, _TOUCH, select_in_parts(raw, _PROMISED, numbers))


def _put_off(raw: sqlite3.Connection, rows: int) -> None:
    if pays_off(raw, rows):
        drop_indexes(raw)


def _finish(raw: sqlite3.Connection, shape: Shape, at: Position) -> None:
    create_indexes(raw)
    _keep(raw, shape, at)


def _items(batch: Batch) -> Sequence[Item]:
    return cast("Sequence[Item]", batch.items)


def _set_cache(connection: Connection, kib: int) -> None:
    connection.exec_driver_sql(f"pragma cache_size=-{kib}")


def _refusal(item: Item) -> Refused:
    return Refused(item.line, item.row(), "history_known_otherwise")


def _after(
    before: Position,
    batch: Batch,
    added: int,
    refused: Sequence[Refused],
    set_aside: RefusedRowsWriter,
) -> Position:
    every = sorted((*batch.refused, *refused), key=lambda each: each.line)
    return dataclasses.replace(
        before,
        rows=before.rows + batch.rows,
        imported=before.imported + added,
        known=before.known + batch.rows - added - len(every),
        refused=before.refused + len(every),
        side=set_aside(every),
    )


def _looked(
    connection: Connection, met: _Met, batch: Batch, before: Position, set_aside: RefusedRowsWriter
) -> Position:
    """What `_saved` would return; the rows are remembered instead of stored."""
    known = _Known(dbapi_connection(connection), _items(batch))
    refused: list[Refused] = []
    added = 0
    for item in _items(batch):
        judged = met.knows(item)
        if judged is None:
            judged = known.judge(item)
        if judged is None:
            added += 1
            met.add(item)
        elif isinstance(judged, Refused):
            refused.append(judged)
    return _after(before, batch, added, refused, set_aside)


def _position(raw: sqlite3.Connection, shape: Shape) -> Position | None:
    found = raw.execute("select value from meta where key = ?", (_KEY + shape.digest,)).fetchone()
    if found is None:
        return None
    kept = json.loads(found[0])
    if kept["size"] != shape.size:
        return None
    at = kept["position"]
    at.pop("side_bytes", None)  # kept by a version without the digest
    return Position(**{**at, "side": SideFileState(**at.get("side", {}))})


def _keep(raw: sqlite3.Connection, shape: Shape, at: Position) -> None:
    kept = {"size": shape.size, "position": dataclasses.asdict(at)}
    raw.execute(_SET_META, (_KEY + shape.digest, json.dumps(kept)))
