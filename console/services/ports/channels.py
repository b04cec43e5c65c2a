"""Ports of written channels: messages in and out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.states import Channel, DeliveryState
from console.services.records import Contact, SmsPart
from console.services.views.contacts import OutreachRow


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A written message from outside, cleaned.

    Attributes:
        references: refs of our messages that it answers, best first.
        number: a request number that it names (eleven digits).
        reserve_number: give it a request number at once; a request made of it takes that one.
        spam: put it into the spam folder: an advert, or a bounce already reported on its message.
    """

    channel: Channel
    external_id: str
    sender: str | None
    sender_key: str | None
    received_at: datetime
    text: str
    sender_name: str | None = None
    sent_at: datetime | None = None
    thread_key: str | None = None
    flags: tuple[str, ...] = ()
    raw: bytes = b""
    lat: float | None = None
    long: float | None = None
    media: tuple[str, ...] = ()
    proposal: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    number: str | None = None
    reserve_number: bool = False
    spam: bool = False


class Inbox(Protocol):
    """Where channels put incoming messages; every method returns after the commit."""

    async def put(self, message: InboundMessage, *, part_ids: Sequence[str] = ()) -> UUID:
        """Store a message as a contact; the same (channel, external_id) again updates it."""

    async def put_numbered(self, message: InboundMessage) -> str | None:
        """Like `put`; returns the contact's number of eleven digits."""

    async def keep_part(self, part: SmsPart) -> bool:
        """Store one SMS part; False when it was there before."""

    async def open_parts(self, since: datetime) -> tuple[SmsPart, ...]:
        """Parts received since then, joined or not, oldest first."""

    async def report(
        self,
        outreach_id: UUID,
        state: DeliveryState,
        refs: tuple[str, ...] = (),
        error: str | None = None,
    ) -> None:
        """Record later news of a message of ours, such as a delivery report."""

    async def sent_with_ref(self, channel: Channel, ref: str) -> OutreachRow | None:
        """The newest message of ours on this channel whose refs hold `ref`."""

    async def contact(self, contact_id: UUID) -> Contact | None:
        """The contact that a message of ours answers, or None."""

    async def request_number(self, request_id: UUID) -> str | None:
        """The eleven digits of a request, or None."""

    async def last_from(self, channel: Channel, sender_key: str) -> datetime | None:
        """When this sender last wrote on this channel."""

    async def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many of our messages went to this recipient since then, without this one."""

    async def note(self, channel: Channel, key: str) -> str | None:
        """What a channel noted for its next start, or None."""

    async def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Note something for the next start, such as how far a mailbox was read."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """A channel's answer for a message: sent(refs), refused(why), retry(after_s), unknown."""

    state: str
    refs: tuple[str, ...] = ()
    why: str | None = None
    after_s: float | None = None


class MessageChannel(Protocol):
    """A written channel: brings messages in, takes ours out."""

    @property
    def channel(self) -> Channel:
        """Which channel."""

    @property
    def name(self) -> str:
        """Name on the status line, such as `gsm1`."""

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Receive for ever; publish `LinkChanged`."""

    async def send(self, out: OutreachRow) -> SendResult:
        """Send one message; only one courier calls this, one message at a time."""

    async def close(self) -> None:
        """Release the device."""
