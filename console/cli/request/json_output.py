"""Requests and their parts as JSON; unknown values are null, times are in the city's time zone."""

from datetime import datetime
from typing import Any

from console.cli.framework.json_fields import json_fields
from console.cli.framework.times import time_or_null
from console.domain.requests.numbering import spoken
from console.domain.requests.request import Dispute, Reporter
from console.domain.states import CLOSED_STATES
from console.services.views.requests import DuplicateRow, EventLine, RequestDetail

_ASSIGNMENT = (
    "agency state forwarded_datetime=forwarded_at accepted_datetime=accepted_at "
    "resolved_datetime=resolved_at due_datetime=due_at committed_datetime=committed_at bounces"
)


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
        **json_fields(r, "service_request_id=number service_code channel state"),
        "status": "closed" if r.state in CLOSED_STATES else "open",
        **json_fields(r, "status_notes priority description address_string address lat long"),
        **json_fields(r, "ward_code legacy_ward road_class"),
        "danger": list(r.danger),
        "attributes": dict(r.attributes),
        "agency_responsible": agencies[-1] if agencies else None,
        **json_fields(r, "requested_datetime=requested_at updated_datetime=updated_at"),
        **json_fields(r, "expected_datetime=due_at closed_datetime=closed_at"),
        "reporter": _reporter_json(reporter),
        "media": list(r.photos),
        "parent": spoken(r.parent_number) if r.parent_number else None,
        "assignments": [json_fields(a, _ASSIGNMENT) for a in r.assignments],
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
    return json_fields(reporter, "name phone email")


def _dispute_json(d: Dispute) -> dict[str, Any]:
    """A value that a concurrent change replaced; the value in force is the request's own."""
    who = {"actor": d.actor or None, "workstation": d.workstation or None}
    return json_fields(d, "field value") | who | {"at": time_or_null(d.at)}


def event_json(line: EventLine) -> dict[str, Any]:
    """One event of a request's history."""
    names = "id seq at actor workstation kind from=from_state to=to_state reason applied"
    return json_fields(line, names)


def duplicate_json(row: DuplicateRow, now: datetime) -> dict[str, Any]:
    """A likely duplicate with distance in metres and age in minutes."""
    names = (
        "service_request_id=number service_code state description address_string "
        "requested_datetime=requested_at"
    )
    return (
        {"number": spoken(row.number)}
        | json_fields(row, names)
        | {
            "distance_m": None if row.distance_m is None else round(row.distance_m, 1),
            "age_minutes": int((now - row.requested_at).total_seconds() // 60),
            "reason": row.reason,
        }
    )
