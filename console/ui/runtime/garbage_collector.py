"""Python's cyclic garbage collector, held on the window's thread.

A collection runs on whichever thread allocates next. On the store's or the sync's thread it would
destroy widgets that nobody needs any more there, and Qt ends the program: a window with 2,000
calls behind it died of it. So the automatic collector is off and the window's own timer does its
work, by the same thresholds.

A window that stands has 300,000 objects that live as long as it does; to look at them all takes 40
ms of somebody's typing. They are set apart, so that collections look at what came later.
"""

import gc
from typing import override

from PySide6.QtCore import QObject, QTimer, QTimerEvent, Slot

_EVERY_MS = 250
_SETTLED_MS = 4000
"""After the window shows: the map is placed, the spare form made."""


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

    @Slot()
    def settle(self) -> None:
        """Set apart what there is now."""
        gc.freeze()

    def settle_soon(self) -> None:
        """The window shows: what stands in a moment stays."""
        QTimer.singleShot(_SETTLED_MS, self, self.settle)

    @Slot()
    def begin_anew(self) -> None:
        """The pages are closed and made anew for another person: the old ones are soon garbage,
        and among what was set apart.
        """
        gc.unfreeze()
        QTimer.singleShot(_SETTLED_MS, self, self._collect_and_settle)

    @Slot()
    def _collect_and_settle(self) -> None:
        gc.collect()
        self.settle()

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
