"""The status line at the bottom: the state of each connection, the shift, the time."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from console.ui.theme.signs import LabelTone
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.layout.boxes import NONE, row_of
from console.ui.widgets.layout.flow import FlowLayout


class Item(Protocol):
    """What the line shows of one connection."""

    @property
    def key(self) -> str:
        """Stable name."""

    @property
    def label(self) -> str:
        """What it is."""

    @property
    def word(self) -> str:
        """Its state."""

    @property
    def detail(self) -> str:
        """A sentence for the tooltip, or ""."""

    @property
    def tone(self) -> LabelTone:
        """Colour by meaning."""


class StatusLine(QFrame):
    """Made of plain labels, so that screen readers and tests can read them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setProperty("ui", "statusline")
        row = QHBoxLayout(self)
        # As high as a button, whether there is one or not, so that nothing above jumps.
        row.setContentsMargins(12, 2, 12, 2)
        self.setMinimumHeight(29)
        row.setSpacing(4)
        self._flow = FlowLayout(gap=18, line_gap=1, centred=True)
        row.addLayout(self._flow, 1)
        self._shown: dict[str, tuple[QWidget, PlainLabel, PlainLabel]] = {}
        self._feet = QHBoxLayout()
        self._feet.setSpacing(8)
        row.addLayout(self._feet)
        row.addSpacing(8)
        self._shift = PlainLabel(tone="muted", kind="caption")
        self._time = PlainLabel(tone="muted", kind="caption")
        row.addWidget(self._shift, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(16)
        row.addWidget(self._time, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_items(self, items: Sequence[Item]) -> None:
        """Show these; labels are reused, so that nothing flickers."""
        for gone in self._shown.keys() - {i.key for i in items}:
            pair, _, _ = self._shown.pop(gone)
            self._flow.removeWidget(pair)
            pair.deleteLater()
        for item in items:
            if item.key not in self._shown:
                self._add(item.key)
            _, name, word = self._shown[item.key]
            name.setText(item.label)
            word.setText(item.word)
            word.set_tone(item.tone)
            set_tooltip(word, item.detail)

    def add_foot(self, widget: QWidget) -> None:
        """Add a widget next to the shift, such as running work or an undo button."""
        self._feet.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def word(self, key: str) -> str:
        """The state shown for a connection; "" if it is not shown."""
        return self._shown[key][2].text() if key in self._shown else ""

    def set_shift(self, text: str) -> None:
        """Shift and person."""
        self._shift.setText(text)

    def set_time(self, text: str) -> None:
        """The time now."""
        self._time.setText(text)

    def _add(self, key: str) -> None:
        name = PlainLabel(tone="muted", kind="caption")
        word = PlainLabel(kind="caption")
        word.setProperty("weight", "bold")
        pair = QWidget()
        row_of(name, word, margins=NONE, gap=4, parent=pair)
        self._flow.addWidget(pair)
        self._shown[key] = (pair, name, word)
