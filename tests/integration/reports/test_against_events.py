"""Every figure and the requests behind it equal a slow recomputation from the raw events."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, text

from console.domain.reports.figures import Period, percentile
from console.domain.requests.events import (
    RequestClosed,
    RequestReopened,
    ResultReported,
    StoredEvent,
)
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.views.reports import Scope
from console.store.queries.reports.base import ReportBase
from console.store.queries.reports.blocks import parts_of
from console.store.queries.reports.conditions import AGENCY
from console.store.schema.report_blocks import BLOCK_MS
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import event
from console.store.tables.event_rows import event_of
from console.store.writing import report_blocks
from tests.integration.reports import by_hand
from tests.integration.reports.histories import lives
from tests.integration.store.build import NOW, save, stored

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


@pytest.fixture(params=range(4))
def city(request: pytest.FixtureRequest, store: LocalStore) -> LocalStore:
    """A store with random lives in it."""

    def work(uow: UnitOfWork) -> None:
        for life in lives(request.param, 150):
            uow.append(life)

    store.write_now(work)
    return store


@pytest.mark.parametrize("how", ["long", "short", "blocks"])
def test_every_number_is_what_the_events_say(
    city: LocalStore, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(ReportBase, "_is_long", lambda _self, _period: how == "long")
    if how == "blocks":
        settled(city, monkeypatch)
    events = city.run_on_reader(raw_events)
    seen = 0
    for name, period in PERIODS.items():
        requests = by_hand.requests_of(events, period.cut)
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


def settled(city: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past blocks are counted, then some of what they counted changes."""
    monkeypatch.setattr(report_blocks, "SETTLED_AFTER", timedelta(0))
    assert city.count_report_blocks(NOW) >= 2
    assert city.count_report_blocks(NOW) == 0
    first = (NOW - timedelta(days=70)).timestamp() * 1000 // BLOCK_MS
    for life in lives(99, 12):
        if all(event.at.timestamp() * 1000 // BLOCK_MS > first for event in life):
            city.write_now(lambda uow, some=life: uow.append(some))  # type: ignore[misc]
    used = city.run_on_reader(lambda c: parts_of(c, PERIODS["everything"]))
    assert used.blocks


@pytest.mark.parametrize("blocks", [True, False])
def test_a_part_of_the_city(
    city: LocalStore, monkeypatch: pytest.MonkeyPatch, blocks: bool
) -> None:
    if blocks:
        settled(city, monkeypatch)
    requests = by_hand.requests_of(city.run_on_reader(raw_events))
    period = PERIODS["everything"]
    scope = Scope(("q12",), ("roads.pothole", "bus.late"))
    chosen = [r for r in requests if r.service_code in scope.services]
    expected = by_hand.slow_agencies(chosen, period)["q12"]
    got = city.ask_now(lambda q: q.agency_tallies(period, scope))
    assert set(got) == {"q12"}
    for column in AGENCY:
        assert getattr(got["q12"], column) == len(expected.get(column, set())), column  # type: ignore[arg-type]
    of_agency = city.ask_now(lambda q: q.totals(period, Scope(("q12",))))
    every = by_hand.city([r for r in requests if r.assignment("q12") is not None], period)
    assert (of_agency.received, of_agency.late) == (len(every["received"]), len(every["late"]))
    by_service = city.ask_now(lambda q: q.totals(period, Scope((), scope.services)))
    expected_city = by_hand.city(chosen, period)
    assert (by_service.received, by_service.open, by_service.late) == tuple(
        len(expected_city[column]) for column in ("received", "open", "late")
    )
    of_services = city.ask_now(lambda q: q.volumes(period, Scope((), scope.services)))
    for counted in (of_services.channel, of_services.service, of_services.ward, of_services.hour):
        assert sum(counted.values()) == by_service.received
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
    expected = {phone: len(ids) for phone, ids in counted.items()}
    assert {who.phone: who.reports for who in got.most} == expected
    assert (got.citizens, got.reports) == (len(expected), sum(expected.values()))
    nobody = city.ask_now(lambda q: q.active_reporters(PERIODS["empty"]))
    assert (nobody.most, nobody.citizens, nobody.reports) == ((), 0, 0)
    for phone, ids in counted.items():
        assert set(city.ask_now(lambda q, p=phone: q.reporter_drill(p, period))) == ids  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [
        "update assignment set resolved_at = resolved_at + 1 where rid = :rid",
        "update assignment set agency = 'x' where rid = :rid",
        "delete from assignment where rid = :rid",
        "update service_request set ward_code = 'x' where rid = :rid",
        "update service_request set service_code = 'x' where rid = :rid",
        "delete from service_request where rid = :rid",
    ],
)
def test_whatever_changes_a_counted_block_takes_it_out(store: LocalStore, change: str) -> None:
    old = NOW - timedelta(days=200)
    request_id = store.write_now(lambda uow: save(uow, at=old))
    fact = ResultReported(agency="q12", resolution_code="fixed", text="xong")
    done = stored(request_id, fact, old + timedelta(hours=3))
    store.write_now(lambda uow: uow.append([done]))
    assert store.count_report_blocks(NOW) >= 5

    def made(connection: Connection) -> set[int]:
        found = connection.execute(text("select block from report_block where made = 1"))
        return {int(row[0]) for row in found}

    before = store.run_on_reader(made)
    rid = store.run_on_reader(
        lambda c: c.execute(text("select rid from service_request")).scalar_one()
    )
    store.run_on_writer(lambda c: c.execute(text(change), {"rid": rid}).rowcount)
    assert before - store.run_on_reader(made) == {int(old.timestamp() * 1000) // BLOCK_MS}
    assert store.count_report_blocks(NOW) <= 1


@pytest.mark.parametrize("blocks", [True, False])
def test_what_is_opened_again_later_leaves_the_month_as_it_was(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, blocks: bool
) -> None:
    month = Period.of(NOW - timedelta(days=130), NOW - timedelta(days=40), NOW)
    ids = []
    for n in range(12):
        at = NOW - timedelta(days=100, hours=n)
        request_id = store.write_now(lambda uow, t=at: save(uow, at=t))  # type: ignore[misc]
        done = ResultReported(agency="q12", resolution_code="fixed", text="xong")
        steps = [stored(request_id, done, at + timedelta(hours=20 + n))]
        steps.append(stored(request_id, RequestClosed(), at + timedelta(hours=40)))
        store.write_now(lambda uow, some=steps: uow.append(some))  # type: ignore[misc]
        ids.append(request_id)
    if blocks:
        monkeypatch.setattr(report_blocks, "SETTLED_AFTER", timedelta(0))

    def figures() -> list[object]:
        if blocks:
            store.count_report_blocks(NOW)
        columns = ("received", "open", "handled", "late")
        return [
            store.ask_now(lambda q: q.agency_tallies(month, ALL)),
            store.ask_now(lambda q: q.totals(month, ALL)),
            *(store.ask_now(lambda q, c=c: q.totals_drill(c, month, ALL)) for c in columns),  # type: ignore[misc]
            *(store.ask_now(lambda q, c=c: q.agency_drill(c, "q12", month, ALL)) for c in AGENCY),  # type: ignore[misc]
        ]

    before = figures()
    for n, request_id in enumerate(ids[:5]):
        again = stored(request_id, RequestReopened(reason="chưa"), NOW - timedelta(days=30 - n))
        store.write_now(lambda uow, one=again: uow.append([one]))  # type: ignore[misc]
    assert figures() == before
    late = store.ask_now(lambda q: q.totals(month, ALL)).late
    assert late == 7
    lasting = Period.of(month.since, NOW, NOW)
    tally = store.ask_now(lambda q: q.agency_tallies(lasting, ALL))["q12"]
    assert (tally.reopened, tally.open_overdue) == (5, 5)
