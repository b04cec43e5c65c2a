"""Data of the inbox: messages of all channels, one of them with its context, and the four decisions
on it: new request, join, ask, reject.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.actors import leads
from console.domain.errors import ConsoleError
from console.domain.live_events import ContactArrived, NoticesChanged, OutreachChanged
from console.domain.requests.commands import (
    AttachContact,
    KeepContact,
    MarkSpam,
    OpenContact,
    RejectContact,
    RestoreContact,
    SendMessage,
    TellNotice,
)
from console.domain.states import Channel, ContactState, Purpose
from console.domain.text import phone
from console.domain.time_zone import CITY
from console.services.publication.notices import MatchingNotice
from console.services.views.contacts import ContactRow
from console.ui.pages.inbox.conversation import Conversation, read_around
from console.ui.request.form_prefill import FormPrefill
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.commands import OnDone, OnRefused, run_step, run_steps
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from console.services.desk import Desk

LIMIT = 500
READ_AFTER_MS = 1200
"""How long a message must be in front before it counts as read; passing over it with the arrow keys
does not count.
"""
_SUSPECT = "suspect"


def folded(rows: tuple[ContactRow, ...]) -> tuple[tuple[ContactRow, ...], dict[UUID, int]]:
    """Of many messages that one sender sends in a row, show only the newest, with the number of the
    others. They are folded, never dropped.
    """
    shown: list[ContactRow] = []
    more: dict[UUID, int] = {}
    newest: dict[tuple[Channel, str], UUID] = {}
    for row in rows:
        key = (row.channel, row.sender_key or "")
        if _SUSPECT not in row.flags or not row.sender_key:
            shown.append(row)
        elif key in newest:
            more[newest[key]] = more.get(newest[key], 0) + 1
        else:
            newest[key] = row.id
            shown.append(row)
    return tuple(shown), more


def _way_back(contact: ContactRow) -> str:
    """The address for an answer; a mail's Reply-To may differ from its sender."""
    if contact.channel is Channel.EMAIL and contact.sender_key:
        return contact.sender_key
    return contact.sender or ""


class InboxPresenter(QObject):
    """Loads one page of the inbox and keeps it up to date.

    Signals:
        rows_changed: `rows` is new.
        conversation_changed: a `Conversation`, or None.
        refused: a sentence.
    """

    rows_changed = Signal()
    conversation_changed = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Start with new messages of every channel."""
        super().__init__(parent)
        self._desk = desk
        self.state: ContactState | None = ContactState.NEW
        self.channel: Channel | None = None
        self.rows: tuple[ContactRow, ...] = ()
        self.more: dict[UUID, int] = {}
        self.sms_today = 0
        self.selected: UUID | None = None
        self.conversation: Conversation | None = None
        self._rows = Coalesced(self._load, failed=self._failed, parent=self)
        self._one = Coalesced(self._load_one, every_ms=10, failed=self._failed, parent=self)
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(READ_AFTER_MS)
        self._reading.timeout.connect(self._on_read)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(ContactArrived, self._on_contact),
            desk.bus.subscribe(OutreachChanged, lambda _e: self._one.wish()),
            desk.bus.subscribe(NoticesChanged, lambda _e: self._one.wish()),
        ]

    def show(self, *, state: ContactState | None, channel: Channel | None) -> None:
        """Load by other filters; None = all."""
        if (state, channel) != (self.state, self.channel):
            self.state, self.channel = state, channel
            self._rows.now()

    def refresh(self) -> None:
        """Reload now."""
        self._rows.now()

    def select(self, contact_id: UUID | None) -> None:
        """Show this one. Until it is loaded nothing can be decided, so that a key pressed at once
        does not act on the previous one.
        """
        if contact_id != self.selected:
            self.conversation = None
            self._reading.stop()
        self.selected = contact_id
        self._one.now()

    def close(self) -> None:
        """Unsubscribe."""
        self._reading.stop()
        self._rows.stop()
        self._one.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    # --- decisions; a dialog names the message that it was opened for

    @property
    def can_decide(self) -> bool:
        """Whether the chosen message still waits for a decision."""
        found = self.conversation
        return found is not None and found.contact.state in (
            ContactState.NEW,
            ContactState.ANSWERED,
        )

    @property
    def can_restore(self) -> bool:
        """Whether the chosen message can be moved back to the new ones."""
        found = self.conversation
        return found is not None and found.contact.state in (
            ContactState.SPAM,
            ContactState.REJECTED,
        )

    @property
    def may_block(self) -> bool:
        """Whether this person may block a sender."""
        return leads(self._desk.actor)

    @property
    def can_ask(self) -> bool:
        """Whether the sender can be answered on the message's channel."""
        found = self.conversation
        return found is not None and bool(found.contact.sender)

    def prefill(self) -> FormPrefill | None:
        """First values for a form from this message; None if none is chosen."""
        if self.conversation is None or not self.can_decide:
            return None
        contact, suggested = self.conversation.contact, self.conversation.suggested
        given = dict(contact.proposal)
        number = phone.normalise(given.get("phone") or contact.sender)
        mail = _way_back(contact) if contact.channel is Channel.EMAIL else given.get("email")
        sender = formats.phone_number(number) if number else contact.sender
        link = given.get("link") or given.get("media_url")
        where = self.conversation.place
        return FormPrefill(
            channel=contact.channel,
            phone=number if contact.channel is not Channel.EMAIL else None,
            name=contact.sender_name,
            email=mail,
            text="\n".join(p for p in (contact.text, link) if p),
            contact_id=contact.id,
            sender_label=contact.sender_name or sender,
            lat=where.lat if where else None,
            long=where.long if where else None,
            accuracy_m=where.accuracy_m if where else None,
            service_code=given.get("service_code") or suggested.service_code,
            address_string=given.get("address_string") or suggested.address_string,
            attributes=tuple(
                (name.removeprefix("attribute."), value)
                for name, value in contact.proposal
                if name.startswith("attribute.") and not name.startswith("attribute.danger.")
            ),
            media=contact.media,
        )

    def join(self, contact: ContactRow, request_id: UUID, done: OnDone, refused: OnRefused) -> None:
        """Join this message to an existing request."""
        command = AttachContact(request_id=request_id, contact_id=contact.id)
        run_step(self._desk, command, done=done, refused=refused)

    def spam(
        self, contact: ContactRow, block: tuple[int, str], done: OnDone, refused: OnRefused
    ) -> None:
        """Move it to spam; with `block`, a supervisor blocks its sender too.

        Args:
            block: days (0 = do not block) and reason.
        """
        days, reason = block
        command = MarkSpam(contact_id=contact.id, block_days=days, reason=reason)
        run_step(self._desk, command, done=done, refused=refused)

    def restore(self, done: OnDone, refused: OnRefused) -> None:
        """Move it back to the new messages."""
        if self.conversation is None or not self.can_restore:
            return
        command = RestoreContact(contact_id=self.conversation.contact.id)
        run_step(self._desk, command, done=done, refused=refused)

    def keep_files(
        self, paths: "Sequence[str]", kept: "Callable[[str], None]", refused: OnRefused
    ) -> None:
        """Store files for a message entered by hand; calls back with the hash of each. A file of
        another kind is refused on its own.
        """

        async def copy() -> None:
            for path in paths:
                try:
                    stored = await asyncio.to_thread(self._desk.files.put, Path(path))
                except ConsoleError as error:
                    refused(sentence(error))
                else:
                    kept(stored.sha256)

        spawn(copy(), lambda error: refused(sentence(error)))

    def keep(self, command: KeepContact, done: OnDone, refused: OnRefused) -> None:
        """Enter a message by hand, and choose it."""

        def then() -> None:
            self.select(command.contact_id)
            done()

        run_step(self._desk, command, done=then, refused=refused)

    @property
    def answer(self) -> MatchingNotice | None:
        """The notice that can answer the chosen message; None if there is none or the channel
        cannot answer.
        """
        found = self.conversation
        if found is None or not self.can_decide or not self.can_ask:
            return None
        now = self._desk.clock()
        return next((told for told in found.told if not told.notice.is_over(now)), None)

    def tick(self, now: datetime) -> None:
        """Update notices, once a second."""
        found = self.conversation
        if found is not None and any(told.notice.is_over(now) for told in found.told):
            self._one.wish()

    def answer_by_notice(self, done: OnDone, refused: OnRefused) -> None:
        """Answer with the text of the notice, on the message's channel."""
        told, found = self.answer, self.conversation
        if told is None or found is None:
            return
        contact = found.contact
        command = SendMessage(
            channel=contact.channel,
            recipient=_way_back(contact),
            text=told.notice.said.text,
            purpose=Purpose.REPLY,
            request_id=contact.request_id,
            contact_id=contact.id,
        )
        count = TellNotice(notice_id=told.notice.id, channel=contact.channel, contact_id=contact.id)
        run_steps(self._desk, (command, count), done=done, refused=refused)

    def ask(self, contact: ContactRow, text: str, done: OnDone, refused: OnRefused) -> None:
        """Ask the sender for more, on the message's channel."""
        command = SendMessage(
            channel=contact.channel,
            recipient=_way_back(contact),
            text=text,
            purpose=Purpose.NEED_INFO,
            request_id=contact.request_id,
            contact_id=contact.id,
        )
        run_step(self._desk, command, done=done, refused=refused)

    def reject(
        self, contact: ContactRow, reason: str, *, reply: bool, done: OnDone, refused: OnRefused
    ) -> None:
        """Reject it; with `reply` the sender is told why."""
        command = RejectContact(contact_id=contact.id, reason=reason, reply=reply)
        run_step(self._desk, command, done=done, refused=refused)

    # --- inside

    def _failed(self, error: "ConsoleError") -> None:
        self.refused.emit(sentence(error))

    def _on_read(self) -> None:
        found = self.conversation
        if found is None or found.contact.id != self.selected or found.contact.opened_at:
            return
        if found.contact.state is ContactState.NEW:
            command = OpenContact(contact_id=found.contact.id)
            run_step(self._desk, command, done=lambda: None, refused=lambda _text: None)

    def _on_contact(self, event: ContactArrived) -> None:
        self._rows.wish()
        if event.contact_id == self.selected:
            self._one.wish()

    async def _load(self) -> None:
        state, channel = self.state, self.channel
        rows = await self._desk.ask(lambda q: q.inbox(state=state, channel=channel, limit=LIMIT))
        if (state, channel) != (self.state, self.channel):
            self._rows.wish()
            return
        day = self._desk.clock().astimezone(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
        _, self.sms_today = await self._desk.ask(lambda q: q.sms_sent(day))
        self.rows, self.more = folded(rows)
        self.rows_changed.emit()

    async def _load_one(self) -> None:
        wanted = self.selected
        found: Conversation | None = None
        if wanted is not None:
            contact = await self._desk.ask(lambda q: q.contact(wanted))
            if contact is not None:
                found = await read_around(self._desk, contact)
        if wanted != self.selected:
            self._one.wish()
            return
        before, self.conversation = self.conversation, found
        if found is not None and (before is None or before.contact.id != wanted):
            self._reading.start()
        if before is None or found is None or not self._looks_alike(before, found):
            self.conversation_changed.emit(found)

    def _looks_alike(self, before: Conversation, after: Conversation) -> bool:
        """Whether only our own reading was recorded: then the focus must stay where it is."""
        me = self._desk.actor.user
        one, two = before.contact, after.contact
        if two.handled_by not in (one.handled_by, me):
            return False
        noted = replace(one, opened_at=two.opened_at, handled_by=two.handled_by)
        return replace(before, contact=noted) == after
