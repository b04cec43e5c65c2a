"""What the public site shows: published words only, nothing of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.states import State


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A published request.

    Attributes:
        text, result, photos, lat, long: as they were published, not as they stand inside.
    """

    number: str
    state: State
    service_code: str
    text: str
    result: str | None
    photos: tuple[str, ...]
    lat: float | None
    long: float | None
    ward_code: str | None
    agency: str | None
    requested_at: datetime
    updated_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class SiteQuestions(Protocol):
    """Part of `ports.Queries`."""

    def published(
        self,
        *,
        services: Sequence[str] = (),
        is_open: bool | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[SiteRow, ...]:
        """Published requests, newest first."""

    def publishable(
        self, services: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> tuple[UUID, ...]:
        """Requests of these services closed in that time that nobody published or took off."""

    def published_one(self, number: str) -> SiteRow | None:
        """One, by its eleven digits; None when it is not published."""
