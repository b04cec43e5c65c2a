"""Prints a text or writes it as PDF: laid out and painted in pieces, with page numbers.

Qt's own `print_` adds two centimetres to the margins of the paper, breaks rows between lines, and
blocks everything until the last page is done.
"""

import asyncio
import errno
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import override

from PySide6.QtCore import QMarginsF, QSizeF, Qt, QThread
from PySide6.QtGui import (
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from console.domain.errors import InputError
from console.services.reports.files import Tell, go_on
from console.ui.printing.page_layout import Pages, Text
from console.ui.runtime.long_work import Pace, StoppedError, long_works

_END = b"%%EOF"
_PAUSE_S = 0.001
"""No pause at all would let only some of the waiting work go before the next piece."""


def write_whole(target: Path, title: str, paint: Callable[[QPdfWriter], None]) -> None:
    """Write a PDF file, completely or not at all. Blocks.

    Args:
        paint: receives the writer and paints the pages; when it raises, nothing is left behind.

    Raises:
        OSError: the file could not be written completely; Qt itself does not report that.
    """
    part = begin_part(target)
    try:
        writer = QPdfWriter(str(part))
        writer.setTitle(title)
        writer.setCreator("1022 Console")
        paint(writer)
        del writer  # closes the file
        put_in_place(part, target)
    finally:
        part.unlink(missing_ok=True)


def begin_part(target: Path) -> Path:
    """Create the file next to the target that a PDF is written into.

    Raises:
        OSError: it cannot be created. The system says why; Qt and Chromium do not.
    """
    part = target.with_name(f".{target.name}.part")
    part.touch()
    return part


def put_in_place(part: Path, target: Path) -> None:
    """Replace the target by a complete PDF; remove an incomplete one.

    Raises:
        OSError: it is incomplete: the disk took no more of it.
    """
    try:
        if not part.read_bytes().rstrip().endswith(_END):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def write_pdf(text: Text, target: Path, tell: Tell = go_on) -> None:
    """Write a PDF file, completely or not at all. Blocks.

    Raises:
        OSError: it could not be written.
        InputError: `export_cancelled`; nothing is left of the file.
    """

    def paint(writer: QPdfWriter) -> None:
        on_a4(writer, turned=text.turned)
        with closing(print_pages(writer, text)) as steps:
            for done, every in steps:
                if not tell(done, every):
                    raise InputError("export_cancelled")

    write_whole(target, text.title, paint)


class _Writing(QThread):
    """Lays out and paints in a thread of Qt's own kind, because text layout needs its timers."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work
        self.error: Exception | None = None

    @override
    def run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits
            self.error = error


async def aside(work: Callable[[], None]) -> None:
    """Lay out and write in another thread, and wait; the window runs between the pieces."""
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
        writing.wait()  # Qt ends the program when a running thread is released
    if writing.error is not None:
        raise writing.error


async def in_turns(name: str, steps: Iterator[tuple[int, int]]) -> None:
    """Run steps on the window's own thread, where printers need to be; the window runs between
    them.

    Args:
        name: of the work, for the status line, which offers to stop it.
        steps: pieces of a few milliseconds that yield progress and total.

    Raises:
        StoppedError: the person stopped it.
    """
    stopped, pace = asyncio.Event(), Pace()
    with long_works().going_on(name, stopped.set) as work:
        for done, every in steps:
            if stopped.is_set():
                raise StoppedError
            if pace.due():
                work.tell(done, every)
            await asyncio.sleep(_PAUSE_S)


def on_a4(device: QPagedPaintDevice, *, turned: bool) -> None:
    """Set A4 with margins; turned is landscape."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    ways = QPageLayout.Orientation
    device.setPageOrientation(ways.Landscape if turned else ways.Portrait)
    device.setPageMargins(QMarginsF(12, 12, 12, 12), QPageLayout.Unit.Millimeter)


def scale_of(device: QPagedPaintDevice) -> float:
    """Dots of the device for a pixel of the screen, in which texts are laid out."""
    # Not by the layout's own device: Shiboken gives that to the layout, which deletes it.
    return device.logicalDpiY() / round(QGuiApplication.primaryScreen().logicalDotsPerInchY())


def pages_for(device: QPagedPaintDevice, text: Text) -> Pages:
    """The pages that fit this paper, not laid out yet."""
    scale = scale_of(device)
    return Pages(text, QSizeF(device.width() / scale, device.height() / scale))


def print_pages(device: QPagedPaintDevice, text: Text) -> Generator[tuple[int, int]]:
    """Lay out and paint the pages, or those that the printer dialog selected.

    Each step takes a few milliseconds and yields progress and total.

    Raises:
        OSError: the device accepts no page.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    try:
        scale, pages = scale_of(device), pages_for(device, text)
        painter.scale(scale, scale)
        rows = 0
        for done, rows in pages.steps():
            yield done, 2 * rows
        asked, painted = device.pageRanges(), False
        for number in range(1, pages.count + 1):
            if asked.isEmpty() or asked.contains(number):
                if painted:
                    device.newPage()
                painted = True
                pages.paint(painter, number)
                yield rows + rows * number // pages.count, 2 * rows
    finally:
        painter.end()
