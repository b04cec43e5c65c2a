"""The same modem while we send: parts, reports, cut lines, refusals of the network."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.states import DeliveryState
from console.services.ports.channels import SendResult
from console.telephony.pdu.decoding import decode
from tests.fakes.sms.pty_modem import IMSI, Faults, PtyModem
from tests.integration.telephony.modem_line import (
    LONG,
    SENDER,
    emptied,
    outreach,
    running,
)


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
