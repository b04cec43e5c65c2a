"""Corrects the projections from the events while people go on saving, request by request, in slices
so short that a save hardly waits. Correct rows stay; wrong ones are written again and counted. What
people save meanwhile is correct anyway, since every save folds.
"""

import contextlib
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, func, select

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import ConsoleError
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import fold
from console.domain.states import State
from console.store.projection.bulk_rows import (
    PART_COLUMNS,
    PART_TABLES,
    REQUEST_COLUMNS,
    Prepared,
    dbapi_connection,
    placeholders,
    prepare,
)
from console.store.projection.notices import bring_notices
from console.store.projection.search_rebuild import LEFT, SearchRebuild, throw_away
from console.store.tables.definitions import event, service_request
from console.store.tables.event_rows import event_of

COMPARED = (service_request, *PART_TABLES)
"""Tables whose rows are corrected; the word list only grows."""
SLICE_S = 0.012
"""How long a slice holds the writer, roughly."""
_FIRST, _LEAST, _MOST = 20, 10, 500
"""Requests in the first, the smallest (a flush costs as much) and the largest slice."""
_STRAYS = 500
"""Orphaned rows deleted in one transaction."""
_AS_OF = REQUEST_COLUMNS.index("as_of_seq")
"""Says how far the centre is, nothing about the request: corrected, but not counted."""

_IDS = "select distinct request_id from event where request_id > ? order by request_id limit ?"
_EVERY = select(func.count(event.c.request_id.distinct()))
_EVENTS = (
    select(event)
    .where(event.c.request_id.in_(bindparam("requests", expanding=True)))
    .order_by(event.c.request_id, event.c.seq.is_(None), event.c.seq, event.c.n)
)
_ROWS = {
    table: f"select {', '.join(columns)}, stream, rid from {table.name} where {key} in ({{}})"  # noqa: S608
    for table, columns, key in (
        (service_request, REQUEST_COLUMNS, "id"),
        *(
            (table, columns, "rid")
            for table, columns in zip(PART_TABLES, PART_COLUMNS, strict=True)
        ),
    )
}
_STRAY = {
    service_request: "select rid from service_request t "
    "where not exists (select 1 from event e where e.request_id = t.id)"
} | {
    table: f"select distinct rid from {table.name} t "  # noqa: S608
    "where not exists (select 1 from service_request r where r.rid = t.rid)"
    for table in PART_TABLES
}
_ID_OF = "select id, rid from service_request where rid in ({})"
_PROMISED = "select number from contact where number in ({})"
_TELL_ANEW = "update service_request set publish_state = publish_state where id in ({})"
_NOT_DOUBLE = (
    "delete from double_number where (select count(*) from service_request r "
    "where r.number = double_number.number) < 2"
)

type Tell = Callable[[int, int], None]
"""Called with requests done and requests in all; what it raises ends the rebuild."""


class Run(Protocol):
    """Runs work in one transaction, blocking."""

    def __call__[T](self, work: Callable[[Connection], T], /) -> T:
        """Run it; returns what the work returns."""


class Rebuilt(NamedTuple):
    """The outcome of a rebuild.

    Attributes:
        changed: how many rows were wrong, by table; empty when all were correct.
    """

    requests: int
    events: int
    changed: dict[str, int]


def rebuild(
    run: Run, read: Run, catalogue: Catalogue, tell: Tell, slice_s: float = SLICE_S
) -> Rebuilt:
    """Correct every projection, in one short transaction after another; blocking.

    If it ends early, what was corrected stays and the old search index remains.

    Args:
        run: on the writer, behind people's saves.
        read: on a reader.
        catalogue: names for the search index.
        tell: called after each slice.
        slice_s: how long a slice holds the writer, roughly.
    """
    every = read(lambda connection: connection.execute(_EVERY).scalar_one())
    work = _Rebuild(catalogue, slice_s)
    try:
        throw_away(run)
        run(work.begin)
        for table in COMPARED:
            strays = read(lambda c, t=table: dbapi_connection(c).execute(_STRAY[t]).fetchall())  # type: ignore[misc]
            for at in range(0, len(strays), _STRAYS):
                some = [rid for (rid,) in strays[at : at + _STRAYS]]
                run(lambda c, t=table, s=some: work.take_away(c, t, s))  # type: ignore[misc]
        while size := run(work.go_on):
            work.done += size
            tell(work.done, max(every, work.done))
        run(_whole_tables)
        while run(work.bring_along) == LEFT:
            pass
        run(work.take_over)
    finally:
        with contextlib.suppress(ConsoleError):  # the disk is full, or the store was closed
            throw_away(run)
    return Rebuilt(work.requests, work.events, dict(work.changed))


class _Rebuild:
    """The slices of one rebuild, each in the caller's transaction."""

    def __init__(self, catalogue: Catalogue, slice_s: float) -> None:
        self._catalogue = catalogue
        self._slice_s = slice_s
        self._index = SearchRebuild()
        self._after = b""
        self._size = _FIRST
        self.done = self.requests = self.events = 0
        self.changed: Counter[str] = Counter()

    def begin(self, connection: Connection) -> None:
        """Prepare. The reports' blocks are dropped and counted again when the seat has time."""
        self._index.begin(connection)
        connection.exec_driver_sql("delete from report_block")

    def take_away(self, connection: Connection, table: Table, rids: Sequence[int]) -> None:
        """Delete orphaned rows, which are checked again: they were found some time ago."""
        raw = dbapi_connection(connection)
        which = f"({_STRAY[table]} and t.rid in ({placeholders(len(rids))}))"
        gone = raw.execute(f"delete from {table.name} where rid in {which}", rids)  # noqa: S608
        self.changed.update({table.name: gone.rowcount} if gone.rowcount else {})

    def go_on(self, connection: Connection) -> int:
        """Correct the next requests; returns how many, 0 at the end."""
        start = time.perf_counter()
        found = dbapi_connection(connection).execute(_IDS, (self._after, self._size)).fetchall()
        ids = [UUID(bytes=each) for (each,) in found]
        if ids:
            self._bring(connection, ids)
            self._after = ids[-1].bytes
            took = max(time.perf_counter() - start, 1e-4)
            wanted = round(len(ids) * self._slice_s / took)
            self._size = max(_LEAST, min(wanted, 2 * self._size, _MOST))
        return len(ids)

    def bring_along(self, connection: Connection) -> int:
        """Index requests that changed after their slice; returns how many."""
        raw, rows = dbapi_connection(connection), self._index.rows(connection)
        self._index.flush(rows)
        rids = self._index.changed(raw)
        self._index.drop(raw, rids)
        places = {UUID(bytes=id_): rid for id_, rid in _found(raw, _ID_OF, rids)}
        made = self._folded(_histories(connection, [*places]))
        self._index.add(raw, rows, [(places[UUID(bytes=each.id)], each) for each in made])
        self._index.flush(rows)
        return len(rids)

    def take_over(self, connection: Connection) -> None:
        """The last transaction. It first indexes what a pull or an import wrote since the one
        before; a line left out now would be missing for good.
        """
        while self.bring_along(connection) == LEFT:
            pass
        self._index.take_over(connection)

    def _bring(self, connection: Connection, ids: Sequence[UUID]) -> None:
        raw, rows = dbapi_connection(connection), self._index.rows(connection)
        histories = _histories(connection, ids)
        made = self._folded(histories)
        self.requests += len(made)
        self.events += sum(map(len, histories.values()))
        there = _Stored(raw, ids)
        same: list[tuple[int, Prepared]] = []
        for each in made:
            if (rid := there.place_of(each, self.changed)) is not None:
                same.append((rid, each))
            else:
                rows.add(each)
        there.clear(raw, {rid for rid, _ in same}, {each.id for each in made}, self.changed)
        placed = [*same, *rows.place()]
        rows.note_doubles(each.number for each in made)
        _tell_anew(raw, made)
        self._index.add(raw, rows, placed)

    def _folded(self, histories: dict[UUID, list[StoredEvent]]) -> list[Prepared]:
        """The folded requests; other subjects are left out."""
        made = []
        for history in histories.values():
            request = fold(history)
            if request is not None and request.state is not State.DRAFT:
                seqs = [each.seq for each in history if each.seq is not None]
                as_of_seq = max(seqs, default=None)
                made.append(prepare(request, self._catalogue, history[0].stream, as_of_seq))
        return made


class _Stored:
    """The stored rows of some requests."""

    def __init__(self, raw: sqlite3.Connection, ids: Iterable[UUID]) -> None:
        known = _found(raw, _ROWS[service_request], [each.bytes for each in ids])
        at = REQUEST_COLUMNS.index("id")
        self._requests = {row[at]: row for row in known}
        rids = [row[-1] for row in known]
        self._parts: list[dict[int, list[tuple[object, ...]]]] = []
        for table in PART_TABLES:
            rows: dict[int, list[tuple[object, ...]]] = defaultdict(list)
            for row in _found(raw, _ROWS[table], rids):
                rows[row[-1]].append(row[:-1])
            self._parts.append(rows)

    def place_of(self, made: Prepared, changed: Counter[str]) -> int | None:
        """The local id of a request if all its rows are correct, else None.

        Args:
            made: the rows that its events give.
            changed: counts the differences by table.
        """
        row = self._requests.get(made.id)
        rid = None if row is None else row[-1]
        wanted = (*made.request, made.stream)
        apart = {service_request.name: int(row is None or _told(row[:-1]) != _told(wanted))}
        for table, stored, rows in zip(PART_TABLES, self._parts, made.parts, strict=True):
            there = Counter(stored.get(rid, ())) if rid is not None else Counter()
            should = Counter((*each, made.stream) for each in rows)
            apart[table.name] = max((there - should).total(), (should - there).total())
        changed.update({name: n for name, n in apart.items() if n})
        if row is None or any(apart.values()) or row[_AS_OF] != made.request[_AS_OF]:
            return None
        return int(row[-1])

    def clear(
        self, raw: sqlite3.Connection, right: set[int], made: set[bytes], changed: Counter[str]
    ) -> None:
        """Delete all rows of the requests that are wrong.

        Args:
            raw: the writer's.
            right: local ids of the correct requests.
            made: ids of those that will be written again; rows of others are orphans and counted.
        """
        for id_, row in self._requests.items():
            if (rid := row[-1]) in right:
                continue
            for table in COMPARED:
                gone = raw.execute(f"delete from {table.name} where rid = ?", (rid,)).rowcount  # noqa: S608
                if id_ not in made and gone:
                    changed[table.name] += gone


def _told(row: tuple[object, ...]) -> tuple[object, ...]:
    """A request's row without the columns that are not counted."""
    return row[:_AS_OF] + row[_AS_OF + 1 :]


def _found(
    raw: sqlite3.Connection, question: str, values: Sequence[object]
) -> list[tuple[Any, ...]]:
    """The rows that a query finds for these values, placed at its `{}`."""
    return raw.execute(question.format(placeholders(len(values))), values).fetchall()


def _histories(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[StoredEvent]]:
    """The events of these requests, each in the order of folding."""
    found: dict[UUID, list[StoredEvent]] = {request_id: [] for request_id in ids}
    for row in connection.execute(_EVENTS, {"requests": ids}):
        found[row.request_id].append(event_of(row))
    return found


def _tell_anew(raw: sqlite3.Connection, made: Sequence[Prepared]) -> None:
    """Have the triggers note again which of their steps the public may follow."""
    at = REQUEST_COLUMNS.index("publish_state")
    promised = {number for (number,) in _found(raw, _PROMISED, [each.number for each in made])}
    told = [e.id for e in made if e.request[at] == "public" or e.number in promised]
    if told:
        raw.execute(_TELL_ANEW.format(placeholders(len(told))), told)


def _whole_tables(connection: Connection) -> None:
    """Rebuild the small tables as a whole."""
    bring_notices(connection)
    connection.exec_driver_sql(_NOT_DOUBLE)
