"""Who else has the request in front open: announced and asked every 20 s."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Signal

from console.domain.errors import ConsoleError
from console.services.people.presence import ANNOUNCE_EVERY, Viewer, fresh
from console.ui.runtime.tasks import spawn

if TYPE_CHECKING:
    from console.services.desk import Desk


def viewers_line(viewers: tuple[Viewer, ...]) -> str:
    """`đang mở: Lan (may-02), An (may-03)`; "" for nobody."""
    if not viewers:
        return ""
    named = ", ".join(f"{v.name} ({v.workstation})" if v.workstation else v.name for v in viewers)
    return QCoreApplication.translate("presence", "đang mở: {0}").format(named)


class PresencePresenter(QObject):
    """Announces that this console has a request open, and learns who else has.

    Signals:
        changed: `viewers` is new.
    """

    changed = Signal()

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Start with nothing open."""
        super().__init__(parent)
        self._desk = desk
        self._open: UUID | None = None
        self._said_at: datetime | None = None
        self.viewers: tuple[Viewer, ...] = ()

    @property
    def line(self) -> str:
        """The text to show; "" if nobody else has it open."""
        return viewers_line(self.viewers)

    def watch(self, request_id: UUID | None) -> None:
        """Announce this request as open (None: none) and the former one as closed."""
        if request_id == self._open:
            return
        before, self._open = self._open, request_id
        self._said_at = None
        self._show(())
        if before is not None:
            spawn(self._desk.presence.leave(before, self._desk.actor), _quietly)
        if request_id is not None:
            self.tick(self._desk.clock())

    def tick(self, now: datetime) -> None:
        """Once a second: announce again when it is time, and forget who no longer announces."""
        self._show(fresh(self.viewers, now))
        due = self._said_at is None or now - self._said_at >= ANNOUNCE_EVERY or now < self._said_at
        if self._open is not None and due:
            self._said_at = now
            spawn(self._ask(self._open), _quietly)

    async def _ask(self, request_id: UUID) -> None:
        desk = self._desk
        await desk.presence.announce(request_id, desk.actor)
        found = await desk.presence.others(request_id, desk.actor)
        if request_id == self._open:
            self._show(fresh(found, desk.clock()))

    def _show(self, viewers: tuple[Viewer, ...]) -> None:
        if viewers != self.viewers:
            self.viewers = viewers
            self.changed.emit()


def _quietly(_error: ConsoleError) -> None:
    """Ignore a lost centre, which the status line shows; nobody else is known to look."""
