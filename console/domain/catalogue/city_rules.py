"""More of the city's own data, all effective-dated: norms of clocks, contact points, shifts,
publication. Loaded by `services/city_data/rules.py`; part of the `Catalogue`.
"""

from dataclasses import dataclass
from datetime import date, time

from console.domain.states import Role

ALWAYS = date(2013, 4, 1)
"""The first day of the hotline; what has no `valid_from` has been so since then."""


def in_force(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether something counts on this day; both ends do."""
    return valid_from <= day and (valid_to is None or day <= valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """How long the clocks of some services run, from a day on.

    A clock that it does not name keeps what a less special norm, the service or the city's
    `ClockRules` say.

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
    """đầu mối: where warnings about an agency's clocks go, beside its window.

    Attributes:
        agency: its code; "" = the switchboard itself.
        role: `officer` works on it, `supervisor` answers for it (who hears of what:
            `escalation.recipients`).
        email, phone: an address, a mobile number (E.164); at least one.
        around_the_clock: also an SMS at night; mail comes at any hour.
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
    """One of the day's shifts; `ends` not later than `starts` means the next morning.

    Attributes:
        operators: the roster: how many are planned to answer calls; 0 = nobody said.
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
    """How long a citizen's wish about his own data may take (Law 91/2025, Decree 356/2025).

    Attributes:
        wishes: kinds of `domain/privacy/wishes.py` that it is for.
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
    """What becomes public by itself, when, and how exact its place is.

    Attributes:
        automatic: by itself after the request is closed; else a supervisor publishes by hand.
        delay_hours: after closing, for those that go by themselves.
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
