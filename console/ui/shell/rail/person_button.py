"""The person at this seat, at the bottom of the rail: initials in a ring, the name below."""

from typing import override

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from console.ui import actions
from console.ui.shell.rail.rail_button import RailFace
from console.ui.text import formats
from console.ui.theme import themes
from console.ui.widgets.basic.plain_label import set_tooltip


def initials(name: str) -> str:
    """`LH` for `Lê Thị Hoa`: family name and given name."""
    parts = [part for part in name.split() if part[:1].isalnum()]
    if not parts:
        return "?"
    first, last = parts[0][0], parts[-1][0] if len(parts) > 1 else ""
    return f"{first}{last}".upper()


class PersonButton(RailFace):
    """Shows who sits here; opens the hand-over."""

    SIDE = 30
    AIR = 14

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nobody."""
        super().__init__(parent)
        self.setObjectName("rail.person")
        self.setText(actions.word("window.handover"))
        self._name = ""
        self.set_person("", "")

    @property
    def person(self) -> str:
        """The person shown."""
        return self._name

    @property
    @override
    def word(self) -> str:
        """The person's name; the button's own text says what it does."""
        return self._name

    def set_person(self, name: str, role: str) -> None:
        """Show this person; `role` in words."""
        self._name = name
        said = " · ".join(part for part in (name, role) if part)
        key = actions.key("window.handover")
        self.setAccessibleDescription(", ".join(part for part in (said, key) if part))
        set_tooltip(self, f"{said}\n{self.text()} ({key})".strip())
        self.update()

    @override
    def lines(self, metrics: QFontMetrics) -> tuple[str, ...]:
        """The name in two lines if it does not fit one, as most do not."""
        whole = super().lines(metrics)
        first, second = formats.halves(self._name)
        if whole[0] == self._name or not second:
            return whole
        right, room = Qt.TextElideMode.ElideRight, self.width()
        return metrics.elidedText(first, right, room), metrics.elidedText(second, right, room)

    @override
    def sizeHint(self) -> QSize:
        one = super().sizeHint()
        return one + QSize(0, QFontMetrics(themes.font(0.84)).height())

    @override
    def draw_picture(self, painter: QPainter, room: QRect) -> None:
        tokens = themes.current()
        painter.setPen(QPen(QColor(tokens.rail_text), 1.4))
        painter.setBrush(QColor(tokens.rail_selected))
        painter.drawEllipse(QRectF(room).adjusted(1, 1, -1, -1))
        painter.setFont(themes.font(0.84, bold=True))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), initials(self._name))
