"""Who may bring data into a seat or make its tables anew, and what the audit says of it: one rule
for the window and for the command line.
"""

from datetime import datetime
from pathlib import Path

from console.domain.actors import Actor
from console.domain.errors import RefusedError
from console.domain.states import Role
from console.services.history.batches import Position
from console.services.people.actors import entry_of
from console.services.ports.seat_data import DataKind
from console.services.records import AuditEntry

REBUILD = "store rebuild"


def may_bring(role: Role) -> bool:
    """Only who may see everything brings in what everybody sees."""
    return role is Role.ADMINISTRATOR


def require_bringer(actor: Actor, what: DataKind | str) -> None:
    """Refuse who may not, a look included.

    Raises:
        RefusedError: `role_may_not`.
    """
    if not may_bring(actor.role):
        action = f"import {what}" if isinstance(what, DataKind) else what
        raise RefusedError("role_may_not", role=actor.role.value, action=action)


def imported(actor: Actor, at: datetime, kind: DataKind, source: Path, taken: int) -> AuditEntry:
    """So many things of this file came in."""
    name = source.absolute().name
    return entry_of(actor, at, "data_imported", kind, f"{name}: {taken}")


def history_imported(
    actor: Actor, at: datetime, source: Path, before: Position, after: Position
) -> AuditEntry | None:
    """What a run brought in of a history, whole or stopped; None for one that came no further."""
    if after.rows <= before.rows:
        return None
    return imported(actor, at, DataKind.REQUESTS, source, after.imported - before.imported)


def rebuilt(actor: Actor, at: datetime, requests: int) -> AuditEntry:
    """The tables of so many requests were made anew."""
    return entry_of(actor, at, "store_rebuilt", "", str(requests))
