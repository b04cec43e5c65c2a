"""Figures of the map: page ready, points, click to signal, memory; addresses.

    python -m tests.bench.map_page [WARDS.geojson] [BASE.pmtiles]

Needs a display (xvfb-run -a -s "-screen 0 1600x900x24"); as root QTWEBENGINE_DISABLE_SANDBOX=1.
"""

import os
import random
import signal
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.states import Priority, State
from console.map.addresses.language.known_streets import shipped_streets
from console.map.display.state import MapSetup
from console.map.gazetteer.local_places import LocalPlaces
from console.map.gazetteer.suggestions import Gazetteer
from console.map.geography.wards import WardTable
from console.services.views.requests import MapPoint
from console.ui.map.view import MapView
from console.ui.runtime.software_rendering import paint_by_processor

CENTRE = (10.79, 106.68)


def line(name: str, value: float, unit: str, limit: float | None = None) -> None:
    """Print one figure, with its limit if there is one."""
    verdict = "" if limit is None else f"  (limit {limit:g}{' OVER' if value > limit else ''})"
    print(f"{name:44}{value:10.1f} {unit}{verdict}")


def until(true: Callable[[], object], ms: int = 20_000) -> None:
    """Wait until something holds."""
    deadline = QDeadlineTimer(ms)
    while not true():
        if deadline.hasExpired():
            raise SystemExit("did not happen in time")
        QTest.qWait(1)


def has_drawn(drawn: list[object], n: int) -> bool:
    """Whether the page reported that it drew so many."""
    return any(getattr(one, "n", 0) == n for one in drawn)


def family() -> set[str]:
    """Ids of this process and all its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[stat.parent.name] = stat.read_text().rsplit(")", 1)[1].split()[1]
        except OSError:
            continue
    me = {str(QCoreApplication.applicationPid())}
    while more := {pid for pid, parent in parents.items() if parent in me} - me:
        me |= more
    return me


def memory_mb() -> float:
    """Memory of this process and its children in MB; shared pages are divided up (PSS)."""
    total = 0.0
    for pid in family():
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:"))
    return total / 1024


def sharers() -> int:
    """Other programs that have WebEngine's code mapped; they carry a part of it, so our figure is
    too low.
    """
    found = 0
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            found += maps.parent.name not in family() and "WebEngineCore" in maps.read_text()
        except OSError:
            continue
    return found


def cloud(n: int) -> list[MapPoint]:
    """Points across the city."""
    dice, due = random.Random(n), datetime.now(UTC) + timedelta(hours=9)
    return [
        MapPoint(
            uuid.UUID(int=dice.getrandbits(128)),
            f"{i:011d}",
            dice.gauss(CENTRE[0], 0.05),
            dice.gauss(CENTRE[1], 0.05),
            "road.pothole",
            State.FORWARDED,
            dice.choice(list(Priority)),
            due,
        )
        for i in range(n)
    ]


def addresses() -> None:
    """Parsing and look-ups, without a window."""
    begun = time.perf_counter()
    places = LocalPlaces()
    places.parse("12 Lê Lợi, P.Bến Thành, Q.1")
    line("address: first parse, all tables", (time.perf_counter() - begun) * 1000, "ms", 50)
    texts = [
        f"hẻm {i} Nguyễn Trãi, {w.name}, {w.district}"
        for i, w in enumerate(places.table.old.values())
    ]
    spans = []
    for text in texts:
        tries = []
        for _ in range(3):  # the machine has other work: take the best of three
            begun = time.perf_counter()
            places.parse(text)
            tries.append((time.perf_counter() - begun) * 1000)
        spans.append(min(tries))
    line("address: parse, median", statistics.median(spans), "ms", 1)
    line("address: parse, slowest of 442", max(spans), "ms", 5)
    search()


def search() -> None:
    """A key press in the search over 20,000 imported names."""
    words = sorted({word for name in shipped_streets().names for word in name.split()})
    dice = random.Random(20)
    names = sorted({" ".join(dice.choices(words, k=3)) for _ in range(30_000)})[:20_000]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "places.tsv")
        rows = "".join(f"street\t{name}\t10.77\t106.7\t\n" for name in names)
        file.write_text(f"kind\tname\tlat\tlong\talias\n{rows}", encoding="utf-8")
        gazetteer = Gazetteer(WardTable(), places=file)
        begun = time.perf_counter()
        entries = len(gazetteer)
        line(f"search: index of {entries} entries", (time.perf_counter() - begun) * 1000, "ms")
        spans = []
        for text in ("nguyen thi minh khai", "vo cogn ton", "p. binh trj dong", "hẻm 5 cao thnag"):
            for n in range(2, len(text) + 1):
                tries = []
                for _ in range(3):
                    begun = time.perf_counter()
                    gazetteer.suggest(text[:n], 8)
                    tries.append((time.perf_counter() - begun) * 1000)
                spans.append(min(tries))
        line("search: a key, median", statistics.median(spans), "ms", 20)
        line(f"search: a key, slowest of {len(spans)}", max(spans), "ms", 20)


def web(setup: MapSetup) -> None:
    """The web map."""
    before = memory_mb()
    begun = time.perf_counter()
    view = MapView(setup)
    line("map: constructor", (time.perf_counter() - begun) * 1000, "ms", 50)
    view.resize(900, 700)
    ready: list[float] = []
    view.ready.connect(lambda: ready.append(time.perf_counter()))
    loop = QEventLoop()  # an idle window: a busy loop here would hold up the import thread
    view.ready.connect(loop.quit)
    begun = time.perf_counter()
    view.show()
    loop.exec()
    print(f"engine: {view.engine}")
    line("map: shown -> page ready", (ready[0] - begun) * 1000, "ms", 2000)
    if view.engine != "web":
        return
    drawn: list[object] = []
    view.web.drawn.connect(drawn.append)
    for n in (5_000, 50_000):
        points = cloud(n)
        limit = 1000 if n == 5_000 else 3000
        for zoom in (12, 14):
            view.fly_to(*CENTRE, zoom)
            drawn.clear()
            begun = time.perf_counter()
            view.show_points(points)
            until(partial(has_drawn, drawn, n))
            spent = (time.perf_counter() - begun) * 1000
            line(f"map: {n} points at zoom {zoom}, call -> painted", spent, "ms", limit)
        grown = memory_mb() - before
        line(f"map: memory with {n} points, over before", grown, "MB", 350 if n == 5_000 else None)
        if others := sharers():
            print(f"  too low: {others} other processes share WebEngine's code")
    view.show_points(cloud(5_000))
    clicks(view)
    moves(view)
    killed(view)
    view.dispose()


def killed(view: MapView) -> None:
    """The renderer dies: time until the page listens again and has its requests."""
    drawn: list[object] = []
    view.web.drawn.connect(drawn.append)
    begun = time.perf_counter()
    os.kill(view.web.page().renderProcessPid(), signal.SIGKILL)
    until(lambda: has_drawn(drawn, 5_000))
    line("map: renderer killed -> 5,000 points again", (time.perf_counter() - begun) * 1000, "ms",
         1000)  # fmt: skip


def clicks(view: MapView) -> None:
    """From a click to its signal, while the page has 5,000 points."""
    picks: list[object] = []
    view.location_picked.connect(picks.append)
    view.request_opened.connect(picks.append)
    proxy = view.web.focusProxy()
    assert proxy is not None
    view.fly_to(10.40, 106.90, 14)
    QTest.qWait(400)  # until the flight is over, or the click would hit another place
    spans = []
    for i in range(30):
        picks.clear()
        begun = time.perf_counter()
        QTest.mouseClick(proxy, Qt.MouseButton.LeftButton, pos=QPoint(150 + 17 * i, 160 + 11 * i))
        until(lambda: picks)
        spans.append((time.perf_counter() - begun) * 1000)
    line("map: click -> location_picked, median", statistics.median(spans), "ms", 50)
    line("map: click -> location_picked, slowest of 30", max(spans), "ms")


def moves(view: MapView) -> None:
    """From a message to the page to its answer."""
    acks: list[int] = []
    view.web.bridge.received.connect(lambda m: acks.append(getattr(m, "of", -1)))
    spans = []
    for i in range(20):
        QTest.qWait(120)  # until the page has painted the last move
        begun = time.perf_counter()
        view.set_pin(CENTRE[0] + i * 1e-4, CENTRE[1], pan=False)
        until(lambda: view.web.bridge.last_seq in acks)
        spans.append((time.perf_counter() - begun) * 1000)
    line("map: set_pin -> done in the page, median", statistics.median(spans), "ms", 17)


def painted(setup: MapSetup) -> None:
    """The painted map."""
    begun = time.perf_counter()
    view = MapView(setup, web=False)
    view.resize(900, 700)
    ready: list[float] = []
    view.ready.connect(lambda: ready.append(time.perf_counter()))
    view.show()
    until(lambda: ready)
    line("painted: shown -> ready", (ready[0] - begun) * 1000, "ms", 200)
    for n in (1_000, 10_000):
        view.show_points(cloud(n))
        canvas = view.canvas
        assert canvas is not None
        canvas.grab()
        begun = time.perf_counter()
        canvas.grab()
        line(f"painted: {n} points, one frame", (time.perf_counter() - begun) * 1000, "ms")
    view.close()


def main() -> None:
    """Run all."""
    paint_by_processor()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(["console1022"])
    outlines = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    base = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    setup = MapSetup(outlines=outlines, basemap=base, centre=CENTRE, zoom=12)
    addresses()
    painted(setup)
    web(setup)
    app.quit()


if __name__ == "__main__":
    main()
