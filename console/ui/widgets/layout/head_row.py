"""The head of a list: title and buttons, and filters; in one line while there is room, else the
filters get a line of their own.
"""

from typing import override

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

_GAP = 8


class HeadRow(QWidget):
    """Two rows that become one when the page is wide enough."""

    def __init__(self, head: QLayout, filters: QLayout, share: int = 0) -> None:
        """Start in one line; the filters get `share` of the remaining width."""
        super().__init__()
        self._parts = (head, filters)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_GAP)
        self._row.addLayout(head, 1)
        self._row.addLayout(filters, share)

    def _turn(self) -> None:
        """Use one line or two, as there is room."""
        ways = QBoxLayout.Direction
        needed = sum(part.minimumSize().width() for part in self._parts) + _GAP
        wanted = ways.TopToBottom if needed > self.width() else ways.LeftToRight
        if wanted is not self._row.direction():
            self._row.setDirection(wanted)
            self.updateGeometry()

    @override
    def minimumSizeHint(self) -> QSize:
        sizes = [part.minimumSize() for part in self._parts]
        return QSize(max(size.width() for size in sizes), self._row.minimumSize().height())

    @override
    def event(self, event: QEvent) -> bool:
        """Larger text or another button changes the width needed."""
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._turn()
        return answer

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()
