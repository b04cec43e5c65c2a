"""Warns of clocks that passed a threshold: once each, stored before it is published."""

from console.domain.clocks.escalation import Warned
from console.domain.live_events import WarningsRaised
from console.services.desk import Desk


async def escalate(desk: Desk) -> tuple[Warned, ...]:
    """Warn of clocks that are due now; returns the warnings given."""
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
