"""What escalation needs of the store: parts of `Queries` and `UnitOfWork`."""

from datetime import datetime
from typing import Protocol

from console.domain.clocks.escalation import Warned


class WarningQuestions(Protocol):
    """Part of `Queries`."""

    def warnings_due(self, now: datetime, limit: int = 500) -> tuple[Warned, ...]:
        """The newest threshold of each clock that passed lately and was not warned of."""

    def warnings_standing(self, now: datetime, limit: int = 2000) -> tuple[Warned, ...]:
        """The newest threshold of each clock that passed lately, warned of or not."""


class WarningWork(Protocol):
    """Part of `UnitOfWork`."""

    def note_warning(self, warned: Warned, at: datetime) -> bool:
        """Write down that this warning is given; False when it was before."""
