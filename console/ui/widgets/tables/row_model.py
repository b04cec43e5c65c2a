"""A table model over the rows of one query: frozen dataclasses in, cells out.

Rows come sorted and filtered from the store, nothing is sorted here: a proxy model took 13 s for
100,000 rows.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, override

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from console.ui.theme.signs import Sign

type Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column[T]:
    """One column.

    Attributes:
        text: of a row, at a time.
        sign: a badge instead of plain text; its word is the cell's text.
        style: "" plain | strong | muted; or a function of the row.
        icon: name of an icon before the text, of a row.
        width: initial width in average characters; 0 takes the rest.
        wide: width when the table has room for it (1,100 pixels), 0 = `width`.
        right: align at the right, for numbers.
        ticks: the text changes as time passes.
    """

    title: str
    text: Callable[[T, datetime], str] | None = None
    sign: Callable[[T, datetime], Sign] | None = None
    style: str | Callable[[T], str] = ""
    width: int = 12
    ticks: bool = False
    right: bool = False
    wide: int = 0
    icon: Callable[[T], str] | None = None


class Cell(NamedTuple):
    """A cell as it is painted; a badge has a `sign` instead of `text`."""

    text: str
    sign: Sign | None
    style: str
    icon: str
    right: bool


class RowsModel[T](QAbstractTableModel):
    """At most 2,000 rows of one kind."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        key: Callable[[T], Hashable],
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        """Start empty.

        Args:
            key: identifies a row across refreshes.
            now: the clock, for columns that count time.
        """
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._clock = now
        self._now = now()
        self._rows: list[T] = []
        self._places: dict[Hashable, int] = {}

    @property
    def rows(self) -> tuple[T, ...]:
        """The rows shown, top first."""
        return tuple(self._rows)

    def row(self, at: int) -> T | None:
        """The row at a position; None outside."""
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def key_at(self, at: int) -> Hashable | None:
        """The key of the row at a position."""
        found = self.row(at)
        return None if found is None else self._key(found)

    def place(self, key: Hashable | None) -> int:
        """The position of the row with this key, -1 when it is gone."""
        return self._places.get(key, -1) if key is not None else -1

    def cell(self, at: int, place: int) -> Cell | None:
        """Everything a painter needs of a cell at once: five queries through Qt cost ten times as
        much.
        """
        row = self.row(at)
        if row is None:
            return None
        column = self.columns[place]
        style = column.style(row) if callable(column.style) else column.style
        icon = column.icon(row) if column.icon is not None else ""
        if column.sign is not None:
            return Cell("", column.sign(row, self._now), style, icon, column.right)
        text = column.text(row, self._now) if column.text is not None else ""
        return Cell(text, None, style, icon, column.right)

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show these rows. Equal rows in the same order only repaint what changed."""
        self._now = self._clock()
        keys = [self._key(r) for r in rows]
        if keys == [self._key(r) for r in self._rows]:
            before, self._rows = self._rows, list(rows)
            for at, (old, new) in enumerate(zip(before, self._rows, strict=True)):
                if old != new:
                    self._changed(at, at)
            return
        self.beginResetModel()
        self._rows = list(rows)
        self._places = {key: at for at, key in enumerate(keys)}
        self.endResetModel()

    def tick(self, now: datetime) -> None:
        """Time passed. Columns that count show minutes, so repainting once a minute is enough."""
        minute_before, self._now = self._now.replace(second=0, microsecond=0), now
        if not self._rows or now.replace(second=0, microsecond=0) == minute_before:
            return
        for place, column in enumerate(self.columns):
            if column.ticks:
                top, bottom = self.index(0, place), self.index(len(self._rows) - 1, place)
                self.dataChanged.emit(top, bottom)

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if column.sign is not None:
                return column.sign(row, self._now).text
            return column.text(row, self._now) if column.text is not None else ""
        if role == Qt.ItemDataRole.TextAlignmentRole and column.right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft
            if orientation == Qt.Orientation.Horizontal and self.columns[section].right:
                side = Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None
