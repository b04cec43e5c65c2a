"""The forecast against series with a known truth, and Erlang C against the textbook."""

import math
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.reports.forecast import (
    LEAST_WEEKS,
    Forecast,
    ServiceLevel,
    answered_share,
    erlang_c,
    operators_needed,
)
from console.domain.time_zone import CITY

MONDAY = datetime(2026, 11, 23, tzinfo=CITY)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
MIDNIGHT_CALLS = 4


def shape(at: datetime) -> float:
    """A day with a peak at ten, half of it on Sundays."""
    usual = MIDNIGHT_CALLS + 36 * math.exp(-((at.hour - 10) ** 2) / 18)
    return usual / 2 if at.weekday() == 6 else usual


def series(
    number: Callable[[datetime], float], weeks: int = 12, until: datetime = MONDAY
) -> dict[datetime, int]:
    hours = range(1, weeks * 168 + 1)
    return {until - n * HOUR: round(number(until - n * HOUR)) for n in hours}


def poisson(dice: random.Random, mean: float) -> int:
    limit, product, n = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        n += 1
    return n


def test_a_steady_series_is_forecast_as_it_is() -> None:
    made = Forecast(series(shape), MONDAY)
    assert made.weeks == 12
    for n in range(168):
        at = MONDAY + n * HOUR
        assert made.expect(at).expected == pytest.approx(round(shape(at)), abs=0.01)
    assert made.growth == pytest.approx(0, abs=1e-9)


def test_growth_goes_on_and_one_flooded_week_does_not_bend_it() -> None:
    def growing(at: datetime) -> float:
        return shape(at) * (1 + 0.02 * ((at - MONDAY) / WEEK)) * 20

    made = Forecast(series(growing), MONDAY)
    at = MONDAY + WEEK + 10 * HOUR
    assert made.expect(at).expected == pytest.approx(growing(at), rel=0.03)
    flooded = {
        at: n * 5 if MONDAY - 3 * WEEK <= at < MONDAY - 2 * WEEK else n
        for at, n in series(growing).items()
    }
    assert Forecast(flooded, MONDAY).expect(at).expected == pytest.approx(growing(at), rel=0.06)


def test_nine_hours_in_ten_lie_in_the_band_and_a_burst_does_not() -> None:
    dice = random.Random(5)
    history = {at: poisson(dice, shape(at)) for at in series(shape)}
    made = Forecast(history, MONDAY)
    outside = sum(
        made.expect(at := MONDAY + n * HOUR).outside(poisson(dice, shape(at))) != 0
        for n in range(4 * 168)
    )
    assert outside / (4 * 168) < 0.16
    ten = made.expect(MONDAY + 10 * HOUR)
    assert ten.outside(round(shape(ten.at) * 2)) == 1
    assert ten.outside(3) == -1
    assert ten.outside(round(ten.expected)) == 0


def test_a_holiday_is_a_sunday_of_its_own_size() -> None:
    holiday, past = date(2026, 11, 25), date(2026, 10, 14)

    def number(at: datetime) -> float:
        return 3 if at.date() == past else shape(at)

    made = Forecast(series(number), MONDAY, (holiday, past))
    hours = [made.expect(datetime(2026, 11, 25, n, tzinfo=CITY)).expected for n in range(24)]
    assert sum(hours) == pytest.approx(72, rel=0.01)
    # The same weekday without a holiday is as usual, although a past one was a holiday.
    at = datetime(2026, 12, 2, 10, tzinfo=CITY)
    assert made.expect(at).expected == pytest.approx(round(shape(at)))


def test_too_little_history_says_nothing() -> None:
    assert not Forecast({}, MONDAY).known
    assert not Forecast(series(shape, LEAST_WEEKS - 1), MONDAY).known
    assert Forecast(series(shape, LEAST_WEEKS), MONDAY).known
    nothing = Forecast({}, MONDAY).expect(MONDAY)
    assert (nothing.expected, nothing.low, nothing.hours) == (0, 0, 0)


def test_what_comes_later_does_not_change_it() -> None:
    later = series(shape) | {MONDAY + n * HOUR: 900 for n in range(48)}
    assert Forecast(later, MONDAY).expect(MONDAY) == Forecast(series(shape), MONDAY).expect(MONDAY)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=0, max_size=800), st.integers(0, 400))
def test_any_series_gives_a_band_around_a_number_that_is_none_below_zero(
    counts: list[int], ahead: int
) -> None:
    made = Forecast({MONDAY - (n + 1) * HOUR: c for n, c in enumerate(counts)}, MONDAY)
    found = made.expect(MONDAY + ahead * HOUR)
    assert 0 <= found.low <= found.expected <= found.high
    assert math.isfinite(found.high)


# --- Erlang


def by_definition(operators: int, load: Fraction) -> float:
    """Sums of powers over factorials, exactly."""
    tail = load**operators / math.factorial(operators) * operators / (operators - load)
    return float(tail / (sum(load**k / math.factorial(k) for k in range(operators)) + tail))


@pytest.mark.parametrize(
    ("operators", "load"), [(1, "1/2"), (2, "1"), (10, "8"), (14, "10"), (55, "50"), (130, "121")]
)
def test_erlang_c_is_what_its_definition_says(operators: int, load: str) -> None:
    expected = by_definition(operators, Fraction(load))
    assert erlang_c(operators, float(Fraction(load))) == pytest.approx(expected, rel=1e-9)
    assert erlang_c(3, 3.0) == 1.0


def test_the_fewest_operators_that_keep_the_level() -> None:
    # The usual example: 100 calls in half an hour of 3 minutes, 80 % in 20 s, take 14.
    assert operators_needed(200, 180, ServiceLevel(80, 20)) == 14
    assert answered_share(14, 200, 180, 20) == pytest.approx(0.888, abs=0.002)
    assert answered_share(13, 200, 180, 20) < 0.8
    assert operators_needed(0, 180, ServiceLevel()) == 0
    assert operators_needed(1, 180, ServiceLevel()) == 1


@given(st.floats(0.1, 3000), st.floats(5, 900), st.floats(1, 99.9), st.floats(0, 120))
def test_one_operator_less_would_not_do(
    calls: float, handle_s: float, percent: float, within_s: float
) -> None:
    wanted = ServiceLevel(percent, within_s)
    needed = operators_needed(calls, handle_s, wanted)
    assert answered_share(needed, calls, handle_s, within_s) * 100 >= percent
    assert needed == 1 or answered_share(needed - 1, calls, handle_s, within_s) * 100 < percent
