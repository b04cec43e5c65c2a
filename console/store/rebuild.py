"""Projections made anew from the events, and held against what was there before."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from console.domain.catalogue import Catalogue
from console.domain.events import StoredEvent
from console.domain.fold import fold
from console.domain.states import State
from console.store.bulk import PART_TABLES, BulkRows, prepare, raw_of
from console.store.codec import event_of
from console.store.notice_queries import bring_notices
from console.store.schema import SEARCH_INDEX
from console.store.tables import double_number, event, service_request, word

BATCH = 1000
COMPARED = (service_request, *PART_TABLES)
"""Tables whose rows must be the same after a rebuild; the list of words only grows by itself."""
_LOCAL = frozenset({"rid", "as_of_seq"})
"""Columns that say where a row lies and how far the centre is, not what the request is."""

_IDS = select(event.c.request_id).group_by(event.c.request_id).order_by(func.min(event.c.n))
_EVENTS = (
    select(event)
    .where(event.c.request_id.in_(bindparam("requests", expanding=True)))
    .order_by(event.c.request_id, event.c.seq.is_(None), event.c.seq, event.c.n)
)

type Tell = Callable[[int, int], None]
"""Gets requests done and requests in all."""


class Rebuilt(NamedTuple):
    """What a rebuild came to.

    Attributes:
        changed: rows that were not as their events say, by table; empty when all was well.
    """

    requests: int
    events: int
    changed: dict[str, int]


def rebuild(
    connection: Connection, catalogue: Catalogue, tell: Tell = lambda _done, _all: None
) -> Rebuilt:
    """Throw the projections away and fold them again, in the caller's transaction."""
    raw = raw_of(connection)
    for table in COMPARED:
        raw.execute(f"create temp table was_{table.name} as {_content(table)}")
    try:
        for table in (*COMPARED, word, double_number):
            connection.execute(delete(table))
        _empty_search_index(connection)
        requests, events = _fold_all(connection, catalogue, tell)
        bring_notices(connection)
        changed = {table.name: n for table in COMPARED if (n := _differing(raw, table))}
    finally:
        for table in COMPARED:
            raw.execute(f"drop table if exists temp.was_{table.name}")
    return Rebuilt(requests, events, changed)


def _empty_search_index(connection: Connection) -> None:
    """Make it anew: FTS5's own `delete-all` leaves a malformed index behind when lines were deleted
    before (SQLite 3.46, contentless_delete).
    """
    connection.exec_driver_sql("drop table request_fts")
    for statement in SEARCH_INDEX:
        connection.exec_driver_sql(statement)


def _fold_all(connection: Connection, catalogue: Catalogue, tell: Tell) -> tuple[int, int]:
    rows = BulkRows(raw_of(connection), set())
    ids = connection.execute(_IDS).scalars().all()
    requests = events = done = 0
    for some in _batches(ids):
        for _id, history in _histories(connection, some):
            request = fold(history)
            events += len(history)
            if request is not None and request.state is not State.DRAFT:
                seqs = [each.seq for each in history if each.seq is not None]
                as_of_seq = max(seqs, default=None)
                rows.add(prepare(request, catalogue, history[0].stream, as_of_seq))
                requests += 1
        rows.flush()
        done += len(some)
        tell(done, len(ids))
    return requests, events


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _histories(
    connection: Connection, ids: Sequence[UUID]
) -> Iterator[tuple[UUID, list[StoredEvent]]]:
    """The events of these requests, each in the order of folding."""
    found: dict[UUID, list[StoredEvent]] = {request_id: [] for request_id in ids}
    for row in connection.execute(_EVENTS, {"requests": ids}):
        found[row.request_id].append(event_of(row))
    yield from found.items()


def _content(table: Table) -> str:
    """A question for all that a table says of requests, by their id."""
    columns = [f"t.{c.name}" for c in table.columns if c.name not in _LOCAL]
    if table is service_request:
        return f"select {', '.join(columns)} from service_request t"  # noqa: S608
    return (
        f"select r.id as request, {', '.join(columns)} from {table.name} t "  # noqa: S608
        "join service_request r on r.rid = t.rid"
    )


def _differing(raw: sqlite3.Connection, table: Table) -> int:
    """Rows that are not on both sides."""
    now, was = _content(table), f"select * from temp.was_{table.name}"  # noqa: S608
    sides = (f"{was} except {now}", f"{now} except {was}")
    counts = [raw.execute(f"select count(*) from ({each})").fetchone()[0] for each in sides]  # noqa: S608
    return int(max(counts))
