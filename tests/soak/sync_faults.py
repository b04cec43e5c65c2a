"""The centre dies again and again while people save: all they saved is there, once, in order.

    python -m tests.soak.sync_faults crashes [N] [--control]     kill -9 of the postmaster
    python -m tests.soak.sync_faults failovers [N] [--behind]    a standby takes over

`--behind` takes a standby that lacks the newest events. `--control` gives every event a new id each
time it is sent, the fault that crashes must find: it ends with 1 when none did.
"""

import argparse
import logging
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import override

from console.domain.events import StoredEvent
from console.domain.ids import uuid7
from console.services.sync_ports import Accepted
from console.store.central import dsn, setup
from console.store.central.link import PostgresCentral
from tests.fakes.postgres import Centre, Cluster
from tests.integration.sync.consoles import Console, console, until
from tests.integration.sync.standby import Pair

SEATS = 3


class Forgetful(PostgresCentral):
    """The control: an event gets another id each time it is sent."""

    @override
    def push(self, events: Sequence[StoredEvent]) -> tuple[Accepted, ...]:
        fresh = [replace(each, id=uuid7()) for each in events]
        answer = super().push(fresh)
        old = {new.id: each.id for new, each in zip(fresh, events, strict=True)}
        return tuple(replace(each, event_id=old[each.event_id]) for each in answer)


class People:
    """Somebody at every seat who saves until told to stop; each text is there once in the world."""

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
        """The shift is over."""
        self._stop.set()
        for each in self._threads:
            each.join()


def judge(people: People, texts: Sequence[str]) -> Iterator[str]:
    """What is wrong with the texts at the centre, in their order."""
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
def _seats(folder: Path, make: Callable[[int], PostgresCentral]) -> Iterator[list[Console]]:
    with ExitStack() as stack:
        seats = [
            stack.enter_context(console(folder, make(n), f"ban-{n}", code=n)) for n in range(SEATS)
        ]
        until(lambda: all(seat.in_sync() for seat in seats), 60)
        yield seats


def _texts(url: str) -> list[str]:
    import psycopg

    with psycopg.connect(url) as link:
        rows = link.execute(
            "select body ->> 'text' from hotline.event where kind = 'note_added' order by seq"
        ).fetchall()
    return [str(row[0]) for row in rows]


def _settle(seats: Sequence[Console], *, control: bool) -> list[str]:
    until(lambda: all(seat.sync.pending_count() == 0 for seat in seats), 120)
    if control:
        return []
    until(lambda: len({tuple(seat.events()) for seat in seats}) == 1, 120)
    return [wrong for seat in seats if (wrong := seat.store.verify(every=True))]


def crashes(folder: Path, count: int, *, control: bool) -> list[str]:
    """Kill the postmaster so often."""
    cluster = Cluster()
    try:
        with cluster.admin() as link:
            link.execute("create database hotline")
        setup.init(dsn.checked(cluster.url("hotline")))
        centre = Centre(cluster, "hotline")

        def make(n: int) -> PostgresCentral:
            address = dsn.checked(centre.url(centre.user(f"op{n}")))
            return Forgetful(address) if control else PostgresCentral(address)

        with _seats(folder, make) as seats:
            people = People(seats)
            try:
                for _ in range(count):
                    until(lambda: all(seat.state == "up" for seat in seats), 60)
                    cluster.kill()
                    until(lambda: _started(cluster), 60)
            finally:
                people.stop()
            wrong = _settle(seats, control=control)
            return [*wrong, *judge(people, _texts(cluster.url("hotline")))]
    finally:
        cluster.close()


def _started(cluster: Cluster) -> bool:
    try:
        cluster.start()
    except AssertionError:
        return False
    return True


def failovers(folder: Path, count: int, *, behind: bool) -> list[str]:
    """Let a standby take over so often, each time another pair."""
    wrong: list[str] = []
    for n in range(count):
        pair = Pair()
        try:
            pair.synchronous(not behind)
            with _seats(
                folder / str(n),
                lambda k, pair=pair: PostgresCentral(pair.dsn(f"op{k}")),  # type: ignore[misc]
            ) as seats:
                people = People(seats)
                until(lambda people=people: all(len(s) > 20 for s in people.saved.values()), 60)  # type: ignore[misc]
                if behind:
                    pair.standby.stop()
                    have = sum(map(len, people.saved.values()))
                    until(lambda p=people, h=have: sum(map(len, p.saved.values())) > h + 60, 60)  # type: ignore[misc]
                    pair.primary.kill()
                    pair.standby.start()
                    pair.standby.promote()
                else:
                    pair.fail_over()
                people.stop()
                wrong += _settle(seats, control=False)
                wrong += judge(people, _texts(pair.standby.url("hotline")))
        finally:
            pair.close()
    return wrong


def main() -> int:
    """Run what the command line says; 0 when all is well (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("crashes", "failovers"))
    parser.add_argument("count", type=int, nargs="?", default=20)
    parser.add_argument("--behind", action="store_true")
    parser.add_argument("--control", action="store_true")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sync-faults-") as name:
        if chosen.what == "crashes":
            wrong = crashes(Path(name), chosen.count, control=chosen.control)
        else:
            wrong = failovers(Path(name), chosen.count, behind=chosen.behind)
    print(f"{chosen.count} {chosen.what}, {len(wrong)} faults, {time.monotonic() - began:.0f} s")
    for each in wrong[:10]:
        print("  " + each)
    return 0 if bool(wrong) == chosen.control else 1


if __name__ == "__main__":
    sys.exit(main())
