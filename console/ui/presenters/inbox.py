"""The inbox: written contacts of all channels, one in detail with what went before and what we
answered, and the four ways out: report, join, ask, reject.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain import phone
from console.domain.commands import JoinCaller, RejectContact, SendMessage
from console.domain.live import ContactArrived, OutreachChanged
from console.domain.request import Request
from console.domain.states import Channel, ContactState, Purpose
from console.services.views import ContactRow, OutreachRow
from console.ui import formats
from console.ui.form_seed import FormSeed
from console.ui.presenters.coalesce import Coalesced
from console.ui.presenters.steps import Then, Told, run_step
from console.ui.sentences import sentence
from console.ui.tasks import spawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.domain.errors import ConsoleError
    from console.services.desk import Desk

LIMIT = 500


@dataclass(frozen=True, slots=True)
class Conversation:
    """A contact with its surroundings; earlier ones newest first, our messages oldest first."""

    contact: ContactRow
    earlier: tuple[ContactRow, ...]
    ours: tuple[OutreachRow, ...]


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
        self.selected: UUID | None = None
        self.conversation: Conversation | None = None
        self._rows = Coalesced(self._load, failed=self._failed, parent=self)
        self._one = Coalesced(self._load_one, every_ms=10, failed=self._failed, parent=self)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(ContactArrived, self._on_contact),
            desk.bus.subscribe(OutreachChanged, lambda _e: self._one.wish()),
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
        """Show this one."""
        self.selected = contact_id
        self._one.now()

    def close(self) -> None:
        """Listen no more."""
        self._rows.stop()
        self._one.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    # --- the ways out

    @property
    def can_decide(self) -> bool:
        """Whether the chosen contact still waits for a decision."""
        found = self.conversation
        return found is not None and found.contact.state in (
            ContactState.NEW,
            ContactState.ANSWERED,
        )

    @property
    def can_ask(self) -> bool:
        """Whether the sender can be answered on his channel."""
        found = self.conversation
        return found is not None and bool(found.contact.sender)

    def seed(self) -> FormSeed | None:
        """The form that this contact starts; None when nothing is chosen."""
        if self.conversation is None or not self.can_decide:
            return None
        contact = self.conversation.contact
        number = phone.normalise(contact.sender)
        mail = contact.sender if contact.channel is Channel.EMAIL else None
        sender = formats.phone_number(number) if number else contact.sender
        return FormSeed(
            channel=contact.channel,
            phone=number if contact.channel is not Channel.EMAIL else None,
            name=contact.sender_name,
            email=mail,
            text=contact.text,
            contact_id=contact.id,
            sender_label=contact.sender_name or sender,
        )

    def find(self, number: str, found: "Callable[[Request | None, str], None]") -> None:
        """Look up a request by its number as typed; calls back with it, or with a sentence."""

        async def look() -> None:
            request_id = await self._desk.ask(lambda q: q.find_number(number))
            detail = await self._desk.ask(lambda q: q.detail(request_id)) if request_id else None
            missing = "" if detail else self.tr("Không có phản ánh mang mã này.")
            found(detail.request if detail else None, missing)

        spawn(look(), lambda error: found(None, sentence(error)))

    def join(self, request_id: UUID, done: Then, refused: Told) -> None:
        """This contact reports a request that is there already."""
        if self.conversation is None:
            return
        contact = self.conversation.contact
        command = JoinCaller(
            request_id=request_id,
            channel=contact.channel,
            reporter_name=contact.sender_name,
            contact_id=contact.id,
            text=contact.text,
        )
        run_step(self._desk, command, done=done, refused=refused)

    def ask(self, text: str, done: Then, refused: Told) -> None:
        """Ask the sender for more, the way he came."""
        if self.conversation is None:
            return
        contact = self.conversation.contact
        command = SendMessage(
            channel=contact.channel,
            recipient=contact.sender or "",
            text=text,
            purpose=Purpose.NEED_INFO,
            request_id=contact.request_id,
            contact_id=contact.id,
        )
        run_step(self._desk, command, done=done, refused=refused)

    def reject(self, reason: str, *, reply: bool, done: Then, refused: Told) -> None:
        """No matter for 1022; the sender is told why unless that is not wanted."""
        if self.conversation is None:
            return
        command = RejectContact(contact_id=self.conversation.contact.id, reason=reason, reply=reply)
        run_step(self._desk, command, done=done, refused=refused)

    # --- inside

    def _failed(self, error: "ConsoleError") -> None:
        self.refused.emit(sentence(error))

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
        self.rows = rows
        self.rows_changed.emit()

    async def _load_one(self) -> None:
        wanted = self.selected
        found: Conversation | None = None
        if wanted is not None:
            contact = await self._desk.ask(lambda q: q.contact(wanted))
            if contact is not None:
                found = await self._surroundings(contact)
        if wanted != self.selected:
            self._one.wish()
            return
        self.conversation = found
        self.conversation_changed.emit(found)

    async def _surroundings(self, contact: ContactRow) -> Conversation:
        ours = await self._desk.ask(lambda q: q.outreach_for_contact(contact.id))
        key = phone.normalise(contact.sender) or contact.sender
        earlier: tuple[ContactRow, ...] = ()
        if key:
            said = await self._desk.ask(lambda q: q.conversation(key))
            earlier = tuple(c for c in said if c.id != contact.id)
        return Conversation(contact, earlier, ours)
