"""Keeps the last Vietnamese word.

With an input method (Unikey, Bamboo) the word being typed is in preedit. Plain Qt drops it when
the mouse presses another field or a button without focus (ibus/ibus#2466). A filter on every
window that gets the keyboard commits first.

It sits on the windows, not on the application: an application-wide filter in Python also sees the
events that Qt sends to objects still under construction, and PySide6 6.12 dies when it wraps one
(WebEngine's `QWebEngineUrlRequestJob`, at the first file of the map).
"""

from typing import override

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow

_BEFORE = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.FocusAboutToChange, QEvent.Type.FocusOut}
)


class CommitFilter(QObject):
    """Follows the windows and commits before a press or a change of focus may lose the word."""

    def __init__(self, app: QGuiApplication) -> None:
        """Watch the window that has the keyboard, and each that gets it later."""
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
            # A filter that is there already is moved to the front, never doubled.
            window.installEventFilter(self)


def commit_typed() -> None:
    """Put the word in preedit into its field; call before reading a form."""
    QGuiApplication.inputMethod().commit()


def install_commit_filter(app: QGuiApplication) -> CommitFilter:
    """Watch this application's windows, once."""
    return CommitFilter(app)
