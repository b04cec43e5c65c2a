"""The step that the person at this seat just did and may take back, for as long as he may."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.codec import kind_of
from console.domain.commands import StepBack
from console.domain.live import PersonChanged, RequestsChanged, StepTaken
from console.domain.step_back import WINDOW
from console.services import wording
from console.ui import formats, words
from console.ui.presenters.steps import run_step

if TYPE_CHECKING:
    from console.services.desk import Desk


class UndoPresenter(QObject):
    """Follows the bus; the window's timer tells it the time.

    Signals:
        changed: another step, less time, or none.
        told: how it went, a sentence.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Listen until `close`."""
        super().__init__(parent)
        self._desk = desk
        self._step: StepTaken | None = None
        self.left_s = 0
        self._ends = (
            desk.bus.subscribe(StepTaken, self._on_step),
            desk.bus.subscribe(RequestsChanged, self._on_changed),
            desk.bus.subscribe(PersonChanged, lambda _e: self._forget()),
        )

    @property
    def what(self) -> str:
        """The step in words: `Chuyển đơn vị 26 001 00303 7`; "" for none."""
        if self._step is None:
            return ""
        return f"{self.step_word} {formats.request_number(self._step.number)}"

    @property
    def step_word(self) -> str:
        """The step alone: `Chuyển đơn vị`."""
        fact = self._step.event.fact if self._step is not None else None
        return wording.event_name(kind_of(fact), words.lang()) if fact is not None else ""

    def tick(self, now: datetime) -> None:
        """A second went by."""
        if self._step is None:
            return
        left = (self._step.event.at + WINDOW - now).total_seconds()
        if left <= 0:
            self._forget()
        elif (whole := min(int(left) + 1, int(WINDOW.total_seconds()))) != self.left_s:
            self.left_s = whole
            self.changed.emit()

    def undo(self) -> None:
        """Take it back."""
        step, what = self._step, self.what
        if step is None:
            self.told.emit(self.tr("Không có bước nào để hoàn tác."))
            return
        self._forget()
        command = StepBack(
            request_id=step.event.request_id,
            event_id=step.event.id,
            reason=self.tr("bấm nhầm, hoàn tác ngay"),
        )
        run_step(
            self._desk,
            command,
            done=lambda: self.told.emit(self.tr("Đã hoàn tác: {0}.").format(what)),
            refused=self.told.emit,
        )

    def close(self) -> None:
        """Hear no more."""
        for end in self._ends:
            end()

    def _on_step(self, step: StepTaken) -> None:
        if step.event.actor == self._desk.actor.user:
            self._step, self.left_s = step, 0
            self.tick(self._desk.clock())

    def _on_changed(self, changed: RequestsChanged) -> None:
        """Something else came after it on the same request; a step of ours is told right after."""
        if self._step is not None and self._step.event.request_id in changed.ids:
            self._forget()

    def _forget(self) -> None:
        if self._step is not None:
            self._step, self.left_s = None, 0
            self.changed.emit()
