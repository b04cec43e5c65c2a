"""What escalation needs of the store: parts of `Queries` and `UnitOfWork`."""

from datetime import datetime
from typing import Protocol

from console.domain.clocks.escalation import Warned


class WarningQuestions(Protocol):
    """Part of `Queries`."""

    def warnings_due(self, now: datetime, limit: int = 500) -> tuple[Warned, ...]:
        """The latest threshold that each clock passed recently without a warning."""

    def warnings_standing(self, now: datetime, limit: int = 2000) -> tuple[Warned, ...]:
        """The latest threshold that each clock passed recently, with or without a warning."""


class WarningWork(Protocol):
    """Part of `UnitOfWork`."""

    def note_warning(self, warned: Warned, at: datetime) -> bool:
        """Record this warning; False when it was given before."""
