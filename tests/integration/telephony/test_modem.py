"""The SMS channel against a modem on a pseudo-terminal that fails as modems do:
receiving, PIN and health.
"""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from console.telephony.pdu.encoding import encode_submit
from console.telephony.sms.channel import SmsChannel
from tests.fakes.gateway.recording_inbox import RecordingInbox
from tests.fakes.sms.pdus import deliver_text
from tests.fakes.sms.pty_modem import IMSI, Faults, PtyModem
from tests.integration.telephony.modem_line import (
    FAST,
    LONG,
    SENDER,
    emptied,
    outreach,
    running,
    wait_modem,
)

# --- receiving


@pytest.mark.parametrize(
    "faults",
    [
        Faults(),
        Faults(line_end="\r"),
        Faults(chunk=1),
        Faults(refused=("ATE0",)),
        Faults(refused=("AT+CNMI",)),
        Faults(
            refused=("AT+CMEE", "AT+CPIN", "AT+CPMS", "AT+CSQ", "AT+CREG", "AT+COPS", "AT+CGSN")
        ),
        Faults(late_ok=True),
        Faults(direct=True),
        Faults(failed_deletes=3),
        Faults(between=('+CIEV: "MESSAGE",1', "+CGEV: ME PDN ACT 1", "*PSUTTZ: 26,11,25")),
        Faults(between=("NORMAL POWER DOWN?",), line_end="\r", refused=("ATE0", "AT+CNMI")),
    ],
)
async def test_what_was_received_is_in_the_inbox_once(faults: Faults) -> None:
    with PtyModem(faults=faults) as modem:
        before = deliver_text(SENDER, "trước khi mở")[0]
        if not faults.direct:
            modem.receive_pdu(before, announce=False)
        async with running(modem) as line:
            await line.wait_link("modem_up")
            modem.receive(SENDER, "Đèn đường tắt")
            modem.receive("VIETTEL", LONG, reference=0)
            expected = sorted(["Đèn đường tắt", LONG.strip()])
            if not faults.direct:
                expected = sorted([*expected, "trước khi mở"])
            await line.inbox.wait_for(lambda i: i.texts == expected)
            await emptied(modem)
            assert line.inbox.texts == expected
            assert len(line.inbox.puts) == len(expected)


async def test_committed_before_deleted() -> None:
    inbox = RecordingInbox()
    with PtyModem() as modem:
        inbox.on_keep = lambda _: deletions.append([c for c in modem.commands if "CMGD" in c])
        deletions: list[list[str]] = []
        async with running(modem, inbox) as line:
            await line.wait_link("modem_up")
            modem.receive(SENDER, "một")
            await emptied(modem)
        assert deletions == [[]]
        assert list(inbox.texts) == ["một"]


async def test_a_store_that_is_away_leaves_the_message_on_the_sim() -> None:
    inbox = RecordingInbox()
    inbox.broken = True
    with PtyModem() as modem:
        async with running(modem, inbox) as line:
            await line.wait_link("modem_up")
            modem.receive(SENDER, "một")
            await wait_modem(modem, lambda m: m.commands.count("AT+CMGL=4") > 3)
            assert len(modem.storage) == 1
            inbox.broken = False
            await emptied(modem)
            await inbox.wait_for(lambda i: i.texts == ["một"])


async def test_a_direct_message_waits_for_the_store() -> None:
    inbox = RecordingInbox()
    inbox.broken = True
    with PtyModem(faults=Faults(direct=True)) as modem:
        tried = asyncio.Event()
        inbox.on_keep = lambda _: tried.set()
        async with running(modem, inbox) as line:
            await line.wait_link("modem_up")
            modem.receive(SENDER, "một")
            await wait_modem(modem, lambda m: m.commands)
            inbox.broken = False
            await inbox.wait_for(lambda i: i.texts == ["một"])
            assert len(inbox.puts) == 1


@pytest.mark.parametrize("at", ["AT+CMGR", "AT+CMGD", "AT+CMGL", "AT+CIMI"])
async def test_unplugged_in_the_middle(at: str, tmp_path: Path) -> None:
    with PtyModem(link=tmp_path / "modem") as modem:
        async with running(modem) as line:
            await wait_modem(modem, lambda m: "AT+CMGL=4" in m.commands)
            modem.faults.unplug_at = at
            modem.receive_pdu(deliver_text(SENDER, "một")[0])
            if at in ("AT+CMGL", "AT+CIMI"):
                modem.unplug()
                await line.wait_link("modem_missing")
                modem.plug()
                await wait_modem(modem, lambda m: not m.faults.unplug_at)
            await line.wait_link("modem_missing")
            modem.plug()
            await emptied(modem)
            await line.inbox.wait_for(lambda i: i.texts == ["một"])
            assert len(line.inbox.puts) == 1


async def test_slow_pin_answer_with_a_message_inside() -> None:
    faults = Faults(pin_delay_s=0.1, pin_event=deliver_text(SENDER, "giữa chừng")[0])
    with PtyModem(faults=faults) as modem:
        async with running(modem) as line:
            await line.inbox.wait_for(lambda i: i.texts == ["giữa chừng"])
            await emptied(modem)
            assert len(line.inbox.puts) == 1


async def test_a_full_sim_is_emptied_and_said() -> None:
    with PtyModem(capacity=3) as modem:
        for n in range(5):
            modem.receive(SENDER, f"tin {n}")
        assert len(modem.overflow) == 2
        async with running(modem) as line:
            warned = await line.wait_link("modem_storage_full")
            assert (warned.state, warned.params["storage_used"]) == ("warn", 3)
            await line.inbox.wait_for(lambda i: len(i.texts) == 5)
            await line.wait_link("modem_up")
            await emptied(modem)


async def test_what_somebody_once_sent_from_the_sim_goes_when_it_is_full() -> None:
    """Drafts and sent messages of the phone that had the SIM before."""
    sent = encode_submit("+84903123456", "Mua sữa", reference=1)[0].hex
    with PtyModem(capacity=3) as modem:
        modem.storage = {1: (3, sent), 2: (2, sent)}
        async with running(modem) as line:
            await line.wait_link("modem_up")
            await wait_modem(modem, lambda m: "AT+CMGL=4" in m.commands)
            assert set(modem.storage) == {1, 2}, "there is room: they are left alone"
            modem.receive(SENDER, "hai")
            modem.receive(SENDER, "ba")
            await line.inbox.wait_for(lambda i: sorted(i.texts) == ["ba", "hai"])
            await emptied(modem)


async def test_a_notice_without_a_message_is_found_by_the_minutely_look() -> None:
    times = replace(FAST, health_s=0.05)
    with PtyModem() as modem:
        async with running(modem, times=times) as line:
            await line.wait_link("modem_up")
            modem.receive_pdu(deliver_text(SENDER, "im lặng")[0], announce=False)
            await line.inbox.wait_for(lambda i: i.texts == ["im lặng"])


@pytest.mark.parametrize("lost", [3, 8], ids=["no whole octet", "a shorter text"])
@pytest.mark.parametrize("stored", [False, True], ids=["announced", "listed"])
async def test_what_the_line_damaged_is_read_again_before_the_sim_forgets_it(
    lost: int, stored: bool
) -> None:
    with PtyModem(faults=Faults(lost_digits=[lost])) as modem:
        if stored:
            modem.receive(SENDER, "Cây đổ ở hẻm 5")
        async with running(modem) as line:
            if not stored:
                await wait_modem(modem, lambda m: "AT+CMGL=4" in m.commands)
                modem.receive(SENDER, "Cây đổ ở hẻm 5")
            await emptied(modem)
            await line.inbox.wait_for(lambda i: i.texts == ["Cây đổ ở hẻm 5"])
            assert len(line.inbox.puts) == 1


async def test_what_is_damaged_on_the_sim_itself_is_kept_as_it_is() -> None:
    with PtyModem(faults=Faults(lost_digits=[3, 3])) as modem:
        modem.receive(SENDER, "Cây đổ ở hẻm 5")
        async with running(modem) as line:
            await emptied(modem)
            await line.inbox.wait_for(lambda i: [t.strip() for t in i.texts] == ["Cây đổ ở hẻm"])


async def test_garbage_and_other_lines_do_no_harm() -> None:
    heard: list[str] = []
    with PtyModem() as modem:
        channel = SmsChannel("gsm1", modem.device, times=FAST, on_line=heard.append)
        inbox = RecordingInbox()
        task = asyncio.create_task(channel.run(inbox, lambda _: None))
        await wait_modem(modem, lambda m: "AT+CMGL=4" in m.commands)
        modem.say("RING")
        modem.raw(bytes(range(256)) * 40 + b"\r\n")
        modem.say('+CMTI: "SM",999')
        modem.say("+CMTI: nonsense")
        modem.receive_pdu("07FFnonsense")
        modem.receive(SENDER, "sau rác")
        await inbox.wait_for(lambda i: i.texts == ["", "sau rác"])
        await emptied(modem)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert "RING" in heard


async def test_a_silent_modem_is_opened_again_and_restarted() -> None:
    times = replace(FAST, command_s=0.03, keepalive_s=0.03)
    with PtyModem() as modem:
        async with running(modem, times=times) as line:
            await line.wait_link("modem_up")
            modem.faults.silent = True
            await line.wait_link("modem_silent")
            await wait_modem(modem, lambda m: "AT+CFUN=1,1" in m.commands)
            assert "ATZ" in modem.commands
            modem.faults.silent = False
            modem.receive(SENDER, "tỉnh lại")
            await line.inbox.wait_for(lambda i: i.texts == ["tỉnh lại"])
            assert modem.commands.count("AT+CFUN=1,1") == 1


# --- PIN


async def test_the_right_pin_opens_the_sim(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("2468\n", encoding="ascii")
    with PtyModem(pin="2468") as modem:
        async with running(modem, pin_file=file) as line:
            await line.wait_link("modem_up")
            assert modem.pins_tried == ["2468"]
    assert not file.with_name("pin.refused").exists()


async def test_a_wrong_pin_is_tried_once_only(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("0000", encoding="ascii")
    with PtyModem(pin="2468") as modem:
        for _ in range(2):  # a new start of the program must not try again
            async with running(modem, pin_file=file) as line:
                await line.wait_link("modem_pin_wrong")
                modem.commands.clear()
                await wait_modem(modem, lambda m: m.commands.count("AT+CPIN?") > 2)
        assert modem.pins_tried == ["0000"]


async def test_few_tries_left_means_none(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("2468", encoding="ascii")
    with PtyModem(pin="2468", pin_tries=1) as modem:
        async with running(modem, pin_file=file) as line:
            await line.wait_link("modem_pin_few_left")
        assert modem.pins_tried == []


async def test_no_pin_file() -> None:
    with PtyModem(pin="2468") as modem:
        async with running(modem) as line:
            assert (await line.wait_link("modem_pin_needed")).state == "warn"


# --- health


async def test_health() -> None:
    with PtyModem() as modem:
        async with running(modem) as line:
            up = await line.wait_link("modem_up")
            assert up.link == "modem:gsm1"
            assert up.params["signal"] == 21
            assert up.params["operator"] == "Viettel"
            assert up.params["registration"] == "home"
            assert up.params["imsi"] == IMSI
            assert up.params["storage_total"] == 50
        assert line.links[0].detail == "modem_opening"


async def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    with PtyModem(link=tmp_path / "modem") as modem:
        modem.unplug()
        async with running(modem) as line:
            await line.wait_link("modem_missing")
            result = await line.channel.send(outreach("x"))
            assert (result.state, result.why) == ("retry", "modem_down")
            modem.plug()
            await line.wait_link("modem_up")
