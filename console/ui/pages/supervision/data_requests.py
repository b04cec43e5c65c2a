"""The register of citizens' requests about their own data, on **Giám sát**."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from console.domain.actors import leads
from console.domain.errors import ConsoleError
from console.domain.privacy.wishes import Wish, WishForm
from console.services.privacy.wishes import hidden_person, register_wish, show_person, step
from console.services.wording import sentences as wording
from console.ui.pages.supervision.data_request_dialogs import (
    DataRequestDialog,
    NewDataRequestDialog,
)
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.layout.boxes import STRETCH, column_of, row_of
from console.ui.widgets.layout.section import Section
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.runtime.commands import OnDone, OnRefused

_MOST_ENDED = 50
"""Finished ones, below the open ones."""


class DataRequestList(QWidget):
    """Open ones first, by due date; a row opens its dialog.

    Attributes:
        entry: the button that opens the list, with the number of open ones; for supervisors only.

    Signals:
        left: go back to the agencies.
        done: a sentence about what was done.
    """

    left = Signal()
    done = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; rows are loaded by `load`."""
        super().__init__(parent)
        self._desk = desk
        self.model: RowsModel[Wish] = RowsModel(self._columns(), lambda w: w.id, desk.clock)
        title = self.tr("Yêu cầu của chủ thể dữ liệu")
        self.table = Table(self.model, title, empty=self.tr("Chưa có yêu cầu nào trong sổ."))
        self.entry = Button(self.tr("Yêu cầu về dữ liệu"))
        self.entry.setVisible(leads(desk.actor))
        self.back_button = Button(self.tr("Về các đơn vị"), kind="flat")
        self.take_button = Button(self.tr("Ghi yêu cầu…"))
        self.open_button = Button(self.tr("Xử lý…"), shortcut_hint="Enter", kind="primary")
        column = column_of(
            Section(title), (self.table, 1), margins=(0, 0, 0, 10), gap=8, parent=self
        )
        column.addLayout(row_of(self.back_button, STRETCH, self.take_button, self.open_button))
        self.table.opened.connect(lambda _key: self.open_wish())
        self.table.chosen.connect(lambda _key: self._enable())
        self.back_button.clicked.connect(lambda _checked=False: self.left.emit())
        self.take_button.clicked.connect(lambda _checked=False: self.take_down())
        self.open_button.clicked.connect(lambda _checked=False: self.open_wish())
        self._enable()

    def _columns(self) -> tuple[Column[Wish], ...]:
        lang = words.lang()
        return (
            Column(self.tr("Yêu cầu"), lambda w, _: self._what(w), None, "strong", 0),
            Column(self.tr("Tình trạng"), lambda w, _: wording.wish_state(w, lang), width=18),
            Column(self.tr("Còn lại"), None, self._time, width=13, ticks=True),
        )

    def _what(self, wish: Wish) -> str:
        return f"{wording.wish_name(wish.said.wish, words.lang())} · {hidden_person(wish)}"

    def _time(self, wish: Wish, now: datetime) -> Sign:
        if not wish.is_open:
            return Sign("—", "muted", "none")
        return formats.countdown(wish.next_due_at, wish.said.came_at, now)

    def show_wishes(self, known: tuple[Wish, ...]) -> None:
        """Show the register."""
        open_ones = sorted((w for w in known if w.is_open), key=lambda w: w.next_due_at)
        ended = [w for w in reversed(known) if not w.is_open][:_MOST_ENDED]
        self.model.set_rows((*open_ones, *ended))
        now = self._desk.clock()
        late = sum(w.is_late(now) for w in open_ones)
        said = self.tr("Yêu cầu về dữ liệu: {0}").format(len(open_ones))
        self.entry.setText(self.tr("{0}, trễ {1}").format(said, late) if late else said)
        if self.chosen is None:
            self.table.choose_first()
        self._enable()

    @property
    def chosen(self) -> Wish | None:
        """The chosen one."""
        return self.model.row(self.table.currentIndex().row())

    def _enable(self) -> None:
        self.open_button.setEnabled(self.chosen is not None)

    async def load(self) -> None:
        """Reload, if this person keeps the register."""
        if not leads(self._desk.actor):
            return
        known = await self._desk.ask(lambda q: q.wishes())
        if isValid(self):
            self.show_wishes(known)

    # --- actions

    def take_down(self) -> None:
        """Ask for a new one and record it."""

        def take(said: object, done: "OnDone", refused: "OnRefused") -> None:
            async def work() -> None:
                await register_wish(self._desk, cast("WishForm", said))
                done()
                self.done.emit(self.tr("Đã ghi yêu cầu vào sổ."))
                await self.load()

            spawn(work(), lambda error: refused(sentence(error)))

        NewDataRequestDialog(self._desk.clock(), take, self.window()).show()

    def open_wish(self) -> None:
        """Open the chosen one with its possible steps."""
        wish = self.chosen
        if wish is None:
            return

        def take(said: object, done: "OnDone", refused: "OnRefused") -> None:
            what, text = cast("tuple[str, str]", said)

            async def work() -> None:
                await step(self._desk, wish.id, what, text)
                done()
                self.done.emit(self.tr("Đã ghi bước này của yêu cầu."))
                await self.load()

            spawn(work(), lambda error: refused(sentence(error)))

        dialog = DataRequestDialog(wish, self._desk.clock(), take, self.window())

        async def show() -> None:
            said = await show_person(self._desk, wish)
            if isValid(dialog):
                dialog.who.setText(said)
                dialog.show_button.setEnabled(False)

        def failed(error: ConsoleError) -> None:
            dialog.say_problem(sentence(error))

        dialog.person_wanted.connect(lambda: spawn(show(), failed))
        dialog.show()
