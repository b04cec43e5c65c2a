"""Copies of half-typed forms go to the centre, and a supervisor's seat hears whose were left."""

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
"""A form changes with every key; this often its copy is good enough."""
LEFT_EVERY_S = 30.0
AT_ONCE = 20


class DraftCopies:
    """One seat's, over the line of the link."""

    def __init__(
        self,
        centre: CentralDrafts,
        store: DraftStore,
        publish: Callable[[object], None],
        *,
        every_s: float = EVERY_S,
        left_every_s: float = LEFT_EVERY_S,
    ) -> None:
        """Work between these two; `publish` hears of forms that somebody took over or left."""
        self._centre = centre
        self._store = store
        self._publish = publish
        self._every_s, self._left_every_s = every_s, left_every_s
        self._send_at = self._look_at = 0.0
        self._told: set[TakenOverDraft] = set()

    def begin(self) -> None:
        """After a greeting: the centre may be another one."""
        self._store.begin()
        self._send_at = self._look_at = 0.0

    def round(self, role: str, timed: Callable[[], Timed]) -> None:
        """Send what changed, look what was left; neither more often than it is worth.

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
        # Each alone: what the centre cannot store of one holds up no other, and goes again when
        # somebody types on.
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
