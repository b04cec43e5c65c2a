"""Who acts, and at which workstation."""

from dataclasses import dataclass

from console.domain.states import Role

LEADS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Roles that lead: they grant extensions, step back, settle and listen in."""
SWITCHBOARD = LEADS | {Role.OPERATOR}
"""Roles that work at the switchboard."""
DESK = SWITCHBOARD | {Role.SYSTEM}
"""The switchboard and the automatic rules that act for it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) at a workstation.

    Attributes:
        user: the account's name, as logged in every event.
        name: how people call this person.
        agency: the agency's code for an officer, else None.
    """

    user: str
    role: Role
    name: str = ""
    agency: str | None = None
    workstation: str = ""

    @property
    def may_see_reporter(self) -> bool:
        """Officers do not see who reported."""
        return self.role is not Role.OFFICER

    @property
    def talks_to_citizens(self) -> bool:
        """Whether this actor sees the number of the call, message or callback in hand unmasked.
        Others see it masked, and in full only by an action that is logged.
        """
        return self.role in DESK


def leads(actor: Actor) -> bool:
    """Whether the actor is a supervisor or administrator, who may step back and settle."""
    return actor.role in LEADS
