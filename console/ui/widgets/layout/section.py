"""The header row over a group of cards or fields, and the hairline between groups."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from console.ui.widgets.basic.plain_label import PlainLabel

_ALL = 1000
"""Share of the width that the title's replacement takes, as against the remark."""
_TARGET = 24
"""Minimum height in pixels of anything that can be clicked."""


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
        """The title."""
        return self._title.text()

    def share_title(self, other: QWidget) -> None:
        """Let another widget take the title's place; `show_other` switches between the two.

        The row is tall enough for either from now on, so that nothing below it moves.
        """
        self._other = other
        self._row.insertWidget(1, other, _ALL)
        self.show_other(False)

    def show_other(self, shown: bool) -> None:
        """Show the other widget instead of the title."""
        self._other.ensurePolished()
        self.setMinimumHeight(max(_TARGET, self._other.sizeHint().height()))
        self._other.setVisible(shown)
        self._title.setVisible(not shown)

    def set_title(self, title: str) -> None:
        """Set the title."""
        self._title.setText(title)

    def set_trailing(self, text: str) -> None:
        """Set the remark at the right."""
        self._trailing.setText(text)


def rule(*, vertical: bool = False) -> QFrame:
    """A hairline that divides and means nothing else."""
    line = QFrame()
    line.setProperty("ui", "rule")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line
