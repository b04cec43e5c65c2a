"""A clock's warning goes the whole way: rule, queue, courier, modem, the recipient's report."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from console.domain.catalogue.city_rules import ContactPoint
from console.domain.requests import commands as c
from console.domain.states import Channel, DeliveryState, Role
from console.map.gazetteer.local_places import LocalPlaces
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.outreach.delivery import Courier
from console.services.people.actors import actor_for
from console.services.runtime.bus import Bus
from console.services.supervision.warning_messages import WarningMessenger
from console.services.views.contacts import OutreachRow
from console.store.files.spool import Spool
from console.store.seat.local_store import LocalStore
from console.telephony.pdu.decoding import decode
from console.telephony.sms.channel import SmsChannel
from tests.conftest import StoppedClock
from tests.fakes.profiles import fresh_profile
from tests.fakes.sms.pty_modem import Faults, PtyModem
from tests.integration.telephony.modem_line import FAST
from tests.integration.telephony.test_sms_store import Arrivals

AGENCY = "so-xay-dung"
HEAD = ContactPoint(
    code="head", agency=AGENCY, name="Lãnh đạo", role=Role.SUPERVISOR, phone="+84903000222"
)


@contextlib.asynccontextmanager
async def sending(
    profile: Path, clock: StoppedClock, modem: PtyModem
) -> AsyncIterator[tuple[Desk, Arrivals]]:
    """A seat with one contact point, whose courier sends through this modem."""
    catalogue = replace(load_catalogue(), contact_points=(HEAD,))
    store, bus = LocalStore(fresh_profile(profile), catalogue), Bus()
    desk = Desk(
        store=store, bus=bus, clock=clock, catalogue=catalogue, places=LocalPlaces(profile),
        files=Spool(profile), actor=actor_for("operator", catalogue, "may-07"),
        dispatch=dispatch,
    )  # fmt: skip
    inbox, channel = StoreInbox(store, bus, clock), SmsChannel("gsm1", modem.device, times=FAST)
    courier, arrivals = Courier(desk, channel, inbox), Arrivals(bus)
    running = [
        asyncio.create_task(channel.run(inbox, bus.publish)),
        asyncio.create_task(courier.run()),
    ]
    try:
        yield desk, arrivals
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        courier.close()
        await asyncio.to_thread(store.close)


async def test_a_late_clock_rings_the_heads_telephone_once(
    tmp_path: Path, clock: StoppedClock
) -> None:
    with PtyModem(faults=Faults(reports="cds")) as modem:
        async with sending(tmp_path, clock, modem) as (desk, arrivals):
            logged = await desk.do(
                c.LogRequest(
                    service_code="roads.pothole",
                    description="Ổ gà sâu",
                    address_string="135 Nam Kỳ Khởi Nghĩa, phường Bến Thành",
                    agency=AGENCY,
                )
            )
            request_id = logged.events[0].request_id
            officer = actor_for(f"officer-{AGENCY}", desk.catalogue, "may-07")
            await desk.do(c.AcceptAssignment(request_id=request_id), actor=officer)
            clock.forward(hours=24)
            await WarningMessenger(desk, (Channel.SMS,)).round()

            async def found() -> tuple[OutreachRow, ...]:
                return await desk.store.write(
                    lambda uow: uow.outreach_in(Channel.SMS, DeliveryState.DELIVERED)
                )

            (row,) = await arrivals.until(found, lambda rows: len(rows) == 1)
            assert row.recipient == HEAD.phone
            parts = [decode(pdu) for pdu in modem.sent]
            assert {part.number for part in parts} == {HEAD.phone}
            assert "".join(part.text for part in parts) == row.text
            assert (logged.number or "?") in row.text.replace(" ", "")
            # Another round, as after a restart, sends nothing more.
            await WarningMessenger(desk, (Channel.SMS,)).round()
            queued = await desk.store.write(
                lambda uow: uow.outreach_in(Channel.SMS, DeliveryState.QUEUED)
            )
            assert queued == ()
            assert len(modem.sent) == len(parts)
