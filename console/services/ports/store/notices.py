"""What notices need of the store: parts of `Queries` and `UnitOfWork`."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.desk.notices import Notice


class NoticeQuestions(Protocol):
    """Part of `Queries`."""

    def notices(self, now: datetime, agency: str | None = None) -> tuple[Notice, ...]:
        """Notices that are not over at `now`, the next to end first.

        Args:
            agency: only those that concern it, as it may read them.
        """

    def past_notices(
        self, now: datetime, limit: int = 200, agency: str | None = None
    ) -> tuple[Notice, ...]:
        """Notices that are over, the latest first; `agency` as in `notices`."""


class NoticeWork(Protocol):
    """Part of `UnitOfWork`."""

    def notice(self, notice_id: UUID) -> Notice | None:
        """The notice, or None."""
