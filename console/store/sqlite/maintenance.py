"""Maintenance by the writer's thread while nobody saves: it merges the segments of the search index
and empties the write-ahead log.
"""

import logging
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from console.store.sqlite.cipher import database_errors
from console.store.sqlite.engine import checkpoint, expected_failure, merge_search_index

log = logging.getLogger(__name__)

IDLE_S = 0.25
"""The writer is idle when nobody has saved for so long."""
MERGE_AFTER = 32
"""Saves after which an idle writer merges the search index."""
HELD_BACK_S = 10.0
"""How long to leave a write-ahead log alone that a reader still needs."""
CHECKPOINT_BYTES = 4 << 20
"""From this size on, an idle writer moves the write-ahead log into the file."""
CRAMPED_BYTES = 64 << 20
"""From this size on, it does so even while saves wait."""
SMALL_BYTES = 4 << 20
"""The same after a pull from the centre, and during long work next to people's saves: a log of
64 MiB delayed the next save by 60 to 390 ms, this one by 15 (median, on a busy machine).
"""


SYNC, HOUSEKEEPING = 1, 2
"""Priorities of the writer's work; a person's save has 0 and goes first."""


class Maintenance:
    """Maintenance of one store; only its writer's thread calls it, except for `cramped_bytes`."""

    def __init__(self, path: Path) -> None:
        """Watch the store at this path."""
        self._log = path.with_name(path.name + "-wal")
        self._log_size = 0
        self._unmerged = 0
        self.cramped_bytes = CRAMPED_BYTES
        """Log size at which it is emptied even while saves wait; long work lowers it."""

    @property
    def owed(self) -> bool:
        """Whether there is work for an idle writer."""
        try:
            self._log_size = self._log.stat().st_size
        except OSError:
            self._log_size = 0
        return self._unmerged >= MERGE_AFTER or self._log_size >= CHECKPOINT_BYTES

    def after(self, engine: Engine | None, saves: int, *, priority: int) -> None:
        """Count saves, and do one piece of what cannot wait for an idle moment; a person's save
        comes before the next piece.

        Args:
            engine: the writer's; None when it must be opened again.
            saves: how many; those that shared a commit count singly.
            priority: of the saves (`LocalStore.write`).
        """
        self._unmerged += saves
        long_work = priority == HOUSEKEEPING and self.cramped_bytes < CRAMPED_BYTES
        most = min(self.cramped_bytes, SMALL_BYTES) if priority == SYNC else self.cramped_bytes
        if long_work and self._unmerged >= MERGE_AFTER:
            self._merge(engine)  # long work is never idle, and all of it at once takes seconds
        elif self._log_size >= most:
            self._checkpoint(engine)

    def when_idle(self, engine: Engine | None) -> float:
        """Do one bounded piece of work; returns how long to rest, in seconds."""
        if self._unmerged >= MERGE_AFTER and self._merge(engine):
            return 0.0
        return IDLE_S if self._checkpoint(engine) else HELD_BACK_S

    def _merge(self, engine: Engine | None) -> bool:
        """Merge part of the search index; returns whether more may be left."""
        more = engine is not None and merge_search_index(engine)
        self._unmerged = self._unmerged if more else 0
        return more

    def _checkpoint(self, engine: Engine | None) -> bool:
        """Empty the write-ahead log."""
        if engine is None:
            return False
        try:
            return checkpoint(engine)
        except database_errors("Error", DBAPIError) as error:
            # On a full disk the writer must go on, so that it can refuse saves with a message.
            log.warning("checkpoint failed: %s", str(expected_failure(error) or error))
            return False
