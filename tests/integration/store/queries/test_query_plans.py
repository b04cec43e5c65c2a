"""Which index SQLite takes. Without statistics it guesses, and a wrong guess walks through years of
history: 140 ms for a queue's figures, 66 ms for the duplicates of a million requests.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event

from console.domain.states import Channel, State
from console.services.ports.store.queries import Queries
from console.services.views.requests import DuplicateQuestion, RequestFilter
from console.store.seat.local_store import LocalStore
from console.store.writing.unit_of_work import SqlUnitOfWork
from tests.integration.store.build import CATALOGUE, NOW, save

PIN = DuplicateQuestion("roads.pothole", lat=10.86, long=106.61)
LATE = RequestFilter(agency="q12", overdue=True, states=(State.FORWARDED,))


@pytest.mark.parametrize(
    ("question", "indices"),
    [
        (lambda q: q.queue("q12", NOW), ["queue_agency"]),
        (lambda q: q.queue(None, NOW), ["queue_deadline"]),
        (
            lambda q: q.queue_summary("q12", NOW),
            ["queue_agency", "request_forward", "assignment_resolved"],
        ),
        (lambda q: q.queue_summary(None, NOW), ["request_forward", "assignment_resolved"]),
        (lambda q: q.possible_duplicates(PIN, NOW), ["request_open", "request_closed"]),
        (lambda q: q.caller("+84903123456"), ["reporter_phone", "contact_sender"]),
        (lambda q: q.inbox(), ["contact_inbox"]),
        (lambda q: q.missed_calls(), ["call_missed"]),
        (lambda q: q.unassigned(), ["request_forward"]),
        (lambda q: q.requests(RequestFilter(agency="q12"), NOW), ["assignment_agency"]),
        (lambda q: q.map_points(NOW), ["request_open"]),
        (lambda q: q.counts(NOW), ["request_open", "request_forward", "request_closed"]),
        (lambda q: q.wishes(), ["event_wish"]),
    ],
)
def test_the_right_index_is_taken(
    store: LocalStore, question: Callable[[Queries], object], indices: list[str]
) -> None:
    store.write_now(save)
    plan: list[str] = []

    @event.listens_for(store._readers.engine, "before_cursor_execute")
    def _explain(connection, cursor, statement, parameters, context, many) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        del cursor, context, many
        if statement.startswith("SELECT"):
            raw = connection.connection.dbapi_connection
            rows = raw.execute(f"explain query plan {statement}", parameters).fetchall()
            plan.extend(row[3] for row in rows)

    store.ask_now(question)
    used = "\n".join(plan)
    for index in indices:
        assert f"INDEX {index}" in used, used
    assert "SCAN service_request\n" not in used + "\n"
    assert "SCAN assignment" not in used
    few = "SCAN event USING INDEX event_wish"  # holds wishes and nothing else
    assert "SCAN event" not in used.replace(few, "")


def test_a_delivery_report_finds_its_message_without_reading_the_others(store: LocalStore) -> None:
    plan: list[str] = []

    def explained(connection: Connection) -> None:
        @event.listens_for(connection, "before_cursor_execute")
        def _explain(connection, cursor, statement, parameters, context, many) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
            del cursor, context, many
            raw = connection.connection.dbapi_connection
            rows = raw.execute(f"explain query plan {statement}", parameters).fetchall()
            plan.extend(row[3] for row in rows)

        SqlUnitOfWork(connection, CATALOGUE, 1).outreach_with_ref(Channel.SMS, "imsi:7")

    store.run_on_writer(explained)
    used = "\n".join(plan)
    assert "USING INDEX outreach_ref_known (channel=? AND ref=?)" in used
    assert "SEARCH outreach USING INDEX sqlite_autoindex_outreach_1 (id=?)" in used
    assert "SCAN" not in used
    assert "TEMP B-TREE" not in used  # the newest reference comes first by the index itself
