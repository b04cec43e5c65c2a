"""A report on paper: PDF and printer, by Qt's own text layout. Also without a window, for the
command line.
"""

import html
import os
from pathlib import Path

from PySide6.QtGui import QFont, QGuiApplication, QPagedPaintDevice, QTextDocument

from console.services.report_views import Cell, Column, Report
from console.services.wording.sentences import moment
from console.ui.print_pages import TABLE, on_a4, print_pages, write_whole

_STYLE = """
body { color: #000; font-size: 9pt }
h1 { font-size: 15pt; margin-bottom: 2pt }
h2 { font-size: 11pt; margin-top: 10pt; margin-bottom: 2pt }
th { background-color: #e8ebee; font-weight: bold }
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
    """Write the report as PDF; the file appears whole or not at all.

    Raises:
        OSError: it could not be written.
    """
    write_whole(target, report.title, lambda writer: print_on(writer, report, english=english))


def print_on(device: QPagedPaintDevice, report: Report, *, english: bool = False) -> None:
    """Lay the report out on A4, turned when it is wide, and paint every page."""
    columns = max(len(part.columns) for part in (report, *report.parts))
    on_a4(device, turned=columns >= _WIDE)
    print_pages(device, document(report, english=english))


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
    made.setHtml(
        f"<h1>{html.escape(report.title)}</h1>{''.join(tables)}<br>{words}"
        f"<p>1022 Console · {moment(report.made_at)}</p>"
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
    return f"{TABLE}<thead><tr>{head}</tr></thead>{rows}</table>"


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
