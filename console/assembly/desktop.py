"""The window over a seat: real, demo or training. It runs until it is closed."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from console.assembly.core import Core, build_core
from console.assembly.seat import Runner, Seat, build_seat, on_signals
from console.config.layers import load
from console.config.settings import Settings
from console.services.ports.clock import utc_now

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from console.services.runtime.failures import Failures
    from console.ui.shell.main_window import MainWindow
    from console.ui.shell.opening_note import OpeningNote


def run_desktop(
    profile: Path,
    config_file: Path | None = None,
    *,
    user: str | None = None,
    lang: str = "vi",
    demo: bool = False,
    train: bool = False,
) -> int:
    """Show the window until it is closed.

    Args:
        demo: a temporary profile with a city in full swing and simulated calls, SMS and mail.
        train: a profile of its own, scripted callers and a score; nothing leaves the machine.

    Returns:
        0 when the person closed it.
    """
    from console.assembly.demo import demo_settings
    from console.assembly.training import training_settings
    from console.services.runtime.failures import Failures
    from console.services.supervision.training import FOLDER

    with contextlib.ExitStack() as stack:
        if demo:
            profile = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="console1022-")))
        loaded = load(profile, config_file)
        if demo:
            loaded = demo_settings(loaded)
        elif train:
            loaded, profile = training_settings(loaded, profile), profile / FOLDER
        opening = _Opening(loaded.settings, lang)
        core = stack.enter_context(build_core(profile, loaded, user=user, slow=opening.say))
        core.config_file = config_file
        seat = _demo_seat(core) if demo else _training_seat(core) if train else build_seat(core)
        failures = Failures(profile)
        stack.callback(failures.close)
        app = opening.application()
        with asyncio.Runner(loop_factory=lambda: _qt_loop(app)) as runner:
            runner.get_loop().set_exception_handler(failures.loop_failed)
            return runner.run(_window_life(app, seat, failures, lang=lang, demo=demo, train=train))


class _Opening:
    """Creates the application after the store; before it when a slow start needs an explanation."""

    def __init__(self, settings: Settings, lang: str) -> None:
        self._settings, self._lang = settings, lang
        self._app: QApplication | None = None
        self._note: OpeningNote | None = None

    def say(self) -> None:
        from console.services.wording.sentences import sentence
        from console.ui.shell.opening_note import OpeningNote

        self._app = _application(self._settings, self._lang)
        self._app.setQuitOnLastWindowClosed(False)
        self._note = OpeningNote(sentence("store_opens_slowly", lang=self._lang))
        self._note.show_now()

    def application(self) -> "QApplication":
        if self._note is not None:
            self._note.close()
        return self._app or _application(self._settings, self._lang)


def _demo_seat(core: Core) -> Seat:
    from console.assembly.demo import demo_channels, simulated_line
    from console.domain.states import Role

    city: tuple[tuple[str, Runner], ...] = (("demo", lambda: _live_a_city(core)),)
    if core.desk.actor.role is Role.OFFICER:
        return Seat(core, None, (), city)  # citizens call the hotline, not an agency
    return Seat(core, simulated_line(core.settings), demo_channels(), city)


def _training_seat(core: Core) -> Seat:
    from console.assembly.demo import demo_channels
    from console.assembly.training import training_line

    return Seat(core, training_line(core.settings), demo_channels())


async def _live_a_city(core: Core) -> None:
    """Fill the demo's store while the window is open; the pages fill up with it."""
    from console.domain.live_events import RequestsChanged
    from console.services.demo.city import DemoCity

    desk = core.desk
    for batch in DemoCity(desk.catalogue, desk.places, utc_now()).batches():
        await desk.store.write(batch, priority=2)
        desk.bus.publish(RequestsChanged(frozenset()))
    await asyncio.Event().wait()


def _application(settings: Settings, lang: str) -> "QApplication":
    from PySide6.QtCore import QCoreApplication, QLocale, Qt
    from PySide6.QtWidgets import QApplication

    from console.ui.map.web.scheme import register_scheme
    from console.ui.runtime.garbage_collector import Collector
    from console.ui.runtime.input_method import install_commit_filter
    from console.ui.runtime.qt_messages import leave_out_what_is_meant_so
    from console.ui.runtime.software_rendering import paint_by_processor
    from console.ui.text import translations
    from console.ui.theme import themes

    paint_by_processor()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    register_scheme()
    app = QApplication(sys.argv[:1])
    leave_out_what_is_meant_so(app)
    app.setApplicationName("console1022")
    Collector(app)
    QLocale.setDefault(QLocale("vi_VN" if lang == "vi" else "en_US"))
    translations.install(app, lang)
    themes.apply(app, themes.chosen(settings.ui.theme), settings.ui.font_percent)
    install_commit_filter(app)
    return app


def _qt_loop(app: "QApplication") -> asyncio.AbstractEventLoop:
    from qasync import QEventLoop

    loop: asyncio.AbstractEventLoop = QEventLoop(app)
    return loop


async def _window_life(
    app: "QApplication",
    seat: Seat,
    failures: "Failures",
    *,
    lang: str,
    demo: bool,
    train: bool,
) -> int:
    from console.assembly.accounts import choose_accounts
    from console.assembly.data_import import LocalSeatData
    from console.map.display.setup import setup_for
    from console.services.runtime.script_signal import signal_script
    from console.services.runtime.settings_file import SettingsKeeper
    from console.services.supervision.training import ScoreBook
    from console.services.wording.sentences import sentence
    from console.ui.runtime import tasks
    from console.ui.runtime.garbage_collector import Collector
    from console.ui.runtime.stall_probe import StallProbe
    from console.ui.shell.main_window import MainWindow

    loop, closed = asyncio.get_running_loop(), asyncio.Event()
    # Python sees a signal only at the next tick of the window's 1 Hz timer.
    on_signals(closed.set)
    app.setQuitOnLastWindowClosed(False)
    choose_accounts(seat.core.desk, seat.core.settings.central, seat.follow_login)
    seat.start()
    core = seat.core
    core.desk.data = LocalSeatData(core.desk, core.store, core.profile, lang)
    keeper = SettingsKeeper(core.loaded, lambda: load(core.profile, core.config_file))
    map_setup = setup_for(core.settings.map, core.profile)
    window = MainWindow(core.desk, core.settings, keeper=keeper, map_setup=map_setup, demo=demo)
    window.closed.connect(closed.set)
    if train:
        window.begin_training(ScoreBook(core.profile))

    def apologise(code: str) -> None:
        text = sentence("unknown_code", {"code": code}, lang)
        loop.call_soon_threadsafe(window.notice.say, text)

    failures.tell = apologise
    core.desk.back_up = backup_writer(core.profile, core.clock)
    probe = StallProbe(core.profile, core.clock, window)
    await window.seat.begin()
    window.showMaximized()
    await window.shown()
    if not demo:
        _offer_tour(window)
    if (collector := app.findChild(Collector)) is not None:
        collector.settle_soon()
        window.seat.people.seated.connect(collector.begin_anew)
    signal_script("ready")
    await closed.wait()
    failures.tell = lambda _code: None
    probe.stop()
    await window.finish()
    await seat.stop()
    await tasks.stop()
    return 0


def _offer_tour(window: "MainWindow") -> None:
    """The tour needs a window to walk through, and the person may have been known for long."""
    window.personal.first_time.connect(window.small.tour)
    if window.personal.is_new:
        window.small.tour()


def backup_writer(
    profile: Path, clock: Callable[[], datetime]
) -> Callable[[Path, Callable[[int, int], None]], str]:
    """Make the function `Desk.back_up`."""
    from console.store.seat.backup import back_up

    def copy(target: Path, tell: Callable[[int, int], None]) -> str:
        damaged = back_up(profile, target, clock(), tell).damaged
        return ", ".join(name[:12] for name in damaged[:5])

    return copy
