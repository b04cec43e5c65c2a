"""Written contacts: stored once however often they are delivered, and rejected with an answer.

Channels put their messages into `StoreInbox`. It returns after the commit, so that a channel may
acknowledge the message.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from console.domain.errors import RefusedError
from console.domain.ids import contact_uuid
from console.domain.live_events import ContactArrived, OutreachChanged, RequestsChanged
from console.domain.requests.commands import RecordDelivery, RejectContact
from console.domain.states import Channel, ContactState, DeliveryState, Purpose
from console.domain.text.cleaning import clean, clean_line
from console.domain.text.folding import fold
from console.domain.text.phone import is_mobile
from console.services.handling import ActorAndTime, Context, Done, existing_contact
from console.services.outreach.handlers import record_delivery
from console.services.outreach.messages import may_answer, queue
from console.services.people.actors import system_actor
from console.services.ports.channels import InboundMessage
from console.services.ports.clock import Clock
from console.services.ports.store.store import Store
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import Contact, SmsPart
from console.services.runtime.bus import Bus
from console.services.views.contacts import OutreachRow
from console.services.wording.sentences import fill

TEXT_LIMIT = 20_000
"""Characters of a message kept as text; the raw bytes are kept in full."""
PER_TEN_MINUTES = 5
PER_DAY = 30
"""Messages of one sender; more are flagged `suspect`, but none is dropped."""
SUSPECT, BLOCKED = "suspect", "blocked"
OPT_OUT, OPT_IN = "opt_out", "opt_in"
_OURS = frozenset({SUSPECT, BLOCKED, OPT_OUT, OPT_IN})
"""Flags that we add; they stay when a channel delivers a message again."""
_SILENCE = frozenset({"tu choi", "tc", "dung", "stop", "huy", "ngung", "khong nhan tin"})
_AGAIN = frozenset({"dong y", "nhan lai", "nhan tin", "start"})
"""Complete texts, without accents and punctuation, and without the 1022 that carriers append.

A report may contain such a word, so only the complete text counts.
"""


def reject_contact(cmd: RejectContact, uow: UnitOfWork, context: Context) -> Done:
    """Reject a message; its sender gets the reason by the same channel.

    Raises:
        RefusedError: `no_such_contact`, `reason_needed`, `contact_is_linked`.
    """
    contact = existing_contact(cmd.contact_id, uow)
    if contact.request_id is not None:
        raise RefusedError("contact_is_linked")
    if not (reason := clean(cmd.reason, 1000)):
        raise RefusedError("reason_needed")
    uow.save_contact(
        replace(
            contact,
            state=ContactState.REJECTED,
            reject_reason=reason,
            handled_by=context.actor.user,
        )
    )
    live: tuple[object, ...] = (ContactArrived(contact.id, contact.channel),)
    if cmd.reply and (to := _way_back(contact, uow)) is not None:
        template = context.catalogue.templates.get("rejection", "{reason}")
        text = fill(template, {"reason": reason})
        row = queue(uow, context, to, text, Purpose.REJECTION, contact_id=contact.id)
        live = (*live, OutreachChanged(row.id, None))
    return Done(live=live)


def _way_back(contact: Contact, uow: UnitOfWork) -> tuple[Channel, str] | None:
    """Where an answer to this contact goes; None when it may not or cannot be answered."""
    if not contact.sender_key or not may_answer(contact):
        return None
    if contact.channel is Channel.SMS and not is_mobile(contact.sender_key):
        return None
    if uow.wants_no_messages(contact.channel, contact.sender_key):
        return None
    if contact.channel in (Channel.VOICE, Channel.WALK_IN):
        return None
    return contact.channel, contact.sender_key


class StoreInbox:
    """`Inbox` over the local store; publishes after each commit."""

    def __init__(self, store: Store, bus: Bus, clock: Clock) -> None:
        """Store messages in `store` and publish on `bus`."""
        self._store = store
        self._bus = bus
        self._clock = clock

    async def put(self, message: InboundMessage, *, part_ids: Sequence[str] = ()) -> UUID:
        """Store a message as a contact; a repeated delivery updates it, never duplicates it."""
        return (await self._put(message, part_ids)).id

    async def put_numbered(self, message: InboundMessage) -> str | None:
        """Like `put`; returns the contact's number of eleven digits."""
        return (await self._put(message, ())).number

    async def _put(self, message: InboundMessage, part_ids: Sequence[str]) -> Contact:
        contact_id = contact_uuid(message.channel.value, message.external_id)
        now = self._clock()

        def work(uow: UnitOfWork) -> tuple[Contact, bool]:
            before = uow.contact(contact_id)
            after = _contact_of(message, contact_id, before)
            if before is None:
                after = _placed(_noted(after, message, uow), message, uow, now)
            if part_ids:
                uow.bind_parts(part_ids, contact_id)
            if after == before:
                return after, False
            uow.save_contact(after)
            return after, True

        stored, changed = await self._store.write(work)
        if changed:
            self._bus.publish(ContactArrived(contact_id, message.channel))
        return stored

    async def keep_part(self, part: SmsPart) -> bool:
        """Store one SMS part; False when it was there before."""
        return await self._store.write(lambda uow: uow.add_part(part))

    async def open_parts(self, since: datetime) -> tuple[SmsPart, ...]:
        """Parts received since then, joined or not, oldest first."""
        return await self._store.write(lambda uow: uow.parts(unjoined_only=False, since=since))

    async def report(
        self,
        outreach_id: UUID,
        state: DeliveryState,
        refs: tuple[str, ...] = (),
        error: str | None = None,
    ) -> None:
        """Record later news of a message of ours, such as a delivery report.

        Raises:
            RefusedError: `no_such_message`.
        """
        why = clean_line(error, 300) if error else None
        cmd = RecordDelivery(outreach_id=outreach_id, state=state, refs=refs, error=why)
        moment = ActorAndTime(system_actor(), self._clock())
        done = await self._store.write(lambda uow: record_delivery(cmd, uow, moment))
        for event in done.live:
            self._bus.publish(event)
        if done.events:
            self._bus.publish(RequestsChanged(frozenset(e.request_id for e in done.events)))

    async def sent_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The newest message of ours on this channel whose refs hold `ref`."""

        return await self._store.write(lambda uow: uow.outreach_with_ref(channel, ref))

    async def contact(self, contact_id: UUID) -> Contact | None:
        """The contact with its raw bytes, or None."""
        return await self._store.write(lambda uow: uow.contact(contact_id))

    async def request_number(self, request_id: UUID) -> str | None:
        """The eleven digits of a request, or None."""
        detail = await self._store.ask(lambda q: q.detail(request_id))
        return detail.request.number if detail else None

    async def last_from(self, channel: Channel, sender_key: str) -> datetime | None:
        """When this sender last wrote on this channel."""
        said = await self._store.ask(lambda q: q.conversation(sender_key, 50))
        return max((row.received_at for row in said if row.channel is channel), default=None)

    async def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many of our messages went to this recipient since then."""
        return await self._store.write(lambda uow: uow.sent_since(channel, recipient, at))

    async def note(self, channel: Channel, key: str) -> str | None:
        """What a channel noted for its next start, or None."""
        return await self._store.write(lambda uow: uow.note(channel, key))

    async def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Note something for the next start."""
        await self._store.write(lambda uow: uow.set_note(channel, key, value))


def _contact_of(message: InboundMessage, contact_id: UUID, before: Contact | None) -> Contact:
    """The contact that this message makes, or the known one updated from it."""
    text = clean(message.text, TEXT_LIMIT)
    if before is not None:
        # Delivered again, or a late SMS part: text and flags change, what people did stays.
        kept = tuple(f for f in before.flags if f in _OURS)
        flags = tuple(dict.fromkeys((*message.flags, *kept)))
        media = tuple(dict.fromkeys((*before.media, *message.media)))
        raw = message.raw or before.raw
        return replace(before, text=text, flags=flags, raw=raw, media=media)
    return Contact(
        id=contact_id,
        channel=message.channel,
        external_id=message.external_id,
        received_at=message.received_at,
        sender=clean_line(message.sender or "", 254) or None,
        sender_key=clean_line(message.sender_key or "", 254) or None,
        sender_name=clean_line(message.sender_name or "", 120) or None,
        sent_at=message.sent_at,
        text=text,
        flags=tuple(dict.fromkeys(message.flags)),
        thread_key=message.thread_key,
        lat=message.lat,
        long=message.long,
        raw=message.raw,
        media=message.media,
        proposal=message.proposal,
    )


def _noted(contact: Contact, message: InboundMessage, uow: UnitOfWork) -> Contact:
    """Flag a new contact as a flood, or as a wish for no messages."""
    key = message.sender_key
    if not key:
        return contact
    flags = contact.flags
    if _is_flood(message, uow.heard_from(key, PER_DAY)):
        flags = (*flags, SUSPECT)
    if message.channel is Channel.SMS and (out := asks_for_silence(contact.text)) is not None:
        uow.set_opt_out(message.channel, key, message.received_at, out=out)
        flags = (*flags, OPT_OUT if out else OPT_IN)
    return replace(contact, flags=tuple(dict.fromkeys(flags)))


def _is_flood(message: InboundMessage, heard: Sequence[datetime]) -> bool:
    at = message.received_at
    ago = [at - each for each in heard if each <= at]
    recent = sum(age <= timedelta(minutes=10) for age in ago)
    today = sum(age <= timedelta(days=1) for age in ago)
    return recent >= PER_TEN_MINUTES or today >= PER_DAY


def asks_for_silence(text: str) -> bool | None:
    """Whether an SMS refuses our messages (True), wants them again (False), or neither (None)."""
    said = " ".join(fold(text).split()).strip(" .!\"'").removesuffix(" 1022")
    if said in _SILENCE:
        return True
    return False if said in _AGAIN else None


def _placed(contact: Contact, message: InboundMessage, uow: UnitOfWork, now: datetime) -> Contact:
    """A new contact with the request it is about, a reserved number, and its folder."""
    about = _about(message, uow)
    number = uow.next_number(now) if message.reserve_number else None
    blocked = uow.is_blocked(message.channel, message.sender_key or "", now)
    flags = (*contact.flags, BLOCKED) if blocked else contact.flags
    state = ContactState.SPAM if blocked or message.spam else ContactState.NEW
    return replace(contact, about_id=about, number=number, flags=flags, state=state)


def _about(message: InboundMessage, uow: UnitOfWork) -> UUID | None:
    """The request by the number named, the message answered, or the thread, in this order."""
    if message.number and (found := uow.request_id(message.number)) is not None:
        return found
    for ref in message.references:
        row = uow.outreach_with_ref(message.channel, ref)
        if row is None:
            continue
        if row.request_id is not None:
            return row.request_id
        asked = uow.contact(row.contact_id) if row.contact_id else None
        if asked is not None and (asked.request_id or asked.about_id):
            return asked.request_id or asked.about_id
    return uow.thread_request(message.thread_key) if message.thread_key else None
