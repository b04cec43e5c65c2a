"""Every figure and the requests behind it equal a slow recomputation from the raw events."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from console.domain.events import StoredEvent
from console.domain.figures import Period, percentile
from console.services.report_views import Scope
from console.store.codec import event_of
from console.store.local import LocalStore
from console.store.report_queries import AGENCY, ReportQueries
from console.store.tables import event
from tests.integration.reports import by_hand
from tests.integration.reports.histories import lives
from tests.integration.store.made import NOW

PERIODS = {
    "ten days, over": Period.of(NOW - timedelta(days=50), NOW - timedelta(days=40), NOW),
    "a month, over": Period.of(NOW - timedelta(days=60), NOW - timedelta(days=30), NOW),
    "lasting": Period.of(NOW - timedelta(days=20), NOW + timedelta(days=3), NOW),
    "everything": Period.of(NOW - timedelta(days=90), NOW + timedelta(days=1), NOW),
    "empty": Period.of(NOW - timedelta(days=900), NOW - timedelta(days=800), NOW),
}
ALL = Scope()


def raw_events(connection: Connection) -> list[StoredEvent]:
    """What is true, in the order it was written."""
    return [event_of(row) for row in connection.execute(select(event).order_by(event.c.n))]


@pytest.fixture(params=range(6))
def city(request: pytest.FixtureRequest, store: LocalStore) -> LocalStore:
    """A store with random lives in it."""
    for life in lives(request.param, 150):
        store.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
    return store


@pytest.mark.parametrize("long", [True, False])
def test_every_number_is_what_the_events_say(
    city: LocalStore, monkeypatch: pytest.MonkeyPatch, long: bool
) -> None:
    monkeypatch.setattr(ReportQueries, "_is_long", lambda _self, _period: long)
    requests = by_hand.requests_of(city.run_on_reader(raw_events))
    seen = 0
    for name, period in PERIODS.items():
        expected = by_hand.slow_agencies(requests, period)
        got = city.ask_now(lambda q, p=period: q.agency_tallies(p, ALL))  # type: ignore[misc]
        assert set(got) == set(expected), name
        for agency, tally in got.items():
            line = expected[agency]
            for column in AGENCY:
                behind = city.ask_now(
                    lambda q, c=column, a=agency, p=period: q.agency_drill(c, a, p, ALL)  # type: ignore[misc]
                )
                assert set(behind) == line.get(column, set()), (name, agency, column)
                assert getattr(tally, column) == len(behind), (name, agency, column)
                seen += len(behind)
            hours = line.get("tenths", {})
            for percent in (50, 90):
                assert percentile(tally.tenths, percent) == percentile(hours, percent)  # type: ignore[arg-type]
            parts = ("on_time", "late", "open_ok", "open_overdue", "withdrawn", "returned")
            assert tally.received == sum(getattr(tally, part) for part in parts)
        whole = by_hand.city(requests, period)
        totals = city.ask_now(lambda q, p=period: q.totals(p, ALL))  # type: ignore[misc]
        for column in ("received", "open", "late"):
            behind = city.ask_now(lambda q, c=column, p=period: q.totals_drill(c, p, ALL))  # type: ignore[misc]
            assert set(behind) == whole[column], (name, column)
            assert getattr(totals, column) == len(behind)
        handled = city.ask_now(lambda q, p=period: q.totals_drill("handled", p, ALL))  # type: ignore[misc]
        assert set(handled) == whole["received"] - whole["open"]
        assert totals.handled == len(handled)
        volumes = city.ask_now(lambda q, p=period: q.volumes(p, ALL))  # type: ignore[misc]
        for counted in (volumes.channel, volumes.service, volumes.ward, volumes.hour):
            assert sum(counted.values()) == totals.received
    assert seen > 300


def test_a_part_of_the_city(city: LocalStore) -> None:
    requests = by_hand.requests_of(city.run_on_reader(raw_events))
    period = PERIODS["everything"]
    scope = Scope(("q12",), ("roads.pothole", "bus.late"))
    chosen = [r for r in requests if r.service_code in scope.services]
    expected = by_hand.slow_agencies(chosen, period)["q12"]
    got = city.ask_now(lambda q: q.agency_tallies(period, scope))
    assert set(got) == {"q12"}
    for column in AGENCY:
        assert getattr(got["q12"], column) == len(expected.get(column, set())), column  # type: ignore[arg-type]
    given = [r for r in chosen if r.assignment("q12") is not None]
    totals = city.ask_now(lambda q: q.totals(period, scope))
    assert totals.received == len(given)
    assert sum(city.ask_now(lambda q: q.volumes(period, scope)).hour.values()) == len(given)


def test_only_verified_first_reports_make_an_active_citizen(city: LocalStore) -> None:
    requests = by_hand.requests_of(city.run_on_reader(raw_events))
    period = PERIODS["everything"]
    counted: dict[str, set[object]] = {}
    for r in requests:
        if r.state.value in ("resolved", "closed") and r.reporters and r.reporters[0].phone:
            counted.setdefault(r.reporters[0].phone, set()).add(r.id)
    got = city.ask_now(lambda q: q.active_reporters(period))
    assert {who.phone: who.reports for who in got} == {p: len(ids) for p, ids in counted.items()}
    for phone, ids in counted.items():
        assert set(city.ask_now(lambda q, p=phone: q.reporter_drill(p, period))) == ids  # type: ignore[misc]
