"""A voice modem on a pseudo-terminal: rings, answers, dials, is pulled out; and one port for
voice and SMS.
"""

import asyncio
import contextlib
import os
import threading
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.domain.live_events import CallEvent, LinkChanged
from console.telephony.modem.ports import SerialPort, SharedPort
from console.telephony.modem.session import ModemTimes
from console.telephony.modem.voice import ModemLine
from console.telephony.sms.channel import SmsChannel
from tests.fakes.gateway.recording_inbox import RecordingInbox
from tests.fakes.sms.pty_modem import PtyModem
from tests.integration.telephony.test_ami_line import Heard


class VoiceModem:
    """An analog or GSM voice modem: says OK, rings when told, ends when told."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.commands: list[str] = []
        self.refused: tuple[str, ...] = ()
        self.listed: list[str] = []
        self.master = self.slave = -1
        self.plug()

    def plug(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self.slave))
        threading.Thread(target=self._serve, args=(self.master,), daemon=True).start()

    def unplug(self) -> None:
        self.link.unlink(missing_ok=True)
        master, slave, self.master, self.slave = self.master, self.slave, -1, -1
        os.close(slave)
        os.close(master)

    def say(self, *lines: str) -> None:
        os.write(self.master, "".join(f"\r\n{line}\r\n" for line in lines).encode("latin-1"))

    def _serve(self, master: int) -> None:
        held = b""
        with contextlib.suppress(OSError):
            while data := os.read(master, 4096):
                held += data
                *whole, held = held.split(b"\r")
                for raw in whole:
                    command = raw.decode("latin-1").strip()
                    self.commands.append(command)
                    if command == "AT+CLCC":
                        self.say(*self.listed)
                    self.say("ERROR" if command.startswith(self.refused or ("\0",)) else "OK")


@asynccontextmanager
async def ringing(modem: VoiceModem) -> AsyncIterator[tuple[ModemLine, Heard]]:
    line, heard = ModemLine(SerialPort(str(modem.link), back_off_s=0.1), extension="101"), Heard()
    task = asyncio.create_task(line.run(heard))
    try:
        await heard.until(lambda: "up" in [state for state, _ in heard.links])
        yield line, heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if modem.master >= 0:
            modem.unplug()


@pytest.fixture
def modem(tmp_path: Path) -> VoiceModem:
    return VoiceModem(tmp_path / "ttyVOICE")


def kinds(heard: Heard) -> list[str]:
    return [e.kind for e in heard.calls if e.kind not in ("link", "agent_changed")]


async def test_a_caller_is_shown_answered_and_hung_up(modem: VoiceModem) -> None:
    async with ringing(modem) as (line, heard):
        modem.say("RING", '+CLIP: "0903123456",129')
        call = await heard.call("ringing")
        assert (call.peer_number, call.operator, call.pbx) == ("0903123456", "101", "modem")
        assert (await line.answer(call.call_id)).accepted
        await heard.call("answered")
        assert (await line.dtmf(call.call_id, "5")).accepted
        assert not (await line.dtmf(call.call_id, "55")).accepted
        assert (await line.hangup(call.call_id)).accepted
        assert (await heard.call("ended")).reason == "agent"
        assert (await line.hangup(call.call_id)).why == "call_gone"
        assert [c for c in modem.commands if c in ("ATA", "AT+VTS=5", "ATH")] == [
            "ATA",
            "AT+VTS=5",
            "ATH",
        ]
        assert {"AT+CLIP=1", "AT+VCID=1"} <= set(modem.commands)
        assert line.capabilities == {"answer", "hangup", "dial", "dtmf"}
        assert (await line.hold(call.call_id)).why == "not_supported"


async def test_the_caller_hangs_up(modem: VoiceModem) -> None:
    async with ringing(modem) as (line, heard):
        modem.say("RING", "NMBR = 02838291022")
        call = await heard.call("ringing")
        await line.answer(call.call_id)
        modem.say("NO CARRIER")
        assert (await heard.call("ended")).reason == "caller"
        assert kinds(heard) == ["offered", "ringing", "answered", "ended"]


async def test_a_number_that_comes_with_the_second_ring(modem: VoiceModem) -> None:
    async with ringing(modem) as (_, heard):
        modem.say("RING", "RING")
        assert (await heard.call("ringing")).peer_number is None
        modem.say('+CLIP: "0903123456",129')
        assert (await heard.call("ringing", 2)).peer_number == "0903123456"


async def test_a_call_out_and_what_became_of_it(modem: VoiceModem) -> None:
    async with ringing(modem) as (line, heard):
        for bad in ("", "x", "0903;ATH", "0903\rATH"):
            assert (await line.dial(bad, "R")).why == "bad_number"
        modem.listed = ["+CLCC: 1,0,3,0,0"]
        assert (await line.dial("+84903123456", "26001000017")).accepted
        assert "ATD0903123456;" in modem.commands
        call = await heard.call("ringing")
        assert (call.direction, call.more["ref"]) == ("out", "26001000017")
        assert (await line.dial("115", "")).why == "line_busy"
        modem.say("BUSY")
        assert (await heard.call("ended")).more["outcome"] == "busy"


async def test_a_gsm_modem_is_asked_whether_the_citizen_answered(modem: VoiceModem) -> None:
    async with ringing(modem) as (line, heard):
        modem.listed = ["+CLCC: 1,0,0,0,0"]
        assert (await line.dial("0903123456", "")).accepted
        await heard.call("answered")
        modem.listed = []
        assert (await heard.call("ended")).reason == "caller"


async def test_a_refusal_by_the_modem_is_said(modem: VoiceModem) -> None:
    modem.refused = ("ATA", "ATH", "AT+CHUP")
    async with ringing(modem) as (line, heard):
        modem.say("RING", '+CLIP: "0903123456",129')
        call = (await heard.call("ringing")).call_id
        assert (await line.answer(call)).why == "line_refused"
        assert (await line.hangup(call)).why == "line_refused"
        tried = [c for c in modem.commands if c in ("ATA", "ATH", "AT+CHUP")]
        assert tried == ["ATA", "ATH", "AT+CHUP"]
        assert (await line.answer("none")).why == "not_ringing"


async def test_the_port_is_pulled_in_mid_call_and_comes_back(modem: VoiceModem) -> None:
    async with ringing(modem) as (line, heard):
        modem.say("RING", '+CLIP: "0903123456",129')
        call = (await heard.call("ringing")).call_id
        await line.answer(call)
        modem.unplug()
        lost = await heard.call("ended")
        assert (lost.reason, lost.certain) == ("unknown", False)
        await heard.link("down")
        assert not (await line.dial("0903123456", "")).accepted
        modem.plug()
        await heard.link("up", 2)
        modem.say("RING", '+CLIP: "0912000111",129')
        assert (await heard.call("ringing", 2)).peer_number == "0912000111"
        up = [e for e in heard.calls if e.kind == "link" and e.reason == "up"]
        assert up[-1].more["calls"] == ()


async def test_garbage_breaks_nothing(modem: VoiceModem) -> None:
    async with ringing(modem) as (_, heard):
        os.write(modem.master, bytes(range(256)) * 40)
        modem.say("", "RING", '+CLIP: "0903123456",129')
        assert (await heard.call("ringing")).peer_number == "0903123456"


async def test_voice_and_sms_share_one_port(tmp_path: Path) -> None:
    times = ModemTimes(poll_s=0.1, settle_s=0.02, tick_s=0.05)
    gsm = PtyModem(link=tmp_path / "ttyGSM")
    channel = SmsChannel("gsm1", gsm.device, times=times)
    line, heard = ModemLine(SharedPort(channel), extension="101"), Heard()
    inbox = RecordingInbox()
    published: list[object] = []
    tasks = [
        asyncio.create_task(line.run(heard)),
        asyncio.create_task(channel.run(inbox, published.append)),
    ]
    try:
        await heard.until(lambda: "up" in [state for state, _ in heard.links])
        gsm.say("RING")
        gsm.say('+CLIP: "0903123456",129')
        call = await heard.call("ringing")
        assert call.peer_number == "0903123456"
        assert (await line.answer(call.call_id)).accepted
        assert "ATA" in gsm.commands
        gsm.receive("+84912000111", "Đèn tắt")
        await inbox.wait_for(lambda box: bool(box.messages))
        gsm.say("NO CARRIER")
        assert (await heard.call("ended")).reason == "caller"
        assert any(isinstance(e, LinkChanged) and e.link == "modem:gsm1" for e in published)
        assert isinstance(heard.calls[0], CallEvent)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        gsm.close()
