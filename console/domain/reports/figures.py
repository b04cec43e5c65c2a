"""The formulas behind the reports: periods, shares, percentiles, ranks. Values in, values out.

The meaning of each figure is decided here once; every report prints `VERSION`, which changes with
the meaning. The store counts, this module computes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from console.domain.errors import InputError
from console.domain.time_zone import CITY

VERSION = "bc-2026.1"
"""Version of the formulas; the city's data has its own (`Catalogue.version`)."""
LEAST_SAMPLE = 20
"""An agency with fewer judged assignments is shown but not ranked."""
SILENT_HOURS = 48
"""An open case without any step for this long is silent."""
TENTH_MS = 360_000
"""A tenth of an hour, the unit of hours in reports."""
_LONGEST = timedelta(days=366 * 30)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`, judged at `cut`: the end of the period, or now if
    that is earlier. What happens after `cut` does not change the period's figures.
    """

    since: datetime
    until: datetime
    cut: datetime

    @classmethod
    def of(cls, since: datetime, until: datetime, now: datetime) -> "Period":
        """A period seen from `now`.

        Raises:
            InputError: `period_backwards`, `period_too_long`.
        """
        if until <= since:
            raise InputError("period_backwards", since=since, until=until)
        if until - since > _LONGEST:
            raise InputError("period_too_long", years=30)
        return cls(since, until, min(until, now))

    def before(self) -> "Period":
        """The previous period of the same length; for a month of the city, the previous month."""
        if (since := city_month_of(self.since)).since == self.since and since.until == self.until:
            return city_month_of(self.since - timedelta(days=1))
        start = self.since - (self.until - self.since)
        return Period(start, self.since, self.since)


def city_month(year: int, month: int) -> Period:
    """The city's month: from the 25th 12:00 of the month before to the 25th 12:00 of this one."""
    earlier = date(year, month, 1) - timedelta(days=1)
    noon = time(12)
    since = datetime.combine(earlier.replace(day=25), noon, CITY).astimezone(UTC)
    until = datetime.combine(date(year, month, 25), noon, CITY).astimezone(UTC)
    return Period(since, until, until)


def city_month_of(at: datetime) -> Period:
    """The city's month that contains an instant."""
    local = at.astimezone(CITY)
    this = city_month(local.year, local.month)
    if at < this.until:
        return this
    later = local.replace(day=28) + timedelta(days=5)
    return city_month(later.year, later.month)


_YEARS = (1000, 3000)
"""Other years are typing errors, and clocks cannot count near the ends of the calendar."""


def parse_moment(text: str, *, end: bool = False) -> datetime:
    """An instant as a person writes it: `2025-10-25`, `2025-10-25T12:00`, `25/10/2025 12:00`.

    Args:
        end: a date alone means the end of that day, so that `--to 2025-10-31` includes the 31st.

    Raises:
        InputError: `not_a_moment`.
    """
    try:
        at = _moment(" ".join(text.split()), end=end)
    except (ValueError, OverflowError) as error:
        raise InputError("not_a_moment", text=text) from error
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        raise InputError("not_a_moment", text=text)
    return at


def _moment(said: str, *, end: bool) -> datetime:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(said, form).replace(tzinfo=CITY)
        except ValueError:
            continue
        return (day + timedelta(days=1) if end else day).astimezone(UTC)
    for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"):
        try:
            return datetime.strptime(said, form).replace(tzinfo=CITY).astimezone(UTC)
        except ValueError:
            continue
    at = datetime.fromisoformat(said)
    return (at if at.tzinfo else at.replace(tzinfo=CITY)).astimezone(UTC)


def share(part: int, whole: int) -> float | None:
    """part / whole, 0 to 1; None when the whole is 0."""
    return part / whole if whole else None


def on_time_share(on_time: int, late: int, open_overdue: int) -> float | None:
    """On time / (done + open and overdue). Open overdue cases count, so leaving a case open does
    not help; open cases within their time do not count yet.
    """
    return share(on_time, on_time + late + open_overdue)


def percentile(tenths: Mapping[int, int], percent: int) -> float | None:
    """Hours at this percentile by nearest rank, from a count of cases by tenths of an hour.

    Each case counts with its hours rounded down to a tenth; None without a case.
    """
    number = sum(tenths.values())
    if not number:
        return None
    rank = max(1, -(-number * percent // 100))
    reached = 0
    for tenth in sorted(tenths):
        reached += tenths[tenth]
        if reached >= rank:
            return tenth / 10
    return None


def ranks(judged: Mapping[str, tuple[float | None, int]]) -> dict[str, int]:
    """Places by share on time, the lowest share first; equal shares get the same place.

    Args:
        judged: agency -> (share on time, cases judged); fewer than `LEAST_SAMPLE` get no place.
    """
    counted = {
        who: value for who, (value, n) in judged.items() if value is not None and n >= LEAST_SAMPLE
    }
    return {who: 1 + sum(v < value for v in counted.values()) for who, value in counted.items()}


def digest_of(value: object) -> str:
    """sha256 of a JSON value in canonical spelling: keys sorted, no blanks, UTF-8."""
    spelt = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelt.encode()).hexdigest()


def cell_text(value: object) -> str:
    """A cell as plain text; whoever shows it adds the Vietnamese decimal comma."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.1f}"
    return str(value)


def total(values: Sequence[int | float | None]) -> int:
    """The sum of a column of counts."""
    return int(sum(v for v in values if v is not None))
