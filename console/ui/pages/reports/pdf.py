"""A report on paper: PDF and printer, laid out by Qt. Also works without a window, for the command
line.
"""

import html
import os
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from console.services.views.reports import Cell, Column, Report
from console.services.wording.sentences import moment
from console.ui.printing.page_layout import Grid, Text
from console.ui.printing.page_output import write_pdf

_STYLE = """
body { color: #000; font-size: 9pt }
h1 { font-size: 15pt; margin-bottom: 2pt }
h2 { font-size: 11pt; margin-top: 10pt; margin-bottom: 2pt }
th { background-color: #e8ebee; font-weight: bold }
p { font-size: 8.5pt; margin: 2pt 0 }
"""
_WIDE = 10
"""Number of columns from which the page is in landscape."""


def pdf_without_window(report: Report, target: Path, *, english: bool = False) -> None:
    """Write a PDF in a process without any display."""
    app = QGuiApplication.instance()
    if app is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QGuiApplication(["console1022"])
    write_pdf(text_of(report, english=english), target)
    del app


def text_of(report: Report, *, english: bool = False) -> Text:
    """The report for A4, in landscape if it is wide; every text is escaped."""
    grids = [
        Grid(
            "" if part is report else f"<h2>{html.escape(part.title)}</h2>",
            tuple(c.en if english else c.vi for c in part.columns),
            tuple(
                tuple(
                    shown(c, cell, english=english)
                    for c, cell in zip(part.columns, row, strict=True)
                )
                for row in part.rows
            ),
            frozenset(n for n, c in enumerate(part.columns) if c.kind != "text"),
        )
        for part in (report, *report.parts)
    ]
    words = "".join(
        f"<p><b>{html.escape(label)}:</b> {html.escape(text)}</p>" for label, text in report.words
    )
    wide = max(len(grid.head) for grid in grids) >= _WIDE
    first = f"<h1>{html.escape(report.title)}</h1>"
    last = f"<br>{words}<p>1022 Console · {moment(report.made_at)}</p>"
    return Text(report.title, _STYLE, wide, (first, *grids, last))


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
