"""How fast seats and centre synchronise, on a PostgreSQL of its own.

    python -m tests.bench.centre.sync [live] [drain] [saves] [crowd] [hundred] [start]

`live`: from a save in one process to its news in another. `drain`: 10,000 events queued while away,
to the centre and on to another seat, without and with 20 ms of round trip. `saves`: a person saves
while 10,000 events come in. `crowd`: 20 seats with 100 events each come back at once; `hundred`:
100 of them, to the centre only. `start`: a new seat at a centre with 200,000 requests. Goals are
p99; saves are compared with a save on an idle store in the same run.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from console.assembly.seat import THREAD_TURN_S
from console.domain.ids import uuid7
from console.services.ports.store.unit_of_work import UnitOfWork
from console.store.central.connection import address
from console.store.central.seat_link import PostgresCentral
from tests.bench.centre.new_seat import start
from tests.bench.figures import Figure, print_table, timed_ms
from tests.fakes.postgres import Centre, fresh_centre
from tests.fakes.wire_proxy import WireProxy
from tests.integration.store.build import forwarded, received, reporter
from tests.integration.sync.consoles import Console, console, until
from tests.integration.sync.test_processes import _env, _running

QUEUED = 10_000
SAVES = 200


def live(folder: Path, centre: Centre) -> list[Figure]:
    """Two processes, one save after the other."""
    shown = Figure("save here -> told in the other process", 250)
    durable = Figure("save durable beside the sync", 15)
    with ExitStack() as stack:
        here, there = (
            stack.enter_context(_running(folder / f"live{n}", _env(centre, f"op{n}", n)))
            for n in (1, 2)
        )
        until(lambda: here.heard(state="up") and there.heard(state="up"))
        for n in range(1, SAVES + 1):
            here.say("log")
            until(lambda n=n: sum("saved" in e for e in here.said) == n)  # type: ignore[misc]
            saved = [e for e in here.said if "saved" in e][-1]
            told = until(
                lambda saved=saved: [  # type: ignore[misc]
                    e for e in there.said if saved["saved"] in e.get("changed", ())
                ]
            )
            shown.samples.append((told[0]["at"] - saved["at"]) * 1000)
            durable.samples.append(saved["took_ms"])
    return [shown, durable]


def queue_up(seat: Console, events: int) -> None:
    """Queue so many unsent events, three for each request."""

    def batch(uow: UnitOfWork, first: int, last: int) -> None:
        for n in range(first, last):
            request_id = uuid7()
            number = f"{seat.store.console_code:03}{n:08}"
            uow.append([received(request_id, number), reporter(request_id), forwarded(request_id)])

    requests = events // 3 + 1
    for first in range(0, requests, 100):
        last = min(requests, first + 100)
        seat.store.write_now(lambda uow, a=first, b=last: batch(uow, a, b))  # type: ignore[misc]


def drain(folder: Path, round_trip_ms: float) -> list[Figure]:
    """Send what was queued while the line was away; then another seat fetches it all. One after the
    other, because in reality they are two machines.
    """
    centre = fresh_centre()
    line = WireProxy(centre.cluster.folder)
    line.delay_s = round_trip_ms / 2000
    sent = Figure(f"10k queued to the centre, RTT {round_trip_ms:g} ms",
                  5_000 if not round_trip_ms else 15_000)  # fmt: skip
    other = Figure("   and from there to another console", 5_000)
    saves = Figure("   saves meanwhile at the sending seat", 30)
    centre.user("op1")
    try:
        name = f"drain{round_trip_ms:g}"
        url = line.url(centre.database, "op1") if round_trip_ms else centre.url("op1")
        with console(folder, PostgresCentral(address.checked(url)), name, start=False) as here:
            queue_up(here, QUEUED)
            events = len(here.events())
            stop, person = _person(here, saves)
            began = time.perf_counter()
            here.link.start()
            until(lambda: here.link.counted.pushed >= events, 120)
            sent.samples.append(timed_ms(began))
            stop.set()
            person.join()
            until(lambda: here.sync.pending_count() == 0, 60)
            assert here.link.stop()
        with console(folder, centre.central("op2"), f"{name}-b", code=2, start=False) as there:
            began = time.perf_counter()
            there.link.start()
            until(lambda: there.sync.cursor().position >= events, 120)
            other.samples.append(timed_ms(began))
            assert there.link.stop()
    finally:
        line.close()
        centre.close()
    return [sent, other, saves]


def _person(seat: Console, figure: Figure) -> tuple[threading.Event, threading.Thread]:
    """A person who saves some twenty times a second; every save is timed."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            start = time.perf_counter()
            seat.log()
            figure.samples.append(timed_ms(start))

    thread = threading.Thread(target=work)
    thread.start()
    return stop, thread


def saves(folder: Path) -> list[Figure]:
    """A person's saves on an idle store, and while 10,000 events are pulled."""
    idle, beside = Figure("save, nothing else", 15), Figure("save beside a 10k pull", 30)
    took = Figure("   the pull", None)
    centre = fresh_centre()
    try:
        with console(folder, centre.central("op1"), "full", start=False) as full:
            queue_up(full, QUEUED)
            full.link.start()
            until(lambda: full.link.counted.pushed >= QUEUED, 120)
            assert full.link.stop()
            events = len(full.events())
        with console(folder, centre.central("op2"), "empty", code=2, start=False) as empty:
            stop, person = _person(empty, idle)
            until(lambda: len(idle.samples) >= 100, 60)
            stop.set()
            person.join()
            stop, person = _person(empty, beside)
            began = time.perf_counter()
            empty.link.start()
            until(lambda: empty.sync.cursor().position >= events, 120)
            took.samples.append(timed_ms(began))
            stop.set()
            person.join()
            assert empty.link.stop()
    finally:
        centre.close()
    return [idle, beside, took]


def crowd(
    folder: Path, consoles: int = 20, events: int = 100, *, follow: bool = True
) -> list[Figure]:
    """All seats come back at once; the centre must end with every event, without gaps or doubles.

    Args:
        folder: for their profiles.
        consoles: their number, all in this one process.
        events: of each.
        follow: wait until each of them has every event of all.
    """
    sent = Figure(f"{consoles} consoles x {events} events at once, sent", 30_000)
    everywhere = Figure("   and at every console", 40_000)
    centre = fresh_centre()
    try:
        with ExitStack() as stack:
            seats = [
                stack.enter_context(
                    console(
                        folder, centre.central(f"op{n}"), f"{consoles}-{n}", code=n, start=False
                    )
                )
                for n in range(consoles)
            ]
            for seat in seats:
                queue_up(seat, events)
            total = sum(len(seat.events()) for seat in seats)
            began = time.perf_counter()
            for seat in seats:
                seat.link.start()
            until(lambda: all(seat.sync.pending_count() == 0 for seat in seats), 120)
            sent.samples.append(timed_ms(began))
            with centre.connect() as link:
                rows = link.execute("select seq, id from hotline.event order by seq").fetchall()
            assert [seq for seq, _ in rows] == list(range(1, total + 1)), "a hole or a double"
            assert len({event_id for _, event_id in rows}) == total
            if follow:
                until(lambda: all(s.sync.cursor().position == total for s in seats), 120)
                everywhere.samples.append(timed_ms(began))
                assert all(seat.events() == rows for seat in seats)
            stopped = [seat.link.stop() for seat in seats]
            assert all(stopped)
    finally:
        centre.close()
    return [sent, everywhere] if follow else [sent]


def _live(folder: Path) -> list[Figure]:
    centre = fresh_centre()
    try:
        return live(folder, centre)
    finally:
        centre.close()


RUNS: dict[str, Callable[[Path], list[Figure]]] = {
    "live": _live,
    "drain": lambda folder: [*drain(folder, 0), *drain(folder, 20)],
    "saves": saves,
    "crowd": crowd,
    "hundred": lambda folder: crowd(folder, 100, follow=False),
    "start": start,
}


def main(chosen: list[str]) -> int:
    """Run what is named, or everything; 0 when every goal is met."""
    sys.setswitchinterval(THREAD_TURN_S)  # as `Seat.start` does
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="sync-bench-") as name:
        for run in chosen or RUNS:
            figures += RUNS[run](Path(name))
    return 0 if print_table(figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
