"""Shared rows (contacts, messages, blocked senders) between this workstation and the centre, both
ways, on the line of the events (docs/decisions/0052-one-inbox.md).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.domain.errors import UnavailableError
from console.domain.reports.quality import MAY_SCORE
from console.services.ports.central.shared_rows import (
    Feed,
    SharedCentre,
    SharedRow,
    SharedStore,
    Timed,
)
from console.services.ports.central.sync import EventRefusedError

log = logging.getLogger(__name__)

SENT_AT_ONCE = 50
"""Rows of one call; each may carry a text of 20,000 characters."""
TAKEN_AT_ONCE = 100
"""Rows stored in one transaction, so that no save waits for a longer one."""


@dataclass(slots=True)
class _Line:
    """One feed at the centre; `may_send` is False for a login that may only read."""

    feed: Feed
    share: Callable[[Sequence[SharedRow]], None]
    after: Callable[[int, int], tuple[SharedRow, ...]]
    may_send: bool = True


class SharedRows:
    """Sends what changed here, stores what changed elsewhere."""

    def __init__(
        self, centre: SharedCentre, store: SharedStore, publish: Callable[[object], None]
    ) -> None:
        """Work between these two; `publish` hears of rows that changed here."""
        self._centre = centre
        self._store = store
        self._publish = publish
        self._rows = _Line("rows", centre.share, centre.shared_after)
        self._scores = _Line("scores", centre.share_scores, centre.scores_after)

    def begin(self, incarnation: str, timed: Callable[[], Timed]) -> None:
        """After a greeting: compare positions.

        Raises:
            UnavailableError: the centre went away.
        """
        with timed():
            last = self._centre.shared_last()
        self._store.follow(incarnation, last)
        for line in (self._rows, self._scores):
            line.may_send = True

    def waiting_count(self) -> int:
        """How many rows the centre does not have yet."""
        return self._store.waiting_count()

    def round(self, role: str, timed: Callable[[], Timed], stopping: Callable[[], bool]) -> None:
        """Send and fetch until nothing is left.

        Args:
            role: of the login, as the centre has it; scores are only fetched by roles that may see
                them.

        Raises:
            UnavailableError: the centre went away.
        """
        for line in (self._rows, self._scores) if role in MAY_SCORE else (self._rows,):
            if line.may_send:
                self._send(line, timed, stopping)
            self._fetch(line, timed, stopping)

    def _fetch(self, line: _Line, timed: Callable[[], Timed], stopping: Callable[[], bool]) -> None:
        while not stopping():
            with timed():
                rows = line.after(self._store.place(line.feed), TAKEN_AT_ONCE)
            if not rows:
                return
            for event in self._store.take_in(rows, line.feed):
                self._publish(event)
            if len(rows) < TAKEN_AT_ONCE:
                return

    def _send(self, line: _Line, timed: Callable[[], Timed], stopping: Callable[[], bool]) -> None:
        size = SENT_AT_ONCE
        while not stopping() and (rows := self._store.waiting(size, line.feed)):
            try:
                with timed():
                    line.share(rows)
            except EventRefusedError as error:
                if len(rows) > 1:
                    size = 1  # find the one row that it does not take
                    continue
                # No key: it may name a sender. The supervisor's list shows the row.
                log.warning("the centre cannot store a row of %s: %s", rows[0].kind, error)
                self._store.bury(rows[0], str(error.params.get("cause", "")))
            except UnavailableError as error:
                if error.code != "central_denied":
                    raise
                line.may_send = False  # a login that may only read
                return
            else:
                self._store.shared(rows)
                size = SENT_AT_ONCE
