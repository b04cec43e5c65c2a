"""Sends copies of half-typed forms to the centre, and tells a supervisor's workstation which were
left behind.
"""

import logging
import time
from collections.abc import Callable

from console.domain.live_events import DraftsChanged, DraftTaken
from console.services.ports.central.draft_copies import (
    AbandonedDraft,
    CentralDrafts,
    DraftStore,
    TakenOverDraft,
)
from console.services.ports.central.shared_rows import Timed
from console.services.ports.central.sync import EventRefusedError

log = logging.getLogger(__name__)

SENDS = frozenset({"operator", "supervisor", "administrator"})
EVERY_S = 5.0
"""A form changes with every key; a copy this often is good enough."""
LEFT_EVERY_S = 30.0
AT_ONCE = 20


class DraftCopies:
    """The draft copies of one workstation, over the link's line."""

    def __init__(
        self,
        centre: CentralDrafts,
        store: DraftStore,
        publish: Callable[[object], None],
        *,
        every_s: float = EVERY_S,
        left_every_s: float = LEFT_EVERY_S,
    ) -> None:
        """Work between these two; `publish` hears of forms that somebody took over or left
        behind.
        """
        self._centre = centre
        self._store = store
        self._publish = publish
        self._every_s, self._left_every_s = every_s, left_every_s
        self._send_at = self._look_at = 0.0
        self._told: set[TakenOverDraft] = set()

    def begin(self) -> None:
        """After a greeting: it may be another centre."""
        self._store.begin()
        self._send_at = self._look_at = 0.0

    def round(self, role: str, timed: Callable[[], Timed]) -> None:
        """Send what changed and look for forms left behind, neither more often than useful.

        Raises:
            UnavailableError: the centre went away.
        """
        now = time.monotonic()
        if role in SENDS and now >= self._send_at:
            self._send_at = now + self._every_s
            self._send(timed)
        if now >= self._look_at:
            self._look_at = now + self._left_every_s
            self._look(role, timed)

    def _send(self, timed: Callable[[], Timed]) -> None:
        rows, gone = self._store.to_keep(AT_ONCE)
        if not rows and not gone:
            return
        # One at a time: a draft that the centre cannot store blocks no other, and is sent again
        # after the next change.
        taken: set[TakenOverDraft] = set()
        for some, lost in [((), gone), *(((each,), ()) for each in rows)]:
            try:
                with timed():
                    taken.update(self._centre.keep_drafts(some, lost))
            except EventRefusedError:
                log.warning("the centre cannot store a copy of a form")
        self._store.kept(rows, gone)
        for each in taken - self._told:
            self._told.add(each)
            self._publish(DraftTaken(each.id, each.by, each.at))

    def _look(self, role: str, timed: Callable[[], Timed]) -> None:
        found: tuple[AbandonedDraft, ...] = ()
        if role == "supervisor":
            with timed():
                found = self._centre.left_drafts()
        if self._store.left(found):
            self._publish(DraftsChanged())
