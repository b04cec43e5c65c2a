"""Reading is audited once in a quarter of an hour for each person and request."""

from datetime import timedelta

import pytest

from console.domain.actors import Actor
from console.domain.errors import UnavailableError
from console.domain.states import Role
from console.services.people.reading_log import ReadingLog
from tests.unit.services.conftest import Seat

ONE = Actor("operator", Role.OPERATOR, "", None, "ban-01")
TWO = Actor("auditor", Role.AUDITOR, "", None, "ban-01")


async def test_the_same_reading_is_one_line(seat: Seat) -> None:
    log = ReadingLog(seat.desk.store, seat.desk.clock)
    for actor, number in ((ONE, "26 001 1"), (ONE, "26 001 1"), (TWO, "26 001 1"), (ONE, "26 2")):
        await log.read(actor, number)
    for minutes in (14, 1):
        seat.clock.now += timedelta(minutes=minutes)
        await log.read(ONE, "26 001 1")
    lines = seat.desk.store.ask_now(lambda q: q.audit_trail())
    assert [(e.actor, e.subject) for e in reversed(lines)] == [
        ("operator", "26 001 1"),
        ("auditor", "26 001 1"),
        ("operator", "26 2"),
        ("operator", "26 001 1"),
    ]
    assert {e.act for e in lines} == {"request_read"}


async def test_what_could_not_be_written_is_written_next_time(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = ReadingLog(seat.desk.store, seat.desk.clock)
    real = seat.desk.store.write

    async def full(*_args: object, **_more: object) -> object:
        raise UnavailableError("disk_full")

    monkeypatch.setattr(seat.desk.store, "write", full)
    with pytest.raises(UnavailableError):
        await log.read(ONE, "26 001 1")
    monkeypatch.setattr(seat.desk.store, "write", real)
    await log.read(ONE, "26 001 1")
    lines = seat.desk.store.ask_now(lambda q: q.audit_trail())
    assert [line.subject for line in lines] == ["26 001 1"]
