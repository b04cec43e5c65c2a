"""A caller's history: earlier requests and contacts, open ones first."""

from PySide6.QtCore import QObject, Signal

from console.services.desk import Desk
from console.services.views.calls import CallerCard
from console.ui.runtime.tasks import spawn


class CallerPresenter(QObject):
    """Follows one number at a time.

    Attributes:
        found: a `CallerCard`, or None as soon as another number is looked up: the old caller's
            history is never shown with the new number.
    """

    found = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        """Follow nobody."""
        super().__init__(parent)
        self._desk = desk
        self._phone: str | None = None
        self._asked = 0

    @property
    def phone(self) -> str | None:
        """The number that is followed, E.164."""
        return self._phone

    def look_up(self, phone: str | None) -> None:
        """Follow this number (E.164); no effect if it is already followed."""
        if phone == self._phone:
            return
        self._phone = phone
        self._asked += 1
        self.found.emit(None)
        self.again()

    def again(self) -> None:
        """Load again, because requests changed."""
        if self._phone is not None:
            self._asked += 1
            spawn(self._ask(self._phone, self._asked))

    async def _ask(self, phone: str, asked: int) -> None:
        card: CallerCard = await self._desk.ask(lambda q: q.caller(phone))
        if asked == self._asked:
            self.found.emit(card)
