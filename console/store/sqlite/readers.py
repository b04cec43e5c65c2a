"""The readers' threads: each answers a question from one snapshot of the SQLite file."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from sqlalchemy import Connection, Engine

from console.domain.errors import UnavailableError
from console.store.sqlite.engine import expected_failure, snapshot


class Readers:
    """Threads that take questions from one queue."""

    def __init__(self, engine: Engine, count: int) -> None:
        """Answer through this engine; the threads begin with `start`."""
        self.engine = engine
        self._questions: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"store-reader-{n}", daemon=True)
            for n in range(count)
        ]

    def start(self) -> None:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()

    def ask[T](self, question: Callable[[Connection], T]) -> Future[T]:
        """Queue a question."""
        future: Future[T] = Future()

        def answer() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                with snapshot(self.engine) as connection:
                    result = question(connection)
            except BaseException as error:  # noqa: BLE001  (it is the asker's)
                known = expected_failure(error)
                if known is not None:
                    known.__cause__ = error
                future.set_exception(known or error)
                return
            future.set_result(result)

        with self._closing:
            if self._closed:
                raise UnavailableError("store_closed")
            self._questions.put(answer)
        return future

    def stop(self) -> None:
        """Take no more questions; those that are queued are answered."""
        with self._closing:
            self._closed = True
        for _ in self._threads:
            self._questions.put(None)

    def join(self) -> None:
        """Wait for the end of the threads."""
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (answer := self._questions.get()) is not None:
            answer()
