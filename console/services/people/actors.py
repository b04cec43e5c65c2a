"""Makes the `Actor` that handlers see, and the audit line of an act."""

from datetime import datetime

from console.domain.actors import Actor
from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import InputError
from console.domain.states import Role
from console.domain.text.cleaning import clean_line
from console.services.records import AuditEntry

SYSTEM_USER = "system"
IMPORTER = "import"
"""The actor of imported events, with the system's role; the run records who started it."""


def actor_for(user: str, catalogue: Catalogue, workstation: str = "") -> Actor:
    """The actor behind an account of the embedded mode.

    Args:
        user: `operator`, `supervisor`, `auditor`, `administrator` or `officer-<agency code>`.
        catalogue: holds the accounts.
        workstation: name of the seat, stamped on every event.

    Raises:
        InputError: `unknown_user`. Nobody signs in as the system.
    """
    account = catalogue.accounts.get(user)
    if account is None or account.role is Role.SYSTEM:
        raise InputError("unknown_user", user=clean_line(user, 60))
    return Actor(account.user, account.role, account.name, account.agency, workstation)


def system_actor(workstation: str = "") -> Actor:
    """The actor of rules, channels and housekeeping."""
    return Actor(SYSTEM_USER, Role.SYSTEM, workstation=workstation)


def entry_of(
    actor: Actor, at: datetime, act: str, subject: str = "", detail: str = ""
) -> AuditEntry:
    """An audit line for what this person did."""
    return AuditEntry(at, actor.user, actor.role.value, actor.workstation, act, subject, detail)
