"""Imports and rebuilds: the file that was checked, the work that runs, its result."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError
from console.domain.live_events import RequestsChanged
from console.services.desk import Desk
from console.services.ports.seat_data import (
    DataKind,
    DataReport,
    Progress,
    RebuildReport,
    SeatData,
    Tell,
)
from console.ui.runtime.long_work import Pace, StoppedError, run_long_work
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence

_REREAD = frozenset({DataKind.WARDS, DataKind.STREETS, DataKind.ASSETS})


class DataPresenter(QObject):
    """Runs one piece of work at a time; a file is imported only after it was checked.

    Signals:
        changed: work began, progressed or ended; may be emitted on its thread.
        failed: a sentence.

    Attributes:
        report: result of the last check or import.
        rebuilt: result of the last rebuild.
        working: name of the running work; "" = none.
        progress: its progress.
        stopped: how much was done when the person stopped the last work.
        rebuilding: the running or last work is the rebuild.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, desk: Desk, data: SeatData, parent: QObject | None = None) -> None:
        """Start with no file checked."""
        super().__init__(parent)
        self._desk, self._data = desk, data
        self._looked: tuple[DataKind, Path] | None = None
        self.report: DataReport | None = None
        self.rebuilt: RebuildReport | None = None
        self.working = ""
        self.progress = Progress(0, 0)
        self.stopped: Progress | None = None
        self.rebuilding = False

    def forget(self) -> None:
        """Forget the check: another file or kind was chosen."""
        if not self.working:
            self._looked, self.report, self.rebuilt, self.stopped = None, None, None, None
            self.changed.emit()

    def may_bring(self, kind: DataKind, source: Path) -> bool:
        """Whether this file was checked and has something to import."""
        found = self.report
        return (
            not self.working
            and self._looked == (kind, source)
            and found is not None
            and found.taken > 0
        )

    def look(self, kind: DataKind, source: Path) -> None:
        """Check the file without writing anything."""
        self.forget()

        def keep(report: DataReport) -> None:
            self._looked, self.report = (kind, source), report

        name = self.tr("Xem thử {0}").format(source.name)
        self._begin(name, lambda tell: self._data.look(kind, source, tell), keep)

    def bring(self, kind: DataKind, source: Path, licence: str) -> None:
        """Import the file, if it was checked."""
        if not self.may_bring(kind, source):
            return

        def do(tell: Tell) -> DataReport:
            report = self._data.bring(kind, source, licence, tell)
            if kind in _REREAD:
                self._desk.places.reread()
            return report

        def keep(report: DataReport) -> None:
            self._looked, self.report = None, report

        self._begin(self.tr("Nhập {0}").format(source.name), do, keep)

    def rebuild(self) -> None:
        """Rebuild the tables."""

        def keep(report: RebuildReport) -> None:
            self.rebuilt = report

        name = self.tr("Dựng lại các bảng")
        self._begin(name, self._data.rebuild, keep, rebuilding=True)

    def _begin[T](
        self,
        name: str,
        do: Callable[[Tell], T],
        keep: Callable[[T], None],
        *,
        rebuilding: bool = False,
    ) -> None:
        if self.working:
            return
        self.working, self.progress = name, Progress(0, 0)
        self.stopped = self.rebuilt = None
        self.rebuilding = rebuilding
        self.changed.emit()
        spawn(self._run(name, do, keep), self._fail)

    async def _run[T](self, name: str, do: Callable[[Tell], T], keep: Callable[[T], None]) -> None:
        def work(tell: Callable[[int, int], None]) -> T:
            pace = Pace()

            def follow(at: Progress) -> None:
                self.progress = at
                if pace.due():
                    self.changed.emit()
                tell(at.done, at.every)

            return do(follow)

        try:
            keep(await run_long_work(name, work))
        except StoppedError:
            self.stopped = self.progress
        finally:
            self.working = ""
            self._desk.bus.publish(RequestsChanged(frozenset()))
            self.changed.emit()

    def _fail(self, error: ConsoleError) -> None:
        self.failed.emit(sentence(error))
