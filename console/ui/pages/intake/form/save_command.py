"""Turns the values of a form into the command that saves it, or says what is missing."""

from dataclasses import dataclass
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import ConsoleError, InputError
from console.domain.requests.commands import JoinCaller, LogRequest
from console.domain.states import Channel, State
from console.domain.text.cleaning import clean, clean_line
from console.domain.text.phone import normalise
from console.ui.pages.intake.form.proposal import Understanding, service_of
from console.ui.pages.intake.form.values import FormValues


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error; `field` is a name of `FormValues`, "" for the whole form."""

    field: str
    error: ConsoleError


@dataclass(frozen=True, slots=True)
class Saved:
    """A form that was saved.

    Attributes:
        number: eleven digits of the request.
        state: of the request now; None if the caller was only added.
        joined: the caller was added to an existing request.
    """

    request_id: UUID
    number: str
    state: State | None = None
    joined: bool = False


FIELD_OF_ERROR = {
    "not_a_phone": "phone",
    "service_needed": "service_code",
    "unknown_service": "service_code",
    "service_not_in_force": "service_code",
    "attribute_needed": "attributes",
    "place_needed": "address_string",
    "unknown_ward": "ward_code",
    "impossible_coordinates": "pin_text",
    "description_needed": "description",
    "text_needed": "description",
    "text_too_long": "description",
    "unknown_agency": "agency",
    "agency_not_in_force": "agency",
}
"""The field that a handler's refusal belongs to; others are shown next to the buttons."""


def troubles(values: FormValues, where: Understanding, catalogue: Catalogue) -> tuple[Trouble, ...]:
    """What is missing for a save, in the order of the form."""
    found = []
    service = service_of(values, catalogue)
    if values.channel is Channel.VOICE and values.phone.strip() and not normalise(values.phone):
        found.append(Trouble("phone", InputError("not_a_phone", phone=values.phone[:40])))
    if service is None:
        found.append(Trouble("service_code", InputError("service_needed")))
    else:
        missing = [
            a.label for a in service.attributes if a.required and not values.attribute(a.code)
        ]
        if missing:
            error = InputError("attribute_needed", attribute=", ".join(missing))
            found.append(Trouble("attributes", error))
    own = filled_attributes(values, catalogue)
    if not (values.address_string.strip() or values.pin_text.strip() or own):
        found.append(Trouble("address_string", InputError("place_needed")))
    if where.pin_is_wrong:
        error = InputError("impossible_coordinates", text=values.pin_text[:40])
        found.append(Trouble("pin_text", error))
    if not values.description.strip():
        found.append(Trouble("description", InputError("description_needed")))
    return tuple(found)


def filled_attributes(values: FormValues, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """The service's own fields that are filled in; those of another service are dropped."""
    service = service_of(values, catalogue)
    return tuple(
        (a.code, text)
        for a in (service.attributes if service else ())
        if (text := clean_line(values.attribute(a.code)))
    )


def log_request(
    values: FormValues,
    where: Understanding,
    catalogue: Catalogue,
    *,
    request_id: UUID,
    draft_id: UUID,
) -> LogRequest:
    """The command that saves it as a request; the draft is deleted in the same transaction."""
    service = service_of(values, catalogue)
    asked = {q.code for q in (service.questions if service else ())}
    lat, long = where.pin or (None, None)
    return LogRequest(
        request_id=request_id,
        channel=values.channel,
        service_code=values.service_code,
        description=clean(values.description, len(values.description)),
        address_string=clean_line(values.address_string, 1000) or None,
        lat=lat,
        long=long,
        ward_code=values.ward_code or None,
        legacy_ward=where.legacy_ward,
        road_class=where.road_class,
        priority=values.priority,
        danger=tuple(code for code in values.danger if code in asked),
        attributes=filled_attributes(values, catalogue),
        agency=values.agency,
        reporter_name=clean_line(values.name) or None,
        phone=clean_line(values.phone, 40) or None,
        email=clean_line(values.email) or None,
        contact_id=values.contact_id,
        consent=bool(values.consent),
        draft_id=draft_id,
        media=values.media,
    )


def join_caller(values: FormValues, request_id: UUID, *, draft_id: UUID) -> JoinCaller:
    """The command that adds this caller to an open request."""
    return JoinCaller(
        request_id=request_id,
        channel=values.channel,
        reporter_name=clean_line(values.name) or None,
        phone=clean_line(values.phone, 40) or None,
        email=clean_line(values.email) or None,
        contact_id=values.contact_id,
        draft_id=draft_id,
        text=clean(values.description) or None,
    )
