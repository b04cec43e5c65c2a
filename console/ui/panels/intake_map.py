"""The map of the intake page: where the one map of the program is put, and what it is told.

While there is no map (it comes after the window) everything said is kept and said again when it
comes.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget


class IntakeMap(QFrame):
    """Map in the right column.

    Attributes:
        picked: (lat, long) clicked or dragged to by the person.
    """

    picked = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ui", "panel")
        self.slot = self
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def adopt(self, view: QWidget) -> None:
        self.column.addWidget(view)

    def show_form(self, form: object) -> None: ...

    def show_pin(self, form: object) -> None: ...

    def show_near(self, rows: object) -> None: ...
