"""A gateway's questions to the centre, over the connection of the window's questions."""

from dataclasses import replace

from console.services.shared_ports import HeldLease
from console.services.views import OutreachRow
from console.store.central.link import PostgresCentral
from console.store.central.seat import CentralSeat
from console.store.shared import LocalSharedStore
from console.store.tables import to_ms


class CentralGateway:
    """`shared_leases.GatewayCentre` of one seat."""

    def __init__(self, seat: CentralSeat, store: LocalSharedStore, workstation: str) -> None:
        """Ask over `seat`.

        Args:
            workstation: named to those who stand by.
        """
        self._seat = seat
        self._store = store
        self._workstation = workstation

    async def take(self, name: str) -> bool:
        """See `GatewayCentre`."""
        return await self._seat.ask(lambda central: central.take_lease(name, self._workstation))

    async def release(self, name: str) -> None:
        """See `GatewayCentre`."""
        await self._seat.ask(lambda central: central.release_lease(name))

    async def leases(self) -> tuple[HeldLease, ...]:
        """See `GatewayCentre`."""
        return await self._seat.ask(lambda central: central.leases())

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """See `GatewayCentre`."""

        def question(central: PostgresCentral) -> bool:
            mine = self._store.row_of("outreach", row.id.hex)
            if mine is None:
                return True  # from before there was a centre: nobody else has it
            taken = {
                "state": row.state.value,
                "tries": row.tries,
                "updated_at": to_ms(row.updated_at),
                "taken_by": row.taken_by,
            }
            return central.claim_message(replace(mine, step=mine.step | taken), lease)

        return await self._seat.ask(question)
