"""What a new seat fetches whole: written as a pull would, also where it has something of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.domain.requests.events import NoteAdded, NoticeIssued, StoredEvent
from console.services.ports.central.first_sync import ListedRequest
from console.services.ports.central.sync import Numbered, SequenceGapError
from console.store.exchange.events import LocalSyncStore
from console.store.exchange.initial_sync import LocalInitialSync
from console.store.projection.rebuild import COMPARED
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import (
    CATALOGUE,
    NOW,
    content_of,
    forwarded,
    received,
    reporter,
    stored,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    made = LocalStore(tmp_path / "new", CATALOGUE, console_code=1)
    yield made
    made.close()


@pytest.fixture
def sync(store: LocalStore) -> LocalSyncStore:
    return LocalSyncStore(store)


@pytest.fixture
def start(store: LocalStore, sync: LocalSyncStore) -> LocalInitialSync:
    return LocalInitialSync(store, sync)


def _numbered(first: int, *events: StoredEvent) -> list[StoredEvent]:
    return [replace(each, seq=n, hlc=n) for n, each in enumerate(events, first)]


def _history(count: int) -> list[StoredEvent]:
    """Requests of one moment, so that their local ids run over the second, and a notice."""
    made: list[StoredEvent] = []
    for n in range(count):
        request_id = uuid7()
        made += [
            received(request_id, f"26001{n:06}", NOW),
            reporter(request_id, f"+8490312{n:04}"),
            forwarded(request_id, "q12", NOW),
        ]
    notice = NoticeIssued(
        kind="outage", title="Cúp nước", text="Cúp nước", starts_at=NOW, ends_at=NOW,
        everywhere=True,
    )  # fmt: skip
    return _numbered(1, *made, stored(uuid7(), notice, NOW))


def _wanted(start: LocalInitialSync, events: list[StoredEvent]) -> None:
    ids = dict.fromkeys(each.request_id for each in events)
    start.write_down([ListedRequest(each, "", is_open=True, updated_at=NOW) for each in ids], NOW)


def _rows(store: LocalStore) -> dict[str, list[tuple[object, ...]]]:
    questions = {table.name: content_of(table) for table in COMPARED}
    questions["event"] = "select seq, id, hlc, body, request_id, at, kind, actor, role from event"
    questions["notice"] = "select * from notice"
    questions["meta"] = "select value from meta where key = 'hlc'"
    return {
        name: store.run_on_reader(
            lambda c, q=question: sorted(map(tuple, c.exec_driver_sql(q)), key=repr)  # type: ignore[misc]
        )
        for name, question in questions.items()
    }


def test_it_is_written_as_a_pull_writes_it(
    store: LocalStore, start: LocalInitialSync, tmp_path: Path
) -> None:
    history = _history(12)
    _wanted(start, history)
    start.fetched(start.ready(history), ())
    assert start.wanted_count() == 0
    other = LocalStore(tmp_path / "old", CATALOGUE, console_code=2)
    LocalSyncStore(other).pull_in([Numbered(each.seq or 0, each) for each in history], "1")
    assert _rows(store) == _rows(other)
    assert len(_rows(store)["notice"]) == 1
    other.close()
    assert store.rebuild().changed == {}
    assert store.verify(every=True) == ""


def test_what_the_seat_has_of_it_stays_on_top(
    store: LocalStore, sync: LocalSyncStore, start: LocalInitialSync
) -> None:
    history = _history(3)
    _wanted(start, history)
    asked = history[3].request_id
    note = stored(asked, NoteAdded(text="Dân gọi lại"), datetime.now(UTC))
    store.write_now(lambda uow: uow.append([replace(note, hlc=uow.next_hlc(NOW))]))
    start.fetched(start.ready(history), ())
    detail = store.ask_now(lambda q: q.detail(asked))
    assert detail is not None
    assert detail.request.version == 4
    assert sync.pending_count() == 1
    assert store.rebuild().changed == {}


def test_a_number_that_another_event_has_is_another_history(
    store: LocalStore, sync: LocalSyncStore, start: LocalInitialSync
) -> None:
    (here, *_), (there, *_) = _history(1), _history(1)
    sync.pull_in([Numbered(1, here)], "1")
    _wanted(start, [there])
    with pytest.raises(SequenceGapError, match="other_history"):
        start.fetched(start.ready([there]), ())
    assert start.wanted_count() == 1
    assert store.ask_now(lambda q: q.detail(there.request_id)) is None


def test_words_of_what_was_undone_are_listed_when_it_comes_again(
    store: LocalStore, start: LocalInitialSync, tmp_path: Path
) -> None:
    """A disk that is full in the middle is told as such, and nothing of it is taken for done."""
    history = _history(2)
    _wanted(start, history)
    pages = store.run_on_writer(lambda c: c.exec_driver_sql("pragma page_count").scalar_one())
    store.run_on_writer(lambda c: c.exec_driver_sql(f"pragma max_page_count = {pages}"))
    large = [
        *history,
        *_numbered(100, received(uuid7(), "26001000999", description="Ngập sâu " * 20_000)),
    ]
    with pytest.raises(UnavailableError, match="disk_full"):
        start.fetched(start.ready(large), ())
    assert start.wanted_count() == 3
    store.run_on_writer(lambda c: c.exec_driver_sql("pragma max_page_count = 1000000"))
    start.fetched(start.ready(history), ())
    other = LocalStore(tmp_path / "old", CATALOGUE, console_code=2)
    LocalSyncStore(other).pull_in([Numbered(each.seq or 0, each) for each in history], "1")
    assert _words(store) == _words(other) != set()
    other.close()


def _words(store: LocalStore) -> set[str]:
    return store.run_on_reader(lambda c: set(c.exec_driver_sql("select word from word").scalars()))
