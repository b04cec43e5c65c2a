"""**Ca trực**: who works in the shift, what the previous shift left, what is left to the next."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.desk.shifts import Shift, ShiftTime
from console.domain.errors import ConsoleError, InputError
from console.domain.live_events import DraftsChanged, RequestsChanged
from console.services.reports.shift import KINDS
from console.services.supervision.shifts import Item, ShiftBook, ShiftView
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.tasks import spawn
from console.ui.text import formats, words
from console.ui.text.error_sentences import sentence
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import STRETCH, column_of, row_of
from console.ui.widgets.layout.section import Section, rule
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_REFRESH_MS = 1000
_OF_REQUEST = frozenset({"promises", "unforwarded", "late", "extension"})
_LINES = 3


class ShiftDialog(HouseDialog):
    """Two halves: what the last shift left to us, and what we leave.

    Signals:
        request_opened: the id of a request of one of the lists.
        announced: a sentence about what was done.
    """

    request_opened = Signal(object)
    announced = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Build it; data is loaded from the store."""
        super().__init__(self.tr("Ca trực"), parent)
        self._desk = desk
        self._book = ShiftBook(desk)
        self.view: ShiftView | None = None
        self.head = PlainLabel("", kind="strong", wrap=True)
        self.people = PlainLabel("", tone="muted", wrap=True)
        self.enter_button = Button(self.tr("Vào ca"), kind="primary")
        self.leave_button = Button(self.tr("Ra ca"))
        self.left_model, self.left_table = self._list(self.tr("Ca trước để lại"))
        self.model, self.table = self._list(self.tr("Giao cho ca sau"))
        self.left_said = PlainLabel("", wrap=True)
        self.left_promises = PlainLabel("", wrap=True)
        self.accept_note = self._edit(self.tr("Ghi chú khi nhận ca"))
        self.accept_button = Button(self.tr("Nhận ca"), kind="primary")
        self.promises = self._edit(self.tr("Đã hứa với người dân, mỗi dòng một việc"))
        self.note = self._edit(self.tr("Ghi chú cho ca sau"))
        self.hand_button = Button(self.tr("Bàn giao"), kind="primary")
        self.problem = PlainLabel(tone="urgent", wrap=True)
        self.problem.setVisible(False)
        self._build()
        self._ask = Coalesced(self._load, every_ms=_REFRESH_MS, failed=self._failed, parent=self)
        self._ends = [
            desk.bus.subscribe(kind, lambda _event: self._ask.wish())
            for kind in (RequestsChanged, DraftsChanged)
        ]
        self.finished.connect(self._end)
        self.resize(1040, 640)
        self._ask.now()

    # --- layout

    def _build(self) -> None:
        top = row_of(
            (column_of(self.head, self.people, gap=2), 1), self.leave_button, self.enter_button
        )
        self.body.addLayout(top)
        self.body.addWidget(rule())
        halves = row_of(
            (
                self._half(
                    self.tr("Ca trước để lại"),
                    (self.left_said, self.left_promises),
                    self.left_table,
                    (self.accept_note,),
                    self.accept_button,
                ),
                1,
            ),
            rule(vertical=True),
            (
                self._half(
                    self.tr("Giao cho ca sau"),
                    (),
                    self.table,
                    (self.promises, self.note),
                    self.hand_button,
                ),
                1,
            ),
            gap=20,
        )
        self.body.addLayout(halves, 1)
        self.body.addWidget(self.problem)
        for button, work, done in (
            (self.enter_button, self._book.enter, self.tr("Đã vào ca.")),
            (self.leave_button, self._book.leave, self.tr("Đã ra ca.")),
            (self.accept_button, self._accept, self.tr("Đã nhận ca.")),
            (self.hand_button, self._hand_over, self.tr("Đã bàn giao, chờ ca sau nhận.")),
        ):
            button.clicked.connect(lambda _checked=False, w=work, d=done: self._do(w, d))

    def _half(
        self,
        title: str,
        labels: tuple[PlainLabel, ...],
        table: Table,
        edits: tuple[QPlainTextEdit, ...],
        button: Button,
    ) -> QVBoxLayout:
        column = column_of(Section(title), gap=8)
        for label in labels:
            column.addWidget(label)
        column.addWidget(table, 1)
        for edit in edits:
            column.addWidget(PlainLabel(edit.accessibleName(), tone="muted"))
            column.addWidget(edit)
        column.addLayout(row_of(STRETCH, button))
        return column

    def _list(self, name: str) -> tuple[RowsModel[Item], Table]:
        model: RowsModel[Item] = RowsModel(
            (
                Column(self.tr("Loại"), lambda i, _: self._kind(i[0]), None, "muted", 22),
                Column(self.tr("Việc"), lambda i, _: i[2], width=0),
            ),
            lambda i: (i[0], i[1]),
            self._desk.clock,
        )
        table = Table(model, name, empty=self.tr("Không còn gì đang mở."))
        table.opened.connect(lambda _key: self._open(model, table))
        return model, table

    @staticmethod
    def _edit(name: str) -> QPlainTextEdit:
        edit = QPlainTextEdit()
        edit.setAccessibleName(name)
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(edit.fontMetrics().lineSpacing() * _LINES + 14)
        return edit

    @staticmethod
    def _kind(kind: str) -> str:
        return KINDS[kind][words.lang() == "en"] if kind in KINDS else kind

    # --- showing

    async def _load(self) -> None:
        view = await self._book.view()
        if isValid(self):
            self._show(view)

    def _show(self, view: ShiftView) -> None:
        self.view = view
        inside = view.is_in(self._desk.actor.user)
        self.head.setText(self._named(view.time))
        self.people.setText(self._working(view.shift))
        self.enter_button.setVisible(not inside)
        self.leave_button.setVisible(inside)
        self.model.set_rows(view.contents.items)
        self._show_left(view)
        handed = view.shift.handover
        done = view.shift.accepted
        if done is not None:
            self.hand_button.setText(self.tr("Đã được {0} nhận").format(self._who(done.by)))
        elif handed is not None:
            self.hand_button.setText(self.tr("Bàn giao lại"))
        self.hand_button.setEnabled(done is None)

    def _show_left(self, view: ShiftView) -> None:
        if view.waiting is None or view.waiting[1].handover is None:
            self.left_said.setText(self.tr("Không có bàn giao nào đang chờ nhận."))
            self.left_promises.setText("")
            self.left_model.set_rows(())
        else:
            time, given = view.waiting[0], view.waiting[1].handover
            head = self.tr("{0}: {1} bàn giao lúc {2}").format(
                self._named(time), self._who(given.by), formats.clock_time(given.at)
            )
            self.left_said.setText("\n".join(p for p in (head, given.said.note) if p))
            promises = "\n".join(f"• {line}" for line in given.said.promises)
            self.left_promises.setText(promises)
            self.left_model.set_rows(given.said.items)
        waits = view.waiting is not None
        self.left_promises.setVisible(bool(self.left_promises.text()))
        self.accept_note.setEnabled(waits)
        self.accept_button.setEnabled(waits)

    def _named(self, time: ShiftTime) -> str:
        return f"{time.name} {time.day:%d/%m}, {formats.clock_time(time.since)} - " + (
            formats.clock_time(time.until)
        )

    def _who(self, user: str) -> str:
        account = self._desk.catalogue.accounts.get(user)
        return account.name if account else user

    def _working(self, shift: Shift) -> str:
        here = [w for w in shift.workers if w.until is None]
        if not here:
            return self.tr("Chưa ai vào ca.")
        said = ", ".join(f"{w.name} ({formats.clock_time(w.since)})" for w in here)
        return self.tr("Đang trực: {0}").format(said)

    # --- actions

    async def _accept(self) -> object:
        return await self._book.accept(self.accept_note.toPlainText())

    async def _hand_over(self) -> object:
        return await self._book.hand_over(self.note.toPlainText(), self.promises.toPlainText())

    def _do(self, work: Callable[[], Awaitable[object]], done: str) -> None:
        async def run() -> None:
            await work()
            if isValid(self):
                self._say("")
                self.announced.emit(done)
                self._ask.now()

        spawn(run(), self._failed)

    def _failed(self, error: ConsoleError) -> None:
        if isValid(self):
            self._say(sentence(error))
            for button in (self.enter_button, self.hand_button):
                button.setEnabled(not isinstance(error, InputError))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _open(self, model: RowsModel[Item], table: Table) -> None:
        item = model.row(table.currentIndex().row())
        if item is not None and item[0] in _OF_REQUEST:
            spawn(self._open_number(item[1]))

    async def _open_number(self, number: str) -> None:
        found = await self._desk.ask(lambda q: q.find_number(number))
        if found is not None and isValid(self):
            self.request_opened.emit(found)

    def _end(self) -> None:
        self._ask.stop()
        for end in self._ends:
            end()
        self._ends.clear()
