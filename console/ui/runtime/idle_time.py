"""Measures how long nobody has touched this seat.

It watches windows, not the application, for the reason given in `input_method.py`.
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
    """Records the last key, click, move or touch in any window of the program."""

    def __init__(
        self,
        app: QGuiApplication,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        """Start at zero.

        Args:
            clock: a monotonic clock in seconds.
        """
        super().__init__(parent)
        self._clock = clock
        self._touched_at = clock()
        app.focusWindowChanged.connect(self._on_window)
        self._on_window(app.focusWindow())

    @property
    def idle_s(self) -> float:
        """Seconds since the last touch."""
        return self._clock() - self._touched_at

    def touch(self) -> None:
        """Count as a touch: somebody talks to a caller, or has just come back."""
        self._touched_at = self._clock()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touch()
        return False

    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            # Installing a filter again moves it to the front; it is not doubled.
            window.installEventFilter(self)
