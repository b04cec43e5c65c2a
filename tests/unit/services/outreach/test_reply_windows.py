"""How long and how often a page or an account lets us answer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from console.domain.ids import uuid7
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.contacts.inbox import StoreInbox
from console.services.outreach.reply_windows import ReplyLeft, reply_left
from console.services.ports.channels import InboundMessage
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.views.contacts import ContactRow, OutreachRow
from tests.unit.services.conftest import Seat


async def heard(seat: Seat, channel: Channel, **values: Any) -> ContactRow:
    """An inbox row of this channel."""
    inbox = StoreInbox(seat.desk.store, seat.desk.bus, seat.clock)
    given = InboundMessage(
        channel=channel,
        external_id=f"{channel}/{seat.clock()}",
        sender="Lan",
        sender_key="p1",
        received_at=seat.clock(),
        text="Ngập",
    )
    return seat.contact(await inbox.put(replace(given, **values)))


def left(seat: Seat, contact: ContactRow, *earlier: ContactRow) -> ReplyLeft | None:
    return seat.desk.store.ask_now(lambda q: reply_left(q, contact, earlier))


async def test_a_page_may_be_answered_for_a_day(seat: Seat) -> None:
    contact = await heard(seat, Channel.FACEBOOK)
    assert left(seat, contact) == ReplyLeft(seat.clock() + timedelta(hours=24), None)


async def test_a_comment_has_no_window_and_neither_has_a_mail(seat: Seat) -> None:
    assert left(seat, await heard(seat, Channel.FACEBOOK, flags=("comment",))) is None
    assert left(seat, await heard(seat, Channel.EMAIL)) is None
    assert left(seat, await heard(seat, Channel.ZALO, sender_key=None)) is None


async def test_the_last_message_counts_and_what_was_sent_since(seat: Seat) -> None:
    first = await heard(seat, Channel.ZALO)
    seat.clock.forward(hours=3)
    last = await heard(seat, Channel.ZALO)
    until = seat.clock() + timedelta(hours=48)
    other = await heard(seat, Channel.FACEBOOK)
    assert left(seat, first, last, other) == left(seat, last, first) == ReplyLeft(until, 8)
    seat.clock.forward(hours=1)

    def three(uow: UnitOfWork) -> None:
        for state in (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.QUEUED):
            row = OutreachRow(uuid7(), Channel.ZALO, "p1", "chào", Purpose.REPLY, state,
                              seat.clock(), seat.clock(), None)  # fmt: skip
            uow.save_outreach(row)

    seat.desk.store.write_now(three)
    assert left(seat, last) == ReplyLeft(until, 6)
