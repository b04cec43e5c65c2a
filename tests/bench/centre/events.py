"""How fast the centre takes, numbers and delivers events, and answers queries of queues.

    python -m tests.bench.centre.events [REQUESTS] [SECONDS] [PIPE]

It uses a PostgreSQL of its own that writes to disk (fsync on). REQUESTS (200,000 by default) fill
the tables for queue and search. SECONDS (8) is how long the clients push; 0 = only queue and
search: `10000000 0` takes 17 GB of disk and some twenty minutes. With PIPE (`mkfifo`) the queries
wait for a line from it, so that the data can be made beside other work and queried on an idle
machine. Exits with 1 when a goal is missed.
"""

import multiprocessing
import multiprocessing.synchronize
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from uuid import UUID

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.domain.text.folding import fold
from console.services.ports.central.sync import ConsoleIdentity
from console.store.central.administration import setup
from console.store.central.connection import address as connection_address
from console.store.central.seat_link import PostgresCentral
from console.store.projection.search import plain_words
from tests.bench.figures import Figure, print_table, timed_ms
from tests.bench.store.data import DETAILS, STREETS, TROUBLES
from tests.fakes.postgres import Centre, Cluster
from tests.fakes.wire_proxy import WireProxy
from tests.integration.central.build import note

DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "work_mem": "16MB",
}
CLIENTS, PROCESSES = 100, 4
AGENCIES = 100


def main() -> int:
    """Run everything; print a line for each."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 8.0
    when = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    cluster = Cluster(settings=DURABLE)
    proxy = WireProxy(cluster.folder)
    try:
        with cluster.admin() as link:
            link.execute("create database centre")
        centre = Centre(cluster, "centre")
        server = setup.init(centre.dsn()).server
        print(f"PostgreSQL {server}, fsync on")
        for n in range(CLIENTS):
            centre.user(f"op{n}")
        centre.user("can-bo", "officer", "agency-7")
        if not seconds:
            return 0 if print_table(_questions(centre, requests, when)) else 1
        figures = [
            _disk(cluster),
            _push_one(centre.dsn("op0"), "push one event, RTT 0", 2000, 5),
            _at_20_ms(proxy, lambda far: _push_one(far, "push one event, RTT 20 ms", 200, 60)),
            *_queued(centre.dsn("op0"), "RTT 0", 5),
            *_at_20_ms(proxy, lambda far: _queued(far, "RTT 20 ms", 15)),
            _reconnecting(centre),
            *_intake(centre, seconds),
            *_questions(centre, requests, when),
        ]
        return 0 if print_table(figures) else 1
    finally:
        proxy.close()
        cluster.close()


def _disk(cluster: Cluster) -> Figure:
    """What one fdatasync costs here. Events of a stream commit one after the other, so a push
    cannot be faster, and intake cannot exceed its inverse.
    """
    figure = Figure("fdatasync of 8 kB on this disk, now")
    file = os.open(cluster.folder / "fdatasync", os.O_CREAT | os.O_WRONLY)
    for _ in range(500):
        os.pwrite(file, bytes(8192), 0)
        start = time.perf_counter()
        os.fdatasync(file)
        figure.samples.append(timed_ms(start))
    os.close(file)
    return figure


def greeted(address: connection_address.Dsn, code: int = 1) -> PostgresCentral:
    """A client that has said hello; with a hundred at once, one may wait longer to be let in."""
    central = PostgresCentral(address)
    for left in reversed(range(20)):
        try:
            central.hello(ConsoleIdentity(code, uuid7(), f"may-{code}", 1))
            break
        except UnavailableError:
            if not left:
                raise
    return central


def _push_one(address: connection_address.Dsn, what: str, times: int, goal: float) -> Figure:
    figure = Figure(what, goal)
    central = greeted(address)
    for _ in range(20):
        central.push([note()])
    for _ in range(times):
        event = [note()]
        start = time.perf_counter()
        central.push(event)
        figure.samples.append(timed_ms(start))
    central.close()
    return figure


def _at_20_ms[T](proxy: WireProxy, run: Callable[[connection_address.Dsn], T]) -> T:
    proxy.delay_s = 0.01
    try:
        return run(connection_address.checked(proxy.url("centre", "op0")))
    finally:
        proxy.delay_s = 0.0


def _queued(address: connection_address.Dsn, how: str, goal: float) -> list[Figure]:
    """Push what one seat saved while the centre was away, then pull it at another seat."""
    push = Figure(f"10,000 queued events pushed, {how}", goal, "s")
    pull = Figure(f"10,000 events pulled, {how}", goal, "s")
    central = greeted(address)
    place = central.hello(ConsoleIdentity(1, uuid7(), "may-1", 1)).last
    batches = [list(some) for some in batched((note() for _ in range(10_000)), 500)]
    start = time.perf_counter()
    for some in batches:
        central.push(some)
    push.samples.append(time.perf_counter() - start)
    start = time.perf_counter()
    pulled = 0
    while got := central.pull(place + pulled):
        pulled += len(got)
    pull.samples.append(time.perf_counter() - start)
    assert pulled == 10_000
    central.close()
    return [push, pull]


def _reconnecting(centre: Centre) -> Figure:
    """A room of seats comes back at once: each pushes its 100 events, then reads everybody's. They
    run in several processes, because one would measure its own interpreter.
    """
    figure = Figure("100 consoles x 100 events at once: pushed, all pulled", 30, "s")
    last = greeted(centre.dsn("op0")).hello(ConsoleIdentity(1, uuid7(), "m", 1)).last
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(CLIENTS + 1)
    with context.Pool(PROCESSES, _meet_at, (gate,)) as pool:
        rooms = pool.starmap_async(_come_back, [(some, last) for some in _addresses(centre)])
        gate.wait()
        start = time.perf_counter()
        gate.wait()
        ends = [end for room in rooms.get() for end in room]
        figure.samples.append(time.perf_counter() - start)
    assert ends == [(last + 100 * CLIENTS, 100 * CLIENTS)] * CLIENTS
    return figure


def _addresses(centre: Centre) -> list[list[str]]:
    """The addresses of all clients, for each process."""
    each = CLIENTS // PROCESSES
    return [[centre.url(f"op{p * each + n}") for n in range(each)] for p in range(PROCESSES)]


def _meet_at(gate: "multiprocessing.synchronize.Barrier") -> None:
    """In each process: the point where all clients of all processes wait for each other."""
    _Meeting.gate = gate


class _Meeting:
    gate: "multiprocessing.synchronize.Barrier"


def _come_back(urls: list[str], last: int) -> list[tuple[int, int]]:
    """Runs in a process of its own: where each client ended, and how many events it has."""

    def come_back(n: int) -> tuple[int, int]:
        mine = [note() for _ in range(100)]
        _Meeting.gate.wait()
        central = greeted(connection_address.checked(urls[n]), n + 1)
        central.push(mine)
        _Meeting.gate.wait()
        seen: set[UUID] = set()
        place = last
        while some := central.pull(place):
            assert [each.position for each in some] == list(range(place + 1, place + 1 + len(some)))
            place += len(some)
            seen |= {each.event.id for each in some}
        central.close()
        return place, len(seen)

    with ThreadPoolExecutor(len(urls)) as pool:
        return list(pool.map(come_back, range(len(urls))))


@dataclass(frozen=True, slots=True)
class _Pushed:
    """What the clients of one process did: each push, and processor time of the server and of
    clients.
    """

    samples: list[float]
    server_ms: float
    clients_ms: float


def _intake(centre: Centre, seconds: float) -> list[Figure]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        found = pool.starmap(_clients, [(some, seconds) for some in _addresses(centre)])
    samples = [ms for some in found for ms in some.samples]
    events = max(1, len(samples))
    server, clients = (
        sum(each) / events
        for each in ([some.server_ms for some in found], [some.clients_ms for some in found])
    )
    latency = Figure("push one event, 100 clients at once", 250, samples=samples)
    latency.slow = (
        f"{len(samples) / seconds:,.0f} events/s (goal 1,000); processor time an event: server "
        f"{server:.2f} ms, clients {clients:.2f} ms, so {2000 / (server + clients):,.0f}/s on two "
        "free cores"
    )
    shortfall = Figure("intake: time for 1,000 events, 100 clients", 1.0, "s")
    shortfall.samples.append(1000 * seconds / events)
    return [latency, shortfall]


def _clients(urls: list[str], seconds: float) -> _Pushed:
    """Runs in a process of its own: a thread for each client, one event at a time."""
    used: list[float] = []
    gate = threading.Barrier(len(urls), lambda: used.append(time.process_time()))

    def push(url: str) -> tuple[list[float], float]:
        central = greeted(connection_address.checked(url))
        central.push([note()])
        with central._line.use() as link:
            backend = link.info.backend_pid
        samples = []
        gate.wait()
        before = worked_ms(backend)
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            central.push([note()])
            samples.append(timed_ms(start))
        worked = worked_ms(backend) - before
        gate.wait()
        central.close()
        return samples, worked

    with ThreadPoolExecutor(len(urls)) as pool:
        done = list(pool.map(push, urls))
    return _Pushed(
        [ms for samples, _ in done for ms in samples],
        sum(worked for _, worked in done),
        (used[1] - used[0]) * 1000,
    )


_FILL = """
with made as (
    select i, {now} - (({n} - i) * {span} / {n})::bigint as at
    from generate_series(%s::bigint, %s::bigint) i)
insert into hotline.service_request (id, stream, number, channel, state, is_open, needs_forward,
    service_code, priority, description, attributes, agency, requested_at, updated_at, reporters,
    bounces, reopened, publish_state, conflicts, skipped, version, as_of_seq, search_text)
select (lpad(to_hex(at), 12, '0') || '7' || lpad(to_hex(i), 19, '8'))::uuid, 'hcmc',
    lpad(i::text, 11, '0'), 'voice', case when i > {n} * 0.97 then 'forwarded' else 'closed' end,
    (i > {n} * 0.97)::int, 0, 'drainage.cover', 0, t.text, '[]', 'agency-' || i %% {agencies}, at,
    at, 1, 0, 0, 'private', 0, 0, 3, i, t.text
from made, lateral (select (%s::text[])[1 + (i * 7919) %% {texts}] as text) t"""
_ALIKE = (
    "insert into hotline.assigned select id, agency, stream, as_of_seq from {rows}",
    "insert into hotline.assigned select id, 'agency-' || (as_of_seq / 10) % {agencies}, stream, "
    "as_of_seq from {rows} where {refused} on conflict do nothing",
    "insert into hotline.assignment (request_id, agency, stream, state, forwarded_at, due_at, "
    "bounces, replaced) select a.request_id, a.agency, r.stream, case when a.agency = r.agency "
    "then r.state else 'refused' end, r.requested_at, r.requested_at + 86400000, 0, "
    "(a.agency <> r.agency)::int from hotline.assigned a join {rows} r on r.id = a.request_id",
    "insert into hotline.queue_item (request_id, agency, stream, deadline, forwarded_at, state, "
    "priority, number, service_code, description) select id, agency, stream, "
    "requested_at + 86400000, requested_at, state, priority, number, service_code, description "
    "from {rows} where is_open = 1",
)
"""Requests are given to one of the agencies each; every tenth had another one before."""
_FILLED = ("service_request", "assigned", "assignment", "queue_item")
_STEP = 50_000
_LANES = 2
"""Number of connections that fill the tables in parallel."""


def _texts() -> list[str]:
    rng = random.Random(1022)
    return [
        plain_words(fold(f"{rng.choice(TROUBLES)} {rng.choice(DETAILS)} {rng.randint(1, 900)} "
                         f"{rng.choice(STREETS)}"))
        for _ in range(20_000)
    ]  # fmt: skip


def _fill(centre: Centre, requests: int) -> None:
    """Write rows as `project` does, over five years, 3 % of them open. Indexes other than keys are
    made afterwards, and the disk is awaited at the end.
    """
    now = time.time_ns() // 1_000_000
    started = time.perf_counter()
    span = 5 * 365 * 86_400_000
    texts = _texts()
    fill = _FILL.format(now=now, n=requests, span=span, agencies=AGENCIES, texts=len(texts))
    with centre.connect() as link:
        for setting in ("fsync = off", "maintenance_work_mem = '512MB'", "autovacuum = off"):
            link.execute(f"alter system set {setting}".encode())
        link.execute("select pg_reload_conf()")
        link.execute("set statement_timeout = 0")
        months = [str(uuid7(now - span + day * 86_400_000)) for day in range(0, 5 * 365 + 1, 10)]
        link.execute("select hotline.make_months(%s::uuid[])", (months,))
        indexes = link.execute(
            "select indexname, replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes where "
            "schemaname = 'hotline' and tablename = any (%s) and indexname not like '%%pkey'",
            (list(_FILLED),),
        ).fetchall()
        for name, _ in indexes:
            link.execute(f"drop index hotline.{name}".encode())

    def lane(which: int) -> None:
        with centre.connect() as link:
            link.execute("set statement_timeout = 0")
            for low in range(1 + which * _STEP, requests + 1, _LANES * _STEP):
                high = min(requests, low + _STEP - 1)
                link.execute(fill.encode(), (low, high, texts))

    with ThreadPoolExecutor(_LANES) as pool:
        list(pool.map(lane, range(_LANES)))
    with centre.connect() as link:
        link.execute("set statement_timeout = 0")
        for each in _ALIKE:
            link.execute(
                each.format(
                    rows="hotline.service_request", agencies=AGENCIES, refused="as_of_seq % 10 = 3"
                ).encode()
            )
        for _, definition in indexes:
            link.execute(str(definition).encode())
        link.execute("alter system reset all")
        link.execute("select pg_reload_conf()")
        link.execute("vacuum analyze")
        link.execute("checkpoint")
    took = time.perf_counter() - started
    print(f"made {requests:,} requests in {took:.0f} s", flush=True)


def worked_ms(pid: int) -> float:
    """Processor time of this backend so far: what the work would take on an idle machine."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def _questions(centre: Centre, requests: int, when: Path | None) -> list[Figure]:
    _fill(centre, requests)
    if when is not None:
        when.read_bytes()
    queue = Figure(f"agency's queue, 200 of {requests:,}", 5)
    overdue = Figure("overdue of all agencies, 200", 5)
    with centre.connect("can-bo") as link, centre.connect("op1") as desk:
        for figure, who, question, values in (
            (queue, link, "select * from hotline.open_queue where stream = 'hcmc' and agency = %s "
                "order by deadline limit 200", ("agency-7",)),
            (overdue, desk, "select * from hotline.queue_item where stream = 'hcmc' and "
                "deadline < %s order by deadline limit 200", (time.time_ns() // 1_000_000,)),
        ):  # fmt: skip
            worked = []
            for _ in range(300):
                before, start = worked_ms(who.info.backend_pid), time.perf_counter()
                who.execute(question.encode(), values).fetchall()
                figure.samples.append(timed_ms(start))
                worked.append(worked_ms(who.info.backend_pid) - before)
            worked.sort()
            figure.slow = (
                f"the server's processor time: p50 {worked[150]:.2f}, p99 {worked[297]:.2f}"
            )
    return [
        queue,
        overdue,
        _searched(centre.dsn("op1"), f"text search, newest 50 of {requests:,}"),
        _searched(centre.dsn("can-bo"), "the same by an officer: of one agency's"),
        _numbered(centre.dsn("can-bo"), requests),
    ]


def _searched(address: connection_address.Dsn, what: str) -> Figure:
    search = Figure(what, 150)
    rng = random.Random(8)
    central = greeted(address, 2)
    slowest = 0.0
    for _ in range(200):
        words = f"{rng.choice(TROUBLES)} {rng.choice(STREETS)}".split()
        typed = " ".join(rng.sample(words, min(len(words), rng.randint(1, 4))))
        start = time.perf_counter()
        found = central.search(typed)
        took = timed_ms(start)
        search.samples.append(took)
        if took > slowest:
            slowest, search.slow = took, f"slowest: {typed!r}, {len(found)} found"
    central.close()
    return search


def _numbered(address: connection_address.Dsn, requests: int) -> Figure:
    """An officer asks for numbers that citizens name; one in a hundred belongs to the officer's
    agency.
    """
    figure = Figure("a number asked for by an officer", 5)
    rng = random.Random(8)
    central = greeted(address, 2)
    found = 0
    for _ in range(1000):
        number = f"{rng.randint(1, requests):011}"
        start = time.perf_counter()
        found += central.find_number(number) is not None
        figure.samples.append(timed_ms(start))
    central.close()
    figure.slow = f"{found} of 1,000 were his agency's"
    return figure


if __name__ == "__main__":
    sys.exit(main())
