"""What orders and shifts need of the store: parts of `Queries` and `UnitOfWork`."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from console.domain.desk.pause_orders import PauseOrder
from console.domain.desk.shifts import Shift


class DeskEventQuestions(Protocol):
    """Part of `Queries`."""

    def pause_orders(self) -> tuple[PauseOrder, ...]:
        """Every order that stops clocks, in the order given."""

    def shift(self, shift_id: UUID) -> Shift:
        """Who works in a shift and what it handed over."""

    def unpaused(
        self, order: PauseOrder, services: Sequence[str], limit: int = 200
    ) -> tuple[tuple[UUID, str], ...]:
        """(request, agency) of open assignments that the order covers but was not applied to.

        Args:
            services: that it covers, groups resolved; empty = all.
        """

    def events_known(self, ids: tuple[UUID, ...]) -> frozenset[UUID]:
        """Which of these events are stored."""


class DeskEventWork(Protocol):
    """Part of `UnitOfWork`."""

    def shift(self, shift_id: UUID) -> Shift:
        """Who works in a shift and what it handed over."""
