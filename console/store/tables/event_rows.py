"""Stored events as rows of `event` and back; the fact's JSON is `domain/requests/codec.py`'s."""

import json

from console.domain.requests.codec import body_text, fact_of, kind_of
from console.domain.requests.events import StoredEvent
from console.domain.states import Role
from console.store.tables.definitions import AnyRow

_ROLES = frozenset(role.value for role in Role)


def event_row(event: StoredEvent) -> dict[str, object]:
    """The columns of one event."""
    return {
        "id": event.id,
        "stream": event.stream,
        "seq": event.seq,
        "request_id": event.request_id,
        "kind": kind_of(event.fact),
        "at": event.at,
        "actor": event.actor,
        "role": event.role.value,
        "workstation": event.workstation,
        "agency": event.agency,
        "hlc": event.hlc,
        "schema_v": event.schema_v,
        "body": body_text(event.fact),
    }


def event_of(row: AnyRow) -> StoredEvent:
    """The event behind a row; a role of a newer console acts as the system's."""
    return StoredEvent(
        id=row.id,
        request_id=row.request_id,
        at=row.at,
        actor=row.actor,
        role=Role(row.role) if row.role in _ROLES else Role.SYSTEM,
        workstation=row.workstation,
        hlc=row.hlc,
        fact=fact_of(row.kind, json.loads(row.body)),
        agency=row.agency,
        schema_v=row.schema_v,
        stream=row.stream,
        seq=row.seq,
    )
