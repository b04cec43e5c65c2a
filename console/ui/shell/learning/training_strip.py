"""The strip during training: the caller's words and the form's score."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from console.services.supervision.training import Score, ScoreBook
from console.ui.shell.learning.training import TrainingPresenter
from console.ui.text import formats
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel, restyle
from console.ui.widgets.dialogs.base import HouseDialog
from console.ui.widgets.layout.boxes import row_of
from console.ui.widgets.tables.row_model import Column, RowsModel
from console.ui.widgets.tables.table import Table

if TYPE_CHECKING:
    from console.services.desk import Desk

_FRAME = 5


class TrainingStrip(QFrame):
    """Orange, so that nobody takes training for real work."""

    def __init__(self, presenter: TrainingPresenter, parent: QWidget | None = None) -> None:
        """Follow the training."""
        super().__init__(parent)
        self.setProperty("ui", "training")
        self._presenter = presenter
        presenter.setParent(self)
        row = row_of(
            PlainLabel(self.tr("LUYỆN TẬP"), kind="strong"),
            margins=(12, 5, 12, 5),
            gap=12,
            parent=self,
        )
        column = QVBoxLayout()
        column.setSpacing(0)
        self.words = PlainLabel(wrap=True)
        self.result = PlainLabel(kind="strong", wrap=True)
        column.addWidget(self.words)
        column.addWidget(self.result)
        row.addLayout(column, 1)
        scores = Button(self.tr("Điểm"))
        scores.clicked.connect(self.open_scores)
        row.addWidget(scores)
        presenter.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        caller = self._presenter.caller
        if caller is None:
            said = self.tr("Người gọi đầu tiên sắp gọi tới. Không có gì ở đây ra khỏi máy này.")
        elif self._presenter.told:
            said = self.tr("{0}: “{1}”").format(caller.name, caller.says)
        else:
            said = self.tr("{0} đang gọi. Nghe máy (F9) để biết người gọi nói gì.")
            said = said.format(caller.name)
        if said != self.words.text():
            self.words.setText(said)
            announce(self, said, at_once=False)
        last = self._presenter.last
        text = self._result(last) if last is not None else ""
        self.result.setVisible(bool(text))
        if text != self.result.text():
            self.result.setText(text)
            announce(self, text, at_once=False)

    def _result(self, score: Score) -> str:
        said = self.tr("{0}: đầy đủ {1}/100, tốc độ {2}/100 ({3} giây)").format(
            self._presenter.title(score.scenario),
            score.complete,
            score.speed,
            formats.number(round(score.seconds)),
        )
        missing = ", ".join(self.part(part) for part in score.missing)
        return self.tr("{0}. Chưa đúng: {1}").format(said, missing) if missing else said

    def part(self, name: str) -> str:
        """The name of a part of the form."""
        return {
            "service": self.tr("loại sự cố"),
            "place": self.tr("địa chỉ"),
            "ward": self.tr("phường/xã"),
            "description": self.tr("mô tả"),
            "danger": self.tr("câu hỏi nguy hiểm"),
            "reporter": self.tr("người phản ánh"),
        }.get(name, name)

    def open_scores(self) -> None:
        """Open all scores of this training, newest first."""
        ScoresDialog(self._presenter, self, self.window()).show()


class ScoresDialog(HouseDialog):
    """A row for each form, and the averages."""

    def __init__(self, presenter: TrainingPresenter, strip: TrainingStrip, parent: QWidget) -> None:
        """Show the scores of everybody who trained in this profile."""
        super().__init__(self.tr("Điểm luyện tập"), parent)
        scores = presenter.scores
        columns: tuple[Column[Score], ...] = (
            Column(self.tr("Tình huống"), lambda s, _: presenter.title(s.scenario), width=0),
            Column(self.tr("Người tập"), lambda s, _: s.user, width=12),
            Column(self.tr("Giây"), lambda s, _: str(round(s.seconds)), width=7),
            Column(self.tr("Đầy đủ"), lambda s, _: str(s.complete), width=8),
            Column(self.tr("Tốc độ"), lambda s, _: str(s.speed), width=8),
            Column(
                self.tr("Chưa đúng"), lambda s, _: ", ".join(map(strip.part, s.missing)), width=26
            ),
        )
        model: RowsModel[Score] = RowsModel(columns, lambda s: s.at, lambda: datetime.now(UTC))
        model.set_rows(tuple(reversed(scores)))
        if scores:
            many = len(scores)
            said = self.tr("{0} phiếu, trung bình: đầy đủ {1}, tốc độ {2}").format(
                many,
                round(sum(s.complete for s in scores) / many),
                round(sum(s.speed for s in scores) / many),
            )
            self.body.addWidget(PlainLabel(said, kind="strong"))
        table = Table(
            model, self.tr("Điểm luyện tập"), empty=self.tr("Chưa có phiếu nào được lưu.")
        )
        self.body.addWidget(table, 1)
        self.resize(760, 420)


def frame_training(
    desk: "Desk", book: ScoreBook, outer: QHBoxLayout, rows: QVBoxLayout
) -> TrainingPresenter:
    """Put the frame around the window's content and the strip above it."""
    presenter = TrainingPresenter(desk, book)
    holder = outer.parentWidget()
    assert holder is not None  # noqa: S101 - a layout of the window
    holder.setProperty("ui", "training")
    holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    restyle(holder)
    outer.setContentsMargins(_FRAME, _FRAME, _FRAME, _FRAME)
    rows.insertWidget(0, TrainingStrip(presenter))
    return presenter
