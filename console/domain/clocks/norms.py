"""How long a clock runs for a service: the most specific norm of the day applies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from console.domain.catalogue.catalogue import Calendar, Catalogue, ClockRules, Service
from console.domain.catalogue.city_rules import Norm, in_force
from console.domain.clocks import working_time
from console.domain.states import Priority
from console.domain.time_zone import CITY


@dataclass(frozen=True, slots=True)
class ClockNorm:
    """How long one clock runs.

    Attributes:
        working: counts working hours of the calendar, else 24x7.
        version: the data that set it, such as `water.burst@2026-01-01`; printed on reports.
    """

    hours: float
    working: bool
    version: str

    def end(self, start: datetime, calendar: Calendar, share: float = 1.0) -> datetime:
        """When a clock that starts at `start` runs out.

        Raises:
            InputError: `no_working_time`.
        """
        hours = self.hours * share
        if self.working:
            return working_time.add_working(start, hours, calendar)
        return start + timedelta(hours=hours)


def factor_of(priority: Priority, rules: ClockRules | None) -> float:
    """Share of the norm that a request of this priority gets; 1 without rules."""
    if rules is None:
        return 1.0
    shares = {Priority.HIGH: rules.high_factor, Priority.URGENT: rules.urgent_factor}
    return shares.get(priority, 1.0)


def norm_version(service: Service) -> str:
    """Which norm set a date, such as `water.burst@2026-01-01`; printed on reports."""
    return f"{service.code}@{service.valid_from.isoformat()}"


class _Aimed(Protocol):
    """A rule that applies to some services from a day on."""

    @property
    def services(self) -> tuple[str, ...]: ...
    @property
    def groups(self) -> tuple[str, ...]: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


def most_specific[A: _Aimed](rules: Sequence[A], service: Service, day: date) -> Iterator[A]:
    """The rules that apply to the service on that day: its own first, then its group's, then those
    for all services; of two of the same kind the one that began later comes first.
    """
    found = [
        (0 if service.code in r.services else 1 if service.group in r.groups else 2, r)
        for r in rules
        if in_force(r.valid_from, r.valid_to, day)
        and (
            service.code in r.services or service.group in r.groups or not (r.services or r.groups)
        )
    ]
    found.sort(key=lambda pair: (pair[0], -pair[1].valid_from.toordinal()))
    return (rule for _, rule in found)


def norm_of(
    clock: str, service: Service | None, catalogue: Catalogue, rules: ClockRules, day: date
) -> ClockNorm:
    """How long this clock runs for a request of that day.

    Args:
        clock: forward, acknowledge, resolve or callback.
        service: None when the city no longer has it: the city's clocks apply, and there is no
            `resolve`.
        rules: the city's clocks of that day.

    Raises:
        ValueError: no such clock.
    """
    hours, working, version = _plain(clock, service, rules)
    if service is None:
        return ClockNorm(hours, working, version)
    named = False
    for norm in most_specific(catalogue.norms, service, day):
        if not named and (wanted := _hours(clock, norm)) is not None:
            hours, version, named = wanted, f"{norm.code}@{norm.valid_from.isoformat()}", True
        if norm.working_time is not None:
            working = clock in norm.working_time
            break
    return ClockNorm(hours, working, version)


def _plain(clock: str, service: Service | None, rules: ClockRules) -> tuple[float, bool, str]:
    city = f"{rules.code}@{rules.valid_from.isoformat()}"
    match clock:
        case "forward":
            return rules.forward_minutes / 60, False, city
        case "acknowledge":
            return rules.acknowledge_hours, False, city
        case "callback":
            return rules.callback_hours, False, city
        case "resolve" if service is not None:
            return service.resolve_hours, service.working_time, norm_version(service)
    raise ValueError(clock)


def _hours(clock: str, norm: Norm) -> float | None:
    match clock:
        case "forward":
            return None if norm.forward_minutes is None else norm.forward_minutes / 60
        case "acknowledge":
            return norm.acknowledge_hours
        case "callback":
            return norm.callback_hours
        case _:
            return norm.resolve_hours


def resolve_due(
    start: datetime,
    service: Service,
    priority: Priority,
    catalogue: Catalogue,
    rules: ClockRules,
    day: date | None = None,
) -> datetime:
    """End of a resolve clock that starts now; danger shortens it.

    Args:
        day: the request's day, whose norms apply; by default the day of `start`.

    Raises:
        InputError: `no_working_time`.
    """
    norm = norm_of("resolve", service, catalogue, rules, day or start.astimezone(CITY).date())
    return norm.end(start, catalogue.calendar, factor_of(priority, rules))
