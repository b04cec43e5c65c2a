"""Data of the training: who calls, what the caller says, how the form was scored."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain.live_events import CallEvent, RequestsChanged
from console.domain.text import phone
from console.services.supervision.training import Scenario, Score, ScoreBook, judge, scenarios
from console.ui.runtime.tasks import spawn

if TYPE_CHECKING:
    from console.services.desk import Desk


class TrainingPresenter(QObject):
    """Follows the simulated line and the store of the training profile.

    Signals:
        changed: a new caller, a new text or a new score.

    Attributes:
        caller: the scenario of the current or last call; None before the first.
        told: the call was answered, so the caller's words may be read.
        scores: scores of everybody who trained here, oldest first.
    """

    changed = Signal()

    def __init__(self, desk: "Desk", book: ScoreBook, parent: QObject | None = None) -> None:
        """Listen until `close`."""
        super().__init__(parent)
        self._desk, self._book = desk, book
        self._by_number = {each.number: each for each in scenarios()}
        self._rang: dict[str, datetime] = {}
        self._judged: set[UUID] = set()
        self.caller: Scenario | None = None
        self.told = False
        self.scores: tuple[Score, ...] = book.all()
        self.last: Score | None = None
        self._ends = (
            desk.bus.subscribe(CallEvent, self._on_call),
            desk.bus.subscribe(RequestsChanged, self._on_requests),
        )

    def close(self) -> None:
        """Unsubscribe."""
        for end in self._ends:
            end()

    def title(self, scenario_id: str) -> str:
        """The title of a scenario."""
        return next((each.title for each in scenarios() if each.id == scenario_id), scenario_id)

    def _on_call(self, event: CallEvent) -> None:
        found = self._by_number.get(phone.normalise(event.peer_number) or "")
        if found is None:
            return
        if event.kind in ("offered", "ringing") and found.number not in self._rang:
            self._rang[found.number] = event.at
            self.caller, self.told = found, False
        elif event.kind == "answered":
            self.caller, self.told = found, True
        elif event.kind in ("missed", "abandoned"):
            self._rang.pop(found.number, None)
            self.told = False
        self.changed.emit()

    def _on_requests(self, changed: RequestsChanged) -> None:
        new = changed.ids - self._judged
        if new and self._rang:
            spawn(self._judge(new))

    async def _judge(self, ids: frozenset[UUID]) -> None:
        for request_id in ids:
            detail = await self._desk.ask(lambda q, key=request_id: q.detail(key))  # type: ignore[misc]
            if detail is None or request_id in self._judged:
                continue
            numbers = {reporter.phone for reporter in detail.request.reporters}
            number = next((each for each in self._rang if each in numbers), None)
            if number is None:
                continue
            self._judged.add(request_id)
            seconds = (self._desk.clock() - self._rang.pop(number)).total_seconds()
            found = self._by_number[number]
            score = judge(found, detail.request, seconds, self._desk.actor.user)
            await asyncio.to_thread(self._book.keep, score)
            self.scores, self.last = (*self.scores, score), score
            self.changed.emit()
