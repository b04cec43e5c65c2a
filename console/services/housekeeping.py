"""What happens by the clock alone, once a minute.

Requests whose question to the citizen ran out close; results are sent in writing; late clocks warn;
requests that a rule makes public are published; the store is copied once a day.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from console.domain.errors import RefusedError, UnavailableError
from console.domain.requests.commands import CloseRequest, WriteResult
from console.domain.states import WRITTEN, Role
from console.services.desk import Desk
from console.services.people.actors import system_actor
from console.services.publication.automatic import publish_due
from console.services.supervision.clock_orders import apply_orders
from console.services.supervision.escalation import escalate
from console.services.supervision.volume_alarm import VolumeWatch

log = logging.getLogger(__name__)

EVERY_S = 60.0
COPY_AGAIN = timedelta(hours=1)
"""Wait after a failed copy."""

WRITE_WITHIN = timedelta(days=2)
"""An older result was imported, or the centre was away: a person calls instead."""
MOST_WAITING = 1000
"""Results considered in one round; the rest follow once these are done."""

SETTLE_AGAIN = timedelta(hours=1)
"""Past months rarely change: only when an old request is closed late."""


class Copies(Protocol):
    """Daily backups of the local store."""

    def due(self, now: datetime) -> bool:
        """Whether today's copy is due and not yet made."""

    def make(self, now: datetime) -> Path:
        """Make and verify a copy, and delete old ones; blocking.

        Raises:
            UnavailableError: copying failed.
        """


async def close_unanswered(desk: Desk, patience: timedelta = timedelta(0)) -> int:
    """Close every request whose question to the citizen ran out; returns how many.

    Args:
        desk: of this seat.
        patience: extra wait, different at each seat, so that they do not all close it at once.
    """
    if desk.actor.role is Role.OFFICER:
        return 0  # only the switchboard's seats close requests
    due = desk.clock() - patience
    expired = await desk.store.write(lambda uow: uow.expired_info(due), priority=2)
    actor = system_actor(desk.actor.workstation)
    closed = 0
    for request_id in expired:
        try:
            await desk.do(CloseRequest(request_id=request_id), actor=actor)
        except RefusedError as error:
            # The answer arrived, or another console closed it first.
            log.info("not closed by the clock: %s", error)
        else:
            closed += 1
    return closed


async def write_results(
    desk: Desk, patience: timedelta = timedelta(0), seen: set[tuple[UUID, datetime]] | None = None
) -> int:
    """Send each result to the citizens who wrote to us; returns for how many requests.

    A seat of the switchboard does it, because agencies' seats do not know who reported.

    Args:
        desk: of this seat.
        patience: as in `close_unanswered`.
        seen: results that this seat has handled; grows.
    """
    if desk.actor.role is Role.OFFICER:
        return 0
    now, seen = desk.clock(), set() if seen is None else seen
    rows = await desk.ask(lambda q: q.callbacks(now, MOST_WAITING))
    due = {
        (row.request_id, row.resolved_at)
        for row in rows
        if row.channel in WRITTEN
        and row.resolved_at
        and now - WRITE_WITHIN <= row.resolved_at <= now - patience
    }
    actor, told = system_actor(desk.actor.workstation), 0
    for request_id, resolved_at in due - seen:
        done = await desk.do(WriteResult(request_id=request_id), actor=actor)
        told += bool(done.events)
        seen.add((request_id, resolved_at))
    return told


async def copy_nightly(copies: Copies, now: datetime) -> datetime:
    """Make today's copy when it is due; returns when to check again."""
    if copies.due(now):
        try:
            made = await _aside(lambda: copies.make(now))
        except UnavailableError as error:
            log.warning("no copy of the store was made: %s", error)
            return now + COPY_AGAIN
        log.info("the store was copied to %s", made.name)
    return now


async def count_report_blocks(desk: Desk) -> datetime:
    """Count one past month for the reports; returns when to go on.

    Only one a round, so that a first start with years of history stays responsive.
    """
    now = desk.clock()
    try:
        counted = await _aside(lambda: desk.store.count_report_blocks(now, 1))
    except UnavailableError as error:
        log.warning("past months were not counted: %s", error)
        return now + SETTLE_AGAIN
    return now if counted else now + SETTLE_AGAIN


async def _aside[T](work: Callable[[], T]) -> T:
    """Run blocking work on a daemon thread, which does not delay the program's end."""
    done: Future[T] = Future()

    done.set_running_or_notify_cancel()  # a waiter may leave; the work goes on

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001  (passed to the waiter)
            done.set_exception(error)

    threading.Thread(target=run, name="store-aside", daemon=True).start()
    return await asyncio.wrap_future(done)


async def housekeeping(
    desk: Desk, copies: Copies | None = None, *, patience: timedelta = timedelta(0)
) -> None:
    """Run for ever, one round a minute; after a failure `supervise` starts it again.

    Args:
        desk: of this seat.
        patience: as in `close_unanswered`.
        copies: None = no copies (a temporary seat).
    """
    copy_at = settle_at = desk.clock()
    watch = VolumeWatch(desk)
    seen: set[tuple[UUID, datetime]] = set()
    while True:
        await close_unanswered(desk, patience)
        await write_results(desk, patience, seen)
        await apply_orders(desk)
        await escalate(desk)
        await publish_due(desk, patience)
        await watch.look()
        await _aside(desk.store.chain_reader_lines)
        if copies is not None and (now := desk.clock()) >= copy_at:
            copy_at = await copy_nightly(copies, now)
        if (now := desk.clock()) >= settle_at:
            settle_at = await count_report_blocks(desk)
        await asyncio.sleep(EVERY_S)
