"""Orders that stop clocks: what they cover, what they move, what they never touch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.domain.catalogue.city_rules import Norm
from console.domain.desk.pause_orders import (
    PauseOrder,
    ended,
    fold_orders,
    moved,
    moved_end,
    ordered,
)
from console.domain.errors import InputError, RefusedError
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.decide.rules import Rules
from console.domain.requests.request import OrderedPause
from tests.unit.domain.build import (
    CALENDAR,
    CATALOGUE,
    NOW,
    OFFICER,
    OPERATOR,
    SUPERVISOR,
    Case,
    event,
    later,
)

STORM = e.PauseOrdered(reason="Bão số 9", since=NOW, until=later(hours=10), paper="12/CĐ")


def given_order(said: e.PauseOrdered = STORM, until: datetime | None = None) -> PauseOrder:
    return PauseOrder(uuid4(), said, until or said.until, NOW, "minh")


def move(case: Case, order: PauseOrder, norms: tuple[Norm, ...] = ()) -> e.ClockMoved:
    """Apply the order to the case's first assignment and store the result."""
    catalogue = replace(CATALOGUE, norms=norms)
    rules = Rules.of(catalogue, case.at, request=case.request)
    fact = moved(order, case.request, case.request.assignments[0], rules)
    case.add(fact)
    return fact


def test_a_supervisor_orders_from_now_on() -> None:
    assert ordered(STORM, SUPERVISOR, CATALOGUE, NOW).since == NOW
    late_press = ordered(STORM, SUPERVISOR, CATALOGUE, later(seconds=30))
    assert late_press.since == later(seconds=30)
    assert ordered(STORM, SUPERVISOR, CATALOGUE, later(minutes=1)).since == later(minutes=1)
    longest = replace(STORM, until=NOW + timedelta(days=60))
    assert ordered(longest, SUPERVISOR, CATALOGUE, NOW).until == longest.until


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"since": later(hours=-1)}, "order_in_the_past"),
        ({"until": NOW}, "period_backwards"),
        ({"until": later(days=61)}, "order_too_long"),
        ({"reason": "  "}, "reason_needed"),
        ({"services": ("x",)}, "unknown_service"),
        ({"agencies": ("x",)}, "unknown_agency"),
        ({"groups": ("x",)}, "unknown_group"),
        ({"wards": ("x",)}, "unknown_ward"),
    ],
)
def test_what_cannot_be_ordered(change: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError) as refused:
        ordered(replace(STORM, **change), SUPERVISOR, CATALOGUE, NOW)  # type: ignore[arg-type]
    assert refused.value.code == problem


def test_an_operator_orders_and_ends_nothing() -> None:
    with pytest.raises(RefusedError, match="role_may_not"):
        ordered(STORM, OPERATOR, CATALOGUE, NOW)
    with pytest.raises(RefusedError, match="role_may_not"):
        ended(given_order(), "hết bão", OPERATOR, NOW)
    with pytest.raises(RefusedError, match="order_over"):
        ended(given_order(), "hết bão", SUPERVISOR, STORM.until)


def test_what_it_does_not_name_it_means_all_of() -> None:
    said = replace(STORM, groups=("light",), wards=("w1",))
    order = given_order(said)
    assert order.covers("light.off", "light", "w1", "evn")
    assert not order.covers("light.off", "light", None, "evn")
    assert not order.covers("roads.pothole", "roads", "w1", "evn")
    assert not given_order(replace(STORM, agencies=("so-xd",))).covers("x", "y", None, "evn")


def test_orders_fold_from_their_events() -> None:
    one, two = uuid4(), uuid4()
    end = e.PauseEnded(ends_at=later(hours=1), reason="hết bão")
    orders = fold_orders(
        [event(STORM, one), event(end, one, later(hours=1)), event(STORM, two), event(end, uuid4())]
    )
    assert [(o.id, o.until, o.end_reason) for o in orders] == [
        (one, later(hours=1), "hết bão"), (two, STORM.until, None),
    ]  # fmt: skip


def test_clocks_stand_still_and_the_first_date_stays() -> None:
    case = Case().forwarded()
    before = case.request.assignments[0]
    move(case, given_order())
    now = case.request.assignments[0]
    assert now.due_at == before.due_at == later(hours=8)
    assert now.deadline == now.judged_at == later(hours=18)
    assert now.acknowledge_until == later(hours=12)
    assert case.request.due_at == later(hours=18)


def test_what_was_late_before_the_order_stays_late() -> None:
    case = Case().forwarded().wait(hours=9)
    order = given_order(replace(STORM, since=later(hours=9), until=later(hours=20)))
    move(case, order)
    assert case.request.assignments[0].judged_at == later(hours=8)


def test_an_order_that_ends_early_gives_the_time_back() -> None:
    case, order = Case().forwarded(), given_order()
    move(case, order)
    move(case, replace(order, until=later(hours=1)))
    assert case.request.assignments[0].judged_at == later(hours=9)


def test_an_extension_granted_in_the_storm_is_not_moved_by_it_but_by_the_next() -> None:
    case = Case().forwarded()
    move(case, given_order())
    case.do(c.AskExtension, OFFICER, reason="vật tư", committed_at=later(hours=30))
    case.do(c.GrantExtension, SUPERVISOR)
    assert case.request.assignments[0].deadline == later(hours=30)
    move(case, given_order(replace(STORM, since=later(hours=20), until=later(hours=25))))
    mine = case.request.assignments[0]
    assert (mine.committed_at, mine.deadline) == (later(hours=30), later(hours=35))
    assert mine.judged_at == later(hours=18)


def test_a_reported_result_is_not_touched_and_no_step_fails() -> None:
    case = Case().resolved()
    before = case.request.assignments
    case.add(e.ClockMoved(agency="evn", order=uuid4(), since=NOW, until=later(hours=1),
                          due_at=later(days=9)))  # fmt: skip
    assert (case.request.assignments, case.request.not_applied) == (before, ())


def test_working_time_is_given_back_as_working_time() -> None:
    norms = (Norm(code="n", resolve_hours=8, working_time=("resolve",)),)
    # Eight working hours from Tuesday 10:00 end on Wednesday 10:00; two of Tuesday's are lost.
    due = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    case = Case()
    case.add(e.RequestForwarded(agency="evn", due_at=due))
    fact = move(case, given_order(replace(STORM, until=later(hours=4.5))), norms)
    # Lost: 10:00 to 11:30 and 13:00 to 14:30; given back on Wednesday in the same hours.
    assert fact.due_at == datetime(2026, 11, 25, 7, 30, tzinfo=UTC)


PAUSES = st.lists(
    st.tuples(st.integers(-50, 200), st.integers(0, 60)).map(
        lambda p: OrderedPause(UUID(int=0), later(hours=p[0]), later(hours=p[0] + p[1]))
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(PAUSES, st.integers(1, 100), st.booleans())
@example([OrderedPause(UUID(int=0), later(hours=7), later(hours=8))], 9, True)
def test_the_time_that_runs_is_the_norm_whatever_was_ordered(
    pauses: list[OrderedPause], hours: int, working: bool
) -> None:
    """Counted hour by hour outside the pauses, a clock runs as long as before."""
    due = later(hours=hours)
    end = moved_end(NOW, due, pauses, CALENDAR if working else None)
    assert end >= due
    if not working:
        ran = sum(
            not any(p.since <= NOW + timedelta(hours=h) < p.until for p in pauses)
            for h in range(int((end - NOW) / timedelta(hours=1)))
        )
        assert ran == hours
    assert moved_end(NOW, due, pauses[::-1] + pauses, CALENDAR if working else None) == end
