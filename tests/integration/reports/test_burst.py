"""The alarm when today leaves the band: each once an hour, also across a restart; a dead line."""

from datetime import timedelta

import pytest

from console.domain.actors import Actor
from console.domain.ids import uuid7
from console.domain.live_events import VolumeLeftBand
from console.domain.states import Role
from console.services.desk import Desk
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.supervision.volume_alarm import CALLS, VolumeWatch
from console.store.seat.local_store import LocalStore
from tests.integration.reports.test_forecast import HOUR, MIDNIGHT, calls_of, put, rows
from tests.integration.reports.test_reports import Moving, desk_of
from tests.integration.store.build import received

NINE = MIDNIGHT + 9 * HOUR


@pytest.fixture
def desk(store: LocalStore) -> Desk:
    """Twelve weeks of a steady line, ten calls an hour, up to nine o'clock."""
    put(store, rows(range(-12 * 168, 9), lambda hour: 2 * calls_of(hour)))
    return at(desk_of(store), 30)


def at(desk: Desk, minutes: float) -> Desk:
    clock = desk.clock
    assert isinstance(clock, Moving)
    clock.now = NINE + timedelta(minutes=minutes)
    return desk


async def alarms(desk: Desk) -> list[tuple[str, bool]]:
    heard: list[VolumeLeftBand] = []
    end = desk.bus.subscribe(VolumeLeftBand, heard.append)
    found = await VolumeWatch(desk).look()
    end()
    assert tuple(heard) == found
    return [(alarm.series, alarm.above) for alarm in found]


async def test_a_burst_is_told_before_its_hour_is_over_and_once(
    store: LocalStore, desk: Desk
) -> None:
    put(store, rows(range(9, 10), lambda _hour: 10))
    assert await alarms(desk) == []
    burst = [one | {"call_id": f"x{one['call_id']}"} for one in rows(range(9, 10), lambda _h: 25)]
    put(store, burst)
    assert await alarms(desk) == [(CALLS, True)]
    assert await alarms(desk) == []  # another watch, as after a restart
    trail = store.ask_now(lambda q: q.audit_trail())
    assert [(e.act, e.subject, e.role) for e in trail] == [("volume_alarm", CALLS, "system")]


async def test_a_dead_line_is_told_when_its_hour_is_over(store: LocalStore, desk: Desk) -> None:
    assert await alarms(at(desk, 59)) == []
    assert await alarms(at(desk, 61)) == [(CALLS, False)]
    assert await alarms(at(desk, 62)) == []


def reported(store: LocalStore, times: list[timedelta]) -> None:
    def work(uow: UnitOfWork) -> None:
        for n, span in enumerate(times):
            number = f"26{len(times):03d}{n:05d}0"
            uow.append([received(uuid7(), number, NINE + span, service_code="water.burst")])

    store.write_now(work)


async def test_a_burst_pipe_shows_in_its_field(store: LocalStore) -> None:
    reported(store, [-n * HOUR - timedelta(minutes=20) for n in range(3 * 168 + 3)])
    desk = at(desk_of(store), 40)
    assert await alarms(desk) == []
    reported(store, [timedelta(minutes=n) for n in range(9)])
    assert await alarms(desk) == [("", True), ("water", True)]


async def test_nothing_is_said_without_a_history_or_to_an_agency(store: LocalStore) -> None:
    put(store, rows(range(9, 10), lambda _hour: 50))
    desk = at(desk_of(store), 30)
    assert await alarms(desk) == []
    put(store, rows(range(-12 * 168, 9)))
    desk.actor = Actor("o", Role.OFFICER, "", "q12", "ban-01")
    assert await alarms(desk) == []
