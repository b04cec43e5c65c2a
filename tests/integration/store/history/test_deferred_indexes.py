"""Indexes that an import leaves out: back at its end, after a stop, after a kill, later on a full
disk; until then a question that needs one gets a sentence.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from console.domain.errors import UnavailableError
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.history.batches import Position, import_history
from console.services.history.file import recognise
from console.services.history.rejected_rows import DryRunRows
from console.store.history.importing import SqlHistory
from console.store.projection import deferred_indexes
from console.store.projection.bulk_rows import dbapi_connection
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.seat.upgrade import migrate
from console.store.sqlite.engine import CACHE_KIB, writer_engine
from tests.unit.services.history.made_files import NOW, changed, written

SEED = load_catalogue()
_BY_PHONE = text("select count(*) from reporter indexed by reporter_phone where phone = '113'")


@contextmanager
def opened(folder: Path, *, read_only: bool = False) -> Iterator[LocalStore]:
    """A store with the city's own catalogue."""
    with closing(LocalStore(folder, SEED, read_only=read_only)) as store:
        yield store


def indexes(profile: Path) -> set[str]:
    """Those of the store, looked at from beside."""
    uri = f"{(profile / FILE_NAME).as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as beside:
        found = beside.execute("select name from sqlite_master where type = 'index' and sql <> ''")
        return {name for (name,) in found}


def file_of(folder: Path, rows: int) -> Path:
    """A history."""
    return written(folder, *[changed(service_request_id=f"P-{n}") for n in range(rows)])


class _Killed(Exception):  # noqa: N818
    pass


def bring_in(profile: Path, file: Path, *, alone: bool = True, kill: bool = False) -> set[str]:
    """Import with the store open; the indexes that there were under way.

    Args:
        kill: end after the first batch and put nothing back, as a killed process does.
    """
    seen: set[str] = set()

    def look(_at: Position, _done: int) -> None:
        seen.update(indexes(profile))
        if kill:
            raise _Killed

    with opened(profile) as store:
        history = SqlHistory(store, SEED, NOW, by="administrator", alone=alone)
        shape = recognise(file)
        try:
            import_history(file, shape, history, DryRunRows(lambda _refused: None), look)
        except _Killed:
            return seen
        history.close()
    return seen


@pytest.fixture(autouse=True)
def _any_file_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deferred_indexes, "WORTH_ROWS", 1)


def test_an_import_that_is_alone_makes_them_at_its_end(tmp_path: Path) -> None:
    with opened(tmp_path / "p"):
        pass
    every = indexes(tmp_path / "p")
    assert every >= set(deferred_indexes.INDEXES)
    assert bring_in(tmp_path / "p", file_of(tmp_path, 30)) == every - set(deferred_indexes.INDEXES)
    assert indexes(tmp_path / "p") == every
    with opened(tmp_path / "p") as store:
        assert store.verify(every=True) == ""


def test_beside_a_window_and_for_a_small_file_they_stay(tmp_path: Path) -> None:
    file = file_of(tmp_path, 30)
    with opened(tmp_path / "p"):
        pass
    every = indexes(tmp_path / "p")
    assert bring_in(tmp_path / "p", file, alone=False) == every
    more = written(tmp_path, changed(service_request_id="Q-1"), changed(service_request_id="Q-2"))
    assert bring_in(tmp_path / "p", more) == every


def test_after_a_kill_the_next_opening_makes_them(tmp_path: Path) -> None:
    profile, file = tmp_path / "p", file_of(tmp_path, 30)
    bring_in(profile, file, kill=True)
    assert not indexes(profile) & set(deferred_indexes.INDEXES)
    with opened(profile, read_only=True) as beside:
        with pytest.raises(UnavailableError) as said:
            beside.run_on_reader(lambda c: c.execute(_BY_PHONE).scalar())
        assert said.value.code == "index_put_off"
    with opened(profile) as store:
        assert indexes(profile) >= set(deferred_indexes.INDEXES)
        assert store.run_on_reader(lambda c: c.execute(_BY_PHONE).scalar()) == 0
        assert store.verify(every=True) == ""
    assert indexes(profile) >= set(bring_in(profile, file)) | set(deferred_indexes.INDEXES)


def test_on_a_full_disk_the_next_opening_makes_them(tmp_path: Path) -> None:
    """What came in until then is noted in the audit behind `close`, which therefore goes on."""
    profile = tmp_path / "p"
    bring_in(profile, file_of(tmp_path, 300), kill=True)
    with opened(profile) as store:
        history = SqlHistory(store, SEED, NOW, by="administrator", alone=True)
        store.run_on_writer(lambda c: deferred_indexes.drop_indexes(dbapi_connection(c)))
        store.run_on_writer(_fill)
        history.close()
        assert not indexes(profile) & set(deferred_indexes.INDEXES)
        cache = store.run_on_writer(lambda c: c.exec_driver_sql("pragma cache_size").scalar())
        assert cache == -CACHE_KIB
    with opened(profile):
        assert indexes(profile) >= set(deferred_indexes.INDEXES)


def _fill(connection: Connection) -> None:
    """The disk is full from now on, as this connection sees it."""
    raw = dbapi_connection(connection)
    (pages,) = raw.execute("pragma page_count").fetchone()
    # What was dropped left free pages: they are used up first.
    raw.execute("create table ballast (body blob)")
    (free,) = raw.execute("pragma freelist_count").fetchone()
    raw.executemany("insert into ballast values (zeroblob(4000))", [()] * free)
    raw.execute(f"pragma max_page_count = {pages}")


def test_on_a_full_disk_the_store_opens_without_them(tmp_path: Path) -> None:
    profile = tmp_path / "p"
    bring_in(profile, file_of(tmp_path, 300), kill=True)
    engine = writer_engine(profile / FILE_NAME)
    with engine.connect() as connection:
        _fill(connection)
        connection.commit()
    migrate(engine, profile / FILE_NAME)
    assert not indexes(profile) & set(deferred_indexes.INDEXES)
    engine.dispose()
    with opened(profile):
        assert indexes(profile) >= set(deferred_indexes.INDEXES)
