"""Calls from the socket to the screen and to the disk.

    python -m tests.bench.telephony.calls latency       socket -> Qt slot at 1,000 events/s
    python -m tests.bench.telephony.calls consoles      10 calls/s on two consoles: one contact each
    python -m tests.bench.telephony.calls hour          an hour of calls at 20x: memory stays flat

`--seconds N` shortens the last two. The PBX is a server in a thread of its own, so it competes for
the interpreter, which a real one would not.
"""

import argparse
import asyncio
import gc
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from sqlalchemy import create_engine, text

from console.assembly.seat import THREAD_TURN_S
from console.domain.live_events import CallEvent
from console.map.gazetteer.local_places import LocalPlaces
from console.services.calls.tracking import CallKeeper
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.desk import Desk
from console.services.dispatch import dispatch
from console.services.people.actors import actor_for
from console.services.runtime.bus import Bus
from console.store.files.spool import Spool
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.telephony.asterisk.line import AmiLine
from console.ui.calls.presenter import CallPresenter
from console.ui.runtime.garbage_collector import Collector
from tests.bench.figures import Figure, print_table
from tests.bench.telephony.ring_peer import of_call, phases
from tests.fakes.ami.peer import AmiPeer

RATE = 1000
HOUR_CALLS = 250
SPEED = 20


type Play = Callable[[AmiPeer], Coroutine[object, object, None]]


class Pbx:
    """The peer on a loop of its own; `play` is a coroutine that receives it."""

    def __init__(self, play: Play, seats: int) -> None:
        self._play, self._seats = play, seats
        self.port, self.ready, self.done = 0, threading.Event(), threading.Event()
        self.go = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._thread.start()
        self.ready.wait(10)

    async def _main(self) -> None:
        async with AmiPeer(b"", auto=True) as peer:
            self.port = peer.port
            self.ready.set()
            await peer.wait_for_action("QueueStatus", self._seats)
            await asyncio.to_thread(self.go.wait)
            await self._play(peer)
            self.done.set()
            # until the consoles have read everything and hung up
            await asyncio.gather(*peer._sessions, return_exceptions=True)


class Console:
    """A seat without a window: line, bus, presenter, store."""

    def __init__(self, folder: Path, port: int, extension: str) -> None:
        catalogue = load_catalogue()
        self.profile = folder / extension
        self.store = LocalStore(self.profile, catalogue)
        self.desk = Desk(
            store=self.store,
            bus=Bus(),
            clock=_utc,
            catalogue=catalogue,
            places=LocalPlaces(folder),
            files=Spool(folder),
            actor=actor_for("operator", catalogue, extension),
            dispatch=dispatch,
        )
        self.line = AmiLine("127.0.0.1", port, "x", "x", extension=extension, queues=["1022"])
        self.desk.telephony = self.line
        self.calls = CallPresenter(self.desk, extension)
        self.keeper = CallKeeper(self.store, self.desk.bus, self.desk.clock)
        self.tasks = [
            asyncio.ensure_future(self.line.run(self.desk.bus.publish)),
            asyncio.ensure_future(self.keeper.run()),
        ]

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.line.close()
        self.calls.close()
        self.store.close()


def _utc() -> datetime:
    return datetime.now(UTC)


async def latency() -> bool:
    """From bytes on the socket to a slot of the presenter, through every layer between."""
    late: list[float] = []
    seconds = 10

    async def play(peer: AmiPeer) -> None:
        (writer,) = peer._writers
        start = time.perf_counter()
        for n in range(RATE * seconds):
            if (ahead := start + n / RATE - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            stamp = time.perf_counter()
            lines = (
                f"Event: QueueMemberStatus\r\nQueue: 1022\r\nInterface: PJSIP/2{n % 30:02}\r\n"
                f"MemberName: {stamp}\r\nStatus: {1 + n // 30 % 2}\r\nPaused: 0\r\n"
            )
            writer.write((lines + "Pad: x\r\n" * 12 + "\r\n").encode())

    pbx = Pbx(play, 1)
    with tempfile.TemporaryDirectory() as folder:
        seat = Console(Path(folder), pbx.port, "101")
        slot_at = [0.0]

        def slot() -> None:
            slot_at[0] = time.perf_counter()

        def heard(event: CallEvent) -> None:
            # The presenter was connected first, so its slot has already run for this event.
            if event.kind == "agent_changed" and event.operator != "101":
                late.append((slot_at[0] - float(str(event.more["name"]))) * 1000)

        seat.calls.changed.connect(slot)
        seat.desk.bus.subscribe(CallEvent, heard)
        pbx.go.set()
        await until(lambda: pbx.done.is_set() and len(late) >= RATE * seconds * 0.99, 60)
        await seat.close()
    p50, p99 = (
        Figure("socket -> Qt slot, p50", samples=late),
        Figure("socket -> Qt slot, p99", 10, samples=late),
    )
    fine = print_table([p50, p99])
    median = p50.part(0.5)
    print(f"{len(late):,} events at {RATE}/s: p50 {median:.2f} ms (goal < 1)")
    return fine and median < 1


async def consoles(seconds: int) -> bool:
    """Ten unanswered calls a second, watched by two consoles with a store each."""
    calls = 10 * seconds
    join, called, gone = phases()

    async def play(peer: AmiPeer) -> None:
        start = time.perf_counter()
        for n in range(calls + 10):
            if (ahead := start + n / 10 - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            data = of_call([*join, *called], n) if n < calls else b""
            data += of_call(gone, n - 10) if n >= 10 else b""
            for writer in tuple(peer._writers):
                writer.write(data)
                await writer.drain()

    pbx = Pbx(play, 2)
    with tempfile.TemporaryDirectory() as folder:
        seats = [Console(Path(folder), pbx.port, extension) for extension in ("101", "102")]
        pbx.go.set()
        began, cpu = time.perf_counter(), time.process_time()
        await until(pbx.done.is_set, seconds + 120)
        waited = time.perf_counter()
        await until(lambda: not any(seat.keeper.waiting for seat in seats), 60)
        behind = time.perf_counter() - waited
        share = (time.process_time() - cpu) / (time.perf_counter() - began)
        found = []
        for seat in seats:
            await seat.close()
            engine = create_engine(f"sqlite:///{seat.profile / FILE_NAME}")
            with engine.connect() as link:
                found.append(
                    tuple(
                        link.execute(text(query)).scalar_one()
                        for query in (
                            "select count(*) from call",
                            "select count(*) from contact",
                            "select count(distinct call_id) from call where state = 'abandoned'",
                        )
                    )
                )
            engine.dispose()
    print(f"{calls} calls at 10/s: rows, contacts, abandoned of each console: {found}")
    print(f"disk behind by {behind:.2f} s; CPU {share * 100:.0f} % of a core, peer included")
    return all(row == (calls, calls, calls) for row in found)


async def hour(seconds: int) -> bool:
    """Calls at 20 times their pace; compares memory after the first fifth and at the end."""
    join, called, gone = phases()
    rate = HOUR_CALLS / 3600 * SPEED

    async def play(peer: AmiPeer) -> None:
        (writer,) = peer._writers
        start = time.perf_counter()
        for n in range(int(rate * seconds)):
            if (ahead := start + n / rate - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            writer.write(of_call([*join, *called, *gone], n))
            await writer.drain()

    pbx = Pbx(play, 1)
    with tempfile.TemporaryDirectory() as folder:
        seat = Console(Path(folder), pbx.port, "101")
        pbx.go.set()
        began = time.perf_counter()
        await until(lambda: time.perf_counter() - began > seconds / 5, seconds)
        gc.collect()
        first = rss_mb()
        await until(lambda: pbx.done.is_set() and not seat.keeper.waiting, seconds + 60)
        gc.collect()
        last = rss_mb()
        book = seat.line.tracker.book
        left = (len(book.legs), len(book.calls), sum(map(len, book.queues.values())))
        shown = len(seat.calls.calls)
        await seat.close()
    print(f"{int(rate * seconds)} calls in {seconds} s: {first:.1f} MB -> {last:.1f} MB")
    print(f"left in memory: legs, calls, waiting {left}, on the screen {shown}")
    return last - first < 5 and left == (0, 0, 0) and shown == 0


def rss_mb() -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


async def until(done: Callable[[], bool], limit_s: float) -> None:
    end = time.perf_counter() + limit_s
    while not done():
        if time.perf_counter() > end:
            raise TimeoutError
        await asyncio.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(prog="calls_bench")
    parser.add_argument("what", choices=("latency", "consoles", "hour"))
    parser.add_argument("--seconds", type=int)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["calls_bench"])
    # As in the program: collections on the window's thread, and threads that yield.
    Collector(app)
    sys.setswitchinterval(THREAD_TURN_S)
    jobs: dict[str, Callable[[], Coroutine[object, object, bool]]] = {
        "latency": latency,
        "consoles": lambda: consoles(given.seconds or 60),
        "hour": lambda: hour(given.seconds or 180),
    }
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return 0 if runner.run(jobs[given.what]()) else 1


if __name__ == "__main__":
    sys.exit(main())
