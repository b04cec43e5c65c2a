"""What saves leave behind, done by the writer's thread when nobody saves: a search index in many
pieces, a long write-ahead log.
"""

import logging
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from console.store.sqlite.cipher import database_errors
from console.store.sqlite.engine import checkpoint, expected_failure, merge_search_index

log = logging.getLogger(__name__)

IDLE_S = 0.25
"""How long nobody saves before the writer calls itself idle."""
MERGE_AFTER = 32
"""Saves after which an idle writer merges the search index."""
HELD_BACK_S = 10.0
"""How long it leaves a write-ahead log alone that a reader holds back."""
CHECKPOINT_BYTES = 4 << 20
"""Size of the write-ahead log from which an idle writer moves it into the file."""
CRAMPED_BYTES = 64 << 20
"""Size from which it does so although saves wait."""
SMALL_BYTES = 4 << 20
"""The same behind what the centre sent, and behind long work beside people: 64 MiB held the next
save up for 60 to 390 ms, this for 15 (median, on a busy machine).
"""


SYNC, HOUSEKEEPING = 1, 2
"""Priorities of the writer's work, behind a person's 0."""


class Maintenance:
    """One store's; called by its writer's thread alone, but for `cramped_bytes`."""

    def __init__(self, path: Path) -> None:
        """For the store at this path; nothing is left behind yet."""
        self._log = path.with_name(path.name + "-wal")
        self._log_size = 0
        self._unmerged = 0
        self.cramped_bytes = CRAMPED_BYTES
        """Size of the log that is emptied although saves wait; less: beside people's saves."""

    @property
    def owed(self) -> bool:
        """Whether something is to be done as soon as the writer is idle."""
        try:
            self._log_size = self._log.stat().st_size
        except OSError:
            self._log_size = 0
        return self._unmerged >= MERGE_AFTER or self._log_size >= CHECKPOINT_BYTES

    def after(self, engine: Engine | None, saves: int, *, priority: int) -> None:
        """These many saves more; what cannot wait for an idle moment is done at once, one piece of
        it, so that a person's save comes before the next.

        Args:
            engine: the writer's, None when it must be opened anew.
            saves: what shared a commit counts one by one.
            priority: whose they were (`LocalStore.write`).
        """
        self._unmerged += saves
        long_work = priority == HOUSEKEEPING and self.cramped_bytes < CRAMPED_BYTES
        most = min(self.cramped_bytes, SMALL_BYTES) if priority == SYNC else self.cramped_bytes
        if long_work and self._unmerged >= MERGE_AFTER:
            self._merge(engine)  # long work has no idle moment; all at once takes seconds
        elif self._log_size >= most:
            self._checkpoint(engine)

    def when_idle(self, engine: Engine | None) -> float:
        """Do a bounded piece; returns how long to rest, in seconds."""
        if self._unmerged >= MERGE_AFTER and self._merge(engine):
            return 0.0
        return IDLE_S if self._checkpoint(engine) else HELD_BACK_S

    def _merge(self, engine: Engine | None) -> bool:
        """Merge some of the search index; whether there may be more."""
        more = engine is not None and merge_search_index(engine)
        self._unmerged = self._unmerged if more else 0
        return more

    def _checkpoint(self, engine: Engine | None) -> bool:
        """Empty the write-ahead log: no save's business, but done when idle or out of hand."""
        if engine is None:
            return False
        try:
            return checkpoint(engine)
        except database_errors("Error", DBAPIError) as error:
            # A full disk: the writer must outlive it, people's saves are refused and told.
            log.warning("checkpoint failed: %s", str(expected_failure(error) or error))
            return False
