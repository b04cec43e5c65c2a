"""Painted charts: stacked bars with shares, and columns over a day.

Every bar has its number in words, for people who cannot tell the colours and for screen readers.
Qt's painter does it instead of a chart library: two shapes do not justify numpy and 10 MB.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from console.ui.text import formats
from console.ui.theme import themes
from console.ui.widgets.basic.plain_label import as_said

_GAP = 10
_BAR = 12
_APART = 8
_DAY = 24
_MIDNIGHT = " 00:00"
_EVERY = (1, 2, 3, 4, 6, 12, _DAY, 2 * _DAY, 7 * _DAY, 31 * _DAY)
"""Columns (mostly hours) from one word under the axis to the next."""


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
    """Horizontal bars, with a name before and a word after each.

    Signals:
        opened: the key of the bar that was clicked.
    """

    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start empty; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._relative = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setMouseTracking(True)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The bars shown, top first."""
        return self._bars

    def set_bars(self, bars: Sequence[Bar], *, relative: bool = False) -> None:
        """Show these bars.

        Args:
            relative: draw all bars at the same length, showing shares.
        """
        self._bars, self._relative = tuple(bars), relative
        self.setAccessibleDescription("; ".join(f"{b.name} {b.said or b.whole}" for b in bars))
        self.updateGeometry()
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(themes.font()).height() + 8

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
        tokens, metrics = themes.current(), QFontMetrics(themes.font())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(themes.font())
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
                # A hairline of background separates neighbours whose colours are alike.
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


@dataclass(frozen=True, slots=True)
class ColumnBar:
    """A column: what a click on it opens, the word under it, and its number if there is one yet."""

    key: str
    label: str
    number: int | None


class Columns(QWidget):
    """Columns side by side, such as the hours of a day, over an expected band and line if given.

    Signals:
        opened: the key of the column that was clicked.
    """

    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start empty; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self._columns: tuple[ColumnBar, ...] = ()
        self._band: tuple[tuple[float, float], ...] = ()
        self._line: tuple[float, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self.setMouseTracking(True)

    @property
    def columns(self) -> tuple[ColumnBar, ...]:
        """The columns shown, left first."""
        return self._columns

    @property
    def band(self) -> tuple[tuple[float, float], ...]:
        """The expected (lowest, highest) of each column; empty without a band."""
        return self._band

    @property
    def scale(self) -> tuple[int, ...]:
        """Round numbers at the side of the band."""
        if not self._band:
            return ()
        most = self._most()
        step = _round_step(most)
        return tuple(range(step, int(most) + 1, step))

    @property
    def marks(self) -> tuple[tuple[int, str], ...]:
        """Which columns have a word under them, so that no two words overlap."""
        metrics = QFontMetrics(themes.font(0.82))
        found: tuple[tuple[int, str], ...] = ()
        for every in _EVERY:
            places = range(0, len(self._columns), every)
            found = tuple((i, self._word(i, every)) for i in places)
            widest = max((metrics.horizontalAdvance(word) for _, word in found), default=0)
            if widest + _APART <= every * self._step():
                break
        return found

    def _most(self) -> float:
        numbers = [column.number or 0 for column in self._columns]
        return max([*numbers, *(high for _, high in self._band)], default=0) or 1

    def set_columns(
        self,
        columns: Sequence[ColumnBar],
        band: Sequence[tuple[float, float]] = (),
        line: Sequence[float] = (),
    ) -> None:
        """Show these columns.

        Args:
            band: the lowest and highest number expected of each.
            line: the number expected of each.
        """
        self._columns, self._band, self._line = tuple(columns), tuple(band), tuple(line)
        said = [self._said(n) for n in range(len(self._columns))]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def _said(self, at: int) -> str:
        column = self._columns[at]
        parts = [column.label]
        if column.number is not None:
            parts.append(formats.number(column.number))
        if self._line:
            low, high = self._band[at]
            expected = (formats.LOCALE.toString(v, "f", 1) for v in (self._line[at], low, high))
            parts.append(self.tr("dự báo {0} ({1} - {2})").format(*expected))
        return " ".join(parts)

    def _gutter(self) -> int:
        """Width at the left for the numbers of the scale."""
        metrics = QFontMetrics(themes.font(0.82))
        widths = [metrics.horizontalAdvance(formats.number(value)) for value in self.scale]
        return max(widths) + _APART if widths else 0

    def _step(self) -> float:
        return (self.width() - self._gutter()) / max(1, len(self._columns))

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._columns:
            return
        font = themes.font(0.82)
        metrics = QFontMetrics(font)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        line = metrics.height() + 4
        top, bottom = float(line), float(self.height() - line)
        most = self._most()

        def y(value: float) -> float:
            return bottom - (bottom - top) * value / most

        self._paint_band(painter, y)
        self._paint_scale(painter, y)
        painter.setPen(QColor(themes.current().line))
        painter.drawLine(QPointF(self._gutter(), bottom), QPointF(self.width(), bottom))
        self._paint_bars(painter, y, bottom)
        self._paint_line(painter, y)
        self._paint_words(painter, y, bottom, line)
        painter.end()

    def _middle(self, at: int) -> float:
        return self._gutter() + (at + 0.5) * self._step()

    def _paint_band(self, painter: QPainter, y: Callable[[float], float]) -> None:
        if not self._band:
            return
        upper = [QPointF(self._middle(i), y(high)) for i, (_, high) in enumerate(self._band)]
        lower = [QPointF(self._middle(i), y(low)) for i, (low, _) in enumerate(self._band)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(themes.current().soft("ok"))
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))

    def _paint_bars(self, painter: QPainter, y: Callable[[float], float], bottom: float) -> None:
        tokens, step, gutter = themes.current(), self._step(), self._gutter()
        painter.setPen(Qt.PenStyle.NoPen)
        for i, column in enumerate(self._columns):
            if column.number is None:
                continue
            outside = bool(self._band) and column.number > self._band[i][1]
            painter.setBrush(tokens.tone("urgent" if outside else "accent"))
            high = y(column.number)
            left = gutter + (i + 0.16) * step
            bar = QRectF(left, high, max(1.0, step * 0.68), bottom - high)
            painter.drawRoundedRect(bar, 2, 2)

    def _paint_line(self, painter: QPainter, y: Callable[[float], float]) -> None:
        if len(self._line) < 2:
            return
        pen = QPen(themes.current().tone("ok"))
        pen.setWidthF(1.6)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            QPolygonF([QPointF(self._middle(i), y(v)) for i, v in enumerate(self._line)])
        )

    def _paint_scale(self, painter: QPainter, y: Callable[[float], float]) -> None:
        tokens, metrics, gutter = themes.current(), QFontMetrics(painter.font()), self._gutter()
        beside = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        high = metrics.height()
        for value in self.scale:
            painter.setPen(QColor(tokens.line))
            painter.drawLine(QPointF(gutter, y(value)), QPointF(self.width(), y(value)))
            painter.setPen(QColor(tokens.muted))
            place = QRectF(0, y(value) - high / 2, gutter - _APART, high)
            painter.drawText(place, beside, formats.number(value))

    def _word(self, at: int, every: int) -> str:
        """The word under a column, when every n-th column has one."""
        label = self._columns[at].label
        return label.removesuffix(_MIDNIGHT) if every % _DAY == 0 else label

    def _paint_words(
        self, painter: QPainter, y: Callable[[float], float], bottom: float, line: int
    ) -> None:
        tokens, metrics = themes.current(), QFontMetrics(painter.font())
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.setPen(QColor(tokens.muted))
        for i, word in self.marks:
            width = metrics.horizontalAdvance(word) + _APART
            # Keep the outer ones inside.
            left = min(max(0.0, self._middle(i) - width / 2), self.width() - width)
            painter.drawText(QRectF(left, bottom + 2, width, line), centre, word)
        most = max(c.number or 0 for c in self._columns)
        painter.setPen(QColor(tokens.text))
        for at in self._highest(most):
            place = QRectF(self._middle(at) - 60, y(most) - line, 120, line)
            painter.drawText(place, centre, formats.number(most))

    def _highest(self, most: int) -> list[int]:
        """Which of the highest columns show their number, so that no two numbers overlap."""
        apart = QFontMetrics(themes.font(0.82)).horizontalAdvance(formats.number(most)) + _APART
        found: list[int] = []
        for at, column in enumerate(self._columns):
            free = not found or self._middle(at) - self._middle(found[-1]) >= apart
            if most and column.number == most and free:
                found.append(at)
        return found

    def _at(self, x: float) -> int:
        return int((x - self._gutter()) // self._step())

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._columns:
            at = self._at(event.pos().x())  # type: ignore[attr-defined]
            if 0 <= at < len(self._columns):
                QToolTip.showText(event.globalPos(), as_said(self._said(at)), self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().x())
        if 0 <= at < len(self._columns) and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._columns[at].key)


def _round_step(most: float) -> int:
    """One, two or five times a power of ten, so that at most seven steps fit below `most`."""
    steps: Iterator[int] = (n * int(10.0**power) for power in range(9) for n in (1, 2, 5))
    return next(step for step in steps if most <= 7 * step)
