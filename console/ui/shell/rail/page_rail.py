"""The rail at the left: the pages, their keys, and how much waits on each."""

from typing import override

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QButtonGroup, QWidget

from console.ui import actions
from console.ui.shell.rail.person_button import PersonButton
from console.ui.shell.rail.rail_button import RailFace
from console.ui.theme import icons, themes
from console.ui.widgets.basic.plain_label import set_tooltip
from console.ui.widgets.layout.boxes import column_of


class RailButton(RailFace):
    """The button of a page: icon, name, and a count in the corner."""

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        """For the page of this name."""
        super().__init__(parent)
        self.page = page
        self.count = 0
        self.setCheckable(True)
        self.setText(actions.page_word(page))
        self.setObjectName(f"rail.{page}")
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

    @override
    def draw_picture(self, painter: QPainter, room: QRect) -> None:
        ink = themes.current().rail_text
        drawn = icons.pixmap(self.page, ink, room.width(), self.devicePixelRatioF())
        painter.drawPixmap(room.topLeft(), drawn)

    @override
    def draw_more(self, painter: QPainter) -> None:
        if self.count:
            self._paint_count(painter)

    def _paint_count(self, painter: QPainter) -> None:
        tokens = themes.current()
        text = str(self.count) if self.count < 100 else "99+"
        font = themes.font(0.78, bold=True)
        metrics = QFontMetrics(font)
        height = metrics.height() + 1
        width = max(height, metrics.horizontalAdvance(text) + 9)
        box = QRectF(self.width() / 2 + self.side() / 3, 3, width, height)
        box.moveRight(min(box.right(), self.width() - 3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.rail_count))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QColor(tokens.on_rail_count))
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


class Rail(QWidget):
    """The pages from top to bottom; settings at the bottom.

    Signals:
        page_wanted: the name of a page.
        person_wanted: open the hand-over.
    """

    page_wanted = Signal(str)
    person_wanted = Signal()

    def __init__(self, pages: tuple[str, ...], parent: QWidget | None = None) -> None:
        """Show only these pages, in this order."""
        super().__init__(parent)
        self.setProperty("ui", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Các trang"))
        self._buttons: dict[str, RailButton] = {}
        group = QButtonGroup(self)
        column = column_of(margins=(4, 6, 4, 8), gap=2, parent=self)
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
        """Names of the pages on the rail."""
        return tuple(self._buttons)

    def show_page(self, page: str) -> None:
        """Mark this page as open."""
        self._buttons[page].setChecked(True)

    def set_count(self, page: str, count: int) -> None:
        """Show how much waits on a page."""
        if page in self._buttons:
            self._buttons[page].set_count(count)

    def count(self, page: str) -> int:
        """The count shown for a page."""
        return self._buttons[page].count
