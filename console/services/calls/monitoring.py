"""A supervisor listens in on an operator's call; the audit line is on disk before it begins."""

from console.domain.actors import LEADS
from console.domain.errors import RefusedError
from console.services.desk import Desk
from console.services.people.actors import entry_of
from console.services.ports.telephony import Reply, Telephony


async def listen_in(desk: Desk, line: Telephony, operator: str, way: str) -> Reply:
    """Ring this person's phone and connect it to the operator's call.

    Args:
        operator: extension of the operator.
        way: `listen` (nobody hears the supervisor), `whisper` (the operator does), `barge` (both).

    Raises:
        RefusedError: `role_may_not` for anybody but a supervisor.
        UnavailableError: the audit cannot be written, so nobody listens.
    """
    actor = desk.actor
    if actor.role not in LEADS:
        raise RefusedError("role_may_not", role=actor.role.value, action="ListenIn")
    entry = entry_of(actor, desk.clock(), "call_listened", operator, way)
    await desk.store.write(lambda uow: uow.audit(entry))
    return await line.spy(operator, way)
