"""Our services, requests and steps as GeoReport v2 names them (CHANNELS.md 6, mapping)."""

import re
from collections.abc import Iterable
from datetime import date

from console.channels.open311_forms import Value, when
from console.channels.open311_post import DANGER, Fault
from console.domain.catalogue import Catalogue, Service
from console.domain.numbering import spoken
from console.domain.routing import in_force
from console.domain.states import CLOSED_STATES
from console.domain.text import mask_numbers
from console.services.public_views import PublicRow, PublicUpdate
from console.services.wording import event_name, sentence, state_name

_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]+\.[^\s@<>]+")
_CLOSING = frozenset({"request_closed", "request_rejected", "request_merged", "request_cancelled"})


def masked(text: str | None) -> str | None:
    """A text without telephone numbers and addresses of mailboxes."""
    return _EMAIL.sub("***", mask_numbers(text)) if text else None


def reportable(service: Service, day: date) -> bool:
    """Whether it may be reported on that day."""
    return in_force(service.valid_from, service.valid_to, day)


def discovery(base: str, changeset: str) -> dict[str, Value]:
    """Where the services are; two end points, because clients trip over a single one."""

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
    """What may be reported, in the order of the groups."""
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
    """The service's own fields, then its danger questions; order from 1."""
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


def request(row: PublicRow, catalogue: Catalogue, *, own: bool, more: bool) -> dict[str, Value]:
    """One request.

    Args:
        own: asked with the key it came by: its text as it was sent.
        more: with our extension `extended_attributes`.
    """
    service = catalogue.services.get(row.service_code)
    agency = catalogue.agencies.get(row.agency or "")
    waits = row.state is None
    # Nobody has read it yet: only its own sender sees what it says.
    description = row.description if own else masked(row.description) if not waits else None
    address = row.address or row.address_string
    made: dict[str, Value] = {
        "service_request_id": row.number,
        "status": "open" if row.is_open else "closed",
        "status_notes": _notes(row, own=own),
        "service_name": service.name if service else row.service_code,
        "service_code": row.service_code,
        "description": description or None,
        "agency_responsible": agency.name if agency else None,
        "service_notice": None,
        "requested_datetime": when(row.requested_at),
        "updated_datetime": when(row.updated_at),
        "expected_datetime": when(row.due_at),
        "address": address if own else masked(address),
        "address_id": None,
        "zipcode": None,
        "lat": row.lat,
        "long": row.long,
        "media_url": None,
    }
    if more:
        made["extended_attributes"] = {
            "channel": row.channel.value,
            "state": row.state.value if row.state else "waiting",
            "media_urls": [],
        }
    return made


def _notes(row: PublicRow, *, own: bool) -> str | None:
    if row.joined is not None:
        return sentence("open311_joined", {"number": row.joined})
    if row.state is None and row.is_open:
        return sentence("open311_waiting")
    said = row.status_notes if own else masked(row.status_notes)
    return said or (state_name(row.state) if row.state in CLOSED_STATES and row.state else None)


def update(step: PublicUpdate) -> dict[str, Value]:
    """One step (mySociety's servicerequestupdates)."""
    return {
        "update_id": str(step.update_id),
        "service_request_id": step.number,
        "status": "closed" if step.kind in _CLOSING else "open",
        "updated_datetime": when(step.at),
        "description": masked(step.text) or event_name(step.kind),
        "media_url": None,
    }


def errors(faults: Iterable[Fault]) -> list[Value]:
    """The body of a refusal."""
    return [{"code": str(f.status), "description": f.description} for f in faults]


def accepted(number: str) -> list[Value]:
    """The answer to a report that is on disk."""
    notice = sentence("open311_accepted", {"number": spoken(number)})
    return [{"service_request_id": number, "service_notice": notice, "account_id": None}]
