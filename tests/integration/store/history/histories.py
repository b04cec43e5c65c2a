"""Histories for the tests of the import: files, and a store of the city's that they come into."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from console.domain.requests import numbering
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.history.batches import Position, Refused, import_history
from console.services.history.file import recognise
from console.services.history.rejected_rows import DryRunRows, SideFile
from console.store.history.importing import SqlHistory
from console.store.seat.local_store import LocalStore
from tests.unit.services.history.made_files import NOW, SERVICE, changed, written

SEED = load_catalogue()
TABLES = (
    "event", "outbox", "service_request", "assignment", "queue_item", "reporter",
    "callback_item", "word",
)  # fmt: skip
STATES = ("closed", "open", "in_progress", "resolved", "rejected")
NUMBER = numbering.make(datetime(2016, 3, 4, tzinfo=UTC), 14, 123)


@contextmanager
def opened(folder: Path, *, read_only: bool = False) -> Iterator[LocalStore]:
    """A store with the city's own catalogue."""
    with closing(LocalStore(folder, SEED, console_code=14, read_only=read_only)) as store:
        yield store


def bring_in(
    store: LocalStore,
    file: Path,
    *,
    dry_run: bool = False,
    tell: Callable[[Position, int], None] = lambda _at, _done: None,
    refuse: Callable[[Sequence[Refused]], None] = lambda _refused: None,
) -> Position:
    """Import the file, or look at it."""
    shape = recognise(file)
    history = SqlHistory(
        store, SEED, NOW, by="administrator", workstation="ban-01", console_code=14,
        dry_run=dry_run,
    )  # fmt: skip
    with closing(history):
        side = DryRunRows(refuse) if dry_run else SideFile(file, shape.header, "vi")
        return import_history(file, shape, history, side, tell)


def counts(at: Position) -> tuple[int, int, int, int]:
    """What came of the rows."""
    return at.rows, at.imported, at.known, at.refused


def rows_in(store: LocalStore, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of these tables."""

    def read(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
        found = {t: connection.execute(text(f"select * from {t}")).fetchall() for t in tables}
        return {t: sorted((tuple(row) for row in rows), key=repr) for t, rows in found.items()}

    return store.run_on_reader(read)


def history_of(folder: Path, rows: int) -> Path:
    """A file with every state, hostile and hopeless rows among them."""
    lines = [
        changed(
            service_request_id=f"PAKN-{n}",
            status=STATES[n % len(STATES)],
            requested_datetime=f"{1 + n % 28}/0{1 + n % 3}/2016",
            updated_datetime="2016-04-30",
            closed_datetime="2016-04-30",
            expected_datetime="2016-05-01",
            reporter_phone=f"090312{n:04d}",
            service_code="không-có" if n % 10 == 7 else SERVICE,
            description=f"=cmd|'/c calc'!A{n} hố sụt" if n % 11 == 3 else f"Hố sụt số {n}",
        )
        for n in range(rows)
    ]
    return written(folder, *lines)


def crowded_days(folder: Path, rows: int) -> Path:
    """Reports with a date only, more of a day than its second has places, days going to and fro."""
    lines = [
        changed(
            service_request_id=f"P-{n}",
            requested_datetime=f"0{1 + n * n % 3}/03/2016",
            closed_datetime="05/03/2016",
        )
        for n in range(rows)
    ]
    return written(folder, *lines)


class Stop(Exception):  # noqa: N818
    pass


def after_one_batch(at: Position, _done: int) -> None:
    if at.rows < 121:
        raise Stop
