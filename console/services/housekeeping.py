"""What the clock does by itself: requests that wait too long for the citizen's answer close."""

import asyncio
import logging

from console.domain.commands import CloseRequest
from console.domain.errors import RefusedError
from console.services.accounts import system_actor
from console.services.desk import Desk

log = logging.getLogger(__name__)

EVERY_S = 60.0


async def close_unanswered(desk: Desk) -> int:
    """Close every request whose question to the citizen ran out; how many were closed."""
    now = desk.clock()
    expired = await desk.store.write(lambda uow: uow.expired_info(now), priority=2)
    actor = system_actor(desk.actor.workstation)
    closed = 0
    for request_id in expired:
        try:
            await desk.do(CloseRequest(request_id=request_id), actor=actor)
        except RefusedError as error:
            # Somebody was quicker: the answer came, or another console closed it.
            log.info("not closed by the clock: %s", error)
        else:
            closed += 1
    return closed


async def housekeeping(desk: Desk) -> None:
    """Run for ever, a round a minute; a failure ends it for `supervise` to start it again."""
    while True:
        await close_unanswered(desk)
        await asyncio.sleep(EVERY_S)
