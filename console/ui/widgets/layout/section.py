"""The header row over a group of cards or fields, and the hairline between groups."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from console.ui.widgets.basic.plain_label import PlainLabel

_ALL = 1000
"""Share of the room between title and remark that the title's double takes."""
_TARGET = 24
"""Least height in pixels of what a pointer is to meet."""


class Section(QWidget):
    """A title at the left and a remark at the right."""

    def __init__(self, title: str, trailing: str = "", parent: QWidget | None = None) -> None:
        """Make it."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._title = PlainLabel(title, tone="muted", kind="strong")
        self._trailing = PlainLabel(trailing, tone="muted", kind="strong")
        self._trailing.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self._trailing)

    @property
    def title(self) -> str:
        """The words at the left."""
        return self._title.text()

    def share_title(self, other: QWidget) -> None:
        """Let something stand where the title is; the row is as high as it from now on, so that
        nothing below moves when it comes. `show_other` says which of the two is seen.
        """
        self._other = other
        self._row.insertWidget(1, other, _ALL)
        self.show_other(False)

    def show_other(self, shown: bool) -> None:
        """See the title's double instead of the title."""
        self._other.ensurePolished()
        self.setMinimumHeight(max(_TARGET, self._other.sizeHint().height()))
        self._other.setVisible(shown)
        self._title.setVisible(not shown)

    def set_title(self, title: str) -> None:
        """Say another title."""
        self._title.setText(title)

    def set_trailing(self, text: str) -> None:
        """Say something at the right."""
        self._trailing.setText(text)


def rule(*, vertical: bool = False) -> QFrame:
    """A hairline; it divides and means nothing."""
    line = QFrame()
    line.setProperty("ui", "rule")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line
