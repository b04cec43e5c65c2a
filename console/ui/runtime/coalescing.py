"""Limits how often a refresh runs, and never runs it twice at once."""

import math
import time
from collections.abc import Callable, Coroutine

from PySide6.QtCore import QObject, QTimer

from console.ui.runtime.tasks import Failed, spawn

REFRESH_MS = 100
"""Ten refreshes a second: nobody sees more, and 100 events/s would cost a whole core."""
_SOON_MS = 5
"""After a quiet time the first request waits for others that come with it."""
_REST = 6
"""A long refresh is followed by a pause of this many times its length: a list of 2,000 rows takes a
third of a core, however much happens, and shows a change within a second.
"""
_LONGEST_MS = 2000


class Coalesced(QObject):
    """Runs a coroutine function soon after `wish()`; calls in between become one run."""

    def __init__(
        self,
        work: Callable[[], Coroutine[object, object, None]],
        *,
        every_ms: int = REFRESH_MS,
        failed: Failed | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Nothing runs until the first `wish()`."""
        super().__init__(parent)
        self._work = work
        self._failed = failed
        self._busy = False
        self._again = self._asked = False
        self._ended = False
        self.runs = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._every_ms = every_ms
        self._free_at = 0.0
        self._timer.timeout.connect(self._start)

    def wish(self) -> None:
        """Run soon."""
        if self._ended:
            return
        if self._busy:
            self._again = True
        elif not self._timer.isActive():
            left_ms = math.ceil((self._free_at - time.monotonic()) * 1000)
            self._timer.start(max(min(_SOON_MS, self._every_ms), left_ms))

    def now(self) -> None:
        """Run without waiting, as after the user's key; still never twice at once."""
        if self._ended:
            return
        if self._busy:
            self._again = self._asked = True
            return
        self._timer.stop()
        self._start()

    def stop(self) -> None:
        """Never run again; the screen is closing."""
        self._ended = True
        self._timer.stop()
        self._again = False

    def _start(self) -> None:
        if self._busy:
            self._again = True
            return
        self._busy = spawn(self._run(), self._failed)

    async def _run(self) -> None:
        self.runs += 1
        begun = time.monotonic()
        try:
            await self._work()
        finally:
            self._busy = False
            rest_ms = int((time.monotonic() - begun) * 1000 * _REST)
            if self._asked:
                self._asked, rest_ms = False, 0  # a person waits for it
            rest_ms = max(self._every_ms, min(_LONGEST_MS, rest_ms))
            self._free_at = time.monotonic() + rest_ms / 1000
            if self._again:
                self._again = False
                self._timer.start(rest_ms)
