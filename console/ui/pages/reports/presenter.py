"""Data of the page Báo cáo: the chosen report of the chosen period, computed on another thread."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError, UnavailableError
from console.domain.reports import figures
from console.domain.reports.figures import Period
from console.services.ports.store.queries import Queries
from console.services.reports.access import Reports
from console.services.reports.files import as_json, write_csv, write_xlsx
from console.services.views.reports import Report, Scope, SealedReport
from console.services.views.requests import RequestRow
from console.services.wording.sentences import say
from console.ui.runtime.coalescing import Coalesced
from console.ui.runtime.long_work import long_works
from console.ui.runtime.tasks import spawn
from console.ui.text import words

if TYPE_CHECKING:
    from console.services.desk import Desk

MOST_DRILLED = 2000


class ReportsPresenter(QObject):
    """Holds the choice and recomputes when it changes.

    Signals:
        made: a `Report` was computed.
        busy: True while one is being computed or written.
        refused: a sentence.
        drilled: (title, how many in all, rows) of the requests behind a number.
        written: the path of the file that was written.
        progress: (rows done, rows in all) of a file being written.
        sealed: a `SealedReport` was stored.
    """

    made = Signal(object)
    busy = Signal(bool)
    refused = Signal(str)
    drilled = Signal(str, int, object)
    written = Signal(str)
    progress = Signal(int, int)
    sealed = Signal(object)

    def __init__(self, desk: "Desk", parent: QObject | None = None) -> None:
        """Start with the current reporting month and the report of slow agencies."""
        super().__init__(parent)
        self._desk = desk
        self._reports = Reports(desk, words.lang())
        self.name = "slow-agencies"
        self.scope = Scope()
        self.report: Report | None = None
        this = figures.city_month_of(desk.clock())
        self._since, self._until = this.since, this.until
        self._stop_writing = False
        self._load_once = Coalesced(self._load, failed=self._fail, parent=self)

    @property
    def period(self) -> Period:
        """The chosen period, relative to now."""
        return Period.of(self._since, self._until, self._desk.clock())

    def choose(
        self,
        *,
        name: str | None = None,
        period: tuple[datetime, datetime] | None = None,
        scope: Scope | None = None,
    ) -> None:
        """Choose report, period and area; a period that ends before it begins is refused."""
        if period is not None:
            try:
                Period.of(*period, self._desk.clock())
            except ConsoleError as error:
                self._fail(error)
                return
            self._since, self._until = period
        self.name = name or self.name
        self.scope = self.scope if scope is None else scope
        self.refresh()

    def refresh(self) -> None:
        """Compute the report again."""
        self._load_once.now()

    def stop(self) -> None:
        """Stop; the page is closing."""
        self._load_once.stop()
        self._stop_writing = True

    async def _load(self) -> None:
        me = asyncio.current_task()

        def stop() -> None:
            if me is not None:
                me.cancel()

        self.busy.emit(True)
        try:
            with long_works().going_on(self.tr("Tính báo cáo"), stop):
                self.report = await self._reports.report(self.name, self.period, self.scope)
        except asyncio.CancelledError:
            self.refused.emit(self.tr("Đã dừng tính báo cáo."))
            raise
        finally:
            self.busy.emit(False)
        self.made.emit(self.report)

    def _fail(self, error: ConsoleError) -> None:
        self.refused.emit(say(error, words.lang()))

    # --- drill-down

    def drill(self, part: str, key: str, column: str, title: str) -> None:
        """Ask for the requests behind a number."""
        spawn(self._drill(part, key, column, title), self._fail)

    async def _drill(self, part: str, key: str, column: str, title: str) -> None:
        period, scope = self.period, self.scope
        report = self.report
        if report is not None:
            period, scope = report.period, report.scope

        def question(queries: Queries) -> tuple[int, tuple[RequestRow, ...]]:
            ids = self._reports.drill(part, key, column, period, scope, queries)
            return len(ids), queries.requests_by_id(ids[:MOST_DRILLED])

        every, rows = await self._desk.ask(question)
        self.drilled.emit(title, every, rows)

    # --- files and seals

    def export(self, path: Path, form: str) -> None:
        """Export the report to a file; emits `progress` and `written`."""
        if self.report is not None:
            spawn(self._export(self.report, path, form), self._fail)

    def cancel_export(self) -> None:
        """Stop writing and remove the partial file."""
        self._stop_writing = True

    async def _export(self, report: Report, path: Path, form: str) -> None:
        self._stop_writing = False
        english = words.lang() == "en"
        self.busy.emit(True)
        name = self.tr("Ghi {0}").format(path.name)
        try:
            with long_works().going_on(name, self.cancel_export) as work:

                def told(done: int, every: int) -> bool:
                    work.tell(done, every)
                    return self._told(done, every)

                if form == "pdf":
                    from console.ui.pages.reports import pdf  # noqa: PLC0415 - on first use
                    from console.ui.printing.page_output import aside, write_pdf  # noqa: PLC0415

                    await aside(lambda: write_pdf(pdf.text_of(report, english=english), path, told))
                elif form == "xlsx":
                    await asyncio.to_thread(write_xlsx, report, path, english=english, tell=told)
                else:
                    await asyncio.to_thread(_write_text, report, path, form, english)
            await self._desk.store.write(lambda uow: self._reports.record_export(report, form, uow))
        except OSError as error:
            raise UnavailableError("system_failed", cause=error.strerror or error) from error
        finally:
            self.busy.emit(False)
        self.written.emit(str(path))

    def _told(self, done: int, every: int) -> bool:
        """Called on the writing thread; Qt queues the signal to this one."""
        self.progress.emit(done, every)
        return not self._stop_writing

    def seal(self) -> None:
        """Seal the report that is shown: store it for ever."""
        if self.report is not None:
            spawn(self._seal(self.report), self._fail)

    async def _seal(self, report: Report) -> None:
        kept = await self._desk.store.write(lambda uow: self._reports.seal(report, uow))
        self.sealed.emit(kept)

    async def seals(self) -> tuple[tuple[SealedReport, ...], int | None]:
        """Sealed reports, newest first, and the number of the first that was altered."""
        return await self._desk.ask(lambda q: (q.sealed_reports(), q.first_broken_seal()))


def _write_text(report: Report, path: Path, form: str, english: bool) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        if form == "csv":
            write_csv(report, file, english=english)
        else:
            json.dump(as_json(report), file, ensure_ascii=False, allow_nan=False)
    part.replace(path)
