"""A tour of the window for new people: a frame around a part, and a few words.

It lies over the window and takes neither focus nor room; calls come in as usual.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from shiboken6 import isValid

from console.ui.theme import themes
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.message_bar import announce
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.layout.boxes import STRETCH, column_of, row_of

_WIDTH = 400
_EDGE = 18


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour.

    Attributes:
        part: finds its widget; None for the whole window.
    """

    title: str
    text: str
    part: Callable[[], QWidget | None]


class _Ring(QWidget):
    """The frame around a part; mouse events pass through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(themes.current().accent), 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)
        painter.end()


class Tour(QFrame):
    """The card with the text.

    Signals:
        ended: it was finished or left.
    """

    ended = Signal()

    def __init__(self, stops: Sequence[Stop], window: QWidget) -> None:
        """Start at the first stop."""
        super().__init__(window)
        self.setProperty("ui", "card")
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Hướng dẫn nhanh"))
        self._stops, self._window, self._at = tuple(stops), window, 0
        self._before: QWidget | None = None
        self._followed: QWidget | None = None
        self._ring = _Ring(window)
        column = column_of(margins=(16, 12, 16, 12), gap=6, parent=self)
        self.title = PlainLabel(kind="title", wrap=True)
        self.text = PlainLabel(wrap=True)
        self._count = PlainLabel(tone="muted", kind="caption")
        column.addWidget(self.title)
        column.addWidget(self.text)
        row = row_of(self._count, STRETCH)
        self.leave_button = Button(self.tr("Bỏ qua"), kind="flat")
        self.next_button = Button("", kind="primary")
        self.leave_button.clicked.connect(self.leave)
        self.next_button.clicked.connect(self.go_on)
        for button in (self.leave_button, self.next_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click does not take the focus
        row.addWidget(self.leave_button)
        row.addWidget(self.next_button)
        column.addLayout(row)
        window.installEventFilter(self)
        self._show_stop()
        self._ring.show()
        self.show()
        self._place()

    @property
    def stop(self) -> int:
        """Number of the stop, from 1."""
        return self._at + 1

    def take_keyboard(self) -> None:
        """Take the focus: Space or Enter go on, Esc leaves; then the focus returns."""
        # Ask the window itself: while the palette closes, no window is active.
        self._before = self.window().focusWidget()
        # After the palette, which returns the focus to where it was.
        QTimer.singleShot(0, self, self.next_button.setFocus)

    def go_on(self) -> None:
        """Go to the next stop; after the last one, end."""
        if self._at + 1 == len(self._stops):
            self.leave()
            return
        self._at += 1
        self._show_stop()
        self._place()

    def leave(self) -> None:
        """End the tour."""
        self._window.removeEventFilter(self)
        self._follow(None)
        before, now = self._before, QApplication.focusWidget()
        if before is not None and isValid(before) and now is not None and self.isAncestorOf(now):
            before.setFocus()
        self._ring.hide()
        self._ring.deleteLater()
        self.hide()
        self.ended.emit()
        self.deleteLater()

    def _show_stop(self) -> None:
        stop = self._stops[self._at]
        self.title.setText(stop.title)
        self.text.setText(stop.text)
        self._count.setText(self.tr("{0} / {1}").format(self.stop, len(self._stops)))
        last = self._at + 1 == len(self._stops)
        self.next_button.setText(self.tr("Bắt đầu làm việc") if last else self.tr("Tiếp theo"))
        announce(self, f"{stop.title}. {stop.text}", at_once=False)

    def _place(self) -> None:
        """Place the ring around the part, and the card next to it where there is room."""
        whole = self._window.rect()
        width = min(round(_WIDTH * themes.points() / themes.BASE_POINTS), whole.width() - 2 * _EDGE)
        self.setFixedWidth(width)
        self.setFixedHeight(self.heightForWidth(width))
        part = self._stops[self._at].part()
        self._follow(part)
        shown = part is not None and isValid(part) and part.isVisible()
        self._ring.setVisible(shown)
        if part is None or not shown:
            self.move(whole.center() - self.rect().center())
            self.raise_()
            return
        around = QRect(part.mapTo(self._window, QPoint(0, 0)), part.size()).intersected(whole)
        self._ring.setGeometry(around)
        self._ring.raise_()
        self.move(self._beside(around, whole))
        self.raise_()

    def _follow(self, part: QWidget | None) -> None:
        """Watch whether the part moves: a strip above it may grow."""
        if part is self._followed:
            return
        for each, hears in ((self._followed, False), (part, True)):
            if each is not None and isValid(each) and each is not self._window:
                (each.installEventFilter if hears else each.removeEventFilter)(self)
        self._followed = part

    def _beside(self, around: QRect, whole: QRect) -> QPoint:
        """The card's place: below, above, right or left of the part; else over its middle."""
        size, gap = self.size(), 10
        right, bottom = whole.width() - size.width() - _EDGE, whole.height() - size.height() - _EDGE
        # Below a bar of full width the card keeps off the form at the left.
        wide = around.width() > whole.width() * 0.8
        x = right if wide else min(max(around.center().x() - size.width() // 2, _EDGE), right)
        y = min(max(around.top(), _EDGE), bottom)
        for corner in (
            QPoint(x, around.bottom() + gap),
            QPoint(x, around.top() - gap - size.height()),
            QPoint(around.right() + gap, y),
            QPoint(around.left() - gap - size.width(), y),
        ):
            if whole.contains(QRect(corner, size)):
                return corner
        return around.center() - self.rect().center()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return False
