"""What a workstation keeps, and how a dropped request comes back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from console.domain.requests.events import (
    AssignmentAccepted,
    MediaAttached,
    RequestCancelled,
    RequestReopened,
)
from console.services.ports.central.sync import SequenceGapError
from console.services.views.requests import RequestFilter
from console.store.exchange.files import SeatFiles
from console.store.files.spool import Spool
from console.store.tables.definitions import event, pruned
from tests.integration.store.build import NOW
from tests.unit.sync.model_centre import ModelCentre, ModelLink
from tests.unit.sync.seats import Seat, open_seat

LATER = NOW + timedelta(days=91)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Seat, Seat]]:
    centre = ModelCentre()
    seats = [open_seat(tmp_path, f"ban-{n}", ModelLink(centre), code=n) for n in (1, 2)]
    for seat in seats:
        seat.connect()
    yield seats[0], seats[1]
    for seat in seats:
        seat.store.close()


def _count(seat: Seat) -> int:
    return len(seat.store.run_on_reader(lambda c: c.execute(event.select()).all()))


def _closed(seat: Seat, number: str) -> UUID:
    request_id = seat.log(number)
    seat.add(request_id, RequestCancelled(reason="trùng"))
    return request_id


def test_only_what_is_closed_long_ago_and_accepted_goes(pair: tuple[Seat, Seat]) -> None:
    here, _ = pair
    sent, opened, = _closed(here, "26001000019"), here.log("26001000027")  # fmt: skip
    here.push()
    unsent = _closed(here, "26001000035")
    assert not here.sync.prune(NOW + timedelta(days=89))
    assert here.requests() == sorted((sent, opened, unsent))
    here.sync.prune(LATER)
    assert here.requests() == sorted((opened, unsent))
    assert here.store.verify(every=True) == ""
    assert here.store.ask_now(lambda q: q.detail(sent)) is None
    assert here.store.is_only_at_centre("26 001 00001 9")
    assert not here.store.is_only_at_centre("26 001 00002 7")
    assert not here.store.is_only_at_centre("26 001 00001 8")
    assert here.store.ask_now(lambda q: q.requests(RequestFilter(query="hố ga"), NOW))
    here.push()
    here.sync.prune(LATER)
    assert here.requests() == [opened]
    assert here.store.rebuild()[0] == 1
    assert here.store.verify(every=True) == ""


def test_something_new_brings_the_whole_history_back(pair: tuple[Seat, Seat]) -> None:
    here, there = pair
    request_id = _closed(here, "26001000019")
    here.push()
    here.pull()
    there.pull()
    here.sync.prune(LATER)
    assert _count(here) == 0
    there.add(request_id, RequestReopened(reason="vẫn sụt"))
    there.push()
    here.pull()
    assert here.requests() == [request_id]
    assert here.picture() == there.picture()
    assert here.store.run_on_reader(lambda c: c.execute(pruned.select()).all()) == []
    assert here.store.verify(every=True) == ""


def test_photos_that_the_centre_has_go_with_their_request(
    pair: tuple[Seat, Seat], tmp_path: Path
) -> None:
    here, _ = pair
    spool = Spool(here.store.path.parent)
    shelf = SeatFiles(here.store, here.store.path.parent)
    kept: dict[str, str] = {}
    for n, (what, number) in enumerate(
        (("sent", "26001000019"), ("refused", "26001000027"), ("open", "26001000035"))
    ):
        sha = spool.put_bytes(b"\xff\xd8\xff" + bytes([n]) * 50, f"{what}.jpg").sha256
        request_id = here.log(number)
        here.add(request_id, MediaAttached(media=(sha,)))
        (shelf.refused(sha, "x") if what == "refused" else shelf.sent(sha))
        if what != "open":
            here.add(request_id, RequestCancelled(reason="trùng"))
        kept[what] = sha
    here.push()
    here.pull()
    here.sync.prune(LATER)
    assert {what for what, sha in kept.items() if spool.path(sha)} == {"refused", "open"}


def test_a_part_of_a_history_is_never_folded(pair: tuple[Seat, Seat]) -> None:
    here, there = pair
    request_id = _closed(here, "26001000019")
    here.push()
    here.pull()
    there.pull()
    here.sync.prune(LATER)
    there.add(request_id, AssignmentAccepted(agency="q12"))
    there.push()
    items = here.link.pull(here.sync.cursor().position)
    assert here.sync.incomplete(items) == {request_id}
    with pytest.raises(SequenceGapError, match="history_missing"):
        here.sync.pull_in(items, "1")
    assert _count(here) == 0


def test_a_centre_that_went_back_finds_a_seat_that_pruned(pair: tuple[Seat, Seat]) -> None:
    here, there = pair
    _closed(here, "26001000019")
    here.push()
    here.pull()
    there.pull()
    here.sync.prune(LATER)
    late = here.log("26001000027")
    here.push()
    here.pull()
    link = here.link
    assert isinstance(link, ModelLink)
    link.centre.go_back(2, "2")
    here.connect()
    here.push()
    here.pull()
    there.connect()
    there.pull()
    assert here.requests() == [late]
    assert len(there.requests()) == 2
    assert {each.id for each in link.centre.events} >= set(here.saved)
