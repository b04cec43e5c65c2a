"""A note on the screen before there is a window: the store takes long to open."""

import time
from typing import override

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from console.ui.widgets.basic.plain_label import PlainLabel

_SHOWN_S = 1.0
"""Longest wait for the screen; without one the store is opened all the same."""
_WIDTH = 460


class OpeningNote(PlainLabel):
    """A sentence in a window of its own, without any control."""

    def __init__(self, text: str) -> None:
        """Build it hidden."""
        super().__init__(text, wrap=True)
        self.setWindowTitle("1022")
        self.setMargin(24)
        self.setFixedWidth(_WIDTH)
        self.painted = False

    def show_now(self) -> None:
        """Show it and wait until it is painted: what follows blocks painting."""
        self.show()
        end = time.monotonic() + _SHOWN_S
        while not self.painted and time.monotonic() < end:
            QApplication.processEvents()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Record that it was painted."""
        super().paintEvent(event)
        self.painted = True
