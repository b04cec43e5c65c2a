"""What the pages of lists share: rows at the left, the chosen row's details at the right, and its
buttons below those.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, override

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from console.ui import actions
from console.ui.widgets.basic.button import Button, ButtonKind
from console.ui.widgets.layout.section import rule
from console.ui.widgets.layout.split import Split
from console.ui.widgets.page_frames.page import Page
from console.ui.widgets.tables.table import Table

type Part = tuple[QWidget | QLayout, int]
"""A widget of a column, and its share of the remaining height."""

type Verb = tuple[str, ButtonKind, int]
"""A command of the page without the page's name, the kind of its button, the row it stands in."""

_EDGE = 10
_GAP = 8


class ListPresenter(Protocol):
    """What the page of a list needs of its presenter."""

    def refresh(self) -> None:
        """Query the rows again."""

    def close(self) -> None:
        """Cancel subscriptions."""


class ListPage[P: ListPresenter](Page):
    """The frame; the page provides the parts.

    Signals:
        refused: a sentence for the message bar.

    Attributes:
        presenter: provides the rows of the page; closed with it.
        table: where work begins.
        buttons: by command, without the page's name.
    """

    refused = Signal(str)
    presenter: P
    table: Table

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.buttons: dict[str, Button] = {}

    @override
    def shown(self) -> None:
        """Refresh, and put the focus into the table."""
        self.presenter.refresh()
        self.table.setFocus()

    @override
    def close_page(self) -> None:
        """Cancel subscriptions."""
        self.presenter.close()

    def lay_out(
        self,
        left: Sequence[Part],
        right: Sequence[Part],
        verbs: Sequence[QHBoxLayout],
        *,
        width: int,
        scrolls: bool = True,
    ) -> None:
        """Put the parts in their places.

        Args:
            verbs: rows of buttons at the foot of the right side.
            width: of the right side to begin with, in pixels.
            scrolls: leave room for a scroll bar at the right edge; the foot is indented by as much.
        """
        list_side = QWidget()
        _column(list_side, left, (_EDGE, _EDGE, _EDGE, 0))
        side = QFrame()
        side.setProperty("ui", "side")
        bar = 6 if scrolls else 0
        below = _column(side, right, (_EDGE, _EDGE, _EDGE - bar, _EDGE))
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, bar, 0)
        foot.setSpacing(_GAP)
        foot.addWidget(rule())
        for row in verbs:
            foot.addLayout(row)
        below.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Split(list_side, side, width))

    def paper_button(self, offer: Callable[[QPoint], None]) -> Button:
        """The button that opens the ways to take the list along: preview, PDF, Excel."""
        self._paper_button = button = Button(self.tr("In, xuất"), kind="flat")

        def ask() -> None:
            offer(button.mapToGlobal(QPoint(0, button.height())))

        button.clicked.connect(lambda _checked=False: ask())
        return button

    def _ask_paper(self) -> None:
        self._paper_button.click()

    def verb_rows(
        self, page: str, verbs: Sequence[Verb], *, hints: Sequence[int] = (0, 1)
    ) -> tuple[QHBoxLayout, QHBoxLayout]:
        """Two rows of buttons for commands of this page; the list can be printed by key too.

        Args:
            hints: the rows whose buttons show their keys.
        """
        actions.bind(self, f"{page}.print", self._ask_paper)
        rows = (QHBoxLayout(), QHBoxLayout())
        for name, kind, place in verbs:
            action = f"{page}.{name}"
            hint = actions.key(action) if place in hints else ""
            button = Button(actions.word(action), shortcut_hint=hint, kind=kind)
            button.setObjectName(action)
            rows[place].addWidget(button)
            self.buttons[name] = button
        for row in rows:
            row.setSpacing(_GAP)
            row.addStretch(1)
        return rows


def _column(
    holder: QWidget, parts: Sequence[Part], margins: tuple[int, int, int, int]
) -> QVBoxLayout:
    column = QVBoxLayout(holder)
    column.setContentsMargins(*margins)
    column.setSpacing(_GAP)
    for part, stretch in parts:
        if isinstance(part, QLayout):
            column.addLayout(part, stretch)
        else:
            column.addWidget(part, stretch)
    return column
