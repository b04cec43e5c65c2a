"""A report on paper: PDF and printer, by Qt's own text layout. Also without a window, for the
command line.
"""

import asyncio
import html
import os
from collections.abc import Callable
from pathlib import Path
from typing import override

from PySide6.QtCore import QMarginsF, Qt, QThread
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)

from console.domain.zone import CITY
from console.services.report_views import Cell, Column, Report

_STYLE = """
body { color: #000; font-size: 9pt }
h1 { font-size: 15pt; margin-bottom: 2pt }
h2 { font-size: 11pt; margin-top: 10pt; margin-bottom: 2pt }
th { background-color: #e8ebee; font-weight: bold }
th, td { padding: 2pt 4pt }
p { font-size: 8.5pt; margin: 2pt 0 }
"""
_WIDE = 10
"""Columns from which the paper is turned."""


def pdf_without_window(report: Report, target: Path, *, english: bool = False) -> None:
    """Write a PDF from a process that shows nothing, without any display."""
    app = QGuiApplication.instance()
    if app is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QGuiApplication(["console1022"])
    write_pdf(report, target, english=english)
    del app


def write_pdf(report: Report, target: Path, *, english: bool = False) -> None:
    """Write the report as PDF; the file appears whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    part.touch()  # a folder that is not there fails here, as every file does
    writer = QPdfWriter(str(part))
    writer.setTitle(report.title)
    writer.setCreator("1022 Console")
    print_on(writer, report, english=english)
    del writer  # closes the file
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


def print_on(device: QPagedPaintDevice, report: Report, *, english: bool = False) -> None:
    """Lay the report out on A4, turned when it is wide, and paint every page."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    wide = max(len(part.columns) for part in (report, *report.parts)) >= _WIDE
    turned = QPageLayout.Orientation
    device.setPageOrientation(turned.Landscape if wide else turned.Portrait)
    device.setPageMargins(QMarginsF(12, 12, 12, 12), QPageLayout.Unit.Millimeter)
    document(report, english=english).print_(device)


def document(report: Report, *, english: bool = False) -> QTextDocument:
    """The report as a document; every text in it is escaped."""
    made = QTextDocument()
    made.setDefaultFont(QFont("Noto Sans, DejaVu Sans, Sans", 9))
    made.setDefaultStyleSheet(_STYLE)
    tables = []
    for part in (report, *report.parts):
        if part is not report:
            tables.append(f"<h2>{html.escape(part.title)}</h2>")
        tables.append(_table(part, english))
    words = "".join(
        f"<p><b>{html.escape(label)}:</b> {html.escape(text)}</p>" for label, text in report.words
    )
    made_at = report.made_at.astimezone(CITY).strftime("%H:%M %d/%m/%Y")
    made.setHtml(
        f"<h1>{html.escape(report.title)}</h1>{''.join(tables)}<br>{words}"
        f"<p>1022 Console · {made_at}</p>"
    )
    return made


def _table(part: Report, english: bool) -> str:
    head = "".join(f"<th>{html.escape(c.en if english else c.vi)}</th>" for c in part.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td align="{"left" if c.kind == "text" else "right"}">'
            f"{html.escape(shown(c, cell, english=english))}</td>"
            for c, cell in zip(part.columns, row, strict=True)
        )
        + "</tr>"
        for row in part.rows
    )
    return (
        '<table border="1" cellspacing="0" width="100%" style="border-style: solid; '
        f'border-color: #999; border-collapse: collapse"><thead><tr>{head}</tr></thead>{rows}'
        "</table>"
    )


def shown(column: Column, cell: Cell, *, english: bool = False) -> str:
    """A cell as people of the city read it: 14.707, 94,2 %."""
    if cell is None:
        return "—"
    if isinstance(cell, str):
        return cell
    if column.kind == "share":
        text = f"{cell * 100:.1f} %"
    elif isinstance(cell, float):
        text = f"{cell:,.1f}"
    else:
        text = f"{cell:,}"
    return text if english else text.translate(_VIETNAMESE)


_VIETNAMESE = str.maketrans({",": ".", ".": ","})
