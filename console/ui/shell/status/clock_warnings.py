"""Warnings of clocks for the person who sits here, one sentence for each round."""

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.clocks.escalation import Warned, person_is_warned
from console.domain.live_events import VolumeLeftBand, WarningsRaised
from console.domain.states import Role
from console.services.wording import sentences as wording
from console.ui.text import formats, words

if TYPE_CHECKING:
    from console.services.desk import Desk

_NAMED = 2
_HOUR = timedelta(hours=1)


class WarningsPresenter(QObject):
    """Listens to the bus.

    Signals:
        announced: a sentence.
    """

    announced = Signal(str)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Listen until `close`."""
        super().__init__(parent)
        self._desk = desk
        self._ends = (
            desk.bus.subscribe(WarningsRaised, self._on_warnings),
            desk.bus.subscribe(VolumeLeftBand, self._on_volume),
        )

    def close(self) -> None:
        """Unsubscribe."""
        for end in self._ends:
            end()

    def _on_warnings(self, event: WarningsRaised) -> None:
        actor = self._desk.actor
        mine = [w for w in event.warnings if person_is_warned(w, actor.role, actor.agency)]
        if mine:
            self.announced.emit(self._sentence(mine))

    def _on_volume(self, event: VolumeLeftBand) -> None:
        """Tell everybody at the switchboard about a burst of calls or a dead line."""
        if self._desk.actor.role is Role.OFFICER:
            return
        hours = f"{formats.clock_time(event.hour)}-{formats.clock_time(event.hour + _HOUR)}"
        series = words.series_name(self._desk.catalogue, event.series)
        numbers = (series, formats.number(event.came), hours,
                   round(event.expected), round(event.edge))  # fmt: skip
        said = self.tr("Lượng bất thường: {0} {1} trong {2}, dự báo {3}, cao nhất {4}.")
        if not event.above:
            said = self.tr(
                "Ít bất thường: {0} {1} trong {2}, dự báo {3}, thấp nhất {4}. Kiểm tra đường dây."
            )
        self.announced.emit(said.format(*numbers))

    def _sentence(self, warned: list[Warned]) -> str:
        """The most urgent ones by number, the others as a count."""
        lang = words.lang()
        pressing = sorted(warned, key=lambda w: (-w.level, w.due_at))
        said = [
            self.tr("{0} {1} ({2})").format(
                formats.request_number(w.number),
                wording.level_name(w.level, lang),
                wording.clock_name(w.clock, lang),
            )
            for w in pressing[:_NAMED]
        ]
        if (more := len(pressing) - _NAMED) > 0:
            said.append(self.tr("và {0} phản ánh khác").format(more))
        return self.tr("Cảnh báo hạn: {0}.").format("; ".join(said))
