"""Tables that scroll well: by whole rows, and with the first columns of a wide table always
visible.
"""

from typing import override

from PySide6.QtCore import QItemSelectionModel, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QTableView, QWidget

from console.ui.theme import themes


class WholeRows(QTableView):
    """A table that never shows half a row: it scrolls by rows, and a row that does not fit at the
    lower edge is hidden.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a model."""
        super().__init__(parent)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._align())

    def paint_end(self, painter: QPainter) -> None:
        """Paint over the row that the lower edge cuts."""
        room = self.viewport().rect()
        last = self.rowAt(room.bottom())
        top = self.rowViewportPosition(last)
        if top > 0 and top + self.rowHeight(last) > room.bottom() + 1:
            below = QRect(0, top, room.width(), room.height() - top)
            painter.fillRect(below, QColor(themes.current().bg))

    def _align(self) -> None:
        """At the end Qt puts the last row on the lower edge, so that the upper edge cuts a row."""
        bar = self.verticalScrollBar()
        if 0 < bar.value() == bar.maximum():
            self.verticalHeader().setOffsetToSectionPosition(bar.value())
            self.viewport().update()

    @override
    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._align()


class FrozenColumns(WholeRows):
    """Lies over the table's left edge and shows the same rows; it takes no input and no focus.

    Screen readers do not see it: a table's children are its cells.

    Attributes:
        count: the number of columns shown.
    """

    def __init__(self, table: WholeRows, delegate: QAbstractItemDelegate, count: int) -> None:
        """Show the first `count` columns of this table, which already has its model."""
        super().__init__(table)
        self._table, self.count = table, count
        self.setModel(table.model())
        self.setItemDelegate(delegate)
        self._share(table.selectionModel())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionBehavior(table.selectionBehavior())
        self.setSelectionMode(table.selectionMode())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(table.horizontalHeader().minimumSectionSize())
        for at in range(count, table.model().columnCount()):
            self.setColumnHidden(at, True)
        bar = table.verticalScrollBar()
        bar.valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(bar.setValue)
        table.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        self.doubleClicked.connect(table.doubleClicked)

    def _share(self, selection: QItemSelectionModel) -> None:
        own = self.selectionModel()
        self.setSelectionModel(selection)
        own.deleteLater()

    @property
    def whole_width(self) -> int:
        """The width it covers of the table's viewport."""
        return sum(self._table.columnWidth(at) for at in range(self.count))

    def follow(self) -> None:
        """Take over the table's sizes."""
        table = self._table
        head = table.horizontalHeader()
        self.verticalHeader().setDefaultSectionSize(table.verticalHeader().defaultSectionSize())
        self.horizontalHeader().setFixedHeight(head.height())
        for at in range(self.count):
            self.setColumnWidth(at, table.columnWidth(at))
        edge = table.frameWidth()
        self.setGeometry(edge, edge, self.whole_width, head.height() + table.viewport().height())
        self._on_scrolled()

    def _on_scrolled(self) -> None:
        """Visible only while something of the table is scrolled beneath it."""
        self.setVisible(self._table.horizontalScrollBar().value() > 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        view = self.viewport()
        painter = QPainter(view)
        self.paint_end(painter)
        painter.setPen(QColor(themes.current().border))
        painter.drawLine(view.rect().topRight(), view.rect().bottomRight())
        painter.end()
