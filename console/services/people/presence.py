"""Who else has a request open. A hint, never a lock: a lock that expires loses typed text.

The window announces the request in front and asks who else has it open. With a centre the answer
comes from its table `presence`; in the embedded mode there is nobody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from console.domain.actors import Actor

FADES_AFTER = timedelta(seconds=60)
"""A viewer without a new announcement counts as gone; the console may have died."""
ANNOUNCE_EVERY = timedelta(seconds=20)
"""Often enough that one lost announcement does not matter."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who has a request open at another console."""

    name: str
    workstation: str
    seen_at: datetime


class Presence(Protocol):
    """The port. No method raises for a lost link: without the centre, no viewers are known."""

    async def announce(self, request_id: UUID, actor: Actor) -> None:
        """This console has it open now; valid for `FADES_AFTER`."""

    async def leave(self, request_id: UUID, actor: Actor) -> None:
        """This console no longer has it open."""

    async def others(self, request_id: UUID, actor: Actor) -> tuple[Viewer, ...]:
        """Who has it open elsewhere, by name."""


class NoPresence:
    """`Presence` of the embedded mode: one seat, one person."""

    async def announce(self, request_id: UUID, actor: Actor) -> None:
        """Nobody listens."""

    async def leave(self, request_id: UUID, actor: Actor) -> None:
        """Nobody listens."""

    async def others(self, request_id: UUID, actor: Actor) -> tuple[Viewer, ...]:  # noqa: ARG002
        """Nobody."""
        return ()


def fresh(viewers: tuple[Viewer, ...], now: datetime) -> tuple[Viewer, ...]:
    """The viewers whose last announcement is recent enough, by name."""
    seen = (v for v in viewers if now - v.seen_at <= FADES_AFTER)
    return tuple(sorted(seen, key=lambda v: (v.name, v.workstation)))
