"""What an import of a history, and a rebuild, cost the person at the same window."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from PySide6.QtTest import QTest

from console.assembly.data_import import LocalSeatData
from console.services.people.actors import actor_for
from console.services.ports.seat_data import DataKind
from console.ui.runtime.long_work import run_long_work
from tests.bench.figures import Figure, timed_ms
from tests.bench.store.history_data import write_history
from tests.bench.window.seat import PaintWatch, Pulse, Seat, open_seat, until
from tests.bench.window.shift import report

_SAVES_EVERY_S, _KEYS_EVERY_S = 0.1, 0.04


async def beside(profile: Path, rows: int) -> tuple[Figure, ...]:
    """Import so many rows, then rebuild everything; meanwhile measure saves and keys."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        here = Path(folder) / "profile"
        shutil.copytree(profile, here)
        async with open_seat(here, user="administrator") as seat:
            desk = seat.core.desk
            file = Path(folder) / "history.csv"
            write_history(file, desk.catalogue, rows)
            data = LocalSeatData(desk, seat.core.store, here, "vi")
            seat.window.goto_page("intake")
            seat.intake.new_form()
            figures = [
                *await _lived(seat, "nothing", asyncio.sleep(10)),
                *await _lived(
                    seat,
                    f"an import of {rows:,}",
                    run_long_work(
                        "Nhập",
                        lambda tell: data.bring(
                            DataKind.REQUESTS, file, "", lambda at: tell(at.done, at.every)
                        ),
                    ),
                ),
                *await _lived(
                    seat,
                    "a rebuild of them",
                    run_long_work(
                        "Dựng lại",
                        lambda tell: data.rebuild(lambda at: tell(at.done, at.every)),
                    ),
                ),
            ]
    return tuple(figures)


async def _lived(seat: Seat, what: str, work: Awaitable[object]) -> tuple[Figure, ...]:
    """Save and type for as long as the work takes."""
    save = Figure(f"LogRequest -> durable, beside {what}", 30)
    key = Figure(f"key -> letter painted, beside {what}", 50)
    stalls = Figure(f"loop stands still, beside {what}", 50)
    pulse, begun = Pulse(seat.window), time.perf_counter()
    others = [asyncio.create_task(_saves(seat, save)), asyncio.create_task(_keys(seat, key))]
    try:
        await work
    finally:
        took = time.perf_counter() - begun
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        pulse.stop()
    stalls.samples, stalls.slow = pulse.late_ms, f"{took:.1f} s; {pulse.own()}"
    return save, key, stalls


async def _saves(seat: Seat, figure: Figure) -> None:
    operator = actor_for("operator", seat.core.desk.catalogue, "may-01")
    for n in range(100_000):
        await asyncio.sleep(_SAVES_EVERY_S)
        start = time.perf_counter()
        await seat.core.desk.do(report(n), actor=operator)
        figure.samples.append(timed_ms(start))


async def _keys(seat: Seat, figure: Figure) -> None:
    field = seat.intake.deck.form.description
    field.setFocus()
    seen: list[float] = []
    eyes = PaintWatch(lambda _w: seen.append(time.perf_counter()), seat.window)
    eyes.watch(field.viewport())
    for n in range(100_000):
        await asyncio.sleep(_KEYS_EVERY_S)
        if n % 600 == 599:
            field.setPlainText("")
        seen.clear()
        start = time.perf_counter()
        QTest.keyClicks(field, "abcdeghiklm "[n % 12])
        await until(lambda: seen, "the letter")
        figure.samples.append((seen[0] - start) * 1000)
