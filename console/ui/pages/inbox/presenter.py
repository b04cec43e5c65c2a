"""The inbox: written contacts of all channels, one in detail with what went before and what we
answered, and the four ways out: report, join, ask, reject.
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
from console.services.publication.notices import Told
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
"""How long a message is in front before it counts as read: passing over it with the keys is not."""
_SUSPECT = "suspect"


def folded(rows: tuple[ContactRow, ...]) -> tuple[tuple[ContactRow, ...], dict[UUID, int]]:
    """Of the many that one sender sends in a row only the newest is shown, with how many more there
    are: folded, never dropped (CHANNELS.md 8).
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
    """Where an answer goes: a mail may name another address for it than its sender's."""
    if contact.channel is Channel.EMAIL and contact.sender_key:
        return contact.sender_key
    return contact.sender or ""


class InboxPresenter(QObject):
    """Asks for one window on the inbox and keeps it fresh.

    Signals:
        rows_changed: `rows` is new.
        conversation_changed: a `Conversation`, or None.
        refused: a sentence.
    """

    rows_changed = Signal()
    conversation_changed = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """New contacts of every channel."""
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
        """Ask for another window; None = all."""
        if (state, channel) != (self.state, self.channel):
            self.state, self.channel = state, channel
            self._rows.now()

    def refresh(self) -> None:
        """Ask again now."""
        self._rows.now()

    def select(self, contact_id: UUID | None) -> None:
        """Show this one. Until it is read nothing can be decided: a key pressed at once would mean
        the one before.
        """
        if contact_id != self.selected:
            self.conversation = None
            self._reading.stop()
        self.selected = contact_id
        self._one.now()

    def close(self) -> None:
        """Listen no more."""
        self._reading.stop()
        self._rows.stop()
        self._one.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    # --- the ways out; a window that asks first names the message that it was opened for

    @property
    def can_decide(self) -> bool:
        """Whether the chosen contact still waits for a decision."""
        found = self.conversation
        return found is not None and found.contact.state in (
            ContactState.NEW,
            ContactState.ANSWERED,
        )

    @property
    def can_restore(self) -> bool:
        """Whether the chosen contact can go back among the new ones."""
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
        """Whether the sender can be answered on his channel."""
        found = self.conversation
        return found is not None and bool(found.contact.sender)

    def seed(self) -> FormPrefill | None:
        """The form that this contact starts; None when nothing is chosen."""
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
        """This contact belongs to a request that is there already."""
        command = AttachContact(request_id=request_id, contact_id=contact.id)
        run_step(self._desk, command, done=done, refused=refused)

    def spam(
        self, contact: ContactRow, block: tuple[int, str], done: OnDone, refused: OnRefused
    ) -> None:
        """Into the spam folder; its sender too for some days, where a supervisor says so.

        Args:
            block: for how many days, 0 = not, and why.
        """
        days, reason = block
        command = MarkSpam(contact_id=contact.id, block_days=days, reason=reason)
        run_step(self._desk, command, done=done, refused=refused)

    def restore(self, done: OnDone, refused: OnRefused) -> None:
        """Back among the new ones."""
        if self.conversation is None or not self.can_restore:
            return
        command = RestoreContact(contact_id=self.conversation.contact.id)
        run_step(self._desk, command, done=done, refused=refused)

    def keep_files(
        self, paths: "Sequence[str]", kept: "Callable[[str], None]", refused: OnRefused
    ) -> None:
        """Copy files in for a message that is brought in by hand; calls back with the hash of each;
        what is no photo, clip or paper is refused by itself.
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
        """Bring a message in by hand, and choose it."""

        def then() -> None:
            self.select(command.contact_id)
            done()

        run_step(self._desk, command, done=then, refused=refused)

    @property
    def answer(self) -> Told | None:
        """The notice that answers the chosen contact; None where there is none, or no way back."""
        found = self.conversation
        if found is None or not self.can_decide or not self.can_ask:
            return None
        now = self._desk.clock()
        return next((told for told in found.told if not told.notice.is_over(now)), None)

    def tick(self, now: datetime) -> None:
        """A second went by: a notice may be over."""
        found = self.conversation
        if found is not None and any(told.notice.is_over(now) for told in found.told):
            self._one.wish()

    def answer_by_notice(self, done: OnDone, refused: OnRefused) -> None:
        """Send the sender the words of the notice of his place, the way he came."""
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
        """Ask the sender for more, the way he came."""
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
        """No matter for 1022; the sender is told why unless that is not wanted."""
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
        """Whether only our own reading of it was noted: then what has the focus keeps it."""
        me = self._desk.actor.user
        one, two = before.contact, after.contact
        if two.handled_by not in (one.handled_by, me):
            return False
        noted = replace(one, opened_at=two.opened_at, handled_by=two.handled_by)
        return replace(before, contact=noted) == after
