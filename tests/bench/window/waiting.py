"""What a person at the window waits for: ring, save, queue, search, a busy minute, 2,000 calls."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.live_events import RequestsChanged
from console.domain.requests.commands import LogRequest
from console.services.ports.store.queries import Queries
from console.services.views.requests import QueueRow, RequestFilter, RequestRow
from console.ui.calls.presenter import CallView
from console.ui.runtime import tasks
from tests.bench.figures import Figure, timed_ms
from tests.bench.process import synced_ms
from tests.bench.store.queries import TYPED
from tests.bench.window.seat import PaintWatch, Pulse, Seat, Typist, open_seat, until

_LATE_MS = 1000.0
"""The value of a ring that was never painted."""


@asynccontextmanager
async def _pbx(
    folder: Path, calls: int, gap_ms: int, hold_ms: int
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, Path]]:
    """The recorded call as a process of its own: (process, port, log of its writes)."""
    port_file, log = folder / "port", folder / "log"
    for old in (port_file, log):
        old.unlink(missing_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.telephony.ring_peer",
        "--calls", str(calls), "--gap-ms", str(gap_ms), "--hold-ms", str(hold_ms),
        "--port-file", str(port_file), "--log", str(log),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await until(port_file.exists, "the PBX's port")
        yield process, int(port_file.read_text()), log
    finally:
        process.kill()
        await process.wait()


async def _said(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    await process.stdout.readline()


async def _let_play(process: asyncio.subprocess.Process) -> None:
    """Start the calls, and return when the last one is over."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    await process.stdin.drain()
    await _said(process)


async def ring(profile: Path, calls: int, *, page: str = "intake") -> Figure:
    """From the PBX's write of `AgentCalled` to the painted card of the call (on another page: the
    call bar), while somebody types.
    """
    where = "card, typing in the form" if page == "intake" else f"call bar, page {page}"
    figure = Figure(f"ring on the socket -> {where}", 100)
    painted: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with (
            _pbx(Path(folder), calls, 260, 220) as (process, port, log),
            open_seat(profile, port=port) as seat,
        ):
            await _said(process)
            _watch_rings(seat, page, painted)
            seat.window.goto_page(page)
            typist = _begin_typing(seat, page)
            await _let_play(process)
            if typist is not None:
                typist.stop()
            wrote = dict(line.split() for line in log.read_text().splitlines())
    for number, at in wrote.items():
        seen = painted.get(f"+84{number[1:]}")
        figure.samples.append(_LATE_MS if seen is None else (seen - float(at)) * 1000)
    if missing := sum(each == _LATE_MS for each in figure.samples):
        figure.slow = f"{missing} were not painted within 220 ms, counted as {_LATE_MS:.0f}"
    return figure


def _watch_rings(seat: Seat, page: str, painted: dict[str, float]) -> None:
    ringing: list[str] = []

    def seen(_widget: QWidget) -> None:
        if ringing:
            painted.setdefault(ringing[-1], time.perf_counter())

    eyes = PaintWatch(seen, seat.window)

    def offered(view: CallView) -> None:
        ringing.append(view.phone or "")
        if page != "intake":
            return
        for card in seat.intake.left.call_cards:
            if card.view.call_id == view.call_id:
                eyes.watch(card)

    # After the page's own slot, so that the card exists.
    seat.window.calls.offered.connect(offered)
    if page != "intake":
        eyes.watch(seat.window.call_bar)


def _begin_typing(seat: Seat, page: str) -> Typist | None:
    if page != "intake":
        return None
    seat.intake.new_form()
    seat.intake.deck.form.description.setFocus()
    return Typist(seat.window)


def _commit(widget: QWidget, text: str) -> None:
    widget.setFocus()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


async def save(profile: Path, saves: int) -> tuple[Figure, ...]:
    """From Ctrl+S to the painted **Đã lưu**; from a request at the desk to the disk; and the bare
    disk.
    """
    figure = Figure('Ctrl+S -> "Đã lưu" painted', 50)
    durable = Figure("LogRequest through the desk -> durable, idle", 15)
    async with open_seat(profile) as seat:
        seen: list[float] = []
        outcome = seat.intake.deck._outcome
        eyes = PaintWatch(
            lambda _w: seen.append(time.perf_counter()) if "Đã lưu" in outcome.text() else None,
            seat.window,
        )
        eyes.watch(outcome)
        for n in range(saves):
            form = seat.intake.deck.form
            _commit(form.service, "dai phan cach")
            QTest.keyClick(form.service, Qt.Key.Key_Return)
            _commit(form.address, f"{n}/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn")
            _commit(form.description, f"Dải phân cách đổ giữa đường, đoạn {n}")
            await tasks.settle()
            seen.clear()
            start = time.perf_counter()
            focused = QApplication.focusWidget() or form
            QTest.keyClick(focused, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
            await until(lambda: seen, f"the save to be told; it says {outcome.text()}")
            figure.samples.append((seen[0] - start) * 1000)
            await tasks.settle()
        await asyncio.sleep(1)  # until the lists have refreshed after the last save
        for n in range(saves * 2):
            start = time.perf_counter()
            await seat.core.desk.do(_report(n))
            durable.samples.append(timed_ms(start))
            await tasks.settle()
    disk = Figure("the bare disk: 128 KiB + fdatasync", samples=synced_ms(profile, 100))
    return figure, durable, disk


def _report(n: int) -> LogRequest:
    return LogRequest(
        service_code="drainage.cover",
        description=f"Nắp cống sụp trước nhà số {n}",
        address_string=f"{n}/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn",
        phone="0903123456",
        reporter_name="Bà Lan",
    )


def _queue_of(agency: str, now: datetime) -> Callable[[Queries], tuple[QueueRow, ...]]:
    return lambda q: q.queue(agency, now)


def _search_for(text: str) -> Callable[[Queries], tuple[RequestRow, ...]]:
    return lambda q: q.search(text)


async def million(profile: Path) -> tuple[Figure, ...]:
    """Queue and search on the store of a million requests, while somebody writes to it."""
    query = Figure("queue of an agency, 200 rows, query", 5)
    shown = Figure("queue of an agency -> table painted", 50)
    search = Figure("search as you type, no accents, per key", 20)
    async with open_seat(profile, user="supervisor", read_only=True) as seat:
        desk = seat.core.desk
        now = desk.clock()
        agencies = [*desk.catalogue.agencies][:12]
        seat.window.goto_page("queue")
        await tasks.settle()
        for n in range(200):
            agency = agencies[n % len(agencies)]
            start = time.perf_counter()
            await desk.ask(_queue_of(agency, now))
            query.samples.append(timed_ms(start))
        await _queue_painted(seat, agencies, shown)
        slowest: list[tuple[float, str]] = []
        for key in (text[:n] for text in TYPED for n in range(2, len(text) + 1)):
            start = time.perf_counter()
            await desk.ask(_search_for(key))
            slowest.append((timed_ms(start), key))
    search.samples = [each for each, _ in slowest]
    search.slow = "slowest: " + ", ".join(f"{t!r} {ms:.0f}" for ms, t in sorted(slowest)[-3:])
    return query, shown, search


async def _queue_painted(seat: Seat, agencies: list[str], shown: Figure) -> None:
    presenter, table = seat.queue.presenter, seat.queue.table
    fresh: list[bool] = []
    seen: list[float] = []
    presenter.rows_changed.connect(lambda: fresh.append(True))
    eyes = PaintWatch(lambda _w: seen.append(time.perf_counter()) if fresh else None, seat.window)
    eyes.watch(table.viewport())
    for n in range(60):
        fresh.clear()
        seen.clear()
        start = time.perf_counter()
        presenter.show(agency=agencies[n % len(agencies)], view="open", query="")
        await until(lambda: seen, "the queue to be painted")
        shown.samples.append((seen[0] - start) * 1000)
        await tasks.settle()


async def busy(profile: Path, seconds: int, *, page: str = "intake") -> tuple[Figure, ...]:
    """A hundred `RequestsChanged` a second, ten calls, somebody typing: how long the window's loop
    stood still, and what it cost.
    """
    stalls = Figure(f"loop stands still, busy minute, page {page}", 50)
    cost = Figure(f"CPU of a core at 100 changes/s, page {page}", 35, "%")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        gap_ms = seconds * 100
        async with (
            _pbx(Path(folder), 10, gap_ms, gap_ms // 2) as (process, port, _),
            open_seat(profile, port=port) as seat,
        ):
            await _said(process)
            desk = seat.core.desk
            rows = await desk.ask(lambda q: q.requests(RequestFilter(), desk.clock()))
            ids = [row.id for row in rows]
            seat.window.goto_page(page)
            typist = _begin_typing(seat, page)
            timer = QTimer(seat.window)
            dice = random.Random(7)
            timer.timeout.connect(
                lambda: desk.bus.publish(RequestsChanged(frozenset({dice.choice(ids)})))
            )
            timer.start(10)
            pulse = Pulse(seat.window)
            used, start = time.process_time(), time.perf_counter()
            await _let_play(process)
            cost.samples.append((time.process_time() - used) / (time.perf_counter() - start) * 100)
            pulse.stop()
            timer.stop()
            if typist is not None:
                typist.stop()
    stalls.samples, stalls.slow = pulse.late_ms, pulse.own()
    return stalls, cost
