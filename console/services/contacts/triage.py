"""What an operator does with a written contact besides making a request of it.

Open it, attach it to a request, move it to the spam folder and back, enter one by hand.
"""

from dataclasses import replace

from console.domain.errors import InputError, RefusedError
from console.domain.live_events import BlocksChanged, ContactArrived
from console.domain.requests.commands import (
    AddNote,
    AttachContact,
    AttachMedia,
    JoinCaller,
    KeepContact,
    MarkSpam,
    OpenContact,
    RestoreContact,
)
from console.domain.states import Channel, ContactState, State
from console.domain.text.cleaning import clean, clean_line
from console.domain.text.phone import normalise
from console.services.contacts.blocking import end_block, keep_block, require_blocker
from console.services.contacts.inbox import BLOCKED
from console.services.handling import (
    Context,
    Done,
    append_facts,
    combined,
    decided_facts,
    existing_contact,
    existing_request,
)
from console.services.outreach.messages import checked_email
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import Contact
from console.services.requests.intake import join_caller

TEXT_LIMIT = 4000
BY_HAND = "by_hand"


def _told(contact: Contact) -> tuple[ContactArrived, ...]:
    return (ContactArrived(contact.id, contact.channel),)


def open_contact(cmd: OpenContact, uow: UnitOfWork, context: Context) -> Done:
    """Record who read it first; later readers change nothing.

    Raises:
        RefusedError: `no_such_contact`.
    """
    contact = existing_contact(cmd.contact_id, uow)
    if contact.opened_at is not None:
        return Done()
    by = contact.handled_by or context.actor.user
    uow.save_contact(replace(contact, opened_at=context.now, handled_by=by))
    return Done(live=_told(contact))


def attach_contact(cmd: AttachContact, uow: UnitOfWork, context: Context) -> Done:
    """Link the contact to an open request and add its content there.

    Raises:
        RefusedError: `no_such_contact`, `contact_is_linked`, `no_such_request`, and what `decide`
            says of the step.
    """
    contact = existing_contact(cmd.contact_id, uow)
    if contact.request_id is not None:
        raise RefusedError("contact_is_linked")
    request = existing_request(cmd.request_id, uow)
    said = clean(contact.text, TEXT_LIMIT)
    if _reported_by(contact, uow, cmd) or request.state is State.NEED_INFO:
        note = AddNote(
            request_id=request.id,
            text=said or "…",
            answers=request.state is State.NEED_INFO,
        )
        done = append_facts(decided_facts(note, uow, context), request.id, uow, context)
        linked = replace(
            contact,
            state=ContactState.LINKED,
            request_id=request.id,
            handled_by=context.actor.user,
        )
        uow.save_contact(linked)
        done = combined(done, Done(live=_told(contact)))
    else:
        join = JoinCaller(
            request_id=request.id,
            channel=contact.channel,
            reporter_name=contact.sender_name,
            contact_id=contact.id,
            text=said or None,
        )
        done = join_caller(join, uow, context)
    if contact.media:
        media = AttachMedia(request_id=request.id, media=contact.media)
        facts = decided_facts(media, uow, context)
        done = combined(done, append_facts(facts, request.id, uow, context))
    return done


def _reported_by(contact: Contact, uow: UnitOfWork, cmd: AttachContact) -> bool:
    """Whether this sender is already a reporter of the request."""
    key = contact.sender_key
    if key is None:
        return False
    for reporter in existing_request(cmd.request_id, uow).reporters:
        earlier = uow.contact(reporter.contact_id) if reporter.contact_id else None
        if key in (reporter.phone, reporter.email) or (
            earlier is not None and (earlier.channel, earlier.sender_key) == (contact.channel, key)
        ):
            return True
    return False


def mark_spam(cmd: MarkSpam, uow: UnitOfWork, context: Context) -> Done:
    """Move it to the spam folder; a supervisor may also block its sender for some days.

    Raises:
        RefusedError: `no_such_contact`, `contact_is_linked`, `role_may_not`.
        InputError: `bad_block_days`.
    """
    contact = existing_contact(cmd.contact_id, uow)
    if contact.request_id is not None:
        raise RefusedError("contact_is_linked")
    if cmd.block_days:
        require_blocker(context.actor, "MarkSpam")
        if contact.sender_key:
            key = contact.sender_key
            keep_block(contact.channel, key, cmd.block_days, cmd.reason, uow, context)
    by = context.actor.user
    uow.save_contact(replace(contact, state=ContactState.SPAM, handled_by=by))
    return Done(live=(*_told(contact), *((BlocksChanged(),) if cmd.block_days else ())))


def restore_contact(cmd: RestoreContact, uow: UnitOfWork, context: Context) -> Done:
    """Move it back to the new contacts; this also unblocks its sender.

    Raises:
        RefusedError: `no_such_contact`, `contact_is_linked`; `role_may_not` when its sender is
            blocked, because only those who may block may unblock.
    """
    contact = existing_contact(cmd.contact_id, uow)
    if contact.state not in (ContactState.SPAM, ContactState.REJECTED):
        raise RefusedError("contact_is_linked")
    key = contact.sender_key or ""
    blocked = uow.is_blocked(contact.channel, key, context.now)
    if blocked:
        require_blocker(context.actor, "RestoreContact")
        end_block(contact.channel, key, uow, context)
    flags = tuple(f for f in contact.flags if f != BLOCKED)
    uow.save_contact(
        replace(contact, state=ContactState.NEW, flags=flags, reject_reason=None, handled_by=None)
    )
    return Done(live=(*_told(contact), *((BlocksChanged(),) if blocked else ())))


def keep_contact(cmd: KeepContact, uow: UnitOfWork, context: Context) -> Done:
    """Store a contact entered by hand; the same command again adds none.

    Raises:
        InputError: `message_empty`, `bad_email`, `bad_link`.
    """
    text = clean(cmd.text, TEXT_LIMIT)
    if not text and not cmd.media:
        raise InputError("message_empty")
    link = clean_line(cmd.link or "", 500)
    if link and not link.startswith(("https://", "http://")):
        raise InputError("bad_link", link=link[:60])
    sender = clean_line(cmd.sender or "", 254)
    key: str | None = normalise(sender) or sender or None
    if cmd.channel is Channel.EMAIL:
        key = checked_email(sender)
    contact = Contact(
        id=cmd.contact_id,
        channel=cmd.channel,
        external_id=f"{BY_HAND}/{cmd.contact_id}",
        received_at=context.now,
        sender=sender or None,
        sender_key=key,
        sender_name=clean_line(cmd.sender_name or "", 120) or None,
        text=text,
        flags=(BY_HAND,),
        proposal=(("link", link),) if link else (),
        media=cmd.media,
        handled_by=context.actor.user,
        opened_at=context.now,
    )
    uow.save_contact(contact)
    return Done(live=_told(contact))
