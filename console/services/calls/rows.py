"""A call as a row of the store: one row and one contact, however many consoles watch it.

`domain/calls.py` says what a call is; `tracking.py` writes what the exchange reports about it.
"""

from dataclasses import fields, replace
from typing import Any

from console.domain.calls import CallPhase, CallState, settle
from console.domain.ids import contact_uuid
from console.domain.states import Channel, ContactState
from console.domain.text.cleaning import clean_line
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord, Contact


def external_id(pbx: str, call_id: str) -> str:
    """The name of a call as a contact and in the audit."""
    return f"{pbx}/{call_id}"


_SHARED = (
    {each.name for each in fields(CallState)} & {each.name for each in fields(CallRecord)}
) - {"recording"}
"""Common fields; `recording` is a state in the call, a path in the row."""


def _shared(source: CallRecord | CallState) -> dict[str, Any]:
    return {name: getattr(source, name) for name in _SHARED}


def state_of(record: CallRecord) -> CallState:
    """The call behind a row."""
    return CallState(phase=CallPhase(record.state), **_shared(record))


def record_of(call: CallState) -> CallRecord:
    """The row of a call, without its recording, which `save_call` keeps."""
    return replace(
        CallRecord(
            state=call.phase.value,
            contact_id=contact_uuid(Channel.VOICE.value, external_id(call.pbx, call.call_id)),
            **_shared(call),
        ),
        name=clean_line(call.name or "", 120) or None,
        ref=clean_line(call.ref or "", 80) or None,
    )


def save_call(call: CallState, uow: UnitOfWork, sender: str | None = None) -> bool:
    """Write the row and, for an incoming call, its contact; False when nothing changed."""
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
        # A linked contact stays linked; number and name may arrive late.
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
        # The inbox does not show calls.
        state=ContactState.ANSWERED,
    )


def settle_others(call: CallState, uow: UnitOfWork) -> tuple[str, ...]:
    """The citizen is on the line, so the missed calls of this number need no callback any more."""
    if call.phone is None:
        return ()
    settled: list[str] = []
    for record in uow.missed_calls(call.phone):
        save_call(settle(state_of(record)), uow)
        settled.append(record.call_id)
    return tuple(settled)
