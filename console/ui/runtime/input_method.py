"""Keeps the word that a Vietnamese input method is still composing.

With an input method (Unikey, Bamboo) the word being typed is in preedit. Qt drops it when the mouse
presses another field or a button without focus (ibus/ibus#2466). A filter on every active window
commits it first.

The filter is on windows, not on the application: an application-wide Python filter also gets events
for objects under construction, and PySide6 6.12 crashes when it wraps one (WebEngine's
`QWebEngineUrlRequestJob`, at the first file of the map).
"""

from typing import override

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow

_BEFORE = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.FocusAboutToChange, QEvent.Type.FocusOut}
)


class CommitFilter(QObject):
    """Follows the windows and commits before a press or a change of focus can lose the word."""

    def __init__(self, app: QGuiApplication) -> None:
        """Watch the active window, and each that becomes active later."""
        super().__init__(app)
        self.commits = 0
        app.focusWindowChanged.connect(self._on_window)
        self._on_window(app.focusWindow())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _BEFORE:
            self.commits += 1
            commit_typed()
        return False

    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            # Installing a filter again moves it to the front; it is not doubled.
            window.installEventFilter(self)


def commit_typed() -> None:
    """Commit the word in preedit; call it before reading a form."""
    QGuiApplication.inputMethod().commit()


def install_commit_filter(app: QGuiApplication) -> CommitFilter:
    """Install the filter for this application."""
    return CommitFilter(app)
