"""The pages, one behind the other, in a frame that scrolls when a page needs more room.

At 200 % text size a page may need more than a small screen has. Everything must stay reachable, and
the window itself must not grow beyond the screen.
"""

from typing import override

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget


class PageStack(QStackedWidget):
    """Asks for the size of the page in front only, not of the widest one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a page."""
        super().__init__(parent)
        self.currentChanged.connect(lambda _at: self.updateGeometry())

    @override
    def minimumSizeHint(self) -> QSize:
        front = self.currentWidget()
        return front.minimumSizeHint() if front is not None else QSize()

    @override
    def heightForWidth(self, width: int) -> int:
        front = self.currentWidget()
        return front.heightForWidth(width) if front is not None else -1


class RoomyFrame(QScrollArea):
    """Shows one widget as large as the frame, or larger, and then scrolls.

    Args:
        sideways: False for a column that is always shown at its full width.
    """

    def __init__(
        self, inside: QWidget, *, sideways: bool = True, parent: QWidget | None = None
    ) -> None:
        """Frame it."""
        super().__init__(parent)
        self._sideways = sideways
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        if not sideways:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @override
    def minimumSizeHint(self) -> QSize:
        inside = self.widget()
        if self._sideways or inside is None:
            return QSize(200, 120)
        bar = self.verticalScrollBar()
        needs_bar = inside.minimumSizeHint().height() > self.height()
        return QSize(
            inside.minimumSizeHint().width() + (bar.sizeHint().width() if needs_bar else 0), 120
        )

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    @override
    def event(self, event: QEvent) -> bool:
        """A wider text inside makes the window ask for more width."""
        if event.type() == QEvent.Type.LayoutRequest and not self._sideways:
            self.updateGeometry()
        return super().event(event)
