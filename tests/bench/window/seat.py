"""A real window on a real store for benchmarks, and a watch on what is painted and when."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import override

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.assembly.core import Core, build_core
from console.assembly.seat import build_seat
from console.config.layers import load
from console.config.settings import Loaded
from console.services.demo.city import DemoCity
from console.services.ports.clock import utc_now
from console.ui.pages.intake.page import IntakePage
from console.ui.pages.queue.page import QueuePage
from console.ui.runtime import tasks
from console.ui.runtime.garbage_collector import Collector
from console.ui.runtime.input_method import install_commit_filter
from console.ui.shell.main_window import MainWindow
from console.ui.theme import themes
from tests.bench.figures import Figure

_PAINTED = QEvent.Type(QEvent.registerEventType())


def application() -> QApplication:
    """The application, as the program makes it."""
    if os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(["console1022"])
    app.setApplicationName("console1022")
    app.setQuitOnLastWindowClosed(False)
    Collector(app)
    themes.apply(app, themes.chosen("light"), 100)
    install_commit_filter(app)
    return app


class PaintWatch(QObject):
    """Reports when a widget was painted: after the paint event, once the window has given its
    picture to the X server and the loop continues.
    """

    def __init__(self, told: Callable[[QWidget], None], parent: QObject | None = None) -> None:
        """Watch nothing yet."""
        super().__init__(parent)
        self._told = told

    def watch(self, widget: QWidget) -> None:
        """Also watch this widget."""
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            QCoreApplication.postEvent(
                self, _Painted(watched), Qt.EventPriority.HighEventPriority.value
            )
        return False

    @override
    def customEvent(self, event: QEvent) -> None:
        if isinstance(event, _Painted):
            self._told(event.widget)


class _Painted(QEvent):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(_PAINTED)
        self.widget = widget


class Pulse(QObject):
    """Beats every 5 ms; a late beat is time in which nothing else could run.

    Attributes:
        late_ms: how late each beat was, including the effect of other programs.
        busy_ms: processor time of the window's own thread between two beats, without that effect.
    """

    EVERY_MS = 5

    def __init__(self, parent: QObject | None = None) -> None:
        """Start beating."""
        super().__init__(parent)
        self.late_ms: list[float] = []
        self.busy_ms: list[float] = []
        self._last, self._used = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(self.EVERY_MS)

    def _beat(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        self.late_ms.append(max(0.0, (now - self._last) * 1000 - self.EVERY_MS))
        self.busy_ms.append((used - self._used) * 1000)
        self._last, self._used = now, used

    def own(self) -> str:
        """The beats' own cost for the window's thread, as text."""
        busy = Figure("", samples=self.busy_ms)
        p99, most = busy.part(0.99), busy.part(1.0)
        return f"processor time of the loop itself: p99 {p99:.1f}, most {most:.1f} ms"

    def stop(self) -> None:
        """Stop beating."""
        self._timer.stop()


class Typist(QObject):
    """Types into the focused widget without end, one key every 60 ms."""

    WORDS = "ba con phan anh nap cong sut nguy hiem doan truoc nha so 12 duong dong tam "

    def __init__(self, parent: QObject | None = None) -> None:
        """Start typing."""
        super().__init__(parent)
        self.keys = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._key)
        self._timer.start(60)

    def _key(self) -> None:
        widget = QApplication.focusWidget()
        if widget is not None:
            if self.keys % 400 == 399:
                QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(widget, self.WORDS[self.keys % len(self.WORDS)])
            self.keys += 1

    def stop(self) -> None:
        """Stop typing."""
        self._timer.stop()


@dataclass(slots=True)
class Seat:
    """The window, its core, and the times of its paints."""

    core: Core
    window: MainWindow

    @property
    def intake(self) -> IntakePage:
        """The intake page."""
        page = self.window.page("intake")
        assert isinstance(page, IntakePage)
        return page

    @property
    def queue(self) -> QueuePage:
        """The queue page."""
        page = self.window.page("queue")
        assert isinstance(page, QueuePage)
        return page


async def until(true: Callable[[], object], what: str, deadline_s: float = 20.0) -> None:
    """Let the loop run until something holds.

    Raises:
        TimeoutError: it did not.
    """
    end = time.perf_counter() + deadline_s
    while not true():
        if time.perf_counter() > end:
            raise TimeoutError(what)
        await asyncio.sleep(0.002)


def settings_of(profile: Path, port: int = 0, more: dict[str, str] | None = None) -> Loaded:
    """Settings for extension 101. With a port, its line is a PBX there; `more` is written as in the
    environment.
    """
    given = {"CONSOLE1022_SEAT__EXTENSION": "101", "CONSOLE1022_SEAT__WORKSTATION": "may-07"}
    if port:
        given |= {
            "CONSOLE1022_TELEPHONY__ADAPTER": "ami",
            "CONSOLE1022_TELEPHONY__PORT": str(port),
            "CONSOLE1022_TELEPHONY__USERNAME": "console",
        }
    return load(profile, None, given | (more or {}), profile / "no-site-file.toml")


@asynccontextmanager
async def open_seat(
    profile: Path,
    *,
    user: str = "operator",
    read_only: bool = False,
    port: int = 0,
    given: dict[str, str] | None = None,
) -> AsyncIterator[Seat]:
    """The real window on the store of this profile, 1366x768, with the painted map. With a port it
    also has the line and everything that runs beside the window.
    """
    core = build_core(profile, settings_of(profile, port, given), user=user, read_only=read_only)
    beside = build_seat(core)
    if not read_only:
        beside.start()
    window = MainWindow(core.desk, core.settings, map_web=False)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    await window.shown()
    await tasks.settle()
    # The window's timers place the map (0.4 s) and make a spare form (1.5 s). No signal says that
    # both are over, and their cost belongs to the start, not to what is measured next.
    await asyncio.sleep(2.5)
    app = QApplication.instance()
    for collector in app.findChildren(Collector) if app is not None else ():
        collector.settle()  # as in the program, a moment after `ready`
    try:
        yield Seat(core, window)
    finally:
        window.close()
        await window.finish()
        await beside.stop()
        await tasks.stop()
        core.close()
        window.deleteLater()
        await asyncio.sleep(0)


async def fill_city(profile: Path) -> None:
    """Write the demo's 320 requests of the last weeks through the handlers, on disk."""
    with build_core(profile, settings_of(profile)) as core:
        desk = core.desk
        for batch in DemoCity(desk.catalogue, desk.places, utc_now()).batches():
            await desk.store.write(batch)
