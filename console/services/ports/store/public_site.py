"""What the public site asks of the store: part of `Queries`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.services.views.public_site import SiteRow


class SiteQuestions(Protocol):
    """Part of `Queries`."""

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
        """Requests of these services closed in that time that nobody published or unpublished."""

    def published_one(self, number: str) -> SiteRow | None:
        """One, by its eleven digits; None when it is not published."""
