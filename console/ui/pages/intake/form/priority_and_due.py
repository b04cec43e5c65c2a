"""Fields of the form that follow from others: priority with its sign, and the deadline."""

from typing import override

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from console.domain.states import Priority
from console.ui.text import words
from console.ui.theme import themes
from console.ui.widgets.basic.badge import draw_shape
from console.ui.widgets.basic.plain_label import set_tooltip
from console.ui.widgets.fields.typed_text import ENTER_KEYS

_ORDER = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)


class PriorityCombo(QComboBox):
    """Three priorities, with word, colour and shape.

    Attributes:
        picked: the person chose this `Priority`.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the normal priority."""
        super().__init__(parent)
        self.setIconSize(QSize(11, 11))
        for priority in _ORDER:
            self.addItem(words.priority(priority), priority.value)
        self._draw_icons()
        self.show_priority(Priority.NORMAL)
        self.activated.connect(self._on_activated)

    def show_priority(self, priority: Priority) -> None:
        """Show this one without emitting a signal."""
        self.setCurrentIndex(_ORDER.index(priority))

    def _on_activated(self, row: int) -> None:
        self.picked.emit(_ORDER[row])

    def _draw_icons(self) -> None:
        for row, priority in enumerate(_ORDER):
            sign = words.priority_sign(priority)
            picture = QPixmap(QSize(22, 22))
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            shape = "circle" if sign.shape == "none" else sign.shape
            draw_shape(painter, shape, QRectF(1, 1, 20, 20), themes.current().tone(sign.tone))
            painter.end()
            self.setItemIcon(row, QIcon(picture))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER_KEYS:
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.count() == len(_ORDER):
            self._draw_icons()


class DueField(QLineEdit):
    """The deadline as read-only text: screen readers read it, Tab skips it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def say(self, text: str, short: str = "") -> None:
        """Show this, or `short` if room is short; no work if nothing changed."""
        if short and self.fontMetrics().horizontalAdvance(text) > self.width() - 20:
            text = short
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def remark(self, text: str) -> None:
        """Set the tooltip and the text for screen readers."""
        if text != self.accessibleDescription():
            set_tooltip(self, text)
            self.setAccessibleDescription(text)
