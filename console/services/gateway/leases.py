"""Leases and claims of a gateway that follows a centre: first this machine's, then the centre's.

While the centre is away nobody knows who holds a channel: receiving goes on, sending waits.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from uuid import UUID

from console.domain.errors import UnavailableError
from console.domain.live_events import LinkChanged
from console.services.gateway.channel_runner import Leases, LeaseState
from console.services.ports.central.shared_rows import HeldLease, SharedSecret, SharedSecretStore
from console.services.views.contacts import OutreachRow

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""A centre that does not answer within this time is away."""
PARTING_S = 1.0
"""A gateway that stops waits no longer than this to release a lease."""
LOOK_S = 15.0
"""Between two checks by a seat of who holds the channels."""
SILENT_S = 30.0
"""After a lease ran out this long ago its channel counts as silent."""
GIVEN_UP_S = 86_400.0
"""A channel that was silent for a day was taken away on purpose."""


class GatewayCentre(SharedSecretStore, Protocol):
    """What a gateway asks the centre; each method may raise `UnavailableError`."""

    async def take(self, name: str) -> bool:
        """Take or renew the lease; False while another gateway holds it."""

    async def release(self, name: str) -> None:
        """Release it at once; harmless when it is not ours."""

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """See `Claims`."""

    async def leases(self) -> tuple[HeldLease, ...]:
        """Every channel that a gateway holds or held."""

    async def tell_number(self, contact_id: UUID) -> str | None:
        """Share this contact now; returns the number that counts for it, None without one."""

    async def told_numbers(self, contact_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Numbers that the centre knows of these contacts."""


class SharedLeases:
    """`Leases`, `Claims`, `SharedSecretStore` and `ContactNumbers`.

    `centre` is set once the seat follows one.
    """

    def __init__(self, local: Leases) -> None:
        """`local` decides between the gateways of this machine."""
        self._local = local
        self.centre: GatewayCentre | None = None

    async def take(self, name: str) -> LeaseState:
        """See `Leases`."""
        held = await self._local.take(name)
        if held is not LeaseState.OURS:
            return held
        try:
            ours = await self._soon(lambda centre: centre.take(name))
        except UnavailableError:
            return LeaseState.UNKNOWN
        return LeaseState.OURS if ours else LeaseState.OTHERS

    async def release(self, name: str) -> None:
        """See `Leases`; while the centre is away the lease runs out by itself."""
        await self._local.release(name)
        with contextlib.suppress(UnavailableError):
            await self._soon(lambda centre: centre.release(name), PARTING_S)

    async def claim(self, row: OutreachRow, lease: str) -> bool:
        """See `Claims`."""
        if self.centre is None:
            raise UnavailableError("central_away", where="")
        return await self.centre.claim(row, lease)

    # --- `SharedSecretStore`

    async def read_secret(self, name: str, known: int) -> SharedSecret | None:
        """See `SharedSecretStore`."""
        return await self._soon(lambda centre: centre.read_secret(name, known))

    async def begin_renewal(self, name: str, gen: int) -> bool:
        """See `SharedSecretStore`."""
        return await self._soon(lambda centre: centre.begin_renewal(name, gen))

    async def keep_secret(self, name: str, before: int, gen: int, body: bytes) -> bool:
        """See `SharedSecretStore`."""
        return await self._soon(lambda centre: centre.keep_secret(name, before, gen, body))

    # --- `ContactNumbers`

    async def tell_number(self, contact_id: UUID, number: str) -> str:
        """See `ContactNumbers`."""
        try:
            return await self._soon(lambda centre: centre.tell_number(contact_id)) or number
        except UnavailableError as error:
            log.info("a number was given without the centre: %s", error.code)
            return number

    async def told_numbers(self, contact_ids: Sequence[UUID]) -> dict[UUID, str]:
        """See `ContactNumbers`."""
        try:
            return await self._soon(lambda centre: centre.told_numbers(contact_ids))
        except UnavailableError:
            return {}

    async def _soon[T](
        self, question: Callable[[GatewayCentre], Awaitable[T]], within_s: float = PATIENCE_S
    ) -> T:
        """Ask the centre; one that does not answer in time counts as away."""
        if self.centre is None:
            raise UnavailableError("central_away", where="")
        try:
            async with asyncio.timeout(within_s):
                return await question(self.centre)
        except TimeoutError as error:
            raise UnavailableError("central_away", where="") from error


async def watch_gateways(
    centre: GatewayCentre, publish: Callable[[object], None], look_s: float = LOOK_S
) -> None:
    """Report for ever, at this seat, when a channel has no gateway any more.

    An unreachable centre is reported elsewhere.
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
