"""Who may export a person's own data, and the audit line of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.actors import Actor
from console.domain.errors import RefusedError
from console.domain.requests.numbering import spoken
from console.services.people.actors import entry_of
from console.services.people.number_masking import masked
from console.services.people.reading_log import MOST_NAMED
from console.services.records import AuditEntry
from console.services.supervision.audit import MAY_READ
from console.services.views.privacy import PersonalData

if TYPE_CHECKING:
    from console.services.desk import Desk

ACT = "person_exported"


def require_exporter(actor: Actor) -> None:
    """Refuse a person who may not export.

    The file holds the citizen's numbers and the readers of the data, so it takes both rights: to
    see numbers and to read the audit.

    Raises:
        RefusedError: `role_may_not`.
    """
    if actor.role not in MAY_READ or not actor.may_see_reporter:
        raise RefusedError("role_may_not", role=actor.role.value, action="ExportPerson")


def export_entry(desk: "Desk", kept: PersonalData, form: str) -> AuditEntry:
    """The audit line of an export; it names the requests, never the citizen.

    Raises:
        RefusedError: `role_may_not`.
    """
    require_exporter(desk.actor)
    hidden: Callable[[str], str] = lambda key: "•••@•••" if "@" in key else masked(key)  # noqa: E731
    numbers = ", ".join(spoken(part.request.number) for part in kept.parts[-MOST_NAMED:])
    subject = ", ".join(map(hidden, kept.person.keys))
    return entry_of(desk.actor, desk.clock(), ACT, subject, f"{form} {len(kept.parts)}: {numbers}")
