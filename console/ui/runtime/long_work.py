"""Work that may take longer than a second: known in one place, shown in one place, can be stopped.

Whoever begins such work says so with `going_on`; the window's status line shows what has lasted a
second. One list for the process, as `tasks.py` has it.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal

TOLD_EVERY_S = 0.1
"""Nobody reads faster how far something is."""


class Pace:
    """Lets one of many words of progress through in a while; the first one always."""

    def __init__(self) -> None:
        """None came through yet."""
        self._last = -TOLD_EVERY_S

    def due(self) -> bool:
        """Whether this one goes through."""
        now = time.monotonic()
        if now - self._last < TOLD_EVERY_S:
            return False
        self._last = now
        return True


class LongWork(QObject):
    """One piece of work.

    Signals:
        told: it went on, or ended; may be sent from another thread.

    Attributes:
        name: in words, such as `Ghi tệp Excel`.
        cancel: ends it; None where it cannot be stopped any more.
        done, every: how far it is; `every` is 0 while nobody knows.
        begun: on the monotonic clock.
    """

    told = Signal()

    def __init__(self, name: str, cancel: Callable[[], None] | None) -> None:
        """It begins now."""
        super().__init__()
        self.name, self.cancel = name, cancel
        self.done = self.every = 0
        self.stopping = False
        self.begun = time.monotonic()

    def tell(self, done: int, every: int) -> None:
        """It is so far; from any thread."""
        self.done, self.every = done, every
        self.told.emit()

    def stop(self) -> None:
        """The person wants no more of it."""
        if self.cancel is not None and not self.stopping:
            self.stopping = True
            self.cancel()
            self.told.emit()


class StoppedError(Exception):
    """The person wants no more of it."""


class LongWorks(QObject):
    """All that goes on now.

    Signals:
        changed: something began, went on or ended.
    """

    changed = Signal()

    def __init__(self) -> None:
        """Nothing goes on."""
        super().__init__()
        self.running: tuple[LongWork, ...] = ()

    def stop(self) -> None:
        """The program ends: what can be stopped is."""
        for work in self.running:
            work.stop()

    @contextmanager
    def going_on(self, name: str, cancel: Callable[[], None] | None = None) -> Iterator[LongWork]:
        """Say that this goes on until the block ends."""
        work = LongWork(name, cancel)
        work.told.connect(self.changed)
        self.running = (*self.running, work)
        self.changed.emit()
        try:
            yield work
        finally:
            self.running = tuple(each for each in self.running if each is not work)
            work.told.disconnect(self.changed)
            self.changed.emit()


class _One:
    long_works: LongWorks | None = None


def long_works() -> LongWorks:
    """The one list."""
    if _One.long_works is None:
        _One.long_works = LongWorks()
    return _One.long_works


async def run_long_work[T](name: str, do: Callable[[Callable[[int, int], None]], T]) -> T:
    """Blocking work on a thread of its own, shown while it lasts.

    Args:
        name: in words.
        do: gets what it must call now and then with how far it is, of how much.

    Raises:
        StoppedError: the person stopped it; it was raised inside `do`, too.
    """
    stopped, pace = threading.Event(), Pace()
    with long_works().going_on(name, stopped.set) as work:

        def tell(done: int, every: int) -> None:
            if stopped.is_set():
                raise StoppedError
            if pace.due():
                work.tell(done, every)

        return await asyncio.to_thread(do, tell)
