"""A history's rows into the tables: events, what is folded from them, and how far the file is, in
one transaction a batch. It writes what `unit_of_work.py` would write for the same events, in the
same order, but by plain statements for many rows: a save of its own costs two milliseconds.
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
from console.services.history.batches import Batch, Kept, Position, Refused, SetAside
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
"""Page cache of the writer while it imports; indexes by number and service are hit at random."""
_ROW_BYTES = 400
"""Of a row of a history, about."""
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
        """Nothing is read or written yet.

        Args:
            store: open for writing, or for reading in a dry run.
            catalogue: what rows may name.
            now: aware; what lies after it is refused.
            by: account that runs it, kept with the position.
            workstation: stamped on the events.
            console_code: numbers of this code must not be given out again by this console.
            dry_run: look at everything, write nothing.
            alone: nobody works with the store meanwhile, so that indexes may be missing.
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
        """How far this file is; a dry run begins at the first row."""
        if self._met is not None:
            return Position(by=self._by)
        found = self._store.run_on_writer(lambda c: _position(dbapi_connection(c), shape))
        return found or Position(by=self._by)

    def batches(self, path: Path, shape: Shape, skip: int) -> Iterator[Batch]:
        """The rows after the first `skip`, judged."""
        if self._alone:
            rows = shape.size // _ROW_BYTES - skip
            self._store.run_on_writer(lambda c: _put_off(dbapi_connection(c), rows))
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
            self._store.run_on_writer(lambda c: _finish(dbapi_connection(c), shape, done))
        return done

    def close(self) -> None:
        """Let go of what a dry run remembers, and of the large cache: a window goes on."""
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
        set_aside: SetAside,
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
        """What becomes of the triggers while a batch goes in."""
        return _untriggered(raw, numbers)

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


def _add(raw: sqlite3.Connection, items: Sequence[Item]) -> None:
    """Events and outbox, and what is folded from them."""
    (last,) = raw.execute(_LAST_EVENT).fetchone()
    _ADD_EVENTS(raw, [row for item in items for row in item.events])
    raw.execute(_ADD_UNSENT, (last,))
    folded = BulkRows(raw, None, layout=LAYOUT)
    for item in items:
        folded.add(item.rows)
    folded.flush()


class _Known:
    """What the store has of a batch's rows."""

    def __init__(self, raw: sqlite3.Connection, items: Sequence[Item]) -> None:
        self._raw = raw
        self._ids = set(select_in_parts(raw, _KNOWN_IDS, (item.rows.id for item in items)))
        kept = (item.rows.number for item in items if item.kept_number)
        self._numbers = set(select_in_parts(raw, _KNOWN_NUMBERS, kept))
        self._added: dict[bytes, Item] = {}

    def add(self, item: Item) -> None:
        """This row goes in too."""
        self._ids.add(item.rows.id)
        self._numbers.add(item.rows.number)
        self._added[item.rows.id] = item

    def judge(self, item: Item) -> Refused | bool | None:
        """None for a new row, True for one that is there as it stands, else why it may not."""
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
    """What a dry run has met of this file, in a temporary database that may grow large."""

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
        """Remember a row; the id of an event follows from all that the row says."""
        number = item.rows.number if item.kept_number else None
        row = (item.rows.id, item.events[0][0], number)
        self._rows.execute("insert into met values (?, ?, ?)", row)

    def close(self) -> None:
        """Forget all."""
        self._rows.close()


@contextmanager
def _untriggered(raw: sqlite3.Connection, numbers: Sequence[str]) -> Iterator[None]:
    """What triggers do for each row is done once a batch; they cost a third of the writer. What
    reports have counted is counted anew; a request whose number was promised to an app is touched,
    so that its sender can follow it (none that comes by a file is public). All in the caller's
    transaction.

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
    set_aside: SetAside,
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
    connection: Connection, met: _Met, batch: Batch, before: Position, set_aside: SetAside
) -> Position:
    """What `_saved` would come to; rows of this file are remembered instead of stored."""
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
    at.pop("side_bytes", None)  # what was kept before there was a digest
    return Position(**{**at, "side": Kept(**at.get("side", {}))})


def _keep(raw: sqlite3.Connection, shape: Shape, at: Position) -> None:
    kept = {"size": shape.size, "position": dataclasses.asdict(at)}
    raw.execute(_SET_META, (_KEY + shape.digest, json.dumps(kept)))
