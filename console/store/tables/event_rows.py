"""Stored events as rows of `event` and back; `domain/requests/codec.py` makes the fact's JSON."""

import json
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from console.domain.requests.codec import body_text, fact_of, kind_of
from console.domain.requests.events import StoredEvent
from console.domain.states import Role
from console.store.tables.definitions import AnyRow, event

_ROLES = frozenset(role.value for role in Role)
FOLD_ORDER = (event.c.seq.is_(None), event.c.seq, event.c.n)
"""What the centre numbered comes first, our unsent events after it."""
_EVENTS = select(event).where(event.c.request_id == bindparam("request_id")).order_by(*FOLD_ORDER)


def event_row(stored: StoredEvent) -> dict[str, object]:
    """The columns of one event."""
    return {
        "id": stored.id,
        "stream": stored.stream,
        "seq": stored.seq,
        "request_id": stored.request_id,
        "kind": kind_of(stored.fact),
        "at": stored.at,
        "actor": stored.actor,
        "role": stored.role.value,
        "workstation": stored.workstation,
        "agency": stored.agency,
        "hlc": stored.hlc,
        "schema_v": stored.schema_v,
        "body": body_text(stored.fact),
    }


def event_of(row: AnyRow) -> StoredEvent:
    """The event behind a row; a role that only a newer version knows counts as the system's."""
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


def events_of(connection: Connection, request_id: UUID) -> list[StoredEvent]:
    """All stored events of a request in the order of folding."""
    return [event_of(row) for row in connection.execute(_EVENTS, {"request_id": request_id})]
