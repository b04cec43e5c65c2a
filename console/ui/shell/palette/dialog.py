"""Ctrl+K: finds a command, a request, a service, an agency or a setting by a few letters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from console.domain.text.cleaning import clean_line
from console.domain.text.folding import fold
from console.services.views.requests import RequestFilter, RequestRow
from console.services.wording import sentences as wording
from console.ui import actions
from console.ui.request.centre_search import CentreSearch
from console.ui.runtime.coalescing import Coalesced
from console.ui.text import formats, words
from console.ui.text.numbers import typed_number
from console.ui.theme import themes
from console.ui.widgets.dialogs.base import HouseDialog

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.ports.store.queries import Queries

_DATA = Qt.ItemDataRole.UserRole
_MOST = 30
_MOST_OFFERS = 8
_TYPING_MS = 80


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the list.

    Attributes:
        text: as shown.
        names: folded names in which the typed words are searched.
        act: called when it is chosen.
    """

    text: str
    names: str
    act: Callable[[], None]

    def meets(self, wanted: Iterable[str]) -> bool:
        """Whether its names contain every folded word."""
        return all(word in self.names for word in wanted)


class PaletteDialog(HouseDialog):
    """Lists commands, services, agencies and settings at once, then requests from the store, then
    what only the centre has.

    Signals:
        request_chosen: the id of a request.
    """

    request_chosen = Signal(object)

    def __init__(
        self,
        desk: "Desk",
        commands: tuple[QAction, ...],
        parent: QWidget | None = None,
        *,
        offers: Iterable[Offer] = (),
    ) -> None:
        """Offer these commands and other named targets."""
        super().__init__(self.tr("Tìm lệnh, phản ánh"), parent)
        self._desk, self._commands = desk, commands
        self._offers = tuple(offers)
        self._typed = QLineEdit()
        self._typed.setAccessibleName(self.tr("Tìm"))
        self._typed.setPlaceholderText(self.tr("Lệnh, mã phản ánh, địa chỉ…"))
        self._typed.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Kết quả tìm"))
        self.body.addWidget(self._typed)
        self.body.addWidget(self._list, 1)
        self._rows: tuple[RequestRow, ...] = ()
        self._loaded = ""
        self._preedit = ""
        self._search = Coalesced(self._load, every_ms=_TYPING_MS, parent=self)
        self.older = CentreSearch(desk, self)
        self.older.changed.connect(self._fill)
        self.finished.connect(lambda _code: self.older.stop())
        self._typed.textChanged.connect(lambda _text: self._on_typed())
        self._typed.returnPressed.connect(self._choose)
        self._list.itemActivated.connect(lambda _item: self._choose())
        self.resize(560, 420)
        self._fill()
        self._typed.setFocus()

    @property
    def query(self) -> str:
        """The search text, including a word in preedit."""
        return clean_line(self._typed.text() + self._preedit)

    @property
    def offers(self) -> tuple[str, ...]:
        """The offers listed now."""
        return tuple(self._list.item(n).text() for n in range(self._list.count()))

    def _on_typed(self) -> None:
        self._rows = ()
        self._fill()
        if len(self.query) >= 2:
            self._search.wish()
        self.older.look_for(self.query)

    async def _load(self) -> None:
        query = self.query
        found = await self._desk.ask(lambda q: self._find(q, query))
        try:
            if query == self.query:
                self._rows, self._loaded = found, query
                self._fill()
        except RuntimeError:
            # Closed before the answer came.
            return

    def _find(self, q: "Queries", query: str) -> tuple[RequestRow, ...]:
        """Runs on a reader thread. An officer finds only requests of the own agency, and not by a
        citizen's name.
        """
        number, agency = typed_number(query), self._desk.actor.agency
        texts = number.near if number is not None and not number.digits else (query,)
        which = (RequestFilter(agency=agency, query=text, limit=_MOST) for text in texts)
        now = self._desk.clock()
        if agency is not None:
            return tuple(row for each in which for row in q.requests(each, now))
        return tuple(row for text in texts for row in q.search(text, _MOST))

    def _say_number(self) -> None:
        """Say that a digit is wrong, with likely corrections, or that no request has this
        number.
        """
        number = typed_number(self.query)
        if number is None:
            return
        if number.problem:
            self._add(number.problem, None)
            if self._rows:
                self._add(self.tr("Có thể là:"), None)
        elif self._loaded == self.query and not (
            self._rows or self.older.rows or self.older.asking
        ):
            said = wording.sentence("unknown_number", {"number": number.digits}, words.lang())
            self._add(said, None)

    def _fill(self) -> None:
        wanted = fold(self.query).split()
        self._list.clear()
        for action in self._commands:
            if all(word in fold(action.text()) for word in wanted):
                self._add(f"{action.text()}   {actions.key(action.objectName())}", action)
        if len(self.query) > 1:
            found = (offer for offer in self._offers if offer.meets(wanted))
            for offer in islice(found, _MOST_OFFERS):
                self._add(offer.text, offer)
        self._say_number()
        for row in self._rows:
            self._add(self._line(row), row.id)
        self._fill_older()
        chosen = (n for n in range(self._list.count()) if self._list.item(n).data(_DATA))
        self._list.setCurrentRow(next(chosen, -1))

    def _fill_older(self) -> None:
        """Add what only the centre has, or that it cannot be reached."""
        here = {row.id for row in self._rows}
        more = [row for row in self.older.rows if row.id not in here]
        if more or (self.older.note and not self.older.rows):
            self._add(self.older.note, None, tone="warn" if self.older.away else "muted")
        for row in more:
            self._add(self._line(row), row.id)

    def _line(self, row: RequestRow) -> str:
        service = self._desk.catalogue.services.get(row.service_code)
        parts = [
            formats.request_number(row.number),
            service.name if service else row.service_code,
            row.address_string or "",
            words.state(row.state),
        ]
        return " · ".join(p for p in parts if p)

    def _add(self, text: str, data: object, *, tone: themes.Tone = "warn") -> None:
        item = QListWidgetItem(text.strip())
        item.setData(_DATA, data)
        # No wider than the list: a long line ends in "…" instead of a scroll bar.
        item.setSizeHint(QSize(0, self._list.fontMetrics().lineSpacing() + 10))
        if data is None:
            # To be read, not chosen; it keeps its colour, because it matters.
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.setForeground(themes.current().tone(tone))
        self._list.addItem(item)

    def _choose(self) -> None:
        item = self._list.currentItem() if self._list.currentRow() >= 0 else None
        data = item.data(_DATA) if item is not None else None
        if data is None:
            return
        self._search.stop()
        self.accept()
        if isinstance(data, QAction):
            QTimer.singleShot(0, data.trigger)
        elif isinstance(data, Offer):
            QTimer.singleShot(0, data.act)
        elif isinstance(data, UUID):
            self.request_chosen.emit(data)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            self._preedit = event.preeditString()
            QTimer.singleShot(0, self, self._on_typed)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step and self._list.count():
                at = min(max(self._list.currentRow() + step, 0), self._list.count() - 1)
                if self._list.item(at).data(_DATA) is not None:
                    self._list.setCurrentRow(at)
                return True
        return super().eventFilter(watched, event)
