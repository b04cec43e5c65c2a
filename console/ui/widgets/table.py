"""The table of the house: one hairline under a row, badges in cells, one whole row chosen."""

from collections.abc import Hashable
from datetime import datetime
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
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from console.ui import icons, theme
from console.ui.models.rows import Role, RowsModel
from console.ui.signs import Sign
from console.ui.widgets.badge import draw_shape

type Index = QModelIndex | QPersistentModelIndex

_PAD = 8
_LEAST = 16
"""Characters that the column which takes the rest gets at least; then the table scrolls."""
_ROOMY = 1100
"""Width in pixels from which columns take their `wide` width."""


def paint_badge(painter: QPainter, room: QRect, sign: Sign) -> None:
    """Draw a sign at the left of `room`, centred in height."""
    tokens = theme.current()
    font = theme.font(0.86, bold=True)
    metrics = QFontMetrics(font)
    side = max(8, round(metrics.ascent() * 0.62)) if sign.shape != "none" else 0
    gap = theme.SPACE if side else 0
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
    painter.setFont(font)
    words = box.adjusted(7 + side + gap, 0, -4, 0)
    shown = metrics.elidedText(sign.text, Qt.TextElideMode.ElideRight, int(words.width()) + 2)
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


class RowDelegate(QStyledItemDelegate):
    """Paints a cell: ground, text or badge, hairline; the chosen row carries a bar at its left."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.current()
        state = option.state
        rect = option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(rect, QColor(tokens.selection))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if chosen and index.column() == 0:
            focused = bool(state & QStyle.StateFlag.State_HasFocus) or option.widget.hasFocus()
            bar = QRect(rect.left(), rect.top(), 4 if focused else 2, rect.height())
            painter.fillRect(bar, QColor(tokens.accent))
        room = rect.adjusted(_PAD, 0, -_PAD, 0)
        sign = index.data(Role.SIGN)
        if isinstance(sign, Sign):
            if sign.text:
                paint_badge(painter, room, sign)
        else:
            self._paint_text(painter, room, index)
        painter.restore()

    def _paint_text(self, painter: QPainter, room: QRect, index: Index) -> None:
        tokens = theme.current()
        style = index.data(Role.STYLE)
        font = theme.font(bold=style == "strong")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(tokens.muted if style == "muted" else tokens.text))
        if isinstance(name := index.data(Role.ICON), str) and name:
            side = metrics.height()
            colour = tokens.muted if style == "muted" else tokens.text
            drawn = icons.pixmap(name, colour, side, painter.device().devicePixelRatio())
            painter.drawPixmap(room.left(), room.top() + (room.height() - side) // 2, drawn)
            room = room.adjusted(side + theme.SPACE, 0, 0, 0)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "").replace("\n", " ")
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        aligned = index.data(Qt.ItemDataRole.TextAlignmentRole)
        place = aligned if isinstance(aligned, int) else int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(room, place, shown)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        font = theme.font()
        return QSize(60, QFontMetrics(font).height() + 12)


class Table(QTableView):
    """A table on a `RowsModel`.

    Signals:
        chosen: the key of the current row, None when there is none.
        opened: the key of the row on which Enter or a double click fell.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self, model: "RowsModel[object] | QAbstractItemModel", name: str, *, empty: str = ""
    ) -> None:
        """Make it.

        Args:
            name: what a screen reader calls it.
            empty: shown while there are no rows.
        """
        super().__init__()
        self._empty = empty
        self._kept: Hashable | None = None
        self._restoring = False
        self.setAccessibleName(name)
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
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
        self._fit()

    @property
    def current_key(self) -> Hashable | None:
        """The key of the current row."""
        return self._key(self.currentIndex().row())

    def choose(self, key: Hashable | None) -> bool:
        """Make the row with this key the current one; False when it is not there."""
        model = self.model()
        at = model.place(key) if isinstance(model, RowsModel) else -1
        if at < 0:
            return False
        self.setCurrentIndex(model.index(at, 0))
        return True

    def choose_first(self) -> None:
        """Make the first row current when none is."""
        if self.currentIndex().row() < 0 and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def tick(self, now: datetime) -> None:
        """Let columns that count go on."""
        model = self.model()
        if isinstance(model, RowsModel):
            model.tick(now)

    def _key(self, row: int) -> Hashable | None:
        model = self.model()
        return model.key_at(row) if isinstance(model, RowsModel) else None

    def _keep(self) -> None:
        self._kept = self.current_key
        self._restoring = True

    def _restore(self) -> None:
        """Put the choice back on the same row; on the same place when the row is gone."""
        scroll = self.verticalScrollBar().value()
        found = self.choose(self._kept)
        self._restoring = False
        if found:
            self.verticalScrollBar().setValue(scroll)
        else:
            self.chosen.emit(None)
        self.viewport().update()

    def _fit(self) -> None:
        """Row height and column widths from the font in force."""
        metrics = QFontMetrics(theme.font())
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 12)
        model = self.model()
        if not isinstance(model, RowsModel):
            return
        head = self.horizontalHeader()
        unit = QFontMetrics(theme.font(bold=True)).averageCharWidth()
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

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() or not self._empty:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(theme.current().muted))
        painter.setFont(theme.font())
        room = self.viewport().rect().adjusted(_PAD, 28, -_PAD, -8)
        where = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, int(where | Qt.TextFlag.TextWordWrap), self._empty)
        painter.end()
