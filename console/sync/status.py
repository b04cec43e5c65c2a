"""The link's state on the status line, published when it changes."""

import threading
from collections.abc import Callable

from console.domain.errors import UnavailableError
from console.domain.live_events import LinkChanged
from console.services.ports.central.sync import SyncStore

type Standing = tuple[str, str, dict[str, object]]
"""State, code and parameters of a `LinkChanged`."""


class LinkStatus:
    """What the link last published; may be used from both of its threads.

    Attributes:
        standing: the state while the link is up.
    """

    def __init__(
        self,
        store: SyncStore,
        publish: Callable[[object], None],
        stopping: Callable[[], bool],
        *,
        waiting_rows: Callable[[], int],
        to_fetch: Callable[[], int],
    ) -> None:
        """Nothing is published yet.

        Args:
            waiting_rows: shared rows that the centre does not have yet.
            to_fetch: requests that a new workstation has still to fetch.
        """
        self._store, self._publish, self._stopping = store, publish, stopping
        self._waiting_rows, self._to_fetch = waiting_rows, to_fetch
        self._lock = threading.Lock()
        self._told: LinkChanged | None = None
        self.standing: Standing = ("up", "", {})

    def tell(self, state: str, code: str, params: dict[str, object]) -> None:
        """Publish the state if it changed."""
        try:
            pending = self._store.pending_count() + self._waiting_rows()
        except UnavailableError:
            return  # the store is closing, or reports its own state
        more: dict[str, object] = {"pending": pending}
        if left := self._to_fetch():
            more["fetching"] = left
        event = LinkChanged("central", state, code, {**params, **more})
        with self._lock:
            if event == self._told or self._stopping():
                return
            self._told = event
        self._publish(event)

    def tell_standing(self) -> None:
        """Publish that the link is up, and how."""
        self.tell(*self.standing)

    def tell_again(self) -> None:
        """Publish the last state with the present numbers."""
        if (told := self._told) is not None:
            self.tell(told.state, told.detail, told.params)
