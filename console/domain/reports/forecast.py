"""Expected volume per hour from the centre's own history, and how many operators it takes. Simple
on purpose: a reader of the report can check a number with a pencil.

1. Each past week gets a level (its mean per hour without holidays). The trend is the median slope
   between all pairs of weeks (Theil-Sen), so one flooded week does not bend it.
2. A past hour is scaled by the level expected now over the level of its week. The expected number
   is the median of the scaled hours of the same weekday and hour.
3. The band: residuals in units of the square root of the expected number, pooled over the same and
   the neighbouring hours of that weekday; their 5th and 95th percentile, at least as wide as chance
   alone (Poisson) makes it.
4. A holiday has the shape of a Sunday, times the ratio of past holidays to Sundays.
5. Operators: Erlang C (A. K. Erlang 1917), the smallest number that answers the wanted share within
   the wanted seconds.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from console.domain.time_zone import CITY

VERSION = "db-2026.1"
WEEKS = 12
"""Weeks of history that are used."""
LEAST_WEEKS = 3
"""With fewer weeks there is no forecast."""
_WEEK = 168
_HOUR = timedelta(hours=1)
_SIDE = 1.645
"""5 % on either side by chance alone."""
_MOST_GROWTH = 0.05
"""The largest weekly trend that is believed."""
_SUNDAY = 6
MOST_OPERATORS = 2000


@dataclass(frozen=True, slots=True)
class Expected:
    """What an hour should bring.

    Attributes:
        low, high: nine hours in ten lie between them.
        hours: number of past hours behind the estimate.
    """

    at: datetime
    expected: float
    low: float
    high: float
    hours: int

    def outside(self, count: int) -> int:
        """1 above the band, -1 below it, 0 within."""
        return 1 if count > self.high else -1 if count < self.low else 0


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """This percentage of calls answered within this many seconds; NENA: 90 in 15."""

    percent: float = 90.0
    within_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Staffing:
    """Parameters of the operator count.

    Attributes:
        handle_s: talk and wrap-up of a call, until the centre has figures of its own.
    """

    level: ServiceLevel = ServiceLevel()
    handle_s: float = 240.0


def hour_of(at: datetime) -> datetime:
    """The full hour (city time) that contains an instant."""
    return at.astimezone(CITY).replace(minute=0, second=0, microsecond=0)


class Forecast:
    """A model of one series, fitted to the hours before `until`."""

    def __init__(
        self,
        counts: Mapping[datetime, int],
        until: datetime,
        holidays: Collection[date] = (),
        since: datetime | None = None,
    ) -> None:
        """Fit.

        Args:
            counts: full hour -> number; a missing hour had none.
            until: the history ends here; later counts are ignored.
            holidays: days of the city.
            since: when the series began; by default the first count.
        """
        self._holidays = frozenset(holidays)
        known = {hour_of(at): n for at, n in counts.items() if at < until}
        end = hour_of(until)
        self._end = end
        begin = max(
            hour_of(since) if since else min(known, default=end), end - _WEEK * WEEKS * _HOUR
        )
        self.weeks = int((end - begin) / _HOUR) // _WEEK
        first = end - _WEEK * self.weeks * _HOUR
        self._levels = [self._level(known, first, week) for week in range(self.weeks)]
        self._slope = _slope(self._levels)
        self._now = self._fitted(self.weeks)
        self._past = self._scaled(known, first)
        self._share = self._holiday_share(known)
        self._spread: dict[tuple[int, int], tuple[float, float]] = {}

    @property
    def known(self) -> bool:
        """Whether there is enough history for a forecast."""
        return self.weeks >= LEAST_WEEKS and self._now > 0

    @property
    def growth(self) -> float:
        """Growth of a week over the one before, as a share; negative when it shrinks."""
        return self._slope / self._now if self._now else 0.0

    def expect(self, at: datetime) -> Expected:
        """The forecast for the hour that contains this instant."""
        hour = hour_of(at)
        ahead = max(0.0, (hour - self._end) / (_WEEK * _HOUR))
        factor = 1 + self.growth * ahead
        day, share = hour.weekday(), 1.0
        if hour.date() in self._holidays:
            day, share = _SUNDAY, self._share
        past = self._past.get((day, hour.hour), [])
        middle = max(0.0, (median(past) if past else 0.0) * factor * share)
        below, above = self._band(day, hour.hour)
        root = math.sqrt(max(middle, 1.0))
        return Expected(
            hour,
            middle,
            max(0.0, middle - max(_SIDE, below) * root),
            middle + max(_SIDE, above) * root,
            len(past),
        )

    # --- fitting

    def _level(self, known: Mapping[datetime, int], first: datetime, week: int) -> float:
        """Mean per hour of a week's ordinary days; 0 for a week of holidays only."""
        hours = [first + (week * _WEEK + n) * _HOUR for n in range(_WEEK)]
        ordinary = [known.get(h, 0) for h in hours if h.date() not in self._holidays]
        return sum(ordinary) / len(ordinary) if ordinary else 0.0

    def _fitted(self, week: float) -> float:
        """The level of a week on the trend line."""
        used = [(n, level) for n, level in enumerate(self._levels) if level > 0]
        if not used:
            return 0.0
        start = median(level - self._slope * n for n, level in used)
        return max(0.0, start + self._slope * week)

    def _scaled(
        self, known: Mapping[datetime, int], first: datetime
    ) -> dict[tuple[int, int], list[float]]:
        """(weekday, hour) -> past numbers, scaled to today's level."""
        found: dict[tuple[int, int], list[float]] = defaultdict(list)
        for week, level in enumerate(self._levels):
            if level <= 0:
                continue
            for n in range(_WEEK):
                hour = first + (week * _WEEK + n) * _HOUR
                if hour.date() not in self._holidays:
                    scaled = known.get(hour, 0) * self._now / level
                    found[hour.weekday(), hour.hour].append(scaled)
        return found

    def _holiday_share(self, known: Mapping[datetime, int]) -> float:
        """Median ratio of past holidays to the Sunday expected now; 1 without any in the
        history.
        """
        sunday = sum(median(self._past[_SUNDAY, h]) for h in range(24) if self._past[_SUNDAY, h])
        if not sunday:
            return 1.0
        totals: dict[date, int] = defaultdict(int)
        for hour, n in known.items():
            if hour.date() in self._holidays:
                totals[hour.date()] += n
        return median(totals.values()) / sunday if totals else 1.0

    def _band(self, day: int, hour: int) -> tuple[float, float]:
        """How far past hours lay below and above the median, in square roots of it."""
        if (day, hour) in self._spread:
            return self._spread[day, hour]
        residuals = []
        for near in (hour - 1, hour, hour + 1):
            past = self._past.get((day, near % 24), [])
            if past:
                middle = median(past)
                residuals += [(value - middle) / math.sqrt(max(middle, 1.0)) for value in past]
        residuals.sort()
        band = (
            (-_quantile(residuals, 0.05), _quantile(residuals, 0.95)) if residuals else (0.0, 0.0)
        )
        self._spread[day, hour] = band
        return band


def _slope(levels: Sequence[float]) -> float:
    """Median slope between all pairs of weeks, limited to what is believed."""
    used = [(n, level) for n, level in enumerate(levels) if level > 0]
    slopes = [(b - a) / (m - n) for i, (n, a) in enumerate(used) for m, b in used[i + 1 :]]
    if not slopes:
        return 0.0
    most = _MOST_GROWTH * median(level for _, level in used)
    return max(-most, min(most, median(slopes)))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


# --- operators


def erlang_c(operators: int, load: float) -> float:
    """Probability that a caller waits at all; 1 when the load is not less than the operators."""
    if load <= 0:
        return 0.0
    if operators <= load:
        return 1.0
    blocked = 1.0
    for n in range(1, operators + 1):
        blocked = load * blocked / (n + load * blocked)
    return operators * blocked / (operators - load * (1 - blocked))


def answered_share(operators: int, calls: float, handle_s: float, within_s: float) -> float:
    """Share of an hour's calls answered in time, 0 to 1.

    Args:
        calls: an hour.
        handle_s: talk and wrap-up of one call.
    """
    load = calls * handle_s / 3600
    if operators <= load:
        return 0.0 if load > 0 else 1.0
    waits = erlang_c(operators, load)
    return 1 - waits * math.exp(-(operators - load) * within_s / handle_s) if handle_s > 0 else 1.0


def operators_needed(calls: float, handle_s: float, wanted: ServiceLevel) -> int:
    """The fewest operators that keep the service level; 0 for an hour without calls."""
    if calls <= 0 or handle_s <= 0:
        return 0
    operators = math.floor(calls * handle_s / 3600) + 1
    while operators < MOST_OPERATORS:
        if answered_share(operators, calls, handle_s, wanted.within_s) * 100 >= wanted.percent:
            break
        operators += 1
    return operators
