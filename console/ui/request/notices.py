"""The notices that are not over, kept fresh while a page lives; whose place they concern."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.desk.notices import AHEAD, Notice, Where
from console.domain.live_events import NoticesChanged, RequestsChanged
from console.map.display.state import MapNotice
from console.services.publication.notices import Told, told_at
from console.ui.runtime.coalescing import Coalesced

if TYPE_CHECKING:
    from console.services.desk import Desk


class NoticesPresenter(QObject):
    """Asks for them when one may have changed, and says so when one begins or ends by itself.

    Attributes:
        changed: `rows`, or what of them is told now, is new.
        rows: notices that are not over, the next to end first; an officer's those that concern
            his agency.
    """

    changed = Signal()

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Begin to listen; the first rows come soon."""
        super().__init__(parent)
        self._desk = desk
        self.rows: tuple[Notice, ...] = ()
        self._turn: datetime | None = None
        self._refresh = Coalesced(self._load, parent=self)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(NoticesChanged, lambda _e: self._refresh.wish()),
            # One of another seat comes as events, like requests.
            desk.bus.subscribe(RequestsChanged, lambda _e: self._refresh.wish()),
        ]
        self._refresh.now()

    def told(self, where: Where, group: str | None = None) -> tuple[Told, ...]:
        """What somebody from this place should hear, the most important first."""
        return told_at(self.rows, where, self._desk.clock(), group)

    def drawn(self) -> tuple[MapNotice, ...]:
        """Those that callers hear of, as the map shows them."""
        now = self._desk.clock()
        return tuple(
            MapNotice(n.said.title, n.said.wards, n.said.areas, n.is_soon(now))
            for n in self.rows
            if n.is_told(now)
        )

    def tick(self, now: datetime) -> None:
        """A second went by: one may begin, or be over."""
        if self._turn is not None and now >= self._turn:
            self._take(self.rows)

    def close(self) -> None:
        """Listen no more."""
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
