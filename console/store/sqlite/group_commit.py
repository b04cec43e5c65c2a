"""A save that waits for the writer, and several that wait for the disk together.

On a busy disk a commit takes ten milliseconds and more, most of it the flush. Saves that stand in
line at that moment share one: each in a savepoint of its own, so that a refusal undoes nothing of
the others, and each is acknowledged after the one commit.
"""

from collections.abc import Callable
from concurrent.futures import Future

from sqlalchemy import Connection

from console.domain.errors import UnavailableError
from console.store.sqlite.engine import expected_failure

MOST = 16
"""Saves of one commit: whoever comes next waits for no longer one."""


class Save[T]:
    """Work of one transaction and who waits for it."""

    def __init__(self, work: Callable[[Connection], T], after: Callable[[], None]) -> None:
        """Nothing runs yet.

        Args:
            after: called on the writer's thread once it is on disk.
        """
        self._work = work
        self._after = after
        self._made: T | None = None
        self._refused: BaseException | None = None
        self.future: Future[T] = Future()

    def begin(self) -> bool:
        """Whether somebody still waits; not cancellable from here on: done or undone whole."""
        return self.future.set_running_or_notify_cancel()

    def run(self, connection: Connection) -> None:
        """Do it in this transaction, which is its own; what it raises undoes all of it."""
        self._made = self._work(connection)

    def run_in_savepoint(self, connection: Connection) -> None:
        """Do it beside others; a refusal undoes its own part only.

        Raises:
            DBAPIError: the store itself failed, and with it all of the transaction.
        """
        own = connection.begin_nested()
        try:
            self._made = self._work(connection)
        except BaseException as error:
            if isinstance(expected_failure(error), UnavailableError):
                raise  # SQLite may have undone all of it already, savepoints too
            own.rollback()
            self._refused = error
        else:
            own.commit()

    def committed(self, explained: Callable[[BaseException], BaseException]) -> None:
        """It is on disk, or was refused: tell who waits."""
        if self._refused is not None:
            self.future.set_exception(explained(self._refused))
            return
        self.future.set_result(self._made)  # type: ignore[arg-type]
        self._after()
