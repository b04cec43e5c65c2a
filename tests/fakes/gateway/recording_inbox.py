"""An `Inbox` in memory that records what a channel does, in which order."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from console.domain.errors import UnavailableError
from console.domain.ids import contact_uuid
from console.domain.states import Channel, DeliveryState
from console.services.ports.channels import InboundMessage
from console.services.records import Contact, SmsPart
from console.services.views.contacts import OutreachRow


class RecordingInbox:
    """Keys are unique as in the store; `broken` makes every method fail."""

    def __init__(self) -> None:
        self.messages: dict[str, InboundMessage] = {}
        self.puts: list[InboundMessage] = []
        self.parts: dict[str, SmsPart] = {}
        self.rows: dict[UUID, OutreachRow] = {}
        self.numbers: dict[UUID, str] = {}
        self.contacts: dict[UUID, Contact] = {}
        self.notes: dict[tuple[Channel, str], str] = {}
        self.broken = False
        self.on_keep: Callable[[SmsPart], None] = lambda _: None
        self._changed = asyncio.Condition()

    async def wait_for(self, condition: Callable[["RecordingInbox"], bool]) -> None:
        """Return when `condition` holds."""
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(lambda: condition(self))

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _check(self) -> None:
        if self.broken:
            raise UnavailableError("store_failed")

    async def put(self, message: InboundMessage, *, part_ids: Sequence[str] = ()) -> UUID:
        """Store or change."""
        self._check()
        contact = contact_uuid(message.channel, message.external_id)
        self.messages[message.external_id] = message
        self.puts.append(message)
        for part_id in part_ids:
            self.parts[part_id] = replace(self.parts[part_id], contact_id=contact)
        await self._tell()
        return contact

    async def put_numbered(self, message: InboundMessage) -> str | None:
        """Store or change; numbers are the store's."""
        await self.put(message)
        return None

    async def keep_part(self, part: SmsPart) -> bool:
        """Keep each part once."""
        self._check()
        self.on_keep(part)
        new = part.external_id not in self.parts
        self.parts.setdefault(part.external_id, part)
        await self._tell()
        return new

    async def open_parts(self, since: datetime) -> tuple[SmsPart, ...]:
        """All parts since then."""
        return tuple(p for p in self.parts.values() if p.received_at >= since)

    async def report(
        self,
        outreach_id: UUID,
        state: DeliveryState,
        refs: tuple[str, ...] = (),
        error: str | None = None,
    ) -> None:
        """Change a row."""
        self._check()
        row = self.rows[outreach_id]
        self.rows[outreach_id] = replace(row, state=state, refs=refs or row.refs, error=error)
        await self._tell()

    async def sent_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The newest that has it."""
        rows = [r for r in self.rows.values() if r.channel is channel and ref in r.refs]
        return max(rows, key=lambda r: r.created_at, default=None)

    async def contact(self, contact_id: UUID) -> Contact | None:
        """Nothing is stored as a contact here."""
        return self.contacts.get(contact_id)

    async def request_number(self, request_id: UUID) -> str | None:
        """The number that the test set."""
        return self.numbers.get(request_id)

    async def last_from(self, channel: Channel, sender_key: str) -> datetime | None:
        """The last one by this sender."""
        times = [m.received_at for m in self.messages.values() if m.sender_key == sender_key]
        return max(times, default=None)

    async def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """By the rows."""
        return sum(r.recipient == recipient and bool(r.refs) for r in self.rows.values())

    async def note(self, channel: Channel, key: str) -> str | None:
        """What was noted."""
        return self.notes.get((channel, key))

    async def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Note it."""
        self._check()
        self.notes[channel, key] = value

    @property
    def texts(self) -> list[str]:
        """Texts of the contacts, sorted."""
        return sorted(m.text for m in self.messages.values())
