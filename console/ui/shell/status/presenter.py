"""Data of the status line, and the counts on the rail."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.live_events import (
    CallsChanged,
    ContactArrived,
    LinkChanged,
    OutreachChanged,
    RequestsChanged,
)
from console.services.views.requests import Counts
from console.services.wording import sentences as wording
from console.ui.runtime.coalescing import Coalesced
from console.ui.text import words
from console.ui.theme.signs import LabelTone

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.services.desk import Desk

_ORDER = ("store", "central", "pbx")
_COUNTS_MS = 300
_QUIET = frozenset({"courier", "calls", "housekeeping", "gateway"})
"""Internal parts: shown only if something is wrong with them."""
_TONES: dict[str, LabelTone] = {
    "up": "ok",
    "warn": "warn",
    "connecting": "warn",
    "resyncing": "warn",
    "down": "urgent",
}


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One connection and its state, in words."""

    key: str
    label: str
    word: str
    tone: LabelTone
    detail: str = ""


class StatusPresenter(QObject):
    """Follows `LinkChanged` and committed changes.

    Signals:
        items_changed: `items` is new.
        counts_changed: a `Counts`.
    """

    items_changed = Signal()
    counts_changed = Signal(object)

    def __init__(
        self,
        desk: "Desk",
        *,
        extension: str = "",
        queues: str = "",
        central: bool = False,
        parent: QObject | None = None,
    ) -> None:
        """Start with what is known: the store works, the centre is connecting or not used.

        Args:
            central: whether this seat has a central database.
        """
        super().__init__(parent)
        self._desk = desk
        self._extension = extension
        self._queues = queues
        self._links: dict[str, LinkChanged] = {
            "store": LinkChanged("store", "up"),
            "central": LinkChanged("central", "connecting" if central else "off"),
        }
        self.counts: Counts | None = None
        self._refresh = Coalesced(self._ask_counts, every_ms=_COUNTS_MS, parent=self)
        kinds = (RequestsChanged, ContactArrived, CallsChanged, OutreachChanged)
        self._ends: list[Callable[[], None]] = [
            desk.bus.subscribe(LinkChanged, self._on_link),
            *(desk.bus.subscribe(kind, self._on_stored) for kind in kinds),
        ]

    @property
    def items(self) -> tuple[StatusItem, ...]:
        """The connections: store, centre, exchange, then each modem and channel by name."""
        known = [k for k in _ORDER if k in self._links]
        rest = sorted(k for k in self._links if k not in _ORDER)
        return tuple(self._item(self._links[k]) for k in (*known, *rest))

    def refresh(self) -> None:
        """Count again, soon."""
        self._refresh.wish()

    def close(self) -> None:
        """Listen no more."""
        self._refresh.stop()
        for end in self._ends:
            end()
        self._ends.clear()

    def _on_link(self, event: LinkChanged) -> None:
        quiet = event.link.partition(":")[0] in _QUIET and event.state == "up"
        if quiet or (event.state == "off" and event.link not in _ORDER):
            self._links.pop(event.link, None)
        else:
            self._links[event.link] = event
        self.items_changed.emit()

    def _on_stored(self, _event: object) -> None:
        self._refresh.wish()

    async def _ask_counts(self) -> None:
        now = self._desk.clock()
        self.counts = await self._desk.ask(lambda q: q.counts(now))
        self.counts_changed.emit(self.counts)

    def _item(self, event: LinkChanged) -> StatusItem:
        kind = event.link.partition(":")[0]
        word, tone = wording.link_text(event, words.lang()), _TONES.get(event.state, "muted")
        waiting = kind == "central" and bool(event.params.get("pending"))
        if event.state == "up" and waiting:
            tone = "warn"
        if event.state == "up" and kind == "pbx":
            word = self._line_words() or word
        if event.state == "up" and kind == "modem":
            word = self._signal_words(event) or word
        name = wording.link_name(event.link, words.lang())
        return StatusItem(event.link, name, word, tone, wording.link_detail(event, words.lang()))

    def _line_words(self) -> str:
        parts = [p for p in (self._queues, self._extension) if p]
        return " · ".join(parts)

    def _signal_words(self, event: LinkChanged) -> str:
        """`sóng 4/5` from the modem's 0..31 (3GPP 27.007, +CSQ); 99 means unknown."""
        signal = event.params.get("signal", event.params.get("rssi"))
        if not isinstance(signal, int) or not 0 <= signal <= 31:
            return ""
        return self.tr("sóng {0}/5").format(max(1, round(signal / 31 * 5)))
