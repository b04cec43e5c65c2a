"""What the supervisor's page asks of the store: part of `Queries`."""

from datetime import datetime
from typing import Protocol

from console.services.views.supervision import WatchRow


class WatchQuestions(Protocol):
    """Counts and rows of what needs somebody, by `KINDS`."""

    def watch_counts(self, now: datetime) -> dict[str, int]:
        """How many of each kind there are."""

    def watch_rows(self, kind: str, now: datetime, limit: int = 200) -> tuple[WatchRow, ...]:
        """Those of one kind, the most pressing first."""
