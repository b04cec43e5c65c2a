"""How fast the centre takes, numbers and hands out events, and answers queues: DATA.md 11.

    python -m tests.bench.central_bench [REQUESTS] [SECONDS]

On a PostgreSQL of its own that keeps everything on disk (fsync on). REQUESTS (200,000 when left
out; a million takes four minutes to make) fill the tables for queue and search; SECONDS (8) is how
long the clients push. Ends with 1 when a goal is missed.
"""

import multiprocessing
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from uuid import UUID

from console.domain.ids import uuid7
from console.domain.text import fold
from console.services.sync_ports import ConsoleIdentity
from console.store.central import dsn, setup
from console.store.central.link import PostgresCentral
from console.store.search import plain_words
from tests.bench.figures import Figure, print_table, timed_ms
from tests.bench.store_data import DETAILS, STREETS, TROUBLES
from tests.fakes.postgres import Centre, Cluster
from tests.fakes.wire_proxy import WireProxy
from tests.integration.central.made import note

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
    """Run all, print a line each."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 8.0
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
        figures = [
            _disk(cluster),
            _push_one(centre.dsn("op0"), "push one event, RTT 0", 2000, 5),
            _at_20_ms(proxy, lambda far: _push_one(far, "push one event, RTT 20 ms", 200, 60)),
            *_queued(centre.dsn("op0"), "RTT 0", 5),
            *_at_20_ms(proxy, lambda far: _queued(far, "RTT 20 ms", 15)),
            _reconnecting(centre),
            *_intake(centre, seconds),
            *_questions(centre, requests),
        ]
        return 0 if print_table(figures) else 1
    finally:
        proxy.close()
        cluster.close()


def _disk(cluster: Cluster) -> Figure:
    """What one fdatasync costs here: events of one stream commit one after the other, so a push
    can be no faster, and intake no more than its inverse.
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


def greeted(address: dsn.Dsn, code: int = 1) -> PostgresCentral:
    """A client that has said hello."""
    central = PostgresCentral(address)
    central.hello(ConsoleIdentity(code, uuid7(), f"may-{code}", 1))
    return central


def _push_one(address: dsn.Dsn, what: str, times: int, goal: float) -> Figure:
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


def _at_20_ms[T](proxy: WireProxy, run: Callable[[dsn.Dsn], T]) -> T:
    proxy.delay_s = 0.01
    try:
        return run(dsn.checked(proxy.url("centre", "op0")))
    finally:
        proxy.delay_s = 0.0


def _queued(address: dsn.Dsn, how: str, goal: float) -> list[Figure]:
    """What one seat had saved while the centre was away, then another seat's pull of it."""
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
    """A room of consoles comes back at once: each pushes its 100, then reads everybody's."""
    figure = Figure("100 consoles x 100 events at once: pushed, all pulled", 30, "s")
    last = greeted(centre.dsn("op0")).hello(ConsoleIdentity(1, uuid7(), "m", 1)).last
    gate = threading.Barrier(CLIENTS + 1)

    def come_back(n: int) -> tuple[int, set[UUID]]:
        mine = [note() for _ in range(100)]
        gate.wait()
        central = greeted(centre.dsn(f"op{n}"), n + 1)
        central.push(mine)
        gate.wait()
        seen: set[UUID] = set()
        place = last
        while some := central.pull(place):
            assert [each.position for each in some] == list(range(place + 1, place + 1 + len(some)))
            place += len(some)
            seen |= {each.event.id for each in some}
        central.close()
        return place, seen

    with ThreadPoolExecutor(CLIENTS) as pool:
        rooms = [pool.submit(come_back, n) for n in range(CLIENTS)]
        gate.wait()
        start = time.perf_counter()
        gate.wait()
        ends = [room.result() for room in rooms]
        figure.samples.append(time.perf_counter() - start)
    assert {place for place, _ in ends} == {last + 10_000}
    assert {len(seen) for _, seen in ends} == {10_000}
    return figure


def _intake(centre: Centre, seconds: float) -> list[Figure]:
    each = CLIENTS // PROCESSES
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        addresses = [[centre.url(f"op{p * each + n}") for n in range(each)]
                     for p in range(PROCESSES)]  # fmt: skip
        found = pool.starmap(_clients, [(some, seconds) for some in addresses])
    samples = [ms for some in found for ms in some]
    latency = Figure("push one event, 100 clients at once", 250, samples=samples)
    latency.slow = f"{len(samples) / seconds:,.0f} events/s (goal 1,000)"
    shortfall = Figure("intake: time for 1,000 events, 100 clients", 1.0, "s")
    shortfall.samples.append(1000 * seconds / max(1, len(samples)))
    return [latency, shortfall]


def _clients(urls: list[str], seconds: float) -> list[float]:
    """In a process of its own: a thread for each client, one event at a time."""
    gate = threading.Barrier(len(urls))

    def push(url: str) -> list[float]:
        central = greeted(dsn.checked(url))
        samples = []
        gate.wait()
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            central.push([note()])
            samples.append(timed_ms(start))
        central.close()
        return samples

    with ThreadPoolExecutor(len(urls)) as pool:
        return [ms for some in pool.map(push, urls) for ms in some]


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
_REST = """
insert into hotline.assigned select id, agency, stream, 1 from hotline.service_request;
insert into hotline.assignment (request_id, agency, stream, state, forwarded_at, bounces, replaced)
    select id, agency, stream, state, requested_at, 0, 0 from hotline.service_request;
insert into hotline.queue_item (request_id, agency, stream, deadline, forwarded_at, state, priority,
        number, service_code, description)
    select id, agency, stream, requested_at + 86400000, requested_at, state, priority, number,
        service_code, description from hotline.service_request where is_open = 1;
"""


def _fill(centre: Centre, requests: int) -> None:
    """Rows as `project` writes them, over five years, 3 % of them open."""
    rng = random.Random(1022)
    texts = [
        plain_words(fold(f"{rng.choice(TROUBLES)} {rng.choice(DETAILS)} {rng.randint(1, 900)} "
                         f"{rng.choice(STREETS)}"))
        for _ in range(20_000)
    ]  # fmt: skip
    now = time.time_ns() // 1_000_000
    started = time.perf_counter()
    with centre.connect() as link:
        span = 5 * 365 * 86_400_000
        months = [str(uuid7(now - span + day * 86_400_000)) for day in range(0, 5 * 365 + 1, 10)]
        link.execute("set statement_timeout = 0")
        link.execute("select hotline.make_months(%s::uuid[])", (months,))
        fill = _FILL.format(now=now, n=requests, span=span, agencies=AGENCIES, texts=len(texts))
        for low in range(1, requests + 1, 50_000):
            link.execute(fill.encode(), (low, min(requests, low + 49_999), texts))
        for one in _REST.split(";"):
            link.execute(one.encode())
        link.execute("vacuum analyze")
    print(f"made {requests:,} requests in {time.perf_counter() - started:.0f} s")


def _questions(centre: Centre, requests: int) -> list[Figure]:
    _fill(centre, requests)
    queue = Figure(f"agency's queue, 200 of {requests:,}", 5)
    overdue = Figure("overdue of all agencies, 200", 5)
    with centre.connect("can-bo") as link, centre.connect("op1") as desk:
        for figure, who, question, values in (
            (queue, link, "select * from hotline.open_queue where stream = 'hcmc' and agency = %s "
                "order by deadline limit 200", ("agency-7",)),
            (overdue, desk, "select * from hotline.queue_item where stream = 'hcmc' and "
                "deadline < %s order by deadline limit 200", (time.time_ns() // 1_000_000,)),
        ):  # fmt: skip
            for _ in range(300):
                start = time.perf_counter()
                who.execute(question.encode(), values).fetchall()
                figure.samples.append(timed_ms(start))
    search = Figure(f"text search, newest 50 of {requests:,}", 150)
    rng = random.Random(8)
    central = greeted(centre.dsn("op1"), 2)
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
    return [queue, overdue, search]


if __name__ == "__main__":
    sys.exit(main())
