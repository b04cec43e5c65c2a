"""The city's own data: services, agencies, norms, rules, calendar, accounts. Each entry has the
dates between which it is in force; `services/city_data/catalogue_loader.py` loads them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from console.domain.catalogue.city_rules import (
    ContactPoint,
    Norm,
    PublicationRule,
    ShiftPlan,
    WishRule,
    in_force,
)
from console.domain.errors import InputError
from console.domain.states import Priority, Role
from console.domain.time_zone import CITY


@dataclass(frozen=True, slots=True)
class DangerQuestion:
    """A question for the operator to ask; "yes" raises the priority."""

    code: str
    text: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class ServiceAttribute:
    """An extra field on a service's form, such as the plate of a bus (Open311 service
    definition).
    """

    code: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """lĩnh vực."""

    code: str
    name: str
    name_en: str
    order: int


@dataclass(frozen=True, slots=True)
class Service:
    """loại sự cố.

    Attributes:
        keywords: other words that callers use.
        resolve_hours: norm of the resolve clock at normal priority; 1-24 for ordinary trouble
            (provisional).
        working_time: True counts working hours of the calendar, else 24x7.
        radius_m, window_h: where and when another report is probably the same.
        match_on: attribute codes that must be equal for a duplicate, instead of the distance
            (buses).
    """

    code: str
    group: str
    name: str
    name_en: str
    keywords: tuple[str, ...]
    resolve_hours: float
    working_time: bool = False
    provisional: bool = True
    questions: tuple[DangerQuestion, ...] = ()
    attributes: tuple[ServiceAttribute, ...] = ()
    radius_m: int = 100
    window_h: int = 48
    match_on: tuple[str, ...] = ()
    valid_from: date = date(2013, 4, 1)
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """đơn vị xử lý.

    Attributes:
        kind: department, centre, company, district_successor, ward.
        groups: service groups it answers for.
        wards: new ward codes of its area; empty = the whole city.
    """

    code: str
    name: str
    short_name: str
    kind: str
    groups: tuple[str, ...]
    wards: tuple[str, ...] = ()
    contact_points: tuple[str, ...] = ()
    phone: str | None = None
    valid_from: date = date(2013, 4, 1)
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """service x ward x road class -> agency; the first match by `order` wins.

    Attributes:
        service, group: the service's or group's code, None = any.
        wards: new ward codes, empty = any.
        road_class: None = any.
        reason: shown to the operator, Vietnamese.
        by_owner: the agency is the owner of the asset that was named (`routing.by_owner`).
    """

    code: str
    order: int
    agency: str
    reason: str
    service: str | None = None
    group: str | None = None
    wards: tuple[str, ...] = ()
    road_class: str | None = None
    by_owner: bool = False
    valid_from: date = date(2013, 4, 1)
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time in Asia/Ho_Chi_Minh.

    Attributes:
        hours: ISO weekday (1 = Monday) -> stretches of working time.
        holidays: date -> name.
        extra_days: weekend days worked by order: date -> the ISO weekday whose hours apply.
        later: hours that replace `hours` from a day on, the newest first.
    """

    hours: dict[int, tuple[tuple[time, time], ...]]
    holidays: dict[date, str]
    extra_days: dict[date, int] = field(default_factory=dict)
    later: tuple[tuple[date, dict[int, tuple[tuple[time, time], ...]]], ...] = ()

    def hours_on(self, day: date) -> dict[int, tuple[tuple[time, time], ...]]:
        """The hours by weekday that apply on this day."""
        return next((hours for since, hours in self.later if since <= day), self.hours)


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The clocks of the whole city, with the dates they are in force.

    Attributes:
        high_factor, urgent_factor: share of the service's norm that a request of this priority gets
            (provisional).
        progress_report_working_days: how many whole working days an agency may hold a request
            without a result or a progress report (QĐ 4874/2023).
    """

    code: str
    forward_minutes: int
    acknowledge_hours: float
    callback_hours: float
    need_info_hours: float
    reopen_days: int
    attempts: int
    bounces_to_supervisor: int
    valid_from: date = date(2013, 4, 1)
    valid_to: date | None = None
    high_factor: float = 0.5
    urgent_factor: float = 0.25
    progress_report_working_days: int = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """One choice in a list: why rejected, refused, extended or paused; or a resolution code."""

    kind: str
    code: str
    text: str
    limit_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A user account when no centre is used."""

    user: str
    name: str
    role: Role
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A commune of the city since 1 July 2025 (phường, xã, đặc khu)."""

    code: str
    name: str
    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All the city's data, looked up by code."""

    version: str
    groups: dict[str, ServiceGroup]
    services: dict[str, Service]
    agencies: dict[str, Agency]
    rules: tuple[RoutingRule, ...]
    clocks: tuple[ClockRules, ...]
    calendar: Calendar
    reasons: tuple[Reason, ...]
    accounts: dict[str, Account]
    wards: dict[str, Ward]
    templates: dict[str, str]
    norms: tuple[Norm, ...] = ()
    contact_points: tuple[ContactPoint, ...] = ()
    shifts: tuple[ShiftPlan, ...] = ()
    publications: tuple[PublicationRule, ...] = ()
    wishes: tuple[WishRule, ...] = ()

    def service(self, code: str) -> Service:
        """The service with this code.

        Raises:
            InputError: `unknown_service`.
        """
        if (found := self.services.get(code)) is None:
            raise InputError("unknown_service", service=code)
        return found

    def question(self, code: str, service: str = "") -> str | None:
        """The question with this code: the service's own wording, else that of any other service;
        None when no service asks it.
        """
        mine = self.services.get(service)
        asking = (mine, *self.services.values()) if mine else self.services.values()
        return next((a.label for s in asking for a in s.attributes if a.code == code), None)

    def agency(self, code: str) -> Agency:
        """The agency with this code.

        Raises:
            InputError: `unknown_agency`.
        """
        if (found := self.agencies.get(code)) is None:
            raise InputError("unknown_agency", agency=code)
        return found

    def clocks_at(self, when: datetime) -> ClockRules:
        """The clock rules in force on that day of the city.

        Raises:
            InputError: `no_clock_rules`.
        """
        day = when.astimezone(CITY).date()
        for rules in self.clocks:
            if in_force(rules.valid_from, rules.valid_to, day):
                return rules
        raise InputError("no_clock_rules", day=day.isoformat())

    def reasons_of(self, kind: str) -> tuple[Reason, ...]:
        """The reasons of one kind: reject, refuse, extend, cancel, reopen, pause, resolution,
        no_photo.
        """
        return tuple(r for r in self.reasons if r.kind == kind)
