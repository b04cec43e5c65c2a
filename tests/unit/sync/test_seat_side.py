"""The methods of the workstation's side one by one, with faults that must not happen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from console.domain.requests.events import FieldsChanged, MediaAttached
from console.services.ports.central.sync import (
    Accepted,
    Cursor,
    Numbered,
    SequenceGapError,
    StoredPosition,
)
from console.store.exchange.files import SeatFiles
from console.store.tables.definitions import attachment, dead_letter, meta, outbox
from console.sync.clock import CorrectedClock
from console.sync.push import push_all
from console.sync.single_round import Report, greet, standing, sync_once
from tests.integration.store.build import NOW, received, stored
from tests.unit.sync.model_centre import ModelCentre, ModelLink
from tests.unit.sync.seats import Seat, open_seat


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    made = open_seat(tmp_path, "ban-1", ModelLink(ModelCentre()))
    yield made
    made.store.close()


def _model(seat: Seat) -> ModelCentre:
    assert isinstance(seat.link, ModelLink)
    return seat.link.centre


def _numbered(seat: Seat, *numbers: int) -> list[Numbered]:
    """Foreign events at these positions."""
    return [Numbered(n, replace(received(uuid4(), f"{n:011}"), seq=n)) for n in numbers]


def test_an_answer_twice_and_for_a_stranger_is_harmless(seat: Seat) -> None:
    request_id = seat.log("26001000019", agency=None)
    first, second = seat.sync.pending()
    answer = [Accepted(first.id, 1, first.hlc), Accepted(second.id, 2, second.hlc)]
    assert seat.sync.accept(()) == frozenset()
    assert seat.sync.accept(answer[:1]) == {request_id}
    assert [each.id for each in seat.sync.pending()] == [second.id]
    assert seat.sync.accept(answer) == {request_id}
    assert seat.sync.accept(answer) == frozenset()
    assert seat.sync.accept([Accepted(uuid4(), 9, 1)]) == frozenset()
    assert seat.sync.pending_count() == 0
    assert seat.sync.held() == StoredPosition(2, second.id)
    assert seat.sync.held(1) == StoredPosition(1, first.id)
    assert seat.sync.held(0) is None


def test_another_event_with_one_of_our_numbers_stops_it(seat: Seat) -> None:
    seat.log("26001000019", agency=None)
    first, second = seat.sync.pending()
    seat.sync.accept([Accepted(first.id, 1, first.hlc)])
    with pytest.raises(SequenceGapError, match="other_history"):
        seat.sync.accept([Accepted(second.id, 1, second.hlc)])
    with pytest.raises(SequenceGapError, match="other_history"):
        seat.sync.pull_in(_numbered(seat, 1), "1")
    assert seat.sync.cursor() == Cursor(0, None, "")
    assert seat.sync.pending_count() == 1


@pytest.mark.parametrize("positions", [(2,), (1, 3), (1, 2, 2), (0, 1)])
def test_a_piece_with_a_hole_is_refused_whole(seat: Seat, positions: tuple[int, ...]) -> None:
    with pytest.raises(SequenceGapError, match="hole"):
        seat.sync.pull_in(_numbered(seat, *positions), "1")
    assert seat.requests() == []
    items = _numbered(seat, 1, 2)
    assert len(seat.sync.pull_in(items, "1")) == 2
    with pytest.raises(SequenceGapError, match="hole"):
        seat.sync.pull_in(items, "1")
    assert seat.sync.cursor() == Cursor(2, items[-1].event.id, "1")
    assert seat.sync.pull_in((), "1") == frozenset()


def test_our_own_event_may_come_by_pull_before_its_answer(seat: Seat) -> None:
    request_id = seat.log("26001000019", agency=None)
    mine = seat.sync.pending()
    items = [Numbered(n, replace(each, seq=n)) for n, each in enumerate(mine, 1)]
    assert seat.sync.pull_in(items, "1") == {request_id}
    assert seat.sync.pending_count() == 0
    assert seat.sync.accept([Accepted(e.event.id, e.position, e.event.hlc) for e in items]) == (
        frozenset()
    )
    assert seat.store.verify(every=True) == ""


def test_a_clamped_clock_changes_who_wins(seat: Seat) -> None:
    """Ours was last because of a clock far ahead; the centre moves it back in time."""
    request_id = seat.log("26001000019", agency=None)
    seat.connect()
    seat.push()
    seen: dict[str, object] = {"description": "Nắp hố ga bị sụt, rất nguy hiểm"}
    seat.skew_ms = 5 * 60_000
    seat.add(request_id, FieldsChanged(set={"description": "của ta"}, old=seen))
    (mine,) = seat.sync.pending()
    other = replace(
        stored(request_id, FieldsChanged(set={"description": "của người"}, old=seen)),
        seq=3, hlc=mine.hlc - (60_000 << 16),
    )  # fmt: skip
    seat.pull()
    seat.sync.pull_in([Numbered(3, other)], "1")
    assert _description(seat, request_id) == "của ta"
    seat.sync.accept([Accepted(mine.id, 4, mine.hlc - (240_000 << 16))])
    assert _description(seat, request_id) == "của người"
    assert seat.store.verify(every=True) == ""


def _description(seat: Seat, request_id: object) -> str:
    detail = seat.store.ask_now(lambda q: q.detail(request_id))  # type: ignore[arg-type]
    assert detail is not None
    return detail.request.description


def test_a_buried_event_is_out_of_the_way_and_may_come_back(seat: Seat) -> None:
    seat.log("26001000019", agency=None)
    first, second = seat.sync.pending()
    seat.sync.bury(first.id, "22P05")
    seat.sync.bury(first.id, "22P05")
    seat.sync.bury(uuid4(), "22P05")
    assert [each.id for each in seat.sync.pending()] == [second.id]
    assert seat.store.verify(every=True) == ""
    seat.sync.accept([Accepted(first.id, 1, first.hlc)])
    rows = seat.store.run_on_reader(lambda c: c.execute(dead_letter.select()).all())
    assert rows == []


def test_what_is_put_back_goes_to_the_end_and_remembers_since_when(seat: Seat) -> None:
    seat.log("26001000019")
    first, second, third = seat.sync.pending()
    seat.sync.put_back([first.id])
    seat.sync.put_back([uuid4()])
    since = _since(seat)
    seat.sync.put_back([first.id, second.id])
    assert [each.id for each in seat.sync.pending()] == [third.id, second.id, first.id]
    assert _since(seat) == since


def _since(seat: Seat) -> object:
    rows = seat.store.run_on_reader(
        lambda c: c.execute(outbox.select().where(outbox.c.put_back_at.is_not(None))).all()
    )
    return min(row.put_back_at for row in rows)


def test_a_refused_event_is_found_by_halves(seat: Seat) -> None:
    requests = [seat.log(f"2600100{n:04}", agency=None) for n in range(20)]
    bad = [seat.sync.pending()[n].id for n in (7, 8, 31)]
    _model(seat).unstorable = set(bad)
    seat.connect()
    done = push_all(seat.link, seat.sync)
    assert (done.taken, done.buried, done.left) == (37, 3, 0)
    assert done.requests == set(requests)
    assert seat.sync.pending_count() == 0
    assert [each.id for each in _model(seat).events] == [e for e in seat.saved if e not in bad]


def test_a_rewind_puts_events_before_what_waits_whatever_the_numbers(seat: Seat) -> None:
    seat.connect()
    for n in range(3):
        seat.log(f"2600100{n:04}", agency=None)
        seat.push()
    order = list(seat.saved)
    seat.log("26001009999", agency=None)
    # Repeatedly: the smallest number of the outbox goes below zero.
    for _ in range(4):
        held = seat.sync.held()
        assert held is not None
        common = seat.sync.held(held.seq - 2)
        place = Cursor(common.seq, common.event_id, "2") if common else Cursor(0, None, "2")
        seat.sync.rewind(place)
        assert seat.store.verify(every=True) == ""
        if common is None:
            break
    assert [each.id for each in seat.sync.pending()] == [*order, *seat.saved[len(order) :]]


def _one_round(seat: Seat) -> Report:
    greeting = greet(lambda: seat.link.hello(seat.identity), CorrectedClock(lambda: NOW))
    return sync_once(seat.link, seat.sync, seat.identity, greeting)


def test_once_pushes_and_pulls_and_says_so(tmp_path: Path, seat: Seat) -> None:
    other = open_seat(tmp_path, "ban-2", ModelLink(_model(seat)), code=2)
    try:
        other.log("26002000014")
        _one_round(other)
        seat.log("26001000019", agency=None)
        before = standing(seat.sync)
        assert (before.pushed, before.pulled, before.pending, before.last_seq) == (0, 0, 2, 0)
        report = _one_round(seat)
        assert (report.pushed, report.pulled, report.pending, report.last_seq) == (2, 5, 0, 5)
        _model(seat).min_version = 2
        seat.log("26001000024", agency=None)
        assert _one_round(seat).pending == 2
    finally:
        other.store.close()


def test_what_the_centre_said_is_kept(seat: Seat) -> None:
    hello = seat.link.hello(seat.identity)
    seat.sync.remember(replace(hello, code_taken=True, agency="q12"), -1500)
    rows = seat.store.run_on_reader(lambda c: c.execute(meta.select()).all())
    kept = {row.key: row.value for row in rows}
    assert kept["central_code_taken"] == "001"
    assert kept["central_agency"] == "q12"
    assert kept["central_clock_offset_ms"] == "-1500"
    seat.sync.remember(hello, 0)
    rows = seat.store.run_on_reader(lambda c: c.execute(meta.select()).all())
    assert {row.key: row.value for row in rows}["central_code_taken"] == ""


def test_files_of_a_rewound_centre_wait_again(seat: Seat) -> None:
    request_id = seat.log("26001000019")
    seat.add(request_id, MediaAttached(media=("a" * 64,)))
    shelf = SeatFiles(seat.store, seat.store.path.parent)
    assert shelf.waiting() == ("a" * 64,)
    shelf.sent("a" * 64)
    assert shelf.waiting() == ()
    seat.sync.rewind(Cursor(0, None, "2"))
    assert shelf.waiting() == ("a" * 64,)
    shelf.refused("a" * 64, "blob_refused")
    rows = seat.store.run_on_reader(lambda c: c.execute(attachment.select()).all())
    assert [(row.state, row.why) for row in rows] == [("refused", "blob_refused")]
    assert shelf.begun("b" * 64) == 0
    for name, said in (("../../etc/passwd", "passwd"), ("A" * 64, "AAA"), ("", "^$")):
        with pytest.raises(ValueError, match=said):
            shelf.add_piece(name, 0, b"x")
    with pytest.raises(ValueError, match="100"):
        shelf.add_piece("b" * 64, 100, b"x")
