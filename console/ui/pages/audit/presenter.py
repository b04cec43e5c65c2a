"""What the page Nhật ký shows: lines by a filter, the state of the chain, files."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError, UnavailableError
from console.services.reports.files import rows_csv, write_tables
from console.services.supervision.audit import read, sheet, take_away
from console.services.views.audit import AuditFilter, AuditLine
from console.services.wording.sentences import say
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.tasks import spawn
from console.ui.text import words

if TYPE_CHECKING:
    from console.services.desk import Desk

MOST_SHOWN = 2000


class AuditPresenter(QObject):
    """Holds the filter; asks again when it changes.

    Signals:
        changed: lines and people are new.
        verified: the first altered line, 0 when all are as they were written; `head` is new.
        refused: a sentence.
        written: the path of a file that is there now.
        progress: (rows done, rows in all) of a file being written.
    """

    changed = Signal()
    verified = Signal(int)
    refused = Signal(str)
    written = Signal(str)
    progress = Signal(int, int)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Nothing is read yet: reading is written down."""
        super().__init__(parent)
        self._desk = desk
        self.wanted = AuditFilter()
        self.lines: tuple[AuditLine, ...] = ()
        self.head: tuple[int, str] | None = None
        self.people: tuple[str, ...] = ()
        self._stop_writing = False
        self._load_once = Coalesced(self._load, failed=self._fail, parent=self)

    def choose(self, wanted: AuditFilter) -> None:
        """Read by this filter."""
        self.wanted = wanted
        self._load_once.now()

    def stop(self) -> None:
        """The page goes."""
        self._load_once.stop()
        self._stop_writing = True

    async def _load(self) -> None:
        lines = await read(self._desk, self.wanted, MOST_SHOWN)
        self.people = await self._desk.ask(lambda q: q.audit_people())
        self.lines = lines
        self.changed.emit()

    def verify(self) -> None:
        """Walk the whole chain; `verified` follows."""
        spawn(self._verify(), self._fail)

    async def _verify(self) -> None:
        broken, self.head = await self._desk.ask(
            lambda q: (q.first_broken_audit_line(), q.audit_head())
        )
        self.verified.emit(broken or 0)

    def export(self, path: Path, form: str) -> None:
        """Write what the filter finds, all of it; `progress` and `written` follow."""
        spawn(self._export(path, form, replace(self.wanted)), self._fail)

    def cancel_export(self) -> None:
        """Stop writing; what was begun is removed."""
        self._stop_writing = True

    async def _export(self, path: Path, form: str, wanted: AuditFilter) -> None:
        self._stop_writing = False
        lines = await take_away(self._desk, wanted, form)
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
        """On the writing thread; the signal is queued to this one."""
        self.progress.emit(done, every)
        return not self._stop_writing

    def _fail(self, error: ConsoleError) -> None:
        self.refused.emit(say(error, words.lang()))


def _write_csv(head: tuple[str, ...], rows: object, path: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        rows_csv(head, rows, file)  # type: ignore[arg-type]
    part.replace(path)
