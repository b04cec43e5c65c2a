"""A field that two people changed at the same time: both values, who and when; one click keeps
one.
"""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.ui.request.conflicts import Conflict, Side
from console.ui.text import formats
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.cards.card import Card
from console.ui.widgets.layout.boxes import column_of, row_of
from console.ui.widgets.layout.section import rule


class ConflictCard(Card):
    """The values one below the other, the one in force first.

    Signals:
        kept: the `Side` whose **Giữ giá trị này** was pressed.
    """

    kept = Signal(object)

    def __init__(
        self, conflict: Conflict, now: datetime, *, may_choose: bool, parent: QWidget | None = None
    ) -> None:
        """Show the conflict; without `may_choose` nobody can decide it here."""
        super().__init__(activatable=False, tone="warn", parent=parent)
        self.setAccessibleName(self.tr("Hai người cùng sửa: {0}").format(conflict.label))
        self.body.setSpacing(6)
        head = row_of(
            Badge(self.tr("Sửa trùng"), "warn", "triangle"),
            (PlainLabel(conflict.label, kind="strong", elide=True), 1),
        )
        self.body.addLayout(head)
        said = self.tr("Hai người sửa mục này mà không thấy nhau. Chọn giá trị đúng.")
        self.body.addWidget(PlainLabel(said, tone="muted", wrap=True))
        self.buttons: list[Button] = []
        for side in conflict.sides:
            self.body.addWidget(rule())
            self.body.addLayout(self._side(side, now, may_choose=may_choose))

    def _side(self, side: Side, now: datetime, *, may_choose: bool) -> QVBoxLayout:
        words = column_of(
            PlainLabel(side.text, kind="strong" if side.stands else "body", wrap=True), gap=4
        )
        row = row_of((PlainLabel(self._about(side, now), tone="muted", wrap=True), 1), gap=8)
        if may_choose:
            button = Button(self.tr("Giữ giá trị này"))
            button.setAccessibleDescription(side.text)
            button.clicked.connect(lambda _checked=False: self._choose(side))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            self.buttons.append(button)
        words.addLayout(row)
        return words

    def _about(self, side: Side, now: datetime) -> str:
        who = side.by or self.tr("Người tiếp nhận ban đầu")
        parts = [who, formats.when(side.at, now) if side.at else ""]
        if side.stands:
            parts.append(self.tr("đang dùng"))
        return " · ".join(p for p in parts if p)

    def _choose(self, side: Side) -> None:
        for button in self.buttons:
            button.setEnabled(False)
        self.kept.emit(side)

    def let_choose_again(self) -> None:
        """Enable the buttons again: the step was refused."""
        for button in self.buttons:
            button.setEnabled(True)
