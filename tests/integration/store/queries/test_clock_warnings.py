"""Each threshold of each clock warns once, the right people, and never of history."""

from datetime import timedelta
from typing import Any

import pytest

from console.domain.actors import Actor
from console.domain.clocks.escalation import LEVELS
from console.domain.ids import uuid7
from console.domain.live_events import WarningsRaised
from console.domain.requests.events import AssignmentAccepted, ExtensionGranted, ResultReported
from console.domain.states import Role
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.runtime.bus import Bus
from console.services.supervision.escalation import escalate
from console.store.seat.local_store import LocalStore
from tests.conftest import StoppedClock
from tests.integration.store.build import CATALOGUE, NOW, received, save, stored

NOTHING: Any = None


@pytest.fixture
def desk(store: LocalStore, clock: StoppedClock) -> Desk:
    clock.now = NOW
    actor = Actor("supervisor", Role.SUPERVISOR, "", None, "ban-01")
    return Desk(store, Bus(), clock, CATALOGUE, NOTHING, NOTHING, actor, dispatch)


async def said(desk: Desk) -> list[tuple[str, str]]:
    return [(w.clock, w.code) for w in await escalate(desk)]


async def test_a_resolve_clock_warns_four_times_and_no_more(
    desk: Desk, store: LocalStore, clock: StoppedClock
) -> None:
    heard: list[WarningsRaised] = []
    desk.bus.subscribe(WarningsRaised, heard.append)
    store.write_now(save)  # 24 hours
    got = []
    for _hour in range(60):
        clock.forward(hours=1)
        got += [(clock.now - NOW, code) for code in await said(desk)]
    assert got == [
        (timedelta(hours=hours), ("resolve", code))
        for hours, code in zip((12, 18, 24, 48), LEVELS, strict=True)
    ]
    assert len(heard) == 4


async def test_a_moved_clock_warns_anew_and_a_stopped_one_no_more(
    desk: Desk, store: LocalStore, clock: StoppedClock
) -> None:
    moved, done = store.write_now(save), store.write_now(save)
    clock.forward(hours=13)
    assert await said(desk) == [("resolve", "half")] * 2
    until = NOW + timedelta(hours=100)
    grant = stored(moved, ExtensionGranted(agency="q12", committed_at=until), clock.now)
    report = ResultReported(agency="q12", resolution_code="fixed", text="xong")
    store.write_now(lambda uow: uow.append([grant, stored(done, report, clock.now)]))
    clock.forward(hours=12)
    assert await said(desk) == []
    clock.forward(hours=30)
    assert await said(desk) == [("resolve", "half")]


async def test_forward_and_acknowledge_clocks_end_with_the_step(
    desk: Desk, store: LocalStore, clock: StoppedClock
) -> None:
    request_id = uuid7()
    store.write_now(lambda uow: uow.append([received(request_id, "26001000010")]))
    clock.forward(minutes=3)
    assert await said(desk) == [("forward", "half")]
    clock.forward(minutes=3)
    assert await said(desk) == [("forward", "due")]
    store.write_now(
        lambda uow: uow.append([stored(request_id, AssignmentAccepted(agency="q12"), clock.now)])
    )
    assert await said(desk) == []


async def test_a_seat_that_was_off_for_days_does_not_shout(
    desk: Desk, store: LocalStore, clock: StoppedClock
) -> None:
    store.write_now(lambda uow: [save(uow, at=NOW - timedelta(days=9)) for _ in range(30)])
    assert await said(desk) == []


async def test_two_rounds_at_once_warn_once(
    desk: Desk, store: LocalStore, clock: StoppedClock
) -> None:
    store.write_now(save)
    clock.forward(hours=13)
    (due,) = store.ask_now(lambda q: q.warnings_due(clock.now))
    assert store.write_now(lambda uow: uow.note_warning(due, clock.now))
    assert not store.write_now(lambda uow: uow.note_warning(due, clock.now))
    assert await said(desk) == []
