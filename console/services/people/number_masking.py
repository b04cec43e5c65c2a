"""A reporter's telephone number: masked, and shown in full only by an audited act.

Only the call, message or callback at hand shows its number in full. `NumberGate` is the port behind
**Hiện số**. It writes a line of the seat's audit; with a centre, the centre's function `unmask`
also writes its own log before it answers.
"""

from typing import Protocol
from uuid import UUID

from console.domain.actors import Actor
from console.domain.errors import InputError, RefusedError
from console.domain.requests.numbering import spoken
from console.services.people.actors import entry_of
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.ports.store.unit_of_work import UnitOfWork

KEPT_DIGITS = 3
"""Last digits that a masked number still shows, enough to tell two reporters apart."""


class NumberGate(Protocol):
    """Gives a reporter's number to those who may see it, and audits that."""

    async def reveal(self, request_id: UUID, place: int, actor: Actor) -> str:
        """The number (E.164) of the reporter at this place in the request's list.

        Raises:
            RefusedError: `number_not_shown` for an officer.
            InputError: `no_such_request`, `no_number`.
            UnavailableError: the audit cannot be written, so nothing is shown.
        """


class LocalNumberGate:
    """`NumberGate` over the seat's store; the audit line is on disk before the number is shown."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Use this seat's store."""
        self._store, self._clock = store, clock

    async def reveal(self, request_id: UUID, place: int, actor: Actor) -> str:
        """Write the audit line, then return the number."""
        if not actor.may_see_reporter:
            raise RefusedError("number_not_shown", role=actor.role.value)

        def work(uow: UnitOfWork) -> str:
            request = uow.request(request_id)
            if request is None:
                raise InputError("no_such_request")
            known = request.reporters[place : place + 1]
            if not known or known[0].phone is None:
                raise InputError("no_number")
            number = spoken(request.number)
            uow.audit(entry_of(actor, self._clock(), "number_shown", number, str(place)))
            return known[0].phone

        return await self._store.write(work)


def masked(e164: str | None) -> str:
    """`••• ••• 456` for a number, with its last three digits only; "" without a number."""
    if not e164:
        return ""
    digits = e164.lstrip("+")
    return f"••• ••• {digits[-KEPT_DIGITS:]}" if len(digits) > 2 * KEPT_DIGITS else "•••"
