"""A frame that can be chosen: a call, an earlier request, a likely duplicate."""

from typing import Literal, override

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from console.ui.widgets.basic.plain_label import set_property

_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Card(QFrame):
    """A frame with a body.

    Attributes:
        clicked: chosen by mouse, Enter or Space.
        body: the layout for the content.
    """

    clicked = Signal()

    def __init__(
        self,
        *,
        name: str = "",
        activatable: bool = True,
        tone: Literal["plain", "warn", "urgent", "ok"] = "plain",
        parent: QWidget | None = None,
    ) -> None:
        """Make it.

        Args:
            name: what a screen reader says when the card gets the focus.
            activatable: False for a card that only shows something; it takes no focus.
        """
        super().__init__(parent)
        self.setProperty("ui", "card")
        self.setProperty("tone", tone)
        self.setProperty("hoverable", activatable)
        self.setProperty("selected", False)
        self.setAccessibleName(name)
        self._activatable = activatable
        if activatable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(10, 8, 10, 8)
        self.body.setSpacing(2)

    @property
    def selected(self) -> bool:
        """Whether it is the chosen one."""
        return bool(self.property("selected"))

    def set_selected(self, selected: bool) -> None:
        """Mark it as the chosen one."""
        set_property(self, "selected", selected)

    def set_tone(self, tone: str) -> None:
        """Set the background by meaning: plain, warn, urgent, ok."""
        set_property(self, "tone", tone)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        inside = self.rect().contains(event.position().toPoint())
        if self._activatable and inside and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._activatable and event.key() in _KEYS and not event.isAutoRepeat():
            self.clicked.emit()
            event.accept()
            return
        super().keyPressEvent(event)
