"""Fields that know the word still being composed, and a layout that wraps like text."""

from typing import override

from PySide6.QtCore import QMargins, QPoint, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from console.ui.widgets.plain_label import set_property

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TypedLine(QLineEdit):
    """A field of one line; Enter goes on to the next field.

    Qt's own signals fire per word with a Vietnamese input method; `typed` fires per key.

    Attributes:
        typed: the text as it stands, preedit included, changed by the person.
    """

    typed = Signal(str)

    def __init__(
        self, placeholder: str = "", limit: int = 200, parent: QWidget | None = None
    ) -> None:
        """An empty field; `limit` in characters."""
        super().__init__(parent)
        self._preedit = ""
        self.setPlaceholderText(placeholder)
        self.setMaxLength(limit)
        # Not `textEdited`: a screen reader or a dictation program edits without it.
        self.textChanged.connect(self._on_changed)

    def text_now(self) -> str:
        """The text with the preedit in its place."""
        at = self.cursorPosition()
        return self.text()[:at] + self._preedit + self.text()[at:]

    def wipe(self) -> None:
        """Empty, with its undo steps."""
        self._preedit = ""
        with QSignalBlocker(self):
            self.setText("")

    def show_text(self, text: str) -> None:
        """Show this by program; a word being composed here is never disturbed."""
        if text == self.text_now() or (self.hasFocus() and self._preedit):
            return
        with QSignalBlocker(self):
            self.setText(text)
        self.setCursorPosition(len(text) if self.hasFocus() else 0)

    def show_error(self, wrong: bool) -> None:
        """Mark the field."""
        set_property(self, "state", "error" if wrong else "")

    def _on_changed(self, _text: str) -> None:
        self.typed.emit(self.text_now())

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        before, self._preedit = self._preedit, event.preeditString()
        super().inputMethodEvent(event)
        if self._preedit != before:
            self.typed.emit(self.text_now())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class TypedText(QPlainTextEdit):
    """A field of several lines; Tab goes on, Enter makes a new line.

    Attributes:
        typed: the text as it stands, preedit included.
    """

    typed = Signal(str)

    def __init__(self, placeholder: str = "", rows: int = 3, parent: QWidget | None = None) -> None:
        """An empty field, at least `rows` lines high."""
        super().__init__(parent)
        self._preedit = ""
        self._rows = rows
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.textChanged.connect(self._on_changed)

    def text_now(self) -> str:
        """The text with the preedit in its place."""
        at = self.textCursor().position()
        text = self.toPlainText()
        return text[:at] + self._preedit + text[at:]

    def wipe(self) -> None:
        """Empty, with its undo steps."""
        self._preedit = ""
        with QSignalBlocker(self):
            self.setPlainText("")

    def set_rows(self, rows: int) -> None:
        """Be this many lines high."""
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()

    def show_text(self, text: str) -> None:
        """Show this by program; a word being composed here is never disturbed."""
        if text == self.text_now() or (self.hasFocus() and self._preedit):
            return
        with QSignalBlocker(self):
            self.setPlainText(text)

    def show_error(self, wrong: bool) -> None:
        """Mark the field."""
        set_property(self, "state", "error" if wrong else "")

    def _on_changed(self) -> None:
        self.typed.emit(self.text_now())

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        before, self._preedit = self._preedit, event.preeditString()
        super().inputMethodEvent(event)
        if self._preedit != before:
            self.typed.emit(self.text_now())

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, self._height(self._rows + 1))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height(self._rows))

    def _height(self, rows: int) -> int:
        return rows * self.fontMetrics().lineSpacing() + 18


class FlowLayout(QLayout):
    """Widgets one after the other, wrapped into lines; used for questions of any length."""

    def __init__(self, gap: int = 16, line_gap: int = 2) -> None:
        """An empty line; gaps in pixels."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._line_gap = line_gap
        self.setContentsMargins(QMargins(0, 0, 0, 0))

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), place=False)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.x() + rect.width():
                x, y, line = rect.x(), y + line + self._line_gap, 0
            if place:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self._gap
            line = max(line, hint.height())
        return y + line - rect.y()
