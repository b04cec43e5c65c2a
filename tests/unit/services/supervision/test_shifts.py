"""A shift: sign in, hand over open matters, accept, report."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

import pytest

from console.domain.actors import Actor
from console.domain.catalogue.city_rules import ShiftPlan
from console.domain.desk.shifts import before, shift_at, shifts_of
from console.domain.errors import InputError, RefusedError
from console.domain.reports.figures import Period
from console.domain.requests import commands as c
from console.domain.states import Role
from console.domain.time_zone import CITY
from console.services.people.actors import actor_for
from console.services.reports.builder import ReportBuilder
from console.services.reports.forecast import rostered
from console.services.supervision.shifts import ShiftBook
from console.services.views.reports import Scope
from tests.unit.services.conftest import Seat

PLANS = (
    ShiftPlan(code="sang", name="Ca sáng", starts=time(6), ends=time(14)),
    ShiftPlan(code="chieu", name="Ca chiều", starts=time(14), ends=time(22)),
    ShiftPlan(code="dem", name="Ca đêm", starts=time(22), ends=time(6)),
)
LONG = (
    ShiftPlan(code="ngay", name="Ca ngày", starts=time(6), ends=time(18),
              valid_from=date(2027, 1, 1)),
    ShiftPlan(code="toi", name="Ca tối", starts=time(18), ends=time(6),
              valid_from=date(2027, 1, 1)),
)  # fmt: skip


def city(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CITY).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "code", "day"),
    [
        (city(24, 6), "sang", 24), (city(24, 13, 59), "sang", 24), (city(24, 14), "chieu", 24),
        (city(24, 22), "dem", 24), (city(25, 0), "dem", 24), (city(25, 5, 59), "dem", 24),
        (city(25, 6), "sang", 25),
    ],
)  # fmt: skip
def test_the_night_belongs_to_the_day_on_which_it_began(at: datetime, code: str, day: int) -> None:
    found = shift_at(PLANS, at)
    assert found is not None
    assert (found.code, found.day.day) == (code, day)
    assert found.since <= at < found.until


def test_plans_change_on_their_day_and_the_past_keeps_its_own() -> None:
    both = (*PLANS, *LONG)
    assert [s.code for s in shifts_of(both, date(2026, 12, 31))] == ["sang", "chieu", "dem"]
    assert [s.code for s in shifts_of(both, date(2027, 1, 1))] == ["ngay", "toi"]
    first = shift_at(both, city(1, 7, month=1, year=2027))
    assert first is not None
    assert before(both, first).code == "dem"  # type: ignore[union-attr]
    assert shift_at((), city(24, 6)) is None


def test_the_roster_is_the_running_shift_s(seat: Seat) -> None:
    def rostered_at(at: datetime) -> int:
        return rostered(replace(seat.desk.catalogue, shifts=plans), at)

    plans = (*(replace(plan, operators=8) for plan in PLANS), replace(LONG[0], operators=9),
             LONG[1])  # fmt: skip
    assert rostered_at(city(1, 2, month=1, year=2027)) == 8  # last year's night
    assert rostered_at(city(1, 7, month=1, year=2027)) == 9
    assert rostered_at(city(1, 19, month=1, year=2027)) == 0


@pytest.fixture
def book(seat: Seat) -> ShiftBook:
    seat.clock.now = city(24, 13)
    return ShiftBook(seat.desk)


def as_person(seat: Seat, user: str) -> None:
    seat.desk.actor = Actor(user, Role.OPERATOR, user.title(), None, "may-07")


def test_in_out_and_not_twice(seat: Seat, book: ShiftBook) -> None:
    as_person(seat, "lan")
    assert asyncio.run(book.enter()).code == "sang"
    with pytest.raises(RefusedError, match="already_in_shift"):
        asyncio.run(book.enter())
    seat.clock.forward(hours=1, minutes=5)  # 14:05: still in the morning's
    view = asyncio.run(book.view())
    assert (view.time.code, view.is_in("lan")) == ("sang", True)
    assert asyncio.run(book.leave()).code == "sang"
    with pytest.raises(RefusedError, match="not_in_shift"):
        asyncio.run(book.leave())
    (worker,) = seat.desk.store.ask_now(lambda q: q.shift(view.time.id)).workers
    assert (worker.name, worker.workstation) == ("Lan", "may-07")
    assert worker.until is not None
    assert worker.until > worker.since


def test_who_comes_early_signs_in_to_the_shift_that_begins(seat: Seat, book: ShiftBook) -> None:
    seat.clock.now = city(24, 13, 44)  # a quarter of an hour, no more
    assert asyncio.run(book.enter()).code == "sang"
    asyncio.run(book.leave())
    seat.clock.now = city(24, 13, 45)
    assert asyncio.run(book.enter()).code == "chieu"


def lived_in(seat: Seat) -> UUID:
    """A result to tell, a late request, a draft."""
    told = seat.log(agency="so-xay-dung")
    seat.resolve(told, "so-xay-dung")
    seat.log(agency="so-xay-dung", phone="0903 555 666", reporter_name="Ông Tư")
    seat.do(c.SaveDraft(draft_id=uuid4(), fields={"description": "Cống nghẹt, gọi 0903777888"}))
    return told


def test_handed_over_accepted_by_another_and_no_citizen_in_it(seat: Seat, book: ShiftBook) -> None:
    seat.clock.now = city(24, 12)
    lived_in(seat)
    as_person(seat, "lan")
    asyncio.run(book.enter())
    said = asyncio.run(
        book.hand_over("Bão đang vào", "Gọi lại bác Ba trước 15:00\n\n  \nHọp 16:00")
    )
    assert said.promises == ("Gọi lại bác Ba trước 15:00", "Họp 16:00")
    assert dict(said.counts)["promises"] == 1
    assert dict(said.counts)["drafts"] == 1
    assert [kind for kind, _key, _words in said.items].count("drafts") == 1
    for secret in ("0903", "555666", "Ông Tư", "Bà Lan", "777888"):
        assert secret not in str(said.items)
    with pytest.raises(RefusedError, match="handover_own"):
        asyncio.run(book.accept())
    as_person(seat, "minh")
    seat.clock.forward(hours=1)
    assert asyncio.run(book.enter()).code == "chieu"
    waiting = asyncio.run(book.view()).waiting
    assert waiting is not None
    assert waiting[0].code == "sang"
    assert asyncio.run(book.accept("đã nhận đủ")).code == "sang"
    assert asyncio.run(book.view()).waiting is None
    with pytest.raises(RefusedError, match="handover_accepted"):
        asyncio.run(book.accept())
    as_person(seat, "lan")
    with pytest.raises(RefusedError, match="handover_accepted"):
        asyncio.run(book.hand_over("quên", ""))
    acts = [line.act for line in seat.desk.store.ask_now(lambda q: q.audit_trail(10))]
    assert acts[:4] == ["shift_accepted", "shift_entered", "shift_handed_over", "shift_entered"]


def test_the_refusal_names_the_shift_that_left_nothing(seat: Seat, book: ShiftBook) -> None:
    as_person(seat, "minh")
    seat.clock.now = city(24, 15)
    assert asyncio.run(book.enter()).code == "chieu"
    with pytest.raises(RefusedError, match="nothing_handed_over") as refused:
        asyncio.run(book.accept())
    assert refused.value.params == {"shift": "Ca sáng"}


def test_the_report_of_a_shift_names_people_and_what_was_handed_over(
    seat: Seat, book: ShiftBook
) -> None:
    seat.clock.now = city(24, 12)
    lived_in(seat)
    as_person(seat, "lan")
    asyncio.run(book.enter())
    asyncio.run(book.hand_over("Bão đang vào", "Gọi lại bác Ba"))
    seat.clock.forward(hours=2)
    as_person(seat, "minh")
    asyncio.run(book.accept("đã đủ"))
    period = Period.of(city(24, 6), city(24, 14), seat.clock())
    for lang, said in (("vi", "nhận 15:00 24/11"), ("en", "accepted 15:00 24/11")):
        maker = ReportBuilder(
            seat.desk.catalogue, actor_for("supervisor", seat.desk.catalogue), lang
        )
        report = seat.desk.store.ask_now(
            lambda q, m=maker: m.report("shift", period, Scope(), q, seat.clock())  # type: ignore[misc]
        )
        people, handovers = report.parts[:2]
        assert people.rows == (("Ca sáng 24/11", "Lan", "may-07", "13:00 24/11", ""),)
        text = "\n".join(" | ".join(str(cell) for cell in row) for row in handovers.rows)
        assert said in text
        for word in ("Bão đang vào", "Gọi lại bác Ba", "đã đủ", "operator · may-07"):
            assert word in text


def test_said_again_before_it_is_accepted_the_last_word_counts(seat: Seat, book: ShiftBook) -> None:
    asyncio.run(book.hand_over("một", ""))
    asyncio.run(book.hand_over("hai", ""))
    waiting = asyncio.run(book.view()).waiting
    assert waiting is not None
    assert waiting[1].handover is not None
    assert waiting[1].handover.said.note == "hai"


def test_officers_and_auditors_work_in_no_shift(seat: Seat, book: ShiftBook) -> None:
    for user in ("auditor", "officer-so-xay-dung"):
        seat.desk.actor = actor_for(user, seat.desk.catalogue, "may-07")
        with pytest.raises(RefusedError, match="role_may_not"):
            asyncio.run(book.enter())


def test_a_city_without_shifts_says_so(seat: Seat, book: ShiftBook) -> None:
    seat.desk.catalogue = replace(seat.desk.catalogue, shifts=())
    with pytest.raises(InputError, match="no_shift_now"):
        asyncio.run(book.enter())
