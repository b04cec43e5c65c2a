"""Several gateways on one centre, as `bootstrap` wires them: one holds a channel and sends, another
stands by with the same inbox, and takes over when the first one is gone.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from console.assembly.core import Core, build_core
from console.assembly.seat import Seat
from console.config.layers import load
from console.domain.errors import RefusedError
from console.domain.ids import uuid7
from console.domain.live_events import LinkChanged
from console.domain.requests.commands import LogRequest, MarkSpam, OpenContact, SendMessage
from console.domain.states import Channel, ContactState, DeliveryState
from console.services.gateway.leases import watch_gateways
from console.services.ports.channels import InboundMessage, Inbox, SendResult
from console.services.views.contacts import ContactRow, OutreachRow
from tests.fakes.mail.messages import JPEG
from tests.fakes.postgres import Centre

PHONE = "+84903123456"


class Modem:
    """Notes whether it runs; sends, or hangs in the middle of it."""

    channel = Channel.SMS
    name = "gsm1"

    def __init__(self) -> None:
        self.inbox: Inbox | None = None
        self.sent: list[str] = []
        self.hangs = False
        self.begun = asyncio.Event()

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Open until cancelled."""
        self.inbox = inbox
        publish(LinkChanged("modem:gsm1", "up", "modem_up", {}))
        try:
            await asyncio.Event().wait()
        finally:
            self.inbox = None

    async def listening(self) -> Inbox:
        """Once it runs, where to put messages."""
        async with asyncio.timeout(60):
            while self.inbox is None:  # noqa: ASYNC110  (`run` is the gateway's to call)
                await asyncio.sleep(0.01)
        return self.inbox

    async def send(self, out: OutreachRow) -> SendResult:
        """Taken."""
        self.begun.set()
        if self.hangs:
            await asyncio.Event().wait()
        self.sent.append(out.text)
        return SendResult("sent", (f"{len(self.sent)}",))

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class Desk1022:
    """A seat with or without a modem."""

    core: Core
    seat: Seat
    modem: Modem

    async def rows(self) -> tuple[ContactRow, ...]:
        return await self.core.desk.ask(lambda q: q.inbox(state=None))

    async def message(self, outreach_id: UUID) -> OutreachRow | None:
        return await self.core.desk.store.write(lambda uow: uow.outreach(outreach_id))

    async def state(self, outreach_id: UUID) -> DeliveryState | None:
        row = await self.message(outreach_id)
        return row.state if row else None


async def until[T](look: Callable[[], Awaitable[T]], seconds: float = 60) -> T:
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110  (several stores and a server)
            await asyncio.sleep(0.02)
        return found


@contextlib.asynccontextmanager
async def a_seat(
    centre: Centre, folder: Path, name: str, code: int, *, modem: bool = True
) -> AsyncIterator[Desk1022]:
    centre.user(name)
    profile = folder / name
    profile.mkdir()
    (profile / "config.toml").write_text(
        f'[central]\nurl = "{centre.url(name)}"\n[seat]\nconsole_code = "{code:03}"\n'
        f'workstation = "{name}"\n'
    )
    with build_core(profile, load(profile, environ={}, site_file=folder / "none.toml")) as core:
        device = Modem()
        seat = Seat(core, None, (device,) if modem else ())
        seat.start()
        assert seat.gateway is not None
        seat.gateway._renew_s = 0.1
        try:
            yield Desk1022(core, seat, device)
        finally:
            await seat.stop()


def inbound(text: str) -> InboundMessage:
    from console.services.ports.clock import utc_now

    return InboundMessage(
        channel=Channel.SMS, external_id=text, sender=PHONE, sender_key=PHONE,
        received_at=utc_now(), text=text,
    )  # fmt: skip


async def test_one_gateway_feeds_every_inbox_and_sends_what_any_seat_wrote(
    centre: Centre, tmp_path: Path
) -> None:
    async with (
        a_seat(centre, tmp_path, "gw1", 1) as gateway,
        a_seat(centre, tmp_path, "ban2", 2, modem=False) as seat,
    ):
        inbox = await gateway.modem.listening()
        contact_id = await inbox.put(inbound("Nắp cống sụp"))
        await until(seat.rows)
        step = MarkSpam(contact_id=contact_id)
        await seat.core.desk.do(step)

        async def is_spam() -> bool:
            return [r.state for r in await gateway.rows()] == [ContactState.SPAM]

        await until(is_spam)
        answer = SendMessage(channel=Channel.SMS, recipient=PHONE, text="Đã nhận")
        await seat.core.desk.do(answer)

        async def is_sent() -> bool:
            return await seat.state(answer.id) is DeliveryState.SENT

        await until(is_sent)
        assert gateway.modem.sent == ["Đã nhận"]
        sent = await seat.message(answer.id)
        assert sent is not None
        assert sent.taken_by == "modem:gsm1"


async def test_an_operator_elsewhere_sees_all_that_he_needs_but_not_the_raw_bytes(
    centre: Centre, tmp_path: Path
) -> None:
    """Words, sender, flags, place, proposal and photos travel; the PDU or mail as it came stays
    with the gateway that took it.
    """
    async with (
        a_seat(centre, tmp_path, "gw1", 1) as gateway,
        a_seat(centre, tmp_path, "ban2", 2, modem=False) as seat,
    ):
        inbox = await gateway.modem.listening()
        photo = gateway.core.desk.files.put_bytes(JPEG, "a.jpg").sha256
        message = replace(
            inbound("Cây ngã"), raw=b"the whole mail", media=(photo,), flags=("bad_bytes",),
            sender_name="Lan", lat=10.77, long=106.7, proposal=(("email", "lan@x.vn"),),
            sent_at=inbound("x").received_at, thread_key="t",
        )  # fmt: skip
        contact_id = await inbox.put(message)
        (there,) = await until(seat.rows)
        (here,) = await gateway.rows()
        assert there == here
        assert (there.text, there.flags, there.media) == ("Cây ngã", ("bad_bytes",), (photo,))

        async def raw(of: Desk1022) -> bytes:
            found = await of.core.desk.store.write(lambda uow: uow.contact(contact_id))
            return found.raw if found else b"?"

        assert (await raw(gateway), await raw(seat)) == (b"the whole mail", b"")

        path = await until(lambda: seat.core.desk.file(photo))
        assert path is not None
        assert path.read_bytes() == JPEG


async def test_a_message_that_somebody_works_elsewhere_is_seen_to_be_worked(
    centre: Centre, tmp_path: Path
) -> None:
    """Who reads it, who made a request of it; a form that stood open makes no second one unseen."""
    async with (
        a_seat(centre, tmp_path, "gw1", 1) as here,
        a_seat(centre, tmp_path, "ban2", 2, modem=False) as there,
    ):
        inbox = await here.modem.listening()
        contact_id = await inbox.put(inbound("Cây ngã"))
        await until(there.rows)
        hoa, tu = (replace(here.core.desk.actor, user=name) for name in ("hoa", "tu"))
        await there.core.desk.do(OpenContact(contact_id=contact_id), actor=hoa)

        async def read_by(of: Desk1022, who: str) -> bool:
            return [row.handled_by for row in await of.rows()] == [who]

        await until(lambda: read_by(here, "hoa"))
        form = LogRequest(
            channel=Channel.SMS, service_code="roads.pothole", description="Cây ngã",
            contact_id=contact_id, address_string="12 Đồng Tâm",
        )  # fmt: skip
        done = await there.core.desk.do(form, actor=hoa)

        async def is_linked() -> bool:
            return [row.request_id for row in await here.rows()] == [done.request_id]

        await until(is_linked)
        with pytest.raises(RefusedError, match="message_has_request"):
            await here.core.desk.do(replace(form, id=uuid7(), request_id=uuid7()), actor=tu)


async def test_a_second_gateway_takes_over_and_nothing_goes_out_twice(
    centre: Centre, tmp_path: Path
) -> None:
    async with (
        a_seat(centre, tmp_path, "gw1", 1) as first,
        contextlib.AsyncExitStack() as later,
    ):
        inbox = await first.modem.listening()
        second = await later.enter_async_context(a_seat(centre, tmp_path, "gw2", 2))
        await inbox.put(inbound("Trước"))
        await until(second.rows)
        assert second.modem.inbox is None, "it stands by"
        first.modem.hangs = True
        half = SendMessage(channel=Channel.SMS, recipient=PHONE, text="Dở dang")
        await first.core.desk.do(half)
        await first.modem.begun.wait()

        async def known() -> bool:
            return await second.state(half.id) is DeliveryState.SENDING

        await until(known)
        # The first one's machine is gone: nothing is released, the lease runs out.
        for each in first.seat._links:
            await asyncio.to_thread(each.stop)
        with centre.connect() as link:
            link.execute("update hotline.lease set until = 0")
        await second.modem.listening()

        async def is_unknown() -> bool:
            return await second.state(half.id) is DeliveryState.UNKNOWN

        await until(is_unknown)
        after = SendMessage(channel=Channel.SMS, recipient=PHONE, text="Sau đó")
        await second.core.desk.do(after)

        async def is_sent() -> bool:
            return await second.state(after.id) is DeliveryState.SENT

        await until(is_sent)
        assert second.modem.sent == ["Sau đó"], "what was half sent is a person's to send again"


async def test_with_the_centre_away_messages_come_in_and_none_goes_out(
    centre: Centre, tmp_path: Path
) -> None:
    async with a_seat(centre, tmp_path, "gw1", 1) as gateway:
        inbox = await gateway.modem.listening()
        with centre.connect() as link:
            link.execute("alter role gw1 nologin")
            link.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gw1'"
            )
        await inbox.put(inbound("Vẫn nhận"))
        await until(gateway.rows)
        waits = SendMessage(channel=Channel.SMS, recipient=PHONE, text="Chờ")

        async def is_unknown() -> bool:
            assert gateway.seat.gateway is not None
            channels = gateway.seat.gateway.health()["channels"]
            assert isinstance(channels, dict)
            return bool(channels["modem:gsm1"]["lease"] == "unknown")

        await until(is_unknown)
        await gateway.core.desk.do(waits)
        await inbox.put(inbound("Nhận nữa"))  # Whoever sent would have been woken before.
        assert not gateway.modem.begun.is_set()
        assert await gateway.state(waits.id) is DeliveryState.QUEUED
        with centre.connect() as link:
            link.execute("alter role gw1 login")

        async def is_sent() -> bool:
            return await gateway.state(waits.id) is DeliveryState.SENT

        await until(is_sent)
        assert gateway.modem.sent == ["Chờ"]


async def test_a_seat_says_when_a_channel_has_nobody(centre: Centre, tmp_path: Path) -> None:
    said: list[LinkChanged] = []
    async with a_seat(centre, tmp_path, "gw1", 1) as gateway:
        await gateway.modem.listening()
        held = gateway.seat._leases
        assert held is not None
        assert held.centre is not None
        watch = asyncio.create_task(watch_gateways(held.centre, said.append, look_s=0.05))  # type: ignore[arg-type]

        async def is_said(state: str) -> bool:
            return bool(said) and said[-1].state == state

        await until(lambda: is_said("up"))
        gateway.seat.gateway._renew_s = 60  # type: ignore[union-attr]
        with centre.connect() as link:
            link.execute("update hotline.lease set until = hotline.now_ms() - 31000")
            await until(lambda: is_said("down"))
            assert said[-1].params == {"channels": "modem:gsm1", "where": "gw1"}
            link.execute("update hotline.lease set until = hotline.now_ms() - 90000000")
            await until(lambda: is_said("up"))
        assert len(said) == 3
        watch.cancel()
