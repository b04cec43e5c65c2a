"""Arithmetic in working hours and working days of the city's calendar.

Everything is computed from instants and a calendar; no running total is kept.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from console.domain.catalogue.catalogue import Calendar
from console.domain.errors import InputError
from console.domain.time_zone import CITY

_DAY = timedelta(days=1)
_FURTHEST = timedelta(days=3660)
"""A calendar without working time for ten years is a mistake in the data."""


def stretches_of(day: date, calendar: Calendar) -> tuple[tuple[time, time], ...]:
    """The working stretches of a day; an extra day by order outweighs a holiday."""
    if (weekday := calendar.extra_days.get(day)) is not None:
        return calendar.hours_on(day).get(weekday, ())
    if day in calendar.holidays:
        return ()
    return calendar.hours_on(day).get(day.isoweekday(), ())


def _stretches(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Working stretches from `start` on, in UTC, the first one cut at `start`."""
    day = start.astimezone(CITY).date()
    last = day + _FURTHEST
    while day <= last:
        for begins, ends in stretches_of(day, calendar):
            a = datetime.combine(day, begins, CITY)
            b = datetime.combine(day, ends, CITY)
            if b <= a:  # 24:00 can only be written as 00:00
                b += _DAY
            if b > start:
                yield max(a, start).astimezone(UTC), b.astimezone(UTC)
        day += _DAY


def add_working(start: datetime, hours: float, calendar: Calendar) -> datetime:
    """The instant (UTC) at which `hours` of working time have passed since `start`.

    Raises:
        InputError: `no_working_time` when the calendar has none for ten years.
    """
    left = timedelta(hours=hours)
    if left <= timedelta(0):
        return start.astimezone(UTC)
    for begins, ends in _stretches(start, calendar):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise InputError("no_working_time", start=start.isoformat())


def working_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Working time from `start` to `end`; zero when `end` is not later."""
    total = timedelta(0)
    for begins, ends in _stretches(start, calendar):
        if begins >= end:
            break
        total += min(ends, end) - begins
    return total


def working_days_ago(now: datetime, days: int, calendar: Calendar) -> datetime:
    """The start of working: whatever began before this midnight (UTC, of the city's day) has lasted
    this many whole working days. The day it began and today do not count.
    """
    day = now.astimezone(CITY).date()
    first = day - _FURTHEST
    while days > 0 and day > first:
        day -= _DAY
        days -= bool(stretches_of(day, calendar))
    return datetime.combine(day, time(), CITY).astimezone(UTC)


def end_of_working_day(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The end (UTC) of work on the day when this many working days have passed; the day of `start`
    does not count.

    Raises:
        InputError: `no_working_time` when the calendar has none for ten years.
    """
    day = start.astimezone(CITY).date()
    last = day + _FURTHEST
    while day < last:
        day += _DAY
        stretches = stretches_of(day, calendar)
        days -= bool(stretches)
        if stretches and days <= 0:
            ends = max(time.max if each == time() else each for _, each in stretches)
            return datetime.combine(day, ends, CITY).astimezone(UTC)
    raise InputError("no_working_time", start=start.isoformat())
