"""A history in the store: what saving its events one by one would give, in one go or in many."""

import dataclasses
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, text

from console.domain.errors import UnavailableError
from console.domain.requests import numbering
from console.domain.states import State
from console.services.history.batches import Batch
from console.services.history.file import Shape, recognise
from console.services.history.rows import RowParser
from console.services.views.requests import RequestFilter
from console.store.history import preparation
from console.store.history.preparation import (
    EVENT_COLUMNS,
    SAME,
    Item,
    Source,
    feed,
    judged,
    prepared,
)
from console.store.history.request_rows import LAYOUT
from console.store.projection.bulk_rows import BulkRows, dbapi_connection
from console.store.projection.search import Folding
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import to_ms
from console.store.tables.event_rows import event_row
from tests.integration.store.history.histories import (
    NUMBER,
    SEED,
    STATES,
    TABLES,
    Stop,
    after_one_batch,
    bring_in,
    crowded_days,
    history_of,
    opened,
    rows_in,
)
from tests.unit.services.history.made_files import HEAD, NOW, ROW, changed, rows_of, written


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "BATCH_ROWS", 20)


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


@pytest.mark.parametrize("made", [history_of, crowded_days])
def test_it_is_what_saving_the_same_events_would_give(
    made: Callable[[Path, int], Path], tmp_path: Path
) -> None:
    file = made(tmp_path, 60)
    shape = recognise(file)
    understanding = RowParser(shape, SEED, NOW, workstation="ban-01")
    with opened(tmp_path / "p") as bulk, opened(tmp_path / "q") as single:
        bring_in(bulk, file)
        for raw in rows_of(file):
            if "không-có" in getattr(raw, "values", ()):
                continue
            events = understanding.request(raw).events()  # type: ignore[arg-type]
            single.write_now(lambda uow, e=events: uow.append(e))  # type: ignore[misc]
        assert rows_in(bulk, *TABLES) == rows_in(single, *TABLES)


def test_a_number_that_an_app_was_told_can_be_followed_by_it(tmp_path: Path) -> None:
    file = written(tmp_path, changed(service_request_id=NUMBER))
    (raw,) = rows_of(file)
    events = RowParser(recognise(file), SEED, NOW, workstation="x").request(raw).events()  # type: ignore[arg-type]
    promised = text(
        "insert into contact (id, stream, channel, external_id, received_at, text, flags, state, "
        "raw, number, proposal) values (x'01', 'hcmc', 'app', 'a', 0, '', '', 'new', x'', :number, "
        """'[["api_key_name", "map.vn"]]')"""
    ).bindparams(number=NUMBER)
    with opened(tmp_path / "p") as bulk, opened(tmp_path / "q") as single:
        for store in (bulk, single):
            store.run_on_writer(lambda c: c.execute(promised))
        bring_in(bulk, file)
        single.write_now(lambda uow: uow.append(events))
        told = rows_in(bulk, "told_step")
        assert told["told_step"]
        assert told == rows_in(single, "told_step")


def test_the_short_way_to_event_rows_is_the_long_one(tmp_path: Path) -> None:
    file = written(tmp_path, *[changed(status=each) for each in STATES])
    understanding = RowParser(recognise(file), SEED, NOW, workstation="ban-01")
    for raw in rows_of(file):
        imported = understanding.request(raw)  # type: ignore[arg-type]
        long = [
            tuple(
                to_ms(v) if isinstance(v, datetime) else getattr(v, "bytes", v)
                for v in (event_row(each)[name] for name in EVENT_COLUMNS)
            )
            for each in imported.events()
        ]
        assert list(prepared([imported], [[]], SEED, Folding())[0].events) == long
        for each in imported.events():
            assert {name: event_row(each)[name] for name in SAME} == SAME


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


def test_a_batch_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    file = history_of(tmp_path, 120)
    with opened(tmp_path / "p") as store:
        items = next(judged(Source(file, recognise(file), SEED, NOW, "ban-01", 0))).items

        def twice(connection: Connection) -> None:
            rows = BulkRows(dbapi_connection(connection), None, layout=LAYOUT)
            for item in cast("list[Item]", [*items, items[0]]):
                rows.add(item.rows)
            rows.flush()

        with pytest.raises(sqlite3.IntegrityError):
            store.run_on_writer(twice)
        assert rows_in(store, "service_request", "word") == {"service_request": [], "word": []}
        assert bring_in(store, file).imported == 108


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
                at = bring_in(store, file, tell=after_one_batch)
            except Stop:
                # What a batch that was not committed left in the side file.
                side.write_bytes(kept[: side.stat().st_size + 70])
                continue
            assert at == whole
            assert rows_in(store, *TABLES) == rows
            break
    assert runs == 7
    assert side.read_bytes() == kept


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
