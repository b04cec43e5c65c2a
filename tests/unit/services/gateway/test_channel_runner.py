"""The holder of a channel receives and sends, the others stand by. While the holder is unknown,
receiving goes on and sending waits.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from console.channels.file_leases import FileLeases
from console.domain.live_events import LinkChanged
from console.domain.requests import commands as c
from console.domain.states import Channel
from console.services.gateway.channel_runner import Gateway, LeaseState
from console.services.ports.channels import InboundMessage, Inbox, SendResult
from console.services.views.contacts import OutreachRow
from tests.unit.services.conftest import PHONE, Seat

WAIT_S = 60.0


class TalkingChannel:
    """A channel that records whether it runs and sends everything."""

    channel = Channel.SMS
    name = "gsm1"

    def __init__(self) -> None:
        self.runs = False
        self.sent: list[str] = []
        self.ours: list[bool] = []
        self.closed = False
        self.inbox: Inbox | None = None

    def owned(self, *, ours: bool) -> None:
        """Noted."""
        self.ours.append(ours)

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Open until cancelled."""
        self.runs, self.inbox = True, inbox
        publish(LinkChanged("modem:gsm1", "up", "modem_up", {"signal": 21}))
        try:
            await asyncio.Event().wait()
        finally:
            self.runs = False

    async def send(self, out: OutreachRow) -> SendResult:
        """Taken."""
        self.sent.append(out.text)
        return SendResult("sent", ("1",))

    async def close(self) -> None:
        """Noted."""
        self.closed = True


class GivenLeases:
    """Leases that the test sets."""

    def __init__(self, held: LeaseState) -> None:
        self.held = held
        self.released: list[str] = []

    async def take(self, name: str) -> LeaseState:
        """As given."""
        return self.held

    async def release(self, name: str) -> None:
        """Noted."""
        self.released.append(name)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not true():  # noqa: ASYNC110  (the gateway tells nobody)
            await asyncio.sleep(0.01)


class Standing:
    """A gateway that runs."""

    def __init__(self, seat: Seat, held: LeaseState) -> None:
        self.seat, self.channel, self.leases = seat, TalkingChannel(), GivenLeases(held)
        self.links: list[LinkChanged] = []
        seat.desk.bus.subscribe(LinkChanged, self.links.append)
        self.gateway = Gateway(seat.desk, (self.channel,), self.leases, renew_s=0.02)

    def write(self, text: str) -> None:
        """Queue a message."""
        self.seat.do(c.SendMessage(channel=Channel.SMS, recipient=PHONE, text=text))


@pytest.fixture
async def standing(seat: Seat) -> AsyncIterator[Callable[[LeaseState], Standing]]:
    made: list[Standing] = []

    def make(held: LeaseState) -> Standing:
        made.append(Standing(seat, held))
        made[-1].gateway.start()
        return made[-1]

    yield make
    for each in made:
        await each.gateway.stop()


async def test_the_holder_receives_and_sends(standing: Callable[[LeaseState], Standing]) -> None:
    one = standing(LeaseState.OURS)
    one.write("Chào")
    await until(lambda: one.channel.runs and one.channel.sent == ["Chào"])
    assert one.gateway.holds(Channel.SMS)
    assert not one.gateway.holds(Channel.EMAIL)
    one.leases.held = LeaseState.UNKNOWN
    await until(lambda: not one.gateway.holds(Channel.SMS))
    assert one.channel.ours[0] is True
    health = one.gateway.health()
    assert health["ok"] is True
    assert health["channels"]["modem:gsm1"]["signal"] == 21  # type: ignore[index]
    await one.gateway.stop()
    assert one.leases.released == ["modem:gsm1"]
    assert one.channel.closed
    assert not one.channel.runs


async def test_who_has_no_lease_does_nothing(standing: Callable[[LeaseState], Standing]) -> None:
    one = standing(LeaseState.OTHERS)
    one.write("Chào")
    await until(lambda: len(one.channel.ours) > 3)
    assert not one.channel.runs
    assert one.channel.sent == []
    assert one.links[-1].detail == "standby"
    one.leases.held = LeaseState.OURS
    await until(lambda: one.channel.runs and one.channel.sent)


async def test_nobody_knows(standing: Callable[[LeaseState], Standing]) -> None:
    """While the centre is away, incoming messages are stored and outgoing ones wait."""
    one = standing(LeaseState.UNKNOWN)
    one.write("Chào")
    await until(lambda: one.channel.runs and len(one.channel.ours) > 3)
    assert one.channel.sent == []
    assert one.channel.ours[-1] is False
    one.leases.held = LeaseState.OURS
    await until(lambda: one.channel.sent == ["Chào"])


async def test_a_lease_that_is_lost_ends_both(standing: Callable[[LeaseState], Standing]) -> None:
    one = standing(LeaseState.OURS)
    await until(lambda: one.channel.runs)
    one.leases.held = LeaseState.OTHERS
    await until(lambda: not one.channel.runs)
    one.write("Sau đó")
    await until(lambda: len(one.channel.ours) > 8)
    assert one.channel.sent == []


async def test_health_counts_what_came(standing: Callable[[LeaseState], Standing]) -> None:
    one = standing(LeaseState.OURS)
    await until(lambda: one.channel.inbox)
    assert one.channel.inbox is not None
    message = InboundMessage(
        channel=Channel.SMS,
        external_id="1",
        sender=PHONE,
        sender_key=PHONE,
        received_at=one.seat.clock(),
        text="x",
    )
    await one.channel.inbox.put(message)
    assert one.gateway.health()["received"] == 1
    one.seat.desk.bus.publish(LinkChanged("modem:gsm1", "down", "modem_missing"))
    assert not one.gateway.is_well


async def test_files_are_leases(tmp_path: Path) -> None:
    one, two = FileLeases(tmp_path / "leases"), FileLeases(tmp_path / "leases")
    assert await one.take("modem:gsm1") is LeaseState.OURS
    assert await one.take("modem:gsm1") is LeaseState.OURS
    assert await two.take("modem:gsm1") is LeaseState.OTHERS
    assert await two.take("mail") is LeaseState.OURS
    await one.release("modem:gsm1")
    assert await two.take("modem:gsm1") is LeaseState.OURS
    for each in (one, two):
        await each.release("modem:gsm1")
        await each.release("mail")


async def test_a_folder_that_cannot_be_written_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert await FileLeases(tmp_path / "file").take("mail") is LeaseState.UNKNOWN
