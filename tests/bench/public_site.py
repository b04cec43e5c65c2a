"""The public site at 200 readers' requests a second, and what that costs the console beside it: its
saves, and its loop (a late turn of the loop is a window that does not respond).

    python -m tests.bench.public_site [SECONDS] [PER_SECOND]

The gateway's server and the store are one process here, as on a single seat; the readers are
another. Exits with 1 when it does not keep up.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from console.assembly.seat import THREAD_TURN_S
from console.channels.site.server import PublicSite
from console.channels.web.rate_limit import RateLimiter
from console.channels.web.server import WebServer
from console.domain.live_events import LinkChanged
from console.domain.requests import commands as c
from console.map.gazetteer.local_places import LocalPlaces
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.people.actors import actor_for
from console.services.runtime.bus import Bus
from console.store.files.spool import Spool
from console.store.seat.local_store import LocalStore
from tests.bench.store.data import NOW

PUBLISHED = 400
ALONE_S = 15.0
MORE, SLACK_MS = 1.5, 10.0
"""How much longer the slowest save in a hundred may take while there are readers."""
PATHS = ("/cong-bo/", "/cong-bo/?tu=30", "/cong-bo/ban-do", "/cong-bo/feed.json",
         "/cong-bo/style.css", "/cong-bo/xep-hang")  # fmt: skip


def main() -> int:
    """Run it; print two lines."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else 200.0
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_run(Path(folder), seconds, rate))


async def _run(folder: Path, seconds: float, rate: float) -> int:
    catalogue = load_catalogue()
    store = LocalStore(folder, catalogue)
    desk = Desk(
        store, Bus(), lambda: NOW, catalogue, LocalPlaces(folder), Spool(folder),
        actor_for("supervisor", catalogue, "ban-01"), dispatch,
    )  # fmt: skip
    numbers = []
    for n in range(PUBLISHED):
        done = await desk.do(_report(n))
        assert done.request_id is not None
        await desk.do(c.PublishRequest(request_id=done.request_id, text=f"Ổ gà số {n}"))
        numbers.append(done.number)
    server = WebServer(
        "127.0.0.1:0", (PublicSite(desk, rates=RateLimiter(1e6, 1_000_000, time.monotonic)),)
    )
    up = asyncio.Event()

    def publish(event: object) -> None:
        if isinstance(event, LinkChanged):
            up.set()

    task = asyncio.create_task(server.run(StoreInbox(store, desk.bus, desk.clock), publish))
    await up.wait()
    paths = [*PATHS, *(f"/cong-bo/phan-anh/{number}" for number in numbers)]
    sys.setswitchinterval(THREAD_TURN_S)  # as `Seat.start` does
    alone = await _saves(desk, ALONE_S, PUBLISHED)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        readers = pool.apply_async(_read, (server.port, paths, seconds, rate))
        cpu = time.process_time()
        beside = await _saves(desk, seconds, PUBLISHED + 5000)
        worked = time.process_time() - cpu
        got, p50, p99, wrong = await asyncio.to_thread(readers.get)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    store.close()
    slowed = beside[1] > alone[1] * MORE + SLACK_MS or beside[2] > alone[2] + SLACK_MS
    print(f"{'MISS' if slowed else 'ok  '} saves alone p50 {alone[0]:.1f} ms, p99 {alone[1]:.1f}, "
          f"loop late p99 {alone[2]:.1f}; beside the readers p50 {beside[0]:.1f} ms, "
          f"p99 {beside[1]:.1f}, loop late p99 {beside[2]:.1f}")  # fmt: skip
    good = got >= rate * seconds * 0.95 and not wrong
    print(f"{'ok  ' if good else 'MISS'} {got / seconds:.0f} answers/s of {rate:.0f} wanted, "
          f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, wrong {wrong}, "
          f"server {worked / seconds * 100:.0f} % of a core with the saves")  # fmt: skip
    return 0 if good and not slowed else 1


def _report(n: int) -> c.LogRequest:
    return c.LogRequest(
        service_code="roads.pothole", description=f"Ổ gà {n}", address_string="66/1 Đồng Tâm",
        lat=10.7 + n % 97 / 500, long=106.6 + n % 89 / 500, agency="so-xay-dung",
        phone=f"09031{n:05d}",
    )  # fmt: skip


async def _saves(desk: Desk, seconds: float, first: int) -> tuple[float, float, float]:
    """Ten saves a second, as in a busy room. Returns p50 and p99, and p99 of how late the loop
    turned meanwhile, in milliseconds.
    """
    took: list[float] = []
    late: list[float] = []
    watch = asyncio.create_task(_lateness(late))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        await desk.do(_report(first + len(took)))
        took.append((time.perf_counter() - start) * 1000)
        await asyncio.sleep(0.1)
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)
    took.sort()
    late.sort()
    return took[len(took) // 2], took[int(len(took) * 0.99)], late[int(len(late) * 0.99)]


async def _lateness(late: list[float]) -> None:
    while True:
        start = time.perf_counter()
        await asyncio.sleep(0.01)
        late.append((time.perf_counter() - start) * 1000 - 10)


def _read(
    port: int, paths: list[str], seconds: float, rate: float
) -> tuple[int, float, float, int]:
    os.nice(10)  # in reality they are other machines, and take no processor time of this one
    return asyncio.run(_readers(port, paths, seconds, rate))


async def _readers(
    port: int, paths: list[str], seconds: float, rate: float
) -> tuple[int, float, float, int]:
    took: list[float] = []
    wrong = 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as http:

        async def one(path: str) -> None:
            nonlocal wrong
            start = time.perf_counter()
            async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
                await answer.read()
                wrong += answer.status != 200
            took.append((time.perf_counter() - start) * 1000)

        begin, sent, tasks = time.perf_counter(), 0, set()
        while (now := time.perf_counter() - begin) < seconds:
            while sent < now * rate:
                task = asyncio.ensure_future(one(paths[sent % len(paths)]))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                sent += 1
            await asyncio.sleep(0.005)
        await asyncio.gather(*tasks)
    took.sort()
    return len(took), took[len(took) // 2], took[int(len(took) * 0.99)], wrong


if __name__ == "__main__":
    sys.exit(main())
