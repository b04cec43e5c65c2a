"""What the disk and the neighbours can do to a store, and what people are told."""

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.errors import InputError, UnavailableError
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.views.requests import RequestFilter
from console.store.files.spool import Spool
from console.store.schema.steps import VERSION
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.seat.profile_lock import stays
from console.store.sqlite import maintenance
from tests.integration.store.build import CATALOGUE, NOW, save
from tests.integration.sync.consoles import until

JPEG = b"\xff\xd8\xff\xe0"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    where = tmp_path / "disk"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(where)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount")
    yield where
    subprocess.run(["umount", str(where)], check=True)


def _fill(uow: UnitOfWork) -> None:
    for _ in range(40):
        save(uow, description="Ngập sâu " * 400)


def _fill_up(store: LocalStore) -> None:
    for _ in range(50):
        store.write_now(_fill)


def test_a_full_disk_is_told_and_the_store_goes_on_when_there_is_room(small_disk: Path) -> None:
    store = LocalStore(small_disk / "profile", CATALOGUE)
    try:
        first = store.write_now(save)
        with pytest.raises(UnavailableError, match="disk_full"):
            _fill_up(store)
        kept = len(store.ask_now(lambda q: q.requests(RequestFilter(limit=2000), NOW)))
        assert kept % 40 == 1  # whole transactions only
        assert store.verify(every=True) == ""
        photo = small_disk.parent / "large.jpg"
        photo.write_bytes(JPEG + b"\x00" * (3 << 20))
        with pytest.raises(UnavailableError, match="disk_full"):
            Spool(small_disk / "profile").put(photo)
        subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
        second = store.write_now(save)
        assert store.ask_now(lambda q: q.detail(first)) is not None
        assert store.ask_now(lambda q: q.detail(second)) is not None
    finally:
        store.close()


def test_a_checkpoint_that_finds_a_full_disk_does_not_end_the_writer(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(maintenance, "CHECKPOINT_BYTES", 1)
    monkeypatch.setattr(maintenance, "IDLE_S", 0.01)
    monkeypatch.setattr(maintenance, "HELD_BACK_S", 0.01)
    store = LocalStore(small_disk / "profile", CATALOGUE)
    try:
        with contextlib.suppress(OSError), (small_disk / "rest").open("ab", 0) as rest:
            while True:
                rest.write(b"x" * 4096)
        with pytest.raises(UnavailableError, match="disk_full"):
            _fill_up(store)
        until(lambda: "checkpoint failed" in caplog.text)
        subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.write_now, save).result(60)
    finally:
        store.close()


def test_a_read_only_profile_is_told_at_once_and_while_working(small_disk: Path) -> None:
    profile = small_disk / "profile"
    store = LocalStore(profile, CATALOGUE)
    store.write_now(save)
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UnavailableError, match="store_read_only"):
        LocalStore(profile, CATALOGUE)
    with pytest.raises(UnavailableError, match="store_read_only"):
        LocalStore(small_disk / "new", CATALOGUE)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)


def test_a_second_console_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    first = LocalStore(tmp_path, CATALOGUE)
    stays(tmp_path)
    # The byte that is locked is left alone: on Windows it cannot be written.
    assert (tmp_path / "store.lock").read_bytes() == b"\0stays\n"
    with pytest.raises(UnavailableError, match="profile_in_use"):
        LocalStore(tmp_path, CATALOGUE)
    first.close()
    LocalStore(tmp_path, CATALOGUE).close()


def test_another_process_may_read_beside_but_not_write(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, CATALOGUE)
    beside = LocalStore(tmp_path, CATALOGUE, read_only=True)
    request_id = store.write_now(save)
    assert beside.ask_now(lambda q: q.detail(request_id)) is not None
    assert beside.verify() == ""
    with pytest.raises(UnavailableError, match="store_read_only"):
        beside.write_now(save)
    beside.close()
    store.write_now(save)
    store.close()
    with pytest.raises(UnavailableError, match="store_missing"):
        LocalStore(tmp_path / "nowhere", CATALOGUE, read_only=True)


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    LocalStore(tmp_path, CATALOGUE).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
        connection.commit()
    for read_only in (False, True):
        with pytest.raises(UnavailableError, match="store_newer"):
            LocalStore(tmp_path, CATALOGUE, read_only=read_only)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(f"pragma user_version = {VERSION - 1}")
        connection.commit()
    with pytest.raises(UnavailableError, match="store_older"):
        LocalStore(tmp_path, CATALOGUE, read_only=True)
    # The refusal let go of the lock.
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(f"pragma user_version = {VERSION}")
        connection.commit()
    LocalStore(tmp_path, CATALOGUE).close()


def test_a_file_that_is_no_store_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 1000)
    with pytest.raises(UnavailableError, match="store_damaged"):
        LocalStore(tmp_path, CATALOGUE)


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, CATALOGUE)
    store.write_now(_fill)
    store.close()
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    for page in range(20, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(content)
    with pytest.raises(UnavailableError, match="store_damaged"):  # noqa: PT012
        store = LocalStore(tmp_path, CATALOGUE)
        try:
            if found := store.verify(every=True):
                raise UnavailableError("store_damaged", found=found)
        finally:
            store.close()


def test_a_whole_index_is_not_malformed_after_the_idle_writer_merged(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "profile", CATALOGUE, readers=1)
    try:
        for _ in range(4):
            for _ in range(8):
                store.write_now(save)
            assert store.verify(every=True) == ""
            store.run_on_writer(
                lambda c: c.exec_driver_sql(
                    "insert into request_fts (request_fts, rank) values ('merge', -500)"
                )
            )
            store.write_now(save)
            assert store.verify(every=True) == ""
    finally:
        store.close()


def test_a_projection_that_differs_from_its_events_is_found_and_rebuilt(store: LocalStore) -> None:
    store.write_now(save)
    assert store.verify(every=True) == ""
    for damage in (
        "update service_request set state = 'closed'",
        "update assignment set due_at = 1",
        "delete from queue_item",
        "delete from reporter",
        "delete from request_fts",
        "delete from service_request",
    ):
        store.run_on_writer(lambda c, sql=damage: c.exec_driver_sql(sql))  # type: ignore[misc]
        assert store.verify() != "", damage
        assert store.rebuild()[:2] == (1, 3)
        assert store.verify(every=True) == "", damage
    store.run_on_writer(lambda c: c.exec_driver_sql("delete from outbox"))
    assert "outbox" in store.verify()


@pytest.mark.parametrize("text", ["a\x00b", "\u202eevil\u202c", "🚧" * 50, "e\u0301", "'; drop --"])
def test_any_whole_text_is_stored_as_it_is(store: LocalStore, text: str) -> None:
    request_id = store.write_now(lambda uow: save(uow, description=text, name=text))
    detail = store.ask_now(lambda q: q.detail(request_id))
    assert detail is not None
    assert detail.request.description == text
    assert detail.request.reporters[0].name == text
    assert store.verify(every=True) == ""


@pytest.mark.parametrize("field", ["description", "address_string", "name", "phone"])
def test_half_a_character_stores_nothing(store: LocalStore, field: str) -> None:
    with pytest.raises(InputError, match="text_not_storable"):
        store.write_now(lambda uow: save(uow, **{field: "\udc00"}))  # type: ignore[arg-type]
    assert store.verify(every=True) == ""
    assert store.ask_now(lambda q: q.requests(RequestFilter(), NOW)) == ()
