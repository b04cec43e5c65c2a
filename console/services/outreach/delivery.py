"""Sends queued messages: one courier for each device, one message at a time.

`sending` is committed before the device gets the message. A message that a starting courier finds
in `sending` has an unknown fate: it is shown and never resent automatically.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from console.domain.errors import ConsoleError, UnavailableError
from console.domain.live_events import LinkChanged, OutreachChanged
from console.domain.states import Channel, DeliveryState, Purpose
from console.domain.time_zone import CITY
from console.services.desk import Desk
from console.services.ports.central.shared_rows import Claims
from console.services.ports.channels import Inbox, MessageChannel, SendResult
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.runtime.keep_alive import back_off
from console.services.views.contacts import OutreachRow

log = logging.getLogger(__name__)

TRIES = 3
"""Attempts to send one message before it counts as failed."""
MOST_TRIES = 30
"""The same where the channel names the next time (`retry` with `after_s`).

With the growing wait this is half a day of an unplugged modem. Then a person decides.
"""
LONGEST_WAIT_S = 1800.0
"""Upper limit of the growing wait; it also ends when the device reports that it is back."""
POLL_S = 5.0
"""Seconds between two polls of the queue; another console may have queued a message."""
LOOK_AT = 50
"""Queued messages considered; those that wait for their next try do not block the others."""
SECOND_TRY_S = 30.0
"""Wait before the second try when the channel names none; doubled for the third."""
LEFT_S = 30.0
"""How long a message that this courier does not send may stay in `sending`.

The gateway that held the channel before may have been suspended meanwhile and still report on it.
"""
PARTING_S = 2.0
"""A courier that is stopped while sending waits this long for the device's answer."""
AWAY_AFTER = 3
"""After this many messages in a row that the device did not accept, it counts as away."""


QUIET_PURPOSES = frozenset(
    {Purpose.RESULT, Purpose.UNREACHABLE, Purpose.REJECTION, Purpose.EXTENSION}
)
"""Messages that wait until morning; an answer to somebody who has just written goes at once."""


def is_quiet(now: datetime, quiet: tuple[int, int] | None) -> bool:
    """Whether it is too late at night to send a message.

    Args:
        quiet: first and last hour of the quiet time in the city, such as (21, 7); None = never.
    """
    if quiet is None or quiet[0] == quiet[1]:
        return False
    hour, (first, last) = now.astimezone(CITY).hour, quiet
    return first <= hour < last if first < last else hour >= first or hour < last


_STATES = {
    "sent": DeliveryState.SENT,
    "refused": DeliveryState.FAILED,
    "retry": DeliveryState.FAILED,
}


class Courier:
    """Sends the queued messages of one channel through one device."""

    def __init__(
        self,
        desk: Desk,
        channel: MessageChannel,
        inbox: Inbox,
        *,
        jitter: Callable[[int], float] = back_off,
        quiet: tuple[int, int] | None = None,
        lease: str | None = None,
        claims: Claims | None = None,
        left_s: float = LEFT_S,
    ) -> None:
        """Nothing is sent before `run`.

        Args:
            desk: store, bus and clock of this seat.
            channel: the device, which sets its own pace.
            inbox: receives the results.
            jitter: seconds to wait after the device was away for the n-th time in a row.
            quiet: night hours in which an SMS waits if it can.
            lease: the channel's name among all gateways; its own name when None.
            claims: decides between gateways which one sends a message; None = this one, always.
            left_s: see `LEFT_S`.
        """
        self._left_s = left_s
        self._left: dict[UUID, float] = {}
        self._unanswered: OutreachRow | None = None
        self._lease = lease or channel.name
        self._claims = claims
        self._quiet = quiet if channel.channel is Channel.SMS else None
        self._desk = desk
        self._channel = channel
        self._inbox = inbox
        self._jitter = jitter
        self._news = asyncio.Event()
        self._not_before: dict[UUID, float] = {}
        self._away = 0
        self._born = desk.clock()
        self._ends = (
            desk.bus.subscribe(OutreachChanged, lambda _event: self._news.set()),
            desk.bus.subscribe(LinkChanged, self._on_link),
        )

    def close(self) -> None:
        """Unsubscribe."""
        for end in self._ends:
            end()

    def _on_link(self, event: LinkChanged) -> None:
        """When the device is back, waiting messages may go now."""
        if event.state == "up" and event.link.rpartition(":")[2] == self._channel.name:
            self._not_before.clear()
            self._news.set()

    async def run(self) -> None:
        """Send for ever."""
        self._unanswered = None
        self._left.clear()
        await self.recover()
        while True:
            self._news.clear()
            wait_s = await self.step()
            if wait_s > 0:
                await self.close_left()
                # News ends the wait; the time-out is the poll itself.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), wait_s)

    async def recover(self) -> None:
        """Mark messages as unknown that an earlier run, or an earlier holder, left in `sending`."""
        for row in await self._sending():
            # A second device of this channel may be sending too; each handles its own.
            ours = row.taken_by == self._lease
            if ours or (row.taken_by is None and row.updated_at < self._born):
                await self._inbox.report(row.id, DeliveryState.UNKNOWN, row.refs, "interrupted")

    async def close_left(self) -> None:
        """Mark messages as unknown that have been in `sending` too long.

        This courier sends nothing now, so another gateway left them and reported it only after
        this courier had started.
        """
        now_s = asyncio.get_running_loop().time()
        asked = self._unanswered.id if self._unanswered else None
        rows = {
            row.id: row
            for row in await self._sending()
            if row.taken_by == self._lease and row.id != asked
        }
        self._left = {each: self._left.get(each, now_s) for each in rows}
        for each, since_s in self._left.items():
            if now_s - since_s >= self._left_s:
                refs = rows[each].refs
                await self._inbox.report(each, DeliveryState.UNKNOWN, refs, "interrupted")

    async def _sending(self) -> tuple[OutreachRow, ...]:
        channel = self._channel.channel
        return await self._desk.store.write(
            lambda uow: uow.outreach_in(channel, DeliveryState.SENDING), priority=1
        )

    async def step(self) -> float:
        """Send the next message, if there is one.

        Returns:
            Seconds to wait before the next step; 0 when there may be more to do.
        """
        loop = asyncio.get_running_loop()
        row = await self._claim(loop.time())
        if row is None:
            # Drop times that are past; messages that another gateway sent would stay for ever.
            now_s = loop.time()
            self._not_before = {i: at for i, at in self._not_before.items() if at > now_s}
            due = [at - now_s for at in self._not_before.values()]
            return max(0.05, min([POLL_S, *due]))
        sending = asyncio.create_task(self._channel.send(row))
        try:
            await asyncio.wait({sending})
        except asyncio.CancelledError:
            # The next holder has already checked `sending`, so nobody else would settle this one.
            await asyncio.wait({sending}, timeout=PARTING_S)
            sending.cancel()
            await asyncio.wait({sending}, timeout=PARTING_S)
            await self._settle(row, sending)
            raise
        if await self._settle(row, sending):
            await self._pause()
        return 0

    async def _settle(self, row: OutreachRow, sending: asyncio.Task[SendResult]) -> bool:
        """Record the outcome; returns True when the device did not accept the message."""
        try:
            result = sending.result()
        except UnavailableError as error:
            # The device was away before it got the message: this does not count as a try.
            await self._put_back(row, tries=row.tries - 1, error=error.code)
            return True
        except ConsoleError as error:
            await self._inbox.report(row.id, DeliveryState.FAILED, (), error.code)
        except (asyncio.CancelledError, asyncio.InvalidStateError):
            await self._inbox.report(row.id, DeliveryState.UNKNOWN, (), "interrupted")
        except Exception:
            log.exception("%s failed while sending %s", self._channel.name, row.id)
            await self._inbox.report(row.id, DeliveryState.UNKNOWN, (), "interrupted")
        else:
            return await self._record(row, result, asyncio.get_running_loop().time())
        return False

    async def _pause(self) -> None:
        """Wait after several messages in a row that the device did not accept."""
        self._away += 1
        if self._away >= AWAY_AFTER:
            await asyncio.sleep(self._jitter(self._away - AWAY_AFTER))

    async def _claim(self, now_s: float) -> OutreachRow | None:
        """The oldest message that may go now, committed as `sending`.

        Where other gateways could send it too, the centre has assigned it to this one.
        """
        while (row := self._unanswered or await self._next(now_s)) is not None:
            if self._claims is None:
                break
            try:
                ours = await self._claims.claim(row, self._lease)
            except UnavailableError as error:
                # The next messages would fail alike. The centre may have said yes: ask for the same
                # message again, and it repeats its answer.
                log.info("messages wait: %s", error)
                self._unanswered = row
                return None
            self._unanswered = None
            if ours:
                await self._save(row)
                break
            self._not_before[row.id] = now_s + POLL_S
        if row is not None:
            self._not_before.pop(row.id, None)
            self._desk.bus.publish(OutreachChanged(row.id, row.request_id))
            self._news.clear()
        return row

    async def _next(self, now_s: float) -> OutreachRow | None:
        """The oldest message that may go now, in its new state; committed where nobody claims."""
        channel, at = self._channel.channel, self._desk.clock()
        waiting = {i for i, when in self._not_before.items() if when > now_s}
        resting = QUIET_PURPOSES if is_quiet(at, self._quiet) else frozenset()

        def work(uow: UnitOfWork) -> OutreachRow | None:
            for row in uow.due_outreach(channel, LOOK_AT + len(waiting) + 500 * bool(resting)):
                if row.id not in waiting and row.purpose not in resting:
                    taken = replace(
                        row,
                        state=DeliveryState.SENDING,
                        tries=row.tries + 1,
                        updated_at=at,
                        taken_by=self._lease,
                    )
                    if self._claims is None:
                        uow.save_outreach(taken)
                    return taken
            return None

        return await self._desk.store.write(work, priority=1)

    async def _save(self, row: OutreachRow) -> None:
        await self._desk.store.write(lambda uow: uow.save_outreach(row), priority=1)

    async def _record(self, row: OutreachRow, result: SendResult, now_s: float) -> bool:
        """Record the device's answer; returns True when it did not accept the message."""
        most = TRIES if result.after_s is None else MOST_TRIES
        if result.state == "retry" and row.tries < most:
            first_s = SECOND_TRY_S if result.after_s is None else result.after_s
            wait_s = min(LONGEST_WAIT_S, first_s * 2 ** (row.tries - 1))
            self._not_before[row.id] = now_s + wait_s
            await self._put_back(row, tries=row.tries, error=result.why)
            return True
        self._away = 0
        state = _STATES.get(result.state, DeliveryState.UNKNOWN)
        await self._inbox.report(row.id, state, result.refs, result.why)
        return False

    async def _put_back(self, row: OutreachRow, *, tries: int, error: str | None) -> None:
        back = replace(
            row,
            state=DeliveryState.QUEUED,
            tries=tries,
            error=error,
            updated_at=self._desk.clock(),
        )
        await self._save(back)
        self._desk.bus.publish(OutreachChanged(row.id, row.request_id))
        self._news.clear()
