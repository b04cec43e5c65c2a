"""The link alone: what it reports, which faults it survives, how it ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.domain.errors import UnavailableError
from console.domain.live_events import LinkChanged
from console.services.ports.central.sync import Numbered, SequenceGapError
from console.services.wording import sentences as wording
from console.sync.clock import CorrectedClock
from console.sync.link import CentralLink
from console.sync.times import LinkTimes
from tests.integration.sync.consoles import until
from tests.unit.sync.model_centre import ModelCentre, ModelLink
from tests.unit.sync.seats import Seat, open_seat

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
QUICK = LinkTimes(poll=0.02, first=0.01, longest=0.05, told=0.05, slow=0.2, hang=0.4, left=0.2)


class Followed:
    """A seat whose link runs on its threads against the model."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.heard: list[LinkChanged] = []
        self.clock = CorrectedClock(lambda: NOW)
        self.link = CentralLink(
            seat.link, seat.sync, seat.identity, self._hear, self.clock, times=QUICK
        )
        seat.store.unsent_added = self.link.wake

    def _hear(self, event: object) -> None:
        if isinstance(event, LinkChanged):
            self.heard.append(event)

    @property
    def last(self) -> LinkChanged | None:
        return self.heard[-1] if self.heard else None

    def says(self, state: str, detail: str = "") -> bool:
        return self.last is not None and (self.last.state, self.last.detail) == (state, detail)


@pytest.fixture
def model() -> ModelLink:
    return ModelLink(ModelCentre())


@pytest.fixture
def followed(tmp_path: Path, model: ModelLink) -> Iterator[Followed]:
    seat = open_seat(tmp_path, "ban-1", model)
    made = Followed(seat)
    made.link.start()
    yield made
    assert made.link.stop()
    seat.store.close()


def test_it_says_what_it_does(followed: Followed, model: ModelLink) -> None:
    until(lambda: followed.says("up"))
    followed.seat.log("26001000019")
    until(lambda: len(model.centre.events) == 3)
    model.away = True
    until(lambda: followed.says("down", "central_away"))
    followed.seat.log("26001000027")
    until(lambda: followed.last is not None and followed.last.params["pending"] == 3)
    model.away = False
    until(lambda: len(model.centre.events) == 6)
    until(lambda: followed.says("up"))
    assert followed.last is not None
    assert followed.last.params["pending"] == 0
    assert followed.link.counted.connects >= 2
    assert followed.link.counted.failures >= 1


def test_a_bug_is_counted_told_and_outlived(
    followed: Followed, model: ModelLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: followed.says("up"))

    def broken(*_args: object, **_more: object) -> tuple[Numbered, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(model, "pull", broken)
    until(lambda: followed.says("down", "central_failed"))
    assert followed.last is not None
    assert followed.last.params["error"] == "ZeroDivisionError"
    monkeypatch.undo()
    until(lambda: followed.says("up"))


def test_a_hole_stores_nothing_and_is_told(
    followed: Followed, model: ModelLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed.seat.log("26001000019")
    until(lambda: followed.seat.sync.cursor().position == 3)
    real = model.pull

    def holed(after: int, limit: int = 200) -> tuple[Numbered, ...]:
        return tuple(replace(each, position=each.position + 2) for each in real(after - 1, limit))

    monkeypatch.setattr(model, "pull", holed)
    until(lambda: followed.says("down", "central_hole"))
    assert followed.seat.sync.cursor().position == 3
    monkeypatch.undo()
    until(lambda: followed.says("up"))


def test_a_store_that_fails_is_outlived(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: followed.says("up"))

    def full(*_args: object) -> frozenset[object]:
        raise UnavailableError("disk_full")

    monkeypatch.setattr(followed.seat.sync, "accept", full)
    followed.seat.log("26001000019")
    until(lambda: followed.says("down", "disk_full"))
    monkeypatch.undo()
    until(lambda: followed.seat.sync.pending_count() == 0)


def test_what_the_centre_does_not_take_is_tried_again_now_and_then(
    tmp_path: Path, model: ModelLink
) -> None:
    model.agency = "q12"
    seat = open_seat(tmp_path, "ban-1", model, agency="q12")
    made = Followed(seat)
    seat.log("26001000019", agency=None)  # never given to this agency
    made.link.start()
    try:
        until(lambda: model.centre.pushes >= 2)
        assert seat.sync.pending_count() == 2
        until(lambda: made.says("up"))
        assert made.last is not None
        assert made.last.params["pending"] == 2
    finally:
        assert made.link.stop()
        seat.store.close()


def test_a_wrong_clock_is_corrected_a_small_difference_is_not() -> None:
    clock = CorrectedClock(lambda: NOW)
    assert not clock.centre_is_ahead(timedelta(seconds=1.9))
    assert clock() == NOW
    assert clock.centre_is_ahead(timedelta(minutes=-5))
    assert clock() == NOW - timedelta(minutes=5)
    assert clock.machine() == NOW


def test_waits_between_tries_grow_and_differ(followed: Followed) -> None:
    link = CentralLink(
        followed.seat.link, followed.seat.sync, followed.seat.identity, print, followed.clock
    )
    for attempt in range(12):
        waits = {link._pause(attempt) for _ in range(50)}
        assert min(waits) >= 1.0
        assert max(waits) <= min(30.0, 2.0 ** (attempt + 1))
        assert len(waits) > 20


@pytest.mark.parametrize(
    "code",
    [
        "central_slow", "central_failed", "central_hole", "console_too_old",
        "console_code_taken", "clock_off", "central_away", "central_denied",
    ],
)  # fmt: skip
def test_every_code_that_it_tells_has_a_sentence(code: str) -> None:
    assert code in wording.SENTENCES


@pytest.mark.parametrize(
    ("state", "pending", "word"),
    [
        ("up", 0, "đã đồng bộ"),
        ("warn", 0, "đã đồng bộ"),
        ("up", 7, "chưa đồng bộ: 7"),
        ("warn", 7, "chưa đồng bộ: 7"),
        ("down", 7, "mất kết nối"),
    ],
)
def test_the_words_of_the_status_line(state: str, pending: int, word: str) -> None:
    assert wording.link_text(LinkChanged("central", state, "", {"pending": pending})) == word


def test_errors_of_the_room_say_their_numbers() -> None:
    assert "12" in wording.say(SequenceGapError("hole", expected=12, got=14))
