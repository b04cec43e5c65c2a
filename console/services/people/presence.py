"""Who else has a request open: a courtesy, never a lock, because a lock that expires eats text.

The window announces what is open in front and asks who else has it. With a centre the answer comes
from its table `presence`; in the embedded mode there is nobody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from console.domain.actors import Actor

FADES_AFTER = timedelta(seconds=60)
"""Without a new announcement a viewer counts as gone: his console may have died."""
ANNOUNCE_EVERY = timedelta(seconds=20)
"""So that one lost announcement does not make him go."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who has a request open at another console."""

    name: str
    workstation: str
    seen_at: datetime


class Presence(Protocol):
    """The port; each method returns at once or within the call, and never raises for a lost link:
    without the centre nobody is known to look.
    """

    async def announce(self, request_id: UUID, actor: Actor) -> None:
        """This console has it open now; good for `FADES_AFTER`."""

    async def leave(self, request_id: UUID, actor: Actor) -> None:
        """This console has it open no more."""

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
    """Those who announced themselves lately enough to count, by name."""
    seen = (v for v in viewers if now - v.seen_at <= FADES_AFTER)
    return tuple(sorted(seen, key=lambda v: (v.name, v.workstation)))
