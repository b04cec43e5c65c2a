"""A call as a row of the store: one row and one contact, however many consoles watch it.

`domain/calls.py` says what a call is; `tracking.py` writes what the exchange reports of it.
"""

from dataclasses import replace

from console.domain.calls import CallPhase, CallState, settle
from console.domain.ids import contact_uuid
from console.domain.states import Channel, ContactState
from console.domain.text.cleaning import clean_line
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord, Contact


def external_id(pbx: str, call_id: str) -> str:
    """How a call is named as a contact and in the audit."""
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
    """The row of a call; where its recording lies is kept by `save_call`."""
    return CallRecord(
        pbx=call.pbx,
        call_id=call.call_id,
        state=call.phase.value,
        offered_at=call.offered_at,
        contact_id=contact_uuid(Channel.VOICE.value, external_id(call.pbx, call.call_id)),
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


def save_call(call: CallState, uow: UnitOfWork, sender: str | None = None) -> bool:
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
        external_id=external_id(record.pbx, record.call_id),
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
        save_call(settle(state_of(record)), uow)
        settled.append(record.call_id)
    return tuple(settled)
