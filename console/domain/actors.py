"""Who acts, and at which workstation."""

from dataclasses import dataclass

from console.domain.states import Role

LEADS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Who leads: grants, steps back, settles, listens in."""
SWITCHBOARD = LEADS | {Role.OPERATOR}
"""Who works at the switchboard."""
DESK = SWITCHBOARD | {Role.SYSTEM}
"""The switchboard, and the rules that act for it."""


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
        """Officers do not see who reported (PRODUCT.md)."""
        return self.role is not Role.OFFICER

    @property
    def talks_to_citizens(self) -> bool:
        """Whether the number of the call, message or callback at hand is shown as it is; others
        see it masked, and whole only by a logged act (SECURITY.md 14).
        """
        return self.role in DESK


def leads(actor: Actor) -> bool:
    """Whether this is a supervisor, who may step back and settle."""
    return actor.role in LEADS
