"""One writer, readers beside it, the loop never held up."""

import asyncio
import threading
from pathlib import Path

import pytest

from console.domain.ids import uuid7
from console.services.ports.store.queries import Queries
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import SmsPart
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.sqlite import maintenance
from console.store.sqlite.engine import merge_search_index, writer_engine
from tests.integration.store.build import CATALOGUE, NOW, save

NUMBER = uuid7()


async def test_people_go_before_housekeeping(store: LocalStore) -> None:
    hold, order = threading.Event(), []
    first = asyncio.ensure_future(store.write(lambda _: hold.wait(30)))
    later = [
        asyncio.ensure_future(store.write(lambda _, n=n: order.append(n), priority=n))  # type: ignore[misc]
        for n in (2, 1, 0)
    ]
    await asyncio.sleep(0)
    hold.set()
    await asyncio.gather(first, *later)
    assert order == [0, 1, 2]


async def test_questions_are_answered_while_the_writer_works(store: LocalStore) -> None:
    request_id = await store.write(save)
    hold = threading.Event()
    working = asyncio.ensure_future(store.write(lambda uow: (save(uow), hold.wait(30))))
    assert await store.ask(lambda q: q.detail(request_id)) is not None
    assert not working.done()
    hold.set()
    await working


async def test_a_question_sees_one_moment(store: LocalStore) -> None:
    asked, answer = threading.Event(), threading.Event()

    def twice(queries: Queries) -> tuple[int, int]:
        before = queries.counts(NOW).open_requests
        asked.set()
        answer.wait(30)
        return before, queries.counts(NOW).open_requests

    reading = asyncio.ensure_future(store.ask(twice))
    await asyncio.to_thread(asked.wait, 30)
    await store.write(save)
    answer.set()
    assert await reading == (0, 0)
    assert (await store.ask(lambda q: q.counts(NOW))).open_requests == 1


async def test_work_that_nobody_waits_for_any_more_is_not_begun(store: LocalStore) -> None:
    begun, hold = threading.Event(), threading.Event()

    def long(_: object) -> None:
        begun.set()
        hold.wait(30)

    first = asyncio.ensure_future(store.write(long))
    # Saves that wait together are begun together: the second comes when the first has begun.
    await asyncio.to_thread(begun.wait, 30)
    second = asyncio.ensure_future(store.write(save))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    hold.set()
    await first
    assert (await store.ask(lambda q: q.counts(NOW))).open_requests == 0


def test_close_finishes_what_is_queued_and_leaves_no_log(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, CATALOGUE)
    saved = [store._submit(save, 0) for _ in range(20)]
    store.close()
    assert all(each.result() for each in saved)
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith("-wal")] == []
    assert [t for t in threading.enumerate() if t.name.startswith("store-")] == []


def test_the_idle_writer_empties_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "IDLE_S", 0.01)
    monkeypatch.setattr(maintenance, "CHECKPOINT_BYTES", 1)
    monkeypatch.setattr(maintenance, "MERGE_AFTER", 5)
    store = LocalStore(tmp_path, CATALOGUE)
    try:
        for _ in range(20):
            store.write_now(save)
        log = tmp_path / f"{FILE_NAME}-wal"
        tick = threading.Event()
        for _ in range(2000):
            if log.stat().st_size == 0 and store.maintenance._unmerged == 0:
                break
            tick.wait(0.01)
        assert (log.stat().st_size, store.maintenance._unmerged) == (0, 0)
        assert store.verify(every=True) == ""
    finally:
        store.close()


def test_merging_the_search_index_ends_and_loses_nothing(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, CATALOGUE)
    for _ in range(40):
        store.write_now(save)
    store.close()
    engine = writer_engine(tmp_path / FILE_NAME)
    merged = 0
    while merge_search_index(engine):
        merged += 1
    engine.dispose()
    assert 0 < merged < 40
    store = LocalStore(tmp_path, CATALOGUE)
    assert store.verify(every=True) == ""
    assert len(store.ask_now(lambda q: q.search("dong ta"))) == 40
    store.close()


def test_a_command_runs_once_and_a_part_is_kept_once(store: LocalStore) -> None:
    def twice(uow: UnitOfWork) -> tuple[bool, bool]:
        return uow.seen(NUMBER), uow.seen(NUMBER)

    assert store.write_now(twice) == (False, True)
    part = SmsPart(
        external_id="a", imsi="452", sender="+84903123456", received_at=NOW, scts=None,
        coding="ucs2", body=b"\x01", pdu=b"\x02", total=2, sequence=1,
    )  # fmt: skip
    assert store.write_now(lambda uow: uow.add_part(part))
    assert not store.write_now(lambda uow: uow.add_part(part))
    assert store.write_now(lambda uow: uow.parts()) == (part,)
    store.write_now(lambda uow: uow.bind_parts(["a"], NUMBER))
    assert store.write_now(lambda uow: uow.parts()) == ()
    assert store.write_now(lambda uow: uow.parts(unjoined_only=False, since=NOW))[0].contact_id == (
        NUMBER
    )


def test_the_clock_never_goes_back(store: LocalStore) -> None:
    first = store.write_now(lambda uow: [uow.next_hlc(NOW), uow.next_hlc(NOW.replace(year=2020))])
    second = store.write_now(lambda uow: uow.next_hlc(NOW.replace(year=2019)))
    assert first[0] < first[1] < second
