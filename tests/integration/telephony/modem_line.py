"""A running SMS channel on a fake modem, with helpers to send and to wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from console.domain.live_events import LinkChanged
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.views.contacts import OutreachRow
from console.telephony.modem.session import ModemTimes
from console.telephony.sms.channel import SmsChannel
from tests.fakes.gateway.recording_inbox import RecordingInbox
from tests.fakes.sms.pty_modem import PtyModem

SENDER = "+84903123456"
FAST = ModemTimes(
    command_s=2.0,
    list_s=2.0,
    send_s=2.0,
    settle_s=0.005,
    poll_s=0.05,
    sim_wait_s=0.01,
    back_off_first_s=0.02,
    back_off_last_s=0.05,
    send_gap_s=0.0,
    retry_s=0.01,
    tick_s=0.05,
)
LONG = "Nắp cống bị sụp tại 66/1 Đồng Tâm, xã Trung Chánh, huyện Hóc Môn 😀. " * 4


class Line:
    """A running channel, its modem's inbox and what it published."""

    def __init__(self, channel: SmsChannel, inbox: RecordingInbox) -> None:
        self.channel, self.inbox = channel, inbox
        self.links: list[LinkChanged] = []
        self._changed = asyncio.Event()

    def publish(self, event: object) -> None:
        """Keep link states."""
        assert isinstance(event, LinkChanged)
        self.links.append(event)
        self._changed.set()

    async def wait_link(self, detail: str) -> LinkChanged:
        """The first state with this detail that comes or came."""
        async with asyncio.timeout(60):
            while True:
                for link in self.links:
                    if link.detail == detail:
                        return link
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def running(
    modem: PtyModem,
    inbox: RecordingInbox | None = None,
    *,
    times: ModemTimes = FAST,
    pin_file: Path | None = None,
) -> AsyncIterator[Line]:
    """A channel on this modem, ended at the end."""
    channel = SmsChannel("gsm1", modem.device, times=times, pin_file=pin_file)
    line = Line(channel, inbox or RecordingInbox())
    task = asyncio.create_task(channel.run(line.inbox, line.publish))
    try:
        yield line
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def wait_modem(modem: PtyModem, condition: object) -> None:
    """Wait for the modem's side without holding up the loop."""
    await asyncio.to_thread(modem.wait_for, condition)  # type: ignore[arg-type]


async def emptied(modem: PtyModem) -> None:
    """All messages are deleted from the SIM."""
    await wait_modem(modem, lambda m: not m.storage)


def outreach(text: str, recipient: str = SENDER, tries: int = 0) -> OutreachRow:
    """A message of ours."""
    now = datetime.now(UTC)
    return OutreachRow(
        id=uuid4(),
        channel=Channel.SMS,
        recipient=recipient,
        text=text,
        purpose=Purpose.REPLY,
        state=DeliveryState.SENDING,
        created_at=now,
        updated_at=now,
        tries=tries,
    )
