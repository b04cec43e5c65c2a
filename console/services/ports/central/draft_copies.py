"""Half-typed forms of seats that died, over the centre: this seat's own go there as copies, a
supervisor sees whose were left and takes one over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.services.views.contacts import DraftRow


@dataclass(frozen=True, slots=True)
class AbandonedDraft:
    """A form at a seat that is gone: whose, where, since when; not what it says."""

    id: UUID
    operator: str
    workstation: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TakenOverDraft:
    """One of our forms that a supervisor took over while this seat was away."""

    id: UUID
    by: str
    at: datetime


class CentralDrafts(Protocol):
    """The centre's side; each method may raise `UnavailableError` (`central_away`, and
    `central_denied` for a role that may not).
    """

    def keep_drafts(
        self, rows: Sequence[DraftRow], gone: Sequence[UUID]
    ) -> tuple[TakenOverDraft, ...]:
        """Copies of what is typed here; what is typed here no more goes.

        Returns:
            Those of this seat that somebody took over.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def left_drafts(self) -> tuple[AbandonedDraft, ...]:
        """Of seats that were not heard of for ten minutes, for a supervisor."""


class DraftStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def begin(self) -> None:
        """Another connection: everything goes out again."""

    def to_keep(self, limit: int) -> tuple[tuple[DraftRow, ...], tuple[UUID, ...]]:
        """What changed since it went out, and what is here no more."""

    def kept(self, rows: Sequence[DraftRow], gone: Sequence[UUID]) -> None:
        """The centre has these now, and those no more."""

    def left(self, found: Sequence[AbandonedDraft]) -> bool:
        """What other seats left, as of now; whether that is news."""


class DraftTakeover(Protocol):
    """What a supervisor at the window takes over."""

    async def take_draft(self, draft_id: UUID) -> dict[str, object] | None:
        """What the form says; a line of the centre's audit. None when it is there no more.

        Raises:
            UnavailableError: `central_away`, `central_denied`.
        """
