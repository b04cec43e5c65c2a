"""How long nobody has touched this seat.

It watches the windows, not the application, for the reason that `input_method.py` gives.
"""

import time
from collections.abc import Callable
from typing import override

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """Remembers the last key, click, move or touch in any window of the program."""

    def __init__(
        self,
        app: QGuiApplication,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        """Somebody is here now.

        Args:
            clock: seconds that only grow; the wall clock may jump.
        """
        super().__init__(parent)
        self._clock = clock
        self._touched_at = clock()
        app.focusWindowChanged.connect(self._on_window)
        self._on_window(app.focusWindow())

    @property
    def idle_s(self) -> float:
        """Seconds since somebody touched anything."""
        return self._clock() - self._touched_at

    def touch(self) -> None:
        """Somebody is here: he talks to a caller, or has just come back."""
        self._touched_at = self._clock()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touch()
        return False

    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            # A filter that is there already is moved to the front, never doubled.
            window.installEventFilter(self)
