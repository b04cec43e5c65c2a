"""What notices need of the store: parts of `Queries` and `UnitOfWork`."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from console.domain.desk.notices import Notice


class NoticeQuestions(Protocol):
    """Part of `Queries`."""

    def notices(self, now: datetime, agency: str | None = None) -> tuple[Notice, ...]:
        """Those that are not over, the next to end first.

        Args:
            now: what is over then.
            agency: only those that concern it, as it reads them.
        """

    def past_notices(
        self, now: datetime, limit: int = 200, agency: str | None = None
    ) -> tuple[Notice, ...]:
        """Those that are over, the last one first; `agency` as `notices` has it."""


class NoticeWork(Protocol):
    """Part of `UnitOfWork`."""

    def notice(self, notice_id: UUID) -> Notice | None:
        """The notice, or None."""
