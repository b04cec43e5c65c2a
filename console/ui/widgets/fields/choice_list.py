"""The list under a search field: a child of the window, never in the focus chain."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from console.ui.text.choice_search import Choice
from console.ui.theme import themes
from console.ui.widgets.basic.message_bar import announce

_CODE = Qt.ItemDataRole.UserRole
_HINT = Qt.ItemDataRole.UserRole + 1
_ROWS = 9


class ChoiceList(QListView):
    """The list under a field; it never has the focus.

    Attributes:
        picked: the code of the row that was clicked.
    """

    picked = Signal(str)

    def __init__(self, window: QWidget) -> None:
        """Make a hidden list in this window."""
        super().__init__(window)
        self.setProperty("ui", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Gợi ý"))
        self.setItemDelegate(_ChoiceDelegate(self))
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.pressed.connect(self._on_pressed)
        self.entered.connect(self.setCurrentIndex)
        self.hide()

    def show_choices(self, found: Sequence[Choice], current: str | None) -> None:
        """Show these choices, with `current` highlighted."""
        self._rows.clear()
        at = -1
        for row, choice in enumerate(found):
            item = QStandardItem(choice.text)
            item.setData(choice.code, _CODE)
            item.setData(choice.hint, _HINT)
            item.setData(f"{choice.text}, {choice.hint}", Qt.ItemDataRole.AccessibleTextRole)
            self._rows.appendRow(item)
            if choice.code == current:
                at = row
        self.setCurrentIndex(self._rows.index(at, 0) if at >= 0 else QModelIndex())
        if at >= 0:
            self.scrollTo(self._rows.index(at, 0))
        else:
            self.scrollToTop()

    def _wanted_height(self) -> int:
        """Height for the rows, at most nine of them, in pixels."""
        rows = min(self._rows.rowCount(), _ROWS)
        return rows * max(self.sizeHintForRow(0), 24) + 2 * self.frameWidth() + 2

    def place_under(self, field: QWidget) -> None:
        """Lie below the field; above it where that leaves more room."""
        window = field.window()
        at = field.mapTo(window, QPoint(0, field.height()))
        width = min(max(field.width(), 380), window.width() - 16)
        height, below, above = self._wanted_height(), window.height() - at.y() - 4, at.y() - 4
        above -= field.height()
        top = at.y()
        if below < height and above > below:
            height = min(height, above)
            top = at.y() - field.height() - height
        elif below < height:
            height = max(below, 40)
        left = max(8, min(at.x(), window.width() - width - 8))
        self.setGeometry(QRect(left, top, width, height))

    def step(self, by: int, field: QWidget) -> None:
        """Move the highlight; it stops at the ends.

        The focus stays in the field, so a screen reader must be told the highlighted row.
        """
        last = self._rows.rowCount() - 1
        now = self.currentIndex().row()
        row = max(0, min(last, now + by)) if now >= 0 else (0 if by > 0 else last)
        self.setCurrentIndex(self._rows.index(row, 0))
        announce(field, self.current_text(), at_once=False)

    def current_code(self) -> str | None:
        """The code of the highlighted row."""
        code = self.currentIndex().data(_CODE)
        return None if code is None else str(code)

    def current_text(self) -> str:
        """The text of the highlighted row, including its hint."""
        return str(self.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) or "")

    def _on_pressed(self, index: QModelIndex) -> None:
        self.picked.emit(str(index.data(_CODE)))


class _ChoiceDelegate(QStyledItemDelegate):
    """Paints the text at the left and the hint, muted, at the right."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One line with some space, at least 28 pixels high."""
        return QSize(200, max(28, option.fontMetrics.height() + 12))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        tokens = themes.current()
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(tokens.selection))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(tokens.accent))
        box = box.adjusted(10, 0, -10, 0)
        text, hint = str(index.data() or ""), str(index.data(_HINT) or "")
        painter.setFont(option.font)
        metrics = painter.fontMetrics()
        hint_width = min(metrics.horizontalAdvance(hint) + 2, box.width() * 3 // 5)
        room = box.adjusted(0, 0, -(hint_width + 12) if hint else 0, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        elide = Qt.TextElideMode.ElideRight
        painter.setPen(QColor(tokens.text))
        left = int(middle | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(room, left, metrics.elidedText(text, elide, room.width()))
        painter.setPen(QColor(tokens.muted))
        right = int(middle | Qt.AlignmentFlag.AlignRight)
        painter.drawText(box, right, metrics.elidedText(hint, elide, hint_width))
