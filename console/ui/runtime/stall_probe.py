"""Measures stalls of the window's loop: a timer beats, and a late beat shows how long the loop was
blocked.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import override

from PySide6.QtCore import QObject, Qt, QTimerEvent

from console.services.runtime.loop_stalls import LoopStalls
from console.ui.runtime.tasks import spawn

log = logging.getLogger(__name__)

_BEAT_MS = 25
_WRITE_EVERY_S = 60.0
_WORTH_A_LINE_MS = 250.0
_FIRST_S = 5.0


class StallProbe(QObject):
    """Beats as long as it lives; costs 0.1 % of a core.

    The first seconds, while the window is built, do not count.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime], parent: QObject) -> None:
        """Start; the counts are written to this folder once a minute and at the end."""
        super().__init__(parent)
        self._folder, self._clock = folder, clock
        self.stalls = LoopStalls(clock())
        self._began = self._last = self._written = time.perf_counter()
        self._timer = self.startTimer(_BEAT_MS, Qt.TimerType.PreciseTimer)

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        now = time.perf_counter()
        late_ms = (now - self._last) * 1000 - _BEAT_MS
        self._last = now
        if now - self._began < _FIRST_S:
            return
        self.stalls.add(late_ms)
        if late_ms > _WORTH_A_LINE_MS:
            log.warning("the window stood still for %.0f ms", late_ms)
        if now - self._written > _WRITE_EVERY_S:
            self._written = now
            summary = self.stalls.summary(self._clock())
            spawn(asyncio.to_thread(summary.write, self._folder))

    def stop(self) -> None:
        """Stop, and write the counts."""
        self.killTimer(self._timer)
        self.stalls.summary(self._clock()).write(self._folder)
