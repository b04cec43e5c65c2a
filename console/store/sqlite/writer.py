"""The writer's thread: the only one that writes to the SQLite file, one transaction at a time."""

import contextlib
import itertools
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from console.domain.errors import UnavailableError
from console.store.sqlite import maintenance
from console.store.sqlite.cipher import database_errors
from console.store.sqlite.engine import checkpoint, expected_failure
from console.store.sqlite.group_commit import MOST, Save
from console.store.sqlite.maintenance import Maintenance

log = logging.getLogger(__name__)


@dataclass(order=True, slots=True)
class _Job:
    priority: int
    n: int
    run: Callable[[], None] = field(compare=False)
    save: Save[Any] | None = field(default=None, compare=False)


class Writer:
    """Runs work in transactions on its thread: by priority, within one by order of arrival."""

    def __init__(self, path: Path, opened: Callable[[], Engine]) -> None:
        """Open the engine; the thread begins with `start`.

        Args:
            path: of the store.
            opened: opens the writing engine, also again after a failure.
        """
        self._opened = opened
        self._numbers = itertools.count()
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self.maintenance = Maintenance(path)
        self.engine: Engine | None = opened()
        """None after a failure, until the next work opens it again."""

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def save(self, save: Save[Any], priority: int) -> None:
        """Queue a save, which may share its commit with others of its priority."""
        self._put(lambda: self._save((save,)), priority, save)

    def run[T](self, work: Callable[[Connection], T], priority: int) -> Future[T]:
        """Queue work that gets a transaction of its own."""
        future: Future[T] = Future()
        self._put(lambda: self._transact(work, future), priority)
        return future

    def stop(self) -> None:
        """Take no more work; what is queued is finished, then the log is emptied."""
        with self._closing:
            self._closed = True
        self._jobs.put(_Job(9, next(self._numbers), self._finish))

    def join(self) -> None:
        """Wait for the end of the thread."""
        self._thread.join()

    def dispose(self) -> None:
        """Close the connection."""
        if self.engine is not None:
            self.engine.dispose()

    def _put(self, run: Callable[[], None], priority: int, save: Save[Any] | None = None) -> None:
        with self._closing:
            if self._closed:
                raise UnavailableError("store_closed")
            self._jobs.put(_Job(priority, next(self._numbers), run, save))

    def _work(self) -> None:
        rest_s = maintenance.IDLE_S
        while not self._stopped:
            try:
                job = self._jobs.get(timeout=rest_s if self.maintenance.owed else None)
            except queue.Empty:
                rest_s = self.maintenance.when_idle(self.engine)
                continue
            together = self._with_others(job)
            if len(together) > 1:
                self._save(together)
            else:
                job.run()
            self.maintenance.after(self.engine, max(1, len(together)), priority=job.priority)
            rest_s = maintenance.IDLE_S

    def _with_others(self, first: _Job) -> tuple[Save[Any], ...]:
        """The save and the next queued ones of the same priority, which share its commit."""
        found = [first.save] if first.save is not None else []
        while found and len(found) < MOST:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job.save is None or job.priority != first.priority:
                self._jobs.put(job)
                break
            found.append(job.save)
        return tuple(found)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self.engine is None:
            self.engine = self._opened()
        with self.engine.begin() as connection:
            yield connection

    def _save(self, saves: Sequence[Save[Any]]) -> None:
        running = [save for save in saves if save.begin()]
        if not running:
            return
        try:
            with self._transaction() as connection:
                for save in running:
                    (save.run if len(running) == 1 else save.run_in_savepoint)(connection)
        except BaseException as error:  # noqa: BLE001  (it is the waiters')
            told = self._explained(error)
            for save in running:
                save.future.set_exception(told)
            return
        for save in running:
            save.committed(self._explained)

    def _transact[T](self, work: Callable[[Connection], T], future: Future[T]) -> None:
        # From here on it cannot be cancelled: the work is done or rolled back as a whole.
        if not future.set_running_or_notify_cancel():
            return
        try:
            with self._transaction() as connection:
                result = work(connection)
        except BaseException as error:  # noqa: BLE001  (it is the waiter's)
            future.set_exception(self._explained(error))
            return
        future.set_result(result)

    def _explained(self, error: BaseException) -> BaseException:
        known = expected_failure(error)
        if known is None:
            return error
        known.__cause__ = error
        if known.code == "store_failed" and self.engine is not None:
            # After a failed fsync a later one may lie, so drop the connection and its cache.
            log.error("the store failed and is opened again: %s", known)
            self.engine.dispose()
            self.engine = None
        return known

    def _finish(self) -> None:
        self._stopped = True
        if self.engine is not None:
            with contextlib.suppress(*database_errors("Error", DBAPIError)):
                checkpoint(self.engine)
