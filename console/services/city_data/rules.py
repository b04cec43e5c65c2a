"""Reads and checks norms of clocks, contact points, shifts, publication and wishes."""

from collections.abc import Iterable, Mapping
from datetime import date, time

from console.domain.catalogue.catalogue import Agency, Service, ServiceGroup
from console.domain.catalogue.city_rules import (
    ContactPoint,
    Norm,
    PublicationRule,
    ShiftPlan,
    WishRule,
)
from console.domain.clocks.escalation import CLOCKS
from console.domain.privacy.wishes import KINDS
from console.domain.states import Role
from console.domain.text import phone as phones
from console.services.city_data.toml_tables import Item

MOST_DECIMALS = 6
_LENGTHS = ("forward_minutes", "acknowledge_hours", "resolve_hours", "callback_hours")
_ROLES = {Role.OFFICER.value: Role.OFFICER, Role.SUPERVISOR.value: Role.SUPERVISOR}


class _Once:
    """Checks that a table has no code twice with the same first day."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, date]] = set()

    def code(self, item: Item) -> str:
        key = item.text("code"), item.span()[0]
        if key in self._seen:
            raise item.fault("duplicate_code", "code", key[0])
        self._seen.add(key)
        return key[0]


def _check_aimed(
    item: Item, services: Mapping[str, Service], groups: Mapping[str, ServiceGroup]
) -> None:
    for key, known, what in (
        ("services", services, "unknown_service"),
        ("groups", groups, "unknown_group"),
    ):
        for code in item.texts(key):
            if code not in known:
                raise item.fault(what, key, code)


def norms(
    items: Iterable[Item], services: Mapping[str, Service], groups: Mapping[str, ServiceGroup]
) -> tuple[Norm, ...]:
    """Table `norm`."""
    once, made = _Once(), []
    for item in items:
        code = once.code(item)
        working = item.texts("working_time") if "working_time" in item.values else None
        if strange := [name for name in working or () if name not in CLOCKS]:
            raise item.fault("unknown_clock", "working_time", strange[0])
        _check_aimed(item, services, groups)
        hours = {key: _maybe(item, key) for key in _LENGTHS}
        made.append(item.fill(Norm, code=code, working_time=working, **hours))
    return tuple(made)


def _maybe(item: Item, key: str) -> float | None:
    if key not in item.values:
        return None
    if not (value := item.number(key)):
        raise item.fault("not_number", key, value)
    return value


def contact_points(
    items: Iterable[Item], agencies: Mapping[str, Agency]
) -> tuple[ContactPoint, ...]:
    """Table `contact_point`."""
    once, made = _Once(), []
    for item in items:
        agency = item.values.get("agency", "")
        if agency != "" and agency not in agencies:
            raise item.fault("unknown_agency", "agency", agency)
        if (role := _ROLES.get(item.text("role"))) is None:
            raise item.fault("unknown_role", "role", item.text("role"))
        email, said = item.maybe("email"), item.maybe("phone")
        number = phones.normalise(said) if said else None
        if said and (number is None or not phones.is_mobile(number)):
            raise item.fault("not_mobile", "phone", said)
        if email is not None and ("@" not in email or " " in email):
            raise item.fault("not_email", "email", email)
        if not (email or number):
            raise item.fault("missing", "email")
        code = once.code(item)
        made.append(item.fill(ContactPoint, code=code, agency=str(agency), role=role, phone=number))
    return tuple(made)


def shifts(items: Iterable[Item]) -> tuple[ShiftPlan, ...]:
    """Table `shift`; the shifts of one day must cover the clock without a gap."""
    once, made = _Once(), []
    for item in items:
        starts, ends = item.clock("start"), item.clock("end")
        made.append((item, item.fill(ShiftPlan, code=once.code(item), starts=starts, ends=ends)))
    for item, plan in made:
        together = [p for _, p in made if p.valid_from == plan.valid_from]
        if not _closed_ring({p.starts: p.ends for p in together}, len(together)):
            raise item.fault("shifts_gap", "end", plan.ends)
    return tuple(plan for _, plan in made)


def _closed_ring(ends: Mapping[time, time], number: int) -> bool:
    """Whether every shift ends where another begins, and one round covers them all."""
    at = next(iter(ends))
    for _ in range(number - 1):
        at = ends.get(at, at)
        if at not in ends:
            return False
    return len(ends) == number and ends[at] == next(iter(ends))


def publications(
    items: Iterable[Item], services: Mapping[str, Service], groups: Mapping[str, ServiceGroup]
) -> tuple[PublicationRule, ...]:
    """Table `publication`."""
    once, made = _Once(), []
    for item in items:
        code = once.code(item)
        decimals = int(item.number("decimals", 3)) if item.flag("place", True) else None
        if decimals is not None and decimals > MOST_DECIMALS:
            raise item.fault("not_number", "decimals", decimals)
        _check_aimed(item, services, groups)
        made.append(item.fill(PublicationRule, code=code, decimals=decimals))
    return tuple(made)


def wishes(items: Iterable[Item]) -> tuple[WishRule, ...]:
    """Table `wish`: how long a citizen's wish about their data may take."""
    once, made = _Once(), []
    for item in items:
        code = once.code(item)
        named = item.texts("wishes")
        if strange := [name for name in named if name not in KINDS]:
            raise item.fault("unknown_kind", "wishes", strange[0])
        days = {
            f"{key}_days": int(item.number(f"{key}_working_days"))
            for key in ("answer", "done", "extension")
        }
        made.append(item.fill(WishRule, code=code, wishes=named, **days))
    return tuple(made)
