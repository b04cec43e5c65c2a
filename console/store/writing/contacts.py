"""The part of the unit of work about what came in: contacts, SMS parts, senders and channels."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.states import Channel, Purpose
from console.services.records import BlockedSender, Contact, SmsPart
from console.store.queries.contacts import sent_since
from console.store.tables import record_rows
from console.store.tables.definitions import (
    blocked,
    channel_note,
    contact,
    outreach,
    sms_part,
    to_ms,
)
from console.store.writing.base import Work

_CONTACT = select(contact).where(contact.c.id == bindparam("which"))
_BLOCKED = select(blocked.c.until).where(
    blocked.c.channel == bindparam("by"),
    blocked.c.sender_key == bindparam("who"),
    blocked.c.until > bindparam("now"),
)
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
    # Lists every state, because the index begins with channel and state.
    outreach.c.state.in_(("queued", "sending", "sent", "delivered", "failed", "unknown")),
)


class ContactWork(Work):
    """Part of `ports.UnitOfWork`."""

    def contact(self, contact_id: UUID) -> Contact | None:
        """The contact, or None."""
        row = self._connection.execute(_CONTACT, {"which": contact_id}).first()
        return None if row is None else record_rows.contact_of(row)

    def save_contact(self, kept: Contact) -> bool:
        """Insert, or update the row of the same id; True when it was new."""
        self.has_unsent = True
        return self._upsert(contact, record_rows.contact_row(kept))

    def thread_request(self, thread_key: str) -> UUID | None:
        """The request that the newest linked contact of this thread belongs to."""
        c = contact.c
        found: UUID | None = self._connection.execute(
            select(c.request_id)
            .where(c.thread_key == thread_key, c.request_id.is_not(None))
            .order_by(c.received_at.desc())
            .limit(1)
        ).scalar()
        return found

    def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many messages of ours went out to this recipient since then."""
        return sent_since(self._connection, channel, recipient, at)

    def note(self, channel: Channel, key: str) -> str | None:
        """A value that a channel noted under this key, or None."""
        c = channel_note.c
        found: str | None = self._connection.execute(
            select(c.value).where(c.channel == channel.value, c.key == key)
        ).scalar()
        return found

    def set_note(self, channel: Channel, key: str, value: str) -> None:
        """Upsert by (channel, key)."""
        row: dict[str, object] = {"channel": channel.value, "key": key, "value": value}
        self._upsert(channel_note, row)

    def block(self, sender: BlockedSender) -> None:
        """Upsert by (channel, sender_key)."""
        self.has_unsent = True
        self._upsert(blocked, {**asdict(sender), "channel": sender.channel.value})

    def block_of(self, channel: Channel, sender_key: str) -> BlockedSender | None:
        """The last block of this sender, also one that is over."""
        b = blocked.c
        asked = select(blocked).where(b.channel == channel.value, b.sender_key == sender_key)
        row = self._connection.execute(asked).first()
        if row is None:
            return None
        return BlockedSender(channel, sender_key, row.until, row.actor, row.at, row.reason)

    def is_blocked(self, channel: Channel, sender_key: str, at: datetime) -> bool:
        """Whether this sender's messages go to the spam folder at that time."""
        named = {"by": channel.value, "who": sender_key, "now": at}
        return self._connection.execute(_BLOCKED, named).first() is not None

    def heard_from(self, sender_key: str, limit: int) -> Sequence[datetime]:
        """The times of this sender's messages, newest first."""
        found = self._connection.execute(_HEARD, {"who": sender_key, "most": limit})
        return found.scalars().all()

    def receipts_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many automatic receipts for this recipient were created since then, sent or not."""
        named = {"by": channel.value, "since": at, "who": recipient}
        return int(self._connection.execute(_RECEIPTS, named).scalar_one())

    def wants_no_messages(self, channel: Channel, recipient: str) -> bool:
        """Whether this recipient opted out of automatic messages."""
        asked = text("select is_out from opt_out where channel = :by and sender_key = :who")
        named = {"by": channel.value, "who": recipient}
        return bool(self._connection.execute(asked, named).scalar())

    def set_opt_out(self, channel: Channel, sender_key: str, at: datetime, *, out: bool) -> None:
        """Store the sender's latest choice."""
        self.has_unsent = True
        self._connection.execute(
            text(
                "insert into opt_out values (:by, :who, :at, :out) on conflict "
                "(channel, sender_key) do update set at = excluded.at, is_out = excluded.is_out"
            ),
            {"by": channel.value, "who": sender_key, "at": to_ms(at), "out": int(out)},
        )

    def add_part(self, part: SmsPart) -> bool:
        """Store an SMS part; False when its external id is already there."""
        statement = upsert(sms_part).on_conflict_do_nothing()
        return bool(self._connection.execute(statement, record_rows.part_row(part)).rowcount)

    def parts(
        self, *, unjoined_only: bool = True, since: datetime | None = None
    ) -> tuple[SmsPart, ...]:
        """Stored parts, oldest first."""
        statement = select(sms_part).order_by(sms_part.c.received_at, sms_part.c.external_id)
        if unjoined_only:
            statement = statement.where(sms_part.c.contact_id.is_(None))
        if since is not None:
            statement = statement.where(sms_part.c.received_at >= to_ms(since))
        return tuple(record_rows.part_of(row) for row in self._connection.execute(statement))

    def bind_parts(self, external_ids: Sequence[str], contact_id: UUID) -> None:
        """Note which contact these parts belong to."""
        self._connection.execute(
            update(sms_part)
            .where(sms_part.c.external_id.in_(tuple(external_ids)))
            .values(contact_id=contact_id)
        )
