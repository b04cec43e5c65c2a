"""Requests and their parts as JSON; unknown values are null, times are in the city's time zone."""

from datetime import datetime
from typing import Any

from console.cli.framework.times import time_or_null
from console.domain.requests.numbering import spoken
from console.domain.requests.request import Assignment, Dispute, Reporter
from console.domain.states import CLOSED_STATES
from console.services.views.requests import DuplicateRow, EventLine, RequestDetail


def request_json(
    detail: RequestDetail, *, with_reporter: bool, with_events: bool
) -> dict[str, Any]:
    """A request as JSON, with the keys of Open311 where it has them.

    Args:
        with_reporter: name the first reporter; else only one who agreed to be seen.
        with_events: also list the history, oldest first.
    """
    r = detail.request
    reporter = next((p for p in r.reporters if with_reporter or p.consent), None)
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
        "media": list(r.photos),
        "parent": spoken(r.parent_number) if r.parent_number else None,
        "assignments": [_assignment_json(a) for a in r.assignments],
        "synced": detail.synced,
        "conflicts": [_dispute_json(d) for d in r.disputes],
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


def _dispute_json(d: Dispute) -> dict[str, Any]:
    """A value that a concurrent change replaced; the value in force is the request's own."""
    return {
        "field": d.field,
        "value": d.value,
        "actor": d.actor or None,
        "workstation": d.workstation or None,
        "at": time_or_null(d.at),
    }


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
        "applied": line.applied,
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
