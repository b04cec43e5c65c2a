"""Rows of the tables that are not folded from events, as the values of the ports, and back."""

import json

from console.domain.states import Channel, ContactState, DeliveryState, Purpose
from console.services.records import CallRecord, Contact, SmsPart
from console.services.views.contacts import DraftRow, OutreachRow
from console.store.tables.definitions import AnyRow


def _list(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else "[]"


def _tuple(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def pairs_text(pairs: tuple[tuple[str, str], ...]) -> str:
    """The list that stands for these pairs."""
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":")) if pairs else "[]"


def pairs_of(text: str) -> tuple[tuple[str, str], ...]:
    """The (field, value) pairs in a stored list."""
    return () if text == "[]" else tuple((name, value) for name, value in json.loads(text))


def contact_row(contact: Contact) -> dict[str, object]:
    """The columns of a contact."""
    return {
        "id": contact.id,
        "channel": contact.channel.value,
        "external_id": contact.external_id,
        "received_at": contact.received_at,
        "sender": contact.sender,
        "sender_key": contact.sender_key,
        "sender_name": contact.sender_name,
        "sent_at": contact.sent_at,
        "text": contact.text,
        "flags": _list(contact.flags),
        "state": contact.state.value,
        "request_id": contact.request_id,
        "reject_reason": contact.reject_reason,
        "handled_by": contact.handled_by,
        "thread_key": contact.thread_key,
        "lat": contact.lat,
        "long": contact.long,
        "raw": contact.raw,
        "media": _list(contact.media),
        "proposal": pairs_text(contact.proposal),
        "about_id": contact.about_id,
        "number": contact.number,
        "opened_at": contact.opened_at,
    }


def contact_of(row: AnyRow) -> Contact:
    """The contact behind a row."""
    return Contact(
        id=row.id,
        channel=Channel(row.channel),
        external_id=row.external_id,
        received_at=row.received_at,
        sender=row.sender,
        sender_key=row.sender_key,
        sender_name=row.sender_name,
        sent_at=row.sent_at,
        text=row.text,
        flags=_tuple(row.flags),
        state=ContactState(row.state),
        request_id=row.request_id,
        reject_reason=row.reject_reason,
        handled_by=row.handled_by,
        thread_key=row.thread_key,
        lat=row.lat,
        long=row.long,
        raw=row.raw,
        media=_tuple(row.media),
        proposal=pairs_of(row.proposal),
        about_id=row.about_id,
        number=row.number,
        opened_at=row.opened_at,
    )


def flags_of(text: str) -> tuple[str, ...]:
    """The flags in a stored list."""
    return _tuple(text)


def part_row(part: SmsPart) -> dict[str, object]:
    """The columns of an SMS part."""
    return {
        "external_id": part.external_id,
        "imsi": part.imsi,
        "sender": part.sender,
        "received_at": part.received_at,
        "scts": part.scts,
        "coding": part.coding,
        "body": part.body,
        "pdu": part.pdu,
        "reference": part.reference,
        "reference_bits": part.reference_bits,
        "total": part.total,
        "sequence": part.sequence,
        "flags": _list(part.flags),
        "contact_id": part.contact_id,
    }


def part_of(row: AnyRow) -> SmsPart:
    """The SMS part behind a row."""
    return SmsPart(
        external_id=row.external_id,
        imsi=row.imsi,
        sender=row.sender,
        received_at=row.received_at,
        scts=row.scts,
        coding=row.coding,
        body=row.body,
        pdu=row.pdu,
        reference=row.reference,
        reference_bits=row.reference_bits,
        total=row.total,
        sequence=row.sequence,
        flags=_tuple(row.flags),
        contact_id=row.contact_id,
    )


def call_row(call: CallRecord) -> dict[str, object]:
    """The columns of a call."""
    return {
        "pbx": call.pbx,
        "call_id": call.call_id,
        "state": call.state,
        "offered_at": call.offered_at,
        "contact_id": call.contact_id,
        "phone": call.phone,
        "name": call.name,
        "queue": call.queue,
        "direction": call.direction,
        "operator": call.operator,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "end_reason": call.end_reason,
        "taken_by": call.taken_by,
        "taken_at": call.taken_at,
        "lost_as": call.lost_as,
        "outcome": call.outcome,
        "ref": call.ref,
        "recorded": call.recorded,
        "recording": call.recording,
        "recording_sha256": call.recording_sha256,
        "wrapped_at": call.wrapped_at,
    }


def call_of(row: AnyRow) -> CallRecord:
    """The call behind a row."""
    return CallRecord(
        pbx=row.pbx,
        call_id=row.call_id,
        state=row.state,
        offered_at=row.offered_at,
        contact_id=row.contact_id,
        phone=row.phone,
        name=row.name,
        queue=row.queue,
        direction=row.direction,
        operator=row.operator,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        lost_as=row.lost_as,
        outcome=row.outcome,
        ref=row.ref,
        recorded=row.recorded,
        recording=row.recording,
        recording_sha256=row.recording_sha256,
        wrapped_at=row.wrapped_at,
    )


def outreach_row(row: OutreachRow) -> dict[str, object]:
    """The columns of a message of ours."""
    return {
        "id": row.id,
        "channel": row.channel.value,
        "recipient": row.recipient,
        "text": row.text,
        "purpose": row.purpose.value,
        "state": row.state.value,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "request_id": row.request_id,
        "contact_id": row.contact_id,
        "tries": row.tries,
        "refs": _list(row.refs),
        "error": row.error,
        "taken_by": row.taken_by,
    }


def outreach_of(row: AnyRow) -> OutreachRow:
    """The message of ours behind a row."""
    return OutreachRow(
        id=row.id,
        channel=Channel(row.channel),
        recipient=row.recipient,
        text=row.text,
        purpose=Purpose(row.purpose),
        state=DeliveryState(row.state),
        created_at=row.created_at,
        updated_at=row.updated_at,
        request_id=row.request_id,
        contact_id=row.contact_id,
        tries=row.tries,
        refs=_tuple(row.refs),
        error=row.error,
        taken_by=row.taken_by,
    )


def draft_row(draft: DraftRow) -> dict[str, object]:
    """The columns of a draft."""
    return {
        "id": draft.id,
        "operator": draft.operator,
        "workstation": draft.workstation,
        "updated_at": draft.updated_at,
        "fields": json.dumps(draft.fields, ensure_ascii=False, separators=(",", ":")),
        "contact_id": draft.contact_id,
    }


def draft_of(row: AnyRow) -> DraftRow:
    """The draft behind a row."""
    return DraftRow(
        id=row.id,
        operator=row.operator,
        workstation=row.workstation,
        updated_at=row.updated_at,
        fields=json.loads(row.fields),
        contact_id=row.contact_id,
    )
