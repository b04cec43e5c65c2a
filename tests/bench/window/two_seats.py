"""A save at one seat until it is painted in another seat's window, over a real PostgreSQL."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from console.domain.live_events import RequestsChanged
from console.ui.runtime import tasks
from tests.bench.figures import Figure
from tests.bench.window.seat import PaintWatch, Seat, open_seat, until
from tests.fakes.postgres import fresh_centre
from tests.integration.sync.test_processes import Running, _env

_EACH = 15
"""Saves for one agency, few enough for its queue to show them all without scrolling."""
_PAUSE_S = 0.3
"""Time between two saves: it takes four people to save so often, and a list that has just refreshed
rests for 100 ms.
"""


async def elsewhere(saves: int) -> tuple[Figure, ...]:
    """Saves come from a seat without a window; this window shows the agency's queue."""
    painted = Figure("save there -> row painted in this window", 250)
    told = Figure("   of it until this window's bus heard")
    centre = fresh_centre()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        there = Running(Path(folder) / "there", _env(centre, "op1", 1))
        try:
            await until(lambda: there.heard(state="up"), "the other seat")
            given = {
                name: value
                for name, value in _env(centre, "op2", 2).items()
                if not name.endswith("WORKSTATION")
            }
            async with open_seat(Path(folder) / "here", given=given) as seat:
                await _shown(seat, there, painted, told, saves)
        finally:
            there.close()
            centre.close()
    half = painted.part(0.5)
    painted.slow = f"p50 {half:.0f} (goal 50)"
    median = Figure("   its p50", 50, samples=[half])
    return painted, median, told


async def _shown(seat: Seat, there: Running, painted: Figure, told: Figure, saves: int) -> None:
    seat.window.goto_page("queue")
    await tasks.settle()
    presenter, wanted = seat.queue.presenter, [""]
    seen: dict[str, float] = {}

    def look(_table: QWidget) -> None:
        if any(str(item.request_id) == wanted[0] for item in presenter.items):
            seen.setdefault(wanted[0], time.time())

    heard: dict[str, float] = {}

    def hear(event: RequestsChanged) -> None:
        for each in event.ids:
            heard.setdefault(str(each), time.time())

    seat.core.desk.bus.subscribe(RequestsChanged, hear)
    eyes = PaintWatch(look, seat.window)
    eyes.watch(seat.queue.table.viewport())
    agencies = [*seat.core.desk.catalogue.agencies]
    for n in range(saves):
        agency = agencies[n // _EACH]
        if n % _EACH == 0:
            presenter.show(agency=agency, view="open", query="")
            await tasks.settle()
        there.say(f"log {agency}")
        await until(lambda n=n: len(_saved(there)) > n, "the save")  # type: ignore[misc]
        saved = _saved(there)[n]
        wanted[0] = str(saved["saved"])
        # A row painted before its id was known here is painted again later, so no figure is too
        # low.
        seat.queue.table.viewport().update()
        await until(lambda: wanted[0] in seen, "the row to be painted")
        told.samples.append((heard[wanted[0]] - saved["at"]) * 1000)
        await asyncio.sleep(_PAUSE_S)
        painted.samples.append((seen[wanted[0]] - saved["at"]) * 1000)


def _saved(there: Running) -> list[dict[str, Any]]:
    return [each for each in list(there.said) if "saved" in each]
