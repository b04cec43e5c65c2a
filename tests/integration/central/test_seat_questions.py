"""The window beside its events: who else looks, numbers, older history; and without the centre."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest

from console.domain.actors import Actor
from console.domain.errors import InputError, RefusedError, UnavailableError
from console.domain.ids import uuid7
from console.domain.states import Role
from console.services.ports.central.sync import ConsoleIdentity
from console.store.central.connection import address
from console.store.central.seat_link import PostgresCentral
from console.store.central.seat_questions import SeatQuestions
from tests.fakes.postgres import Centre
from tests.integration.central.build import console, forwarded, greet, received, reporter
from tests.integration.store.build import CATALOGUE

HOA = Actor("op1", Role.OPERATOR, "Chị Hoa", workstation="may-01")
TU = Actor("op2", Role.OPERATOR, "Anh Tư", workstation="may-02")


class OwnGate:
    """A seat that keeps some requests."""

    def __init__(self) -> None:
        self.kept: dict[UUID, str] = {}
        self.asked: list[tuple[UUID, str]] = []

    async def reveal(self, request_id: UUID, place: int, actor: Actor) -> str:
        if request_id not in self.kept:
            raise InputError("no_such_request")
        self.asked.append((request_id, actor.user))
        return self.kept[request_id]


@pytest.fixture
def seats(centre: Centre) -> Iterator[tuple[SeatQuestions, SeatQuestions, OwnGate]]:
    """Two seats of the switchboard."""
    gate = OwnGate()
    made = []
    for n in (1, 2):
        centre.user(f"op{n}")
        made.append(SeatQuestions(centre.client(f"op{n}"), console(n), gate))
    for each in made:
        each.start()
    yield made[0], made[1], gate
    assert all(each.stop() for each in made)


async def test_two_people_see_that_both_have_it_open(
    seats: tuple[SeatQuestions, SeatQuestions, OwnGate],
) -> None:
    here, there, _ = seats
    request_id = uuid7()
    await here.announce(request_id, HOA)
    assert await here.others(request_id, HOA) == ()
    (viewer,) = await there.others(request_id, TU)
    assert (viewer.name, viewer.workstation) == ("Chị Hoa", "may-01")
    await there.announce(request_id, TU)
    assert [each.name for each in await here.others(request_id, HOA)] == ["Anh Tư"]
    await here.leave(request_id, HOA)
    assert await there.others(request_id, TU) == ()


async def test_a_number_is_in_the_centres_audit_before_it_shows(
    centre: Centre, seats: tuple[SeatQuestions, SeatQuestions, OwnGate]
) -> None:
    here, _, gate = seats
    desk = centre.central("op3")
    greet(desk, 3)
    kept, pruned = uuid7(), uuid7()
    desk.push([received(kept), reporter(kept), received(pruned), reporter(pruned, "+84903000111")])
    desk.project(CATALOGUE)
    gate.kept[kept] = "+84903123456"
    assert await here.reveal(kept, 0, HOA) == "+84903123456"
    assert gate.asked == [(kept, "op1")]
    assert await here.reveal(pruned, 0, HOA) == "+84903000111"
    with pytest.raises(InputError):
        await here.reveal(pruned, 1, HOA)
    with centre.connect() as link:
        acts = link.execute(
            "select login, request_id from hotline.audit where act = 'unmask' order by n"
        ).fetchall()
    assert acts == [("op1", kept), ("op1", pruned), ("op1", pruned)]


async def test_an_officer_has_the_number_of_who_agreed_from_the_centre_and_no_other(
    centre: Centre,
) -> None:
    desk = centre.central("op3")
    greet(desk, 3)
    silent, agreed = uuid7(), uuid7()
    for request_id, consent in ((silent, False), (agreed, True)):
        desk.push(
            [
                received(request_id),
                reporter(request_id, consent=consent),
                forwarded(request_id, "ubnd-ba-diem"),
            ]
        )
    desk.project(CATALOGUE)
    centre.user("tu", "officer", "ubnd-ba-diem")
    tu = Actor("tu", Role.OFFICER, "Anh Tư", "ubnd-ba-diem", "may-01")
    seat = SeatQuestions(centre.client("tu"), console(1), OwnGate())
    seat.start()
    try:
        assert await seat.reveal(agreed, 0, tu) == "+84903123456"
        with pytest.raises(RefusedError, match="number_not_shown"):
            await seat.reveal(silent, 0, tu)
    finally:
        assert await asyncio.to_thread(seat.stop)
    nowhere = PostgresCentral(address.checked("postgresql://tu@127.0.0.1:1/centre"))
    away = SeatQuestions(nowhere, ConsoleIdentity(1, uuid7(), "may-01", 1), OwnGate())
    away.start()
    with pytest.raises(UnavailableError, match="central_away"):
        await away.reveal(agreed, 0, tu)
    assert await asyncio.to_thread(away.stop)


async def test_history_that_the_seat_no_longer_keeps(
    centre: Centre, seats: tuple[SeatQuestions, SeatQuestions, OwnGate]
) -> None:
    here, _, _ = seats
    desk = centre.central("op3")
    greet(desk, 3)
    request_id = uuid7()
    desk.push([received(request_id), reporter(request_id, "+84903000111")])
    desk.project(CATALOGUE)
    assert [each.id for each in await here.search("nắp cống")] == [request_id]
    found = await here.find_number("26001000019")
    assert found is not None
    assert found.id == request_id
    assert [each.id for each in await here.find_caller("+84903000111")] == [request_id]


async def test_without_the_centre_nobody_is_known_to_look_and_numbers_still_show() -> None:
    gate = OwnGate()
    kept = uuid7()
    gate.kept[kept] = "+84903123456"
    nowhere = PostgresCentral(address.checked("postgresql://op1@127.0.0.1:1/centre"))
    seat = SeatQuestions(nowhere, ConsoleIdentity(1, uuid7(), "may-01", 1), gate)
    seat.start()
    await seat.announce(kept, HOA)
    assert await seat.others(kept, HOA) == ()
    assert await seat.reveal(kept, 0, HOA) == "+84903123456"
    with pytest.raises(UnavailableError, match="central_away"):
        await seat.search("x")
    assert await asyncio.to_thread(seat.stop)


async def test_it_finds_the_centre_again(
    centre: Centre, seats: tuple[SeatQuestions, SeatQuestions, OwnGate]
) -> None:
    here, there, _ = seats
    request_id = uuid7()
    await here.announce(request_id, HOA)
    with centre.connect() as link:
        link.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    await here.announce(request_id, HOA)  # finds the line dead, says nothing
    await there.others(request_id, TU)
    await here.announce(request_id, HOA)
    assert [each.name for each in await there.others(request_id, TU)] == ["Chị Hoa"]
