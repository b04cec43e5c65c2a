"""The line at the bottom: each outside thing as a word, the shift and the time at the right."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from console.ui.theme.signs import LabelTone
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip
from console.ui.widgets.layout.flow import FlowLayout


class Item(Protocol):
    """What the line shows of one thing."""

    @property
    def key(self) -> str:
        """Stable name."""

    @property
    def label(self) -> str:
        """What it is."""

    @property
    def word(self) -> str:
        """How it is."""

    @property
    def detail(self) -> str:
        """A sentence for the tooltip; "" for none."""

    @property
    def tone(self) -> LabelTone:
        """Colour by meaning."""


class StatusLine(QFrame):
    """Plain labels, so that screen readers and tests read them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setProperty("ui", "statusline")
        row = QHBoxLayout(self)
        # The height of a button in it, whether there is one or not: nothing above may jump.
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
        """Show these; labels are reused so that nothing flickers."""
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
        """Something that comes and goes beside the shift: work that runs, a step to take back."""
        self._feet.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def word(self, key: str) -> str:
        """The word shown for a thing; "" when it is not shown."""
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
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(name)
        row.addWidget(word)
        self._flow.addWidget(pair)
        self._shown[key] = (pair, name, word)
