"""A telephone keypad, for machines that ask for keys during a call."""

from typing import override

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.base import HouseDialog

KEYS = "123456789*0#"


class Keypad(HouseDialog):
    """Emits `pressed` with one of `0-9 * #`; the keyboard works too."""

    pressed = Signal(str)

    def __init__(self, caller: str, parent: QWidget | None = None) -> None:
        """For the call with this number."""
        super().__init__(self.tr("Bàn phím số"), parent)
        self.body.addWidget(PlainLabel(caller, tone="muted"))
        self._sent = PlainLabel(kind="big")
        self._sent.setMinimumHeight(self._sent.fontMetrics().height())
        self.body.addWidget(self._sent)
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, key in enumerate(KEYS):
            button = Button(key)
            button.setMinimumSize(56, 40)
            button.clicked.connect(lambda _checked=False, k=key: self._press(k))
            grid.addWidget(button, place // 3, place % 3)
        self.body.addLayout(grid)

    @property
    def sent(self) -> str:
        """The keys pressed so far."""
        return self._sent.text()

    def _press(self, key: str) -> None:
        self._sent.setText((self._sent.text() + key)[-16:])
        self.pressed.emit(key)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if len(event.text()) == 1 and event.text() in KEYS:
            self._press(event.text())
            return
        super().keyPressEvent(event)
