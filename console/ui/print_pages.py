"""Pages out of a laid-out text, for preview, printer and PDF: no row of a table is cut in two, the
head stands on each page again, pages are numbered.

Qt's own `print_` adds two centimetres to the margins of the paper and breaks rows between lines.
"""

import asyncio
import errno
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import override

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt, QThread
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextTable,
)

TABLE = (
    '<table border="1" cellspacing="0" cellpadding="3" width="100%" '
    'style="border-style: solid; border-color: #999; border-collapse: collapse">'
)
"""How every table on paper begins."""
_FOOT_LINES = 1.8
_INK = QColor(1, 1, 1)
"""Not quite black: a preview keeps only what differs from a painter's own black, and plays it with
the window's colour for text, which is white at night.
"""
_END = b"%%EOF"
_SLACK = 6
"""Pixels: no line fits in, and what borders and rounding take does not push the row over."""


def write_whole(target: Path, title: str, paint: Callable[[QPdfWriter], None]) -> None:
    """Write a PDF; the file appears whole or not at all. Blocks.

    Args:
        paint: gets the writer and paints the pages.

    Raises:
        OSError: the file, or all of it, could not be written; Qt itself says nothing of it.
    """
    part = target.with_name(f".{target.name}.part")
    part.touch()  # a folder that is not there fails here, as every file does
    writer = QPdfWriter(str(part))
    writer.setTitle(title)
    writer.setCreator("1022 Console")
    paint(writer)
    del writer  # closes the file
    if not part.read_bytes().rstrip().endswith(_END):
        part.unlink()
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
    part.replace(target)


class _Writing(QThread):
    """Lays out and paints in a thread of Qt's own kind: text layout wants its timers."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work
        self.error: Exception | None = None

    @override
    def run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - it is the waiter's
            self.error = error


async def aside(work: Callable[[], None]) -> None:
    """Lay out and write beside the window, and wait: a month by hours takes seconds."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    writing = _Writing(work)
    writing.finished.connect(
        lambda: loop.call_soon_threadsafe(ended.set), Qt.ConnectionType.DirectConnection
    )
    writing.start()
    try:
        await ended.wait()
    finally:
        writing.wait()  # Qt ends the program when a thread that runs is let go
    if writing.error is not None:
        raise writing.error


def on_a4(device: QPagedPaintDevice, *, turned: bool) -> None:
    """A4 with margins; turned is across."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    ways = QPageLayout.Orientation
    device.setPageOrientation(ways.Landscape if turned else ways.Portrait)
    device.setPageMargins(QMarginsF(12, 12, 12, 12), QPageLayout.Unit.Millimeter)


def print_pages(device: QPagedPaintDevice, made: QTextDocument) -> None:
    """Paint the pages, those that were asked for where the printer's window named some."""
    painter = QPainter(device)
    # Not by the layout's own device: Shiboken gives it to the layout, which ends it.
    scale = device.logicalDpiY() / round(QGuiApplication.primaryScreen().logicalDotsPerInchY())
    painter.scale(scale, scale)
    font = made.defaultFont()
    foot = QFontMetricsF(font).height() * _FOOT_LINES
    page = QSizeF(device.width() / scale, device.height() / scale - foot)
    made.setDocumentMargin(0)
    made.setUseDesignMetrics(True)
    _keep_rows_whole(made, page)
    made.setPageSize(page)
    count, asked, painted = made.pageCount(), device.pageRanges(), False
    for number in range(1, count + 1):
        if not asked.isEmpty() and not asked.contains(number):
            continue
        if painted:
            device.newPage()
        painted = True
        paint_page(painter, made, number)
        painter.setFont(font)
        painter.setPen(_INK)
        below = QRectF(0, page.height(), page.width(), foot)
        corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(below, int(corner), f"{number} / {count}")
    painter.end()


def paint_page(painter: QPainter, made: QTextDocument, number: int) -> None:
    """One page, from 1; the ink is black, also where the window is dark."""
    page = made.pageSize()
    view = QRectF(QPointF(0, (number - 1) * page.height()), page)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette.setColor(QPalette.ColorRole.Text, _INK)
    context.clip = view
    painter.save()
    painter.translate(-view.topLeft())
    painter.setClipRect(view)
    made.documentLayout().draw(painter, context)
    painter.restore()


def _keep_rows_whole(made: QTextDocument, page: QSizeF) -> None:
    """Lengthen the row before each that would be cut, to the end of its page."""
    made.setPageSize(QSizeF(page.width(), -1))
    found = list(_rows_before_a_cut(made, page.height()))
    at_once = QTextCursor(made)  # else each change would lay all of it out again
    at_once.beginEditBlock()
    for table, row, missing in found:
        cell = table.cellAt(row, 0)
        shape = cell.format().toTableCellFormat()
        shape.setBottomPadding(table.format().cellPadding() + max(0.0, missing - _SLACK))
        cell.setFormat(shape)
    at_once.endEditBlock()


def _rows_before_a_cut(
    made: QTextDocument, height: float
) -> Iterator[tuple[QTextTable, int, float]]:
    """(table, row, pixels to the end of its page), by a layout without pages."""
    moved = 0.0
    for table in made.rootFrame().childFrames():
        if not isinstance(table, QTextTable):
            continue
        head = table.format().headerRowCount()
        box = made.documentLayout().frameBoundingRect(table)
        tops = [*_tops(table), box.bottom()]
        again = tops[head] - box.top()  # what stands over the first row of a page
        for row, (top, bottom) in enumerate(pairwise(tops)):
            end = ((top + moved) // height + 1) * height
            if row < head or bottom + moved <= end:
                continue
            if row > head and bottom - top <= height - again:
                missing = end - top - moved
                yield table, row - 1, missing
                moved += missing
            moved += again


def _tops(table: QTextTable) -> list[float]:
    layout = table.document().documentLayout()
    return [
        layout.blockBoundingRect(table.cellAt(row, 0).firstCursorPosition().block()).top()
        for row in range(table.rows())
    ]
