"""Requests and their parts as the JSON of CONTRACT.md, and back from the JSON that `request
log` reads.
"""

import json
from datetime import datetime
from typing import Any

from console.domain.commands import LogRequest
from console.domain.errors import InputError
from console.domain.numbering import spoken
from console.domain.request import Assignment, Reporter, Request
from console.domain.states import CLOSED_STATES, Channel, Priority
from console.domain.zone import CITY
from console.services.views import DuplicateRow, EventLine, RequestDetail

_DERIVED = frozenset(
    [
        "number",
        "service_request_id",
        "state",
        "status",
        "status_notes",
        "agency_responsible",
        "updated_datetime",
        "expected_datetime",
        "closed_datetime",
        "parent",
        "assignments",
        "synced",
        "events",
    ]
)
"""Keys that the program works out itself; read and left aside, so that printed JSON can be
read back.
"""

_KNOWN = _DERIVED | frozenset(
    [
        "service_code",
        "channel",
        "priority",
        "description",
        "address_string",
        "address",
        "lat",
        "long",
        "ward_code",
        "legacy_ward",
        "road_class",
        "requested_datetime",
        "reporter",
        "media",
        "agency",
        "danger",
        "attributes",
        "consent",
        "forward",
    ]
)


def time_or_null(at: datetime | None) -> str | None:
    """ISO 8601 with offset, in the city's own time, whole seconds."""
    return at.astimezone(CITY).isoformat(timespec="seconds") if at else None


def request_json(
    detail: RequestDetail, *, with_reporter: bool, with_events: bool
) -> dict[str, Any]:
    """A request as CONTRACT.md names its keys; the reporter is null for those who may not see
    him.
    """
    r = detail.request
    reporter = r.reporters[0] if r.reporters and with_reporter else None
    agencies = [a.agency for a in r.assignments if a.is_open] or [a.agency for a in r.assignments]
    form: dict[str, Any] = {
        "number": spoken(r.number),
        "service_request_id": r.number,
        "service_code": r.service_code,
        "channel": r.channel.value,
        "state": r.state.value,
        "status": "closed" if r.state in CLOSED_STATES else "open",
        "status_notes": r.status_notes,
        "priority": r.priority.value,
        "description": r.description,
        "address_string": r.address_string,
        "address": r.address,
        "lat": r.lat,
        "long": r.long,
        "ward_code": r.ward_code,
        "legacy_ward": r.legacy_ward,
        "road_class": r.road_class,
        "danger": list(r.danger),
        "attributes": dict(r.attributes),
        "agency_responsible": agencies[-1] if agencies else None,
        "requested_datetime": time_or_null(r.requested_at),
        "updated_datetime": time_or_null(r.updated_at),
        "expected_datetime": time_or_null(r.due_at),
        "closed_datetime": time_or_null(r.closed_at),
        "reporter": _reporter_json(reporter),
        "media": list(r.media),
        "parent": spoken(r.parent_number) if r.parent_number else None,
        "assignments": [_assignment_json(a) for a in r.assignments],
        "synced": detail.synced,
    }
    if with_events:
        form["events"] = [
            event_json(e) for e in detail.history if with_reporter or e.kind != "reporter_recorded"
        ]
    return form


def _reporter_json(reporter: Reporter | None) -> dict[str, Any] | None:
    if reporter is None:
        return None
    return {"name": reporter.name, "phone": reporter.phone, "email": reporter.email}


def _assignment_json(a: Assignment) -> dict[str, Any]:
    return {
        "agency": a.agency,
        "state": a.state.value,
        "forwarded_datetime": time_or_null(a.forwarded_at),
        "accepted_datetime": time_or_null(a.accepted_at),
        "resolved_datetime": time_or_null(a.resolved_at),
        "due_datetime": time_or_null(a.due_at),
        "committed_datetime": time_or_null(a.committed_at),
        "bounces": a.bounces,
    }


def event_json(line: EventLine) -> dict[str, Any]:
    """One event of a request's history."""
    return {
        "id": str(line.id),
        "seq": line.seq,
        "at": time_or_null(line.at),
        "actor": line.actor,
        "workstation": line.workstation,
        "kind": line.kind,
        "from": line.from_state.value if line.from_state else None,
        "to": line.to_state.value if line.to_state else None,
        "reason": line.reason,
    }


def duplicate_json(row: DuplicateRow, now: datetime) -> dict[str, Any]:
    """A likely duplicate with distance in metres and age in minutes."""
    return {
        "number": spoken(row.number),
        "service_request_id": row.number,
        "service_code": row.service_code,
        "state": row.state.value,
        "description": row.description,
        "address_string": row.address_string,
        "requested_datetime": time_or_null(row.requested_at),
        "distance_m": None if row.distance_m is None else round(row.distance_m, 1),
        "age_minutes": int((now - row.requested_at).total_seconds() // 60),
        "reason": row.reason,
    }


def read_request(text: str) -> LogRequest:
    """The command behind one request as JSON.

    Raises:
        InputError: `json_broken`, `unknown_field`, `missing_field`, `bad_field`; nothing is taken.
    """
    try:
        form = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("json_broken", what=str(error)) from error
    if not isinstance(form, dict):
        raise InputError("json_broken", what="not an object")
    if strange := sorted(set(form) - _KNOWN):
        raise InputError("unknown_field", field=", ".join(strange))
    reporter = form.get("reporter") or {}
    if not isinstance(reporter, dict):
        raise InputError("bad_field", field="reporter")
    attributes = form.get("attributes") or {}
    if not isinstance(attributes, dict):
        raise InputError("bad_field", field="attributes")
    if not form.get("service_code"):
        raise InputError("missing_field", field="service_code")
    return LogRequest(
        channel=_choice(Channel, form, "channel") or Channel.VOICE,
        service_code=_text(form, "service_code") or "",
        description=_text(form, "description") or "",
        address_string=_text(form, "address_string"),
        address=_text(form, "address"),
        lat=_number(form, "lat"),
        long=_number(form, "long"),
        ward_code=_text(form, "ward_code"),
        legacy_ward=_text(form, "legacy_ward"),
        road_class=_text(form, "road_class"),
        priority=_choice(Priority, form, "priority"),
        danger=_texts(form, "danger"),
        attributes=tuple((str(k), str(v)) for k, v in attributes.items()),
        agency=_text(form, "agency"),
        forward=form.get("forward") is not False,
        reporter_name=_text(reporter, "name"),
        phone=_text(reporter, "phone"),
        email=_text(reporter, "email"),
        consent=form.get("consent") is True,
        media=_texts(form, "media"),
        requested_at=_time(form, "requested_datetime"),
    )


def _text(form: dict[str, Any], key: str) -> str | None:
    value = form.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise InputError("bad_field", field=key)


def _texts(form: dict[str, Any], key: str) -> tuple[str, ...]:
    value = form.get(key) or []
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise InputError("bad_field", field=key)


def _number(form: dict[str, Any], key: str) -> float | None:
    value = form.get(key)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise InputError("bad_field", field=key)


def _choice[T: (Channel, Priority)](kind: type[T], form: dict[str, Any], key: str) -> T | None:
    value = form.get(key)
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError as error:
        raise InputError("bad_field", field=key) from error


def _time(form: dict[str, Any], key: str) -> datetime | None:
    value = form.get(key)
    return None if value is None else read_time(value, key)


def read_time(value: object, key: str) -> datetime:
    """An ISO 8601 time; without offset it is the city's.

    Raises:
        InputError: `bad_field`.
    """
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError("bad_field", field=key) from error
    return at if at.tzinfo else at.replace(tzinfo=CITY)


def request_line(r: Request) -> str:
    """One line for a person: number, state, place."""
    return f"{spoken(r.number)} · {r.service_code} · {r.address_string or '-'}"
