"""`đang mở: Lan (may-02)`: who else has what stands here open; nothing while nobody has."""

from datetime import datetime
from typing import TYPE_CHECKING, override
from uuid import UUID

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from console.ui.request.presence import PresencePresenter
from console.ui.widgets.basic.plain_label import PlainLabel

if TYPE_CHECKING:
    from console.services.desk import Desk


class PresenceLine(PlainLabel):
    """Open is what can be seen: what lies on a page behind is not, and is announced as left."""

    def __init__(self, desk: "Desk", host: QWidget) -> None:
        """Nothing is open.

        Args:
            host: what shows it; while that is hidden nothing is open.
        """
        super().__init__(tone="warn", kind="strong", wrap=True)
        self._host = host
        self._subject: UUID | None = None
        self.presence = PresencePresenter(desk, self)
        self.presence.changed.connect(self._say)
        self.hide()
        host.installEventFilter(self)

    def show_subject(self, subject: UUID | None) -> None:
        """This request, call or message stands here now; None: nothing does."""
        self._subject = subject
        self._follow()

    def tick(self, now: datetime) -> None:
        """A second went by."""
        self.presence.tick(now)

    def _follow(self) -> None:
        self.presence.watch(self._subject if self._host.isVisible() else None)

    def _say(self) -> None:
        self.setText(self.presence.line)
        self.setVisible(bool(self.presence.line))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._follow()
        return super().eventFilter(watched, event)
