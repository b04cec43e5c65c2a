"""Writes what the exchange reports about calls, in order.

After a restart of console or exchange it also corrects calls that the store still holds open.
"""

import asyncio
import logging
from collections import deque
from datetime import datetime

from console.domain.calls import CallPhase, advance, finish
from console.domain.live_events import CallEvent, CallsChanged
from console.services.calls.rows import save_call, settle_others, state_of
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.runtime.bus import Bus

log = logging.getLogger(__name__)

_NOT_ANSWERED = ("abandoned", "missed", "callback_requested")
KEPT = frozenset(
    {"offered", "ringing", "answered", "transferred", "ended", "recording", "claimed", "settled"}
).union(_NOT_ANSWERED)
"""Kinds that change the stored row. Hold, keys and queue figures live on the bus only."""
LONGEST_QUEUE = 10_000
"""Events that may wait for the disk; beyond that the oldest are dropped."""


class CallKeeper:
    """Writes the exchange's call events in order.

    Events wait in memory while the disk fails, so `run` may be restarted after a failure.
    """

    def __init__(self, store: Store, bus: Bus, clock: Clock) -> None:
        """Subscribe now; nothing is written before `run`."""
        self._store = store
        self._bus = bus
        self._clock = clock
        self._waiting: deque[CallEvent] = deque(maxlen=LONGEST_QUEUE)
        self._news = asyncio.Event()
        self._spoke: set[str | None] = set()
        self._end = bus.subscribe(CallEvent, self._on_event)

    def close(self) -> None:
        """Unsubscribe."""
        self._end()

    @property
    def waiting(self) -> int:
        """Number of events not written yet."""
        return len(self._waiting)

    def _on_event(self, event: CallEvent) -> None:
        if (event.call_id and event.kind in KEPT) or self._tells_of_many(event):
            self._waiting.append(event)
            self._news.set()
        if event.kind == "ended":
            self._spoke.add(event.operator)

    def _tells_of_many(self, event: CallEvent) -> bool:
        """Whether it concerns several calls: the link is up again, or a wrap-up has ended."""
        if event.kind == "link":
            return event.reason == "up" and "calls" in event.more
        if event.kind != "agent_changed" or event.more.get("state") == "wrap_up":
            return False
        spoke = event.operator in self._spoke
        self._spoke.discard(event.operator)
        return spoke

    async def run(self) -> None:
        """Write for ever: one event per transaction, removed from the queue after the commit."""
        while True:
            await self._news.wait()
            await self.drain()

    async def drain(self) -> None:
        """Write what waits now."""
        self._news.clear()
        while self._waiting:
            event = self._waiting[0]
            now = self._clock()
            try:
                changed = await self._store.write(lambda uow, e=event, n=now: _write(e, uow, n))  # type: ignore[misc]
            except BaseException:
                # It stays in the queue; the next run begins with it.
                self._news.set()
                raise
            if self._waiting and self._waiting[0] is event:
                self._waiting.popleft()
            for call_id in changed:
                self._bus.publish(CallsChanged(call_id))


def _write(event: CallEvent, uow: UnitOfWork, now: datetime) -> tuple[str, ...]:
    """Fold the event into the call's row; returns the ids of the calls that changed."""
    if event.kind == "link":
        return _put_right(event, uow, now)
    if event.kind == "agent_changed":
        return _finished(event, uow)
    record = uow.call(event.pbx, event.call_id)
    if record is None and event.kind in ("claimed", "settled"):
        return ()  # A call from before this store began.
    call = advance(state_of(record) if record else None, event)
    changed = (event.call_id,) if save_call(call, uow, event.peer_number) else ()
    if event.kind == "answered" and not event.more.get("consult"):
        changed = (*changed, *settle_others(call, uow))
    return changed


def _finished(event: CallEvent, uow: UnitOfWork) -> tuple[str, ...]:
    """The operator is free again or in another call, so the last call's wrap-up is over."""
    done = []
    for record in uow.live_calls(event.pbx):
        if record.state == CallPhase.WRAP_UP and record.operator == event.operator:
            save_call(finish(state_of(record), event.at), uow)
            done.append(record.call_id)
    return tuple(done)


def _put_right(event: CallEvent, uow: UnitOfWork, now: datetime) -> tuple[str, ...]:
    """End the calls that the store holds open and the exchange no longer knows.

    They ended while the link was down, nobody knows how: a ringing caller is called back, a call
    in progress is over.
    """
    names = event.more["calls"]
    still = set(names) if isinstance(names, tuple) else set()
    over = []
    for record in uow.live_calls(event.pbx):
        if record.call_id in still:
            continue
        lost = CallEvent(
            kind="ended",
            call_id=record.call_id,
            pbx=record.pbx,
            at=now,
            direction=record.direction,
            reason="unknown",
            certain=False,
        )
        save_call(finish(advance(state_of(record), lost)), uow)
        over.append(record.call_id)
    if over:
        log.info("%d calls ended while the exchange was away", len(over))
    return tuple(over)
