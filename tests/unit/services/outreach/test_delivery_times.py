"""When and how answers are sent: not at night, by the channel used, with parts counted."""

from datetime import UTC, datetime

import pytest

from console.domain.requests import commands as c
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.contacts.inbox import StoreInbox
from console.services.outreach.delivery import Courier, is_quiet
from console.services.ports.channels import InboundMessage, SendResult
from console.services.views.contacts import OutreachRow
from tests.unit.services.conftest import PHONE, Seat


@pytest.mark.parametrize(
    ("hour_utc", "quiet"),
    [(13, False), (14, True), (20, True), (23, True), (0, False), (6, False)],
)
def test_night_is_the_citys(hour_utc: int, quiet: bool) -> None:
    """21 to 7 in the city is 14 to 0 UTC."""
    assert is_quiet(datetime(2026, 11, 24, hour_utc, 30, tzinfo=UTC), (21, 7)) is quiet


def test_other_nights() -> None:
    noon = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert is_quiet(noon, (11, 14))
    assert not is_quiet(noon, (21, 21))
    assert not is_quiet(noon, None)


class Taker:
    """A device that accepts everything."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.name = channel.value
        self.taken: list[OutreachRow] = []

    async def run(self, inbox: object, publish: object) -> None:
        """Nothing comes."""

    async def send(self, out: OutreachRow) -> SendResult:
        """Two parts each."""
        self.taken.append(out)
        return SendResult("sent", (f"{out.id}/1", f"{out.id}/2"))

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_result_waits_for_the_morning_an_answer_does_not(seat: Seat) -> None:
    seat.clock.now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 23:00 in the city
    for purpose in (Purpose.RESULT, Purpose.ACKNOWLEDGEMENT, Purpose.NEED_INFO):
        message = c.SendMessage(channel=Channel.SMS, recipient=PHONE, text="x", purpose=purpose)
        seat.do(message)
    device = Taker(Channel.SMS)
    inbox = StoreInbox(seat.desk.store, seat.desk.bus, seat.clock)
    courier = Courier(seat.desk, device, inbox, quiet=(21, 7))
    for _ in range(5):
        await courier.step()
    assert [out.purpose for out in device.taken] == [Purpose.ACKNOWLEDGEMENT, Purpose.NEED_INFO]
    seat.clock.forward(hours=9)
    await courier.step()
    assert device.taken[-1].purpose is Purpose.RESULT
    since = datetime(2026, 11, 24, tzinfo=UTC)
    assert seat.desk.store.ask_now(lambda q: q.sms_sent(since)) == (3, 6)
    courier.close()


async def test_mail_knows_no_night(seat: Seat) -> None:
    seat.clock.now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    seat.do(c.SendMessage(channel=Channel.EMAIL, recipient="a@b.vn", text="x",
                          purpose=Purpose.RESULT))  # fmt: skip
    device = Taker(Channel.EMAIL)
    inbox = StoreInbox(seat.desk.store, seat.desk.bus, seat.clock)
    courier = Courier(seat.desk, device, inbox, quiet=(21, 7))
    await courier.step()
    assert len(device.taken) == 1
    courier.close()


@pytest.mark.parametrize(
    ("channel", "sender"),
    [(Channel.FACEBOOK, "7123"), (Channel.ZALO, "z1"), (Channel.APP, "d1"), (Channel.SMS, PHONE)],
)
async def test_a_receipt_goes_back_the_way_the_report_came(
    seat: Seat, channel: Channel, sender: str
) -> None:
    inbox = StoreInbox(seat.desk.store, seat.desk.bus, seat.clock)
    contact = await inbox.put(
        InboundMessage(
            channel=channel,
            external_id="1",
            sender=sender,
            sender_key=sender,
            received_at=seat.clock(),
            text="Nắp cống sụp",
        )
    )
    phone = PHONE if channel is Channel.SMS else None
    request_id = seat.log(channel=channel, contact_id=contact, phone=phone)
    (row,) = seat.messages(request_id)
    assert (row.channel, row.recipient, row.purpose) == (
        channel,
        sender,
        Purpose.ACKNOWLEDGEMENT,
    )
    assert row.state is DeliveryState.QUEUED
