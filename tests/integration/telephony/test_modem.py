"""The SMS channel against a modem on a pseudo-terminal that fails as modems do (CHANNELS.md 9)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from console.domain.live import LinkChanged
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.channel_ports import SendResult
from console.services.views import OutreachRow
from console.telephony.modem_session import ModemTimes
from console.telephony.pdu import decode
from console.telephony.sms import SmsChannel
from tests.fakes.pty_modem import IMSI, Faults, PtyModem
from tests.fakes.recording_inbox import RecordingInbox
from tests.fakes.sms_pdus import deliver_text

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
        async with asyncio.timeout(10):
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


async def test_a_notice_without_a_message_is_found_by_the_minutely_look() -> None:
    times = replace(FAST, health_s=0.05)
    with PtyModem() as modem:
        async with running(modem, times=times) as line:
            await line.wait_link("modem_up")
            modem.receive_pdu(deliver_text(SENDER, "im lặng")[0], announce=False)
            await line.inbox.wait_for(lambda i: i.texts == ["im lặng"])


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


# --- sending


@pytest.mark.parametrize("faults", [Faults(), Faults(line_end="\r"), Faults(chunk=1, echo=True)])
async def test_sent_in_parts_with_their_references(faults: Faults) -> None:
    with PtyModem(faults=faults) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            result = await line.channel.send(outreach(LONG.strip()))
            assert result.state == "sent"
            assert result.refs == tuple(f"{IMSI}:{n}:{SENDER}" for n in range(42, 42 + 5))
            sent = [decode(pdu) for pdu in modem.sent]
            assert "".join(p.text for p in sent) == LONG.strip()
            assert {p.number for p in sent} == {SENDER}
            assert len({p.reference for p in sent}) == 1


@pytest.mark.parametrize("how", ["cds", "cdsi"])
async def test_delivered_when_every_part_is(how: str) -> None:
    with PtyModem(faults=Faults(reports=how)) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            row = outreach(LONG.strip())
            result = await line.channel.send(row)
            row = replace(row, refs=result.refs, state=DeliveryState.SENT)
            line.inbox.rows[row.id] = row
            await line.inbox.wait_for(
                lambda i: (
                    i.rows[row.id].state is DeliveryState.DELIVERED
                    and all(r.startswith("ok:") for r in i.rows[row.id].refs)
                )
            )
            await emptied(modem)


async def test_reports_of_failure_delay_and_strangers() -> None:
    with PtyModem(faults=Faults(reports="cds", report_status=0x30)) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            row = outreach("ngắn", recipient="0903123456")
            result = await line.channel.send(row)
            line.inbox.rows[row.id] = replace(row, refs=result.refs, state=DeliveryState.SENT)
            modem.report(SENDER, 200, 0)  # of nobody
            await line.inbox.wait_for(lambda i: len(i.parts) == 2)
            assert line.inbox.rows[row.id].state is DeliveryState.SENT
            modem.report(SENDER, 42, 0x46)
            await line.inbox.wait_for(lambda i: i.rows[row.id].state is DeliveryState.FAILED)
            assert line.inbox.rows[row.id].error == "sms_status_46"


async def test_cut_between_text_and_answer_is_unknown(tmp_path: Path) -> None:
    with PtyModem(link=tmp_path / "modem", faults=Faults(unplug_after_text=True)) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            result = await line.channel.send(outreach("một lần"))
            assert (result.state, result.why) == ("unknown", "sms_cut_off")
            assert len(modem.sent) == 1


async def test_cut_before_the_prompt_is_sent_later(tmp_path: Path) -> None:
    with PtyModem(link=tmp_path / "modem", faults=Faults(unplug_at="AT+CMGS")) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            result = await line.channel.send(outreach("một lần"))
            assert result.state == "retry"
            assert modem.sent == []


@pytest.mark.parametrize(
    ("errors", "tries", "expected"),
    [
        (["+CMS ERROR: 38"], 0, "retry cms_38"),
        (["+CMS ERROR: 38"], 3, "refused cms_38"),
        (["+CMS ERROR: 21"], 0, "refused cms_21"),
        (["+CMS ERROR: 500"], 0, "unknown cms_500"),
        (["", "+CMS ERROR: 42", "+CMS ERROR: 47"], 0, "sent None"),
        (["", "+CMS ERROR: 21"], 0, "unknown cms_21"),
        (["", *["+CMS ERROR: 41"] * 3], 0, "unknown cms_41"),
    ],
)
async def test_refusals_of_the_network(errors: list[str], tries: int, expected: str) -> None:
    with PtyModem(faults=Faults(send_error=errors)) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            result = await line.channel.send(outreach("ế" * 100, tries=tries))
            assert f"{result.state} {result.why}" == expected


async def test_a_reference_that_is_always_0(tmp_path: Path) -> None:
    with PtyModem(faults=Faults(reference=0)) as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            result = await line.channel.send(outreach("x"))
            assert result == SendResult("sent", (f"{IMSI}:0:{SENDER}",))


async def test_nobody_to_send_to() -> None:
    with PtyModem() as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            result = await line.channel.send(outreach("x", recipient="VIETTEL"))
            assert (result.state, result.why) == ("refused", "sms_no_number")
            assert modem.sent == []


async def test_receiving_goes_on_while_sending() -> None:
    with PtyModem() as modem:
        async with running(modem) as line:
            await line.wait_link("modem_up")
            sending = asyncio.create_task(line.channel.send(outreach(LONG)))
            for n in range(20):
                modem.receive(SENDER, f"tin {n}")
            assert (await sending).state == "sent"
            await line.inbox.wait_for(lambda i: len(i.texts) == 20)
            await emptied(modem)
