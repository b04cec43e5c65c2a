"""Events as the JSON that `push_events` reads, and rows of `pull_events` as events."""

import json
from collections.abc import Sequence
from typing import Any

from console.domain.requests.codec import fact_body, fact_of, kind_of
from console.domain.requests.events import StoredEvent
from console.domain.states import Role
from console.services.ports.central.sync import Numbered
from console.store.tables.definitions import from_ms, to_ms

_ROLES = {role.value: role for role in Role}


def push_json(events: Sequence[StoredEvent]) -> str:
    """The argument of `push_events`."""
    return json.dumps(
        [
            {
                "id": str(event.id),
                "request_id": str(event.request_id),
                "kind": kind_of(event.fact),
                "at": to_ms(event.at),
                "actor": event.actor,
                "role": event.role.value,
                "workstation": event.workstation,
                "agency": event.agency,
                "hlc": event.hlc,
                "schema_v": event.schema_v,
                "body": fact_body(event.fact),
            }
            for event in events
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_json(text: str | bytes) -> object:
    """JSON from the centre's columns, which others wrote; None if Python cannot read it.

    JSON that PostgreSQL accepts may have numbers of thousands of digits or be nested too deeply.
    """
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def numbered(row: tuple[Any, ...], stream: str) -> Numbered:
    """One row of `pull_events`; a role that only a newer version knows counts as the system's."""
    place, event_id, seq, request_id, kind, at, actor, role, workstation, agency, hlc, v, body = row
    return Numbered(
        place,
        StoredEvent(
            id=event_id,
            request_id=request_id,
            at=from_ms(at),
            actor=actor,
            role=_ROLES.get(role, Role.SYSTEM),
            workstation=workstation,
            hlc=hlc,
            fact=fact_of(kind, body),
            agency=agency,
            schema_v=v,
            stream=stream,
            seq=seq,
        ),
    )
