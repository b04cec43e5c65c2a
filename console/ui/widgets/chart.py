"""Charts painted by hand: stacked bars with their share, and columns over a day. Every bar has its
number in words, for people who cannot tell the colours and for screen readers.

Qt's painter instead of a chart library: these two shapes need no numpy and no 10 MB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from console.ui import formats, theme

_GAP = 10
_BAR = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: pieces of (number, tone), and the word at its end.

    Attributes:
        key: what a click on it opens.
    """

    key: str
    name: str
    pieces: tuple[tuple[int, str], ...]
    said: str = ""

    @property
    def whole(self) -> int:
        """The length of the bar."""
        return sum(n for n, _ in self.pieces)


class StackedBars(QWidget):
    """Horizontal bars, a name before and a word behind each.

    Signals:
        opened: the key of the bar that was clicked.
    """

    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Empty; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._relative = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setMouseTracking(True)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """As shown, top first."""
        return self._bars

    def set_bars(self, bars: Sequence[Bar], *, relative: bool = False) -> None:
        """Show these.

        Args:
            relative: every bar is as long as the others and shows shares.
        """
        self._bars, self._relative = tuple(bars), relative
        self.setAccessibleDescription("; ".join(f"{b.name} {b.said or b.whole}" for b in bars))
        self.updateGeometry()
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(theme.font()).height() + 8

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, max(1, len(self._bars)) * self._row_height() + 2)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        tokens, metrics = theme.current(), QFontMetrics(theme.font())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font())
        said = [b.said or formats.number(b.whole) for b in self._bars]
        after = max(metrics.horizontalAdvance(s) for s in said) + 2
        before = min(
            round(self.width() * 0.44),
            max(metrics.horizontalAdvance(b.name) for b in self._bars) + 2,
        )
        room = max(20, self.width() - before - after - 2 * _GAP)
        most = max(b.whole for b in self._bars) or 1
        height, middle = self._row_height(), int(Qt.AlignmentFlag.AlignVCenter)
        for at, bar in enumerate(self._bars):
            top = at * height
            painter.setPen(QColor(tokens.text))
            shown = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, before)
            painter.drawText(QRect(0, top, before, height), middle, shown)
            whole = (bar.whole or 1) if self._relative else most
            left = float(before + _GAP)
            painter.setPen(Qt.PenStyle.NoPen)
            for number, tone in bar.pieces:
                width = room * number / whole
                painter.setBrush(tokens.tone(tone))
                # A hairline of ground tells neighbours apart where their colours do not.
                painter.drawRect(
                    QRectF(left, top + height / 2 - _BAR / 2, max(0.0, width - 1), _BAR)
                )
                left += width
            painter.setPen(QColor(tokens.text))
            end = before + _GAP + room + 6 if self._relative else round(left) + 6
            painter.drawText(QRect(end, top, after, height), middle, said[at])
        painter.end()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y()) // self._row_height()
        if 0 <= at < len(self._bars) and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._bars[at].key)


class Columns(QWidget):
    """Columns side by side, such as the hours of a day, with an optional band over them.

    Signals:
        opened: the key of the column that was clicked.
    """

    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Empty; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self._columns: tuple[tuple[str, str, int], ...] = ()
        self._band: tuple[tuple[float, float], ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self.setMouseTracking(True)

    @property
    def columns(self) -> tuple[tuple[str, str, int], ...]:
        """(key, label, number) as shown."""
        return self._columns

    def set_columns(
        self,
        columns: Sequence[tuple[str, str, int]],
        band: Sequence[tuple[float, float]] = (),
    ) -> None:
        """Show these; `band` has the expected lowest and highest number of each."""
        self._columns, self._band = tuple(columns), tuple(band)
        self.setAccessibleDescription("; ".join(f"{label} {n}" for _, label, n in columns))
        self.update()

    def _step(self) -> float:
        return self.width() / max(1, len(self._columns))

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._columns:
            return
        tokens, font = theme.current(), theme.font(0.82)
        metrics = QFontMetrics(font)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        line = metrics.height() + 4
        top, bottom = float(line), float(self.height() - line)
        most = max([n for _, _, n in self._columns] + [high for _, high in self._band]) or 1
        step = self._step()

        def y(value: float) -> float:
            return bottom - (bottom - top) * value / most

        if self._band:
            upper = [QPointF((i + 0.5) * step, y(high)) for i, (_, high) in enumerate(self._band)]
            lower = [QPointF((i + 0.5) * step, y(low)) for i, (low, _) in enumerate(self._band)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.soft("ok"))
            painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(QPointF(0, bottom), QPointF(self.width(), bottom))
        every = max(1, round(metrics.horizontalAdvance("00:00 ") / step + 0.49))
        centre = int(Qt.AlignmentFlag.AlignCenter)
        for i, (_, label, number) in enumerate(self._columns):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            bar = QRectF(i * step + step * 0.16, y(number), step * 0.68, bottom - y(number))
            painter.drawRoundedRect(bar, 2, 2)
            if i % every == 0:
                painter.setPen(QColor(tokens.muted))
                place = QRectF((i + 0.5) * step - 40, bottom + 2, 80, line)
                painter.drawText(place, centre, label)
            if number == most:
                painter.setPen(QColor(tokens.text))
                painter.drawText(
                    QRectF((i + 0.5) * step - 60, y(number) - line, 120, line),
                    centre,
                    formats.number(number),
                )
        painter.end()

    def _at(self, x: float) -> int:
        return int(x / self._step())

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._columns:
            at = self._at(event.pos().x())  # type: ignore[attr-defined]
            if 0 <= at < len(self._columns):
                _, label, number = self._columns[at]
                text = f"{label}: {formats.number(number)}"
                QToolTip.showText(event.globalPos(), text, self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().x())
        if 0 <= at < len(self._columns) and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._columns[at][0])
