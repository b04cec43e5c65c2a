"""Data of the page Nhật ký: entries by a filter, the state of the chain, exported files."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError, UnavailableError
from console.services.reports.files import rows_csv, write_tables
from console.services.supervision.audit import export_lines, read, sheet
from console.services.views.audit import AuditFilter, AuditLine
from console.services.wording.sentences import say
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.tasks import spawn
from console.ui.text import words

if TYPE_CHECKING:
    from console.services.desk import Desk

MOST_SHOWN = 2000


class AuditPresenter(QObject):
    """Holds the filter and reloads when it changes.

    Signals:
        changed: entries and people were reloaded.
        verified: the first altered entry, 0 if none is; `head` is new.
        refused: a sentence.
        written: the path of the file that was written.
        progress: (rows done, rows in all) of a file being written.
    """

    changed = Signal()
    verified = Signal(int)
    refused = Signal(str)
    written = Signal(str)
    progress = Signal(int, int)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Load nothing yet, because reading is logged."""
        super().__init__(parent)
        self._desk = desk
        self.wanted = AuditFilter()
        self.lines: tuple[AuditLine, ...] = ()
        self.head: tuple[int, str] | None = None
        self.people: tuple[str, ...] = ()
        self._stop_writing = False
        self._load_once = Coalesced(self._load, failed=self._fail, parent=self)

    def choose(self, wanted: AuditFilter) -> None:
        """Set the filter and load."""
        self.wanted = wanted
        self._load_once.now()

    def stop(self) -> None:
        """Stop; the page is closing."""
        self._load_once.stop()
        self._stop_writing = True

    async def _load(self) -> None:
        lines = await read(self._desk, self.wanted, MOST_SHOWN)
        self.people = await self._desk.ask(lambda q: q.audit_people())
        self.lines = lines
        self.changed.emit()

    def verify(self) -> None:
        """Verify the whole chain; emits `verified`."""
        spawn(self._verify(), self._fail)

    async def _verify(self) -> None:
        broken, self.head = await self._desk.ask(
            lambda q: (q.first_broken_audit_line(), q.audit_head())
        )
        self.verified.emit(broken or 0)

    def export(self, path: Path, form: str) -> None:
        """Export everything that the filter finds; emits `progress` and `written`."""
        spawn(self._export(path, form, replace(self.wanted)), self._fail)

    def cancel_export(self) -> None:
        """Stop writing and remove the partial file."""
        self._stop_writing = True

    async def _export(self, path: Path, form: str, wanted: AuditFilter) -> None:
        self._stop_writing = False
        lines = await export_lines(self._desk, wanted, form)
        table = sheet(lines, english=words.lang() == "en")
        try:
            if form == "xlsx":
                await asyncio.to_thread(write_tables, [table], path, self._told)
            else:
                await asyncio.to_thread(_write_csv, table.head, table.rows, path)
        except OSError as error:
            raise UnavailableError("system_failed", cause=error.strerror or error) from error
        self.written.emit(str(path))

    def _told(self, done: int, every: int) -> bool:
        """Called on the writing thread; Qt queues the signal to this one."""
        self.progress.emit(done, every)
        return not self._stop_writing

    def _fail(self, error: ConsoleError) -> None:
        self.refused.emit(say(error, words.lang()))


def _write_csv(head: tuple[str, ...], rows: object, path: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        rows_csv(head, rows, file)  # type: ignore[arg-type]
    part.replace(path)
