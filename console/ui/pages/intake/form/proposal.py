"""What follows from the words in a form: ward, priority, agency and deadline with their reasons.

Pure functions over the catalogue and the port `Places`; the form shows them live, the handler of
`LogRequest` decides by the same rules again.
"""

from dataclasses import dataclass
from datetime import datetime

from console.domain.catalogue.catalogue import Catalogue, DangerQuestion, Service
from console.domain.catalogue.routing import Route, route
from console.domain.clocks import norms
from console.domain.requests.decide.request import priority_of
from console.domain.states import Priority
from console.domain.text.cleaning import clean_line
from console.domain.time_zone import CITY
from console.services.ports.places import ParsedAddress, Places, WardRef
from console.services.requests.intake import owner_note, owner_of, owner_route
from console.services.requests.intake import understand as understand_place
from console.ui.pages.intake.form.values import FormValues
from console.ui.text.words import lang


@dataclass(frozen=True, slots=True)
class Understanding:
    """The place of the report as understood from address and pin.

    Attributes:
        candidates: new wards that the address may mean, likeliest first.
        nearby: codes of the old district's new wards, if the address names no ward.
        must_choose: the address fits several wards with different agencies.
        pin: (lat, long); None if there is none or it cannot be read.
        pin_is_wrong: the pin's text is no valid position.
        pin_ward: the new ward under the pin.
        disagree: pin and address lie in different wards.
        legacy_ward: the old ward that was named, with its old district.
        owner: the agency that owns the asset whose code was given.
    """

    parsed: ParsedAddress
    candidates: tuple[WardRef, ...] = ()
    nearby: tuple[str, ...] = ()
    must_choose: bool = False
    pin: tuple[float, float] | None = None
    pin_is_wrong: bool = False
    pin_ward: WardRef | None = None
    disagree: bool = False
    legacy_ward: str | None = None
    road_class: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Priority, agency and deadline by the rules in force now.

    Attributes:
        priority: from the danger questions alone.
        counts: the priority that is saved, with the operator's choice.
        because: the questions answered yes that led to it.
        route: the agency by rule; None if a person must choose.
        due_at: end of the resolve clock if it is saved now; None without a service.
        provisional: the norm behind `due_at` is not confirmed by the city.
        note: why the asset's owner is not the agency, in the window's language.
    """

    priority: Priority
    counts: Priority
    because: tuple[DangerQuestion, ...]
    route: Route | None
    due_at: datetime | None
    provisional: bool
    note: str = ""


def service_of(values: FormValues, catalogue: Catalogue) -> Service | None:
    """The chosen service; None if there is none (or it has left the catalogue)."""
    return catalogue.services.get(values.service_code)


def understand(
    values: FormValues,
    parsed: ParsedAddress,
    pin: tuple[float, float] | None,
    *,
    pin_is_wrong: bool,
    places: Places,
    catalogue: Catalogue,
    now: datetime,
) -> Understanding:
    """Understand address and pin together; old ward and road class as the handler does."""
    said = clean_line(values.address_string, 1000) or None
    place = understand_place(places, said)
    pin_ward = places.ward_at(*pin) if pin else None
    codes = [ward.code for ward in parsed.new_wards]
    split = len(codes) > 1
    return Understanding(
        parsed=parsed,
        candidates=parsed.new_wards,
        nearby=places.wards_of(parsed.district) if parsed.district and not codes else (),
        must_choose=split
        and pin_ward is None
        and _agencies_differ(values, codes, place.road_class, catalogue, now),
        pin=pin,
        pin_is_wrong=pin_is_wrong,
        pin_ward=pin_ward,
        disagree=bool(pin_ward and codes and pin_ward.code not in codes),
        legacy_ward=place.legacy_ward,
        road_class=place.road_class,
        owner=owner_of(places, values.attributes),
    )


def ward_for(values: FormValues, where: Understanding) -> tuple[str, str]:
    """(ward code, who set it): the operator's choice, else the pin, else the address.

    If pin and address disagree, the address counts until the operator decides. For a split ward
    whose parts have the same agency, the likeliest part is taken without asking.
    """
    if values.ward_by == "operator" and values.ward_code:
        return values.ward_code, "operator"
    if where.pin_ward is not None and not where.disagree:
        return where.pin_ward.code, "pin"
    if where.candidates and not where.must_choose:
        return where.candidates[0].code, "address"
    return "", ""


def propose(
    values: FormValues,
    where: Understanding,
    catalogue: Catalogue,
    now: datetime,
) -> Proposal:
    """The rules' proposal for the form as it is."""
    service = service_of(values, catalogue)
    if service is None:
        chosen = values.priority or Priority.NORMAL
        return Proposal(Priority.NORMAL, chosen, (), None, None, provisional=False)
    priority = priority_of(None, service, values.danger)
    counts = priority_of(values.priority, service, values.danger)
    raised = priority is not Priority.NORMAL
    return Proposal(
        priority,
        counts,
        tuple(
            q
            for q in service.questions
            if raised and q.code in values.danger and q.priority is priority
        ),
        owner_route(service, where.owner, catalogue, now)
        or _route(service, values.ward_code or None, where.road_class, catalogue, now),
        norms.resolve_due(now, service, counts, catalogue, catalogue.clocks_at(now)),
        provisional=service.provisional,
        note=owner_note(service, where.owner, catalogue, now, lang()),
    )


def _route(
    service: Service,
    ward_code: str | None,
    road_class: str | None,
    catalogue: Catalogue,
    now: datetime,
) -> Route | None:
    return route(
        service,
        ward_code,
        road_class,
        catalogue.rules,
        catalogue.agencies,
        now.astimezone(CITY).date(),
    )


def _agencies_differ(
    values: FormValues,
    wards: list[str],
    road_class: str | None,
    catalogue: Catalogue,
    now: datetime,
) -> bool:
    service = service_of(values, catalogue)
    if service is None:
        return False
    routes = [_route(service, ward, road_class, catalogue, now) for ward in wards]
    return len({found.agency if found else None for found in routes}) > 1
