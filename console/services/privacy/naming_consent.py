"""A citizen's consent to be named when the city thanks active reporters.

It is a separate purpose, so it has its own question, and the citizen may withdraw it.
"""

from typing import TYPE_CHECKING

from console.domain.actors import SWITCHBOARD
from console.domain.errors import InputError, RefusedError
from console.domain.requests.numbering import spoken
from console.domain.text.cleaning import clean_line
from console.domain.text.phone import normalise
from console.services.people.actors import entry_of

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.store.unit_of_work import UnitOfWork


async def record_naming_consent(
    desk: "Desk", number: str, phone: str, name: str, *, agreed: bool
) -> None:
    """Store the citizen's answer, with a line of the audit.

    Args:
        number: of the request in question; the audit names it, never the citizen.

    Raises:
        RefusedError: `role_may_not`.
        InputError: `nobody_to_name`.
    """
    actor, now = desk.actor, desk.clock()
    if actor.role not in SWITCHBOARD:
        raise RefusedError("role_may_not", role=actor.role.value, action="NameCitizen")
    e164, called = normalise(phone), clean_line(name, 120)
    if e164 is None or (agreed and not called):
        raise InputError("nobody_to_name")
    act = "citizen_named" if agreed else "citizen_unnamed"
    entry = entry_of(actor, now, act, spoken(number))

    def work(uow: "UnitOfWork") -> None:
        uow.name_citizen(e164, called if agreed else None, now, actor.user)
        uow.audit(entry)

    await desk.store.write(work)
