"""Text fields that know the word still being composed."""

from typing import override

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from console.ui.widgets.basic.plain_label import set_property

ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_EDGES = 18
"""Border and padding of a text field of several lines, top and bottom, in pixels."""


class TypedLine(QLineEdit):
    """A field of one line; Enter moves on to the next field.

    With a Vietnamese input method Qt's own signals fire once a word; `typed` fires on every key.

    Attributes:
        typed: the person changed the text, including a word still being composed.
    """

    typed = Signal(str)

    def __init__(
        self, placeholder: str = "", limit: int = 200, parent: QWidget | None = None
    ) -> None:
        """Make an empty field; `limit` in characters."""
        super().__init__(parent)
        self._preedit = ""
        self.setPlaceholderText(placeholder)
        self.setMaxLength(limit)
        # Not `textEdited`: screen readers and dictation programs change the text without it.
        self.textChanged.connect(self._on_changed)

    def text_now(self) -> str:
        """The text, including a word still being composed."""
        at = self.cursorPosition()
        return self.text()[:at] + self._preedit + self.text()[at:]

    def wipe(self) -> None:
        """Empty the field and its undo history."""
        self._preedit = ""
        with QSignalBlocker(self):
            self.setText("")

    def show_text(self, text: str) -> None:
        """Set the text from the program; a word being composed is never disturbed."""
        if text == self.text_now() or (self.hasFocus() and self._preedit):
            return
        with QSignalBlocker(self):
            self.setText(text)
        self.setCursorPosition(len(text) if self.hasFocus() else 0)

    def show_error(self, wrong: bool) -> None:
        """Mark the field as wrong."""
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
        if event.key() in ENTER_KEYS:
            self.returnPressed.emit()
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class TypedText(QPlainTextEdit):
    """A field of several lines; Tab moves on, Enter starts a new line.

    Attributes:
        typed: the person changed the text, including a word still being composed.
    """

    typed = Signal(str)

    def __init__(self, placeholder: str = "", rows: int = 3, parent: QWidget | None = None) -> None:
        """Make an empty field, `rows` lines high."""
        super().__init__(parent)
        self._preedit = ""
        self._rows = rows
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.textChanged.connect(self._on_changed)

    def text_now(self) -> str:
        """The text, including a word still being composed."""
        at = self.textCursor().position()
        text = self.toPlainText()
        return text[:at] + self._preedit + text[at:]

    def wipe(self) -> None:
        """Empty the field and its undo history."""
        self._preedit = ""
        with QSignalBlocker(self):
            self.setPlainText("")

    def set_rows(self, rows: int) -> None:
        """Set the height in lines."""
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()

    def rows_in(self, height: int) -> int:
        """How many lines fit into so many pixels."""
        return (height - _EDGES) // self.fontMetrics().lineSpacing()

    def show_text(self, text: str) -> None:
        """Set the text from the program; a word being composed is never disturbed."""
        if text == self.text_now() or (self.hasFocus() and self._preedit):
            return
        with QSignalBlocker(self):
            self.setPlainText(text)

    def show_error(self, wrong: bool) -> None:
        """Mark the field as wrong."""
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
        return QSize(320, self._height(self._rows))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height(self._rows))

    def _height(self, rows: int) -> int:
        return rows * self.fontMetrics().lineSpacing() + _EDGES
