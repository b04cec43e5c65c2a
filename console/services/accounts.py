"""Who may sit here: from a user's name to the `Actor` that handlers see (embedded mode)."""

from console.domain.actors import Actor
from console.domain.catalogue import Catalogue
from console.domain.errors import InputError
from console.domain.states import Role
from console.domain.text import clean_line

SYSTEM_USER = "system"


def actor_for(user: str, catalogue: Catalogue, workstation: str = "") -> Actor:
    """The actor behind an account of the embedded mode.

    Args:
        user: `operator`, `supervisor`, `auditor`, `administrator` or `officer-<agency code>`.
        catalogue: holds the accounts.
        workstation: name of the seat, stamped on every event.

    Raises:
        InputError: `unknown_user`; nobody signs in as the system.
    """
    account = catalogue.accounts.get(user)
    if account is None or account.role is Role.SYSTEM:
        raise InputError("unknown_user", user=clean_line(user, 60))
    return Actor(account.user, account.role, account.name, account.agency, workstation)


def system_actor(workstation: str = "") -> Actor:
    """The actor of rules, channels and housekeeping."""
    return Actor(SYSTEM_USER, Role.SYSTEM, workstation=workstation)
