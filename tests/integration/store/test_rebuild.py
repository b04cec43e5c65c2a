"""A rebuild makes what is there, and says what was not."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from console.domain.ids import uuid7
from console.domain.requests.events import AssignmentAccepted, FieldsChanged, ResultReported
from console.store.projection import rebuild as rebuilding
from console.store.projection import search_rebuild
from console.store.projection.search_rebuild import SearchRebuild
from console.store.seat.local_store import LocalStore
from console.store.seat.store_copy import take
from tests.integration.store.build import CATALOGUE, NOW, received, save, stored


def _lived_in(store: LocalStore) -> None:
    for n in range(7):
        request_id = store.write_now(
            lambda uow, n=n: save(uow, at=NOW + timedelta(minutes=n), phone=f"+8490312345{n}")  # type: ignore[misc]
        )
        later = NOW + timedelta(hours=1)
        facts = (
            AssignmentAccepted(agency="q12"),
            ResultReported(agency="q12", resolution_code="fixed", text="Xong"),
        )
        for fact in facts[: n % 3]:
            event = stored(request_id, fact, later)
            store.write_now(lambda uow, e=event: uow.append([e]))  # type: ignore[misc]


def test_a_whole_store_is_the_same_afterwards(store: LocalStore) -> None:
    _lived_in(store)
    told: list[tuple[int, int]] = []
    done = store.rebuild(lambda n, every: told.append((n, every)))
    assert (done.requests, done.events, done.changed) == (7, 27, {})
    assert told == [(7, 7)]
    assert store.verify(every=True) == ""
    assert store.rebuild() == done
    assert len(store.ask_now(lambda q: q.search("ho ga"))) == 7


@pytest.mark.parametrize(
    ("damage", "changed"),
    [
        ("update service_request set state = 'closed' "
         "where rid = (select min(rid) from service_request)", {"service_request": 1}),
        ("delete from queue_item", {"queue_item": 5}),
        ("insert into reporter (rid, n, stream, channel, consent) "
         "select rid, 9, 'x', 'voice', 0 from service_request", {"reporter": 7}),
        ("delete from callback_item", {"callback_item": 2}),
        ("update assignment set due_at = null", {"assignment": 7}),
    ],
)  # fmt: skip
def test_what_was_wrong_is_counted_and_right_again(
    store: LocalStore, damage: str, changed: dict[str, int]
) -> None:
    _lived_in(store)
    count = store.run_on_writer(lambda c: c.exec_driver_sql(damage).rowcount)
    assert count
    found = store.rebuild().changed
    assert set(found) == set(changed)
    assert found == changed
    assert store.rebuild().changed == {}
    assert store.verify(every=True) == ""


def test_people_save_while_it_goes_on(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they change behind the rebuild and before it is in the rows and in the new index."""
    monkeypatch.setattr(rebuilding, "_FIRST", 1)
    monkeypatch.setattr(rebuilding, "_LEAST", 1)
    _lived_in(store)
    ids = store.run_on_reader(
        lambda c: c.exec_driver_sql("select id, rid from service_request order by id").fetchall()
    )
    first, last = UUID(bytes=ids[0][0]), UUID(bytes=ids[-1][0])
    store.run_on_writer(lambda c: c.exec_driver_sql("update service_request set state = 'closed'"))
    was = store.ask_now(lambda q: q.detail(first)).request.description  # type: ignore[union-attr]
    slices: list[int] = []

    def meanwhile(done: int, _every: int) -> None:
        slices.append(done)
        if done == 3:
            for each in (first, last):
                changed = FieldsChanged(set={"description": "Cây đổ"}, old={"description": was})
                event = stored(each, changed, NOW + timedelta(hours=2))
                store.write_now(lambda uow, e=event: uow.append([e]))  # type: ignore[misc]
            store.write_now(lambda uow: save(uow, at=NOW + timedelta(hours=3)))

    found = store.rebuild(meanwhile, slice_s=1e-9)
    assert slices[:7] == [1, 2, 3, 4, 5, 6, 7]
    assert found.requests == 8
    assert found.changed["service_request"] >= 5
    assert store.verify(every=True) == ""
    assert len(store.ask_now(lambda q: q.search("ho ga"))) == 6
    assert {row.id for row in store.ask_now(lambda q: q.search("cay do"))} == {first, last}
    assert store.rebuild().changed == {}


def test_what_comes_in_many_rows_before_the_last_step_is_found(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull or an import writes more at once than one round brings along."""
    monkeypatch.setattr(rebuilding, "LEFT", 3)
    monkeypatch.setattr(search_rebuild, "LEFT", 3)
    _lived_in(store)

    def run[T](work: Callable[[Connection], T]) -> T:
        if work.__name__ == "take_over":
            for n in range(7):
                store.write_now(lambda uow, n=n: save(uow, at=NOW + timedelta(hours=2 + n)))  # type: ignore[misc]
        return store.run_on_writer(work)

    rebuilding.rebuild(run, store.run_on_reader, CATALOGUE, lambda _done, _every: None)
    assert store.verify(every=True) == ""
    assert len(store.ask_now(lambda q: q.search("ho ga"))) == 14


def _indexes(store: LocalStore) -> list[str]:
    asked = "select name from sqlite_master where name glob 'request_fts*' and sql like '%fts5%'"
    return store.run_on_reader(lambda c: list(c.exec_driver_sql(asked).scalars()))


def test_one_that_is_stopped_leaves_a_whole_store(store: LocalStore) -> None:
    _lived_in(store)
    store.run_on_writer(lambda c: c.exec_driver_sql("delete from queue_item"))

    def stop(_done: int, _every: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        store.rebuild(stop)
    assert _indexes(store) == ["request_fts"]
    assert store.verify(every=True) == "", "what was made right stays"
    assert len(store.ask_now(lambda q: q.search("ho ga"))) == 7


@pytest.mark.parametrize("taken_over", [False, True])
def test_what_a_killed_one_leaves_goes_at_the_next_start(
    tmp_path: Path, taken_over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then a half thrown away index counts as no damage, of the store or of a copy."""
    index = SearchRebuild()
    store = LocalStore(tmp_path, CATALOGUE)
    _lived_in(store)
    store.run_on_writer(index.begin)
    if taken_over:
        store.run_on_writer(index.take_over)
        monkeypatch.setattr(search_rebuild, "_PIECE", 1)
        assert store.run_on_writer(lambda c: search_rebuild._shorten(c, "request_fts_old"))
        assert not any(store.verify(every=each).startswith("file") for each in (False, True))
        assert take(store.path, tmp_path / "copy.db", every_page=True).counts["event"]
    assert len(_indexes(store)) == 2
    store.close()
    store = LocalStore(tmp_path, CATALOGUE)
    try:
        assert _indexes(store) == ["request_fts"]
        if taken_over:
            assert store.rebuild().requests == 7
        assert store.verify(every=True) == ""
    finally:
        store.close()


def test_an_empty_store_can_be_rebuilt(store: LocalStore) -> None:
    assert store.rebuild() == (0, 0, {})


def test_a_number_that_two_requests_have_is_still_noted(store: LocalStore) -> None:
    _lived_in(store)
    number = store.write_now(lambda uow: uow.next_number(NOW))
    for _ in range(2):
        store.write_now(lambda uow: uow.append([received(uuid7(), number)]))
    noted = text("select number from double_number")
    before = store.run_on_reader(lambda c: c.execute(noted).scalars().all())
    store.run_on_writer(lambda c: c.exec_driver_sql("delete from double_number"))
    assert store.rebuild().changed == {}
    assert store.run_on_reader(lambda c: c.execute(noted).scalars().all()) == before == [number]
