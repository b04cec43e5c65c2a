"""Warns of clocks that passed a threshold: once each, written down before it is told."""

from console.domain.clocks.escalation import Warned
from console.domain.live_events import WarningsRaised
from console.services.desk import Desk


async def escalate(desk: Desk) -> tuple[Warned, ...]:
    """Warn of what is due now; what was warned of."""
    now = desk.clock()
    due = await desk.ask(lambda q: q.warnings_due(now))
    if not due:
        return ()
    given = await desk.store.write(
        lambda uow: tuple(each for each in due if uow.note_warning(each, now)), priority=2
    )
    if given:
        desk.bus.publish(WarningsRaised(given))
    return given
