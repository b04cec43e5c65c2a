"""A random day of three switchboard consoles and two agencies' with clocks that are wrong, answers
that are lost and a centre that goes back in time; and what must be true in the evening (DATA.md 5).
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from console.domain.errors import UnavailableError
from console.domain.events import StoredEvent
from console.domain.fold import fold
from console.domain.request import Request
from console.store.tables import event
from tests.unit.sync.model_centre import ModelCentre, ModelLink
from tests.unit.sync.seats import Seat, open_seat

MINUTE_MS = 60_000
SKEWS = (-2 * MINUTE_MS, 0, 5 * MINUTE_MS)
DAY_MS = 1_795_485_600_000
"""2026-11-24 in the city; the model's clock starts here."""


class City:
    """The seats and their centre."""

    def __init__(self, folder: Path, seed: int, *, rewinds: bool = True) -> None:
        """Three switchboard consoles, two agencies'."""
        self.dice = random.Random(seed)
        self.centre = ModelCentre()
        self.rewinds = rewinds
        self.now_ms = 0
        self.went_back = 0
        self.lost_answers = 0
        self.seats: list[Seat] = []
        self._numbers = iter(range(1, 10_000))
        for n, agency in enumerate((None, None, None, "q12", "sawaco")):
            link = ModelLink(self.centre, agency)
            link.lose_answer = lambda: self.dice.random() < 0.1
            self.seats.append(
                open_seat(folder, f"ban-{n}", link, agency=agency, skew_ms=SKEWS[n % 3], code=n)
            )

    def close(self) -> None:
        for seat in self.seats:
            seat.store.close()

    # --- the day

    def live(self, steps: int) -> None:
        """Random work and random links."""
        for _ in range(steps):
            self.now_ms += self.dice.randint(1, 20_000)
            self.centre.clock_ms = DAY_MS + self.now_ms
            seat = self.dice.choice(self.seats)
            act = self.dice.choices(
                (self._work, self._sync, self._cut, self._go_back), (50, 40, 5, 5)
            )[0]
            act(seat)

    def _work(self, seat: Seat) -> None:
        known = seat.requests()
        # Few requests, much changed: people meet on them.
        kinds = ("log", "note", "change", "accept", "start", "forward")
        (kind,) = self.dice.choices(kinds, (1, 1, 6, 1, 1, 1))
        if kind == "log" or not known:
            if seat.agency is None:
                agency = self.dice.choice((None, "q12", "sawaco"))
                seat.log(f"26{next(self._numbers):09}", self.now_ms, agency)
            return
        which = self.dice.choice(known)
        if kind in ("log", "note"):
            seat.note(which, f"ghi {self.dice.random()}", self.now_ms)
        elif kind == "change":
            seat.change(which, f"bản {self.dice.random()}", self.now_ms)
        elif kind != "forward" or seat.agency is None:
            seat.step(which, kind, self.now_ms)

    def _sync(self, seat: Seat) -> None:
        link = seat.link
        assert isinstance(link, ModelLink)
        try:
            if not link.connected:
                seat.connect()
            # A console may pull before it pushes, push only, or both.
            for each in self.dice.sample((seat.push, seat.pull), self.dice.randint(1, 2)):
                each()
        except UnavailableError:
            self.lost_answers += 1

    def _cut(self, seat: Seat) -> None:
        seat.link.close()

    def _go_back(self, seat: Seat) -> None:
        if self.rewinds and self.centre.events:
            self.went_back += 1
            self.centre.go_back(self.dice.randint(1, 7), f"inc-{self.went_back}")
            for each in self.seats:
                each.link.close()

    # --- the evening

    def settle(self) -> None:
        """All links are up again; everybody sends and fetches until nothing moves."""
        for seat in self.seats:
            link = seat.link
            assert isinstance(link, ModelLink)
            link.lose_answer = None
            seat.link.close()
        for _ in range(4):
            for seat in self.seats:
                seat.connect()
                seat.push()
                seat.pull()

    def faults(self) -> Iterator[str]:
        """What is not as it must be; nothing when all is well."""
        for seat in self.seats:
            missing = [each for each in seat.saved if each not in self.centre.by_id]
            if missing:
                yield f"{seat.name}: {len(missing)} saves lost"
            if seat.sync.pending_count():
                yield f"{seat.name}: {seat.sync.pending_count()} still unsent"
            if wrong := seat.store.verify(every=True):
                yield f"{seat.name}: {wrong}"
            yield from self._compare(seat)
        if len({each.seq for each in self.centre.events}) != len(self.centre.events):
            yield "the centre numbered twice"
        yield from self._orders()

    def _compare(self, seat: Seat) -> Iterator[str]:
        link = seat.link
        assert isinstance(link, ModelLink)
        ids = link._positions()
        rows = seat.store.run_on_reader(
            lambda c: c.execute(event.select().order_by(event.c.seq)).all()
        )
        here = {row.id: (row.seq, row.hlc) for row in rows}
        there = {each: (self.centre.by_id[each].seq, self.centre.by_id[each].hlc) for each in ids}
        if here != there:
            yield f"{seat.name}: {len(here)} events here, {len(there)} there, or other numbers"
        if seat.agency and any(row.kind == "reporter_recorded" for row in rows):
            yield f"{seat.name}: an agency sees a reporter"
        by_request: dict[UUID, list[StoredEvent]] = {}
        for each in self.centre.events:
            if each.id in there:
                by_request.setdefault(each.request_id, []).append(each)
        for request_id, believed in seat.picture().items():
            truth = fold(by_request.get(request_id, []))
            if truth is None or _without_reporters(truth) != believed:
                yield f"{seat.name}: believes another thing of {request_id}"

    def _orders(self) -> Iterator[str]:
        """What a console did to a request stands in the order in which it did it."""
        place = {each.id: n for n, each in enumerate(self.centre.events)}
        for seat in self.seats:
            if seat.agency is not None:
                continue
            last: dict[UUID, int] = {}
            for each in seat.saved:
                if each not in place:
                    continue
                request_id = self.centre.by_id[each].request_id
                if place[each] < last.get(request_id, -1):
                    yield f"{seat.name}: out of order"
                last[request_id] = place[each]


def _without_reporters(request: Request) -> Request:
    return replace(request, reporters=())


@contextmanager
def city(folder: Path, seed: int, *, rewinds: bool = True) -> Iterator[City]:
    """A city, its stores closed at the end."""
    made = City(folder, seed, rewinds=rewinds)
    try:
        yield made
    finally:
        made.close()


def day(folder: Path, seed: int, *, steps: int = 60, rewinds: bool = True) -> Sequence[str]:
    """One random day; what was wrong in the evening."""
    with city(folder, seed, rewinds=rewinds) as made:
        made.live(steps)
        made.settle()
        return list(made.faults())
