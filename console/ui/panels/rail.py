"""The left rail: the pages, their keys and how much waits on each."""

from typing import override

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from console.ui import actions, icons, theme
from console.ui.widgets.person_button import PersonButton
from console.ui.widgets.plain_label import set_tooltip


class RailButton(QAbstractButton):
    """One page: icon over word, the count at the corner."""

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        """For the page of this name."""
        super().__init__(parent)
        self.page = page
        self.count = 0
        self.setCheckable(True)
        self.setText(actions.page_word(page))
        self.setObjectName(f"rail.{page}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        hint = actions.key(f"page.{page}")
        self.setAccessibleDescription(hint)
        set_tooltip(self, f"{self.text()} ({hint})")

    def set_count(self, count: int) -> None:
        """Show how much waits; 0 shows nothing."""
        if count == self.count:
            return
        self.count = count
        words = self.tr("{0} việc chờ").format(count) if count else ""
        hint = actions.key(f"page.{self.page}")
        self.setAccessibleDescription(", ".join(p for p in (words, hint) if p))
        self.update()

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(theme.font(0.84))

    @staticmethod
    def _side() -> int:
        """Of the icon, in pixels; it grows with the text."""
        return round(22 * theme.points() / theme.BASE_POINTS)

    @override
    def sizeHint(self) -> QSize:
        metrics = self._metrics()
        widest = max(metrics.horizontalAdvance(actions.page_word(n)) for n, _ in actions.PAGES)
        return QSize(max(64, widest + 12), self._side() + metrics.height() + 22)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            painter.setBrush(QColor(tokens.rail_selected))
            painter.drawRoundedRect(ground, 6, 6)
        elif self.underMouse():
            painter.setBrush(QColor(tokens.rail_hover))
            painter.drawRoundedRect(ground, 6, 6)
        metrics = self._metrics()
        side = self._side()
        top = (self.height() - side - metrics.height() - 4) // 2
        drawn = icons.pixmap(self.page, tokens.rail_text, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, top, drawn)
        painter.setPen(QColor(tokens.rail_text))
        painter.setFont(theme.font(0.84))
        below = QRect(0, top + side + 4, self.width(), metrics.height())
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.count:
            self._paint_count(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = painter.pen()
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint_count(self, painter: QPainter) -> None:
        tokens = theme.current()
        text = str(self.count) if self.count < 100 else "99+"
        font = theme.font(0.78, bold=True)
        metrics = QFontMetrics(font)
        height = metrics.height() + 1
        width = max(height, metrics.horizontalAdvance(text) + 9)
        box = QRectF(self.width() / 2 + self._side() / 3, 3, width, height)
        box.moveRight(min(box.right(), self.width() - 3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.rail_count))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QColor(tokens.on_rail_count))
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


class Rail(QWidget):
    """The pages one under the other, settings at the bottom.

    Signals:
        page_wanted: the name of a page.
        person_wanted: the hand-over is wanted.
    """

    page_wanted = Signal(str)
    person_wanted = Signal()

    def __init__(self, pages: tuple[str, ...], parent: QWidget | None = None) -> None:
        """Only these pages, in this order."""
        super().__init__(parent)
        self.setProperty("ui", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Các trang"))
        self._buttons: dict[str, RailButton] = {}
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 6, 4, 8)
        column.setSpacing(2)
        for page in pages:
            button = RailButton(page)
            group.addButton(button)
            if page == "settings":
                column.addStretch(1)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            button.clicked.connect(lambda _checked=False, p=page: self.page_wanted.emit(p))
            self._buttons[page] = button
        self.person = PersonButton()
        self.person.clicked.connect(lambda _checked=False: self.person_wanted.emit())
        column.addSpacing(4)
        column.addWidget(self.person, 0, Qt.AlignmentFlag.AlignHCenter)

    @property
    def pages(self) -> tuple[str, ...]:
        """Names of the pages there are."""
        return tuple(self._buttons)

    def show_page(self, page: str) -> None:
        """Mark this page as the one that is open."""
        self._buttons[page].setChecked(True)

    def set_count(self, page: str, count: int) -> None:
        """How much waits on a page."""
        if page in self._buttons:
            self._buttons[page].set_count(count)

    def count(self, page: str) -> int:
        """How much is shown to wait on a page."""
        return self._buttons[page].count
