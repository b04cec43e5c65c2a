"""Orders applied to clocks: once each, even by two seats, and never to the past."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from console.domain.errors import RefusedError
from console.domain.requests import commands as c
from console.domain.requests.events import PauseOrdered
from console.services.people.actors import actor_for
from console.services.supervision.clock_orders import apply_orders, end_pause, order_pause
from tests.unit.services.conftest import Seat

AGENCY = "so-xay-dung"


def due(seat: Seat, request_id: UUID) -> datetime:
    found = seat.request(request_id).assignments[0].deadline
    assert found is not None
    return found


def storm(seat: Seat, hours: float = 10, groups: tuple[str, ...] = ()) -> PauseOrdered:
    now = seat.clock()
    return PauseOrdered(
        reason="Bão số 9", since=now, until=now + timedelta(hours=hours), groups=groups
    )


@pytest.fixture
def boss(seat: Seat) -> Seat:
    seat.desk.actor = actor_for("supervisor", seat.desk.catalogue, "may-07")
    return seat


def test_what_is_meant_moves_and_the_rest_stays(boss: Seat) -> None:
    meant = boss.log(agency=AGENCY, service_code="roads.pothole")
    other = boss.log(agency=AGENCY, service_code="lighting.out", phone="0903 123 457")
    before = due(boss, meant), due(boss, other)
    asyncio.run(order_pause(boss.desk, storm(boss, groups=("roads",))))
    assert (due(boss, meant), due(boss, other)) == (before[0] + timedelta(hours=10), before[1])
    assert asyncio.run(apply_orders(boss.desk)) == 0
    assert boss.kinds(meant)[-1] == "clock_moved"
    queue = boss.desk.store.ask_now(lambda q: q.queue(AGENCY, boss.clock()))
    assert {row.deadline for row in queue} == {due(boss, meant), due(boss, other)}


def test_what_is_given_while_it_stands_is_moved_on_the_next_round(boss: Seat) -> None:
    asyncio.run(order_pause(boss.desk, storm(boss)))
    boss.clock.forward(hours=4)
    late_comer = boss.log(agency=AGENCY)
    before = due(boss, late_comer)
    assert asyncio.run(apply_orders(boss.desk)) == 1
    assert due(boss, late_comer) == before + timedelta(hours=6)
    assert asyncio.run(apply_orders(boss.desk)) == 0


def test_ended_early_the_clocks_run_again(boss: Seat) -> None:
    request_id = boss.log(agency=AGENCY)
    before = due(boss, request_id)
    order_id = asyncio.run(order_pause(boss.desk, storm(boss)))
    boss.clock.forward(hours=2)
    asyncio.run(end_pause(boss.desk, order_id, "Bão đã tan"))
    assert due(boss, request_id) == before + timedelta(hours=2)
    with pytest.raises(RefusedError, match="order_over"):
        asyncio.run(end_pause(boss.desk, order_id, "lần nữa"))


def test_a_report_of_the_time_before_says_what_it_said(boss: Seat) -> None:
    late = boss.log(agency=AGENCY)
    boss.clock.forward(days=3)
    before = due(boss, late)
    asyncio.run(order_pause(boss.desk, storm(boss)))
    assert due(boss, late) == before
    overdue = boss.desk.store.ask_now(lambda q: q.watch_counts(boss.clock()))["late"]
    assert overdue == 1


def test_forwarded_again_its_new_clocks_are_moved_too(boss: Seat) -> None:
    request_id = boss.log(agency=AGENCY)
    asyncio.run(order_pause(boss.desk, storm(boss)))
    boss.clock.forward(minutes=1)
    refuse = c.RefuseAssignment(request_id=request_id, reason="sai tuyến")
    boss.do(refuse, f"officer-{AGENCY}")
    boss.do(c.ForwardRequest(request_id=request_id, agency=AGENCY), "supervisor")
    plain = due(boss, request_id)
    assert asyncio.run(apply_orders(boss.desk)) == 1
    assert due(boss, request_id) == plain + timedelta(hours=10, minutes=-1)


def test_every_step_is_in_the_audit(boss: Seat) -> None:
    order_id = asyncio.run(order_pause(boss.desk, storm(boss)))
    asyncio.run(end_pause(boss.desk, order_id, "Bão đã tan"))
    trail = boss.desk.store.ask_now(lambda q: q.audit_trail(5))
    assert [line.act for line in trail][:2] == ["pause_ended", "pause_ordered"]


def test_an_agencys_seat_moves_nothing(boss: Seat) -> None:
    boss.log(agency=AGENCY)
    boss.desk.actor = actor_for(f"officer-{AGENCY}", boss.desk.catalogue, "may-07")
    with pytest.raises(RefusedError, match="role_may_not"):
        asyncio.run(order_pause(boss.desk, storm(boss)))
    assert asyncio.run(apply_orders(boss.desk)) == 0


def test_a_field_without_services_is_not_every_service(boss: Seat) -> None:
    request_id = boss.log(agency=AGENCY)
    before = due(boss, request_id)
    catalogue = boss.desk.catalogue
    empty = replace(next(iter(catalogue.groups.values())), code="empty")
    boss.desk.catalogue = replace(catalogue, groups={**catalogue.groups, "empty": empty})
    asyncio.run(order_pause(boss.desk, storm(boss, groups=("empty",))))
    assert due(boss, request_id) == before


def test_a_service_that_the_city_no_longer_has_is_meant_too(boss: Seat) -> None:
    request_id = boss.log(agency=AGENCY, service_code="roads.pothole")
    before = due(boss, request_id)
    catalogue = boss.desk.catalogue
    left = {code: s for code, s in catalogue.services.items() if code != "roads.pothole"}
    boss.desk.catalogue = replace(catalogue, services=left)
    asyncio.run(order_pause(boss.desk, storm(boss)))
    assert due(boss, request_id) == before + timedelta(hours=10)


def test_a_step_taken_back_leaves_the_order(boss: Seat) -> None:
    request_id = boss.log(agency=AGENCY)
    before = due(boss, request_id)
    boss.do(c.AcceptAssignment(request_id=request_id), f"officer-{AGENCY}")
    accepted = boss.desk.store.write_now(lambda uow: uow.events(request_id))[-1]
    asyncio.run(order_pause(boss.desk, storm(boss)))
    boss.do(c.StepBack(request_id=request_id, event_id=accepted.id, reason="nhầm"), "supervisor")
    assert boss.request(request_id).assignments[0].accepted_at is None
    assert due(boss, request_id) == before + timedelta(hours=10)
    assert asyncio.run(apply_orders(boss.desk)) == 0
