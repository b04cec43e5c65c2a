"""Keeps the last Vietnamese word.

With an input method (Unikey, Bamboo) the word being typed is in preedit. Plain Qt drops it when
the mouse presses another field or a button without focus (ibus/ibus#2466). One filter on the
application commits first.
"""

from typing import override

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication

_BEFORE = frozenset(
    {
        QEvent.Type.FocusAboutToChange,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.WindowDeactivate,
    }
)


class CommitFilter(QObject):
    """Sits on the application and commits before anything may lose the word."""

    def __init__(self, parent: QObject) -> None:
        """Count from zero."""
        super().__init__(parent)
        self.commits = 0

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _BEFORE:
            self.commits += 1
            commit_typed()
        return False


def commit_typed() -> None:
    """Put the word in preedit into its field; call before reading a form."""
    QGuiApplication.inputMethod().commit()


def install_commit_filter(app: QCoreApplication) -> CommitFilter:
    """Put the filter on the application, once."""
    made = CommitFilter(app)
    app.installEventFilter(made)
    return made
