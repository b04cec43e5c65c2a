"""Imports and the rebuild for the settings page: the port `SeatData`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.actors import Actor
from console.domain.errors import UnavailableError
from console.services.city_data import import_rights
from console.services.history.batches import Position, Refused, import_history
from console.services.history.rejected_rows import DryRunRows, SideFile, kept_file
from console.services.ports.seat_data import (
    MOST_FINDINGS,
    DataFinding,
    DataKind,
    DataReport,
    Progress,
    RebuildReport,
    Tell,
)
from console.services.records import AuditEntry
from console.services.wording.sentences import sentence
from console.store.sqlite.maintenance import SMALL_BYTES

if TYPE_CHECKING:
    from console.domain.catalogue.catalogue import Catalogue
    from console.map.importers.report import Finding, ImportReport
    from console.services.desk import Desk
    from console.store.seat.local_store import LocalStore


def map_importer(kind: DataKind, catalogue: "Catalogue") -> Callable[..., "ImportReport"]:
    """What imports this kind of map data."""
    from console.map.importers.assets import import_assets
    from console.map.importers.basemap import set_basemap
    from console.map.importers.streets import import_streets
    from console.map.importers.ward_outlines import import_wards

    importers: dict[DataKind, Callable[..., ImportReport]] = {
        DataKind.WARDS: import_wards,
        DataKind.STREETS: import_streets,
        DataKind.ASSETS: partial(import_assets, agencies=catalogue.agencies),
        DataKind.BASEMAP: set_basemap,
    }
    return importers[kind]


class LocalSeatData:
    """The port `SeatData` for this seat's own profile."""

    def __init__(self, desk: "Desk", store: "LocalStore", profile: Path, lang: str) -> None:
        """Keep what the imports need; nothing is read yet."""
        self._desk, self._store, self._profile, self._lang = desk, store, profile, lang

    def look(self, kind: DataKind, source: Path, tell: Tell) -> DataReport:
        """Read the file and report what an import would do."""
        return self._read(kind, source, "", tell, dry_run=True)

    def bring(self, kind: DataKind, source: Path, licence: str, tell: Tell) -> DataReport:
        """Import the file."""
        return self._read(kind, source, licence, tell, dry_run=False)

    def rebuild(self, tell: Tell) -> RebuildReport:
        """Rebuild every table from the events."""
        actor = self._may(import_rights.REBUILD)
        with self._among_people():
            made = self._store.rebuild(lambda done, every: tell(Progress(done, every)))
        self._note(import_rights.rebuilt(actor, self._desk.clock(), made.requests))
        return RebuildReport(made.requests, made.events, made.changed)

    def _read(
        self, kind: DataKind, source: Path, licence: str, tell: Tell, *, dry_run: bool
    ) -> DataReport:
        actor = self._may(kind)
        if not source.exists():
            raise UnavailableError("file_missing", file=str(source))
        if kind is DataKind.REQUESTS:
            return self._requests(actor, source, tell, dry_run=dry_run)
        report = map_importer(kind, self._desk.catalogue)(
            source,
            self._profile / "map",
            dry_run=dry_run,
            licence=licence,
            progress=lambda done, every: tell(Progress(done, every)),
        )
        if not dry_run and report.ok:
            now = self._desk.clock()
            self._note(import_rights.imported(actor, now, kind, source, report.taken))
        return _told(kind, report, self._lang)

    def _requests(self, actor: Actor, source: Path, tell: Tell, *, dry_run: bool) -> DataReport:
        from console.services.history.file import recognise
        from console.store.history.slices import HistorySlices

        desk = self._desk
        try:
            shape = recognise(source)
        except OSError as error:
            raise UnavailableError("file_missing", file=str(source)) from error
        store = HistorySlices(
            self._store,
            desk.catalogue,
            desk.clock(),
            by=actor.user,
            workstation=actor.workstation,
            console_code=self._store.console_code,
            dry_run=dry_run,
        )
        found = _Findings(self._lang)
        side = DryRunRows(found) if dry_run else SideFile(source, shape.header, self._lang, found)
        at = before = store.position(shape)

        def follow(after: Position, done: int) -> None:
            nonlocal at
            at = after
            tell(Progress(done, shape.size, after.rows, after.refused))

        try:
            with self._among_people():
                at = import_history(source, shape, store, side, follow)
        finally:
            store.close()
            line = import_rights.history_imported(actor, desk.clock(), source, before, at)
            if line is not None and not dry_run:
                self._note(line)
        return DataReport(
            DataKind.REQUESTS,
            dry_run,
            taken=at.imported,
            refused=at.refused,
            known=at.known,
            findings=tuple(found.findings),
            side_file=kept_file(source, at),
            unused=shape.ignored,
            done_before=before.done,
        )

    @contextmanager
    def _among_people(self) -> Iterator[None]:
        """Do long work while people save: empty the write-ahead log in small pieces."""
        maintenance = self._store.maintenance
        before, maintenance.cramped_bytes = maintenance.cramped_bytes, SMALL_BYTES
        try:
            yield
        finally:
            maintenance.cramped_bytes = before

    def _may(self, what: DataKind | str) -> Actor:
        """Who imports; another person may sit here by the time it is done."""
        actor = self._desk.actor
        import_rights.require_importer(actor, what)
        return actor

    def _note(self, line: AuditEntry) -> None:
        self._store.write_now(lambda uow: uow.audit(line))


class _Findings:
    """The first refused rows of a history, as the window lists them."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.findings: list[DataFinding] = []

    def __call__(self, refused: Sequence[Refused]) -> None:
        for each in refused[: MOST_FINDINGS - len(self.findings)]:
            why = sentence(each.code, each.params, self._lang)
            row = ", ".join(filter(None, each.values))[:200]
            self.findings.append(DataFinding(str(each.line), why, row))


def _told(kind: DataKind, report: "ImportReport", lang: str) -> DataReport:
    from console.map.importers.report import REASONS, WARNINGS

    one = 1 if lang == "en" else 0

    def say(found: "Finding", *, refused: bool) -> DataFinding:
        words = (REASONS if refused else WARNINGS)[found.why][one]
        return DataFinding(found.code, words, found.detail, refused)

    findings = (
        *(say(each, refused=True) for each in report.refused),
        *(say(each, refused=False) for each in report.warnings),
    )
    return DataReport(
        kind,
        report.dry_run,
        taken=report.taken,
        refused=len(report.refused),
        findings=findings[:MOST_FINDINGS],
    )
