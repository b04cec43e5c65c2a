"""What quality needs of the store: parts of `Queries` and `UnitOfWork`."""

from typing import Protocol
from uuid import UUID

from console.domain.reports.figures import Period
from console.domain.reports.quality import CallCandidate
from console.services.views.quality import (
    CallScore,
    Holding,
    NotFixed,
    OperatorCalls,
    RepeatCaller,
    SampledCall,
)


class QualityQueries(Protocol):
    """Reading quality figures; a period is judged at its cut."""

    def heard_calls(self, period: Period) -> tuple[CallCandidate, ...]:
        """Answered calls to the hotline that are over."""

    def sampled_calls(self, calls: tuple[CallCandidate, ...]) -> tuple[SampledCall, ...]:
        """These calls with their latest score."""

    def operator_calls(self, period: Period) -> dict[str, OperatorCalls]:
        """By operator: answered calls, and callers who called again within seven days."""

    def repeat_callers(self, period: Period, limit: int = 200) -> tuple[RepeatCaller, ...]:
        """Callers who called again within seven days, most often first."""

    def requests_of_phone(self, phone: str) -> tuple[UUID, ...]:
        """The requests of a number, newest first."""

    def not_fixed(self, period: Period) -> tuple[NotFixed, ...]:
        """Requests closed in the period that were not fixed after all, newest first."""

    def holding(self, period: Period) -> dict[str, Holding]:
        """By holder (switchboard, callback, an agency): how long it held cases of the period."""


class QualityWork(Protocol):
    """Writing scores."""

    def save_score(self, score: CallScore) -> None:
        """Store a listener's score; it is never changed."""
