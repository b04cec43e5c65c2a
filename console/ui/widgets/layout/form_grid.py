"""Rows of a form: the label at the left, right-aligned and muted, is the buddy of its field."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from console.ui.widgets.basic.plain_label import PlainLabel

_PAIR = 4


class FormGrid(QWidget):
    """A grid of four columns: label, field, label, field. A single field spans the last three.

    Attributes:
        GAP, TIGHT_GAP: between rows, in pixels; the tight one when everything must stay visible.
    """

    GAP, TIGHT_GAP = 7, 3

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(self.GAP)
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnStretch(3, 1)

    @property
    def gap(self) -> int:
        """The gap between rows now."""
        return self.grid.verticalSpacing()

    def set_gap(self, gap: int) -> None:
        """Set the gap between rows."""
        if gap != self.gap:
            self.grid.setVerticalSpacing(gap)

    @property
    def gaps(self) -> int:
        """The number of gaps between visible rows."""
        items = (self.grid.itemAtPosition(row, 1) for row in range(self.grid.rowCount()))
        return max(0, sum(item is not None and not item.isEmpty() for item in items) - 1)

    def add_row(self, label: str, field: QWidget, *, buddy: QWidget | None = None) -> PlainLabel:
        """Add one field over the whole width.

        Args:
            buddy: the widget that the label belongs to, when `field` only contains it.

        Returns:
            The label.
        """
        at = self.grid.rowCount()
        made = self._label(label, buddy or field)
        tall = field.sizePolicy().verticalPolicy().name == "Expanding"
        top = Qt.AlignmentFlag.AlignTop if tall else Qt.AlignmentFlag.AlignVCenter
        if tall:
            made.setContentsMargins(0, 6, 0, 0)
        self.grid.addWidget(made, at, 0, Qt.AlignmentFlag.AlignRight | top)
        self.grid.addWidget(field, at, 1, 1, _PAIR - 1)
        return made

    def add_pair(
        self,
        label: str,
        field: QWidget,
        second_label: str,
        second: QWidget,
        *,
        buddy: QWidget | None = None,
        second_buddy: QWidget | None = None,
    ) -> tuple[PlainLabel, PlainLabel]:
        """Add two fields side by side; returns both labels."""
        at = self.grid.rowCount()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        one = self._label(label, buddy or field)
        two = self._label(second_label, second_buddy or second)
        self.grid.addWidget(one, at, 0, right)
        self.grid.addWidget(field, at, 1)
        self.grid.addWidget(two, at, 2, right)
        self.grid.addWidget(second, at, 3)
        return one, two

    def add_remark(self, widget: QWidget) -> None:
        """Add an explanation or an error under the field above, without a label."""
        self.grid.addWidget(widget, self.grid.rowCount(), 1, 1, _PAIR - 1)

    def _label(self, text: str, buddy: QWidget) -> PlainLabel:
        made = PlainLabel(text, tone="muted")
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.setBuddy(buddy)
        return made
