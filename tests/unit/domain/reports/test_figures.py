"""Periods, shares, percentiles and ranks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import InputError
from console.domain.reports import figures
from console.domain.reports.figures import Period, city_month, city_month_of, parse_moment
from console.domain.time_zone import CITY


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def test_the_citys_month_is_from_noon_of_the_25th_to_noon_of_the_25th() -> None:
    october = city_month(2025, 10)
    assert october.since == at("2025-09-25T12:00")
    assert october.until == october.cut == at("2025-10-25T12:00")
    assert city_month(2026, 1).since == at("2025-12-25T12:00")
    assert city_month(2026, 3).since == at("2026-02-25T12:00")


@given(st.integers(1_356_998_400, 4_102_444_800).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_every_instant_is_in_exactly_one_month_of_the_city(when: datetime) -> None:
    month = city_month_of(when)
    assert month.since <= when < month.until
    assert city_month_of(month.until).since == month.until
    assert month.before().until == month.since


def test_a_period_that_lasts_is_judged_now_and_one_that_is_over_at_its_end() -> None:
    now = at("2026-11-24T09:00")
    assert Period.of(at("2026-11-01T00:00"), at("2026-12-01T00:00"), now).cut == now
    over = Period.of(at("2026-10-01T00:00"), at("2026-11-01T00:00"), now)
    assert over.cut == over.until
    assert over.before().since == over.since - (over.until - over.since)
    with pytest.raises(InputError, match="period_backwards"):
        Period.of(now, now, now)
    with pytest.raises(InputError, match="period_too_long"):
        Period.of(now - timedelta(days=366 * 31), now, now)


@pytest.mark.parametrize(
    ("said", "end", "meant"),
    [
        ("2025-10-25", False, "2025-10-25T00:00"),
        ("2025-10-25", True, "2025-10-26T00:00"),
        ("25/10/2025", False, "2025-10-25T00:00"),
        ("2025-10-25T12:00", True, "2025-10-25T12:00"),
        (" 25/10/2025  12:00 ", False, "2025-10-25T12:00"),
        ("2025-10-25T05:00:00+00:00", False, "2025-10-25T12:00"),
    ],
)
def test_moments_as_people_write_them(said: str, end: bool, meant: str) -> None:
    assert parse_moment(said, end=end) == at(meant)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "0001-01-01T00:00", "3026-11-01"])
def test_a_year_that_no_report_can_be_about_is_refused(text: str) -> None:
    for end in (False, True):
        with pytest.raises(InputError, match="not_a_moment"):
            parse_moment(text, end=end)


@given(st.text())
def test_no_text_breaks_the_reading_of_moments(text: str) -> None:
    try:
        read: datetime | None = parse_moment(text)
    except InputError:
        read = None
    assert read is None or read.tzinfo is not None


def test_open_and_overdue_counts_against_and_open_in_time_does_not_count() -> None:
    assert figures.on_time_share(6, 2, 2) == 0.6
    assert figures.on_time_share(0, 0, 0) is None


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=200), st.integers(1, 100))
def test_percentiles_are_the_nearest_rank_of_the_sorted_cases(
    cases: list[int], percent: int
) -> None:
    counted = {tenth: cases.count(tenth) for tenth in cases}
    rank = max(1, -(-len(cases) * percent // 100))
    assert figures.percentile(counted, percent) == sorted(cases)[rank - 1] / 10
    assert figures.percentile({}, percent) is None


def test_small_samples_have_no_place_and_equals_share_one() -> None:
    judged = {"a": (0.5, 20), "b": (0.4, 19), "c": (0.5, 300), "d": (0.9, 20), "e": (None, 50)}
    assert figures.ranks(judged) == {"a": 1, "c": 1, "d": 3}


def test_one_spelling_gives_one_digest() -> None:
    assert figures.digest_of({"b": 1, "a": "ấ"}) == figures.digest_of({"a": "ấ", "b": 1})
    assert figures.digest_of({"a": 1}) != figures.digest_of({"a": 2})
