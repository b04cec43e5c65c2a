"""The centre dies again and again while people save: everything saved is there, once and in order.

    python -m tests.soak.sync.server_faults crashes [N] [--control]
        kill -9 of the postmaster
    python -m tests.soak.sync.server_faults failovers [N] [--behind] [--control]
        a standby takes over

`--behind` takes a standby that lacks the newest events. `--control` plants the fault that the run
must find: crashes get events with a new id each time they are sent, failovers a standby that is
behind and consoles that do not compare histories. It ends with 1 when nothing was found.
"""

import argparse
import contextlib
import logging
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import override
from unittest.mock import patch

import psycopg

from console.domain.ids import uuid7
from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import Accepted
from console.store.central.administration import setup
from console.store.central.connection import address as connection_address
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre, Cluster
from tests.integration.sync.consoles import Console, console, until
from tests.integration.sync.outages.standby import Pair
from tests.soak.time_budget import Slice, add_minutes

SEATS = 3
AT_WORK_S = 0.4
"""A crash comes within this time after every seat is connected again."""


class Forgetful(PostgresCentral):
    """The control: an event gets another id each time it is sent."""

    @override
    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        fresh = [replace(each, id=uuid7()) for each in events]
        answer = super().push(fresh)
        old = {new.id: each.id for new, each in zip(fresh, events, strict=True)}
        return tuple(replace(each, event_id=old[each.event_id]) for each in answer)


class People:
    """People at every seat who save until told to stop; every text is unique."""

    def __init__(self, seats: Sequence[Console]) -> None:
        """Nobody saves yet."""
        self.saved: dict[str, list[str]] = {seat.name: [] for seat in seats}
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(seat,)) for seat in seats]
        for each in self._threads:
            each.start()

    def _work(self, seat: Console) -> None:
        request_id = seat.log()
        while not self._stop.wait(0.03):
            if len(self.saved[seat.name]) % 20 == 0:
                request_id = seat.log()
            text = f"{seat.name} {len(self.saved[seat.name])}"
            seat.note(request_id, text)
            self.saved[seat.name].append(text)

    def stop(self) -> None:
        """Stop saving."""
        self._stop.set()
        for each in self._threads:
            each.join()


def judge(people: People, texts: Sequence[str]) -> Iterator[str]:
    """What is wrong with the texts at the centre and their order."""
    counted = Counter(texts)
    for name, saved in people.saved.items():
        if lost := [text for text in saved if text not in counted]:
            yield f"{name}: {len(lost)} saves lost"
        if doubled := sum(counted[text] - 1 for text in saved if counted[text] > 1):
            yield f"{name}: {doubled} doubled"
        mine = [text for text in texts if text.rpartition(" ")[0] == name]
        if not doubled and mine != saved[: len(mine)]:
            yield f"{name}: out of order"


@contextmanager
def seats_at(folder: Path, make: Callable[[int], PostgresCentral]) -> Iterator[list[Console]]:
    """Seats that follow this centre."""
    with ExitStack() as stack:
        seats = [
            stack.enter_context(console(folder, make(n), f"ban-{n}", code=n)) for n in range(SEATS)
        ]
        until(lambda: all(seat.in_sync() for seat in seats), 60)
        yield seats


def texts_at(url: str) -> list[str]:
    """What people wrote, in the centre's order."""
    with psycopg.connect(url) as link:
        rows = link.execute(
            "select body ->> 'text' from hotline.event where kind = 'note_added' order by seq"
        ).fetchall()
    return [str(row[0]) for row in rows]


def settle(seats: Sequence[Console], *, control: bool) -> list[str]:
    """Wait until everything is sent and all seats agree; return what is wrong with the stores."""
    within_s = 20 if control else 120
    try:
        until(lambda: all(seat.sync.pending_count() == 0 for seat in seats), within_s)
        until(lambda: len({tuple(seat.events()) for seat in seats}) == 1, within_s)
    except AssertionError:
        waiting = {seat.name: seat.sync.pending_count() for seat in seats}
        known = {seat.name: len(seat.events()) for seat in seats}
        return [f"no agreement: unsent {waiting}, events {known}"]
    return [wrong for seat in seats if (wrong := seat.store.verify(every=True))]


@contextmanager
def working(seats: Sequence[Console]) -> Iterator[People]:
    """People save at every seat until the block ends."""
    people = People(seats)
    try:
        yield people
    finally:
        people.stop()


def more(people: People, count: int) -> None:
    """Wait until everybody has saved so many more."""
    have = {name: len(saved) for name, saved in people.saved.items()}
    until(lambda: all(len(people.saved[name]) >= n + count for name, n in have.items()), 60)


@contextmanager
def a_centre(
    settings: dict[str, str] | None = None, *, under: Path | None = None
) -> Iterator[Centre]:
    """A server of its own with the schema in it, on the disk of the folder `under`."""
    cluster = Cluster(settings=settings, under=under)
    try:
        with cluster.admin() as link:
            link.execute("create database hotline")
        setup.init(connection_address.checked(cluster.url("hotline")))
        yield Centre(cluster, "hotline")
    finally:
        cluster.close()


def crashes(
    folder: Path, count: int, piece: Slice, *, control: bool, seed: int
) -> tuple[int, list[str]]:
    """Kill the postmaster so often; return how often it was, and what is wrong."""
    dice, done = random.Random(seed), 0
    with a_centre() as centre:

        def make(n: int) -> PostgresCentral:
            address = connection_address.checked(centre.url(centre.user(f"op{n}")))
            return Forgetful(address) if control else PostgresCentral(address)

        with seats_at(folder, make) as seats:
            with working(seats) as people:
                while done < count and not piece.over:
                    until(lambda: all(seat.state == "up" for seat in seats), 60)
                    threading.Event().wait(dice.uniform(0, AT_WORK_S))
                    centre.cluster.kill()
                    until(lambda: started(centre.cluster), 60)
                    done += 1
            wrong = settle(seats, control=control)
            return done, [*wrong, *judge(people, texts_at(centre.url()))]


def started(cluster: Cluster) -> bool:
    """Start it if it is not running; return whether it answers."""
    with contextlib.suppress(psycopg.OperationalError):
        cluster.admin().close()
        return True
    try:
        cluster.start()
    except AssertionError:
        return False
    return True


def failovers(
    folder: Path, count: int, piece: Slice, *, behind: bool, control: bool
) -> tuple[int, list[str]]:
    """Let a standby take over so often, each time with another pair."""
    done = 0
    wrong: list[str] = []
    while done < count and not piece.over and not (control and wrong):
        pair = Pair()
        try:
            found = _fail_over(folder / str(done), pair, behind=behind, control=control)
            wrong += [f"{done}: {each}" for each in found]
        finally:
            pair.close()
        done += 1
    return done, wrong


def _fail_over(folder: Path, pair: Pair, *, behind: bool, control: bool) -> list[str]:
    pair.synchronous(not behind)
    with seats_at(folder, lambda n: PostgresCentral(pair.dsn(f"op{n}"))) as seats:
        with working(seats) as people:
            more(people, 20)
            if behind:
                pair.standby.stop()
                more(people, 20)
                pair.primary.kill()
                pair.standby.start()
                pair.standby.promote()
            else:
                pair.fail_over()
            more(people, 5)
        wrong = settle(seats, control=control)
        return [*wrong, *judge(people, texts_at(pair.standby.url("hotline")))]


def main() -> int:
    """Run what the command line says; 0 when all is well (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("crashes", "failovers"))
    parser.add_argument("count", type=int, nargs="?", default=20)
    parser.add_argument("--behind", action="store_true")
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1022)
    add_minutes(parser)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    piece, control = Slice(chosen.minutes), chosen.control
    with tempfile.TemporaryDirectory(prefix="sync-faults-") as name:
        if chosen.what == "crashes":
            done, wrong = crashes(
                Path(name), chosen.count, piece, control=control, seed=chosen.seed
            )
        else:
            blind = patch("console.sync.link.rejoin", lambda *_: 0) if control else nullcontext()
            with blind:
                done, wrong = failovers(
                    Path(name),
                    chosen.count,
                    piece,
                    behind=chosen.behind or control,
                    control=control,
                )
    print(f"{piece.words(done, chosen.count, chosen.what)}, {len(wrong)} faults")
    for each in wrong[:10]:
        print("  " + each)
    return 0 if bool(wrong) == control else 1


if __name__ == "__main__":
    sys.exit(main())
