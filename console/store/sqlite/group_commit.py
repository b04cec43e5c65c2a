"""Group commit: saves that wait in the writer's queue share one transaction.

On a busy disk a commit takes ten milliseconds or more, most of it the flush. Saves that are queued
at that moment share one commit. Each has its own savepoint, so a refused save undoes only itself,
and each is acknowledged after the commit.
"""

from collections.abc import Callable
from concurrent.futures import Future

from sqlalchemy import Connection

from console.domain.errors import UnavailableError
from console.store.sqlite.engine import expected_failure

MOST = 16
"""Saves in one commit at most, so that the next one does not wait for a longer one."""


class Save[T]:
    """The work of one transaction, and the future of its caller."""

    def __init__(self, work: Callable[[Connection], T], after: Callable[[], None]) -> None:
        """Keep the work; nothing runs yet.

        Args:
            after: called on the writer's thread once the save is on disk.
        """
        self._work = work
        self._after = after
        self._made: T | None = None
        self._refused: BaseException | None = None
        self.future: Future[T] = Future()

    def begin(self) -> bool:
        """Whether somebody still waits. From here on it cannot be cancelled."""
        return self.future.set_running_or_notify_cancel()

    def run(self, connection: Connection) -> None:
        """Do the work in a transaction of its own; what it raises rolls that back."""
        self._made = self._work(connection)

    def run_in_savepoint(self, connection: Connection) -> None:
        """Do the work next to other saves; a refusal rolls back this one only.

        Raises:
            DBAPIError: the store itself failed, and with it the whole transaction.
        """
        own = connection.begin_nested()
        try:
            self._made = self._work(connection)
        except BaseException as error:
            if isinstance(expected_failure(error), UnavailableError):
                raise  # SQLite may have rolled back everything, savepoints too
            own.rollback()
            self._refused = error
        else:
            own.commit()

    def committed(self, explained: Callable[[BaseException], BaseException]) -> None:
        """Resolve the future: the save is on disk, or it was refused."""
        if self._refused is not None:
            self.future.set_exception(explained(self._refused))
            return
        self.future.set_result(self._made)  # type: ignore[arg-type]
        self._after()
