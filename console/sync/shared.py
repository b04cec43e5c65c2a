"""Shared rows between this seat and the centre, both ways, beside the events on their line."""

import logging
from collections.abc import Callable

from console.domain.errors import UnavailableError
from console.services.shared_ports import SharedCentre, SharedStore, Timed
from console.services.sync_ports import EventRefusedError

log = logging.getLogger(__name__)

SENT_AT_ONCE = 50
"""Rows of one call; each may carry a text of 20,000 characters."""
TAKEN_AT_ONCE = 100
"""Rows taken over in one transaction: people's saves wait for no longer one."""


class SharedRows:
    """Sends what changed here, takes over what changed elsewhere."""

    def __init__(
        self, centre: SharedCentre, store: SharedStore, publish: Callable[[object], None]
    ) -> None:
        """Work between these two; `publish` hears of rows that changed here."""
        self._centre = centre
        self._store = store
        self._publish = publish
        self._may_send = True

    def begin(self, incarnation: str, timed: Callable[[], Timed]) -> None:
        """After a greeting: compare where we stand.

        Raises:
            UnavailableError: the centre went away.
        """
        with timed():
            last = self._centre.shared_last()
        self._store.follow(incarnation, last)
        self._may_send = True

    def round(self, timed: Callable[[], Timed], stopping: Callable[[], bool]) -> None:
        """Send and fetch until nothing is left.

        Raises:
            UnavailableError: the centre went away.
        """
        if self._may_send:
            self._send(timed, stopping)
        while not stopping():
            with timed():
                rows = self._centre.shared_after(self._store.place(), TAKEN_AT_ONCE)
            if not rows:
                return
            for event in self._store.take_in(rows):
                self._publish(event)
            if len(rows) < TAKEN_AT_ONCE:
                return

    def _send(self, timed: Callable[[], Timed], stopping: Callable[[], bool]) -> None:
        size = SENT_AT_ONCE
        while not stopping() and (rows := self._store.waiting(size)):
            try:
                with timed():
                    self._centre.share(rows)
            except EventRefusedError as error:
                if len(rows) > 1:
                    size = 1  # find the one that it does not take
                    continue
                log.warning("the centre cannot store %s %s: %s", rows[0].kind, rows[0].key, error)
                self._store.bury(rows[0])
            except UnavailableError as error:
                if error.code != "central_denied":
                    raise
                self._may_send = False  # a login that only reads
                return
            else:
                self._store.shared(rows)
                size = SENT_AT_ONCE
