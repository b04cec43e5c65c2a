"""Work that may take longer than a second: known in one place, shown in one place, can be stopped.

Whoever begins such work says so with `going_on`; the window's status line shows what has lasted a
second. One list for the process, as `tasks.py` has it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal


class Work(QObject):
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


class Works(QObject):
    """All that goes on now.

    Signals:
        changed: something began, went on or ended.
    """

    changed = Signal()

    def __init__(self) -> None:
        """Nothing goes on."""
        super().__init__()
        self.running: tuple[Work, ...] = ()

    @contextmanager
    def going_on(self, name: str, cancel: Callable[[], None] | None = None) -> Iterator[Work]:
        """Say that this goes on until the block ends."""
        work = Work(name, cancel)
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
    works: Works | None = None


def works() -> Works:
    """The one list."""
    if _One.works is None:
        _One.works = Works()
    return _One.works
