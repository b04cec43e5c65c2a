"""Requests as they were at the cut of a past period, where later events hide that: a reopened
request no longer says when it was done, nor what the citizen said then.

There are few of them (`request_unhappy`). So their events up to the cut are folded again, and the
same questions are put to a small store in memory that holds only these requests.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, insert, text
from sqlalchemy.pool import StaticPool

from console.domain.reports.figures import Period
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import fold
from console.store.projection.projector import assignment_rows, request_row
from console.store.tables.definitions import assignment, event, service_request, to_ms
from console.store.tables.event_rows import event_of

LOOK_BACK = timedelta(days=400)
"""A request older than the period by more than this is taken as it is today."""
_REWRITING = "('request_reopened', 'outreach_recorded', 'request_closed', 'step_taken_back')"
_TABLES = (
    "service_request",
    "assignment",
    "report_block",
    "report_agency",
    "report_volume",
)


def rewritten(connection: Connection, period: Period) -> dict[int, bytes]:
    """rid -> id of requests that were different at the cut; none while the period lasts."""
    values = {
        "cut": to_ms(period.cut),
        "since": to_ms(period.since - LOOK_BACK),
    }
    later = connection.execute(text("select 1 from event where at > :cut limit 1"), values)
    if later.first() is None:
        return {}
    rows = connection.execute(
        text(f"""
            select r.rid, r.id from service_request r indexed by request_unhappy
            where (r.reopened > 0 or r.verdict = 'not_satisfied')
                and r.requested_at >= :since and r.requested_at <= :cut
                and exists (select 1 from event e where e.request_id = r.id and e.at > :cut
                    and e.kind in {_REWRITING})"""),
        values,
    )
    return {int(row[0]): bytes(row[1]) for row in rows}


@contextlib.contextmanager
def as_of(connection: Connection, hidden: dict[int, bytes], period: Period) -> Iterator[Connection]:
    """A store in memory with these requests as they were at the cut."""
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    try:
        with engine.connect() as memory:
            for statement in _schema(connection):
                memory.exec_driver_sql(statement)
            for rid, request_id in hidden.items():
                _put(memory, rid, _until(connection, request_id, period))
            yield memory
    finally:
        engine.dispose()


def _schema(connection: Connection) -> Sequence[str]:
    names = ", ".join(f"'{name}'" for name in _TABLES)
    rows = connection.execute(
        text(f"select sql from sqlite_master where tbl_name in ({names}) and sql is not null "
             "and type in ('table', 'index') order by type desc")
    )  # fmt: skip
    return [str(row[0]) for row in rows]


def _until(connection: Connection, request_id: bytes, period: Period) -> list[StoredEvent]:
    """The events of a request up to the cut, in the order of folding."""
    order = (event.c.seq.is_(None), event.c.seq, event.c.n)
    rows = connection.execute(
        event.select()
        .where(text("event.request_id = :request_id and event.at <= :cut"))
        .order_by(*order),
        {"request_id": request_id, "cut": to_ms(period.cut)},
    )
    return [event_of(row) for row in rows]


def _put(memory: Connection, rid: int, history: list[StoredEvent]) -> None:
    request = fold(history)
    if request is None or not request.number:
        return
    more: dict[str, Any] = {"rid": rid, "stream": "", "as_of_seq": None}
    memory.execute(insert(service_request), request_row(request) | more)
    if given := assignment_rows(rid, request):
        memory.execute(insert(assignment), [row | {"stream": ""} for row in given])
