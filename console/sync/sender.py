"""Sends what is unsent, and has the centre notify the others of it."""

import time
from collections.abc import Callable
from uuid import UUID

from console.domain.errors import UnavailableError
from console.services.ports.central.sync import Central, SyncStore
from console.sync.push import Pushed, push_all
from console.sync.status import LinkStatus
from console.sync.times import LinkCounts, LinkTimes


class EventSender:
    """The sending half of the link, on its thread."""

    def __init__(
        self,
        central: Central,
        store: SyncStore,
        times: LinkTimes,
        status: LinkStatus,
        counted: LinkCounts,
        stopping: Callable[[], bool],
    ) -> None:
        """Nothing is sent yet."""
        self._central, self._store, self._times = central, store, times
        self._status, self._counted, self._stopping = status, counted, stopping
        self._left, self._left_at = 0, 0.0
        self._owed, self._owed_at = 0, 0.0

    def begin(self) -> None:
        """After a greeting: it may be another centre."""
        self._left, self._owed = 0, 0

    def send(self) -> frozenset[UUID]:
        """Send what is unsent; what the centre did not take waits a while.

        Returns:
            The requests concerned.

        Raises:
            UnavailableError: the centre went away.
        """
        pending = self._store.pending_count()
        due = time.monotonic() - self._left_at > self._times.left
        if not pending or (pending <= self._left and not due):
            return frozenset()
        try:
            done = push_all(
                self._central, self._store, told=self._on_pushed, stopping=self._stopping
            )
        except UnavailableError as error:
            if error.code != "central_denied":
                raise
            # A login that may only read goes on reading.
            self._left, self._left_at = pending, time.monotonic()
            self._status.standing = ("warn", error.code, dict(error.params))
            return frozenset()
        self._left, self._left_at = done.left, time.monotonic()
        if done.last:
            self._owed, self._owed_at = done.last, time.monotonic() + self._times.hold
        self._counted.pushed += done.taken
        self._counted.buried += done.buried
        return done.requests

    def let_others_know(self) -> float:
        """Have the centre notify others of what was pushed, if it held that back (it limits its
        notifications).

        Returns:
            How long to rest now.
        """
        left = self._owed_at - time.monotonic()
        if self._owed and left <= 0:
            if self._central.tell(self._owed):
                self._owed = 0
            else:
                left = self._times.hold
                self._owed_at = time.monotonic() + left
        return min(left, self._times.poll) if self._owed else self._times.poll

    def _on_pushed(self, _done: Pushed) -> None:
        if self._store.pending_count():
            self._status.tell_standing()
