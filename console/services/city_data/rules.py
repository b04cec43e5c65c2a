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


def _aimed(
    item: Item, services: Mapping[str, Service], groups: Mapping[str, ServiceGroup]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    named = item.texts("services"), item.texts("groups")
    for key, codes, known, what in (
        ("services", named[0], services, "unknown_service"),
        ("groups", named[1], groups, "unknown_group"),
    ):
        for code in codes:
            if code not in known:
                raise item.fault(what, key, code)
    return named


def norms(
    items: Iterable[Item], services: Mapping[str, Service], groups: Mapping[str, ServiceGroup]
) -> tuple[Norm, ...]:
    """Table `norm`."""
    once, made = _Once(), []
    for item in items:
        code, (first, last) = once.code(item), item.span()
        working = item.texts("working_time") if "working_time" in item.values else None
        if strange := [name for name in working or () if name not in CLOCKS]:
            raise item.fault("unknown_clock", "working_time", strange[0])
        aimed = _aimed(item, services, groups)
        made.append(
            Norm(
                code=code,
                services=aimed[0],
                groups=aimed[1],
                forward_minutes=_maybe(item, "forward_minutes"),
                acknowledge_hours=_maybe(item, "acknowledge_hours"),
                resolve_hours=_maybe(item, "resolve_hours"),
                callback_hours=_maybe(item, "callback_hours"),
                working_time=working,
                valid_from=first,
                valid_to=last,
            )
        )
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
        first, last = item.span()
        made.append(
            ContactPoint(
                code=once.code(item),
                agency=str(agency),
                name=item.text("name"),
                role=role,
                email=email,
                phone=number,
                around_the_clock=item.flag("around_the_clock"),
                valid_from=first,
                valid_to=last,
            )
        )
    return tuple(made)


def shifts(items: Iterable[Item]) -> tuple[ShiftPlan, ...]:
    """Table `shift`; the shifts of one day must cover the clock without a gap."""
    once, made = _Once(), []
    for item in items:
        first, last = item.span()
        made.append(
            (
                item,
                ShiftPlan(
                    code=once.code(item),
                    name=item.text("name"),
                    starts=item.clock("start"),
                    ends=item.clock("end"),
                    operators=max(0, int(item.number("operators", 0))),
                    valid_from=first,
                    valid_to=last,
                ),
            )
        )
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
        code, (first, last) = once.code(item), item.span()
        decimals = int(item.number("decimals", 3)) if item.flag("place", True) else None
        if decimals is not None and decimals > MOST_DECIMALS:
            raise item.fault("not_number", "decimals", decimals)
        aimed = _aimed(item, services, groups)
        made.append(
            PublicationRule(
                code=code,
                services=aimed[0],
                groups=aimed[1],
                automatic=item.flag("automatic"),
                delay_hours=item.number("delay_hours", 0),
                decimals=decimals,
                valid_from=first,
                valid_to=last,
            )
        )
    return tuple(made)


def wishes(items: Iterable[Item]) -> tuple[WishRule, ...]:
    """Table `wish`: how long a citizen's wish about their data may take."""
    once, made = _Once(), []
    for item in items:
        code, (first, last) = once.code(item), item.span()
        named = item.texts("wishes")
        if strange := [name for name in named if name not in KINDS]:
            raise item.fault("unknown_kind", "wishes", strange[0])
        made.append(
            WishRule(
                code=code,
                wishes=named,
                answer_days=int(item.number("answer_working_days")),
                done_days=int(item.number("done_working_days")),
                extension_days=int(item.number("extension_working_days")),
                valid_from=first,
                valid_to=last,
            )
        )
    return tuple(made)
