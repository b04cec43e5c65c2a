"""Our services, requests and updates in the terms of GeoReport v2."""

from collections.abc import Iterable
from datetime import date

from console.channels.open311.faults import Fault
from console.channels.open311.formats import Value, when
from console.channels.open311.report_form import DANGER
from console.domain.catalogue.catalogue import Catalogue, Service
from console.domain.catalogue.city_rules import in_force
from console.domain.requests.numbering import spoken
from console.domain.requests.publication import without_contacts
from console.domain.states import CLOSED_STATES, State
from console.services.views.public_api import PublicRow, PublicUpdate, Shown
from console.services.wording.sentences import event_name, sentence, state_name

_CLOSING = frozenset({"request_closed", "request_rejected", "request_merged", "request_cancelled"})


def masked(text: str | None) -> str | None:
    """A text without telephone numbers and e-mail addresses."""
    return without_contacts(text) if text else None


def reportable(service: Service, day: date) -> bool:
    """Whether the service may be reported on that day."""
    return in_force(service.valid_from, service.valid_to, day)


def discovery(base: str, changeset: str) -> dict[str, Value]:
    """The discovery document; with two endpoints, because some clients fail on a single one."""

    def endpoint(kind: str, path: str) -> dict[str, Value]:
        return {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": f"{base}/open311/{path}",
            "changeset": changeset,
            "type": kind,
            "formats": ["text/xml", "application/json"],
        }

    return {
        "changeset": changeset,
        "contact": "1022",
        "key_service": "1022",
        "endpoints": [endpoint("production", "v2"), endpoint("test", "test/v2")],
    }


def services(catalogue: Catalogue, day: date) -> list[Value]:
    """The services that may be reported, in the order of their groups."""
    groups = sorted(catalogue.groups.values(), key=lambda g: g.order)
    place = {group.code: n for n, group in enumerate(groups)}
    every = [s for s in catalogue.services.values() if reportable(s, day)]
    every.sort(key=lambda s: place.get(s.group, len(place)))
    return [
        {
            "service_code": s.code,
            "service_name": s.name,
            "description": s.name_en,
            "metadata": bool(s.attributes or s.questions),
            "type": "realtime",
            "keywords": ",".join(s.keywords),
            "group": catalogue.groups[s.group].name if s.group in catalogue.groups else s.group,
        }
        for s in every
    ]


def definition(service: Service) -> dict[str, Value]:
    """The service's own fields, then its danger questions; `order` starts at 1."""
    attributes: list[Value] = []
    for each in service.attributes:
        attributes.append(
            {
                "variable": True,
                "code": each.code,
                "datatype": "string",
                "required": each.required,
                "datatype_description": "",
                "order": len(attributes) + 1,
                "description": each.label,
                "values": [],
            }
        )
    for question in service.questions:
        attributes.append(
            {
                "variable": True,
                "code": DANGER + question.code,
                "datatype": "singlevaluelist",
                "required": False,
                "datatype_description": "",
                "order": len(attributes) + 1,
                "description": question.text,
                "values": [{"key": "yes", "name": "Có"}, {"key": "no", "name": "Không"}],
            }
        )
    return {"service_code": service.code, "attributes": attributes}


def request(
    row: PublicRow, catalogue: Catalogue, *, own: bool, more: bool, photos_at: str = ""
) -> dict[str, Value]:
    """One request: to its own sender in full; else as published; else only its status.

    Args:
        own: the caller has the key that posted it.
        more: add our extension `extended_attributes`.
        photos_at: base address of published photos, before number and hash.
    """
    if own:
        return _as_sent(row, catalogue, more=more)
    if row.shown is not None:
        return _as_published(row, row.shown, catalogue, more=more, photos_at=photos_at)
    return _item(row) | ({"extended_attributes": _extended(row, None)} if more else {})


def _item(row: PublicRow) -> dict[str, Value]:
    """All GeoReport elements, with only number and status filled in."""
    return {
        "service_request_id": row.number,
        "status": "open" if row.is_open else "closed",
        "status_notes": None,
        "service_name": None,
        "service_code": None,
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": None,
        "updated_datetime": None,
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _told(row: PublicRow, catalogue: Catalogue) -> dict[str, Value]:
    """The elements for everyone who may see more than the status."""
    service = catalogue.services.get(row.service_code)
    agency = catalogue.agencies.get(row.agency or "")
    return _item(row) | {
        "service_name": service.name if service else row.service_code,
        "service_code": row.service_code,
        "agency_responsible": agency.name if agency else None,
        "requested_datetime": when(row.requested_at),
        "updated_datetime": when(row.updated_at),
        "expected_datetime": when(row.due_at),
    }


def _as_published(
    row: PublicRow, shown: Shown, catalogue: Catalogue, *, more: bool, photos_at: str
) -> dict[str, Value]:
    """As published; contacts are masked again in case the publisher overlooked one."""
    photos: list[Value] = [f"{photos_at}/{row.number}/{sha256}" for sha256 in shown.photos]
    made = _told(row, catalogue) | {
        "status_notes": masked(shown.result) or _closed_as(row),
        "description": masked(shown.text),
        "lat": shown.lat,
        "long": shown.long,
        "media_url": photos[0] if photos else None,
    }
    return made | ({"extended_attributes": _extended(row, row.state, photos)} if more else {})


def _as_sent(row: PublicRow, catalogue: Catalogue, *, more: bool) -> dict[str, Value]:
    notes = row.status_notes or _closed_as(row)
    if row.joined is not None:
        notes = sentence("open311_joined", {"number": row.joined})
    elif row.state is None and row.is_open:
        notes = sentence("open311_waiting")
    made = _told(row, catalogue) | {
        "status_notes": notes,
        "description": row.description or None,
        "address": row.address,
        "lat": row.lat,
        "long": row.long,
    }
    return made | ({"extended_attributes": _extended(row, row.state)} if more else {})


def _extended(row: PublicRow, state: State | None, photos: list[Value] | None = None) -> Value:
    said = state.value if state else "waiting" if row.is_open else "closed"
    return {"channel": row.channel.value, "state": said, "media_urls": photos or []}


def _closed_as(row: PublicRow) -> str | None:
    return state_name(row.state) if row.state in CLOSED_STATES and row.state else None


def update(step: PublicUpdate) -> dict[str, Value]:
    """One update (mySociety's servicerequestupdates)."""
    return {
        "update_id": str(step.update_id),
        "service_request_id": step.number,
        "status": "closed" if step.kind in _CLOSING else "open",
        "updated_datetime": when(step.at),
        "description": masked(step.text) or event_name(step.kind),
        "media_url": None,
    }


def errors(faults: Iterable[Fault]) -> list[Value]:
    """The body of an error response."""
    return [{"code": str(f.status), "description": f.description} for f in faults]


def accepted(number: str) -> list[Value]:
    """The answer to a stored report."""
    notice = sentence("open311_accepted", {"number": spoken(number)})
    return [{"service_request_id": number, "service_notice": notice, "account_id": None}]
