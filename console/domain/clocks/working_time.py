"""The clocks of a request: working time with holidays, deadlines, pauses, thresholds, urgency.

Everything is computed from instants in the events; nothing here is kept as a running number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from console.domain.catalogue.catalogue import Calendar, ClockRules, Service
from console.domain.errors import InputError
from console.domain.requests.request import Assignment, Pause
from console.domain.states import Priority
from console.domain.time_zone import CITY

_DAY = timedelta(days=1)
_FURTHEST = timedelta(days=3660)
"""A calendar that holds no working time within ten years is broken, not slow."""


# --- working time


def stretches_of(day: date, calendar: Calendar) -> tuple[tuple[time, time], ...]:
    """The working stretches of a day; an extra day by order counts before a holiday."""
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
    """The midnight of the city (UTC) before which something began that lasted so many whole working
    days; the day it began and today do not count.
    """
    day = now.astimezone(CITY).date()
    first = day - _FURTHEST
    while days > 0 and day > first:
        day -= _DAY
        days -= bool(stretches_of(day, calendar))
    return datetime.combine(day, time(), CITY).astimezone(UTC)


def end_of_working_day(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The end (UTC) of work on the day by which so many working days have passed; the day of
    `start` does not count.

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


# --- deadlines


def factor_of(priority: Priority, rules: ClockRules | None) -> float:
    """Share of the norm that a request of this priority gets; 1 without rules."""
    if rules is None:
        return 1.0
    shares = {Priority.HIGH: rules.high_factor, Priority.URGENT: rules.urgent_factor}
    return shares.get(priority, 1.0)


def norm_version(service: Service) -> str:
    """Which norm set a date, such as `water.burst@2026-01-01`; printed on reports."""
    return f"{service.code}@{service.valid_from.isoformat()}"


def with_pauses(
    start: datetime, due: datetime, pauses: tuple[Pause, ...], now: datetime
) -> datetime:
    """`due` moved on by every pause that fell between `start` and the deadline so far.

    An open pause counts up to `now`, so the deadline moves with it.
    """
    for pause in sorted(pauses, key=lambda p: p.since):
        since = max(pause.since, start)
        until = now if pause.until is None else pause.until
        if since < due and until > since:
            due += until - since
    return due


def forward_deadline(
    requested_at: datetime, forward_due_at: datetime, pauses: tuple[Pause, ...], now: datetime
) -> datetime:
    """End of the forward clock, with the waits for the citizen's answer added."""
    return with_pauses(requested_at, forward_due_at, pauses, now)


def owes_progress(held: Assignment, rules: ClockRules, calendar: Calendar, now: datetime) -> bool:
    """Whether the agency has it for more working days than the city allows, and said neither that
    it is done nor, by a wish for a later date, how far it is.
    """
    silent = held.asked_at is None and held.committed_at is None and held.resolution_code is None
    until = working_days_ago(now, rules.progress_report_working_days, calendar)
    return held.is_open and silent and held.forwarded_at < until


# --- warnings


class Urgency(StrEnum):
    """How near a deadline is; the window gives each a colour, a word and a shape."""

    OK = "ok"
    SOON = "soon"
    NEAR = "near"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A moment to warn: `half`, `three_quarters`, `due`, `day_late`."""

    code: str
    at: datetime


def thresholds(start: datetime, due: datetime) -> tuple[Threshold, ...]:
    """When to warn: 50 %, 75 %, 100 % of the clock and 24 hours after it (PRODUCT.md)."""
    whole = due - start
    return (
        Threshold("half", start + whole * 0.5),
        Threshold("three_quarters", start + whole * 0.75),
        Threshold("due", due),
        Threshold("day_late", due + _DAY),
    )


def urgency(start: datetime, due: datetime | None, now: datetime) -> Urgency:
    """`soon` from half of the clock on, `near` from three quarters, `late` after its end."""
    if due is None:
        return Urgency.OK
    if now > due:
        return Urgency.LATE
    whole, gone = due - start, now - start
    if gone * 4 >= whole * 3:
        return Urgency.NEAR
    return Urgency.SOON if gone * 2 >= whole else Urgency.OK
