"""The inbox: written contacts of all channels, one in detail with what went before and what we
answered, and the four ways out: report, join, ask, reject.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain import phone
from console.domain.commands import (
    AttachContact,
    KeepContact,
    MarkSpam,
    OpenContact,
    RejectContact,
    RestoreContact,
    SendMessage,
)
from console.domain.errors import ConsoleError
from console.domain.live import ContactArrived, NoticesChanged, OutreachChanged
from console.domain.request import Request
from console.domain.rules import leads
from console.domain.states import Channel, ContactState, Purpose
from console.domain.zone import CITY
from console.services.exif import LARGEST_HEAD, position
from console.services.intake import understand
from console.services.notices import Told as ToldNotice
from console.services.notices import told_at, where_of
from console.services.suggestions import NOTHING, Suggested, suggest
from console.services.views import ContactRow, DuplicateQuestion, DuplicateRow, OutreachRow
from console.ui import formats
from console.ui.form_seed import FormSeed
from console.ui.presenters.coalesce import Coalesced
from console.ui.presenters.steps import Then, Told, run_step
from console.ui.sentences import sentence
from console.ui.tasks import spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from console.services.desk import Desk

LIMIT = 500
READ_AFTER_MS = 1200
"""How long a message is in front before it counts as read: passing over it with the keys is not."""
_SUSPECT = "suspect"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A contact with its surroundings; earlier ones newest first, our messages oldest first.

    Attributes:
        photo_place: where one of its photos says it was taken, where the sender gave no place.
        suggested: what its words seem to be about, where its sender chose nothing.
        duplicates: open requests that may be the same, best first.
        told: notices of the place that it names, the most important first.
    """

    contact: ContactRow
    earlier: tuple[ContactRow, ...]
    ours: tuple[OutreachRow, ...]
    suggested: Suggested = NOTHING
    photo_place: tuple[float, float] | None = None
    duplicates: tuple[DuplicateRow, ...] = ()
    told: tuple[ToldNotice, ...] = ()


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


def accuracy_of(given: Mapping[str, str]) -> float | None:
    """How far the sender's phone says that its place may be off, in metres."""
    said = given.get("accuracy_m", "")
    return float(said) if said.isdecimal() else None


def _place_in(paths: list[Path]) -> tuple[float, float] | None:
    for path in paths:
        try:
            with path.open("rb") as file:
                found = position(file.read(LARGEST_HEAD))
        except OSError:
            continue
        if found is not None:
            return found
    return None


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
        """Show this one."""
        self.selected = contact_id
        self._reading.start()
        self._one.now()

    def close(self) -> None:
        """Listen no more."""
        self._reading.stop()
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

    def seed(self) -> FormSeed | None:
        """The form that this contact starts; None when nothing is chosen."""
        if self.conversation is None or not self.can_decide:
            return None
        contact, suggested = self.conversation.contact, self.conversation.suggested
        given = dict(contact.proposal)
        number = phone.normalise(given.get("phone") or contact.sender)
        mail = contact.sender if contact.channel is Channel.EMAIL else given.get("email")
        sender = formats.phone_number(number) if number else contact.sender
        link = given.get("link") or given.get("media_url")
        lat, long = self.conversation.photo_place or (contact.lat, contact.long)
        return FormSeed(
            channel=contact.channel,
            phone=number if contact.channel is not Channel.EMAIL else None,
            name=contact.sender_name,
            email=mail,
            text="\n".join(p for p in (contact.text, link) if p),
            contact_id=contact.id,
            sender_label=contact.sender_name or sender,
            lat=lat,
            long=long,
            accuracy_m=accuracy_of(given) if contact.lat is not None else None,
            service_code=given.get("service_code") or suggested.service_code,
            address_string=given.get("address_string") or suggested.address_string,
            attributes=tuple(
                (name.removeprefix("attribute."), value)
                for name, value in contact.proposal
                if name.startswith("attribute.") and not name.startswith("attribute.danger.")
            ),
            media=contact.media,
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
        """This contact belongs to a request that is there already."""
        if self.conversation is None:
            return
        command = AttachContact(request_id=request_id, contact_id=self.conversation.contact.id)
        run_step(self._desk, command, done=done, refused=refused)

    def spam(self, block_days: int, done: Then, refused: Told) -> None:
        """Into the spam folder; its sender too for some days, where a supervisor says so."""
        if self.conversation is None:
            return
        contact_id = self.conversation.contact.id
        command = MarkSpam(contact_id=contact_id, block_days=block_days)
        run_step(self._desk, command, done=done, refused=refused)

    def restore(self, done: Then, refused: Told) -> None:
        """Back among the new ones."""
        if self.conversation is None or not self.can_restore:
            return
        command = RestoreContact(contact_id=self.conversation.contact.id)
        run_step(self._desk, command, done=done, refused=refused)

    def keep_files(
        self, paths: "Sequence[str]", kept: "Callable[[str], None]", refused: Told
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

    def keep(self, command: KeepContact, done: Then, refused: Told) -> None:
        """Bring a message in by hand, and choose it."""

        def then() -> None:
            self.select(command.contact_id)
            done()

        run_step(self._desk, command, done=then, refused=refused)

    @property
    def answer(self) -> ToldNotice | None:
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

    def answer_by_notice(self, done: Then, refused: Told) -> None:
        """Send the sender the words of the notice of his place, the way he came."""
        told, found = self.answer, self.conversation
        if told is None or found is None:
            return
        contact = found.contact
        command = SendMessage(
            channel=contact.channel,
            recipient=contact.sender or "",
            text=told.notice.said.text,
            purpose=Purpose.REPLY,
            request_id=contact.request_id,
            contact_id=contact.id,
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
                found = await self._surroundings(contact)
        if wanted != self.selected:
            self._one.wish()
            return
        before, self.conversation = self.conversation, found
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

    async def _surroundings(self, contact: ContactRow) -> Conversation:
        ours = await self._desk.ask(lambda q: q.outreach_for_contact(contact.id))
        key = contact.sender_key or phone.normalise(contact.sender) or contact.sender
        earlier: tuple[ContactRow, ...] = ()
        if key:
            said = await self._desk.ask(lambda q: q.conversation(key))
            earlier = tuple(c for c in said if c.id != contact.id)
        suggested = NOTHING
        alike: tuple[DuplicateRow, ...] = ()
        if contact.request_id is None and contact.state is not ContactState.SPAM:
            suggested = suggest(contact.text, self._desk.catalogue, self._desk.places)
            alike = await self._alike(contact, suggested)
        place = await self._photo_place(contact)
        told = await self._told(contact, suggested, place)
        return Conversation(contact, earlier, ours, suggested, place, alike, told)

    async def _told(
        self, contact: ContactRow, suggested: Suggested, photo: tuple[float, float] | None
    ) -> tuple[ToldNotice, ...]:
        """Notices of the place that it names: a pin, else its address, else the wards it names."""
        now, places = self._desk.clock(), self._desk.places
        rows = await self._desk.ask(lambda q: q.notices(now))
        if not rows or contact.state is ContactState.SPAM:
            return ()
        given = dict(contact.proposal)
        sent = (contact.lat, contact.long) if contact.lat and contact.long else None
        said = given.get("address_string") or suggested.address_string or contact.text[:300]
        wards = tuple(ward.code for ward in places.parse(said).new_wards)
        service = self._desk.catalogue.services.get(
            given.get("service_code") or suggested.service_code
        )
        where = where_of(places, pin=sent or photo, wards=wards)
        return told_at(rows, where, now, service.group if service else None)

    async def _photo_place(self, contact: ContactRow) -> tuple[float, float] | None:
        """(lat, long) out of the first photo that has one."""
        if contact.lat is not None or contact.request_id is not None:
            return None
        paths = [path for each in contact.media if (path := self._desk.files.path(each))]
        return await asyncio.to_thread(_place_in, paths) if paths else None

    async def _alike(self, contact: ContactRow, suggested: Suggested) -> tuple[DuplicateRow, ...]:
        """Open requests that this may be about too."""
        given = dict(contact.proposal)
        code = given.get("service_code") or suggested.service_code
        address = given.get("address_string") or suggested.address_string
        known = code in self._desk.catalogue.services
        if not known or not (address or contact.lat is not None):
            return ()
        place = understand(self._desk.places, address, lat=contact.lat, long=contact.long)
        question = DuplicateQuestion(
            service_code=code,
            lat=contact.lat,
            long=contact.long,
            address_string=address or None,
            ward_code=place.ward_code,
        )
        now = self._desk.clock()
        return await self._desk.ask(lambda q: q.possible_duplicates(question, now, 3))
