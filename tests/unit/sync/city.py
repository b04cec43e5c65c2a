"""A random day of three switchboard consoles and two agencies' consoles, with wrong clocks, lost
answers and a centre that goes back in time; and what must be true in the evening.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from console.domain.errors import UnavailableError
from console.domain.privacy.agency_view import OTHER
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import fold
from console.domain.requests.request import Request
from console.services.ports.central.sync import Central
from console.store.tables.definitions import event
from tests.integration.store.build import NOW
from tests.unit.sync.model_centre import ModelCentre, ModelLink
from tests.unit.sync.seats import Seat, open_seat

MINUTE_MS = 60_000
SKEWS = (-2 * MINUTE_MS, 0, 5 * MINUTE_MS)


class CityCentre(Protocol):
    """The centre of a city: the model, or PostgreSQL."""

    start: datetime
    longest_ms: int

    def link(self, n: int, agency: str | None, lose: Callable[[], bool]) -> Central:
        """A connection for the n-th seat; `lose` says whether a push's answer is lost."""

    def now(self, ms: int) -> None:
        """This much of the day has passed."""

    def go_back(self, by: int, incarnation: str) -> None:
        """Lose the newest events."""


class ModelDay:
    """The day of the model, with a clock of its own."""

    start = NOW
    longest_ms = 20_000

    def __init__(self) -> None:
        self.centre = ModelCentre()

    def link(self, n: int, agency: str | None, lose: Callable[[], bool]) -> Central:
        del n
        return ModelLink(self.centre, agency, lose_answer=lose)

    def now(self, ms: int) -> None:
        self.centre.clock_ms = int(NOW.timestamp() * 1000) + ms

    def go_back(self, by: int, incarnation: str) -> None:
        self.centre.go_back(by, incarnation)


class City:
    """The seats and their centre."""

    def __init__(
        self, folder: Path, seed: int, centre: CityCentre, *, rewinds: bool = True
    ) -> None:
        """Three switchboard consoles, two agencies'."""
        self.dice = random.Random(seed)
        self.centre = centre
        self.rewinds = rewinds
        self.quiet = False
        self.now_ms = 0
        self.went_back = 0
        self.seats: list[Seat] = []
        self._numbers = iter(range(1, 10_000))
        for n, agency in enumerate((None, None, None, "q12", "sawaco")):
            link = centre.link(n, agency, lambda: not self.quiet and self.dice.random() < 0.1)
            self.seats.append(
                open_seat(
                    folder, f"ban-{n}", link, agency=agency, skew_ms=SKEWS[n % 3], code=n,
                    start=centre.start,
                )
            )  # fmt: skip

    def close(self) -> None:
        for seat in self.seats:
            seat.cut()
            seat.store.close()

    # --- the day

    def live(self, steps: int) -> None:
        """Random work and random links."""
        for _ in range(steps):
            self.now_ms += self.dice.randint(1, self.centre.longest_ms)
            self.centre.now(self.now_ms)
            seat = self.dice.choice(self.seats)
            act = self.dice.choices(
                (self._work, self._sync, self._cut, self._go_back), (50, 40, 5, 5)
            )[0]
            act(seat)

    def _work(self, seat: Seat) -> None:
        known = seat.requests()
        # Few requests with many changes, so that consoles collide.
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
        elif seat.agency is not None and kind in ("change", "forward"):
            return  # not an officer's to do
        elif kind == "change":
            seat.change(which, f"bản {self.dice.random()}", self.now_ms)
        else:
            seat.step(which, kind, self.now_ms)

    def _sync(self, seat: Seat) -> None:
        try:
            if not seat.connected:
                seat.connect()
            # A console may pull before it pushes, push only, or both.
            for each in self.dice.sample((seat.push, seat.pull), self.dice.randint(1, 2)):
                each()
        except UnavailableError:
            seat.cut()

    def _cut(self, seat: Seat) -> None:
        seat.cut()

    def _go_back(self, seat: Seat) -> None:
        if self.rewinds:
            self.went_back += 1
            self.centre.go_back(self.dice.randint(1, 7), f"inc-{self.went_back}")
            for each in self.seats:
                each.cut()

    # --- the evening

    def settle(self) -> None:
        """All links are up again; everybody sends and fetches until nothing changes."""
        self.quiet = True
        for seat in self.seats:
            seat.cut()
        for _ in range(4):
            for seat in self.seats:
                seat.connect()
                seat.push()
                seat.pull()

    def faults(self) -> Iterator[str]:
        """What is wrong; empty when all is well."""
        truth = _all(self.seats[0])
        if [each.seq for each in truth] != list(range(1, len(truth) + 1)):
            yield "the centre's numbers have a hole"
        if len({each.id for each in truth}) != len(truth):
            yield "the centre has an event twice"
        stored = {each.id for each in truth}
        for seat in self.seats:
            missing = [each for each in seat.saved if each not in stored]
            if missing:
                yield f"{seat.name}: {len(missing)} saves lost"
            if seat.sync.pending_count():
                yield f"{seat.name}: {seat.sync.pending_count()} still unsent"
            if wrong := seat.store.verify(every=True):
                yield f"{seat.name}: {wrong}"
            yield from self._compare(seat)
        yield from self._orders(truth)

    def _compare(self, seat: Seat) -> Iterator[str]:
        mine = _all(seat)
        rows = seat.store.run_on_reader(
            lambda c: c.execute(event.select().order_by(event.c.seq)).all()
        )
        here = {row.id: (row.seq, row.hlc) for row in rows}
        there = {each.id: (each.seq, each.hlc) for each in mine}
        if here != there:
            yield f"{seat.name}: {len(here)} events here, {len(there)} there, or other numbers"
        if seat.agency and any(row.kind == "reporter_recorded" for row in rows):
            yield f"{seat.name}: an agency sees a reporter"
        whole = self.seats[0].picture()
        by_request: dict[UUID, list[StoredEvent]] = {}
        for each in sorted(mine, key=lambda one: one.seq or 0):
            by_request.setdefault(each.request_id, []).append(each)
        for request_id, believed in seat.picture().items():
            truth = fold(by_request.get(request_id, []))
            if truth is None or _without_reporters(truth) != believed:
                yield f"{seat.name}: believes another thing of {request_id}"
            if seat.agency is not None:
                yield from _own_part(seat, seat.agency, believed, whole[request_id])

    def _orders(self, truth: Sequence[StoredEvent]) -> Iterator[str]:
        """A console's own steps on a request stay in the order in which it took them."""
        place = {each.id: n for n, each in enumerate(truth)}
        request_of = {each.id: each.request_id for each in truth}
        for seat in self.seats:
            if seat.agency is not None:
                continue
            last: dict[UUID, int] = {}
            for each in (one for one in seat.saved if one in place):
                if place[each] < last.get(request_of[each], -1):
                    yield f"{seat.name}: out of order"
                last[request_of[each]] = place[each]


def _all(seat: Seat) -> list[StoredEvent]:
    """Everything that this seat's login gets from the centre."""
    found: list[StoredEvent] = []
    while items := seat.link.pull(len(found)):
        found += [item.event for item in items]
    return found


def _own_part(seat: Seat, agency: str, believed: Request, truth: Request) -> Iterator[str]:
    """An agency knows the state of a request and its own part as the switchboard does; of another
    agency's part it knows neither who has it nor a word.
    """
    if believed.state is not truth.state or believed.due_at != truth.due_at:
        yield f"{seat.name}: {believed.state} of a request that is {truth.state}"
    if believed.assignment(agency) != truth.assignment(agency):
        yield f"{seat.name}: its own part of {believed.id} is another one"
    others = [each for each in believed.assignments if each.agency != agency]
    if len(others) != len(truth.assignments) - 1:
        yield f"{seat.name}: {len(others)} other agencies have {believed.id}"
    for each in others:
        if not each.agency.startswith(OTHER) or each.reason or each.result_text:
            yield f"{seat.name}: knows of {each.agency} on {believed.id}"


def _without_reporters(request: Request) -> Request:
    return replace(request, reporters=())


@contextmanager
def city(
    folder: Path, seed: int, centre: CityCentre | None = None, *, rewinds: bool = True
) -> Iterator[City]:
    """A city, by default around the model; its stores are closed at the end."""
    made = City(folder, seed, centre or ModelDay(), rewinds=rewinds)
    try:
        yield made
    finally:
        made.close()


def day(
    folder: Path,
    seed: int,
    centre: CityCentre | None = None,
    *,
    steps: int = 60,
    rewinds: bool = True,
) -> Sequence[str]:
    """One random day; returns what was wrong in the evening."""
    with city(folder, seed, centre, rewinds=rewinds) as made:
        made.live(steps)
        made.settle()
        return list(made.faults())
