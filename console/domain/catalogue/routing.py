"""Which agency answers: service x ward x road class x asset owner. The rules are data with
dates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from console.domain.catalogue.catalogue import Agency, RoutingRule, Service
from console.domain.catalogue.city_rules import in_force


@dataclass(frozen=True, slots=True)
class Route:
    """An agency proposed by rule.

    Attributes:
        reason: the rule's own words, shown to the operator.
        sure: False when an earlier rule could still win once the ward or road class is known.
    """

    agency: str
    reason: str
    rule_code: str
    sure: bool


def by_owner(
    service: Service,
    owner: str | None,
    rules: Iterable[RoutingRule],
    agencies: Mapping[str, Agency],
    day: date,
) -> Route | None:
    """The owner of the named asset, if a rule of the day sends it to the owner.

    The owner of a lamp is known even when its ward or road is not.
    """
    agency = agencies.get(owner or "")
    rule = _owners_rule(service, rules, day)
    if agency is None or rule is None or not in_force(agency.valid_from, agency.valid_to, day):
        return None
    return Route(agency.code, rule.reason, rule.code, sure=True)


def owner_gap(
    service: Service,
    owner: str | None,
    rules: Iterable[RoutingRule],
    agencies: Mapping[str, Agency],
    day: date,
) -> str | None:
    """Why the owner of a named asset is not proposed although owners should answer:
    `owner_unknown`, `owner_gone`; None when nothing is wrong.
    """
    if not owner or _owners_rule(service, rules, day) is None:
        return None
    agency = agencies.get(owner)
    if agency is None:
        return "owner_unknown"
    return None if in_force(agency.valid_from, agency.valid_to, day) else "owner_gone"


def _owners_rule(service: Service, rules: Iterable[RoutingRule], day: date) -> RoutingRule | None:
    fitting = (
        rule
        for rule in rules
        if rule.by_owner
        and in_force(rule.valid_from, rule.valid_to, day)
        and rule.service in (None, service.code)
        and rule.group in (None, service.group)
    )
    return min(fitting, key=lambda rule: rule.order, default=None)


class _Fit(IntEnum):
    NO = 0
    PERHAPS = 1
    YES = 2


def route(
    service: Service,
    ward_code: str | None,
    road_class: str | None,
    rules: Iterable[RoutingRule],
    agencies: Mapping[str, Agency],
    day: date,
) -> Route | None:
    """The agency of the first rule that fits, or None when a person must choose.

    A rule that needs a ward or road class we do not know yet might still win; then the answer is
    not `sure`. If no rule fits for certain, there is a proposal only when all possible rules name
    the same agency.
    """
    possible: list[RoutingRule] = []
    for rule in sorted(rules, key=lambda r: r.order):
        fit = _fit(rule, service, ward_code, road_class, agencies, day)
        if fit is _Fit.YES:
            sure = all(earlier.agency == rule.agency for earlier in possible)
            return Route(rule.agency, rule.reason, rule.code, sure=sure)
        if fit is _Fit.PERHAPS:
            possible.append(rule)
    if len({rule.agency for rule in possible}) == 1:
        first = possible[0]
        return Route(first.agency, first.reason, first.code, sure=False)
    return None


def _fit(
    rule: RoutingRule,
    service: Service,
    ward_code: str | None,
    road_class: str | None,
    agencies: Mapping[str, Agency],
    day: date,
) -> _Fit:
    agency = agencies.get(rule.agency)
    if (
        agency is None
        or rule.by_owner
        or not in_force(rule.valid_from, rule.valid_to, day)
        or not in_force(agency.valid_from, agency.valid_to, day)
        or rule.service not in (None, service.code)
        or rule.group not in (None, service.group)
    ):
        return _Fit.NO
    wanted_class = (rule.road_class,) if rule.road_class is not None else ()
    return min(
        _among(ward_code, rule.wards),
        _among(ward_code, agency.wards),
        _among(road_class, wanted_class),
    )


def _among(value: str | None, wanted: tuple[str, ...]) -> _Fit:
    """Whether the value is one of those wanted; an empty list accepts everything."""
    if not wanted:
        return _Fit.YES
    if value is None:
        return _Fit.PERHAPS
    return _Fit.YES if value in wanted else _Fit.NO
