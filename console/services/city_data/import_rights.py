"""Who may import data into a seat or rebuild its tables, and the audit lines of it.

One rule for the window and the command line.
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


def may_import(role: Role) -> bool:
    """Only the administrator, because everybody sees the imported data."""
    return role is Role.ADMINISTRATOR


def require_importer(actor: Actor, what: DataKind | str) -> None:
    """Refuse a person who may not import, even for a dry run.

    Raises:
        RefusedError: `role_may_not`.
    """
    if not may_import(actor.role):
        action = f"import {what}" if isinstance(what, DataKind) else what
        raise RefusedError("role_may_not", role=actor.role.value, action=action)


def imported(actor: Actor, at: datetime, kind: DataKind, source: Path, taken: int) -> AuditEntry:
    """The audit line of an import of this many items."""
    name = source.absolute().name
    return entry_of(actor, at, "data_imported", kind, f"{name}: {taken}")


def history_imported(
    actor: Actor, at: datetime, source: Path, before: Position, after: Position
) -> AuditEntry | None:
    """The audit line of a history run, complete or stopped; None when it imported nothing."""
    if after.rows <= before.rows:
        return None
    return imported(actor, at, DataKind.REQUESTS, source, after.imported - before.imported)


def rebuilt(actor: Actor, at: datetime, requests: int) -> AuditEntry:
    """The audit line of a rebuild of this many requests."""
    return entry_of(actor, at, "store_rebuilt", "", str(requests))
