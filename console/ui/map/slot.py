"""The place on a page for the one map of the program while that page is in front."""

from typing import Protocol, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.ui.widgets.basic.plain_label import PlainLabel


class MapInSlot(Protocol):
    """What a slot needs to know about the map.

    Attributes:
        slot: the slot that uses the map now.
        away: it has a window of its own on another screen.
    """

    slot: "MapSlot | None"
    away: bool


class MapSlot(QWidget):
    """An empty place that takes the map.

    The map works for the slot that took it last, and lies in it too, unless it is on another
    screen: then the slot says so.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._note = PlainLabel(
            self.tr("Bản đồ ở màn hình khác."), tone="muted", kind="caption", wrap=True
        )
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._note.setContentsMargins(10, 10, 10, 10)
        self._note.setVisible(False)
        self._column.addWidget(self._note)

    def adopt(self, view: QWidget) -> None:
        """Take the map; do nothing when it is already here."""
        made = cast("MapInSlot", view)  # the window has only this one
        if made.slot is not self:
            if made.slot is not None:
                made.slot.release(view)
            made.slot = self
        self.lay(view)

    def lay(self, view: QWidget) -> None:
        """Put the map in, or say that it is on another screen."""
        away = cast("MapInSlot", view).away
        self._note.setVisible(away)
        if not away and view.parentWidget() is not self:
            self._column.addWidget(view)
        view.show()

    def holds(self, view: QWidget | None) -> bool:
        """Whether the map works for this slot now."""
        return view is not None and cast("MapInSlot", view).slot is self

    def release(self, view: QWidget) -> None:
        """The map is about to move to another page; nothing to do here."""
