"""The window over a long time: a busy hour and a shift compressed into minutes, a full queue, and
key presses during all of that.
"""

import asyncio
import random
import time
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.live_events import CallEvent, RequestsChanged
from console.domain.requests.commands import LogRequest
from console.services.people.actors import actor_for
from console.services.views.requests import RequestFilter
from console.ui.runtime import tasks
from tests.bench.figures import Figure
from tests.bench.process import rss_mb
from tests.bench.window.memory_growth import slope
from tests.bench.window.seat import PaintWatch, Pulse, Seat, Typist, open_seat, until

AGENCY = "ql-htgt-duong-bo"
_CALLS_AN_HOUR = 250
_PAGES = ("intake", "inbox", "queue", "callbacks", "intake", "wallboard", "map")


def report(n: int, agency: str | None = None) -> LogRequest:
    """The nth report of a busy city."""
    return LogRequest(
        service_code="roads.pothole",
        description=f"Ổ gà sâu giữa làn xe máy, trước nhà số {n}",
        address_string=f"{n} Lạc Long Quân, P.3, Q.11",
        phone=f"09{10_000_000 + n}",
        reporter_name="Anh Thắng",
        agency=agency,
        forward=agency is not None,
    )


def call_step(seat: Seat, n: int, kind: str, **more: object) -> None:
    """One event of the nth call, as the line publishes it."""
    desk = seat.core.desk
    event = CallEvent(
        kind=kind, call_id=f"{1_796_000_000 + n}.1", at=desk.clock(), pbx="pbx", queue="1022",
        peer_number=f"09{40_000_000 + n % 5000}", **more,  # type: ignore[arg-type]
    )  # fmt: skip
    desk.bus.publish(event)


async def hour(profile: Path, seconds: int) -> tuple[Figure, ...]:
    """An hour of work in so many seconds: 250 calls, as many saves, page changes, typing."""
    stalls = Figure(f"loop stands still, a busy hour in {seconds} s", 50)
    async with open_seat(profile, user="supervisor") as seat:
        seat.intake.new_form()
        seat.intake.deck.form.description.setFocus()
        typist, pulse = Typist(seat.window), Pulse(seat.window)
        gap_s = seconds / _CALLS_AN_HOUR
        begun = time.perf_counter()
        for n in range(_CALLS_AN_HOUR):
            mine = n % 10 == 0  # the load of ten consoles
            call_step(seat, n, "offered")
            call_step(seat, n, "ringing", operator="101" if mine else "105")
            call_step(seat, n, "answered", operator="101" if mine else "105")
            await seat.core.desk.do(report(n, AGENCY if n % 2 else None))
            call_step(seat, n, "ended", operator="101" if mine else "105", reason="caller")
            if n % 12 == 11:
                seat.window.goto_page(_PAGES[n // 12 % len(_PAGES)])
            await asyncio.sleep(max(0.0, begun + (n + 1) * gap_s - time.perf_counter()))
        pulse.stop()
        typist.stop()
    stalls.samples = pulse.late_ms
    over = sum(each > 50 for each in pulse.late_ms)
    stalls.slow = f"{over} turns over 50 ms of {len(pulse.late_ms)}; {pulse.own()}"
    return (stalls,)


async def keys(profile: Path, presses: int) -> tuple[Figure, ...]:
    """From a key press in the description to the painted letter, while 100 changes a second come
    in.
    """
    figure = Figure("key -> letter painted, at 100 changes/s", 50)
    async with open_seat(profile) as seat:
        desk = seat.core.desk
        rows = await desk.ask(lambda q: q.requests(RequestFilter(), desk.clock()))
        ids, dice = [row.id for row in rows], random.Random(3)
        timer = QTimer(seat.window)
        timer.timeout.connect(
            lambda: desk.bus.publish(RequestsChanged(frozenset({dice.choice(ids)})))
        )
        timer.start(10)
        seat.intake.new_form()
        field = seat.intake.deck.form.description
        field.setFocus()
        seen: list[float] = []
        eyes = PaintWatch(lambda _w: seen.append(time.perf_counter()), seat.window)
        eyes.watch(field.viewport())
        for n in range(presses):
            await asyncio.sleep(0.04)  # as fast as the fastest typist
            seen.clear()
            start = time.perf_counter()
            QTest.keyClicks(field, "abcdeghiklm "[n % 12])
            await until(lambda: seen, "the letter")
            figure.samples.append((seen[0] - start) * 1000)
        timer.stop()
    return (figure,)


async def full_queue(profile: Path, seconds: int, rows: int = 2000) -> tuple[Figure, ...]:
    """An agency with so many open requests: 100 of them change a second while somebody scrolls."""
    cost = Figure(f"CPU of a core, {rows} rows, 100 changes/s, scrolling", 35, "%")
    stalls = Figure(f"loop stands still, {rows} rows", 50)
    async with open_seat(profile, user=f"officer-{AGENCY}") as seat:
        desk = seat.core.desk
        operator = actor_for("operator", desk.catalogue, "may-01")
        done = [await desk.do(report(n, AGENCY), actor=operator) for n in range(rows)]
        ids = [each.request_id for each in done if each.request_id is not None]
        seat.window.goto_page("queue")
        await tasks.settle()
        shown = seat.queue.table.model().rowCount()
        dice, timer, wheel = random.Random(5), QTimer(seat.window), QTimer(seat.window)
        timer.timeout.connect(
            lambda: desk.bus.publish(RequestsChanged(frozenset({dice.choice(ids)})))
        )
        wheel.timeout.connect(lambda: _scroll(seat, dice.choice((-120, -120, 120))))
        pulse = Pulse(seat.window)
        timer.start(10)
        wheel.start(100)
        used, start = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        cost.samples.append((time.process_time() - used) / (time.perf_counter() - start) * 100)
        pulse.stop()
        timer.stop()
        wheel.stop()
    stalls.samples, stalls.slow = pulse.late_ms, pulse.own()
    cost.slow = f"{shown} rows in the table"
    return cost, stalls


def _scroll(seat: Seat, by: int) -> None:
    view = seat.queue.table.viewport()
    at = view.rect().center()
    event = QWheelEvent(
        at.toPointF(), view.mapToGlobal(at).toPointF(), QPoint(0, 0), QPoint(0, by),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


async def shift(profile: Path, calls: int) -> tuple[Figure, ...]:
    """An eight-hour shift: so many calls go by this window, every hundredth is its own and has a
    form. An hour is an eighth of them.
    """
    growth = Figure(f"memory, MiB an hour-equivalent ({calls} calls)", 1, "MiB")
    marks: list[tuple[int, float]] = []
    begun = time.perf_counter()
    async with open_seat(profile) as seat:
        for n in range(calls):
            await _past(seat, n)
            if n % max(1, calls // 40) == 0:
                marks.append((n, rss_mb()))
        marks.append((calls, rss_mb()))
    half = [mark for mark in marks if mark[0] >= calls // 2]
    growth.samples = [slope(half) * calls / 8]
    growth.slow = f"{time.perf_counter() - begun:.0f} s; MiB: " + " ".join(
        f"{mb:.0f}" for _, mb in marks[::4]
    )
    return (growth,)


async def _past(seat: Seat, n: int) -> None:
    mine = n % 100 == 0
    who = "101" if mine else "105"
    call_step(seat, n, "offered")
    call_step(seat, n, "ringing", operator=who)
    call_step(seat, n, "answered", operator=who)
    if mine:
        seat.intake.show_call(f"{1_796_000_000 + n}.1")
        await tasks.settle()
        seat.intake.answer_only()
    call_step(seat, n, "ended", operator=who, reason="caller")
    if n % 10 == 0:
        await tasks.settle()
        await asyncio.sleep(0)
