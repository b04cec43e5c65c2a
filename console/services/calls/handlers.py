"""Calls as rows: one for a call however many consoles watch it, with its contact; what a person
does with a call. What a call is, is folded by `domain/calls.py`; `calls.py` feeds the rows.
"""

from dataclasses import replace

from console.domain import calls
from console.domain.actors import LEADS
from console.domain.calls import TO_CALL_BACK, CallPhase, CallState, settle
from console.domain.errors import RefusedError
from console.domain.ids import contact_uuid
from console.domain.live_events import CallsChanged, CallTaken
from console.domain.requests.commands import ClaimCall, SettleMissedCall, TakeOverCall
from console.domain.states import Channel, ContactState
from console.domain.text.cleaning import clean_line
from console.services.handling import Done, Setting
from console.services.people.accounts import entry_of
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord, Contact


def _external_id(pbx: str, call_id: str) -> str:
    return f"{pbx}/{call_id}"


def state_of(record: CallRecord) -> CallState:
    """The call behind a row."""
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
        taken_by=record.taken_by,
        taken_at=record.taken_at,
        lost_as=record.lost_as,
        outcome=record.outcome,
        ref=record.ref,
        recorded=record.recorded,
        wrapped_at=record.wrapped_at,
    )


def record_of(call: CallState) -> CallRecord:
    """The row of a call; where its recording lies is kept by `keep`."""
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
        taken_by=call.taken_by,
        taken_at=call.taken_at,
        lost_as=call.lost_as,
        outcome=call.outcome,
        ref=clean_line(call.ref or "", 80) or None,
        recorded=call.recorded,
        wrapped_at=call.wrapped_at,
    )


def keep(call: CallState, uow: UnitOfWork, sender: str | None = None) -> bool:
    """Write the row and, for a call that came in, its contact; False when nothing changed."""
    record = record_of(call)
    before = uow.call(call.pbx, call.call_id)
    if before is not None:
        record = replace(
            record, recording=before.recording, recording_sha256=before.recording_sha256
        )
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


def settle_others(call: CallState, uow: UnitOfWork) -> tuple[str, ...]:
    """The citizen is on the line: his missed calls need no callback any more."""
    if call.phone is None:
        return ()
    settled: list[str] = []
    for record in uow.missed_calls(call.phone):
        keep(settle(state_of(record)), uow)
        settled.append(record.call_id)
    return tuple(settled)


# --- handlers

_CLAIMABLE = (
    frozenset((CallPhase.RINGING, CallPhase.CLAIMED, CallPhase.TALKING, CallPhase.WRAP_UP))
    | TO_CALL_BACK
)
"""A talk may be over before its claim is written; of a missed call the callback is claimed."""


def claim_call(cmd: ClaimCall, uow: UnitOfWork, setting: Setting) -> Done:
    """This person takes the call, or the callback of all missed calls of its number; the first
    claim stays.

    The call's `operator` is whom the exchange names, an extension; who sat there is `taken_by`,
    and the contact's `handled_by`.

    Raises:
        RefusedError: `call_taken`, `call_is_over`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    call = (
        state_of(record)
        if record
        # F9 may be quicker than the row of the first ring.
        else CallState(
            pbx=cmd.pbx, call_id=cmd.call_id, phase=CallPhase.RINGING, offered_at=setting.now
        )
    )
    mine = setting.actor.user
    if call.phase not in _CLAIMABLE:
        raise RefusedError("call_is_over", state=call.phase.value)
    if call.taken_by is not None and call.taken_by != mine:
        raise RefusedError("call_taken", operator=call.taken_by)
    taken = [one for one in _with_same_number(call, uow) if one.taken_by is None]
    return _taken(taken, uow, setting)


def take_over_call(cmd: TakeOverCall, uow: UnitOfWork, setting: Setting) -> Done:
    """What a colleague claimed is this person's from now on; the audit names both.

    Raises:
        RefusedError: `no_such_call`, `not_claimed`, `take_over_late`, `reason_needed`,
            `call_is_over`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    if record is None:
        raise RefusedError("no_such_call")
    call, actor = state_of(record), setting.actor
    reason = clean_line(cmd.reason, 200)
    supervises = actor.role in LEADS
    calls.take_over(call, actor.user, setting.now, supervises=supervises, reason=reason)
    if call.taken_by == actor.user:
        return Done()
    subject = f"{_external_id(call.pbx, call.call_id)} {call.taken_by}"
    uow.audit(entry_of(actor, setting.now, "call_taken_over", subject, reason))
    return _taken(_with_same_number(call, uow), uow, setting, taken_from=call.taken_by or "")


def _with_same_number(call: CallState, uow: UnitOfWork) -> list[CallState]:
    """The call, and when it waits for a callback the others of the same person."""
    if call.phase not in TO_CALL_BACK or call.phone is None:
        return [call]
    return [state_of(record) for record in uow.missed_calls(call.phone)]


def _taken(
    chosen: list[CallState], uow: UnitOfWork, setting: Setting, *, taken_from: str = ""
) -> Done:
    live: list[object] = []
    mine = setting.actor.user
    for call in chosen:
        free = replace(call, taken_by=None, taken_at=None)
        now = calls.claim(free, mine, setting.now)
        keep(now, uow)
        if call.phase not in TO_CALL_BACK:
            _handled_by(now, uow, mine)
        live += [
            CallsChanged(call.call_id),
            CallTaken(
                kind="claimed",
                pbx=call.pbx,
                call_id=call.call_id,
                person=mine,
                at=setting.now,
                taken_from=taken_from,
            ),
        ]
    return Done(live=tuple(live))


def _handled_by(call: CallState, uow: UnitOfWork, person: str) -> None:
    if (contact := uow.contact(record_of(call).contact_id)) is not None:
        uow.save_contact(replace(contact, handled_by=person))


def settle_missed_call(cmd: SettleMissedCall, uow: UnitOfWork, setting: Setting) -> Done:
    """Called back, or closed with a reason; with it all missed calls of the same number.

    Raises:
        RefusedError: `no_such_call`, `not_a_missed_call`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    if record is None:
        raise RefusedError("no_such_call")
    call = state_of(record)
    if call.phase is CallPhase.SETTLED:
        return Done()
    if call.phase not in TO_CALL_BACK:
        raise RefusedError("not_a_missed_call", state=call.phase.value)
    reason = clean_line(cmd.reason or "", 200)
    keep(replace(settle(call), end_reason=reason or record.end_reason), uow)
    changed = (cmd.call_id, *settle_others(call, uow))
    told = CallTaken(
        kind="settled",
        pbx=cmd.pbx,
        call_id=cmd.call_id,
        person=setting.actor.user,
        at=setting.now,
    )
    return Done(live=(*(CallsChanged(call_id) for call_id in changed), told))
