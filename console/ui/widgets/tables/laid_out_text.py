"""One line of text, laid out once and painted many times.

Shaping Vietnamese takes most of a table's painting time: eliding and drawing a text shapes it twice
for every cell, every time. A list that scrolls shows the same texts again and again.
"""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText, QTransform

from console.ui.theme import themes

_MOST = 3000
"""Texts kept: some screens of a wide table."""

type _Key = tuple[str, int, float, bool]


class LaidOutText:
    """Layouts by text, width and font; dropped when the text size changes."""

    def __init__(self) -> None:
        """Start empty."""
        self._points = 0.0
        self._made: dict[_Key, QStaticText] = {}
        self._fonts: dict[tuple[float, bool], tuple[QFont, QFontMetrics]] = {}

    def font(self, scale: float = 1.0, *, bold: bool = False) -> tuple[QFont, QFontMetrics]:
        """The font and its metrics, made once."""
        if self._points != themes.points():
            self._points = themes.points()
            self._made.clear()
            self._fonts.clear()
        found = self._fonts.get((scale, bold))
        if found is None:
            made = themes.font(scale, bold=bold)
            found = self._fonts[scale, bold] = (made, QFontMetrics(made))
        return found

    def draw(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        *,
        scale: float = 1.0,
        bold: bool = False,
        right: bool = False,
    ) -> None:
        """Paint a text as one line in the painter's pen; a text that is too long is elided."""
        font, metrics = self.font(scale, bold=bold)
        key = (text, room.width(), scale, bold)
        laid = self._made.get(key)
        if laid is None:
            if len(self._made) >= _MOST:
                self._made.clear()
            line = " ".join(text.splitlines())  # also at U+2028, where Qt breaks lines
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room.width())
            laid = QStaticText(shown)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.prepare(QTransform(), font)
            self._made[key] = laid
        size = laid.size()
        left = room.right() + 1 - size.width() if right else float(room.left())
        painter.setFont(font)
        top = room.top() + (room.height() - size.height()) / 2
        painter.drawStaticText(QPointF(left, round(top)), laid)


lines = LaidOutText()
"""The one instance of the program: tables share texts."""
