"""What every page of the window is."""

from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget


def in_order(*widgets: QWidget) -> None:
    """Let Tab go through them so; what came later stands at the end of the chain else."""
    for one, two in pairwise(widgets):
        QWidget.setTabOrder(one, two)


class Page(QWidget):
    """A page in the stack. It is told when it is shown and, while shown, when a second went by.

    Signals:
        done: what went well, a sentence for the notice bar.
    """

    done = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it, with the page's ground."""
        super().__init__(parent)
        self.setProperty("ui", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def shown(self) -> None:
        """The page came to the front: bring it up to date and put the focus where work begins."""

    def tick(self, now: datetime) -> None:
        """A second went by while the page is in front."""

    def undone(self, what: str) -> None:
        """A step was taken back: what the page said of it (`what` names whose) is true no more."""

    def close_page(self) -> None:
        """The window closes: end subscriptions."""
