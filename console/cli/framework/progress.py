"""Progress bars on standard error for slow verbs; in a file or pipe, a line now and then."""

import sys
import time
from datetime import timedelta
from typing import override

from console.cli.framework.call import Call

WIDTH = 24
LIVELY_S, QUIET_S = 0.2, 10.0
"""Seconds between two updates, on a terminal and elsewhere."""


class StatusLine:
    """A status line that is overwritten in place; `end` keeps what it shows."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._lively = sys.stderr is not None and sys.stderr.isatty()
        self._shown = time.monotonic()
        self._dirty = False

    def due(self) -> bool:
        """Whether it is time for the next update."""
        now = time.monotonic()
        if now - self._shown < (LIVELY_S if self._lively else QUIET_S):
            return False
        self._shown = now
        return True

    def show(self, share: float, text: str) -> None:
        """A bar of this share (0-1) and a text."""
        if sys.stderr is None:
            return
        full = max(0.0, min(1.0, share))
        bar = f"[{'#' * int(full * WIDTH):{WIDTH}}] {full:4.0%}  {text}"
        sys.stderr.write(f"\r{bar}\x1b[K" if self._lively else f"{bar}\n")
        sys.stderr.flush()
        self._dirty = True

    def end(self) -> None:
        """Let whatever is written next begin on a line of its own."""
        if self._dirty and self._lively:
            sys.stderr.write("\n")
        self._dirty = False


class _Counted(StatusLine):
    """A count out of a total, and the time left."""

    def __init__(self, call: Call) -> None:
        """Start the clock."""
        super().__init__()
        self._call = call
        self._began = time.monotonic()

    def __call__(self, done: int, every: int) -> None:
        """Show the count, if an update is due."""
        if not self.due() or not done:
            return
        left = span((every - done) * (time.monotonic() - self._began) / done)
        told = self._told(done, every)
        self.show(done / every, self._call.text(f"{told}  còn {left}", f"{told}  {left} left"))

    def _told(self, done: int, every: int) -> str:
        return f"{done:,} / {every:,}"


class Requests(_Counted):
    """Counts requests."""


class Bytes(_Counted):
    """Counts bytes, in megabytes."""

    @override
    def _told(self, done: int, every: int) -> str:
        return f"{done / 1e6:,.0f} / {every / 1e6:,.0f} MB"


def span(seconds: float) -> str:
    """`02:05`, `1:00:00`."""
    return str(timedelta(seconds=round(max(0.0, seconds)))).removeprefix("0:")
