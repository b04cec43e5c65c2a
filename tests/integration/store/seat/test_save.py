"""What a save leaves behind, and that it is there again after a restart."""

import os
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from console.domain.errors import InputError, RefusedError, UnavailableError
from console.domain.states import State
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.views.requests import RequestFilter
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import CATALOGUE, NOW, save


def test_a_saved_request_is_in_every_list_and_survives_a_restart(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, CATALOGUE)
    request_id = store.write_now(save)
    store.close()
    store = LocalStore(tmp_path, CATALOGUE)
    try:
        detail = store.ask_now(lambda q: q.detail(request_id))
        assert detail is not None
        assert detail.request.state is State.FORWARDED
        assert [line.kind for line in detail.history] == [
            "request_received", "reporter_recorded", "request_forwarded",
        ]  # fmt: skip
        number = detail.request.number
        assert store.ask_now(
            lambda q: q.find_number(f"{number[:2]} {number[2:5]}.{number[5:]}")
        ) == (request_id)
        for found in (
            store.ask_now(lambda q: q.search("dong tam sut")),
            store.ask_now(lambda q: q.requests(RequestFilter(agency="q12"), NOW)),
            store.ask_now(lambda q: q.requests(RequestFilter(query="0903 123 456"), NOW)),
        ):
            assert [row.id for row in found] == [request_id]
        assert [row.request_id for row in store.ask_now(lambda q: q.queue("q12", NOW))] == [
            request_id
        ]
        assert store.ask_now(lambda q: q.caller("+84903123456")).name == "Nguyễn Thị Ánh"
        assert store.ask_now(lambda q: q.counts(NOW)).open_requests == 1
    finally:
        store.close()


async def test_work_that_raises_leaves_nothing(store: LocalStore) -> None:
    def refused(uow: UnitOfWork) -> None:
        save(uow)
        raise RefusedError("illegal_step")

    with pytest.raises(RefusedError):
        await store.write(refused)
    assert await store.ask(lambda q: q.requests(RequestFilter(), NOW)) == ()
    # The number was not used up either.
    first = await store.write(save)
    detail = await store.ask(lambda q: q.detail(first))
    assert detail is not None
    assert detail.request.number[5:10] == "00001"


def test_half_a_character_is_refused_with_a_reason(store: LocalStore) -> None:
    with pytest.raises(InputError, match="text_not_storable"):
        store.write_now(lambda uow: save(uow, description="cut emoji \ud83d"))
    assert store.ask_now(lambda q: q.counts(NOW)).open_requests == 0


def test_what_could_not_be_stored_stands_in_no_error(store: LocalStore) -> None:
    """A bug's error goes into a log as it is: what a citizen said must not go with it."""
    said = ("k", "Bà Lan, 66/1 Đồng Tâm")
    for table in ("meta", "no_such_table"):
        statement = f"insert into {table} values (?, ?), (?, ?)"
        with pytest.raises(DBAPIError) as caught:
            store.run_on_writer(lambda c, s=statement: c.exec_driver_sql(s, said * 2))  # type: ignore[misc]
        assert "Lan" not in str(caught.value)
    with pytest.raises(DBAPIError) as asked:
        store.run_on_reader(lambda c: c.exec_driver_sql("select ? from nowhere", said[1:]))
    assert "Lan" not in str(asked.value)


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_a_store_is_its_owners_also_in_a_folder_that_all_may_enter(tmp_path: Path) -> None:
    """IT lays the settings into a profile before the first start, by the folder's usual mode."""
    profile = tmp_path / "seat"
    profile.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        for _ in range(2):
            store = LocalStore(profile, CATALOGUE)
            store.write_now(save)
            files = [each for each in profile.rglob("*") if each.is_file()]
            assert {"store.sqlite3", "store.sqlite3-wal"} <= {each.name for each in files}
            assert [each for each in files if each.stat().st_mode & 0o077] == []
            store.close()
            (profile / "store.sqlite3").chmod(0o644)  # as an older program left it
    finally:
        os.umask(before)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, CATALOGUE)
    store.close()
    with pytest.raises(UnavailableError, match="store_closed"):
        store.write_now(save)
