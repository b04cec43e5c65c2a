"""What a person likes at the window is at his other seats too; the later change stays."""

from collections.abc import Iterator

import psycopg
import pytest

from console.services.ports.preferences import Preferences
from console.store.central.seat_questions import SeatQuestions
from tests.fakes.postgres import Centre
from tests.integration.central.build import console
from tests.integration.central.test_seat_questions import OwnGate


@pytest.fixture
def seats(centre: Centre) -> Iterator[tuple[SeatQuestions, SeatQuestions, SeatQuestions]]:
    """Hoa at two seats, an officer at a third."""
    centre.user("hoa")
    centre.user("tu", "officer", "ubnd-ba-diem")
    made = [
        SeatQuestions(centre.client(login), console(n), OwnGate())
        for n, login in enumerate(("hoa", "hoa", "tu"), 1)
    ]
    for each in made:
        each.start()
    yield made[0], made[1], made[2]
    assert all(each.stop() for each in made)


async def test_it_travels_and_the_later_change_stays(
    seats: tuple[SeatQuestions, SeatQuestions, SeatQuestions],
) -> None:
    here, there, other = seats
    assert await here.fetch("hoa") is None
    liked = Preferences("night", 150, {"queue.0": (700, 300)}, {"form.new": "F3"}, at_ms=1000)
    await here.keep("hoa", liked)
    assert await there.fetch("hoa") == liked
    later = Preferences("light", at_ms=2000)
    await there.keep("hoa", later)
    await here.keep("hoa", liked)
    assert await here.fetch("hoa") == later
    assert await other.fetch("hoa") is None
    await other.keep("tu", Preferences("night", at_ms=1))
    assert await other.fetch("tu") == Preferences("night", at_ms=1)
    assert await here.fetch("tu") is None


async def test_nobody_reads_the_table_itself(centre: Centre) -> None:
    centre.user("hoa")
    with psycopg.connect(centre.url("hoa")) as link, pytest.raises(psycopg.Error):
        link.execute("select * from hotline.liking")


async def test_a_centre_that_is_away_costs_nothing(centre: Centre) -> None:
    centre.user("hoa")
    away = SeatQuestions(centre.client("nobody"), console(1), OwnGate())
    away.start()
    assert await away.fetch("hoa") is None
    await away.keep("hoa", Preferences("night", at_ms=5))
    assert away.stop()
