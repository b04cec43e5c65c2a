"""The city's notices as a list, with the actions on one of them."""

from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.actors import SWITCHBOARD
from console.domain.desk.notices import Notice
from console.domain.requests.commands import EndNotice
from console.ui import actions
from console.ui.request.notices import NoticesPresenter
from console.ui.runtime.commands import OnDone, OnRefused, run_step
from console.ui.text import formats
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import set_tooltip
from console.ui.widgets.cards.notice import period_text, told_text
from console.ui.widgets.dialogs.reason import ReasonDialog
from console.ui.widgets.layout.boxes import column_of
from console.ui.widgets.layout.section import Section
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_ROWS = 4
_EMPTY_ROWS = 2
"""Rows of height for the message that there are none."""


class NoticeList(QWidget):
    """The list, with actions to add, change and end a notice.

    Signals:
        edit_wanted: the `Notice` to change, or None for a new one.
        chosen: the chosen `Notice`, to be shown on the map.
    """

    edit_wanted = Signal(object)
    chosen = Signal(object)

    def __init__(
        self, desk: "Desk", notices: NoticesPresenter, parent: QWidget | None = None
    ) -> None:
        """Show the presenter's rows."""
        super().__init__(parent)
        self._desk, self._notices = desk, notices
        self._head = Section(self.tr("Thông báo khu vực"))
        self.model: RowsModel[Notice] = RowsModel(self._columns(), lambda n: n.id, desk.clock)
        self.table = Table(
            self.model, self.tr("Thông báo khu vực"), empty=self.tr("Không có thông báo nào.")
        )
        self.new = Button(actions.word("map.notice"), shortcut_hint=actions.key("map.notice"))
        self.change = Button(self.tr("Sửa"))
        self.end = Button(self.tr("Kết thúc"))
        column = column_of(self._head, self.table, margins=(0, 0, 0, 10), gap=6, parent=self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.new, self.change, self.end):
            row.addWidget(button)
            button.setVisible(desk.actor.role in SWITCHBOARD)
        row.addStretch(1)
        column.addLayout(row)
        notices.changed.connect(self._show)
        self.new.clicked.connect(lambda _checked=False: self.begin())
        self.change.clicked.connect(lambda _checked=False: self._change())
        self.end.clicked.connect(lambda _checked=False: self.ask_end())
        self.table.opened.connect(lambda _key: self._change())
        self.table.chosen.connect(self._on_chosen)
        self._show()

    def _columns(self) -> tuple[Column[Notice], ...]:
        return (
            Column(self.tr("Tiêu đề"), lambda n, _: n.said.title, style="strong", width=0),
            Column(self.tr("Thời gian"), None, self._period, width=25, ticks=True),
        )

    def _period(self, notice: Notice, now: datetime) -> Sign:
        shape = ("muted", "circle") if notice.is_soon(now) else ("warn", "triangle")
        said = ", ".join(filter(None, (period_text(notice, now), told_text(notice.told))))
        return Sign(said, *shape)  # type: ignore[arg-type]

    @property
    def current(self) -> Notice | None:
        """The chosen notice."""
        return self.model.row(self.table.currentIndex().row())

    def begin(self) -> None:
        """Begin a new notice."""
        if self._desk.actor.role in SWITCHBOARD:
            self.edit_wanted.emit(None)

    def ask_end(self) -> None:
        """Ask why it ends now."""

        if (notice := self.current) is None:
            return
        which = notice.id

        def take(said: object, done: OnDone, refused: OnRefused) -> None:
            command = EndNotice(notice_id=which, reason=str(said))
            run_step(self._desk, command, done=done, refused=refused)

        about = f"{notice.said.title} · {period_text(notice, self._desk.clock())}"
        title = self.tr("Kết thúc thông báo")
        ReasonDialog(title, about, (), take, self.window()).show()

    def _change(self) -> None:
        if self._desk.actor.role in SWITCHBOARD and (notice := self.current) is not None:
            self.edit_wanted.emit(notice)

    def _on_chosen(self, key: object) -> None:
        found = self.model.row(self.model.place(cast("UUID | None", key)))
        if found is not None and self.table.hasFocus():
            self.chosen.emit(found)
        self._enable()

    def _show(self) -> None:
        rows = self._notices.rows
        self.model.set_rows(rows)
        self._head.set_trailing(str(len(rows)) if rows else "")
        line = self.table.verticalHeader().defaultSectionSize()
        shown = min(_ROWS, len(rows)) or _EMPTY_ROWS
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + shown * line + 4
        )
        self._enable()

    def _enable(self) -> None:
        notice = self.current
        for button in (self.change, self.end):
            button.setEnabled(notice is not None)
        if notice is not None:
            by = self._desk.catalogue.accounts.get(notice.changed_by)
            name = by.name if by else notice.changed_by
            set_tooltip(
                self.table, self.tr("{0} · {1}").format(name, formats.full(notice.issued_at))
            )
