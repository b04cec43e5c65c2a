"""The figures on a screen of their own, painted as large as possible. At a distance of five metres
a letter needs 25 mm, a twelfth of the height of a common wall screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from console.ui import actions
from console.ui.theme import themes

ACROSS = 4


@dataclass(frozen=True, slots=True)
class WallFigure:
    """A number with its label; `tone` says how urgent it is."""

    value: str
    caption: str
    tone: str


class WallScreen(QWidget):
    """A window without a frame; Escape, the key that opened it or a double click closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build it empty; `cover` shows it."""
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Giám sát - 1022"))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._figures: tuple[WallFigure, ...] = ()
        self._foot = self._alarm = self._ring = ""

    @property
    def figures(self) -> tuple[WallFigure, ...]:
        """The figures as shown."""
        return self._figures

    def cover(self, screen: QScreen) -> None:
        """Show it full-screen on this screen."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def set_figures(
        self, figures: Sequence[WallFigure], foot: str, alarm: str = "", ring: str = ""
    ) -> None:
        """Show these; nothing is painted if nothing changed.

        Args:
            alarm: shown large in place of the footer, while there is one.
            ring: text of a call that rings at this seat; takes precedence over both.
        """
        shown = (tuple(figures), foot, alarm, ring)
        if shown == (self._figures, self._foot, self._alarm, self._ring):
            return
        self._figures, self._foot, self._alarm, self._ring = shown
        said = [f"{f.caption} {f.value}" for f in figures]
        self.setAccessibleDescription("; ".join(filter(None, (ring, alarm, *said))))
        self.update()

    @property
    def ring(self) -> str:
        """The ringing call as shown; "" if none rings."""
        return self._ring

    @property
    def alarm(self) -> str:
        """The alarm as shown; "" if there is none."""
        return self._alarm

    @property
    def number_height(self) -> float:
        """Height in pixels of the digits."""
        rows = -(-len(self._figures) // ACROSS) or 1
        return self.height() * 0.92 / rows * 0.5

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.bg))
        rows = -(-len(self._figures) // ACROSS) or 1
        foot = self.height() * 0.06
        gap = self.height() * 0.014
        wide, high = self.width() / ACROSS, (self.height() - foot) / rows
        for n, figure in enumerate(self._figures):
            box = QRectF(n % ACROSS * wide, n // ACROSS * high, wide, high)
            self._paint_figure(painter, box.adjusted(gap, gap, -gap, -gap), figure)
        place = QRectF(gap * 2, self.height() - foot, self.width() - 4 * gap, foot)
        self._paint_foot(painter, place)
        painter.end()

    def _paint_foot(self, painter: QPainter, place: QRectF) -> None:
        tokens = themes.current()
        large = bool(self._ring or self._alarm)
        font = themes.font(bold=large)
        font.setPixelSize(max(8, round(place.height() * (0.62 if large else 0.5))))
        text = self._ring or self._alarm or self._foot
        if (width := QFontMetricsF(font).horizontalAdvance(text)) > place.width():
            font.setPixelSize(max(8, int(font.pixelSize() * place.width() / width)))
        painter.setFont(font)
        painter.setPen(tokens.tone("urgent") if self._alarm else QColor(tokens.muted))
        if self._ring:
            beside = place.left()
            painter.fillRect(place.adjusted(-beside, 0, beside, 0), QColor(tokens.accent))
            painter.setPen(QColor(tokens.on_accent))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_figure(self, painter: QPainter, box: QRectF, figure: WallFigure) -> None:
        tokens = themes.current()
        calm = figure.value in ("0", "0:00", "—")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.panel) if calm else tokens.soft(figure.tone))
        painter.drawRoundedRect(box, 10, 10)
        if not calm and figure.tone in ("urgent", "warn"):
            painter.setBrush(tokens.tone(figure.tone))
            painter.drawRect(QRectF(box.left(), box.top() + 10, 10, box.height() - 20))
        font = themes.font(bold=True)
        font.setPixelSize(max(12, round(box.height() * 0.52)))
        room = box.width() * 0.88
        if (width := QFontMetricsF(font).horizontalAdvance(figure.value)) > room:
            font.setPixelSize(max(12, round(font.pixelSize() * room / width)))
        painter.setFont(font)
        painter.setPen(QColor(tokens.muted) if calm else tokens.tone(figure.tone))
        upper = QRectF(box.left(), box.top() + box.height() * 0.06, box.width(), box.height() * 0.6)
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignCenter), figure.value)
        small = themes.font(bold=True)
        small.setPixelSize(max(9, round(box.height() * 0.17)))
        if (width := QFontMetricsF(small).horizontalAdvance(figure.caption)) > room:
            small.setPixelSize(max(9, round(small.pixelSize() * room / width)))
        painter.setFont(small)
        painter.setPen(QColor(tokens.text))
        lower = QRectF(
            box.left(), box.top() + box.height() * 0.67, box.width(), box.height() * 0.27
        )
        painter.drawText(lower, int(Qt.AlignmentFlag.AlignCenter), figure.caption)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The page gets its key only while its own window has the focus.
        pressed = QKeySequence(event.keyCombination())
        own = QKeySequence(actions.sequence("wallboard.screens"))
        if event.key() == Qt.Key.Key_Escape or pressed == own:
            self.close()
            return
        super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: object) -> None:
        self.close()
