"""How long and how often Facebook and Zalo let us answer for free after a person's last message.

Afterwards the operator calls the person.
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
"""Time after the last message, and answers allowed within it; None = any number."""


@dataclass(frozen=True, slots=True)
class ReplyLeft:
    """What is left of a reply window.

    Attributes:
        until: when it ends.
        answers: how many more; None = any number.
    """

    until: datetime
    answers: int | None


def reply_left(
    queries: Queries, contact: ContactRow, earlier: Iterable[ContactRow]
) -> ReplyLeft | None:
    """The window for the sender of this contact; None on channels without one.

    Args:
        earlier: other messages of the same sender.
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
