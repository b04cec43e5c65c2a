"""Conflicts between two consoles, or between a console and the centre, left for the supervisor on
**Giám sát**.

A step that was not applied is settled by the supervisor's next step on the request; **Đã xem**
writes a note that says so.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.domain.actors import leads
from console.domain.requests.commands import AddNote
from console.services.views.requests import TaskRow
from console.services.wording import sentences as wording
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

_SEEN = "Đã xem bước không có hiệu lực."


class TaskList(QWidget):
    """Hidden while it is empty, and from people who are not supervisors.

    Signals:
        opened: the id of a request.
        refused: a sentence.
    """

    opened = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._model: RowsModel[TaskRow] = RowsModel(
            self._columns(), lambda t: (t.kind, t.request_id, t.key), desk.clock
        )
        self.table = Table(self._model, self.tr("Việc ca trưởng cần xem"))
        self.table.setMinimumHeight(self.table.fontMetrics().lineSpacing() * 8)
        self._head = Section(self.tr("Việc ca trưởng cần xem"))
        self.open_button = Button(self.tr("Mở phản ánh"))
        self.seen_button = Button(self.tr("Đã xem"))
        column = column_of(self._head, (self.table, 1), margins=(0, 0, 0, 10), gap=8, parent=self)
        column.addLayout(row_of(STRETCH, self.seen_button, self.open_button))
        self.table.opened.connect(lambda _key: self._open())
        self.table.chosen.connect(lambda _key: self._enable())
        self.open_button.clicked.connect(lambda _checked=False: self._open())
        self.seen_button.clicked.connect(lambda _checked=False: self.mark_seen())
        self.setVisible(False)

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """The tasks."""
        return tuple(
            row for n in range(self._model.rowCount()) if (row := self._model.row(n)) is not None
        )

    @property
    def chosen(self) -> TaskRow | None:
        """The chosen task."""
        return self._model.row(self.table.currentIndex().row())

    async def load(self) -> None:
        """Load the tasks, if this person is a supervisor."""
        if not leads(self._desk.actor):
            return
        now = self._desk.clock()
        found = await self._desk.ask(lambda q: q.tasks(now))
        self._model.set_rows(found)
        self._head.set_trailing(str(len(found)))
        self.setVisible(bool(found))
        self.table.choose_first()
        self._enable()

    def mark_seen(self) -> None:
        """Record that the supervisor has seen a step that was not applied."""
        task = self.chosen
        if task is not None and task.kind == "not_applied" and task.request_id is not None:
            self.seen_button.setEnabled(False)
            note = AddNote(request_id=task.request_id, text=_SEEN)
            spawn(self._desk.do(note), lambda error: self.refused.emit(sentence(error)))

    def _columns(self) -> tuple[Column[TaskRow], ...]:
        return (
            Column(
                self.tr("Mã"), lambda t, _: formats.request_number(t.number), None, "strong", 14
            ),
            Column(self.tr("Việc"), None, lambda t, _: self._what(t), width=0),
            Column(self.tr("Lúc"), lambda t, now: formats.when(t.at, now), width=12),
        )

    def _what(self, task: TaskRow) -> Sign:
        many = {
            "conflict": self.tr("{0} mục sửa trùng, chọn giá trị đúng"),
            "not_applied": self.tr("{0} bước không có hiệu lực"),
            "not_taken": self.tr("{0} việc trung tâm chưa nhận sau một ngày"),
            "not_told": self.tr("{0} tin chưa đến người dân, báo cách khác"),
            "same_number": self.tr("Hai phản ánh cùng một mã"),
            "made_twice": self.tr("Hai người cùng lập phản ánh từ một tin, gộp lại"),
        }
        if task.kind in ("not_shared", "not_taken_in"):
            what = {
                "contact": self.tr("tin đến"),
                "outreach": self.tr("tin gửi đi"),
            }.get(task.why or "", self.tr("mục dùng chung"))
            said = (
                self.tr("Trung tâm không lưu được một {0}, các máy khác không thấy")
                if task.kind == "not_shared"
                else self.tr("Máy này không lưu được một {0} của máy khác")
            )
            return Sign(said.format(what), "urgent", "square")
        if task.kind == "dead_letter":
            why = wording.sentence(task.why, lang=words.lang()) if task.why else ""
            said = self.tr("Trung tâm không lưu được: {0}").format(why)
            return Sign(said, "urgent", "square")
        return Sign(many.get(task.kind, task.kind).format(task.count), "warn", "triangle")

    def _open(self) -> None:
        if (task := self.chosen) is not None and task.request_id is not None:
            self.opened.emit(task.request_id)

    def _enable(self) -> None:
        task = self.chosen
        self.open_button.setEnabled(task is not None and task.request_id is not None)
        self.seen_button.setEnabled(task is not None and task.kind == "not_applied")
