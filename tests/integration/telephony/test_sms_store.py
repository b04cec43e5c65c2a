"""SMS into the real store: killed between commit and deletion, restarted, nothing twice or lost."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.domain.live_events import ContactArrived, OutreachChanged
from console.domain.states import DeliveryState
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.runtime.bus import Bus
from console.services.views.contacts import ContactRow
from console.store.seat.local_store import LocalStore
from console.telephony.sms.channel import SmsChannel
from console.telephony.sms.parts import stored_part
from tests.fakes.sms.pdus import deliver_text
from tests.fakes.sms.pty_modem import Faults, PtyModem
from tests.integration.telephony.modem_line import FAST, LONG, SENDER, emptied, outreach


class Arrivals:
    """Waits for news on the bus."""

    def __init__(self, bus: Bus) -> None:
        self._news = asyncio.Event()
        bus.subscribe(ContactArrived, lambda _: self._news.set())
        bus.subscribe(OutreachChanged, lambda _: self._news.set())

    async def until[T](self, look: Callable[[], Awaitable[T]], fits: Callable[[T], bool]) -> T:
        """What `look` finds, once it fits."""
        async with asyncio.timeout(60):
            while True:
                self._news.clear()
                found = await look()
                if fits(found):
                    return found
                await self._news.wait()

    async def wait(self, store: LocalStore, count: int) -> tuple[ContactRow, ...]:
        """The inbox once it holds `count` contacts."""
        return await self.until(
            lambda: store.ask(lambda q: q.inbox(state=None)), lambda rows: len(rows) >= count
        )


@contextlib.asynccontextmanager
async def receiving(
    profile: Path, modem: PtyModem
) -> AsyncIterator[tuple[LocalStore, Arrivals, SmsChannel, StoreInbox]]:
    """A running channel over a store in `profile`."""
    store, bus = LocalStore(profile, load_catalogue(), readers=1), Bus()
    channel = SmsChannel("gsm1", modem.device, times=FAST)
    arrivals = Arrivals(bus)
    inbox = StoreInbox(store, bus, lambda: datetime.now(UTC))
    task = asyncio.create_task(channel.run(inbox, bus.publish))
    try:
        yield store, arrivals, channel, inbox
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(store.close)


async def test_received_joined_and_kept(tmp_path: Path) -> None:
    with PtyModem() as modem:
        async with receiving(tmp_path, modem) as (store, arrivals, _, _):
            modem.receive(SENDER, "Đèn đường tắt")
            modem.receive("VIETTEL", LONG, reference=0)
            rows = await arrivals.wait(store, 2)
            await emptied(modem)
        assert {row.text for row in rows} == {"Đèn đường tắt", LONG.strip()}
        assert {row.sender for row in rows} == {SENDER, "VIETTEL"}


@pytest.mark.parametrize("parts", [1, 3])
async def test_killed_between_commit_and_deletion(tmp_path: Path, parts: int) -> None:
    text = "Một tin" if parts == 1 else "Một tin rất dài. " * 9
    with PtyModem(faults=Faults(refused=("AT+CMGD",)), link=tmp_path / "modem") as modem:
        pdus = deliver_text(SENDER, text)
        assert len(pdus) == parts
        for pdu in pdus:
            modem.receive_pdu(pdu)
        child = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-m",
                "tests.integration.telephony.sms_child",
                tmp_path,
                modem.device,
            ),
            cwd=Path(__file__).parents[3],
        )
        try:
            await asyncio.to_thread(
                modem.wait_for, lambda m: any(c.startswith("AT+CMGD") for c in m.commands), 30
            )
        finally:
            child.send_signal(signal.SIGKILL)
            await child.wait()
        assert len(modem.storage) == parts
        modem.faults.refused = ()
        async with receiving(tmp_path, modem) as (store, arrivals, _, _):
            await arrivals.wait(store, 1)
            await emptied(modem)
            kept = await store.write(lambda uow: uow.parts(unjoined_only=False))
            rows = await store.ask(lambda q: q.inbox(state=None))
        assert [row.text for row in rows] == [text.strip()]
        assert len(kept) == parts
        assert {part.contact_id for part in kept} == {rows[0].id}


async def test_killed_before_joining(tmp_path: Path) -> None:
    """Parts are on disk, the contact is not: the next start makes it."""
    now = datetime.now(UTC)
    made = [stored_part(p, "452011234567890", now) for p in deliver_text(SENDER, LONG)]
    store = LocalStore(tmp_path, load_catalogue(), readers=1)

    def keep(uow: UnitOfWork) -> None:
        for part in made:
            assert part is not None
            assert uow.add_part(part)

    await store.write(keep)
    await asyncio.to_thread(store.close)
    with PtyModem() as modem:
        async with receiving(tmp_path, modem) as (store, arrivals, _, _):
            rows = await arrivals.wait(store, 1)
        assert [row.text for row in rows] == [LONG.strip()]


async def test_a_late_part_corrects_the_same_contact(tmp_path: Path) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    pdus = deliver_text(SENDER, LONG, at=long_ago)
    store = LocalStore(tmp_path, load_catalogue(), readers=1)
    first = [stored_part(p, "452011234567890", long_ago) for p in pdus[:2]]

    def keep(uow: UnitOfWork) -> None:
        for part in first:
            assert part is not None
            uow.add_part(part)

    await store.write(keep)
    await asyncio.to_thread(store.close)
    with PtyModem() as modem:
        async with receiving(tmp_path, modem) as (store, arrivals, _, _):
            (row,) = await arrivals.wait(store, 1)
            assert "[thiếu phần 3-5/5]" in row.text
            assert "incomplete" in row.flags
            for pdu in pdus[2:]:
                modem.receive_pdu(pdu)
            (again,) = await arrivals.until(
                lambda: store.ask(lambda q: q.inbox(state=None)),
                lambda rows: all("incomplete" not in r.flags for r in rows),
            )
        assert again.id == row.id
        assert again.text == LONG.strip()


async def test_delivery_reports_reach_the_stored_message(tmp_path: Path) -> None:
    with PtyModem(faults=Faults(reports="cds")) as modem:
        async with receiving(tmp_path, modem) as (store, arrivals, channel, inbox):
            row = outreach(LONG.strip())
            await store.write(lambda uow: uow.save_outreach(row))
            await asyncio.to_thread(modem.wait_for, lambda m: "AT+CMGL=4" in m.commands)
            result = await channel.send(row)
            assert result.state == "sent"
            await inbox.report(row.id, DeliveryState.SENT, result.refs)
            kept = await arrivals.until(
                lambda: store.write(lambda uow: uow.outreach(row.id)),
                lambda r: r is not None and r.state is DeliveryState.DELIVERED,
            )
            assert kept is not None
            assert all(ref.startswith("ok:") for ref in kept.refs)
