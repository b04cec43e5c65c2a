"""Base of the rail's buttons: a picture above a word, the background under the pointer, the frame
of the focus.
"""

from typing import override

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from console.ui import actions
from console.ui.theme import themes

_ROUND = 6
_GAP = 4
_SIDES = 6
"""Free width at the sides of the word, both together."""


class RailFace(QAbstractButton):
    """Paints background, word and focus; subclasses draw the picture."""

    SIDE = 22
    """Size of the picture at 100 % text, in pixels."""
    AIR = 22
    """Height besides picture and word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build a button of the rail's width."""
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def word(self) -> str:
        """The text below the picture."""
        return self.text()

    def lines(self, metrics: QFontMetrics) -> tuple[str, ...]:
        """The lines of the word; text without room is shortened."""
        return (metrics.elidedText(self.word, Qt.TextElideMode.ElideRight, self.width() - _SIDES),)

    def draw_picture(self, painter: QPainter, room: QRect) -> None:
        """Draw the picture into this square."""
        raise NotImplementedError

    def draw_more(self, painter: QPainter) -> None:
        """Draw over picture and word; nothing by default."""

    def side(self) -> int:
        """Size of the picture in pixels; it grows with the text."""
        return round(self.SIDE * themes.points() / themes.BASE_POINTS)

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(themes.font(0.84))
        widest = max(metrics.horizontalAdvance(actions.page_word(n)) for n, _ in actions.PAGES)
        return QSize(max(64, widest + 12), self.side() + metrics.height() + self.AIR)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            ink = tokens.rail_selected if self.isChecked() else tokens.rail_hover
            painter.setBrush(QColor(ink))
            painter.drawRoundedRect(ground, _ROUND, _ROUND)
        metrics = QFontMetrics(themes.font(0.84))
        side = self.side()
        lines = self.lines(metrics)
        high = metrics.height()
        top = (self.height() - side - len(lines) * high - _GAP) // 2
        self.draw_picture(painter, QRect((self.width() - side) // 2, top, side, side))
        painter.setPen(QColor(tokens.rail_text))
        painter.setFont(themes.font(0.84))
        for at, line in enumerate(lines):
            below = QRect(0, top + side + _GAP + at * high, self.width(), high)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), line)
        self.draw_more(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.rail_text), 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), _ROUND, _ROUND)
        painter.end()
