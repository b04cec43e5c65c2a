from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.catalogue.catalogue import Calendar
from console.domain.clocks.norms import factor_of, norm_version, resolve_due
from console.domain.clocks.urgency import Urgency, urgency
from console.domain.clocks.working_time import (
    add_working,
    stretches_of,
    working_between,
    working_days_ago,
)
from console.domain.errors import InputError
from console.domain.states import Priority
from tests.unit.domain.build import BUS, CALENDAR, CATALOGUE, CLOCKS, LAMP, NOW, later

INSTANTS = st.integers(0, 2 * 365 * 86_400).map(
    lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
HOURS = st.integers(0, 60 * 200).map(lambda minutes: minutes / 60)


def city(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """An instant given in the city's time of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (city(24, 10), 1, city(24, 11)),
        (city(24, 10), 1.5, city(24, 11, 30)),  # ends with the stretch, not after lunch
        (city(24, 10), 2, city(24, 13, 30)),
        (city(24, 12), 1, city(24, 14)),
        (city(24, 18), 1, city(25, 8, 30)),
        (city(27, 16), 2, city(28, 8, 30)),  # Friday to a Saturday worked by order
        (city(28, 16), 2, city(30, 8, 30)),  # over Sunday
        (city(23, 16, month=12), 2, city(25, 8, 30, month=12)),  # over a holiday
        (city(24, 10), 0, city(24, 10)),
    ],
)
def test_working_time(start: datetime, hours: float, end: datetime) -> None:
    assert add_working(start, hours, CALENDAR) == end
    assert working_between(start, end, CALENDAR) == timedelta(hours=hours)


def test_days() -> None:
    assert stretches_of(date(2026, 9, 2), CALENDAR) == ()
    assert len(stretches_of(date(2026, 11, 28), CALENDAR)) == 2
    assert stretches_of(date(2026, 11, 29), CALENDAR) == ()


def test_a_stretch_may_end_at_midnight() -> None:
    always = Calendar(hours={day: ((time(0), time(0)),) for day in range(1, 8)}, holidays={})
    assert add_working(NOW, 100, always) == later(hours=100)


@pytest.mark.parametrize(
    ("day", "days", "since"),
    [
        (24, 0, 24),
        (24, 1, 23),
        (24, 5, 17),  # over a weekend
        (22, 5, 16),  # a Sunday: the five days of the week before
        (30, 2, 27),  # the Saturday is worked
    ],
)
def test_working_days_lie_whole_between(day: int, days: int, since: int) -> None:
    for hour in (0, 12, 23):
        assert working_days_ago(city(day, hour), days, CALENDAR) == city(since, 0)


def test_a_calendar_without_work_is_refused_not_endless() -> None:
    with pytest.raises(InputError) as refused:
        add_working(NOW, 1, Calendar(hours={}, holidays={}))
    assert refused.value.code == "no_working_time"
    assert working_between(NOW, later(days=9), Calendar(hours={}, holidays={})) == timedelta(0)
    assert working_days_ago(NOW, 1, Calendar(hours={}, holidays={})) < later(days=-3000)


@settings(deadline=None)
@given(INSTANTS, HOURS)
def test_between_is_the_inverse(start: datetime, hours: float) -> None:
    end = add_working(start, hours, CALENDAR)
    assert abs(working_between(start, end, CALENDAR) - timedelta(hours=hours)) < timedelta(
        milliseconds=1
    )
    assert end >= start + timedelta(hours=hours) - timedelta(milliseconds=1)


@settings(deadline=None)
@given(INSTANTS, INSTANTS, HOURS, HOURS)
def test_more_hours_or_a_later_start_never_end_earlier(
    a: datetime, b: datetime, less: float, more: float
) -> None:
    a, b = sorted((a, b))
    less, more = sorted((less, more))
    assert add_working(a, less, CALENDAR) <= add_working(a, more, CALENDAR)
    # From one hour on: an empty span ends at its start, also outside of working time.
    assert add_working(a, less + 1, CALENDAR) <= add_working(b, less + 1, CALENDAR)


@settings(deadline=None)
@given(INSTANTS, INSTANTS, INSTANTS)
def test_spans_add_up(a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    whole = working_between(a, c, CALENDAR)
    assert whole == working_between(a, b, CALENDAR) + working_between(b, c, CALENDAR)
    assert working_between(c, a, CALENDAR) == timedelta(0)


def test_due_by_priority() -> None:
    assert resolve_due(NOW, LAMP, Priority.NORMAL, CATALOGUE, CLOCKS) == later(hours=8)
    assert resolve_due(NOW, LAMP, Priority.HIGH, CATALOGUE, CLOCKS) == later(hours=4)
    assert resolve_due(NOW, LAMP, Priority.URGENT, CATALOGUE, CLOCKS) == later(hours=2)
    assert resolve_due(NOW, BUS, Priority.NORMAL, CATALOGUE, CLOCKS) == city(26, 10)
    assert factor_of(Priority.HIGH, None) == 1.0
    assert norm_version(LAMP) == "light.off@2013-04-01"


def test_urgency() -> None:
    due = later(hours=8)
    steps = [(3, Urgency.OK), (4, Urgency.SOON), (6, Urgency.NEAR), (8, Urgency.NEAR)]
    for hours, wanted in [*steps, (8.1, Urgency.LATE)]:
        assert urgency(NOW, due, later(hours=hours)) is wanted
    assert urgency(NOW, None, NOW) is Urgency.OK
