"""Current and coming notices, kept up to date while a page is open; matched to places."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.desk.notices import AHEAD, Notice, Where
from console.domain.live_events import NoticesChanged, RequestsChanged
from console.map.display.state import MapNotice
from console.services.publication.notices import MatchingNotice, matching_notices
from console.ui.runtime.coalescing import Coalesced

if TYPE_CHECKING:
    from console.services.desk import Desk


class NoticesPresenter(QObject):
    """Reloads them after changes, and signals when one begins or ends with time.

    Attributes:
        changed: `rows`, or the notices in force, changed.
        rows: notices that are not over, the next to end first; for an officer those of the own
            agency.
    """

    changed = Signal()

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Subscribe; the first rows come soon."""
        super().__init__(parent)
        self._desk = desk
        self.rows: tuple[Notice, ...] = ()
        self._turn: datetime | None = None
        self._refresh = Coalesced(self._load, parent=self)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(NoticesChanged, lambda _e: self._refresh.wish()),
            # A notice of another seat arrives as events, as requests do.
            desk.bus.subscribe(RequestsChanged, lambda _e: self._refresh.wish()),
        ]
        self._refresh.now()

    def told(self, where: Where, group: str | None = None) -> tuple[MatchingNotice, ...]:
        """Notices for somebody at this place, the most important first."""
        return matching_notices(self.rows, where, self._desk.clock(), group)

    def drawn(self) -> tuple[MapNotice, ...]:
        """Notices in force, as the map draws them."""
        now = self._desk.clock()
        return tuple(
            MapNotice(n.said.title, n.said.wards, n.said.areas, n.is_soon(now))
            for n in self.rows
            if n.is_told(now)
        )

    def tick(self, now: datetime) -> None:
        """Check once a second whether one begins or ends."""
        if self._turn is not None and now >= self._turn:
            self._take(self.rows)

    def close(self) -> None:
        """Unsubscribe."""
        self._refresh.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    async def _load(self) -> None:
        now = self._desk.clock()
        mine = self._desk.actor.agency
        rows = await self._desk.ask(lambda q: q.notices(now, mine))
        if rows != self.rows:
            self._take(rows)

    def _take(self, rows: tuple[Notice, ...]) -> None:
        now = self._desk.clock()
        self.rows = tuple(n for n in rows if not n.is_over(now))
        turns = [
            at
            for n in self.rows
            for at in (n.said.starts_at - AHEAD, n.said.starts_at, n.over_at)
            if at > now
        ]
        self._turn = min(turns, default=None)
        self.changed.emit()
