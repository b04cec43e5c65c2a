"""Leases and claims of a gateway that follows a centre: this machine's first, then the centre's.

Where the centre is away nobody knows who holds a channel: receiving goes on, because the same
message twice makes one contact; sending waits.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

from console.domain.errors import UnavailableError
from console.domain.live import LinkChanged
from console.services.gateway import Held, Leases
from console.services.shared_ports import HeldLease
from console.services.views import OutreachRow

PATIENCE_S = 5.0
"""A centre that does not answer within this time is away."""
PARTING_S = 1.0
"""Who stops waits for no longer to tell it."""
LOOK_S = 15.0
"""Between two looks of a seat at who holds the channels."""
SILENT_S = 30.0
"""So long after a lease ran out its channel counts as silent: a minute after the last word."""
GIVEN_UP_S = 86_400.0
"""Nobody waits any longer for a channel that was silent for a day: it was taken away."""


class GatewayCentre(Protocol):
    """What a gateway asks the centre; each method may raise `UnavailableError`."""

    async def take(self, name: str) -> bool:
        """Take the lease or renew it; False while another gateway has it."""

    async def release(self, name: str) -> None:
        """Let it go at once; harmless when it is not ours."""

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """See `shared_ports.Claims`."""

    async def leases(self) -> tuple[HeldLease, ...]:
        """Every channel that some gateway holds or held."""


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


async def watch_gateways(
    centre: GatewayCentre, publish: Callable[[object], None], look_s: float = LOOK_S
) -> None:
    """Say for ever at this seat when a channel has no gateway any more; a centre that is away has
    words of its own.
    """
    said: LinkChanged | None = None
    while True:
        with contextlib.suppress(UnavailableError):
            news = _silence(await centre.leases())
            if news != said:
                publish(news)
                said = news
        await asyncio.sleep(look_s)


def _silence(leases: tuple[HeldLease, ...]) -> LinkChanged:
    silent = [each for each in leases if SILENT_S <= each.silent_s < GIVEN_UP_S]
    if not silent:
        return LinkChanged("gateway", "up")
    channels = ", ".join(each.name for each in silent)
    where = ", ".join(sorted({each.workstation for each in silent}))
    return LinkChanged("gateway", "down", "gateway_silent", {"channels": channels, "where": where})
