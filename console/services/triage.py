"""What an operator does with a written contact beside making a request of it: open, attach, put
into the spam folder and back, bring in by hand. Issue 6, PRODUCT.md "triage".
"""

from dataclasses import replace
from datetime import timedelta

from console.domain.commands import (
    AddNote,
    AttachContact,
    AttachMedia,
    JoinCaller,
    KeepContact,
    MarkSpam,
    OpenContact,
    RestoreContact,
)
from console.domain.errors import InputError, RefusedError
from console.domain.live import ContactArrived
from console.domain.phone import normalise
from console.domain.rules import leads
from console.domain.states import Channel, ContactState, State
from console.domain.text import clean, clean_line
from console.services.contacts import BLOCKED
from console.services.intake import join_caller
from console.services.outreach import checked_email, joined
from console.services.ports import Done, UnitOfWork
from console.services.records import BlockedSender, Contact
from console.services.setting import Setting, decided, existing, store

LONGEST_BLOCK_DAYS = 365
TEXT_LIMIT = 4000
BY_HAND = "by_hand"


def _contact(contact_id: object, uow: UnitOfWork) -> Contact:
    found = uow.contact(contact_id)  # type: ignore[arg-type]
    if found is None:
        raise RefusedError("no_such_contact")
    return found


def _told(contact: Contact) -> tuple[ContactArrived, ...]:
    return (ContactArrived(contact.id, contact.channel),)


def open_contact(cmd: OpenContact, uow: UnitOfWork, setting: Setting) -> Done:
    """Note who read it first; later readers change nothing.

    Raises:
        RefusedError: `no_such_contact`.
    """
    contact = _contact(cmd.contact_id, uow)
    if contact.opened_at is not None:
        return Done()
    by = contact.handled_by or setting.actor.user
    uow.save_contact(replace(contact, opened_at=setting.now, handled_by=by))
    return Done(live=_told(contact))


def attach_contact(cmd: AttachContact, uow: UnitOfWork, setting: Setting) -> Done:
    """Link the contact to an open request and put what it brings there.

    Raises:
        RefusedError: `no_such_contact`, `contact_is_linked`, `no_such_request`, and what `decide`
            says of the step.
    """
    contact = _contact(cmd.contact_id, uow)
    if contact.request_id is not None:
        raise RefusedError("contact_is_linked")
    request = existing(cmd.request_id, uow)
    said = clean(contact.text, TEXT_LIMIT)
    if _reported_by(contact, uow, cmd) or request.state is State.NEED_INFO:
        note = AddNote(
            request_id=request.id,
            text=said or "…",
            answers=request.state is State.NEED_INFO,
        )
        done = store(decided(note, uow, setting), request.id, uow, setting)
        linked = replace(
            contact,
            state=ContactState.LINKED,
            request_id=request.id,
            handled_by=setting.actor.user,
        )
        uow.save_contact(linked)
        done = joined(done, Done(live=_told(contact)))
    else:
        join = JoinCaller(
            request_id=request.id,
            channel=contact.channel,
            reporter_name=contact.sender_name,
            contact_id=contact.id,
            text=said or None,
        )
        done = join_caller(join, uow, setting)
    if contact.media:
        media = AttachMedia(request_id=request.id, media=contact.media)
        facts = decided(media, uow, setting)
        done = joined(done, store(facts, request.id, uow, setting))
    return done


def _reported_by(contact: Contact, uow: UnitOfWork, cmd: AttachContact) -> bool:
    """Whether this sender is one of the request's reporters already."""
    key = contact.sender_key
    if key is None:
        return False
    for reporter in existing(cmd.request_id, uow).reporters:
        earlier = uow.contact(reporter.contact_id) if reporter.contact_id else None
        if key in (reporter.phone, reporter.email) or (
            earlier is not None and (earlier.channel, earlier.sender_key) == (contact.channel, key)
        ):
            return True
    return False


def mark_spam(cmd: MarkSpam, uow: UnitOfWork, setting: Setting) -> Done:
    """Put it into the spam folder; a supervisor may block its sender for some days too.

    Raises:
        RefusedError: `no_such_contact`, `contact_is_linked`, `role_may_not`.
        InputError: `bad_block_days`.
    """
    contact = _contact(cmd.contact_id, uow)
    if contact.request_id is not None:
        raise RefusedError("contact_is_linked")
    if cmd.block_days:
        if not leads(setting.actor):
            raise RefusedError("role_may_not", role=setting.actor.role.value, action="MarkSpam")
        if not 0 < cmd.block_days <= LONGEST_BLOCK_DAYS:
            raise InputError("bad_block_days", limit=LONGEST_BLOCK_DAYS)
        _block(contact, cmd.block_days, uow, setting)
    by = setting.actor.user
    uow.save_contact(replace(contact, state=ContactState.SPAM, handled_by=by))
    return Done(live=_told(contact))


def _block(contact: Contact, days: int, uow: UnitOfWork, setting: Setting) -> None:
    if not contact.sender_key:
        return
    uow.block(
        BlockedSender(
            channel=contact.channel,
            sender_key=contact.sender_key,
            until=setting.now + timedelta(days=days),
            actor=setting.actor.user,
            at=setting.now,
            reason="",
        )
    )


def restore_contact(cmd: RestoreContact, uow: UnitOfWork, setting: Setting) -> Done:
    """Back among the new ones.

    Raises:
        RefusedError: `no_such_contact`, `contact_is_linked`; `role_may_not` where its sender is
            blocked: who blocks may unblock.
    """
    contact = _contact(cmd.contact_id, uow)
    if contact.state not in (ContactState.SPAM, ContactState.REJECTED):
        raise RefusedError("contact_is_linked")
    key = contact.sender_key or ""
    if uow.is_blocked(contact.channel, key, setting.now):
        if not leads(setting.actor):
            raise RefusedError(
                "role_may_not", role=setting.actor.role.value, action="RestoreContact"
            )
        actor, now = setting.actor.user, setting.now
        uow.block(BlockedSender(contact.channel, key, now, actor, now, ""))
    flags = tuple(f for f in contact.flags if f != BLOCKED)
    uow.save_contact(
        replace(contact, state=ContactState.NEW, flags=flags, reject_reason=None, handled_by=None)
    )
    return Done(live=_told(contact))


def keep_contact(cmd: KeepContact, uow: UnitOfWork, setting: Setting) -> Done:
    """A contact made by hand; the same command again makes none.

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
        received_at=setting.now,
        sender=sender or None,
        sender_key=key,
        sender_name=clean_line(cmd.sender_name or "", 120) or None,
        text=text,
        flags=(BY_HAND,),
        proposal=(("link", link),) if link else (),
        media=cmd.media,
        handled_by=setting.actor.user,
        opened_at=setting.now,
    )
    uow.save_contact(contact)
    return Done(live=_told(contact))
