"""Badges for state, lateness and urgency: a colour, a word and a shape at once."""

from typing import override

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui.theme import themes
from console.ui.theme.signs import BadgeTone, Shape
from console.ui.widgets.basic.plain_label import PlainLabel, restyle

SHAPE_OF_TONE: dict[str, Shape] = {
    "urgent": "square",
    "warn": "triangle",
    "ok": "circle",
    "info": "diamond",
    "muted": "none",
}
"""The shape that belongs to a colour; the same in tables, on cards and on the map."""


def draw_shape(painter: QPainter, shape: str, box: QRectF, colour: QColor) -> None:
    """Fill one shape into `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    middle = box.center()
    if shape == "square":
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    elif shape == "circle":
        painter.drawEllipse(box)
    elif shape == "triangle":
        painter.drawPolygon(
            QPolygonF([QPointF(middle.x(), box.top()), box.bottomRight(), box.bottomLeft()])
        )
    elif shape == "diamond":
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(middle.x(), box.top()),
                    QPointF(box.right(), middle.y()),
                    QPointF(middle.x(), box.bottom()),
                    QPointF(box.left(), middle.y()),
                ]
            )
        )
    painter.restore()


class Badge(PlainLabel):
    """A word on a soft background, after its shape."""

    def __init__(
        self,
        text: str = "",
        tone: BadgeTone = "muted",
        shape: Shape | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make it; without `shape` it takes the shape of the tone."""
        super().__init__(text, parent=parent)
        self.setProperty("ui", "badge")
        self.setContentsMargins(0, 0, 0, 0)  # The badge's own height leaves room above.
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._shape: str = "none"
        self.set(text, tone, shape)

    def set(self, text: str, tone: BadgeTone, shape: Shape | None = None) -> None:
        """Show another text; an empty text hides the badge."""
        self._shape = shape or SHAPE_OF_TONE[tone]
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)
        self.setText(text)
        self._show_if_said()
        self.setIndent(self._room())
        self.update()

    def _show_if_said(self) -> None:
        if not self.text():
            self.hide()
        elif self.isHidden() and self.parentWidget() is not None:  # never a window of its own
            self.show()

    def _room(self) -> int:
        """Width reserved for the shape, in pixels."""
        return 0 if self._shape == "none" else self._side() + themes.SPACE

    def _side(self) -> int:
        return max(8, round(self.fontMetrics().ascent() * 0.62))

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + self._room() + 14
        return QSize(width, metrics.height() + 4)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._shape == "none":
            return
        side = self._side()
        room = self.rect()
        box = QRectF(7, (room.height() - side) / 2, side, side)
        painter = QPainter(self)
        draw_shape(painter, self._shape, box, themes.current().tone(str(self.property("tone"))))
        painter.end()
