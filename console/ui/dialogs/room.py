"""**Tổng đài**: the room in a window of its own, for whoever works on another page."""

from typing import TYPE_CHECKING, override

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from console.ui.dialogs.base import HouseDialog
from console.ui.panels.room_panel import RoomPanel
from console.ui.presenters.calls import CallPresenter

if TYPE_CHECKING:
    from console.services.desk import Desk


class RoomDialog(HouseDialog):
    """Open as long as somebody wants to see it."""

    def __init__(self, desk: "Desk", calls: CallPresenter, parent: QWidget | None = None) -> None:
        """Show the room now."""
        super().__init__(self.tr("Tổng đài"), parent)
        self.room = RoomPanel(desk, calls)
        self.body.addWidget(self.room)
        self.resize(640, 560)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.room.stop()
        super().closeEvent(event)
