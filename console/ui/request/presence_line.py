"""`đang mở: Lan (may-02)`: who else has the same thing open; empty if nobody has."""

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
    """Only what is visible counts as open; a page in the background is announced as closed."""

    def __init__(self, desk: "Desk", host: QWidget) -> None:
        """Start with nothing open.

        Args:
            host: the widget that shows it; while that is hidden nothing counts as open.
        """
        super().__init__(tone="warn", kind="strong", wrap=True)
        self._host = host
        self._subject: UUID | None = None
        self.presence = PresencePresenter(desk, self)
        self.presence.changed.connect(self._say)
        self.hide()
        host.installEventFilter(self)

    def show_subject(self, subject: UUID | None) -> None:
        """This request, call or message is shown now; None: nothing is."""
        self._subject = subject
        self._follow()

    def tick(self, now: datetime) -> None:
        """Pass on the second."""
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
