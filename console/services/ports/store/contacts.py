"""What one transaction knows of a sender: how often he wrote, whether he wants our messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from console.domain.states import Channel


class ContactWork(Protocol):
    """Part of `UnitOfWork`."""

    def heard_from(self, sender_key: str, limit: int) -> Sequence[datetime]:
        """When this sender wrote, newest first."""

    def receipts_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many automatic receipts were made for this recipient since then, sent or not."""

    def wants_no_messages(self, channel: Channel, recipient: str) -> bool:
        """Whether he told us to send him nothing by ourselves."""

    def set_opt_out(self, channel: Channel, sender_key: str, at: datetime, *, out: bool) -> None:
        """Keep what he told us last."""
