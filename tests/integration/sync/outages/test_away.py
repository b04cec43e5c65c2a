"""The centre is unreachable in every possible way: people see a message, work goes on, and
afterwards everything is there once and in order.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from console.store.central.connection import address
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre
from tests.fakes.wire_proxy import WireProxy
from tests.integration.sync.consoles import QUICK, Console, console, until

SAVE_S = 10.0
"""Far above a save's own time on a busy machine, far below any wait for a network."""


@pytest.fixture
def line(centre: Centre) -> Iterator[WireProxy]:
    """A line to the centre that the test can disturb."""
    made = WireProxy(centre.cluster.folder)
    yield made
    made.close()


def _over(line: WireProxy, centre: Centre, login: str = "op1") -> PostgresCentral:
    centre.user(login)
    return PostgresCentral(address.checked(line.url(centre.database, login)))


def _save_quickly(seat: Console, count: int = 5) -> list[UUID]:
    saved = []
    for _ in range(count):
        began = time.monotonic()
        saved.append(seat.log())
        assert time.monotonic() - began < SAVE_S
    return saved


def _all_there(centre: Centre, seat: Console, requests: list[UUID]) -> None:
    """Everything that the workstation has is at the centre, once, without a gap, in order."""
    until(lambda: seat.sync.pending_count() == 0)
    until(seat.in_sync)
    with centre.connect() as link:
        rows = link.execute("select seq, id from hotline.event order by seq").fetchall()
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    until(lambda: len(seat.events()) == len(rows))
    assert seat.events() == rows
    for each in requests:
        detail = seat.store.ask_now(lambda q, which=each: q.detail(which))  # type: ignore[misc]
        assert detail is not None
        assert [line.kind for line in detail.history] == ["request_received", "reporter_recorded"]
        assert detail.synced
    assert seat.store.verify(every=True) == ""


def test_never_reachable(tmp_path: Path) -> None:
    nowhere = PostgresCentral(address.checked("postgresql://op1@127.0.0.1:1/centre"))
    with console(tmp_path, nowhere) as seat:
        until(lambda: seat.state == "down")
        assert seat.words is not None
        assert seat.words.detail == "central_away"
        _save_quickly(seat)
        until(lambda: seat.pending == 10)  # live, while it is away


def test_a_cut_line_is_told_and_mended(centre: Centre, line: WireProxy, tmp_path: Path) -> None:
    with console(tmp_path, _over(line, centre)) as seat:
        until(seat.in_sync)
        saved = _save_quickly(seat)
        until(lambda: seat.sync.pending_count() == 0)
        line.cut()
        until(lambda: seat.state == "down")
        saved += _save_quickly(seat)
        until(lambda: seat.pending == 10)
        line.mend()
        _all_there(centre, seat, saved)


def test_a_frozen_line_is_told_and_broken_off(
    centre: Centre, line: WireProxy, tmp_path: Path
) -> None:
    """A pulled cable: nothing ends, nothing answers."""
    times = replace(QUICK, hang=12.0)
    with console(tmp_path, _over(line, centre), times=times) as seat:
        until(seat.in_sync)
        line.frozen = True
        saved = _save_quickly(seat)
        until(lambda: seat.state == "down")
        assert seat.words is not None
        assert seat.words.detail == "central_slow"
        saved += _save_quickly(seat)
        until(lambda: seat.pending == 20)
        line.frozen = False
        until(lambda: line.connections > 1)  # the hanging call was broken off
        _all_there(centre, seat, saved)


@pytest.mark.parametrize("answer_bytes", [0, 200, 1500])
def test_cut_in_the_middle_of_an_answer(
    centre: Centre, line: WireProxy, tmp_path: Path, answer_bytes: int
) -> None:
    """The centre committed but the answer was lost: the workstation sends again, the centre keeps
    one.
    """
    with console(tmp_path, _over(line, centre)) as seat:
        until(seat.in_sync)
        saved = []
        for _ in range(4):
            line.cut_answers_after = answer_bytes
            saved += _save_quickly(seat)
            until(lambda: seat.state == "down")
            line.mend()
            until(seat.in_sync)
        _all_there(centre, seat, saved)


def test_a_slow_line_is_only_slow(centre: Centre, line: WireProxy, tmp_path: Path) -> None:
    line.delay_s = 0.15
    with console(tmp_path, _over(line, centre)) as seat:
        until(seat.in_sync)
        saved = _save_quickly(seat, 20)
        _all_there(centre, seat, saved)
        assert all(getattr(each, "state", "up") != "down" for each in seat.heard)


def test_stopping_does_not_wait_for_a_frozen_line(
    centre: Centre, line: WireProxy, tmp_path: Path
) -> None:
    with console(tmp_path, _over(line, centre)) as seat:
        until(seat.in_sync)
        line.frozen = True
        _save_quickly(seat)
        assert seat.link.stop(), "a thread is stuck in a call"


def test_a_clock_that_is_wrong_is_told_and_corrected(centre: Centre, tmp_path: Path) -> None:
    wrong = timedelta(minutes=5)
    with console(tmp_path, centre.central(), clock=lambda: datetime.now(UTC) + wrong) as seat:
        until(lambda: seat.state == "warn")
        assert seat.words is not None
        assert (seat.words.detail, seat.words.params["seconds"]) == ("clock_off", 300)
        off = seat.link._clock() - datetime.now(UTC)
        assert abs(off) < timedelta(seconds=1)


def test_an_event_that_cannot_be_stored_stands_aside(centre: Centre, tmp_path: Path) -> None:
    """SQLite stores a NUL, PostgreSQL does not; the events around it get through."""
    with console(tmp_path, centre.central(), start=False) as seat:
        first = seat.log()
        bad = seat.note(first, "a\x00b")
        for n in range(20):
            seat.note(first, f"sau {n}")
        seat.link.start()
        until(lambda: seat.link.counted.buried == 1)
        until(lambda: seat.sync.pending_count() == 0)
        (task,) = seat.store.ask_now(lambda q: q.tasks(datetime.now(UTC)))
        assert (task.kind, task.why, task.request_id) == ("dead_letter", "22P05", first)
        with centre.connect() as link:
            stored = {row[0] for row in link.execute("select id from hotline.event")}
        assert bad not in stored
        assert len(stored) == 22
        detail = seat.store.ask_now(lambda q: q.detail(first))
        assert detail is not None
        assert not detail.synced
        assert seat.link.stop()
