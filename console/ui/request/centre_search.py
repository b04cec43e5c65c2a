"""Searches the centre for what this seat no longer keeps; starts when typing pauses, and says when
the centre does not answer.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.errors import ConsoleError, UnavailableError
from console.domain.states import Role
from console.domain.text.cleaning import clean_line
from console.domain.text.phone import normalise
from console.services.views.requests import RequestRow
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence
from console.ui.text.numbers import typed_number

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.central.older_history import OlderHistory

_RESTS_MS = 350
_SHORTEST = 3
_MOST = 50
_SHORTEST_NUMBER = 9


class CentreSearch(QObject):
    """Searches for one text at a time; a seat without a centre finds nothing.

    Signals:
        changed: `rows` and `note` are new.

    Attributes:
        rows: found at the centre, newest first.
        note: a sentence about them, or "".
        asking: a search is running or waits for a pause in typing.
        away: the centre did not answer.
    """

    changed = Signal()

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Start without a search."""
        super().__init__(parent)
        self._desk = desk
        self._text = ""
        self.rows: tuple[RequestRow, ...] = ()
        self.note = ""
        self.asking = self.away = False
        self._rests = QTimer(self)
        self._rests.setSingleShot(True)
        self._rests.setInterval(_RESTS_MS)
        self._rests.timeout.connect(self.now)

    def look_for(self, text: str) -> None:
        """Search for this when typing pauses; results for another text are removed at once."""
        text = clean_line(text, 300).strip()
        if text == self._text:
            return
        self._text = text
        self._rests.stop()
        self._show((), "")
        if self._desk.older is not None and len(text) >= _SHORTEST and not _is_wrong(text):
            self._show((), self.tr("Đang tìm ở trung tâm…"), asking=True)
            self._rests.start()

    def now(self) -> None:
        """Search now, without waiting for more keys."""
        self._rests.stop()
        if self._desk.older is not None and self._text:
            spawn(self._ask(self._desk.older, self._text), self._failed)

    def stop(self) -> None:
        """Stop searching."""
        self._rests.stop()
        self._text = ""

    async def _ask(self, older: "OlderHistory", text: str) -> None:
        try:
            rows = await self._found(older, text)
        except ConsoleError as error:
            if text == self._text:
                self._failed(error)
            return
        if text != self._text:
            return
        if rows:
            self._show(rows, self.tr("Ở trung tâm: {0} phản ánh").format(len(rows)))
        else:
            self._show((), self.tr("Trung tâm không có phản ánh nào khớp."))

    async def _found(self, older: "OlderHistory", text: str) -> tuple[RequestRow, ...]:
        """Search by number, by caller (for those who may), or by words."""
        if (number := typed_number(text)) is not None:
            one = await older.find_number(number.digits)
            return () if one is None else (one,)
        phone = normalise(text)
        asks = self._desk.actor.role in (Role.OPERATOR, Role.SUPERVISOR)
        if asks and phone is not None and len(phone) >= _SHORTEST_NUMBER:
            return (await older.find_caller(phone))[:_MOST]
        return await older.search(text, _MOST)

    def _failed(self, error: ConsoleError) -> None:
        if isinstance(error, UnavailableError) and error.code == "central_away":
            said = self.tr("Không hỏi được trung tâm: chỉ tìm trong máy này (đang mở và 90 ngày).")
            self._show((), said, away=True)
        else:
            self._show((), sentence(error), away=True)

    def _show(
        self,
        rows: tuple[RequestRow, ...],
        note: str,
        *,
        asking: bool = False,
        away: bool = False,
    ) -> None:
        self.asking = asking
        if (rows, note, away) != (self.rows, self.note, self.away):
            self.rows, self.note, self.away = rows, note, away
            self.changed.emit()


def _is_wrong(text: str) -> bool:
    number = typed_number(text)
    return number is not None and not number.digits
