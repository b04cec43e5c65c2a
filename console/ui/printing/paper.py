"""Lists and single requests on paper: preview and printer, PDF, Excel. Every text is escaped, and
no cell can be a formula.
"""

import asyncio
import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from console.domain.errors import UnavailableError
from console.services.people.actors import entry_of
from console.services.reports.files import Sheet, Tell, write_tables
from console.ui.printing.page_layout import Grid, Text
from console.ui.printing.page_output import aside, write_pdf
from console.ui.runtime.long_work import Pace, long_works
from console.ui.runtime.tasks import spawn
from console.ui.text import formats
from console.ui.text.error_sentences import sentence
from console.ui.widgets.tables.row_model import Cell, RowsModel

if TYPE_CHECKING:
    from console.services.desk import Desk

_STYLE = """
body { color: #000; font-size: 9pt }
h1 { font-size: 14pt; margin-bottom: 2pt }
th { background-color: #e8ebee; font-weight: bold }
p { font-size: 8.5pt; margin: 2pt 0 }
"""
_WIDE = 7
"""Number of columns from which the paper is turned."""


translate = QCoreApplication.translate

type Table = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Title or "", head or nothing, rows of texts."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The content of the paper: a title, words under it, tables."""

    title: str
    about: str
    tables: tuple[Table, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it needs landscape paper."""
        return max((len(head) for _, head, _ in self.tables), default=0) >= _WIDE


def paper_of[T](title: str, about: str, model: RowsModel[T]) -> Paper:
    """A list as it is shown, with all its rows."""
    head = tuple(column.title for column in model.columns)
    rows = tuple(
        tuple(_text(model.cell(row, n)) for n in range(len(head)))
        for row in range(model.rowCount())
    )
    return Paper(title, about, (("", head, rows),))


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return cell.sign.text if cell.sign is not None else cell.text


def text_of(paper: Paper) -> Text:
    """The text of the pages; everything in it is escaped."""
    first = f"<h1>{html.escape(paper.title)}</h1><p>{html.escape(paper.about)}</p>"
    grids = tuple(
        Grid(f"<h3>{html.escape(title)}</h3>" if title else "", head, rows)
        for title, head, rows in paper.tables
        if head or rows
    )
    return Text(paper.title, _STYLE, paper.is_wide, (first, *grids, "<p>1022 Console</p>"))


async def _write(paper: Paper, target: Path, form: str, tell: Tell) -> None:
    if form == "pdf":
        await aside(lambda: write_pdf(text_of(paper), target, tell))
        return
    sheets = [
        Sheet(title or paper.title, head, rows, tuple(24 for _ in head))
        for title, head, rows in paper.tables
    ]
    await asyncio.to_thread(write_tables, sheets, target, tell)


class PaperMenu(QObject):
    """Preview, PDF and Excel of what a page shows; the audit log records who took it along.

    Signals:
        announced: why nothing was written, a sentence.
        done: what was written, a sentence.
    """

    announced = Signal(str)
    done = Signal(str)

    def __init__(self, desk: "Desk", make: Callable[[], Paper], parent: QWidget) -> None:
        """`make` returns what is shown now."""
        super().__init__(parent)
        self._desk, self._make, self._owner = desk, make, parent

    def offer(self, at: QPoint) -> None:
        """Offer the three ways in a menu at this point of the screen."""
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Xem trước và in…")).triggered.connect(lambda _on: self.preview())
        for form, name in (("pdf", "PDF…"), ("xlsx", "Excel (XLSX)…")):
            menu.addAction(name).triggered.connect(partial(self._ask_file, form))
        menu.popup(at)

    def preview(self) -> None:
        """Show the pages as the printer makes them; printing is a button there."""
        from console.ui.printing.preview import PreviewDialog  # noqa: PLC0415 - on first use

        paper = self._make()
        dialog = PreviewDialog(text_of(paper), self._owner.window())
        dialog.printing.connect(lambda: spawn(self._written_down(paper, "print")))
        dialog.announced.connect(self.announced)
        dialog.resize(900, 700)
        dialog.show()

    def save(self, target: Path, form: str) -> None:
        """Write what is shown now into this file: `pdf` or `xlsx`."""
        spawn(self._save(self._make(), target, form), lambda e: self.announced.emit(sentence(e)))

    def _ask_file(self, form: str, _checked: bool = False) -> None:
        paper = self._make()
        dialog = QFileDialog(self._owner.window(), self.tr("Xuất: {0}").format(paper.title))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(form)
        dialog.selectFile(f"{paper.title}.{form}".replace("/", "-"))
        dialog.fileSelected.connect(lambda path: self.save(Path(path), form))
        dialog.open()

    async def _save(self, paper: Paper, target: Path, form: str) -> None:
        stopped = [False]

        def stop() -> None:
            stopped[0] = True

        name = self.tr("Ghi {0}").format(target.name)
        pace = Pace()
        with long_works().going_on(name, stop) as work:

            def told(done: int, every: int) -> bool:
                if pace.due():
                    work.tell(done, every)
                return not stopped[0]

            try:
                await _write(paper, target, form, told)
            except OSError as error:
                raise UnavailableError("system_failed", cause=error.strerror or error) from error
        await self._written_down(paper, form)
        self.done.emit(self.tr("Đã ghi {0}").format(target))

    async def _written_down(self, paper: Paper, form: str) -> None:
        entry = entry_of(
            self._desk.actor, self._desk.clock(), "list_exported", paper.title[:80], form
        )
        await self._desk.store.write(lambda uow: uow.audit(entry))


def made_at(now: datetime, rows: int | None = None) -> str:
    """The line under a title: the time, and the number of rows."""
    when = formats.full(now)
    if rows is None:
        return when
    return translate("paper", "{0} · {1} dòng").format(when, formats.number(rows))
