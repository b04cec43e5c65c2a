"""The base of every page of the window."""

from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget


def in_order(*widgets: QWidget) -> None:
    """Set the tab order; later widgets would otherwise come at its end."""
    for one, two in pairwise(widgets):
        QWidget.setTabOrder(one, two)


class Page(QWidget):
    """A page in the stack. It learns when it is shown and, while shown, when a second has passed.

    Signals:
        done: a sentence of success for the message bar.
    """

    done = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it, with the background of pages."""
        super().__init__(parent)
        self.setProperty("ui", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def shown(self) -> None:
        """The page came to the front: update it, and put the focus where work begins."""

    def tick(self, now: datetime) -> None:
        """A second passed while the page is in front."""

    def undone(self, what: str) -> None:
        """A step was taken back: remove what the page said about it; `what` names its subject."""

    def close_page(self) -> None:
        """The window closes: cancel subscriptions."""
