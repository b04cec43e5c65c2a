"""What the supervisor's page asks of the store: part of `Queries`."""

from datetime import datetime
from typing import Protocol

from console.services.views.supervision import WatchRow


class WatchQuestions(Protocol):
    """Counts and rows of what needs attention, by `KINDS`."""

    def watch_counts(self, now: datetime) -> dict[str, int]:
        """The count of each kind."""

    def watch_rows(self, kind: str, now: datetime, limit: int = 200) -> tuple[WatchRow, ...]:
        """The rows of one kind, the most urgent first."""
