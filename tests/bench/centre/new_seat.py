"""The start of a new seat at a centre with a history: from the initial lists, and from the stream
for comparison.

The history is written into the database: 200,000 requests of fourteen months (14,700 a month, as in
the city) with six events each, 3 % open, as seats would have pushed and folded them. Meanwhile a
colleague elsewhere takes requests, a person here saves, and a loop runs like the window's.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.domain.ids import uuid7
from console.domain.requests import events as e
from console.domain.requests.codec import fact_body, kind_of
from console.store.exchange.initial_sync import LocalInitialSync
from console.sync.initial_load import InitialLoad
from console.sync.times import LinkTimes
from tests.bench.figures import Figure, timed_ms
from tests.fakes.postgres import Centre, fresh_centre
from tests.integration.central.build import greet
from tests.integration.store.build import forwarded, received, reporter
from tests.integration.sync.consoles import Console, console, until

REQUESTS = 200_000
_SPAN = timedelta(days=420)
_OPEN = 0.97
_STREAM_S = 60.0
"""How long the stream is followed; the whole is extrapolated from that."""

_MADE = """
create temp table made as
select i, at, i > {n} * {open} as is_open, (lpad(to_hex(at), 12, '0') || '7'
    || lpad(to_hex(i), 19, '8'))::uuid as id, '26001' || lpad(i::text, 6, '0') as number
from (select i, {now} - (({n} - i) * {span} / {n})::bigint as at
    from generate_series(1, {n}::bigint) i) x
"""
_EVENTS = """
insert into hotline.event (id, stream, seq, request_id, kind, at, actor, role, workstation, hlc,
    schema_v, body, login, received_at)
select gen_random_uuid(), 'hcmc', (m.i - 1) * 6 + s.n, m.id, case when s.n = 6 and m.is_open
    then 'note_added' else s.kind end, m.at, 'operator', 'operator', 'ban-01', m.at * 65536 + s.n,
    1, case when s.n = 1 then s.body || jsonb_build_object('number', m.number)
        when s.n = 6 and m.is_open then '{{"text": "Đã hẹn"}}'::jsonb else s.body end,
    'op-city', m.at
from made m, jsonb_to_recordset(%s::jsonb) as s(n int, kind text, body jsonb)
"""
_LISTS = """
insert into hotline.service_request (id, stream, number, channel, state, is_open, needs_forward,
    service_code, priority, description, attributes, agency, requested_at, updated_at, closed_at,
    reporters, bounces, reopened, publish_state, conflicts, skipped, version, as_of_seq,
    search_text)
select id, 'hcmc', number, 'voice', case when is_open then 'forwarded' else 'cancelled' end,
    is_open::int, 0, 'roads.pothole', 0, '', '[]', 'q12', at, at,
    case when not is_open then at end, 1, 0, 0, 'private', 0, 0, 6, i * 6, '' from made
"""


def history(centre: Centre, requests: int) -> None:
    """Write the history into the database."""
    now = datetime.now(UTC)
    request_id = uuid7()
    steps = [
        received(request_id, "", now).fact,
        reporter(request_id).fact,
        forwarded(request_id, "q12", now).fact,
        e.AssignmentAccepted(agency="q12"),
        e.NoteAdded(text="Đã gọi lại, đang trên đường tới"),
        e.RequestCancelled(reason="trùng"),
    ]
    said = [
        {"n": n, "kind": kind_of(fact), "body": fact_body(fact)} for n, fact in enumerate(steps, 1)
    ]
    span, now_ms = round(_SPAN.total_seconds() * 1000), round(now.timestamp() * 1000)
    with centre.connect() as link:
        link.execute("set statement_timeout = 0")
        days = [str(uuid7(now_ms - 86_400_000 * day)) for day in range(0, _SPAN.days + 32, 10)]
        link.execute("select hotline.make_months(%s::uuid[])", (days,))
        made = _MADE.format(n=requests, open=_OPEN, now=now_ms, span=span)
        link.execute(made.encode())
        link.execute(_EVENTS.format().encode(), (json.dumps(said),))
        link.execute(_LISTS.encode())
        link.execute("update hotline.stream set last = %s where stream = 'hcmc'", (requests * 6,))
        link.execute("analyze")


class _Meanwhile:
    """What people notice meanwhile."""

    def __init__(self) -> None:
        self.live = Figure("   a request taken elsewhere meanwhile, told here", 1000)
        self.before = Figure("   a person's save here before", None)
        self.saves = Figure("   and meanwhile", 30)
        self.turns = Figure("   a loop as the window's is late meanwhile", 50)

    def save_before(self, seat: Console) -> None:
        """What a save takes on this machine now."""
        for _ in range(60):
            start = time.perf_counter()
            seat.log()
            self.before.samples.append(timed_ms(start))

    @contextmanager
    def at(self, seat: Console, centre: Centre) -> Iterator[None]:
        """Keep working until the end of the block."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=work, args=(seat, centre, stop))
            for work in (self._take, self._save, self._turn)
        ]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            stop.set()
            for each in threads:
                each.join()

    def _take(self, seat: Console, centre: Centre, stop: threading.Event) -> None:
        elsewhere = centre.central("op-elsewhere")
        greet(elsewhere, 7)
        while not stop.wait(0.2):
            taken = received(uuid7(), f"26007{len(self.live.samples):06}", datetime.now(UTC))
            start = time.monotonic()
            elsewhere.push([replace(taken, at=datetime.now(UTC))])
            until(lambda: taken.request_id in seat.heard_at or stop.is_set())  # noqa: B023
            if (heard := seat.heard_at.get(taken.request_id)) is not None:
                self.live.samples.append((heard - start) * 1000)

    def _save(self, seat: Console, _centre: Centre, stop: threading.Event) -> None:
        while not stop.wait(0.1):
            start = time.perf_counter()
            seat.log()
            self.saves.samples.append(timed_ms(start))

    def _turn(self, _seat: Console, _centre: Centre, stop: threading.Event) -> None:
        start = time.perf_counter()
        while not stop.wait(0.005):
            self.turns.samples.append(timed_ms(start) - 5)
            start = time.perf_counter()


def start(folder: Path, requests: int = REQUESTS) -> list[Figure]:
    """From nothing to a seat that can show everything it keeps."""
    meanwhile = _Meanwhile()
    stands = Figure(f"new seat, {requests:,} requests: follows the stream", 10, "s")
    opened = Figure("   has every open request", 60, "s")
    whole = Figure("   has the last 90 days", None, "s")
    read = Figure("   the same by the stream (worked out of a minute)", None, "s")
    centre = fresh_centre()
    try:
        began = time.perf_counter()
        history(centre, requests)
        print(f"made {requests:,} requests in {time.perf_counter() - began:.0f} s", flush=True)
        times = LinkTimes(project=3600, prune=3600)
        with console(folder, centre.central("op1"), "new", times=times, start=False) as new:
            side = LocalInitialSync(new.store, new.sync)
            new.link.initial_load = InitialLoad(new.link._central._central, side)  # type: ignore[attr-defined]
            meanwhile.save_before(new)
            began, used = time.perf_counter(), time.process_time()
            new.link.start()
            until(lambda: new.sync.cursor().position >= requests * 6, 600)
            stands.samples.append(time.perf_counter() - began)
            wanted = side.wanted_count()
            n_open = round(requests * (1 - _OPEN))
            with meanwhile.at(new, centre):
                until(lambda: side.wanted_count() <= wanted - n_open, 600)
                opened.samples.append(time.perf_counter() - began)
                until(lambda: side.wanted_count() == 0, 1200)
                whole.samples.append(time.perf_counter() - began)
            whole.slow = (
                f"{wanted:,} requests kept; {time.process_time() - used:.0f} s of processor time"
            )
            assert new.link.stop()
        with console(
            folder, centre.central("op2"), "by-stream", code=2, times=times, start=False
        ) as old:
            began, used = time.perf_counter(), time.process_time()
            old.link.start()
            until(lambda: time.perf_counter() - began > _STREAM_S, 2 * _STREAM_S)
            place = old.sync.cursor().position
            took, cpu = time.perf_counter() - began, time.process_time() - used
            read.samples.append(took * requests * 6 / place)
            read.slow = (
                f"{place / took:,.0f} events/s; {cpu * requests * 6 / place:,.0f} s of processor "
                "time for all of it"
            )
            assert old.link.stop()
    finally:
        centre.close()
    return [
        stands, opened, whole, meanwhile.live, meanwhile.before, meanwhile.saves,
        meanwhile.turns, read,
    ]  # fmt: skip
