"""Our messages to the citizen: their words, their recipients, and the queue.

A message is queued in the transaction of its command; a courier (`delivery.py`) sends it later.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from console.domain.errors import InputError
from console.domain.ids import uuid7
from console.domain.live_events import OutreachChanged
from console.domain.requests import callback
from console.domain.requests.events import Fact, MessageQueued
from console.domain.requests.numbering import spoken
from console.domain.requests.request import Reporter, Request
from console.domain.states import (
    WRITTEN,
    Channel,
    DeliveryState,
    Purpose,
)
from console.domain.text import phone as phones
from console.domain.text.cleaning import clean, clean_line
from console.domain.time_zone import CITY
from console.services.handling import (
    Context,
    Done,
    stamp,
)
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import Contact
from console.services.views.contacts import OutreachRow
from console.services.wording.sentences import fill

LONGEST = {Channel.SMS: 670, Channel.EMAIL: 20_000}
"""Characters of a message; for an SMS, ten UCS-2 parts."""
RECEIPT_EVERY = timedelta(hours=1)
"""At most one automatic receipt to a sender within this time; other messages do not count."""
_MAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
_SILENT = frozenset({"auto_reply", "suspect"})
"""Flags of contacts that get no automatic answer (RFC 3834, floods)."""


# --- words of a message


def when(at: datetime) -> str:
    """A time near now, in the city's zone, for people: `17:30 24/11`."""
    return f"{at.astimezone(CITY):%H:%M %d/%m}"


def result_text(request: Request, context: Context, purpose: Purpose = Purpose.RESULT) -> str:
    """The message with a result, ready to edit, from the template of this purpose."""
    return _say(context, purpose.value, request, result=callback.result_text(request))


def _say(context: Context, code: str, request: Request, **more: object) -> str:
    template = context.catalogue.templates.get(code)
    if template is None:
        raise InputError("missing_template", template=code)
    service = context.catalogue.services.get(request.service_code)
    agencies = context.catalogue.agencies
    due = request.due_at
    values = {
        "number": spoken(request.number),
        "service": service.name if service else request.service_code,
        "agency": ", ".join(
            agencies[a.agency].short_name for a in request.assignments if a.agency in agencies
        ),
        "due": when(due) if due else "",
        "parent": spoken(request.parent_number or ""),
        **more,
    }
    return clean(fill(template, values), 2000)


# --- recipients


def checked_email(typed: str | None) -> str | None:
    """An e-mail address with its domain in lower case; None for an empty text.

    Raises:
        InputError: `bad_email`.
    """
    if not typed or not (text := clean_line(typed, 254)):
        return None
    if not _MAIL.fullmatch(text):
        raise InputError("bad_email", email=text[:60])
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def address_of(reporter: Reporter, *, voice_by_sms: bool) -> tuple[Channel, str] | None:
    """(channel, recipient) for writing to a reporter, or None.

    Args:
        reporter: who reported.
        voice_by_sms: also write to the mobile number of a caller.
    """
    if reporter.channel is Channel.EMAIL and reporter.email:
        return Channel.EMAIL, reporter.email
    if phones.is_mobile(reporter.phone) and (reporter.channel is Channel.SMS or voice_by_sms):
        return Channel.SMS, str(reporter.phone)
    if reporter.email and voice_by_sms:
        return Channel.EMAIL, reporter.email
    return None


def _way_he_came(reporter: Reporter, contact: Contact | None) -> tuple[Channel, str] | None:
    """For app, portal, page or account: the sender there, whatever name was given."""
    if contact is None or contact.channel is not reporter.channel or not contact.sender_key:
        return None
    if reporter.channel in WRITTEN and reporter.channel not in (Channel.SMS, Channel.EMAIL):
        return reporter.channel, contact.sender_key
    return None


def may_answer(contact: Contact | None) -> bool:
    """Whether an automatic answer to this contact is allowed."""
    return contact is None or not _SILENT.intersection(contact.flags)


def _may_send(to: tuple[Channel, str], purpose: Purpose, uow: UnitOfWork, now: datetime) -> bool:
    """Whether an automatic message may go there.

    Not to a person who asked for no messages, and only one receipt an hour, so that two machines
    never keep answering each other (RFC 3834).
    """
    channel, recipient = to
    if uow.wants_no_messages(channel, recipient):
        return False
    if purpose is not Purpose.ACKNOWLEDGEMENT or channel not in (Channel.SMS, Channel.EMAIL):
        return True
    return uow.receipts_since(channel, recipient, now - RECEIPT_EVERY) == 0


# --- queueing


def queue(
    uow: UnitOfWork,
    context: Context,
    to: tuple[Channel, str],
    text: str,
    purpose: Purpose,
    *,
    outreach_id: UUID | None = None,
    request_id: UUID | None = None,
    contact_id: UUID | None = None,
) -> OutreachRow:
    """Queue a message on its channel, within this transaction."""
    channel, recipient = to
    row = OutreachRow(
        id=outreach_id or uuid7(),
        channel=channel,
        recipient=recipient,
        text=clean(text, LONGEST.get(channel, 2000)),
        purpose=purpose,
        state=DeliveryState.QUEUED,
        created_at=context.now,
        updated_at=context.now,
        request_id=request_id,
        contact_id=contact_id,
    )
    uow.save_outreach(row)
    return row


def queued_fact(row: OutreachRow) -> MessageQueued:
    """The history's line about a queued message, without its recipient."""
    return MessageQueued(
        outreach_id=row.id, channel=row.channel, purpose=row.purpose, text=row.text
    )


def tell_reporters(
    request: Request,
    uow: UnitOfWork,
    context: Context,
    template: str,
    purpose: Purpose,
    *,
    voice_by_sms: bool,
    reporters: Iterable[Reporter] | None = None,
    once: str | None = None,
    **values: object,
) -> Done:
    """Queue one message for each reporter who can be written to, and note it on the request.

    Args:
        once: names the news; the same news queued again, even at another seat, is one message.
    """
    facts: list[Fact] = []
    live: list[OutreachChanged] = []
    told: set[tuple[Channel, str]] = set()
    for reporter in request.reporters if reporters is None else reporters:
        contact = uow.contact(reporter.contact_id) if reporter.contact_id else None
        to = address_of(reporter, voice_by_sms=voice_by_sms) or _way_he_came(reporter, contact)
        if to is None or to in told or not may_answer(contact):
            continue
        told.add(to)
        if not _may_send(to, purpose, uow, context.now):
            continue
        row = queue(
            uow,
            context,
            to,
            _say(context, template, request, **values),
            purpose,
            outreach_id=uuid5(request.id, f"{once} {to[0]} {to[1]}") if once else None,
            request_id=request.id,
            contact_id=reporter.contact_id,
        )
        facts.append(queued_fact(row))
        live.append(OutreachChanged(row.id, request.id))
    if not facts:
        return Done()
    events = stamp(facts, request.id, uow, context)
    uow.append(events)
    return Done(events=events, live=tuple(live))


# --- handlers
