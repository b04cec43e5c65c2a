"""Work at the left, details of the chosen item at the right."""

from typing import override

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from console.ui.theme import themes


class Split(QSplitter):
    """Two sides; the right one starts at its own width, the left one takes the rest."""

    def __init__(
        self, left: QWidget, right: QWidget, right_width: int, parent: QWidget | None = None
    ) -> None:
        """Put them side by side; `right_width` in pixels to begin with."""
        super().__init__(parent)
        self._right_width = right_width
        self._placed = False
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.addWidget(left)
        self.addWidget(right)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._placed:
            return
        self._placed = True
        # Larger text needs more room, but the left side keeps more than half.
        wanted = round(self._right_width * themes.points() / themes.BASE_POINTS)
        right = min(wanted, round(self.width() * 0.45))
        self.setSizes([self.width() - right - 1, right])
