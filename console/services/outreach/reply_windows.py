"""How long, and how often, page and account let us answer without charge after a person's last
message (CHANNELS.md 7). Afterwards he is called.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.states import Channel
from console.services.ports.store.queries import Queries
from console.services.views.contacts import ContactRow

WINDOWS: dict[Channel, tuple[timedelta, int | None]] = {
    Channel.FACEBOOK: (timedelta(hours=24), None),
    Channel.ZALO: (timedelta(hours=48), 8),
}
"""Time after the last message, and answers within it; None = any number."""


@dataclass(frozen=True, slots=True)
class ReplyLeft:
    """What is left of such a window.

    Attributes:
        until: when it ends.
        answers: how many more; None = any number.
    """

    until: datetime
    answers: int | None


def reply_left(
    queries: Queries, contact: ContactRow, earlier: Iterable[ContactRow]
) -> ReplyLeft | None:
    """For who wrote this; None on channels without a window.

    Args:
        earlier: other messages of the same person.
    """
    window = WINDOWS.get(contact.channel)
    if window is None or not contact.sender_key or "comment" in contact.flags:
        return None
    length, most = window
    heard = [each.received_at for each in earlier if each.channel is contact.channel]
    last = max((*heard, contact.received_at))
    if most is None:
        return ReplyLeft(last + length, None)
    sent = queries.sent_since(contact.channel, contact.sender_key, last)
    return ReplyLeft(last + length, max(0, most - sent))
