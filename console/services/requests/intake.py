"""Turns a report of an operator or a channel into a request: read, checked, saved.

`Places` supplies ward, road class and normalised address where they are missing. The address as
said (`address_string`) stays unchanged.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue, Service
from console.domain.catalogue.city_area import in_city
from console.domain.catalogue.city_rules import in_force
from console.domain.catalogue.routing import Route, by_owner, owner_gap
from console.domain.errors import InputError, RefusedError
from console.domain.live_events import ContactArrived, DraftsChanged
from console.domain.requests.commands import JoinCaller, LogRequest
from console.domain.requests.decide.assignments import propose
from console.domain.requests.decide.request import decide
from console.domain.requests.decide.rules import Rules
from console.domain.requests.duplicates import ASSET_CODES
from console.domain.requests.events import Fact, RequestForwarded
from console.domain.requests.numbering import spoken
from console.domain.states import WRITTEN, Channel, ContactState, Purpose
from console.domain.text.cleaning import clean, clean_line
from console.domain.time_zone import CITY
from console.services.handling import (
    Context,
    Done,
    append_facts,
    combined,
    decided_facts,
    done_with,
    existing_request,
    rules_for,
)
from console.services.outreach.messages import checked_email, tell_reporters
from console.services.ports.places import ParsedAddress, Places
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import Contact
from console.services.wording.sentences import routing_note

OUTSIDE_CITY = "outside_city"
"""Attribute of a request whose pin lies outside the city: a flag, not a refusal."""
_ALLEYS = ("hẻm", "ngõ", "hem", "ngo")
_ROADS = ("national", "provincial", "city", "alley")
"""The largest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the location; `candidates`: the new wards of an old ward that was split."""

    address: str | None
    ward_code: str | None
    legacy_ward: str | None
    road_class: str | None
    candidates: tuple[str, ...] = ()


def understand(
    places: Places,
    address_string: str | None,
    *,
    lat: float | None = None,
    long: float | None = None,
    ward_code: str | None = None,
) -> Place:
    """Derive ward, old ward, road class and normalised address from an address as said and a pin.

    The ward is the given one, else the one under the pin, else the only one the address can mean.
    """
    parsed = places.parse(address_string) if address_string else None
    if ward_code is None and lat is not None and long is not None:
        under = places.ward_at(lat, long)
        ward_code = under.code if under else None
    if parsed is None:
        return Place(None, ward_code, None, None)
    if ward_code is None and len(parsed.new_wards) == 1:
        ward_code = parsed.new_wards[0].code
    old = parsed.ward is not None and parsed.district is not None
    return Place(
        address=parsed.normalised,
        ward_code=ward_code,
        legacy_ward=f"{parsed.ward}, {parsed.district}" if old else None,
        road_class=_road_class(places, parsed),
        candidates=tuple(w.code for w in parsed.new_wards) if ward_code is None else (),
    )


def place_fields(places: Places, address_string: str) -> dict[str, object]:
    """The fields that follow from an address as said, except the ward."""
    place = understand(places, address_string or None)
    return {
        "address_string": address_string or None,
        "address": place.address,
        "legacy_ward": place.legacy_ward,
        "road_class": place.road_class,
    }


def _road_class(places: Places, parsed: ParsedAddress) -> str | None:
    """At a crossing the larger road decides, because its owner is responsible for all of it."""
    number = (parsed.number or "").lower()
    if number.startswith(_ALLEYS) or "/" in number:
        return "alley"
    roads = {places.road_class(road) for road in (parsed.street, parsed.cross_street)}
    return next((known for known in _ROADS if known in roads), None)


# --- checks


def check_pin(lat: float | None, long: float | None) -> bool:
    """Whether the pin lies in the city; True without a pin.

    Raises:
        InputError: `impossible_coordinates`: one is missing, out of range or not a number, or 0, 0.
    """
    if lat is None and long is None:
        return True
    # (0, 0) is what a telephone without a fix sends, not a place in the Gulf of Guinea.
    if (
        lat is None
        or long is None
        or not (math.isfinite(lat) and math.isfinite(long))
        or not (-90 <= lat <= 90 and -180 <= long <= 180)
        or (lat == 0 and long == 0)
    ):
        raise InputError("impossible_coordinates", lat=lat, long=long)
    return in_city(lat, long)


def _check_codes(cmd: LogRequest, context: Context) -> None:
    catalogue, day = context.catalogue, context.now.astimezone(CITY).date()
    service = catalogue.service(cmd.service_code)
    if not in_force(service.valid_from, service.valid_to, day):
        raise InputError("service_not_in_force", service=service.code, name=service.name)
    if cmd.agency is not None:
        agency = catalogue.agency(cmd.agency)
        if not in_force(agency.valid_from, agency.valid_to, day):
            raise InputError("agency_not_in_force", agency=agency.code, name=agency.name)
    if cmd.ward_code is not None and catalogue.wards and cmd.ward_code not in catalogue.wards:
        raise InputError("unknown_ward", ward=clean_line(cmd.ward_code, 20))
    if cmd.requested_at is not None and cmd.requested_at.tzinfo is None:
        raise InputError("time_without_zone", value=cmd.requested_at.isoformat())


def checked(cmd: LogRequest, context: Context, contact: Contact | None) -> tuple[LogRequest, Place]:
    """The command with clean, complete values, and what is known of the location.

    Raises:
        InputError: `unknown_service`, `unknown_agency`, `service_not_in_force`,
            `agency_not_in_force`, `unknown_ward`, `time_without_zone`,
            `impossible_coordinates`, `bad_email`.
    """
    _check_codes(cmd, context)
    inside = check_pin(cmd.lat, cmd.long)
    said = clean_line(cmd.address_string or "", 1000) or None
    place = understand(context.places, said, lat=cmd.lat, long=cmd.long, ward_code=cmd.ward_code)
    attributes = tuple((c, v) for c, v in cmd.attributes if c != OUTSIDE_CITY)
    if not inside:
        attributes = (*attributes, (OUTSIDE_CITY, "yes"))
    phone, email, name = _sender(cmd, contact)
    ready = replace(
        cmd,
        address_string=said,
        address=cmd.address or place.address,
        ward_code=place.ward_code,
        legacy_ward=cmd.legacy_ward or place.legacy_ward,
        road_class=cmd.road_class or place.road_class,
        attributes=attributes,
        phone=phone,
        email=checked_email(email),
        reporter_name=name,
    )
    return ready, place


def _common_route(cmd: LogRequest, place: Place, rules: Rules) -> Route | None:
    """The agency responsible in every ward the address can mean: no need to ask which one."""
    if cmd.agency is not None or not cmd.forward or not place.candidates:
        return None
    routes = [propose(cmd.service_code, ward, cmd.road_class, rules) for ward in place.candidates]
    sure = [route for route in routes if route is not None and route.sure]
    if len(sure) < len(routes) or len({route.agency for route in sure}) > 1:
        return None
    return sure[0]


def owner_of(places: Places, attributes: Iterable[tuple[str, str]]) -> str | None:
    """The owner of the asset that a report names; None without an asset or a known owner."""
    codes = [value for name, value in attributes if name in ASSET_CODES and value.strip()]
    return places.asset_owner(codes[0]) if codes else None


def owner_route(
    service: Service, owner: str | None, catalogue: Catalogue, now: datetime
) -> Route | None:
    """The owner's agency, where a rule in force sends such requests to owners."""
    day = now.astimezone(CITY).date()
    return by_owner(service, owner, catalogue.rules, catalogue.agencies, day)


def owner_note(
    service: Service, owner: str | None, catalogue: Catalogue, now: datetime, lang: str = "vi"
) -> str:
    """A note that the asset's owner should get the request and cannot; "" when all is well."""
    day = now.astimezone(CITY).date()
    gap = owner_gap(service, owner, catalogue.rules, catalogue.agencies, day)
    return routing_note(gap, clean_line(owner or "", 60), lang) if gap else ""


def with_note(facts: Iterable[Fact], note: str) -> tuple[Fact, ...]:
    """The facts, with the note appended to the reason of a forwarding that a rule chose."""
    return tuple(
        replace(fact, reason="; ".join(filter(None, (fact.reason, note))))
        if note and isinstance(fact, RequestForwarded) and fact.rule is not None
        else fact
        for fact in facts
    )


def _by_owner(cmd: LogRequest, context: Context) -> Route | None:
    if cmd.agency is not None or not cmd.forward:
        return None
    owner = owner_of(context.places, cmd.attributes)
    service = context.catalogue.service(cmd.service_code)
    return owner_route(service, owner, context.catalogue, context.now)


def _facts(cmd: LogRequest, place: Place, context: Context, number: str) -> tuple[Fact, ...]:
    rules = rules_for(context, number=number)
    route = _by_owner(cmd, context) or _common_route(cmd, place, rules)
    note = owner_note(
        context.catalogue.service(cmd.service_code),
        owner_of(context.places, cmd.attributes),
        context.catalogue,
        context.now,
    )
    if route is None:
        return with_note(decide(cmd, None, context.actor, rules), note)
    facts = decide(replace(cmd, agency=route.agency), None, context.actor, rules)
    named = (
        replace(fact, reason=route.reason, rule=route.rule_code)
        if isinstance(fact, RequestForwarded)
        else fact
        for fact in facts
    )
    return with_note(named, note)


def _sender(
    cmd: LogRequest | JoinCaller, contact: Contact | None
) -> tuple[str | None, str | None, str | None]:
    """(phone, e-mail, name) as the operator typed them, else from the contact's sender."""
    phone, email, name = cmd.phone, cmd.email, cmd.reporter_name
    if contact is None:
        return phone, email, name
    key = contact.sender_key
    if not phone and contact.channel in (Channel.VOICE, Channel.SMS) and key:
        # An alphanumeric sender cannot be called back.
        phone = key if key.lstrip("+").isdigit() else None
    if not email and contact.channel is Channel.EMAIL:
        email = key
    return phone, email, name or contact.sender_name


# --- handlers


def log_request(cmd: LogRequest, uow: UnitOfWork, context: Context) -> Done:
    """Save a report as a request; sent again with the same id it returns the stored one.

    Raises:
        InputError: see `checked`, and `not_a_phone`.
        RefusedError: `role_may_not`, `text_needed`, `text_too_long`, `too_many`,
            `message_has_request`.
    """
    if uow.request(cmd.request_id) is not None:
        return done_with(cmd.request_id, uow)
    contact = uow.contact(cmd.contact_id) if cmd.contact_id else None
    _only_once(contact, uow, context)
    ready, place = checked(cmd, context, contact)
    reserved = contact.number if contact and uow.request_id(contact.number or "") is None else None
    facts = _facts(ready, place, context, reserved or uow.next_number(context.now))
    done = append_facts(facts, cmd.request_id, uow, context)
    live = (
        *_link(contact, cmd.request_id, uow, context),
        *_drop_draft(cmd.draft_id, uow),
    )
    receipt = _receipt(cmd.request_id, cmd.channel, uow, context)
    return combined(done, receipt, Done(live=live))


def join_caller(cmd: JoinCaller, uow: UnitOfWork, context: Context) -> Done:
    """Add a reporter to an open request, who will also get the result.

    Raises:
        RefusedError: `message_has_request`, and what `decide` says of the step.
    """
    contact = uow.contact(cmd.contact_id) if cmd.contact_id else None
    _only_once(contact, uow, context)
    phone, email, name = _sender(cmd, contact)
    text = clean(cmd.text, 4000) if cmd.text else None
    ready = replace(
        cmd, phone=phone, email=checked_email(email), reporter_name=name, text=text or None
    )
    before = existing_request(cmd.request_id, uow).reporters
    facts: tuple[Fact, ...] = decided_facts(ready, uow, context)
    done = append_facts(facts, cmd.request_id, uow, context)
    live = (
        *_link(contact, cmd.request_id, uow, context),
        *_drop_draft(cmd.draft_id, uow),
    )
    receipt = Done()
    request = existing_request(cmd.request_id, uow)
    if cmd.channel in WRITTEN:
        new = [r for r in request.reporters if r not in before]
        receipt = tell_reporters(
            request,
            uow,
            context,
            "joined",
            Purpose.ACKNOWLEDGEMENT,
            voice_by_sms=False,
            reporters=new,
        )
    return combined(done, receipt, Done(live=live))


def _receipt(request_id: UUID, channel: Channel, uow: UnitOfWork, context: Context) -> Done:
    if channel not in WRITTEN:
        return Done()
    request = existing_request(request_id, uow)
    template = "acknowledgement" if request.due_at else "acknowledgement_no_due"
    return tell_reporters(
        request, uow, context, template, Purpose.ACKNOWLEDGEMENT, voice_by_sms=False
    )


def _only_once(contact: Contact | None, uow: UnitOfWork, context: Context) -> None:
    """Refuse a second request from a message that somebody else made a request of meanwhile.

    A person's own message, like a call, may hold a second matter and so make a second request.
    """
    if contact is None or contact.request_id is None or contact.channel not in WRITTEN:
        return
    if contact.handled_by in (None, context.actor.user):
        return
    there = uow.request(contact.request_id)
    number = spoken(there.number) if there is not None else "?"
    raise RefusedError("message_has_request", number=number, who=contact.handled_by)


def _link(
    contact: Contact | None, request_id: UUID, uow: UnitOfWork, context: Context
) -> tuple[ContactArrived, ...]:
    """Link the contact to the request, unless it is linked already."""
    if contact is None or contact.request_id is not None:
        return ()
    uow.save_contact(
        replace(
            contact,
            state=ContactState.LINKED,
            request_id=request_id,
            handled_by=context.actor.user,
        )
    )
    return (ContactArrived(contact.id, contact.channel),)


def _drop_draft(draft_id: UUID | None, uow: UnitOfWork) -> tuple[DraftsChanged, ...]:
    if draft_id is None:
        return ()
    uow.delete_draft(draft_id)
    return (DraftsChanged(),)
