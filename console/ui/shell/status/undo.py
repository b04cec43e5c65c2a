"""The last step of the person at this seat, while it can be undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from console.domain.live_events import PersonChanged, RequestsChanged, StepTaken
from console.domain.requests.codec import kind_of
from console.domain.requests.commands import Command, StepBack
from console.domain.requests.decide.undo import WINDOW
from console.services.wording import sentences as wording
from console.ui.runtime.commands import run_step
from console.ui.text import formats, words

if TYPE_CHECKING:
    from console.services.desk import Desk


@dataclass(frozen=True, slots=True)
class _Offer:
    """A step and the command that undoes it; `request_id` is None for a step on a message."""

    word: str
    what: str
    command: Command
    at: datetime
    request_id: UUID | None = None


class UndoPresenter(QObject):
    """Listens to the bus; the window's timer calls `tick`.

    Signals:
        changed: another step, less time, or no step.
        announced: a sentence that says why it was refused.
        done: a sentence that says that it was undone.
        undone: a step was undone; its subject, such as a request's number.
    """

    changed = Signal()
    announced = Signal(str)
    done = Signal(str)
    undone = Signal(str)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Listen until `close`."""
        super().__init__(parent)
        self._desk = desk
        self._offer: _Offer | None = None
        self.left_s = 0
        self._ends = (
            desk.bus.subscribe(StepTaken, self._on_step),
            desk.bus.subscribe(RequestsChanged, self._on_changed),
            desk.bus.subscribe(PersonChanged, lambda _e: self._forget()),
        )

    @property
    def what(self) -> str:
        """The step in words: `Chuyển đơn vị 26 001 00303 7`; "" for none."""
        return f"{self._offer.word} {self._offer.what}" if self._offer is not None else ""

    @property
    def step_word(self) -> str:
        """The step alone: `Chuyển đơn vị`."""
        return self._offer.word if self._offer is not None else ""

    def offer(self, word: str, what: str, command: Command) -> None:
        """Offer to undo a step on a message with this command.

        Args:
            word: the step alone.
            what: whose message.
        """
        self._put(_Offer(word, what, command, self._desk.clock()))

    def tick(self, now: datetime) -> None:
        """Count down; called once a second."""
        if self._offer is None:
            return
        left = (self._offer.at + WINDOW - now).total_seconds()
        if left <= 0:
            self._forget()
        elif (whole := min(int(left) + 1, int(WINDOW.total_seconds()))) != self.left_s:
            self.left_s = whole
            self.changed.emit()

    def undo(self) -> None:
        """Take it back."""
        offer, what = self._offer, self.what
        if offer is None:
            self.announced.emit(self.tr("Không có bước nào để hoàn tác."))
            return
        self._forget()

        def done() -> None:
            self.done.emit(self.tr("Đã hoàn tác: {0}.").format(what))
            self.undone.emit(offer.what)

        run_step(self._desk, offer.command, done=done, refused=self.announced.emit)

    def close(self) -> None:
        """Hear no more."""
        for end in self._ends:
            end()

    def _on_step(self, step: StepTaken) -> None:
        event = step.event
        if event.actor != self._desk.actor.user:
            return
        command = StepBack(
            request_id=event.request_id,
            event_id=event.id,
            reason=self.tr("bấm nhầm, hoàn tác ngay"),
        )
        word = wording.event_name(kind_of(event.fact), words.lang())
        what = formats.request_number(step.number)
        self._put(_Offer(word, what, command, event.at, event.request_id))

    def _put(self, offer: _Offer) -> None:
        self._offer, self.left_s = offer, 0
        self.tick(self._desk.clock())

    def _on_changed(self, changed: RequestsChanged) -> None:
        """Drop the offer: another change followed on the same request. Our own step is offered
        right after.
        """
        if self._offer is not None and self._offer.request_id in changed.ids:
            self._forget()

    def _forget(self) -> None:
        if self._offer is not None:
            self._offer, self.left_s = None, 0
            self.changed.emit()
