"""A history in the store: what saving its events one by one would give, in one go or in many."""

import csv
import dataclasses
import io
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from console.domain import numbering
from console.domain.errors import UnavailableError
from console.domain.states import State
from console.services.history import Batch, Position, SideFile, import_history, neutral
from console.services.history_file import Shape, recognise
from console.services.history_rows import Understanding
from console.services.seed import load_catalogue
from console.services.views import RequestFilter
from console.store import history_feed
from console.store.codec import event_row
from console.store.history import SqlHistory
from console.store.history_feed import EVENT_COLUMNS, Source, feed, judged, prepared
from console.store.local import LocalStore
from console.store.tables import to_ms
from tests.unit.services.history_made import HEAD, NOW, ROW, SERVICE, changed, rows_of, written

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
) -> Position:
    """Import the file."""
    shape = recognise(file)
    history = SqlHistory(
        store, SEED, NOW, by="administrator", workstation="ban-01", console_code=14,
        dry_run=dry_run,
    )  # fmt: skip
    with closing(history):
        return import_history(file, shape, history, SideFile(file, shape.header, "vi"), tell)


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


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_feed, "BATCH_ROWS", 20)


def test_every_row_is_stored_or_set_aside_and_the_store_is_whole(tmp_path: Path) -> None:
    file = history_of(tmp_path, 100)
    with opened(tmp_path / "p") as store:
        at = bring_in(store, file)
        assert (at.rows, at.imported, at.known, at.refused, at.done) == (100, 90, 0, 10, True)
        assert store.verify(every=True) == ""
        before = rows_in(store, *TABLES)
        assert store.rebuild() == (90, len(before["event"]), {})
        assert store.verify(every=True) == ""
        assert rows_in(store, *TABLES) == before


def test_what_reports_counted_before_is_counted_anew_after(tmp_path: Path) -> None:
    def triggers(store: LocalStore) -> list[object]:
        question = text("select name, sql from sqlite_master where type = 'trigger' order by name")
        return [tuple(row) for row in store.run_on_reader(lambda c: c.execute(question).fetchall())]

    with opened(tmp_path / "p") as store:
        before = triggers(store)
        counted = text("insert into report_block (block, made, settled_at) values (562, 1, 0)")
        store.run_on_writer(lambda c: c.execute(counted))
        bring_in(store, history_of(tmp_path, 30))
        assert rows_in(store, "report_block") == {"report_block": []}
        assert triggers(store) == before


def test_it_is_what_saving_the_same_events_would_give(tmp_path: Path) -> None:
    file = history_of(tmp_path, 60)
    shape = recognise(file)
    understanding = Understanding(shape, SEED, NOW, workstation="ban-01")
    with opened(tmp_path / "p") as bulk, opened(tmp_path / "q") as single:
        bring_in(bulk, file)
        for raw in rows_of(file):
            if "không-có" in getattr(raw, "values", ()):
                continue
            events = understanding.request(raw).events()  # type: ignore[arg-type]
            single.write_now(lambda uow, e=events: uow.append(e))  # type: ignore[misc]
        assert rows_in(bulk, *TABLES) == rows_in(single, *TABLES)


def test_the_short_way_to_event_rows_is_the_long_one(tmp_path: Path) -> None:
    file = written(tmp_path, *[changed(status=each) for each in STATES])
    understanding = Understanding(recognise(file), SEED, NOW, workstation="ban-01")
    for raw in rows_of(file):
        imported = understanding.request(raw)  # type: ignore[arg-type]
        long = [
            tuple(
                to_ms(v) if isinstance(v, datetime) else getattr(v, "bytes", v)
                for v in (event_row(each)[name] for name in EVENT_COLUMNS)
            )
            for each in imported.events()
        ]
        assert list(prepared(imported, (), SEED).events) == long


def test_imported_requests_are_found_without_accents_and_by_their_old_id(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        bring_in(store, written(tmp_path, ROW, changed(service_request_id=NUMBER)))
        for words in ("nap ho ga", "dong tam 66/1", "nguyen thi anh", "0903 123", "PAKN-1"):
            found = store.ask_now(lambda q, w=words: q.search(w))  # type: ignore[misc]
            assert found, words
        assert store.ask_now(lambda q: q.find_number("pakn-1")) is not None
        assert store.ask_now(lambda q: q.find_number(numbering.spoken(NUMBER))) is not None
        closed = store.ask_now(lambda q: q.requests(RequestFilter(states=(State.CLOSED,)), NOW))
        assert len(closed) == 2


def test_a_finished_file_adds_nothing_whatever_its_name(tmp_path: Path) -> None:
    file = history_of(tmp_path, 30)
    with opened(tmp_path / "p") as store:
        first = bring_in(store, file)
        before = rows_in(store, *TABLES)
        again = bring_in(store, file.rename(tmp_path / "khác.csv"))
        assert again == first
        assert rows_in(store, *TABLES) == before


def test_a_later_export_brings_only_what_is_new(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        bring_in(store, written(tmp_path, ROW, changed(service_request_id="PAKN-2")))
        later = written(
            tmp_path,
            ROW,
            changed(service_request_id="PAKN-2", status_notes="Đã sửa hai lần"),
            changed(service_request_id="PAKN-3"),
            changed(service_request_id="PAKN-3"),
            changed(service_request_id="PAKN-3", status="open"),
        )
        at = bring_in(store, later)
        assert (at.rows, at.imported, at.known, at.refused) == (5, 1, 2, 2)
        told = (tmp_path / "lịch sử.rejected.csv").read_text("utf-8-sig").splitlines()
        assert [line.split(",")[0] for line in told] == ["line", "3", "6"]
        assert "đã có với nội dung khác" in told[1]
        assert store.verify(every=True) == ""


def test_a_number_belongs_to_one_request_and_is_never_given_out_again(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        at = bring_in(store, written(
            tmp_path,
            changed(service_request_id=NUMBER),
            changed(service_request_id=NUMBER, requested_datetime="2016-03-04T09:00",
                    description="Chuyện khác"),
        ))  # fmt: skip
        assert (at.imported, at.refused) == (1, 1)
        made = store.write_now(lambda uow: uow.next_number(datetime(2016, 5, 1, tzinfo=UTC)))
        assert made == numbering.make(datetime(2016, 5, 1, tzinfo=UTC), 14, 124)


def test_a_thousand_reports_of_one_day_all_find_a_place(tmp_path: Path) -> None:
    lines = [changed(service_request_id=f"P-{n}", requested_datetime="04/03/2016",
                     closed_datetime="05/03/2016") for n in range(200)]  # fmt: skip
    with opened(tmp_path / "p") as store:
        assert bring_in(store, written(tmp_path, *lines)).imported == 200
        before = rows_in(store, "service_request")
        store.rebuild()
        assert rows_in(store, "service_request") == before


class _Stop(Exception):  # noqa: N818
    pass


def test_stopped_anywhere_it_goes_on_where_it_was(tmp_path: Path) -> None:
    file = history_of(tmp_path, 130)
    side = tmp_path / "lịch sử.rejected.csv"
    with opened(tmp_path / "whole") as store:
        whole = bring_in(store, file)
        rows, kept = rows_in(store, *TABLES), side.read_bytes()
    side.unlink()
    runs = 0
    while True:
        runs += 1
        with opened(tmp_path / "parts") as store:
            try:
                at = bring_in(store, file, tell=_after_one_batch)
            except _Stop:
                # What a batch that was not committed left in the side file.
                with side.open("ab") as stream:
                    stream.write(b"9999,half a li")
                continue
            assert at == whole
            assert rows_in(store, *TABLES) == rows
            break
    assert runs == 7
    assert side.read_bytes() == kept


def _after_one_batch(at: Position, _done: int) -> None:
    if at.rows < 121:
        raise _Stop


def test_when_the_side_file_cannot_be_written_nothing_of_the_batch_stays(tmp_path: Path) -> None:
    file = history_of(tmp_path, 30)
    (tmp_path / "lịch sử.rejected.csv").mkdir()
    with opened(tmp_path / "p") as store:
        with pytest.raises(UnavailableError) as said:
            bring_in(store, file)
        assert said.value.code == "side_file_failed"
        assert rows_in(store, "event")["event"] == []
        os.rmdir(tmp_path / "lịch sử.rejected.csv")
        assert bring_in(store, file).rows == 30


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path: Path) -> None:
    file = written(
        tmp_path, ROW, changed(service_request_id=NUMBER), ROW, changed(status="open"),
        changed(service_request_id=NUMBER, requested_datetime="2016-01-01"), "rubbish",
    )  # fmt: skip
    with opened(tmp_path / "p") as store:
        bring_in(store, written(tmp_path / "p", changed(service_request_id="PAKN-9")))
    file.write_bytes(file.read_bytes() + changed(service_request_id="PAKN-9").encode())
    before = (tmp_path / "p" / "store.sqlite3").read_bytes()
    with opened(tmp_path / "p", read_only=True) as reading:
        dry = bring_in(reading, file, dry_run=True)
    assert (tmp_path / "p" / "store.sqlite3").read_bytes() == before
    told = (tmp_path / "lịch sử.rejected.csv").read_bytes()
    with opened(tmp_path / "p") as store:
        real = bring_in(store, file)
    assert dry == real
    assert (real.imported, real.known, real.refused) == (2, 2, 3)
    assert (tmp_path / "lịch sử.rejected.csv").read_bytes() == told


def test_a_second_process_makes_the_same_batches(tmp_path: Path) -> None:
    file = history_of(tmp_path, 70)
    shape = recognise(file)
    source = Source(file, shape, SEED, NOW, "ban-01", 15)
    here = list(judged(source))
    there = list(feed(source, alone=False))
    assert [each.items for each in _joined(there)] == [each.items for each in _joined(here)]
    assert [(r.line, r.code) for each in there for r in each.refused] == [
        (r.line, r.code) for each in here for r in each.refused
    ]


def _joined(batches: list[Batch]) -> list[Batch]:
    """The child does not see this test's batch size."""
    items = [item for each in batches for item in each.items]
    return [dataclasses.replace(batches[0], items=items)]


def test_a_file_that_goes_away_is_said(tmp_path: Path) -> None:
    shape = Shape("0" * 64, 5_000_000, "utf-8", ",", tuple(HEAD.split(",")), (0,) * 25, ())
    source = Source(tmp_path / "không có.csv", shape, SEED, NOW, "", 0)
    for alone in (True, False):
        with pytest.raises(UnavailableError) as said:
            list(feed(source, alone=alone))
        assert said.value.code == "history_unreadable"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_no_value_of_the_side_file_is_a_formula(start: str) -> None:
    assert neutral(f"{start}1").startswith("'")
    assert neutral("a=1") == "a=1"


def test_the_side_file_can_be_mended_and_brought_in(tmp_path: Path) -> None:
    file = history_of(tmp_path, 20)
    with opened(tmp_path / "p") as store:
        bring_in(store, file)
        side = tmp_path / "lịch sử.rejected.csv"
        mended = tmp_path / "sửa.csv"
        mended.write_bytes(side.read_bytes().replace("không-có".encode(), SERVICE.encode()))
        at = bring_in(store, mended)
        assert (at.imported, at.refused) == (2, 0)
        assert recognise(mended).ignored == ("line", "reason")


CELL = st.one_of(
    st.sampled_from(["", "closed", "open", SERVICE, "2016-03-04", "10.86", NUMBER, "=1", "\0"]),
    st.text(st.characters(exclude_categories=()), max_size=12),
)
LINE = st.one_of(
    st.integers(0, 40).map(lambda n: changed(service_request_id=f"P-{n}")),
    st.lists(CELL, min_size=15, max_size=17).map(
        lambda row: ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
    ),
)


@pytest.mark.timeout(180)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINE, max_size=8), st.binary(max_size=30))
def test_rows_in_are_rows_imported_known_and_refused(
    one_store: tuple[LocalStore, Path], lines: list[str], noise: bytes
) -> None:
    store, folder = one_store
    file = folder / "x.csv"
    file.write_bytes("\n".join([HEAD, *lines, ""]).encode("utf-8", "surrogatepass") + noise)
    already = bring_in(store, file, dry_run=True)
    at = bring_in(store, file)
    assert at.rows == at.imported + at.known + at.refused == len(rows_of(file))
    if at == already:  # not a file of an earlier example
        side = folder / "x.rejected.csv"
        told = side.read_text("utf-8-sig") if side.exists() else ""
        kept = list(csv.reader(io.StringIO(told, newline="")))
        assert len(kept) == (at.refused + 1 if at.refused else 0)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalStore, Path]]:
    """A store that all examples fill."""
    folder = tmp_path_factory.mktemp("many")
    with opened(folder / "p") as store:
        yield store, folder
        assert store.verify(every=True) == ""
