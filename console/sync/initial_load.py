"""The first load of a new workstation: the list of requests, then the events it keeps of them,
between the rounds (docs/decisions/0048-new-seat-from-lists.md).
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from console.domain.errors import UnavailableError
from console.domain.requests.events import StoredEvent
from console.services.ports.central.first_sync import FoldedSubject, StartCentre, StartStore
from console.services.ports.central.shared_rows import Timed
from console.services.ports.central.sync import Cursor, Hello
from console.sync.time_slice import TimeSlice

SHORT = 5_000
"""Up to this many events, pulling is quicker than a list."""
BEHIND = 20_000
"""Requests that the centre may not have folded into its lists yet."""
LISTED = 2_000
"""Requests of one page."""
FETCHED = 200
"""Requests whose events are asked for at once: the most that the centre answers."""
AHEAD = 5_000
"""Upcoming requests that are read from the store at once."""
TURN_S = 0.25
"""How long it fetches before the next round, so that new events show within a second."""


class InitialLoad:
    """Takes an empty workstation to what a workstation keeps."""

    def __init__(self, centre: StartCentre, store: StartStore, *, short: int = SHORT) -> None:
        """Work between these two.

        Args:
            short: a stream of at most this many events is pulled instead.
        """
        self._centre = centre
        self._store = store
        self._short = short
        self._slice = TimeSlice(20, least=5, most=FETCHED, step=5)
        self._forget()

    def _forget(self) -> None:
        """Forget what was read from the store: somebody else may have written since."""
        self._more, self._fetching = True, False
        self._left: int | None = None
        self._next: deque[UUID] = deque()
        self._ready: deque[FoldedSubject] = deque()

    def begin(
        self, hello: Hello, now: datetime, timed: Callable[[], Timed], stopping: Callable[[], bool]
    ) -> bool:
        """After a greeting: store the list if the workstation is new, or continue with an
        unfinished one.

        Returns:
            False when the list is incomplete because somebody stopped it: do not pull.

        Raises:
            UnavailableError: the centre went away; what is stored stays.
        """
        self._forget()
        listing = self._store.listing()
        if listing is not None and (
            listing.place.incarnation != hello.incarnation or not self._store.is_new()
        ):
            self._store.give_up()
            listing = None
        if listing is None:
            if hello.agency is not None or hello.last <= self._short or not self._store.is_new():
                return True
            with timed():
                beginning = self._centre.begin_start(BEHIND)
            if beginning is None:
                return True
            place = Cursor(beginning.seq, beginning.event_id, hello.incarnation)
            self._store.begin(place, beginning.others)
        return self._list(now, timed, stopping)

    def _list(
        self, now: datetime, timed: Callable[[], Timed], stopping: Callable[[], bool]
    ) -> bool:
        while not stopping():
            listing = self._store.listing()
            with timed():
                page = self._centre.start_list(listing.after if listing else None, LISTED)
            if page:
                self._store.write_down(page, now)
            if len(page) < LISTED:
                self._store.stand()
                return True
        return False

    def left(self) -> int:
        """How many requests are still to be fetched."""
        if not self._more:
            return 0
        if self._left is None:
            self._left = self._store.wanted_count()
        return self._left

    def some(self, timed: Callable[[], Timed], stopping: Callable[[], bool]) -> frozenset[UUID]:
        """Fetch the next requests for a moment, in transactions short enough not to delay a save.

        Args:
            timed: around each question to the centre.
            stopping: somebody saved, or the program stops; asked before each transaction.

        Returns:
            The requests that came; empty = nothing is left, or `stopping`.

        Raises:
            UnavailableError: the centre went away; what came before is kept.
        """
        came: set[UUID] = set()
        end = time.monotonic() + TURN_S
        while self._more and not stopping():
            if self._ready or self._fetch(timed):
                came |= self._keep()
            if came and time.monotonic() >= end:
                break
        return frozenset(came)

    def _fetch(self, timed: Callable[[], Timed]) -> bool:
        """Ask for the next requests; False when nothing came."""
        if not self._next:
            self._next.extend(self._store.wanted(AHEAD))
            self._left = None
            if not self._next:
                self._end(timed)
                return False
        asked = [self._next.popleft() for _ in range(min(FETCHED, len(self._next)))]
        self._fetching = True
        events = self._events(asked, timed)
        self._ready.extend(self._store.ready(events))
        if unknown := set(asked).difference(each.request_id for each in self._ready):
            self._store.fetched((), tuple(unknown))
        return bool(self._ready)

    def _end(self, timed: Callable[[], Timed]) -> None:
        self._more = False
        if self._fetching:
            with timed():
                self._centre.end_start()

    def _keep(self) -> set[UUID]:
        """Write some of what is ready, in one transaction."""
        piece = [self._ready.popleft() for _ in range(min(self._slice.size, len(self._ready)))]
        left = self.left()
        began = time.monotonic()
        self._store.fetched(piece, ())
        self._slice.took(time.monotonic() - began)
        self._left = max(0, left - len(piece))
        return {each.request_id for each in piece}

    def _events(self, wanted: Sequence[UUID], timed: Callable[[], Timed]) -> Sequence[StoredEvent]:
        try:
            with timed():
                return self._centre.start_events(wanted)
        except UnavailableError as error:
            if error.code != "central_denied":
                raise
        with timed():  # it began more than a day ago
            self._centre.begin_start(BEHIND)
            return self._centre.start_events(wanted)
