"""The person at this seat, at the foot of the rail: initials in a ring, the name under it."""

from typing import override

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from console.ui import actions, theme
from console.ui.widgets.plain_label import set_tooltip


def initials(name: str) -> str:
    """`LH` for `Lê Thị Hoa`: family name and given name, as people here sort themselves."""
    parts = [part for part in name.split() if part[:1].isalnum()]
    if not parts:
        return "?"
    first, last = parts[0][0], parts[-1][0] if len(parts) > 1 else ""
    return f"{first}{last}".upper()


class PersonButton(QAbstractButton):
    """Opens the hand-over; says who sits here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nobody yet."""
        super().__init__(parent)
        self.setObjectName("rail.person")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(actions.word("window.handover"))
        self._name = ""
        self.set_person("", "")

    @property
    def person(self) -> str:
        """Whose name is shown."""
        return self._name

    def set_person(self, name: str, role: str) -> None:
        """This person sits here; `role` in words."""
        self._name = name
        said = " · ".join(part for part in (name, role) if part)
        key = actions.key("window.handover")
        self.setAccessibleDescription(", ".join(part for part in (said, key) if part))
        set_tooltip(self, f"{said}\n{self.text()} ({key})".strip())
        self.update()

    @staticmethod
    def _side() -> int:
        """Of the ring, in pixels; it grows with the text."""
        return round(30 * theme.points() / theme.BASE_POINTS)

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font(0.84))
        widest = max(metrics.horizontalAdvance(actions.page_word(n)) for n, _ in actions.PAGES)
        return QSize(max(64, widest + 12), self._side() + metrics.height() + 14)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse():
            painter.setBrush(QColor(tokens.rail_hover))
            painter.drawRoundedRect(ground, 6, 6)
        metrics = QFontMetrics(theme.font(0.84))
        side = self._side()
        top = (self.height() - side - metrics.height() - 4) / 2
        ring = QRectF((self.width() - side) / 2, top, side, side)
        painter.setPen(QPen(QColor(tokens.rail_text), 1.4))
        painter.setBrush(QColor(tokens.rail_selected))
        painter.drawEllipse(ring.adjusted(1, 1, -1, -1))
        painter.setFont(theme.font(0.84, bold=True))
        painter.drawText(ring, int(Qt.AlignmentFlag.AlignCenter), initials(self._name))
        painter.setFont(theme.font(0.84))
        room = self.width() - 6
        shown = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        below = QRectF(3, ring.bottom() + 4, room, metrics.height())
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), shown)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.rail_text), 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
