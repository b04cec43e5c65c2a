"""A gateway's questions to the centre, over the connection for the window's questions."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from console.services.ports.central.shared_rows import HeldLease, SharedSecret
from console.services.views.contacts import OutreachRow
from console.store.central.seat_link import PostgresCentral
from console.store.central.seat_questions import SeatQuestions
from console.store.exchange.shared_rows import LocalSharedStore
from console.store.tables.definitions import to_ms


class GatewayQuestions:
    """`GatewayCentre` of one seat."""

    def __init__(self, seat: SeatQuestions, store: LocalSharedStore, workstation: str) -> None:
        """Ask over `seat`.

        Args:
            workstation: shown to gateways on standby.
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
                return True  # from before there was a centre: no other gateway has it
            taken = {
                "state": row.state.value,
                "tries": row.tries,
                "updated_at": to_ms(row.updated_at),
                "taken_by": row.taken_by,
            }
            return central.claim_message(replace(mine, step=mine.step | taken), lease)

        return await self._seat.ask(question)

    # --- secrets kept in common

    async def read_secret(self, name: str, known: int) -> SharedSecret | None:
        """See `SharedSecretStore`."""
        kept = await self._seat.ask(lambda central: central.read_secret(name, known))
        # Our own notes are right about a renewal that we began.
        if kept is not None and kept.renewing == self._workstation:
            return replace(kept, renewing=None)
        return kept

    async def begin_renewal(self, name: str, gen: int) -> bool:
        """See `SharedSecretStore`."""
        return await self._seat.ask(lambda central: central.begin_renewal(name, gen))

    async def keep_secret(self, name: str, before: int, gen: int, body: bytes) -> bool:
        """See `SharedSecretStore`."""
        return await self._seat.ask(lambda central: central.keep_secret(name, before, gen, body))

    # --- numbers told to senders

    async def tell_number(self, contact_id: UUID) -> str | None:
        """Share this contact now; returns the number that is valid for it, or None."""

        def question(central: PostgresCentral) -> str | None:
            mine = self._store.row_of("contact", contact_id.hex)
            return None if mine is None else central.tell_number(mine)

        return await self._seat.ask(question)

    async def told_numbers(self, contact_ids: Sequence[UUID]) -> dict[UUID, str]:
        """The numbers that the centre knows for these contacts."""
        keys = [each.hex for each in contact_ids]
        found = await self._seat.ask(lambda central: central.told_numbers(keys))
        return {UUID(key): number for key, number in found.items()}
