"""The map in a window of its own, on a screen that the person chose."""

from typing import override

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget


class MapWindow(QWidget):
    """Holds the map while it is on another screen; closing this window brings it back.

    Signals:
        closed: the person closed it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden; it belongs to the program's window and takes no focus when it appears."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setProperty("ui", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setWindowTitle(self.tr("Bản đồ - 1022"))
        self.setAccessibleName(self.tr("Bản đồ"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def take(self, view: QWidget, screen: QScreen) -> None:
        """Fill this screen with the map."""
        self._column.addWidget(view)
        self.setScreen(screen)
        self.setGeometry(screen.availableGeometry())
        self.showMaximized()
        view.show()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
