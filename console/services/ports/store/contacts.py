"""What a transaction knows about a sender: how often they wrote, whether they want messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from console.domain.states import Channel


class ContactWork(Protocol):
    """Part of `UnitOfWork`."""

    def heard_from(self, sender_key: str, limit: int) -> Sequence[datetime]:
        """When this sender wrote, newest first."""

    def receipts_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many automatic receipts were queued for this recipient since then, sent or not."""

    def wants_no_messages(self, channel: Channel, recipient: str) -> bool:
        """Whether this recipient refused automatic messages."""

    def set_opt_out(self, channel: Channel, sender_key: str, at: datetime, *, out: bool) -> None:
        """Store the sender's latest wish about messages."""
