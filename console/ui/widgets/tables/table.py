"""The table of the program: a hairline under each row, badges in cells, one whole row chosen."""

from collections.abc import Hashable
from datetime import datetime
from itertools import accumulate
from typing import override

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from console.ui.theme import icons, themes
from console.ui.theme.signs import Sign
from console.ui.widgets.basic.badge import draw_shape
from console.ui.widgets.basic.plain_label import as_said
from console.ui.widgets.tables.laid_out_text import lines
from console.ui.widgets.tables.row_model import Cell, RowsModel
from console.ui.widgets.tables.scrolled_table import FrozenColumns, WholeRows

type Index = QModelIndex | QPersistentModelIndex

_PAD = 8
_BADGE = 0.86
"""Size of a badge's words relative to the body text."""
_LEAST = 16
"""Minimum characters for the column that takes the rest; below that the table scrolls."""
_LEAST_BAR = 10
"""Approximate height of a scroll bar at the lower edge."""
_EMPTY_ROWS = 3
"""Rows of space for an empty table."""
_ROOMY = 1100
"""Width in pixels from which columns use their `wide` width."""
_HEIRS = 50
"""How many rows after and before a row that goes away may take its place."""


def paint_badge(painter: QPainter, room: QRect, sign: Sign) -> None:
    """Draw a badge at the left of `room`, vertically centred."""
    tokens = themes.current()
    _, metrics = lines.font(_BADGE, bold=True)
    side = max(8, round(metrics.ascent() * 0.62)) if sign.shape != "none" else 0
    gap = themes.SPACE if side else 0
    width = min(room.width(), 14 + side + gap + metrics.horizontalAdvance(sign.text))
    height = metrics.height() + 4
    top = room.top() + (room.height() - height) / 2
    box = QRectF(room.left(), top, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.soft(sign.tone))
    painter.drawRoundedRect(box, 4, 4)
    ink = tokens.tone(sign.tone)
    if side:
        mark = QRectF(box.left() + 7, box.center().y() - side / 2, side, side)
        draw_shape(painter, sign.shape, mark, ink)
    painter.setPen(ink)
    words = box.adjusted(7 + side + gap, 0, -2, 0).toRect()
    lines.draw(painter, words, sign.text, scale=_BADGE, bold=True)


class RowDelegate(QStyledItemDelegate):
    """Paints a cell: background, text or badge, hairline; the chosen row has a bar at its left."""

    def __init__(self, table: "Table") -> None:
        """Paint the cells of this table."""
        super().__init__(table)
        self._table = table

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = themes.current()
        state = option.state
        rect = option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        table = self._table
        painter.save()
        painter.setClipRect(rect)  # Marks piled on a letter reach far above and below it.
        if chosen:
            painter.fillRect(rect, QColor(tokens.selection))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if chosen and index.column() == 0:
            bar = QRect(rect.left(), rect.top(), 4 if table.hasFocus() else 2, rect.height())
            painter.fillRect(bar, QColor(tokens.accent))
        if table.by_cell and table.hasFocus() and index == table.currentIndex():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        room = rect.adjusted(_PAD, 0, -_PAD, 0)
        model = index.model()
        if isinstance(model, RowsModel) and (cell := model.cell(index.row(), index.column())):
            if cell.sign is None:
                _paint_text(painter, room, cell)
            elif cell.sign.text:
                paint_badge(painter, room, cell.sign)
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        font = themes.font()
        return QSize(60, QFontMetrics(font).height() + 12)

    @override
    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Show a text that did not fit, whole and as plain text."""
        model = index.model()
        cell = model.cell(index.row(), index.column()) if isinstance(model, RowsModel) else None
        room = view.visualRect(index).width() - 2 * _PAD
        said = "" if cell is None or fits(cell, room) else as_said(cell.text)
        QToolTip.showText(event.globalPos(), said, view)
        return True


def fits(cell: Cell, room: int) -> bool:
    """Whether the whole text fits into so many pixels."""
    _, metrics = lines.font(bold=cell.style == "strong")
    return metrics.horizontalAdvance(cell.text) <= room


def _paint_text(painter: QPainter, room: QRect, cell: Cell) -> None:
    tokens = themes.current()
    colour = tokens.muted if cell.style == "muted" else tokens.text
    bold = cell.style == "strong"
    if cell.icon:
        side = lines.font(bold=bold)[1].height()
        drawn = icons.pixmap(cell.icon, colour, side, painter.device().devicePixelRatio())
        painter.drawPixmap(room.left(), room.top() + (room.height() - side) // 2, drawn)
        room = room.adjusted(side + themes.SPACE, 0, 0, 0)
    painter.setPen(QColor(colour))
    lines.draw(painter, room, cell.text, bold=bold, right=cell.right)


class Table(WholeRows):
    """A table on a `RowsModel`.

    Signals:
        chosen: the key of the current row, None when there is none.
        opened: the key of the row that was double-clicked, or had Enter pressed on it.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        model: "RowsModel[object] | QAbstractItemModel",
        name: str,
        *,
        empty: str = "",
        frozen: int = 0,
        by_cell: bool = False,
    ) -> None:
        """Make it.

        Args:
            name: what a screen reader calls it.
            empty: shown while there are no rows.
            frozen: how many first columns stay when the others scroll.
            by_cell: Enter acts on a cell, not on a row; the current cell is marked.
        """
        super().__init__()
        self._empty = empty
        self.by_cell = by_cell
        self._frozen: FrozenColumns | None = None
        self._kept: Hashable | None = None
        self._heirs: tuple[Hashable | None, ...] = ()
        self._restoring = False
        self.setAccessibleName(name)
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(40)
        model.modelAboutToBeReset.connect(self._keep)
        self.setModel(model)
        model.modelReset.connect(self._restore)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._key(index.row())))
        if frozen:
            self._frozen = FrozenColumns(self, self.itemDelegate(), frozen)
        self._fit()

    @property
    def whole_height(self) -> int:
        """Height at which every row shows, or the text of an empty table."""
        rows = max(self.model().rowCount(), _EMPTY_ROWS)
        edges = 2 * self.frameWidth() + self.horizontalHeader().sizeHint().height()
        return edges + rows * self.verticalHeader().defaultSectionSize()

    @property
    def whole_width(self) -> int:
        """Width at which no column needs scrolling."""
        return self.fitting_width(self.horizontalHeader().length() + self._beside_columns)

    def fitting_width(self, room: int) -> int:
        """The largest width within this room at which the right edge cuts no column."""
        ends = accumulate(self.columnWidth(at) for at in range(self.model().columnCount()))
        fit = [end for end in ends if end <= room - self._beside_columns]
        return (fit[-1] if fit else 0) + self._beside_columns

    @property
    def _beside_columns(self) -> int:
        rows = self.model().rowCount() * self.verticalHeader().defaultSectionSize()
        scrolls = rows > self.height() - self.horizontalHeader().height() - _LEAST_BAR
        bar = self.verticalScrollBar().sizeHint().width() if scrolls else 0
        return bar + 2 * self.frameWidth()

    @property
    def current_key(self) -> Hashable | None:
        """The key of the current row."""
        return self._key(self.currentIndex().row())

    def choose(self, key: Hashable | None) -> bool:
        """Make the row with this key current; False when it is not there."""
        model = self.model()
        at = model.place(key) if isinstance(model, RowsModel) else -1
        if at < 0:
            return False
        self.setCurrentIndex(model.index(at, 0))
        return True

    def choose_first(self) -> None:
        """Make a row current when none is: the one after the row that went away, as long as that or
        a later one is still there, else one before it, else the first.
        """
        if self.currentIndex().row() >= 0 or not self.model().rowCount():
            return
        if not any(self.choose(key) for key in self._heirs):
            self.setCurrentIndex(self.model().index(0, 0))

    def tick(self, now: datetime) -> None:
        """Update the columns that count time."""
        model = self.model()
        if isinstance(model, RowsModel):
            model.tick(now)

    def _key(self, row: int) -> Hashable | None:
        model = self.model()
        return model.key_at(row) if isinstance(model, RowsModel) else None

    def _keep(self) -> None:
        at, count = self.currentIndex().row(), self.model().rowCount()
        self._kept = self.current_key
        if at >= 0:
            near = (*range(at + 1, count)[:_HEIRS], *reversed(range(at)[-_HEIRS:]))
            self._heirs = tuple(self._key(row) for row in near)
        self._restoring = True

    def _restore(self) -> None:
        """Keep the same row chosen; when it is gone, whoever shows the rows chooses."""
        scroll = self.verticalScrollBar().value()
        found = self.choose(self._kept)
        self._restoring = False
        if found:
            self.verticalScrollBar().setValue(scroll)
        else:
            self.chosen.emit(None)
        self.viewport().update()

    def _fit(self) -> None:
        """Set row height and column widths for the current font."""
        metrics = QFontMetrics(themes.font())
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 12)
        model = self.model()
        if not isinstance(model, RowsModel):
            return
        head = self.horizontalHeader()
        unit = QFontMetrics(themes.font(bold=True)).averageCharWidth()
        roomy = self.width() >= _ROOMY
        widths = [
            (c.wide if roomy and c.wide else c.width) * unit + 2 * _PAD if c.width else 0
            for c in model.columns
        ]
        left = self.viewport().width() - sum(widths)
        for at, width in enumerate(widths):
            stretches = not width and left >= _LEAST * unit
            mode = (
                QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.Interactive
            )
            head.setSectionResizeMode(at, mode)
            if not stretches:
                self.setColumnWidth(at, width or _LEAST * unit)
        if self._frozen is not None:
            self._frozen.follow()

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._restoring and current.row() != previous.row():
            self.chosen.emit(self._key(current.row()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit(self.current_key)
            return
        super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()
        elif self._frozen is not None:
            self._frozen.follow()

    @override
    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        frozen = self._frozen
        if frozen is None or not frozen.isVisible():
            super().scrollTo(index, hint)
            return
        width = frozen.whole_width
        if index.column() < frozen.count:
            # Already visible; what is scrolled next to it stays.
            super().scrollTo(self.model().index(index.row(), self.columnAt(width)), hint)
            return
        super().scrollTo(index, hint)
        if (hidden := width - self.columnViewportPosition(index.column())) > 0:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - hidden)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self.paint_end(painter)
        if not self.model().rowCount() and self._empty:
            self._paint_empty(painter)
        painter.end()

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(QColor(themes.current().muted))
        painter.setFont(themes.font())
        room = self.viewport().rect().adjusted(_PAD, 28, -_PAD, -8)
        where = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, int(where | Qt.TextFlag.TextWordWrap), self._empty)
