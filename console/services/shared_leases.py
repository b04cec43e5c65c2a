"""Leases and claims of a gateway that follows a centre: this machine's first, then the centre's.

Where the centre is away nobody knows who holds a channel: receiving goes on, because the same
message twice makes one contact; sending waits.
"""

import asyncio
from typing import Protocol

from console.domain.errors import UnavailableError
from console.services.gateway import Held, Leases
from console.services.views import OutreachRow

PATIENCE_S = 5.0
"""A centre that does not answer within this time is away."""
PARTING_S = 1.0
"""Who stops waits for no longer to tell it."""


class GatewayCentre(Protocol):
    """What a gateway asks the centre; each method may raise `UnavailableError`."""

    async def take(self, name: str) -> bool:
        """Take the lease or renew it; False while another gateway has it."""

    async def release(self, name: str) -> None:
        """Let it go at once; harmless when it is not ours."""

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """See `shared_ports.Claims`."""


class SharedLeases:
    """`Leases` and `Claims`; `centre` is set once the seat follows it."""

    def __init__(self, local: Leases) -> None:
        """Between the gateways of this machine `local` decides."""
        self._local = local
        self.centre: GatewayCentre | None = None

    async def take(self, name: str) -> Held:
        """See `Leases`."""
        held = await self._local.take(name)
        if held is not Held.OURS:
            return held
        if self.centre is None:
            return Held.UNKNOWN
        try:
            async with asyncio.timeout(PATIENCE_S):
                return Held.OURS if await self.centre.take(name) else Held.OTHERS
        except (UnavailableError, TimeoutError):
            return Held.UNKNOWN

    async def release(self, name: str) -> None:
        """See `Leases`; where the centre is away the lease runs out by itself."""
        await self._local.release(name)
        if self.centre is None:
            return
        try:
            async with asyncio.timeout(PARTING_S):
                await self.centre.release(name)
        except (UnavailableError, TimeoutError):
            return

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """See `shared_ports.Claims`."""
        if self.centre is None:
            raise UnavailableError("central_away", where="")
        return await self.centre.claim(row, lease)
