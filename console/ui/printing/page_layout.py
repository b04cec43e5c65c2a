"""Lays out a text with tables page by page, in pieces of a few milliseconds.

Qt itself lays out a table as a whole, and blocks the window for as long. No row of a table is split
unless it is taller than a page, and each page repeats the head.
"""

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPalette,
    QTextDocument,
    QTextLayout,
    QTextLength,
    QTextOption,
    QTextTable,
)

_TABLE = (
    '<table border="1" cellspacing="0" cellpadding="3" width="100%" '
    'style="border-style: solid; border-color: #999; border-collapse: collapse">'
)
_PADDING = 3
_BORDER = 1
_TABLE_EDGE = 4
"""Pixels that a table keeps for itself."""
_INK = QColor(1, 1, 1)
"""Not quite black. A recorded picture of a page leaves out what equals the painter's own black, and
is replayed with the window's text colour, which is white at night.
"""
_FOOT_LINES = 1.8
_FIRST_GUESS = 24
"""Rows tried on the first page; when all of them fit, more are tried."""
_MORE = 4
"""Rows tried beyond the number on the page before."""
_KEPT = 8
"""Leaves that stay laid out; a window shows fewer pages at once."""
_MEASURED = 100
"""Rows whose widths are measured in one step."""
_SLACK = 2
"""Pixels at the end of a page for borders and rounding."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of plain texts.

    Attributes:
        title: HTML that stands above it and stays with its first row, or "".
        head: repeated on each page; may be empty.
        right: which columns hold numbers.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """The content of the pages.

    Attributes:
        style: CSS for all of it.
        turned: landscape.
        parts: HTML whose texts are escaped, and tables.
    """

    title: str
    style: str
    turned: bool
    parts: tuple[str | Grid, ...]


@dataclass(slots=True)
class _Piece:
    """The part of a leaf: all of it, or a range of rows of a table."""

    part: str | Grid
    first: int = 0
    end: int = 0
    widths: list[float] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.end - self.first


class Pages:
    """The pages of a text. They are complete when `steps` ends; earlier pages can already be
    painted.

    Attributes:
        page: the area for the text, in screen pixels.
        foot: height of the line with the page number below it.
    """

    def __init__(self, text: Text, room: QSizeF) -> None:
        """Make it; `room` is the paper within its margins."""
        self._text = text
        self.font = QFont("Noto Sans, DejaVu Sans, Sans", 9)
        self.foot = QFontMetricsF(self.font).height() * _FOOT_LINES
        # Whole pixels give the same pages on every printer, however it rounds.
        self.page = QSizeF(math.floor(room.width()), math.floor(room.height() - self.foot))
        self.whole = False
        self._leaves: list[list[_Piece]] = []
        self._pages: list[tuple[int, int]] = []
        self._made: dict[int, QTextDocument] = {}

    @property
    def count(self) -> int:
        """The number of pages so far."""
        return len(self._pages)

    def steps(self) -> Iterator[tuple[int, int]]:
        """Lay out. Each step takes a few milliseconds and yields progress and total."""
        every = sum(_rows_of(part) for part in self._text.parts)
        widths = []
        for part in self._text.parts:
            found = _Widths(self.font)
            if isinstance(part, Grid):
                yield from ((0, every) for _ in found.measure(part))
                widths.append(found.shared(len(part.head or part.rows[0]), self.page.width()))
            else:
                widths.append([])
        at, row, done, guess = 0, 0, 0, _FIRST_GUESS
        while at < len(self._text.parts):
            taken, to = self._take(at, row, guess, widths)
            made = self._document(taken)
            yield done, every
            made.setPageSize(QSizeF(self.page.width(), -1))
            fit = _fitting(made, self.page.height())
            yield done, every
            asked = sum(piece.rows for piece in taken)
            if fit == asked and to[0] < len(self._text.parts):
                guess = asked * 2
                continue
            if fit < asked:
                taken, to = _cut(taken, fit, at)
                made = self._document(taken)
                yield done, every
            made.setPageSize(self.page)
            leaf = self._keep(len(self._leaves), made)
            self._leaves.append(taken)
            self._pages += [(leaf, number) for number in range(1, made.pageCount() + 1)]
            (at, row), guess = to, fit + _MORE
            done += fit
            yield done, every
        self.whole = True

    def _take(
        self, at: int, row: int, most: int, widths: Sequence[list[float]]
    ) -> tuple[list[_Piece], tuple[int, int]]:
        """Take pieces of at most so many rows; return where the next begin: (part, row)."""
        taken: list[_Piece] = []
        while at < len(self._text.parts):
            part = self._text.parts[at]
            if isinstance(part, Grid):
                end = min(len(part.rows), row + most)
                taken.append(_Piece(part, row, end, widths[at]))
                most -= end - row
                if end < len(part.rows):
                    return taken, (at, end)
            else:
                taken.append(_Piece(part))
            at, row = at + 1, 0
        return taken, (at, row)

    def _document(self, pieces: Sequence[_Piece]) -> QTextDocument:
        made = QTextDocument()
        made.setDefaultFont(self.font)
        made.setDefaultStyleSheet(self._text.style)
        made.setDocumentMargin(0)
        made.setUseDesignMetrics(True)
        made.setHtml("".join(_html(piece) for piece in pieces))
        grids = [piece for piece in pieces if isinstance(piece.part, Grid)]
        for table, piece in zip(_tables(made), grids, strict=True):
            shape = table.format()
            fixed = QTextLength.Type.FixedLength
            shape.setColumnWidthConstraints([QTextLength(fixed, w) for w in piece.widths])
            table.setFormat(shape)
        return made

    def leaf(self, number: int) -> tuple[QTextDocument, int]:
        """The document that contains this page (from 1), and the page's number in it."""
        leaf, within = self._pages[number - 1]
        made = self._made.get(leaf)
        if made is None:
            made = self._document(self._leaves[leaf])
            made.setPageSize(self.page)
            self._keep(leaf, made)
        return made, within

    def _keep(self, leaf: int, made: QTextDocument) -> int:
        """Keep the latest documents only: hundreds of them would take hundreds of megabytes."""
        self._made[leaf] = made
        while len(self._made) > _KEPT:
            del self._made[next(iter(self._made))]
        return leaf

    def paint(self, painter: QPainter, number: int) -> None:
        """Paint a page (from 1) and its number; the ink is black even when the window is dark."""
        made, within = self.leaf(number)
        view = QRectF(QPointF(0, (within - 1) * self.page.height()), self.page)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, _INK)
        context.clip = view
        painter.save()
        painter.translate(-view.topLeft())
        painter.setClipRect(view, Qt.ClipOperation.IntersectClip)
        made.documentLayout().draw(painter, context)
        painter.restore()
        painter.save()
        painter.setFont(self.font)
        painter.setPen(_INK)
        below = QRectF(0, self.page.height(), self.page.width(), self.foot)
        corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        said = f"{number} / {self.count}" if self.whole else f"{number}"
        painter.drawText(below, int(corner), said)
        painter.restore()


class _Widths:
    """The preferred widths of a table's columns, as Qt computes them for a whole table."""

    def __init__(self, font: QFont) -> None:
        self._plain, self._bold = font, QFont(font)
        self._bold.setBold(True)
        self._known: dict[tuple[str, bool], tuple[float, float]] = {}
        self._least: list[float] = []
        self._most: list[float] = []

    def measure(self, grid: Grid) -> Iterator[None]:
        """Measure; one step for each batch of rows."""
        self._look(grid.head, bold=True)
        for n, row in enumerate(grid.rows):
            self._look(row, bold=False)
            if n % _MEASURED == _MEASURED - 1:
                self._known.clear()
                yield

    def _look(self, cells: Sequence[str], *, bold: bool) -> None:
        while len(self._least) < len(cells):
            self._least.append(0.0)
            self._most.append(0.0)
        for n, cell in enumerate(cells):
            least, most = self._of(cell, bold)
            self._least[n] = max(self._least[n], least)
            self._most[n] = max(self._most[n], most)

    def _of(self, cell: str, bold: bool) -> tuple[float, float]:
        """(longest word, whole text) in pixels, plus the padding of a cell."""
        if (known := self._known.get((cell, bold))) is not None:
            return known
        layout = QTextLayout(" ".join(cell.split()), self._bold if bold else self._plain)
        option = QTextOption()
        option.setUseDesignMetrics(True)
        layout.setTextOption(option)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        edge = 2 * _PADDING + _BORDER
        found = (math.ceil(layout.minimumWidth()) + edge, math.ceil(layout.maximumWidth()) + edge)
        self._known[cell, bold] = found
        return found

    def shared(self, columns: int, room: float) -> list[float]:
        """Divide the width: each column gets its longest word, then equal shares up to its whole
        text.
        """
        least = self._least or [0.0] * columns
        widths, left = list(least), room - _TABLE_EDGE - sum(least)
        while left > _BORDER:
            hungry = [n for n, width in enumerate(widths) if width < self._most[n]]
            if not hungry:
                return [width + left / columns for width in widths]
            share = left / len(hungry)
            for n in hungry:
                more = min(share, self._most[n] - widths[n])
                widths[n] += more
                left -= more
        return widths


def _rows_of(part: str | Grid) -> int:
    return len(part.rows) if isinstance(part, Grid) else 0


def _html(piece: _Piece) -> str:
    grid = piece.part
    if isinstance(grid, str):
        return grid
    side = ["right" if n in grid.right else "left" for n in range(len(piece.widths))]
    head = "".join(
        f'<th align="{at}">{html.escape(each)}</th>'
        for at, each in zip(side, grid.head, strict=bool(grid.head))
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td align="{at}">{html.escape(each)}</td>' for at, each in zip(side, row, strict=True)
        )
        + "</tr>"
        for row in grid.rows[piece.first : piece.end]
    )
    title = grid.title if piece.first == 0 else ""
    return f"{title}{_TABLE}{f'<thead><tr>{head}</tr></thead>' if head else ''}{rows}</table>"


def _tables(made: QTextDocument) -> list[QTextTable]:
    return [each for each in made.rootFrame().childFrames() if isinstance(each, QTextTable)]


def _fitting(made: QTextDocument, height: float) -> int:
    """How many rows of this leaf stay on its pages, by a layout without pages; at least one."""
    fit, moved = 0, 0.0
    for table in _tables(made):
        head = table.format().headerRowCount()
        box = made.documentLayout().frameBoundingRect(table)
        tops = [*_tops(table), box.bottom()]
        again = tops[head] - box.top()  # what stands above the first row of a page
        for row, (top, bottom) in enumerate(pairwise(tops)):
            if row < head:
                continue
            end = ((top + moved) // height + 1) * height
            while bottom + moved + _SLACK > end:
                if fit and bottom - top <= height - again:
                    return fit
                moved += again
                end += height
            fit += 1
    return fit


def _tops(table: QTextTable) -> list[float]:
    layout = table.document().documentLayout()
    return [
        layout.blockBoundingRect(table.cellAt(row, 0).firstCursorPosition().block()).top()
        for row in range(table.rows())
    ]


def _cut(pieces: Sequence[_Piece], fit: int, at: int) -> tuple[list[_Piece], tuple[int, int]]:
    """The pieces up to so many rows, and where the next begin; `at` is the first one's part."""
    kept: list[_Piece] = []
    for n, piece in enumerate(pieces):
        if isinstance(piece.part, Grid) and piece.rows > fit:
            if fit:
                kept.append(_Piece(piece.part, piece.first, piece.first + fit, piece.widths))
            return kept, (at + n, piece.first + fit)
        fit -= piece.rows
        kept.append(piece)
    raise AssertionError  # only called when not all rows fit
