"""A new workstation starts from the centre's lists: the same result as reading everything,
resumable, denied to agencies; without the lists it reads the stream.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.services.ports.central.sync import Hello
from console.services.wording import sentences as wording
from console.store.central.seat_link import PostgresCentral
from console.store.exchange.initial_sync import LocalInitialSync
from console.store.projection.rebuild import COMPARED
from console.sync import initial_load as starting
from console.sync.initial_load import InitialLoad
from console.sync.rejoin import rejoin
from tests.fakes.postgres import Centre
from tests.integration.central.build import greet
from tests.integration.store.build import (
    CATALOGUE,
    content_of,
    forwarded,
    received,
    reporter,
    stored,
)
from tests.integration.sync.consoles import Console, console, until

NOW = datetime.now(UTC)


def _request(number: int, days_ago: float, *, closed: bool) -> list[e.StoredEvent]:
    at = NOW - timedelta(days=days_ago)
    request_id = uuid7(int(at.timestamp() * 1000))
    made = [
        received(request_id, f"26001{number:06}", at),
        reporter(request_id, f"+8490312{number:04}"),
        forwarded(request_id, "q12", at),
    ]
    if closed:
        made.append(stored(request_id, e.RequestCancelled(reason="trùng"), at))
    return [replace(each, at=at) for each in made]


class City:
    """A centre with a history, folded into its lists except for what is dirty."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.desk = centre.central("op-city")
        self.install = uuid7()
        greet(self.desk, 9, self.install)
        self.old = [_request(n, 200, closed=True) for n in range(30)]
        self.open = [_request(100 + n, 150, closed=False) for n in range(12)]
        self.recent = [_request(200 + n, 20, closed=True) for n in range(25)]
        self.notice = uuid7()
        notice = e.NoticeIssued(
            kind="outage", title="Cúp nước", text="Cúp nước", starts_at=NOW,
            ends_at=NOW + timedelta(hours=9), everywhere=True,
        )  # fmt: skip
        self.push(*self.old, *self.open, *self.recent, [stored(self.notice, notice, NOW)])
        self.project()
        # Missing from the lists so far: a new request, and a remark on an old one.
        self.dirty = _request(300, 1, closed=False)
        self.again = self.old[7][0].request_id
        self.push(self.dirty, [stored(self.again, e.NoteAdded(text="Dân hỏi lại"), NOW)])

    def push(self, *requests: list[e.StoredEvent]) -> None:
        for each in requests:
            self.desk.push(each)

    def project(self) -> None:
        while self.desk.project(CATALOGUE):
            pass

    def audited(self, act: str) -> int:
        with self.centre.connect() as link:
            found = link.execute("select n from hotline.audit where act = %s", (act,))
            return len(found.fetchall())


@pytest.fixture
def city(centre: Centre) -> Iterator[City]:
    made = City(centre)
    yield made
    made.desk.close()


@contextmanager
def seat(folder: Path, central: PostgresCentral, name: str) -> Iterator[Console]:
    """A new workstation whose link starts from the lists, however short the stream."""
    with console(folder, central, name, code=3, start=False) as made:
        made.link.initial_load = InitialLoad(
            central, LocalInitialSync(made.store, made.sync), short=0
        )
        yield made


def _hello(made: Console, central: PostgresCentral) -> Hello:
    hello = central.hello(made.link.identity)
    rejoin(central, made.sync, hello)
    return hello


def _whole(made: Console) -> bool:
    """It is at the end of the stream and has what it keeps."""
    return (
        LocalInitialSync(made.store, made.sync).wanted_count() == 0
        and not made.sync.pending_count()
    )


def _content_of(made: Console) -> dict[str, list[tuple[object, ...]]]:
    """What it shows of requests, which events it has, which requests it has dropped."""
    questions = {table.name: content_of(table) for table in COMPARED}
    questions["event"] = "select seq, id, hlc, body from event"
    questions["notice"] = "select * from notice"
    questions["pruned"] = "select request_id, number from pruned"

    def read(connection: object) -> dict[str, list[tuple[object, ...]]]:
        execute = connection.exec_driver_sql  # type: ignore[attr-defined]
        return {
            name: sorted((tuple(row) for row in execute(question)), key=repr)
            for name, question in questions.items()
        }

    return made.store.run_on_reader(read)


def test_it_has_what_a_seat_has_that_read_everything(city: City, tmp_path: Path) -> None:
    events = sum(map(len, (*city.old, *city.open, *city.recent, city.dirty))) + 2
    new_line, old_line = city.centre.central("op-new"), city.centre.central("op-old")
    with (
        console(tmp_path, old_line, "doc-het", code=2) as read,
        seat(tmp_path, new_line, "ban-moi") as new,
    ):
        until(lambda: read.sync.cursor().position == events)
        assert read.link.stop()
        while read.sync.prune(NOW):
            pass
        new.link.start()
        until(lambda: new.sync.cursor().position >= events and _whole(new))
        assert new.link.stop()
        assert _content_of(new) == _content_of(read)
        assert len(_content_of(new)["pruned"]) == len(city.old) - 1
        assert new.store.rebuild().changed == {}
        assert new.store.verify(every=True) == ""
        assert not new.has(city.old[1][0].request_id)
        assert new.has(city.again)
        assert new.has(city.dirty[0].request_id)
        words = [each for each in new.heard if getattr(each, "params", {}).get("fetching")]
        assert wording.link_text(words[0]).startswith("đang lấy hồ sơ: còn ")  # type: ignore[arg-type]


def test_a_start_goes_on_where_it_was_cut(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "LISTED", 10)
    monkeypatch.setattr(starting, "FETCHED", 6)
    monkeypatch.setattr(starting, "TURN_S", 0)
    line = city.centre.central("op-new")
    with seat(tmp_path, line, "ban-moi") as new:
        store = LocalInitialSync(new.store, new.sync)
        asked = iter((False, False, True))
        half = InitialLoad(line, store, short=0)
        assert not half.begin(_hello(new, line), NOW, nullcontext, lambda: next(asked))
        listing = store.listing()
        assert listing is not None
        assert listing.after is not None
        assert new.sync.cursor().position == 0
        line.close()  # the line is cut; another process continues
        rest = InitialLoad(line, store, short=0)
        assert rest.begin(_hello(new, line), NOW, nullcontext, lambda: False)
        assert store.listing() is None
        wanted = store.wanted_count()
        assert rest.some(nullcontext, lambda: False)
        assert store.wanted_count() == wanted - 6
        line.close()
        _hello(new, line)
        again = InitialLoad(line, store, short=0)
        assert again.begin(_hello(new, line), NOW, nullcontext, lambda: False)
        while again.some(nullcontext, lambda: False):
            pass
        assert city.audited("start_begun") == 1
        with console(tmp_path, city.centre.central("op-old"), "doc-het", code=2) as read:
            until(lambda: read.sync.cursor().position == new.sync.cursor().position)
            assert read.link.stop()
            while read.sync.prune(NOW):
                pass
            assert _content_of(new) == _content_of(read)


def test_what_happens_meanwhile_comes_whole(city: City, tmp_path: Path) -> None:
    line = city.centre.central("op-new")
    opened, closed = (each[0].request_id for each in (city.open[3], city.old[4]))
    with seat(tmp_path, line, "ban-moi") as new:
        store = LocalInitialSync(new.store, new.sync)
        starter = InitialLoad(line, store, short=0)
        assert starter.begin(_hello(new, line), NOW, nullcontext, lambda: False)
        begun = _request(400, 0, closed=False)
        city.push(
            begun,
            [stored(opened, e.NoteAdded(text="Đã đến nơi"), NOW)],
            [stored(closed, e.NoteAdded(text="Hỏi lại"), NOW)],
        )
        hello = line.hello(new.link.identity)
        new.link._puller.pull_all(line, hello.incarnation)
        for each in (begun[0].request_id, opened, closed):
            detail = new.store.ask_now(lambda q, which=each: q.detail(which))  # type: ignore[misc]
            assert detail is not None
            assert detail.request.reporters
        while starter.some(nullcontext, lambda: False):
            pass
        assert new.store.rebuild().changed == {}


def test_a_save_goes_first_and_what_was_fetched_is_not_asked_for_again(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = city.centre.central("op-new")
    asked: list[int] = []
    answer = line.start_events

    def counted(ids: Sequence[UUID]) -> tuple[e.StoredEvent, ...]:
        asked.append(len(ids))
        return answer(ids)

    monkeypatch.setattr(line, "start_events", counted)
    with seat(tmp_path, line, "ban-moi") as new:
        store = LocalInitialSync(new.store, new.sync)
        starter = InitialLoad(line, store, short=0)
        assert starter.begin(_hello(new, line), NOW, nullcontext, lambda: False)
        wanted = store.wanted_count()
        saved = iter((False, True))
        first = starter.some(nullcontext, lambda: next(saved))
        assert 0 < len(first) < wanted
        assert starter.left() == store.wanted_count() == wanted - len(first)
        assert starter.some(nullcontext, lambda: True) == frozenset()
        while starter.some(nullcontext, lambda: False):
            pass
        assert asked == [wanted]
        assert store.wanted_count() == starter.left() == 0
        assert new.store.rebuild().changed == {}


def test_a_centre_that_went_back_is_listed_anew(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "LISTED", 10)
    line = city.centre.central("op-new")
    with seat(tmp_path, line, "ban-moi") as new:
        store = LocalInitialSync(new.store, new.sync)
        asked = iter((False, True))
        starter = InitialLoad(line, store, short=0)
        assert not starter.begin(_hello(new, line), NOW, nullcontext, lambda: next(asked))
        with city.centre.connect() as link:
            link.execute("select hotline.renew_incarnation()")
        line.close()
        assert starter.begin(_hello(new, line), NOW, nullcontext, lambda: False)
        assert city.audited("start_begun") == 2
        assert new.sync.cursor().incarnation == line.hello(new.link.identity).incarnation


def test_lists_that_are_far_behind_and_a_short_stream_are_read_as_a_stream(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "BEHIND", 1)
    line = city.centre.central("op-new")
    with seat(tmp_path, line, "ban-moi") as new:
        store = LocalInitialSync(new.store, new.sync)
        hello = _hello(new, line)
        assert InitialLoad(line, store, short=hello.last).begin(
            hello, NOW, nullcontext, lambda: False
        )
        assert InitialLoad(line, store, short=0).begin(hello, NOW, nullcontext, lambda: False)
        assert city.audited("start_begun") == 0
        assert store.is_new()
        new.link.start()
        until(lambda: new.sync.cursor().position == hello.last)
        assert new.link.stop()
        assert new.has(city.open[0][0].request_id)


def test_an_agency_starts_from_its_feed(city: City, tmp_path: Path) -> None:
    city.centre.user("can-bo", "officer", "q12")
    line = city.centre.central("can-bo", "officer", "q12")
    with seat(tmp_path, line, "ban-q12") as new:
        new.link.start()
        until(lambda: new.has(city.dirty[0].request_id))
        assert new.link.stop()
        assert new.has(city.open[0][0].request_id)
        detail = new.store.ask_now(lambda q: q.detail(city.dirty[0].request_id))
        assert detail is not None
        assert detail.request.reporters == ()
        assert city.audited("start_begun") == 0


def test_only_a_seat_of_the_switchboard_that_began_reads_histories_so(city: City) -> None:
    centre, ids = city.centre, [city.open[0][0].request_id]
    centre.user("can-bo", "officer", "q12")
    centre.user("nguoi-khac", "operator")
    begin = "select * from hotline.begin_start('hcmc', %s, 100)"
    read = "select * from hotline.start_events('hcmc', %s, %s)"

    def refused(login: str, question: str, *values: object) -> bool:
        with centre.connect(login) as link:
            try:
                link.execute(question.encode(), values)
            except psycopg.errors.InsufficientPrivilege:
                return True
            return False

    assert refused("op-city", read, city.install, ids), "it did not begin"
    assert refused("nguoi-khac", begin, city.install), "another's seat"
    assert refused("can-bo", begin, city.install)
    assert refused("can-bo", read, city.install, ids)
    assert refused("op-city", "select * from hotline.no_request")
    with centre.connect("can-bo") as link:
        seen = link.execute("select count(*) from hotline.service_request where stream = 'hcmc'")
        assert seen.fetchall() == [(67,)], "its own, but for the one that no list has yet"
    assert not refused("op-city", begin, city.install)
    assert not refused("op-city", read, city.install, ids)
    assert refused("nguoi-khac", read, city.install, ids)
    assert refused("op-city", read, city.install, ids * 201), "too many at once"
    assert city.audited("start_begun") == 1
    city.desk.end_start()
    assert refused("op-city", read, city.install, ids)
    with pytest.raises(UnavailableError, match="central_denied"):
        city.desk.start_events(ids)
