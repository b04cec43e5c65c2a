"""Finds likely duplicates of the form while it is being typed."""

from PySide6.QtCore import QObject, QTimer, Signal

from console.services.desk import Desk
from console.services.views.requests import DuplicateQuestion, DuplicateRow
from console.ui.runtime.tasks import spawn

QUIET_MS = 150


class DuplicatesPresenter(QObject):
    """Searches 150 ms after the last change; a late answer to an older search is dropped.

    Attributes:
        found: the rows (`tuple[DuplicateRow, ...]`), best first; empty without a search.
    """

    found = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        """Search for nothing."""
        super().__init__(parent)
        self._desk = desk
        self._question: DuplicateQuestion | None = None
        self._asked = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._on_quiet)

    def ask(self, question: DuplicateQuestion | None) -> None:
        """Search for this from now on."""
        if question == self._question:
            return
        self._question = question
        self._asked += 1
        if question is None:
            self._timer.stop()
            self.found.emit(())
        else:
            self._timer.start()

    def again(self) -> None:
        """Repeat the search, because requests changed."""
        if self._question is not None:
            self._asked += 1
            self._timer.start()

    def _on_quiet(self) -> None:
        if self._question is not None:
            spawn(self._look(self._question, self._asked))

    async def _look(self, question: DuplicateQuestion, asked: int) -> None:
        now = self._desk.clock()
        rows: tuple[DuplicateRow, ...] = await self._desk.ask(
            lambda q: q.possible_duplicates(question, now)
        )
        if asked == self._asked:
            self.found.emit(rows)
