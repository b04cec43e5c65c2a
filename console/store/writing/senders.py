"""What one transaction knows of a sender: part of `SqlUnitOfWork`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text

from console.domain.states import Channel, DeliveryState, Purpose
from console.store.tables.definitions import contact, outreach, to_ms

_HEARD = (
    select(contact.c.received_at)
    .where(contact.c.sender_key == bindparam("who"))
    .order_by(contact.c.received_at.desc())
    .limit(bindparam("most"))
)
_RECEIPTS = select(func.count()).where(
    outreach.c.channel == bindparam("by"),
    outreach.c.created_at >= bindparam("since"),
    outreach.c.recipient == bindparam("who"),
    outreach.c.purpose == Purpose.ACKNOWLEDGEMENT.value,
    # Every state: the index begins with channel and state.
    outreach.c.state.in_(("queued", "sending", "sent", "delivered", "failed", "unknown")),
)


def sent_since(connection: Connection, channel: Channel, recipient: str, at: datetime) -> int:
    """How many messages of ours went out to this recipient since then."""
    c = outreach.c
    gone = (DeliveryState.SENT.value, DeliveryState.DELIVERED.value)
    return int(
        connection.execute(
            select(func.count()).where(
                c.channel == channel.value,
                c.state.in_(gone),
                c.created_at >= to_ms(at),
                c.recipient == recipient,
            )
        ).scalar_one()
    )


class SenderWork:
    """`contact_ports.ContactWork` over the writer's connection."""

    _connection: Connection
    has_unsent: bool

    def heard_from(self, sender_key: str, limit: int) -> Sequence[datetime]:
        """When this sender wrote, newest first."""
        found = self._connection.execute(_HEARD, {"who": sender_key, "most": limit})
        return found.scalars().all()

    def receipts_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many automatic receipts were made for this recipient since then, sent or not."""
        named = {"by": channel.value, "since": at, "who": recipient}
        return int(self._connection.execute(_RECEIPTS, named).scalar_one())

    def wants_no_messages(self, channel: Channel, recipient: str) -> bool:
        """Whether he told us to send him nothing by ourselves."""
        asked = text("select is_out from opt_out where channel = :by and sender_key = :who")
        named = {"by": channel.value, "who": recipient}
        return bool(self._connection.execute(asked, named).scalar())

    def set_opt_out(self, channel: Channel, sender_key: str, at: datetime, *, out: bool) -> None:
        """Keep what he told us last."""
        self.has_unsent = True
        self._connection.execute(
            text(
                "insert into opt_out values (:by, :who, :at, :out) on conflict "
                "(channel, sender_key) do update set at = excluded.at, is_out = excluded.is_out"
            ),
            {"by": channel.value, "who": sender_key, "at": to_ms(at), "out": int(out)},
        )
