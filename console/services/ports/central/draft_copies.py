"""Copies of drafts at the centre, in case a seat fails.

This seat sends copies of its drafts. A supervisor sees the drafts of failed seats and takes them
over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.services.views.contacts import DraftRow


@dataclass(frozen=True, slots=True)
class AbandonedDraft:
    """A draft at a failed seat: whose, where, since when; without its content."""

    id: UUID
    operator: str
    workstation: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TakenOverDraft:
    """One of our drafts that a supervisor took over while this seat was away."""

    id: UUID
    by: str
    at: datetime


class CentralDrafts(Protocol):
    """The centre's side.

    Each method may raise `UnavailableError`: `central_away`, or `central_denied` for a role
    that may not.
    """

    def keep_drafts(
        self, rows: Sequence[DraftRow], gone: Sequence[UUID]
    ) -> tuple[TakenOverDraft, ...]:
        """Store copies of this seat's drafts; delete those that are gone here.

        Returns:
            Drafts of this seat that somebody took over.

        Raises:
            EventRefusedError: one of them cannot be stored.
        """

    def left_drafts(self) -> tuple[AbandonedDraft, ...]:
        """Drafts of seats that were silent for ten minutes, for a supervisor."""


class DraftStore(Protocol):
    """The seat's side; each method is one transaction and returns after the commit."""

    def begin(self) -> None:
        """A new connection: send everything again."""

    def to_keep(self, limit: int) -> tuple[tuple[DraftRow, ...], tuple[UUID, ...]]:
        """Drafts changed since they were sent, and drafts that are gone."""

    def kept(self, rows: Sequence[DraftRow], gone: Sequence[UUID]) -> None:
        """Mark these as stored at the centre, and those as deleted."""

    def left(self, found: Sequence[AbandonedDraft]) -> bool:
        """Store the drafts that other seats left; returns whether they changed."""


class DraftTakeover(Protocol):
    """Lets a supervisor take over drafts in the window."""

    async def take_draft(self, draft_id: UUID) -> dict[str, object] | None:
        """The content of the draft, with a line of the centre's audit; None when it is gone.

        Raises:
            UnavailableError: `central_away`, `central_denied`.
        """
