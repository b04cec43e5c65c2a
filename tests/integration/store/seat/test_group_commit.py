"""Saves that stand in line share one commit; each is done or undone by itself."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import event

from console.domain.errors import RefusedError, UnavailableError
from console.services.ports.store.unit_of_work import UnitOfWork
from console.store.seat.local_store import LocalStore
from console.store.sqlite.group_commit import MOST
from tests.integration.store.build import NOW, save


class Line:
    """Saves that wait behind one that holds the writer."""

    def __init__(self, store: LocalStore) -> None:
        self.store = store
        self.commits = 0
        self._hold, self._holding = threading.Event(), threading.Event()
        store.write_now(lambda _: None)  # the writer's engine is there now
        event.listen(store._on_writer().engine, "commit", self._count)
        self.first = asyncio.ensure_future(store.write(self._block))
        self.waiting: list[asyncio.Future[object]] = []

    def _count(self, _connection: object) -> None:
        self.commits += 1

    def _block(self, _uow: UnitOfWork) -> None:
        self._holding.set()
        self._hold.wait(30)

    async def add(self, work: Callable[[UnitOfWork], object], priority: int = 0) -> None:
        """One more, in order."""
        await asyncio.to_thread(self._holding.wait, 30)
        self.waiting.append(asyncio.ensure_future(self.store.write(work, priority=priority)))
        await asyncio.sleep(0)

    async def go(self) -> list[object]:
        """What each comes to."""
        self._hold.set()
        await self.first
        return list(await asyncio.gather(*self.waiting, return_exceptions=True))


def there(store: LocalStore, request_id: object) -> bool:
    assert isinstance(request_id, UUID)
    return store.ask_now(lambda q: q.detail(request_id)) is not None


async def test_one_commit_for_all_who_wait(store: LocalStore) -> None:
    line = Line(store)
    for _ in range(MOST + 2):
        await line.add(save)
    ids = await line.go()
    assert all(there(store, each) for each in ids)
    assert len(set(ids)) == MOST + 2
    assert line.commits == 3, "the one in front, sixteen, two"


async def test_a_refusal_undoes_its_own_only(store: LocalStore) -> None:
    made: list[UUID] = []

    def refused(uow: UnitOfWork) -> None:
        made.append(save(uow))
        raise RefusedError("no_such_request")

    line = Line(store)
    for work in (save, refused, save):
        await line.add(work)
    one, error, two = await line.go()
    assert isinstance(error, RefusedError)
    assert there(store, one)
    assert there(store, two)
    assert not there(store, made[0])
    assert line.commits == 2


async def test_who_leaves_while_he_waits_is_left_out(store: LocalStore) -> None:
    line = Line(store)
    for _ in range(3):
        await line.add(save)
    line.waiting[1].cancel()
    with suppress(asyncio.CancelledError):
        await line.waiting[1]
    one, gone, two = await line.go()
    assert isinstance(gone, asyncio.CancelledError)
    assert there(store, one)
    assert there(store, two)


async def test_numbers_and_clocks_go_on_within_one_commit(store: LocalStore) -> None:
    line = Line(store)
    for _ in range(5):
        await line.add(lambda uow: (uow.next_number(NOW), uow.next_hlc(NOW)))
    made = cast("list[tuple[str, int]]", await line.go())
    assert len({number for number, _ in made}) == 5
    assert [hlc for _, hlc in made] == sorted({hlc for _, hlc in made})


async def test_people_do_not_wait_for_the_commit_of_others_work(store: LocalStore) -> None:
    line = Line(store)
    await line.add(save)
    await line.add(save, priority=1)
    await line.go()
    assert line.commits == 3


async def test_a_full_disk_takes_all_of_a_commit_and_says_so(store: LocalStore) -> None:
    """A real SQLITE_FULL in the middle: nobody is told that he is stored who is not."""

    def fill(uow: UnitOfWork) -> None:
        connection = uow._connection  # type: ignore[attr-defined]
        connection.exec_driver_sql("pragma max_page_count = 1")
        connection.exec_driver_sql("insert into meta values ('x', hex(zeroblob(50000000)))")

    line = Line(store)
    for work in (save, fill, save):
        await line.add(work)
    ended = await line.go()
    assert [type(each) for each in ended] == [UnavailableError] * 3
    assert {each.code for each in ended} == {"disk_full"}  # type: ignore[attr-defined]
    store._writer.dispose()  # type: ignore[union-attr]
    assert there(store, await store.write(save)), "with space again it goes on"


@pytest.mark.parametrize("alone", [True, False])
async def test_the_centre_hears_of_what_is_on_disk(store: LocalStore, alone: bool) -> None:
    heard: list[int] = []
    store.unsent_added = lambda: heard.append(1)
    line = Line(store)
    for _ in range(1 if alone else 3):
        await line.add(save)
    await line.go()
    store.write_now(lambda _: None)  # told after the answers
    assert len(heard) == (1 if alone else 3)
