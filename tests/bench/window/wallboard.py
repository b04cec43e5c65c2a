"""What the wallboard costs at 100 events a second, and how far its figures lag behind."""

import asyncio
import random
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from console.domain.live_events import RequestsChanged
from console.domain.requests.commands import LogRequest
from console.services.views.requests import RequestFilter
from console.ui.pages.supervision.page import SupervisionPage
from tests.bench.figures import Figure
from tests.bench.window.seat import Seat, open_seat, until


async def wall(profile: Path, seconds: int) -> tuple[Figure, ...]:
    """The page in front and the wall screen, with 100 `RequestsChanged` a second and a save now and
    then. The cost is the difference to the same seconds with the settings page in front.
    """
    behind = Figure("save -> figure on the wall, at 100 events/s", 1000)
    cost = Figure("wallboard and wall at 100 events/s, of a core", 10, "%")
    whole = Figure("the program with them, of a core", None, "%")
    async with open_seat(profile, user="supervisor") as seat:
        desk = seat.core.desk
        rows = await desk.ask(lambda q: q.requests(RequestFilter(), desk.clock()))
        ids, dice = [row.id for row in rows], random.Random(7)
        timer = QTimer(seat.window)
        timer.timeout.connect(
            lambda: desk.bus.publish(RequestsChanged(frozenset({dice.choice(ids)})))
        )
        timer.start(10)
        seat.window.goto_page("settings")
        await asyncio.sleep(1)  # until the cost of opening the page is over
        # Alternately, because the machine's other work comes and goes.
        for turn in range(3):
            seat.window.goto_page("settings")
            without = await _used(seconds / 3)
            page = _shown(seat)
            await asyncio.sleep(1)  # until the wall has been painted for the first time
            used = await _used(seconds / 3)
            cost.samples.append(used - without)
            whole.samples.append(used)
            await _saves(seat, page, behind, 10, turn)
            assert page.wall is not None
            page.wall.close()
        timer.stop()
    return behind, cost, whole


def _shown(seat: Seat) -> SupervisionPage:
    seat.window.goto_page("wallboard")
    page = seat.window.page("wallboard")
    assert isinstance(page, SupervisionPage)
    page.open_wall(QGuiApplication.primaryScreen())
    return page


async def _used(seconds: float) -> float:
    """Processor time of all threads during so many seconds, in percent of a core."""
    used, start = time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    return (time.process_time() - used) / (time.perf_counter() - start) * 100


async def _saves(seat: Seat, page: SupervisionPage, behind: Figure, number: int, turn: int) -> None:
    for n in range(number):
        before = _today(page)
        await seat.core.desk.do(
            LogRequest(service_code="roads.pothole", description=f"Ổ gà {turn} {n}",
                       address_string="66/1 Đồng Tâm", agency="so-xay-dung")
        )  # fmt: skip
        start = time.perf_counter()
        await until(lambda was=before: _today(page) > was, "the new one on the wall")  # type: ignore[misc]
        behind.samples.append((time.perf_counter() - start) * 1000)


def _today(page: SupervisionPage) -> int:
    assert page.wall is not None
    shown = page.wall.figures
    caption = {n: c for n, c, _ in page.grid.captions}["received_today"]
    return next((int(f.value.replace(".", "")) for f in shown if f.caption == caption), 0)
