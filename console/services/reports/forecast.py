"""The forecast report: expected calls and requests for each hour, the band, and the actual figures.

It also compares the operators needed with the roster.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.shifts import shift_at
from console.domain.errors import InputError
from console.domain.reports import forecast
from console.domain.reports.figures import Period
from console.domain.reports.forecast import Forecast, Staffing
from console.domain.time_zone import CITY
from console.services.ports.store.queries import Queries
from console.services.views.reports import Cell, Rows

MOST_DAYS = 31
_HISTORY = timedelta(weeks=forecast.WEEKS, hours=1)
_HANDLED = timedelta(weeks=4)
_HOUR = timedelta(hours=1)
LEAST_HANDLED = 20
"""Answered calls needed to measure the handle time."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The rows of the report and the values of its explanation.

    Attributes:
        known: whether there is enough history, of calls and of requests.
        handle_s: handle time of a call.
        measured: calls it was measured from; 0 = it comes from the setting.
    """

    calls: Rows
    requests: Rows
    keys: tuple[str, ...]
    known: tuple[bool, bool]
    weeks: tuple[int, int]
    growth: tuple[float, float]
    handle_s: float
    measured: int


def models(
    queries: Queries, until: datetime, catalogue: Catalogue
) -> tuple[Forecast, dict[str, Forecast]]:
    """Forecasts of calls, and of requests by group ("" = all), from history before `until`."""
    since = until - _HISTORY
    holidays = catalogue.calendar.holidays
    first_call, first_request = queries.first_contact()
    calls = Forecast(queries.hourly_calls(since, until), until, holidays, first_call)
    by_group = by_groups(queries.hourly_requests(since, until), catalogue)
    return calls, {
        group: Forecast(counts, until, holidays, first_request)
        for group, counts in by_group.items()
    }


def by_groups(
    found: Mapping[str, Mapping[datetime, int]], catalogue: Catalogue
) -> dict[str, Counter[datetime]]:
    """Sum the counts of services by group, and of all under ""."""
    groups: dict[str, Counter[datetime]] = {"": Counter()}
    for code, counts in found.items():
        service = catalogue.services.get(code)
        for group in ("", service.group if service else code):
            groups.setdefault(group, Counter()).update(counts)
    return groups


def outlook(
    period: Period, queries: Queries, now: datetime, catalogue: Catalogue, staffing: Staffing
) -> Outlook:
    """The forecast for each hour of the period, from history before the period or now.

    Raises:
        InputError: `forecast_too_long`.
    """
    if period.until - period.since > timedelta(days=MOST_DAYS):
        raise InputError("forecast_too_long", days=MOST_DAYS)
    made_of = min(period.since, now)
    calls, groups = models(queries, made_of, catalogue)
    requests = groups[""]
    hours = _hours(period)
    came = queries.hourly_calls(period.since, min(period.until, now))
    asked = by_groups(queries.hourly_requests(period.since, min(period.until, now)), catalogue)[""]
    handle_s, measured = handle_time(queries, made_of, staffing)
    call_rows, request_rows = [], []
    for hour in hours:
        over = hour + _HOUR <= now
        call_rows.append(
            (
                *_line(calls, hour, came.get(hour, 0) if over else None),
                *_operators(calls, hour, handle_s, staffing),
                rostered(catalogue, hour) or None,
            )
        )
        request_rows.append(_line(requests, hour, asked.get(hour, 0) if over else None))
    return Outlook(
        tuple(call_rows),
        tuple(request_rows),
        tuple(f"{hour:%Y-%m-%dT%H}" for hour in hours),
        (calls.known, requests.known),
        (calls.weeks, requests.weeks),
        (calls.growth, requests.growth),
        handle_s,
        measured,
    )


def handle_time(queries: Queries, until: datetime, staffing: Staffing) -> tuple[float, int]:
    """(handle time in seconds, calls it was measured from); with too few calls the setting's, 0."""
    found = queries.call_tally(Period(until - _HANDLED, until, until))
    answered = queries.call_figures(until - _HANDLED, until).answered
    if answered < LEAST_HANDLED:
        return staffing.handle_s, 0
    return max(1.0, (found.talk_s + found.wrap_up_s) / answered), answered


def rostered(catalogue: Catalogue, at: datetime) -> int:
    """Operators on the roster at this instant; 0 = unknown."""
    shift = shift_at(catalogue.shifts, at)
    return shift.operators if shift is not None else 0


def _hours(period: Period) -> Sequence[datetime]:
    first = forecast.hour_of(period.since)
    number = -(-(period.until - first) // _HOUR)
    return [first + n * _HOUR for n in range(number)]


def _line(made: Forecast, hour: datetime, came: int | None) -> tuple[Cell, ...]:
    """Hour, expected, low, high, actual, side of the band."""
    label = f"{hour.astimezone(CITY):%d/%m %H:00}"
    if not made.known:
        return (label, None, None, None, came, None)
    found = made.expect(hour)
    side = None if came is None else {1: "↑", -1: "↓", 0: ""}[found.outside(came)]
    return (
        label,
        round(found.expected, 1),
        round(found.low, 1),
        round(found.high, 1),
        came,
        side,
    )


def _operators(
    made: Forecast, hour: datetime, handle_s: float, staffing: Staffing
) -> tuple[Cell, Cell]:
    """Operators needed for the expected volume, and for the upper edge of the band."""
    if not made.known:
        return (None, None)
    found = made.expect(hour)
    level = staffing.level
    return (
        forecast.operators_needed(found.expected, handle_s, level),
        forecast.operators_needed(found.high, handle_s, level),
    )
