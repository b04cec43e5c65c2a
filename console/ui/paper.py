"""Lists and single requests on paper: preview and printer, PDF, Excel; every text is escaped and
no cell can be a formula.
"""

import asyncio
import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFont, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from console.domain.errors import UnavailableError
from console.services.accounts import entry_of
from console.services.reports.files import Sheet, Tell, write_tables
from console.ui import formats
from console.ui.models.rows import RowsModel
from console.ui.print_pages import TABLE, aside, on_a4, print_pages, write_whole
from console.ui.sentences import sentence
from console.ui.tasks import spawn
from console.ui.work import works

if TYPE_CHECKING:
    from console.services.desk import Desk

_STYLE = """
body { color: #000; font-size: 9pt }
h1 { font-size: 14pt; margin-bottom: 2pt }
th { background-color: #e8ebee; font-weight: bold }
p { font-size: 8.5pt; margin: 2pt 0 }
"""
_WIDE = 7
"""Columns from which the paper is turned."""


translate = QCoreApplication.translate

type Table = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Title or "", head or nothing, rows of texts."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper: a title, words under it, tables."""

    title: str
    about: str
    tables: tuple[Table, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it wants the paper turned."""
        return max((len(head) for _, head, _ in self.tables), default=0) >= _WIDE


def paper_of[T](title: str, about: str, model: RowsModel[T]) -> Paper:
    """A list as it is shown, every row of it."""
    columns = range(model.columnCount())
    head = tuple(column.title for column in model.columns)
    rows = tuple(
        tuple(str(model.data(model.index(row, n)) or "") for n in columns)
        for row in range(model.rowCount())
    )
    return Paper(title, about, (("", head, rows),))


def document(paper: Paper) -> QTextDocument:
    """Laid out; may be made on any thread."""
    made = QTextDocument()
    made.setDefaultFont(QFont("Noto Sans, DejaVu Sans, Sans", 9))
    made.setDefaultStyleSheet(_STYLE)
    tables = "".join(_table(*each) for each in paper.tables)
    made.setHtml(
        f"<h1>{html.escape(paper.title)}</h1><p>{html.escape(paper.about)}</p>{tables}"
        "<p>1022 Console</p>"
    )
    return made


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    name = f"<h3>{html.escape(title)}</h3>" if title else ""
    top = "".join(f"<th align='left'>{html.escape(each)}</th>" for each in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"{name}{TABLE}{f'<thead><tr>{top}</tr></thead>' if top else ''}{body}</table>"


def write_pdf(paper: Paper, target: Path) -> None:
    """The file appears whole or not at all; blocks.

    Raises:
        OSError: it could not be written.
    """

    def paint(writer: QPdfWriter) -> None:
        on_a4(writer, turned=paper.is_wide)
        print_pages(writer, document(paper))

    write_whole(target, paper.title, paint)


async def _write(paper: Paper, target: Path, form: str, tell: Tell) -> None:
    if form == "pdf":
        await aside(lambda: write_pdf(paper, target))
        return
    sheets = [
        Sheet(title or paper.title, head, rows, tuple(24 for _ in head))
        for title, head, rows in paper.tables
    ]
    await asyncio.to_thread(write_tables, sheets, target, tell)


class PaperMenu(QObject):
    """Preview, PDF and Excel of what a page shows; who took what away is a line of the audit.

    Signals:
        told: why nothing was written, a sentence.
        done: what was written, a sentence.
    """

    told = Signal(str)
    done = Signal(str)

    def __init__(self, desk: "Desk", make: Callable[[], Paper], parent: QWidget) -> None:
        """`make` gives what is shown now."""
        super().__init__(parent)
        self._desk, self._make, self._owner = desk, make, parent

    def offer(self, at: QPoint) -> None:
        """The three ways, at this place of the screen."""
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Xem trước và in…")).triggered.connect(lambda _on: self.preview())
        for form, name in (("pdf", "PDF…"), ("xlsx", "Excel (XLSX)…")):
            menu.addAction(name).triggered.connect(partial(self._ask_file, form))
        menu.popup(at)

    def preview(self) -> None:
        """The pages as the printer makes them; printing is a button there."""
        from PySide6.QtPrintSupport import QPrintPreviewDialog  # noqa: PLC0415 - on first use

        paper = self._make()
        # Its own printer: one of ours could be gone before it.
        dialog = QPrintPreviewDialog(self._owner.window())
        on_a4(dialog.printer(), turned=paper.is_wide)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("In: {0}").format(paper.title))
        dialog.paintRequested.connect(lambda device: print_pages(device, document(paper)))
        dialog.accepted.connect(lambda: spawn(self._written_down(paper, "print")))
        dialog.setModal(False)
        dialog.resize(900, 700)
        dialog.show()

    def save(self, target: Path, form: str) -> None:
        """Write what is shown now into this file: `pdf` or `xlsx`."""
        spawn(self._save(self._make(), target, form), lambda e: self.told.emit(sentence(e)))

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
        with works().going_on(name, stop if form == "xlsx" else None) as work:

            def told(done: int, every: int) -> bool:
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
    """The line under a title: when, and how many rows."""
    when = formats.full(now)
    if rows is None:
        return when
    return translate("paper", "{0} · {1} dòng").format(when, formats.number(rows))
