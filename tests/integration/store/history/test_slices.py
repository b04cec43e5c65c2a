"""A history that comes in beside people: small pieces, the same outcome, saves in between."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from console.domain.errors import UnavailableError
from console.services.history.batches import Batch, Position, Refused, import_history
from console.services.history.file import recognise
from console.services.history.rejected_rows import SideFile
from console.store.history import slices
from console.store.history.importing import SqlHistory
from console.store.history.slices import HistorySlices, cut
from console.store.seat.local_store import LocalStore
from console.store.sqlite import engine
from tests.integration.store.build import save
from tests.integration.store.history.histories import SEED, TABLES, history_of, opened, rows_in
from tests.unit.services.history.made_files import NOW

ROWS = 130


def _bring(store: LocalStore, file: Path, kind: type[SqlHistory]) -> tuple[Position, list[int]]:
    shape, done = recognise(file), []
    history = kind(store, SEED, NOW, by="administrator", workstation="ban-01", console_code=14)
    try:
        side = SideFile(file, shape.header, "vi")
        at = import_history(file, shape, history, side, lambda _at, read: done.append(read))
    finally:
        history.close()
    return at, done


def test_it_comes_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_ROWS", 9)
    file = history_of(tmp_path, ROWS)
    with opened(tmp_path / "whole") as store:
        whole, _ = _bring(store, file, SqlHistory)
        rows = rows_in(store, *TABLES)
    side = tmp_path / "lịch sử.rejected.csv"
    kept = side.read_bytes()
    side.unlink()
    with opened(tmp_path / "slices") as store:
        at, done = _bring(store, file, HistorySlices)
        assert at == whole
        assert rows_in(store, *TABLES) == rows
        assert store.verify(every=True) == ""
    assert side.read_bytes() == kept
    assert len(done) >= ROWS // 9
    assert done == sorted(done)
    assert done[-1] == file.stat().st_size


def test_its_pieces_leave_the_schema_alone(tmp_path: Path) -> None:
    """Of each trigger that is switched, every statement of every connection must be made anew."""

    def version(store: LocalStore) -> int:
        return store.run_on_reader(
            lambda c: int(c.exec_driver_sql("pragma schema_version").scalar_one())
        )

    file = history_of(tmp_path, ROWS)
    with opened(tmp_path / "slices") as store:
        before = version(store)
        _bring(store, file, HistorySlices)
        assert version(store) == before
    with opened(tmp_path / "whole") as store:
        _bring(store, file, SqlHistory)
        assert version(store) > before, "a large batch has them switched"


def test_refused_rows_keep_their_place() -> None:
    refused = tuple(Refused(line, ("x",), "code") for line in (2, 5))
    batch = Batch(4, refused, [_Line(3), _Line(4)], 100, ("hố", "ga"))
    parts = [*cut(batch, 3, before=20)]
    assert [(each.rows, len(each.refused), len(each.items)) for each in parts] == [
        (3, 1, 2),
        (1, 1, 0),
    ]
    assert [each.done_bytes for each in parts] == [80, 100]
    assert [each.words for each in parts] == [("hố", "ga"), ()]


class _Line:
    """What is known of an item's place."""

    def __init__(self, line: int) -> None:
        self.line = line


def test_long_work_merges_the_index_on_the_way(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merging all at once, when too many pieces lie there, would hold a save up for long."""
    merged: list[bool] = []

    def merge(writer: Engine) -> bool:
        merged.append(True)
        return engine.merge_search_index(writer)

    monkeypatch.setattr("console.store.sqlite.maintenance.merge_search_index", merge)
    monkeypatch.setattr("console.store.sqlite.maintenance.IDLE_S", 1e6)
    monkeypatch.setattr("console.store.sqlite.maintenance.MERGE_AFTER", 5)
    for _ in range(6):
        store.write_now(save)
    store.run_on_writer(lambda c: c.exec_driver_sql("select 1"))
    store.write_now(save)
    assert not merged, "nobody saves beside it"
    store.maintenance.cramped_bytes = 4 << 20
    store.write_now(save)
    assert not merged, "a person's save has none of it"
    store.run_on_writer(lambda c: c.exec_driver_sql("select 1"))
    store.write_now(save)
    assert merged


@pytest.mark.parametrize("size", [4 << 20, 1])
def test_the_log_is_emptied_from_the_size_on_that_is_asked_for(
    store: LocalStore, size: int
) -> None:
    store.maintenance.cramped_bytes = size
    store.write_now(save)
    for _ in range(2):  # the second one waits for what follows the first
        with pytest.raises(UnavailableError):
            store.run_on_writer(_refuse)
    log = store.path.with_name(store.path.name + "-wal").stat().st_size
    assert (log == 0) == (size == 1)


@pytest.mark.parametrize(("priority", "small"), [(0, False), (1, True), (2, False)])
def test_behind_what_the_centre_sent_it_is_emptied_early(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, priority: int, *, small: bool
) -> None:
    """64 MiB at once held the next save up for a tenth of a second and more."""
    monkeypatch.setattr("console.store.sqlite.maintenance.SMALL_BYTES", 1)
    store.write_now(save)
    for _ in range(2):  # the second one waits for what follows the first
        with pytest.raises(UnavailableError):
            store.run_on_writer(_refuse, priority=priority)
    log = store.path.with_name(store.path.name + "-wal").stat().st_size
    assert (log == 0) == small


def test_between_merging_and_emptying_somebody_may_save(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def merge(writer: Engine) -> bool:
        done.append("merged")
        return engine.merge_search_index(writer)

    def empty(writer: Engine) -> bool:
        done.append("emptied")
        return engine.checkpoint(writer)

    monkeypatch.setattr("console.store.sqlite.maintenance.merge_search_index", merge)
    monkeypatch.setattr("console.store.sqlite.maintenance.checkpoint", empty)
    monkeypatch.setattr("console.store.sqlite.maintenance.IDLE_S", 1e6)
    monkeypatch.setattr("console.store.sqlite.maintenance.MERGE_AFTER", 1)
    for _ in range(3):
        store.write_now(save)
    store.maintenance.cramped_bytes = 1
    store.run_on_writer(lambda _: done.append("a piece"))
    store.run_on_writer(lambda _: done.append("a piece"))
    store.run_on_reader(lambda _: None)
    told = " ".join(done)
    assert "merged" in told
    assert "merged emptied" not in told


def _refuse(_connection: object) -> None:
    raise UnavailableError("store_closed")
