"""Logs that a caller's history was read, as reading a request is logged."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.domain.errors import ConsoleError
from console.services.desk import Desk
from console.services.views.calls import CallerCard
from console.ui.pages.intake.caller_history import CallerPresenter
from console.ui.runtime.tasks import spawn

READ_TICKS = 2
"""Seconds in front; less does not count as reading."""


class CallerAudit(QObject):
    """Counts the seconds for which one caller's history is shown."""

    def __init__(
        self,
        desk: Desk,
        caller: CallerPresenter,
        failed: Callable[[ConsoleError], None],
        parent: QObject | None = None,
    ) -> None:
        """Follow the caller.

        Args:
            failed: called when the audit log cannot be written.
        """
        super().__init__(parent)
        self._desk, self._failed = desk, failed
        self._card: CallerCard | None = None
        self._ticks = 0
        caller.found.connect(self._on_found)

    def tick(self) -> None:
        """Count a second with the page in front."""
        self._ticks += 1
        if self._card is not None and self._ticks == READ_TICKS:
            spawn(self._desk.reading_log.caller(self._desk.actor, self._card), self._failed)

    def _on_found(self, card: CallerCard | None) -> None:
        if card is None or self._card is None:  # not the same caller, loaded again
            self._ticks = 0
        self._card = card
