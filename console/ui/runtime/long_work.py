"""Work that may take longer than a second: listed and shown in one place, and it can be stopped.

Such work registers with `going_on`; the status line shows it after a second. There is one list for
the process, as in `tasks.py`.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal

REPORT_EVERY_S = 0.1
"""Interval between two progress updates."""


class Pace:
    """Limits how often progress is reported; the first report always passes."""

    def __init__(self) -> None:
        """The next report passes."""
        self._last = -REPORT_EVERY_S

    def due(self) -> bool:
        """Whether this report passes."""
        now = time.monotonic()
        if now - self._last < REPORT_EVERY_S:
            return False
        self._last = now
        return True


class LongWork(QObject):
    """One piece of work.

    Signals:
        progressed: it progressed or ended; may be emitted on another thread.

    Attributes:
        name: in words, such as `Ghi tệp Excel`.
        cancel: stops it; None if it cannot be stopped any more.
        done, every: its progress; `every` is 0 while the total is unknown.
        begun: start, on the monotonic clock.
    """

    progressed = Signal()

    def __init__(self, name: str, cancel: Callable[[], None] | None) -> None:
        """Start now."""
        super().__init__()
        self.name, self.cancel = name, cancel
        self.done = self.every = 0
        self.stopping = False
        self.begun = time.monotonic()

    def tell(self, done: int, every: int) -> None:
        """Report progress; from any thread."""
        self.done, self.every = done, every
        self.progressed.emit()

    def stop(self) -> None:
        """Stop it at the person's wish."""
        if self.cancel is not None and not self.stopping:
            self.stopping = True
            self.cancel()
            self.progressed.emit()


class StoppedError(Exception):
    """Stop it at the person's wish."""


class LongWorks(QObject):
    """The list of running work.

    Signals:
        changed: something began, progressed or ended.
    """

    changed = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.running: tuple[LongWork, ...] = ()

    def stop(self) -> None:
        """Stop everything that can be stopped; the program ends."""
        for work in self.running:
            work.stop()

    @contextmanager
    def going_on(self, name: str, cancel: Callable[[], None] | None = None) -> Iterator[LongWork]:
        """Register work that lasts until the block ends."""
        work = LongWork(name, cancel)
        work.progressed.connect(self.changed)
        self.running = (*self.running, work)
        self.changed.emit()
        try:
            yield work
        finally:
            self.running = tuple(each for each in self.running if each is not work)
            work.progressed.disconnect(self.changed)
            self.changed.emit()


class _One:
    long_works: LongWorks | None = None


def long_works() -> LongWorks:
    """The one list."""
    if _One.long_works is None:
        _One.long_works = LongWorks()
    return _One.long_works


async def run_long_work[T](name: str, do: Callable[[Callable[[int, int], None]], T]) -> T:
    """Run blocking work on a thread of its own, shown while it lasts.

    Args:
        name: in words.
        do: gets a function that it must call from time to time with (done, total).

    Raises:
        StoppedError: the person stopped it; raised inside `do`, too.
    """
    stopped, pace = threading.Event(), Pace()
    with long_works().going_on(name, stopped.set) as work:

        def tell(done: int, every: int) -> None:
            if stopped.is_set():
                raise StoppedError
            if pace.due():
                work.tell(done, every)

        return await asyncio.to_thread(do, tell)
