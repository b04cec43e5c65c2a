"""Python's cyclic garbage collector, held on the window's thread.

A collection runs on whichever thread allocates next. On the store's or the sync's thread it would
destroy widgets that nobody needs any more there, and Qt ends the program: a window with 2,000
calls behind it died of it. So the automatic collector is off and the window's own timer does its
work, by the same thresholds.
"""

import gc
from typing import override

from PySide6.QtCore import QObject, QTimerEvent

_EVERY_MS = 250


class Collector(QObject):
    """Collects cycles on the thread that made it, for as long as it lives; one per process."""

    def __init__(self, parent: QObject) -> None:
        """Begin."""
        super().__init__(parent)
        self.start()

    def start(self) -> None:
        """Turn the automatic collector off and set what is there now apart: it stays for good."""
        gc.disable()
        gc.freeze()
        self._timer = self.startTimer(_EVERY_MS)

    def look(self) -> int | None:
        """Collect the oldest generation that is due; returns which, None when none is."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > limits[generation] > 0:
                gc.collect(generation)
                return generation
        return None

    def stop(self) -> None:
        """Hand the work back to Python; once no other thread can meet a widget any more."""
        self.killTimer(self._timer)
        gc.unfreeze()
        gc.enable()

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        self.look()
