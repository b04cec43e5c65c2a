"""A box for a few lines of text."""

from PySide6.QtWidgets import QPlainTextEdit

_REMARK_LINES = 3


def remark_box(name: str, lines: int = _REMARK_LINES) -> QPlainTextEdit:
    """A box of a few lines; Tab leaves it."""
    box = QPlainTextEdit()
    box.setTabChangesFocus(True)
    box.setAccessibleName(name)
    box.setFixedHeight(box.fontMetrics().lineSpacing() * lines + 18)
    return box
