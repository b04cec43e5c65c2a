"""What notices need of the store: parts of `ports.Queries` and `ports.UnitOfWork`."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.notices import Notice


class NoticeQuestions(Protocol):
    """Part of `ports.Queries`."""

    def notices(self, now: datetime) -> tuple[Notice, ...]:
        """Those that are not over, the next to end first."""

    def past_notices(self, now: datetime, limit: int = 200) -> tuple[Notice, ...]:
        """Those that are over, the last one first."""

    def notice_events(self, notice_id: UUID) -> tuple[tuple[datetime, str, str], ...]:
        """(when, who, kind) of each step of a notice, oldest first."""


class NoticeWork(Protocol):
    """Part of `ports.UnitOfWork`."""

    def notice(self, notice_id: UUID) -> Notice | None:
        """The notice, or None."""
