"""The centre while requests are given to agencies, with their feeds, seats and permissions.

    python -m tests.bench.centre.agencies [SECONDS]

Eighty operators' seats push requests for twenty agencies, whose officers' seats follow their feeds,
for SECONDS (8). Then all hundred come back at once: operators with 100 events each, officers to
read what their agency got. It uses a PostgreSQL of its own that writes to disk (fsync on), and
client processes beside it. Exits with 1 when a goal is missed.
"""

import multiprocessing
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.store.central.administration import setup
from console.store.central.connection import address
from console.store.central.seat_link import PostgresCentral
from tests.bench.centre.events import DURABLE, PROCESSES, greeted, worked_ms
from tests.bench.figures import Figure, print_table, timed_ms
from tests.fakes.postgres import Centre, Cluster
from tests.integration.central.build import event, forwarded, note, received, reporter

DESKS, OFFICERS = 80, 20
_QUESTION = (
    "select * from hotline.open_queue where stream = 'hcmc' and agency = %s "
    "order by deadline limit 200"
)


@dataclass(slots=True)
class _Done:
    """What the clients of one process did.

    Attributes:
        pushed: milliseconds of each push of one event.
        heard: from the notification of an officer's seat until it had the event.
        events: at the officers' seats.
        desks_ms, officers_ms: the server's processor time for each kind of seat.
        clients_ms: processor time of the seats.
    """

    pushed: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    events: int = 0
    desks_ms: float = 0.0
    officers_ms: float = 0.0
    clients_ms: float = 0.0


def agency_of(n: int) -> str:
    """The agency of the n-th officer."""
    return f"agency-{n % OFFICERS}"


def main() -> int:
    """Run all, print a line each."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    cluster = Cluster(settings=DURABLE)
    try:
        with cluster.admin() as link:
            link.execute("create database centre")
        centre = Centre(cluster, "centre")
        print(f"PostgreSQL {setup.init(centre.dsn()).server}, fsync on")
        for n in range(DESKS):
            centre.user(f"op{n}")
        for n in range(OFFICERS):
            centre.user(f"can-bo{n}", "officer", agency_of(n))
        figures = [*_life(centre, seconds), _back(centre)]
        return 0 if print_table(figures) else 1
    finally:
        cluster.close()


def _seats(centre: Centre) -> list[list[tuple[int, str, bool]]]:
    """Number, address and kind (officer or not) of the seats of each process."""
    every = [(n, centre.url(f"op{n}"), False) for n in range(DESKS)]
    every += [(n, centre.url(f"can-bo{n}"), True) for n in range(OFFICERS)]
    return [every[p::PROCESSES] for p in range(PROCESSES)]


def _life(centre: Centre, seconds: float) -> list[Figure]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        found = pool.starmap(_clients, [(some, seconds) for some in _seats(centre)])
    pushed = Figure(
        f"push one event, {DESKS} seats, to {OFFICERS} agencies", 250,
        samples=[ms for each in found for ms in each.pushed],
    )  # fmt: skip
    events, heard_events = max(1, len(pushed.samples)), max(1, sum(each.events for each in found))
    desks, officers, clients = (
        sum(getattr(each, name) for each in found)
        for name in ("desks_ms", "officers_ms", "clients_ms")
    )
    pushed.slow = (
        f"{events / seconds:,.0f} events/s; processor time an event: server {desks / events:.2f} "
        f"ms, all seats {clients / events:.2f} ms"
    )
    heard = Figure("   an officer's seat reads what it was told of", 250)
    heard.samples = [ms for each in found for ms in each.heard]
    heard.slow = (
        f"{heard_events:,} events at the officers' seats, {officers / heard_events:.2f} ms of the "
        "server's processor each, their own steps with it"
    )
    return [pushed, heard, _queue(centre)]


def _queue(centre: Centre) -> Figure:
    """What an officer may see, queried as officers do, right after everything arrived."""
    figure = Figure("   an agency's queue and its requests, by psql", 5)
    worked = []
    with centre.connect("can-bo3") as link:
        for _ in range(200):
            before, start = worked_ms(link.info.backend_pid), time.perf_counter()
            link.execute(_QUESTION.encode(), (agency_of(3),)).fetchall()
            figure.samples.append(timed_ms(start))
            worked.append(worked_ms(link.info.backend_pid) - before)
    figure.slow = f"the server's processor time: p50 {sorted(worked)[100]:.2f}"
    return figure


def _clients(seats: list[tuple[int, str, bool]], seconds: float) -> _Done:
    """Runs in a process of its own: a thread for each seat."""
    done = _Done()
    used: list[float] = []
    gate = threading.Barrier(len(seats), lambda: used.append(time.process_time()))

    def work(seat: tuple[int, str, bool]) -> None:
        n, url, is_officer = seat
        try:
            central = greeted(address.checked(url), n + 1)
            with central._line.use() as link:
                backend = link.info.backend_pid
            place = _warm(central, n, is_officer)
            gate.wait()
            before, end = worked_ms(backend), time.perf_counter() + seconds
            if is_officer:
                _follow(central, n, end, done, place)
            else:
                _push(central, n, end, done)
            worked = worked_ms(backend) - before
            if is_officer:
                done.officers_ms += worked
            else:
                done.desks_ms += worked
            gate.wait()
            central.close()
        except BaseException:
            gate.abort()  # else the others would wait for this one for ever
            raise

    with ThreadPoolExecutor(len(seats)) as pool:
        list(pool.map(work, seats))
    done.clients_ms = (used[1] - used[0]) * 1000
    return done


def _warm(central: PostgresCentral, n: int, is_officer: bool) -> int:
    """Let the session plan its statements once; return where an officer's seat stands then."""
    place = 0
    if is_officer:
        while got := central.pull(place):
            place += len(got)
    else:
        for each in life(uuid7(), n, agency_of(n)):
            central.push([each])
    return place


def _push(central: PostgresCentral, n: int, end: float, done: _Done) -> None:
    """A request's life; each step follows the acknowledgement of the one before."""
    rng = random.Random(n)
    while True:
        for each in life(uuid7(), n, agency_of(rng.randrange(OFFICERS))):
            start = time.perf_counter()
            if start >= end:
                return
            central.push([each])
            done.pushed.append(timed_ms(start))


def life(request_id: UUID, n: int, agency: str) -> list[e.StoredEvent]:
    """Received, reporter recorded, given to the agency, a note."""
    return [
        received(request_id, f"26{n:03}{request_id.int % 1_000_000:06}"),
        reporter(request_id),
        forwarded(request_id, agency),
        note(request_id),
    ]


def _follow(central: PostgresCentral, n: int, end: float, done: _Done, place: int) -> None:
    """An officer's seat: when notified it reads, and takes a step on the latest request."""
    last = None
    while time.perf_counter() < end:
        if not central.wait(min(1.5, max(0.0, end - time.perf_counter()))):
            continue
        start = time.perf_counter()
        while got := central.pull(place):
            assert [each.position for each in got] == list(range(place + 1, place + 1 + len(got)))
            place += len(got)
            done.events += len(got)
            last = got[-1].event.request_id
        done.heard.append(timed_ms(start))
        if last is not None:
            fact = e.AssignmentAccepted(agency=agency_of(n))
            central.push([event(last, fact, agency=agency_of(n))])


def _back(centre: Centre) -> Figure:
    """Everybody comes back at once: operators push a hundred events each, officers read their
    feeds.
    """
    figure = Figure(f"{DESKS} seats x 100 events at once, {OFFICERS} agencies read them", 30, "s")
    feeds = _feeds(centre)
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(DESKS + OFFICERS + 1)
    with context.Pool(PROCESSES, _meet_at, (gate,)) as pool:
        rooms = pool.starmap_async(_come_back, [(some, feeds) for some in _seats(centre)])
        gate.wait()
        start = time.perf_counter()
        ends = [each for room in rooms.get() for each in room]
        figure.samples.append(time.perf_counter() - start)
    now = _feeds(centre)
    assert dict(ends) == now, "an agency's seat does not have all of its feed"
    figure.slow = f"{sum(now.values()) - sum(feeds.values()):,} events in the feeds"
    return figure


def _feeds(centre: Centre) -> dict[str, int]:
    """The length of each agency's feed."""
    with centre.connect() as link:
        rows = link.execute("select agency, last from hotline.feed").fetchall()
    return {str(agency): int(str(last)) for agency, last in rows}


def _meet_at(gate: "threading.Barrier") -> None:
    """In each process: the point where all seats wait for each other."""
    _Meeting.gate = gate


class _Meeting:
    gate: "threading.Barrier"


def _come_back(seats: list[tuple[int, str, bool]], feeds: dict[str, int]) -> list[tuple[str, int]]:
    """Runs in a process of its own: the agencies of its officers, and where their seats stand."""

    def come_back(seat: tuple[int, str, bool]) -> tuple[str, int] | None:
        n, url, is_officer = seat
        made = [each for i in range(25) for each in life(uuid7(), n, agency_of(n + i))]
        _Meeting.gate.wait()
        central = greeted(address.checked(url), n + 1)
        try:
            if not is_officer:
                central.push(made)
                return None
            place = feeds.get(agency_of(n), 0)
            # Of each request the agency sees three of four events, and 80 x 25 / 20 requests.
            while place < feeds.get(agency_of(n), 0) + DESKS * 25 // OFFICERS * 3:
                got = central.pull(place)
                assert [x.position for x in got] == [*range(place + 1, place + 1 + len(got))]
                place += len(got)
                if not got:
                    central.wait(1.5)
            return agency_of(n), place
        finally:
            central.close()

    with ThreadPoolExecutor(len(seats)) as pool:
        return [each for each in pool.map(come_back, seats) if each is not None]


if __name__ == "__main__":
    sys.exit(main())
