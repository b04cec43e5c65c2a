"""The demo's channel: messages through the inbox port; sending reported as sent, then delivered."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from console.channels.simulated import Pace, SimulatedChannel
from console.domain.live_events import LinkChanged
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.views.contacts import OutreachRow
from tests.fakes.gateway.recording_inbox import RecordingInbox

AT_ONCE = Pace(first_s=0, gap_s=(0, 0), delivered_after_s=0)
NOTES = [
    ("0903123456", "Chị Lan", "Nắp cống bị sụp ở 66/1 Đồng Tâm"),
    ("0903123456", "", "Có ai tới sửa chưa?"),
]


async def test_messages_arrive_once_each_with_the_sender_understood() -> None:
    inbox, links = RecordingInbox(), list[object]()
    channel = SimulatedChannel(Channel.SMS, "gsm1", NOTES, pace=AT_ONCE)
    task = asyncio.create_task(channel.run(inbox, links.append))
    await inbox.wait_for(lambda i: len(i.puts) == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    first, second = inbox.puts
    assert (first.sender, first.sender_key, first.sender_name) == (
        "0903123456",
        "+84903123456",
        "Chị Lan",
    )
    assert second.sender_name is None
    assert first.external_id != second.external_id
    assert isinstance(links[0], LinkChanged)
    assert (links[0].link, links[0].state) == ("modem:gsm1", "up")


async def test_some_have_waited_before_the_program_started() -> None:
    inbox = RecordingInbox()
    now = datetime(2026, 11, 25, 11, tzinfo=UTC)
    channel = SimulatedChannel(
        *(Channel.SMS, "gsm1", NOTES),
        clock=lambda: now,
        ages=[timedelta(minutes=40)],
        pace=AT_ONCE,
    )
    task = asyncio.create_task(channel.run(inbox, lambda _: None))
    await inbox.wait_for(lambda i: len(i.puts) == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [now - put.received_at for put in inbox.puts] == [timedelta(minutes=40), timedelta()]


async def test_a_restart_does_not_bring_the_same_ones_again() -> None:
    inbox = RecordingInbox()
    channel = SimulatedChannel(Channel.EMAIL, "mail", NOTES, pace=AT_ONCE)
    for _ in range(2):
        task = asyncio.create_task(channel.run(inbox, lambda _: None))
        await inbox.wait_for(lambda i: len(i.puts) == 2)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(inbox.puts) == 2


async def test_what_we_send_is_sent_then_delivered() -> None:
    inbox = RecordingInbox()
    channel = SimulatedChannel(Channel.SMS, "gsm1", (), pace=AT_ONCE)
    task = asyncio.create_task(channel.run(inbox, lambda _: None))
    await asyncio.sleep(0)
    now = datetime.now(UTC)
    row = OutreachRow(
        id=uuid4(),
        channel=Channel.SMS,
        recipient="+84903123456",
        text="Đã sửa xong",
        purpose=Purpose.RESULT,
        state=DeliveryState.SENDING,
        created_at=now,
        updated_at=now,
    )
    inbox.rows[row.id] = row
    result = await channel.send(row)
    assert result.state == "sent"
    await inbox.wait_for(lambda i: i.rows[row.id].state is DeliveryState.DELIVERED)
    assert inbox.rows[row.id].refs == result.refs
    await channel.send(row)
    await channel.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
