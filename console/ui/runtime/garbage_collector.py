"""Keeps Python's cyclic garbage collection on the window's thread.

A collection runs on whichever thread allocates next. On the store's or the sync's thread it would
destroy unused widgets there, and Qt would abort: a window died that way after 2,000 calls. So
automatic collection is off, and a timer of the window collects by the same thresholds.

A window has 300,000 objects that live as long as it does; scanning them takes 40 ms, which a typist
notices. They are frozen (`gc.freeze`), so that collections scan only what came later.
"""

import gc
from typing import override

from PySide6.QtCore import QObject, QTimer, QTimerEvent, Slot

_EVERY_MS = 250
_SETTLED_MS = 4000
"""Time after the window is shown until map and spare form are ready."""


class Collector(QObject):
    """Collects cycles on the thread that created it; one for each process."""

    def __init__(self, parent: QObject) -> None:
        """Start collecting here."""
        super().__init__(parent)
        self.start()

    def start(self) -> None:
        """Turn automatic collection off and freeze the objects that exist."""
        gc.disable()
        gc.freeze()
        self._timer = self.startTimer(_EVERY_MS)

    @Slot()
    def settle(self) -> None:
        """Freeze the objects that exist now."""
        gc.freeze()

    def settle_soon(self) -> None:
        """Freeze soon, after the window was shown."""
        QTimer.singleShot(_SETTLED_MS, self, self.settle)

    @Slot()
    def begin_anew(self) -> None:
        """Unfreeze: the pages are rebuilt for another person, and the old ones, soon garbage, are
        among the frozen objects.
        """
        gc.unfreeze()
        QTimer.singleShot(_SETTLED_MS, self, self._collect_and_settle)

    @Slot()
    def _collect_and_settle(self) -> None:
        gc.collect()
        self.settle()

    def look(self) -> int | None:
        """Collect the oldest generation that is due; returns its number, or None."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > limits[generation] > 0:
                gc.collect(generation)
                return generation
        return None

    def stop(self) -> None:
        """Return to automatic collection, once no other thread can destroy a widget."""
        self.killTimer(self._timer)
        gc.unfreeze()
        gc.enable()

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        self.look()
