"""The question for likely duplicates: candidates by index and box here, judged by the domain."""

from datetime import datetime

from console.services.views import DuplicateQuestion, DuplicateRow
from console.store.reading import Reading


class DuplicateQueries(Reading):
    """`possible_duplicates` of `ports.Queries`."""

    def possible_duplicates(
        self, question: DuplicateQuestion, now: datetime, limit: int = 10
    ) -> tuple[DuplicateRow, ...]:
        """Likely duplicates, best first."""
        return ()
