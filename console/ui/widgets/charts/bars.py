"""A list of names, each with a bar and a number; the number says what the bar shows."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui.text import formats
from console.ui.theme import themes

_GAP = 12


class BarList(QWidget):
    """Horizontal bars in the given order, longest first."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start empty; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self._rows: tuple[tuple[str, int], ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[tuple[str, int]]) -> None:
        """Show these names and numbers."""
        self._rows = tuple(rows)
        words = "; ".join(f"{name} {formats.number(n)}" for name, n in self._rows)
        self.setAccessibleDescription(words)
        self.updateGeometry()
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(themes.font()).height() + 10

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, max(1, len(self._rows)) * self._row_height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        tokens = themes.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(themes.font())
        painter.setFont(themes.font())
        # One pixel more than measured, because the width is rounded down to whole pixels.
        widest = max(metrics.horizontalAdvance(n) for n, _ in self._rows) + 1
        names = min(self.width() // 2, widest)
        numbers = max(metrics.horizontalAdvance(formats.number(n)) for _, n in self._rows)
        room = max(20, self.width() - names - numbers - 2 * _GAP)
        most = max((n for _, n in self._rows), default=1) or 1
        height = self._row_height()
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        for at, (name, value) in enumerate(self._rows):
            top = at * height
            painter.setPen(QColor(tokens.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRect(0, top, names, height), middle, shown)
            bar = QRectF(names + _GAP, top + height / 2 - 5, max(2, room * value / most), 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(QColor(tokens.text))
            number = QRect(round(bar.right()) + 8, top, numbers + 4, height)
            painter.drawText(number, middle, formats.number(value))
        painter.end()
