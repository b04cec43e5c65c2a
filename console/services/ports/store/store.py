"""The local store: one writer thread for transactions, reader threads for questions."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork


class Store(Protocol):
    """The local store: one writer thread, reader threads."""

    async def write[T](self, work: Callable[[UnitOfWork], T], *, priority: int = 0) -> T:
        """Run `work` in one transaction on the writer thread; returns once it is on disk.

        Raises:
            UnavailableError: `disk_full`, `store_read_only`, `store_failed`; nothing was stored.
        """

    async def ask[T](self, question: Callable[[Queries], T]) -> T:
        """Run a question on a reader thread."""

    def write_now[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """Like `write`, but blocking; for command-line verbs."""

    def ask_now[T](self, question: Callable[[Queries], T]) -> T:
        """Like `ask`, but blocking; for command-line verbs."""

    def chain_reader_lines(self) -> int:
        """Chain the audit lines that read-only verbs left; returns how many; blocking.

        Raises:
            UnavailableError: as a save.
        """

    def count_report_blocks(self, now: datetime, most: int | None = None) -> int:
        """Count past months that reports would else read again and again; blocking, half a second
        for fifteen thousand requests.

        Args:
            most: blocks to count now, newest first; None = all.

        Returns:
            How many blocks of thirty days were counted.
        """

    def close(self) -> None:
        """Finish queued work, checkpoint, close."""
