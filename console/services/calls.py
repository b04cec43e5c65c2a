"""Calls on disk: one row for a call however many consoles watch it, and the list of those that
nobody answered. What a call is, is folded by `domain/calls.py`.
"""

import asyncio
import logging
from collections import deque
from dataclasses import replace

from console.domain.calls import (
    TO_CALL_BACK,
    CallPhase,
    CallState,
    advance,
    claim,
    settle,
)
from console.domain.commands import ClaimCall, SettleMissedCall
from console.domain.errors import RefusedError
from console.domain.ids import contact_uuid
from console.domain.live import CallEvent, CallsChanged
from console.domain.states import Channel, ContactState
from console.domain.text import clean_line
from console.services.bus import Bus
from console.services.ports import CallRecord, Clock, Contact, Done, Store, UnitOfWork
from console.services.setting import Setting

log = logging.getLogger(__name__)

_NOT_ANSWERED = ("abandoned", "missed", "callback_requested")
_KEPT = frozenset(("offered", "ringing", "answered", "transferred", "ended", *_NOT_ANSWERED))
"""Kinds that change the stored row; hold, recording, keys and queue figures live on the bus."""
LONGEST_QUEUE = 10_000
"""Events that may wait for the disk; the oldest go first when it is away that long."""


def _external_id(pbx: str, call_id: str) -> str:
    return f"{pbx}/{call_id}"


def _state_of(record: CallRecord) -> CallState:
    return CallState(
        pbx=record.pbx,
        call_id=record.call_id,
        phase=CallPhase(record.state),
        offered_at=record.offered_at,
        phone=record.phone,
        name=record.name,
        queue=record.queue,
        direction=record.direction,
        operator=record.operator,
        answered_at=record.answered_at,
        ended_at=record.ended_at,
        end_reason=record.end_reason,
    )


def _record_of(call: CallState) -> CallRecord:
    return CallRecord(
        pbx=call.pbx,
        call_id=call.call_id,
        state=call.phase.value,
        offered_at=call.offered_at,
        contact_id=contact_uuid(Channel.VOICE.value, _external_id(call.pbx, call.call_id)),
        phone=call.phone,
        name=clean_line(call.name or "", 120) or None,
        queue=call.queue,
        direction=call.direction,
        operator=call.operator,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        end_reason=call.end_reason,
    )


def _keep(call: CallState, uow: UnitOfWork, sender: str | None = None) -> bool:
    """Write the row and, for a call that came in, its contact; False when nothing changed."""
    record = _record_of(call)
    before = uow.call(call.pbx, call.call_id)
    if record == before:
        return False
    uow.save_call(record)
    if record.direction == "in":
        contact = _contact_of(record, uow.contact(record.contact_id), sender)
        uow.save_contact(contact)
    return True


def _contact_of(record: CallRecord, before: Contact | None, sender: str | None) -> Contact:
    if before is not None:
        # A contact that a request was made of stays linked; number and name may come late.
        return replace(
            before,
            sender=before.sender or sender,
            sender_key=before.sender_key or record.phone,
            sender_name=before.sender_name or record.name,
        )
    return Contact(
        id=record.contact_id,
        channel=Channel.VOICE,
        external_id=_external_id(record.pbx, record.call_id),
        received_at=record.offered_at,
        sender=sender or record.phone,
        sender_key=record.phone,
        sender_name=record.name,
        # Calls are no business of the inbox.
        state=ContactState.ANSWERED,
    )


def _settle_others(call: CallState, uow: UnitOfWork) -> tuple[str, ...]:
    """The citizen is on the line: his missed calls need no callback any more."""
    if call.phone is None:
        return ()
    settled: list[str] = []
    for record in uow.missed_calls(call.phone):
        uow.save_call(_record_of(settle(_state_of(record))))
        settled.append(record.call_id)
    return tuple(settled)


# --- handlers

_CLAIMABLE = frozenset((CallPhase.RINGING, CallPhase.CLAIMED, CallPhase.TALKING, CallPhase.WRAP_UP))
"""A talk may be over before its claim is written; a call that nobody answered is called back."""


def claim_call(cmd: ClaimCall, uow: UnitOfWork, setting: Setting) -> Done:
    """This person takes the call; the first claim stays.

    The call's `operator` is whom the exchange names, an extension; who sat there is the contact's
    `handled_by`.

    Raises:
        RefusedError: `call_taken`, `call_is_over`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    call = (
        _state_of(record)
        if record
        # F9 may be quicker than the row of the first ring.
        else CallState(
            pbx=cmd.pbx, call_id=cmd.call_id, phase=CallPhase.RINGING, offered_at=setting.now
        )
    )
    mine = setting.actor.user
    if call.phase not in _CLAIMABLE:
        raise RefusedError("call_is_over", state=call.phase.value)
    contact = uow.contact(_record_of(call).contact_id)
    if contact is not None and contact.handled_by is not None:
        if contact.handled_by != mine:
            raise RefusedError("call_taken", operator=contact.handled_by)
        return Done()
    _keep(claim(call, mine), uow)
    if (kept := uow.contact(_record_of(call).contact_id)) is not None:
        uow.save_contact(replace(kept, handled_by=mine))
    return Done(live=(CallsChanged(cmd.call_id),))


def settle_missed_call(cmd: SettleMissedCall, uow: UnitOfWork, _setting: Setting) -> Done:
    """Called back, or closed with a reason; with it all missed calls of the same number.

    Raises:
        RefusedError: `no_such_call`, `not_a_missed_call`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    if record is None:
        raise RefusedError("no_such_call")
    call = _state_of(record)
    if call.phase is CallPhase.SETTLED:
        return Done()
    if call.phase not in TO_CALL_BACK:
        raise RefusedError("not_a_missed_call", state=call.phase.value)
    reason = clean_line(cmd.reason or "", 200)
    uow.save_call(replace(_record_of(settle(call)), end_reason=reason or record.end_reason))
    changed = (cmd.call_id, *_settle_others(call, uow))
    return Done(live=tuple(CallsChanged(call_id) for call_id in changed))


# --- from the bus


class CallKeeper:
    """Writes what the exchange tells about calls, in the order it told it.

    Events wait in memory while the disk is away, so `run` may be started again after a failure.
    """

    def __init__(self, store: Store, bus: Bus, clock: Clock) -> None:
        """Listen from now on; nothing is written before `run`."""
        self._store = store
        self._bus = bus
        self._clock = clock
        self._waiting: deque[CallEvent] = deque(maxlen=LONGEST_QUEUE)
        self._news = asyncio.Event()
        self._end = bus.subscribe(CallEvent, self._on_event)

    def close(self) -> None:
        """Listen no more."""
        self._end()

    @property
    def waiting(self) -> int:
        """Events not written yet."""
        return len(self._waiting)

    def _on_event(self, event: CallEvent) -> None:
        if event.call_id and event.kind in _KEPT:
            self._waiting.append(event)
            self._news.set()

    async def run(self) -> None:
        """Write for ever; one event a transaction, removed from the queue after the commit."""
        while True:
            await self._news.wait()
            await self.drain()

    async def drain(self) -> None:
        """Write what waits now."""
        self._news.clear()
        while self._waiting:
            event = self._waiting[0]
            try:
                changed = await self._store.write(lambda uow, e=event: _write(e, uow))  # type: ignore[misc]
            except BaseException:
                # Still in the queue: the next run begins with it.
                self._news.set()
                raise
            if self._waiting and self._waiting[0] is event:
                self._waiting.popleft()
            for call_id in changed:
                self._bus.publish(CallsChanged(call_id))


def _write(event: CallEvent, uow: UnitOfWork) -> tuple[str, ...]:
    """Fold the event into the call's row; ids of the calls that changed."""
    record = uow.call(event.pbx, event.call_id)
    call = advance(_state_of(record) if record else None, event)
    changed = (event.call_id,) if _keep(call, uow, event.peer_number) else ()
    if event.kind == "answered":
        changed = (*changed, *_settle_others(call, uow))
    return changed
