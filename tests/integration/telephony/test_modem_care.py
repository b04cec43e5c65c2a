"""What a modem needs besides receiving and sending: its balance, adverts, a second modem, a new
device name after it was pulled out.
"""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from console.telephony.sms.channel import SmsChannel
from tests.fakes.gateway.recording_inbox import RecordingInbox
from tests.fakes.sms.pdus import deliver_text
from tests.fakes.sms.pty_modem import IMSI, Faults, PtyModem
from tests.integration.telephony.modem_line import (
    FAST,
    SENDER,
    Line,
    emptied,
    outreach,
    running,
    wait_modem,
)


async def test_the_balance_is_asked_once_a_day() -> None:
    with PtyModem(faults=Faults(balance='"TKC 25.000d",15')) as modem:
        times = replace(FAST, health_s=0.2)
        channel = SmsChannel("gsm1", modem.device, times=times, balance_code="*101#")
        line = Line(channel, RecordingInbox())
        task = asyncio.create_task(channel.run(line.inbox, line.publish))
        try:
            async with asyncio.timeout(60):
                while not any(link.params.get("balance") == "TKC 25.000d" for link in line.links):
                    line._changed.clear()
                    await line._changed.wait()
            modem.receive(SENDER, "Vẫn nhận tin")
            await line.inbox.wait_for(lambda i: i.texts == ["Vẫn nhận tin"])
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert sum(c.startswith("AT+CUSD=1,") for c in modem.commands) == 1


async def test_a_modem_that_knows_no_short_codes_goes_on() -> None:
    with PtyModem() as modem:
        times = replace(FAST, health_s=0.2)
        channel = SmsChannel("gsm1", modem.device, times=times, balance_code="*101#")
        line = Line(channel, RecordingInbox())
        task = asyncio.create_task(channel.run(line.inbox, line.publish))
        try:
            await wait_modem(modem, lambda m: any(c.startswith("AT+CUSD") for c in m.commands))
            modem.receive(SENDER, "Đèn tắt")
            await line.inbox.wait_for(lambda i: i.texts == ["Đèn tắt"])
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_sim_that_takes_its_time_and_one_that_wants_its_second_pin() -> None:
    with PtyModem(faults=Faults(sim_states=["NOT READY", "NOT READY", "SIM PIN2"])) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
        assert not modem.pins_tried


async def test_a_modem_without_a_sim_says_so() -> None:
    with PtyModem(faults=Faults(sim_states=["NOT INSERTED"] * 50)) as modem:
        async with running(modem) as line:
            assert (await line.wait_link("modem_sim_missing")).state == "warn"


@pytest.mark.parametrize(("refused", "asked"), [((), 2), (("AT+CNMA",), 1)])
async def test_reports_are_confirmed_where_the_network_waits_for_it(
    refused: tuple[str, ...], asked: int
) -> None:
    with PtyModem(faults=Faults(refused=refused, quoted=True)) as modem:
        async with running(modem) as line:
            up = await line.wait_link("modem_up")
            assert up.params["imsi"] == IMSI
            modem.faults.reports = "cds"
            for reference in (1, 2):
                modem.report(SENDER, reference, 0)
            await line.inbox.wait_for(lambda i: len(i.parts) == 2)
            modem.receive(SENDER, "Sau đó")
            await line.inbox.wait_for(lambda i: i.texts == ["Sau đó"])
            assert modem.commands.count("AT+CNMA") == asked


@pytest.mark.parametrize(
    ("sender", "advert"),
    [("VIETTEL", True), ("9029", True), ("191", True), (SENDER, False), ("0903123456", False)],
)
async def test_adverts_have_a_folder_of_their_own(sender: str, advert: bool) -> None:
    with PtyModem() as modem:
        async with running(modem) as line:
            modem.receive(sender, "Khuyen mai 50%")
            await line.inbox.wait_for(lambda i: len(i.messages) == 1)
        message = next(iter(line.inbox.messages.values()))
        assert message.spam is advert
        assert ("advert" in message.flags) is advert


async def test_two_modems_share_the_work() -> None:
    with PtyModem() as one, PtyModem() as two:
        inbox = RecordingInbox()
        async with running(one, inbox) as first, running(two, inbox) as second:
            one.receive(SENDER, "Một")
            two.receive(SENDER, "Hai")
            await inbox.wait_for(lambda i: i.texts == ["Hai", "Một"])
            results = await asyncio.gather(
                first.channel.send(outreach("a")), second.channel.send(outreach("b"))
            )
        assert {r.state for r in results} == {"sent"}
        assert (len(one.sent), len(two.sent)) == (1, 1)


async def test_plugged_in_again_under_another_name(tmp_path: Path) -> None:
    """Like udev's /dev/serial/by-id: the name stays, the device behind it changes."""
    with PtyModem(link=tmp_path / "by-id") as modem:
        before = os.readlink(tmp_path / "by-id")
        async with running(modem) as line:
            await line.wait_link("modem_up")
            modem.unplug()
            holder, held = os.openpty()  # another device gets the old number
            try:
                modem.receive(SENDER, "Trong lúc rút")
                modem.plug()
                await line.inbox.wait_for(lambda i: i.texts == ["Trong lúc rút"])
                await emptied(modem)
                assert os.readlink(tmp_path / "by-id") != before
            finally:
                os.close(holder)
                os.close(held)


async def test_an_sms_of_54_parts_comes_whole_in_any_order() -> None:
    """gammu#442: a long message that breaks other programs."""
    text = "".join(
        f"Phần {n}: nắp cống sụp trước nhà, rất nguy hiểm cho xe máy. " for n in range(80)
    )[: 67 * 54]
    with PtyModem(capacity=80) as modem:
        pdus = deliver_text(SENDER, text, reference=7)
        assert len(pdus) == 54
        for pdu in reversed(pdus):
            modem.receive_pdu(pdu)
        async with running(modem) as line:
            await line.inbox.wait_for(lambda i: len(i.messages) == 1)
            await emptied(modem)
    message = next(iter(line.inbox.messages.values()))
    assert message.text == text.strip()
    assert "incomplete" not in message.flags
