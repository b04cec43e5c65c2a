"""The register of wishes about one's own data: dates, steps, and who keeps it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from console.domain.actors import Actor
from console.domain.clocks.working_time import end_of_working_day
from console.domain.errors import ConsoleError, InputError, RefusedError
from console.domain.privacy import wishes
from console.domain.privacy.person import Person
from console.domain.privacy.wishes import KINDS, Wish, WishForm, fold_wishes
from console.domain.requests import events as e
from console.domain.requests import wish_events as w
from console.domain.states import Channel, Role
from console.domain.time_zone import CITY
from console.services.city_data.catalogue_loader import load_catalogue
from tests.integration.store.build import stored

CITY_DATA = load_catalogue()
LAN = Person(("+84903123456",))
HEAD = Actor("supervisor", Role.SUPERVISOR)
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=CITY)


def form(**more: object) -> WishForm:
    """Lan wants to see her data."""
    return replace(WishForm("view", LAN, Channel.VOICE), **more)  # type: ignore[arg-type]


def wish(*facts: e.Fact, said: WishForm | None = None) -> Wish:
    """The wish of that Friday after these steps."""
    wish_id = uuid4()
    first = wishes.taken_down(said or form(), HEAD, CITY_DATA, FRIDAY)
    events = [stored(wish_id, fact, FRIDAY.astimezone(UTC)) for fact in (first, *facts)]
    (found,) = fold_wishes(events)
    return found


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("view", date(2026, 12, 11)),
        ("copy", date(2026, 12, 11)),
        ("correct", date(2026, 12, 11)),
        ("withdraw", date(2026, 12, 18)),
        ("restrict", date(2026, 12, 18)),
        ("object", date(2026, 12, 18)),
        ("delete", date(2026, 12, 25)),
    ],
)
def test_answered_in_two_working_days_and_done_in_those_of_its_kind(kind: str, due: date) -> None:
    said = wishes.taken_down(form(wish=kind), HEAD, CITY_DATA, FRIDAY)
    # Friday does not count, Saturday and Sunday are not working days: Monday and Tuesday.
    assert said.answer_due_at.astimezone(CITY) == datetime(2026, 12, 1, 17, 0, tzinfo=CITY)
    assert said.due_at.astimezone(CITY) == datetime.combine(
        due, said.answer_due_at.astimezone(CITY).timetz()
    )
    assert said.rule.endswith("@2026-01-01")
    assert set(KINDS) == {k for rule in CITY_DATA.wishes for k in rule.wishes}


def test_a_holiday_is_no_working_day() -> None:
    before = datetime(2026, 12, 30, 22, 0, tzinfo=CITY)  # New Year is a Friday
    due = end_of_working_day(before, 2, CITY_DATA.calendar).astimezone(CITY)
    assert due == datetime(2027, 1, 4, 17, 0, tzinfo=CITY)
    with pytest.raises(InputError, match="no_working_time"):
        end_of_working_day(before, 1, replace(CITY_DATA.calendar, hours={}, later=()))


def test_a_rule_counts_from_its_day_on() -> None:
    (first, *_) = CITY_DATA.wishes
    longer = replace(first, done_days=12, valid_from=date(2027, 1, 1))
    rules = (*CITY_DATA.wishes, longer)
    assert wishes.rule_of("view", rules, FRIDAY) is first
    assert wishes.rule_of("view", rules, FRIDAY + timedelta(days=60)) is longer
    with pytest.raises(InputError, match="no_wish_rule"):
        wishes.rule_of("view", rules, datetime(2025, 12, 31, tzinfo=CITY))


def test_from_the_answer_to_its_end() -> None:
    new = wish()
    assert (new.state, new.next_due_at) == ("open", new.said.answer_due_at)
    assert not new.is_late(new.next_due_at)
    assert new.is_late(new.next_due_at + timedelta(seconds=1))
    told = wish(wishes.answered(new, HEAD, "đã nhận"))
    assert (told.answered_at, told.next_due_at) == (FRIDAY.astimezone(UTC), told.said.due_at)
    later = wishes.extended(told, HEAD, CITY_DATA, FRIDAY, "phải hỏi đơn vị")
    longer = wish(later)
    assert longer.extended
    assert longer.due_at.astimezone(CITY).date() == date(2026, 12, 25)
    ended = wish(wishes.answered(new, HEAD, ""), later, wishes.done(new, HEAD, "đã giao tệp"))
    assert (ended.state, ended.is_late(FRIDAY + timedelta(days=99))) == ("done", False)
    assert [s.kind for s in ended.steps] == [
        "wish_received", "wish_answered", "wish_extended", "wish_done",
    ]  # fmt: skip
    no = wish(wishes.refused(new, HEAD, "đang điều tra"))
    assert (no.state, no.answered_at is not None) == ("refused", True)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (lambda w: wishes.answered(w, HEAD, ""), "wish_answered"),
        (lambda w: wishes.extended(w, HEAD, CITY_DATA, FRIDAY, "lâu"), "wish_extended"),
        (lambda w: wishes.refused(w, HEAD, "  "), "reason_needed"),
    ],
)
def test_what_is_done_once_is_not_done_again(what: object, code: str) -> None:
    new = wish()
    later = wishes.extended(new, HEAD, CITY_DATA, FRIDAY, "lâu")
    with pytest.raises(ConsoleError, match=code):
        what(wish(wishes.answered(new, HEAD, ""), later))  # type: ignore[operator]
    over = wish(wishes.done(new, HEAD, ""))
    with pytest.raises(RefusedError, match="wish_over"):
        what(over)  # type: ignore[operator]
    late = new.due_at + timedelta(minutes=1)
    with pytest.raises(RefusedError, match="wish_late"):
        wishes.extended(new, HEAD, CITY_DATA, late, "lâu")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"wish": "forget"}, "unknown_wish"),
        ({"person": Person()}, "not_reachable"),
        ({"came_at": FRIDAY + timedelta(minutes=1)}, "wish_in_the_future"),
        ({"came_at": FRIDAY - timedelta(days=400)}, "wish_in_the_future"),
    ],
)
def test_what_cannot_be_taken_down(said: dict[str, object], code: str) -> None:
    with pytest.raises(InputError, match=code):
        wishes.taken_down(form(**said), HEAD, CITY_DATA, FRIDAY)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.OFFICER, Role.AUDITOR, Role.SYSTEM])
def test_supervisors_and_administrators_keep_the_register(role: Role) -> None:
    with pytest.raises(RefusedError, match="role_may_not"):
        wishes.taken_down(form(), Actor("x", role), CITY_DATA, FRIDAY)
    with pytest.raises(RefusedError, match="role_may_not"):
        wishes.done(wish(), Actor("x", role), "")


def test_of_two_endings_the_first_counts_whatever_comes_twice() -> None:
    new = wish()
    again = wish(wishes.done(new, HEAD, "xong"), wishes.refused(new, HEAD, "không"), new.said)
    assert again.state == "done"
    lost = stored(UUID(int=1), w.WishDone(text="của ai?"))
    assert fold_wishes([lost]) == ()
