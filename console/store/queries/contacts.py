"""Questions about people who reached us: callers, the inbox, our messages to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, bindparam, func, select

from console.domain.states import CLOSED_STATES, Channel, ContactState, DeliveryState
from console.services.contacts.inbox import BLOCKED
from console.services.views.calls import CallerCard
from console.services.views.contacts import BlockedRow, ContactRow, OutreachRow
from console.store.queries.base import QueryBase, r
from console.store.queries.index_conditions import IS_WRITTEN
from console.store.queries.requests import MOST_ROWS
from console.store.tables.definitions import (
    blocked,
    call,
    contact,
    outreach,
    reporter,
    service_request,
    to_ms,
)
from console.store.tables.record_rows import maker, outreach_of, pairs_of, tuple_of

CARD_ROWS = 50
_LOOKED_AT = 120
"""For a number with thousands of reports, only the newest ones are considered."""

c, p, o, b = contact.c, reporter.c, outreach.c, blocked.c
about = service_request.alias("about")

_CONTACTS = (
    select(
        c.id, c.channel, c.sender, c.sender_name, c.received_at, c.text, c.state, c.flags,
        c.request_id, c.reject_reason, r.number.label("request_number"),
        call.c.state.label("outcome"), c.sender_key, c.thread_key, c.media, c.proposal, c.lat,
        c.long, c.about_id, c.number, c.opened_at, c.handled_by,
        about.c.number.label("about_number"),
    )
    .select_from(contact)
    .outerjoin(service_request, r.id == c.request_id)
    .outerjoin(about, about.c.id == c.about_id)
    .outerjoin(call, call.c.contact_id == c.id)
)  # fmt: skip

_HIS = (c.channel == b.channel) & (c.sender_key == b.sender_key)
_IN_SPAM = _HIS & (c.state == ContactState.SPAM.value)
_HELD = _IN_SPAM & (c.received_at >= b.at) & c.flags.contains(f'"{BLOCKED}"')
_NEWEST_FIRST = (c.received_at.desc(), c.id)


def _newest[T](column: ColumnElement[T], which: ColumnElement[bool]) -> ScalarSelect[T]:
    """A column of the sender's newest message among these."""
    return select(column).where(which).order_by(*_NEWEST_FIRST).limit(1).scalar_subquery()


_BLOCKED = (
    select(
        blocked,
        _newest(c.sender_name, _HIS & c.sender_name.is_not(None)).label("name"),
        select(func.count()).select_from(contact).where(_HELD).scalar_subquery().label("held"),
        _newest(c.id, _IN_SPAM).label("newest"),
    )
    .where(b.until > bindparam("now"))
    .order_by(b.until, b.channel, b.sender_key)
    .limit(bindparam("most"))
)


_contact_row = maker(
    ContactRow,
    channel=Channel,
    state=ContactState,
    flags=tuple_of,
    media=tuple_of,
    proposal=pairs_of,
)
_blocked_row = maker(BlockedRow, channel=Channel)


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


class ContactQueries(QueryBase):
    """The questions of `ports.Queries` about contacts and messages."""

    def caller(self, phone: str) -> CallerCard:
        """What is known about a number (E.164): open requests first, each group newest first."""
        newest = select(p.rid).where(p.phone == phone).order_by(p.rid.desc()).limit(_LOOKED_AT)
        requests = self._rows(
            self._list().where(r.rid.in_(newest)).order_by(r.is_open.desc(), r.rid.desc())
        )
        contacts = self.conversation(phone, CARD_ROWS)
        named = self._connection.execute(
            select(p.name)
            .where(p.phone == phone, p.name.is_not(None))
            .order_by(p.rid.desc())
            .limit(1)
        ).scalar()
        name = named or next((each.sender_name for each in contacts if each.sender_name), None)
        is_open = sum(1 for each in requests if each.state not in CLOSED_STATES)
        return CallerCard(phone, name, requests[: max(CARD_ROWS, is_open)], contacts, is_open)

    def inbox(
        self,
        *,
        state: ContactState | None = ContactState.NEW,
        channel: Channel | None = None,
        limit: int = 200,
    ) -> tuple[ContactRow, ...]:
        """Written contacts, newest first; state None = all."""
        statement = _CONTACTS.where(IS_WRITTEN)
        if state is not None:
            statement = statement.where(c.state == state.value)
        if channel is not None:
            statement = statement.where(c.channel == channel.value)
        return self._contacts(statement, limit)

    def contact(self, contact_id: UUID) -> ContactRow | None:
        """One contact."""
        return next(iter(self._contacts(_CONTACTS.where(c.id == contact_id), 1)), None)

    def conversation(self, sender_key: str, limit: int = 50) -> tuple[ContactRow, ...]:
        """What this sender sent before on any channel, newest first."""
        return self._contacts(_CONTACTS.where(c.sender_key == sender_key), limit)

    def thread(self, thread_key: str, limit: int = 50) -> tuple[ContactRow, ...]:
        """The contacts of this thread, such as comments under one post, newest first."""
        return self._contacts(_CONTACTS.where(c.thread_key == thread_key), limit)

    def blocked_senders(self, now: datetime, limit: int = 500) -> tuple[BlockedRow, ...]:
        """Senders blocked at this time, the block that ends next first."""
        found = self._connection.execute(_BLOCKED, {"now": now, "most": min(limit, MOST_ROWS)})
        return tuple(map(_blocked_row, found))

    def sms_sent(self, since: datetime) -> tuple[int, int]:
        """(messages, SMS parts) sent since then; each part has a reference."""
        found = self._connection.execute(
            select(func.count(), func.coalesce(func.sum(func.json_array_length(o.refs)), 0)).where(
                o.channel == Channel.SMS.value, o.created_at >= to_ms(since), o.refs != "[]"
            )
        ).one()
        return int(found[0]), int(found[1])

    def outreach_of(self, request_id: UUID) -> tuple[OutreachRow, ...]:
        """Our messages about a request, oldest first."""
        return self._outreach(select(outreach).where(o.request_id == request_id))

    def outreach_for_contact(self, contact_id: UUID) -> tuple[OutreachRow, ...]:
        """Our messages in answer to a contact, oldest first."""
        return self._outreach(select(outreach).where(o.contact_id == contact_id))

    def sent_since(self, channel: Channel, recipient: str, at: datetime) -> int:
        """How many messages of ours went out to this recipient since then."""
        return sent_since(self._connection, channel, recipient, at)

    def _outreach(self, statement: Select[Any]) -> tuple[OutreachRow, ...]:
        found = self._connection.execute(statement.order_by(o.created_at, o.id))
        return tuple(outreach_of(row) for row in found)

    def _contacts(self, statement: Select[Any], limit: int) -> tuple[ContactRow, ...]:
        newest = statement.order_by(c.received_at.desc(), c.id).limit(min(limit, MOST_ROWS))
        return tuple(map(_contact_row, self._connection.execute(newest)))
