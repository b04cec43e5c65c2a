"""Checks the integrity of the store: the file's structure, projections equal to the fold, an outbox
row for each unsent event.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.fold.request import fold
from console.domain.requests.request import Request
from console.domain.states import State
from console.store.projection.projector import (
    assignment_rows,
    callback_rows,
    queue_rows,
    reporter_rows,
    request_row,
)
from console.store.projection.search import search_text
from console.store.projection.search_rebuild import is_unfinished
from console.store.tables.definitions import (
    assignment,
    callback_item,
    event,
    queue_item,
    reporter,
    service_request,
    to_ms,
)
from console.store.tables.event_rows import events_of

NEWEST = 2000
"""Requests, newest first, that a quick check folds again."""

_FTS_HAS = text("select 1 from request_fts where rowid = :rid and request_fts match :number")
_NOT_IN_OUTBOX = text(
    "select count(*) from event e where e.seq is null and e.n > :after "
    "and not exists (select 1 from outbox o where o.event_id = e.id) "
    "and not exists (select 1 from dead_letter d where d.event_id = e.id) "
    # An agency's seat that restarts its feed still waits for the numbers of others' events.
    "and not exists (select 1 from meta m where m.key = 'central_agency' and m.value <> '' "
    "and m.value <> coalesce(e.agency, ''))"
)
_SENT_IN_OUTBOX = text(
    "select count(*) from outbox o left join event e on e.id = o.event_id "
    "where e.id is null or e.seq is not null"
)


def problems(connection: Connection, catalogue: Catalogue, *, every: bool) -> Iterator[str]:
    """What is wrong, one line per problem.

    Args:
        connection: a reader's or the writer's.
        catalogue: the one that the projections were made with.
        every: check all requests (minutes for a million), else the newest.
    """
    # The check uses the connection's cached view of the search index, and only a query renews it.
    # Without this, a sound index counted as malformed after the idle writer had merged it.
    connection.execute(_FTS_HAS, {"rid": 0, "number": "0"})
    check = "integrity_check" if every else "quick_check"
    for (line,) in connection.exec_driver_sql(f"pragma {check}(3)"):
        if line != "ok" and not is_unfinished(line):
            yield f"file: {line}"
    last = connection.execute(select(func.max(event.c.n))).scalar() or 0
    after = 0 if every else last - 5 * NEWEST
    if missing := connection.execute(_NOT_IN_OUTBOX, {"after": after}).scalar_one():
        yield f"outbox: {missing} unsent events are not in it"
    if extra := connection.execute(_SENT_IN_OUTBOX).scalar_one():
        yield f"outbox: {extra} rows without an unsent event"
    ids = (
        select(event.c.request_id)
        .where(event.c.n > after)
        .group_by(event.c.request_id)
        .order_by(func.max(event.c.n).desc())
    )
    newest = connection.execute(ids).scalars().all()
    for request_id in newest if every else newest[:NEWEST]:
        request = fold(events_of(connection, request_id))
        if request is not None and request.state is not State.DRAFT:
            yield from _differences(connection, request, catalogue)


def _differences(connection: Connection, request: Request, catalogue: Catalogue) -> Iterator[str]:
    found = connection.execute(
        select(service_request).where(service_request.c.id == request.id)
    ).first()
    if found is None:
        yield f"request {request.number}: no row"
        return
    stored = found._mapping
    for name, value in request_row(request).items():
        if _flat(stored[name]) != _flat(value):
            yield f"request {request.number}: {name} is {stored[name]!r}, not {value!r}"
    rid: int = stored["rid"]
    parts = (
        (assignment, assignment_rows(rid, request)),
        (queue_item, queue_rows(rid, request, search_text(request, catalogue))),
        (reporter, reporter_rows(rid, request)),
        (callback_item, callback_rows(rid, request)),
    )
    for table, wanted in parts:
        rows = connection.execute(select(table).where(table.c.rid == rid)).mappings()
        there = [{name: _flat(row[name]) for name in row if name != "stream"} for row in rows]
        expected = [{name: _flat(value) for name, value in row.items()} for row in wanted]
        if sorted(map(_shape, there)) != sorted(map(_shape, expected)):
            yield f"request {request.number}: {table.name} is not as folded"
    if not connection.execute(_FTS_HAS, {"rid": rid, "number": f'"{request.number}"'}).first():
        yield f"request {request.number}: not in the search index"


def _shape(row: dict[str, object]) -> str:
    return repr(sorted(row.items()))


def _flat(value: object) -> object:
    return to_ms(value) if isinstance(value, datetime) else value
