"""The rest of the city's dated data: norms of clocks, contact points, shifts, publication. Part of
the `Catalogue`; `services/city_data/rules.py` loads it.
"""

from dataclasses import dataclass
from datetime import date, time

from console.domain.states import Role

ALWAYS = date(2013, 4, 1)
"""The first day of the hotline; an entry without `valid_from` has been in force since then."""


def in_force(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether an entry is in force on this day, first and last day included."""
    return valid_from <= day and (valid_to is None or day <= valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """How long the clocks of some services run, from a day on.

    A clock that is None here keeps the value of a less specific norm, of the service or of the
    city's `ClockRules`.

    Attributes:
        services, groups: codes; both empty = every service.
        working_time: names of clocks that count working hours of the calendar; None = as before.
    """

    code: str
    services: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    forward_minutes: float | None = None
    acknowledge_hours: float | None = None
    resolve_hours: float | None = None
    callback_hours: float | None = None
    working_time: tuple[str, ...] | None = None
    valid_from: date = ALWAYS
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """đầu mối: where warnings about an agency's clocks go, besides its window.

    Attributes:
        agency: its code; "" = the switchboard itself.
        role: `officer` works on the case, `supervisor` answers for it (`escalation.recipients` says
            who is warned of what).
        email, phone: a mail address, a mobile number (E.164); at least one.
        around_the_clock: also send SMS at night; mail goes out at any hour.
    """

    code: str
    agency: str
    name: str
    role: Role
    email: str | None = None
    phone: str | None = None
    around_the_clock: bool = False
    valid_from: date = ALWAYS
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPlan:
    """One of the day's shifts; when `ends` is not after `starts`, it ends the next morning.

    Attributes:
        operators: how many operators the roster plans for; 0 = unknown.
    """

    code: str
    name: str
    starts: time
    ends: time
    operators: int = 0
    valid_from: date = ALWAYS
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRule:
    """How long we may take over a citizen's wish about his own data (Law 91/2025, Decree 356/2025).

    Attributes:
        wishes: the kinds (`domain/privacy/wishes.py`) that this rule covers.
        answer_days, done_days, extension_days: working days of the city's calendar.
    """

    code: str
    wishes: tuple[str, ...]
    answer_days: int
    done_days: int
    extension_days: int
    valid_from: date = ALWAYS
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRule:
    """What is published, when, and how exact its place is.

    Attributes:
        automatic: published without a person after closing; otherwise a supervisor publishes it.
        delay_hours: time between closing and automatic publication.
        decimals: of latitude and longitude; None = no place.
    """

    code: str
    services: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    automatic: bool = False
    delay_hours: float = 0
    decimals: int | None = 3
    valid_from: date = ALWAYS
    valid_to: date | None = None
