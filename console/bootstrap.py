"""The only file that knows every room: wires a seat together and takes it apart in reverse.

`build_core` makes what verbs need, without Qt; `Seat` adds the lines and channels that run on the
loop; `run_desktop` puts the window on top.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from console.config import Loaded, Settings, load, read_secret
from console.domain.forecast import ServiceLevel, Staffing

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from console.services.desk import Desk
    from console.services.failures import Failures
    from console.services.gateway import Gateway
    from console.services.ports import MessageChannel, Telephony
    from console.services.shared_leases import SharedLeases
    from console.services.sync_ports import ConsoleIdentity
    from console.store.central.dsn import Dsn
    from console.store.central.link import PostgresCentral
    from console.store.central.seat import CentralSeat
    from console.store.local import LocalStore
    from console.sync.clock import CorrectedClock
    from console.sync.files import FileLink
    from console.sync.link import CentralLink

    type Link = CentralLink | FileLink | CentralSeat

log = logging.getLogger(__name__)

THREAD_TURN_S = 0.0005
"""How long a thread may keep the interpreter while another one wants it. A save gives it away at
every statement; at Python's 5 ms a busy loop beside it (200 readers of the public site) made the
slowest saves wait 200 ms.
"""


def utc_now() -> datetime:
    """The system's clock, aware."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Core:
    """A seat without its lines: store, catalogue, places, files, the person; closes with `with`."""

    desk: "Desk"
    store: "LocalStore"
    loaded: Loaded
    profile: Path
    clock: "CorrectedClock"
    logins: tuple["PostgresCentral", ...] = ()
    config_file: Path | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings

    @property
    def patience(self) -> timedelta:
        """How long housekeeping leaves to other seats what any of them may do; each its own."""
        shared = bool(self.settings.central.url)
        return timedelta(minutes=self.store.console_code % 30 if shared else 0)

    def close(self) -> None:
        """Finish what is queued and let the profile go."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def build_core(
    profile: Path, loaded: Loaded, *, user: str = "operator", read_only: bool = False
) -> Core:
    """Open the seat at this profile.

    Args:
        user: the account that acts (embedded mode).
        read_only: only questions, beside a window that has the profile open; where there is no
            store yet, one is made.

    Raises:
        UnavailableError: the store cannot be opened.
        InputError: `unknown_user`, `seed_error`.
    """
    from console.map.places import LocalPlaces
    from console.services.accounts import actor_for
    from console.services.bus import Bus
    from console.services.central_ports import NotFollowed
    from console.services.desk import Desk
    from console.services.seed import load_catalogue
    from console.store.local import FILE_NAME, LocalStore
    from console.sync.clock import CorrectedClock
    from console.wiring import files_of

    settings = loaded.settings
    catalogue = load_catalogue()
    seat = settings.seat
    actor = actor_for(user, catalogue, seat.workstation or socket.gethostname())
    store = LocalStore(
        profile,
        catalogue,
        console_code=int(seat.console_code),
        read_only=read_only and _has_data(profile / FILE_NAME),
    )
    if not read_only and store.central != bool(settings.central.url):
        store.set_central(bool(settings.central.url))
    clock = CorrectedClock(utc_now)
    desk = Desk(
        store=store,
        bus=Bus(),
        clock=clock,
        catalogue=catalogue,
        places=LocalPlaces(_outlines(profile, settings), folder=profile / "map"),
        files=files_of(profile, settings),
        actor=actor,
        older=NotFollowed() if settings.central.url else None,
        staffing=staffing_of(settings),
    )
    return Core(desk, store, loaded, profile, clock)


def staffing_of(settings: Settings) -> Staffing:
    """The service level that operators are counted for."""
    wanted = settings.forecast
    return Staffing(ServiceLevel(wanted.level_percent, wanted.within_s), wanted.handle_s)


def _has_data(store: Path) -> bool:
    """Whether there is something to read; a file without a byte is a store not made yet."""
    return store.exists() and (not store.is_file() or store.stat().st_size > 0)


def _outlines(profile: Path, settings: Settings) -> Path:
    """Outlines of the wards: the file that the settings name, else what `map import-wards` kept."""
    return Path(settings.map.wards) if settings.map.wards else profile / "map" / "wards.geojson"


def build_central(core: Core, dsn: "Dsn | None" = None) -> "PostgresCentral":
    """The centre that the settings name; nothing is connected yet.

    Args:
        dsn: of the person who signed in; the settings' own login when None.

    Raises:
        UnavailableError: a secret file is missing.
        InputError: `central_not_set`; the address cannot be used, or is not safe.
    """
    from console.domain.errors import InputError
    from console.store.central.dsn import checked
    from console.store.central.link import PostgresCentral

    if dsn is not None:
        return PostgresCentral(dsn)
    settings = core.settings.central
    if not settings.url:
        raise InputError("central_not_set")
    password = read_secret(settings.password_file) if settings.password_file else None
    return PostgresCentral(checked(settings.url, password=password))


def identity(core: Core) -> "ConsoleIdentity":
    """How this seat introduces itself to the centre."""
    from console.domain.codec import SCHEMA_V
    from console.services.sync_ports import ConsoleIdentity
    from console.store.identity import install_id, known_install_id

    known = core.store.run_on_reader(known_install_id)
    installed = known or core.store.run_on_writer(install_id)
    return ConsoleIdentity(
        core.store.console_code, installed, core.desk.actor.workstation, SCHEMA_V
    )


def build_links(
    core: Core, publish: Callable[[object], None], dsn: "Dsn | None" = None
) -> tuple["CentralLink", "FileLink", "CentralSeat"]:
    """What follows the centre: events, files beside them, each save wakes both; and what the window
    asks it: who else looks, numbers, older history.

    Args:
        publish: called on the link's threads.
        dsn: as `build_central`.

    Raises:
        UnavailableError, InputError: as `build_central`.
    """
    from console.store.central.seat import CentralSeat
    from console.store.shared import LocalSharedStore
    from console.store.shelf import SpoolShelf
    from console.store.sync_side import LocalSyncStore
    from console.sync.files import FileLink
    from console.sync.link import CentralLink
    from console.sync.shared import SharedRows

    central, for_files, for_window = (build_central(core, dsn) for _ in range(3))
    link = CentralLink(
        central,
        LocalSyncStore(core.store),
        identity(core),
        publish,
        core.clock,
        catalogue=core.desk.catalogue,
        shared=SharedRows(central, LocalSharedStore(core.store), publish),
    )
    files = FileLink(for_files, SpoolShelf(core.store, core.profile), link.identity)

    def wake() -> None:
        link.wake()
        files.wake()

    core.store.unsent_added = wake
    core.desk.remote_files = files
    asked = CentralSeat(for_window, link.identity, core.desk.numbers)
    core.desk.presence = core.desk.numbers = asked
    core.desk.older = asked

    core.logins = (central, for_files, for_window)
    return link, files, asked


type Runner = Callable[[], Coroutine[object, object, None]]


@dataclass(slots=True)
class Seat:
    """What runs on the loop beside the window: line, gateway, housekeeping; `serve` opens the web
    server of the gateway.
    """

    core: Core
    line: "Telephony | None"
    channels: tuple["MessageChannel", ...]
    extra: tuple[tuple[str, "Runner"], ...] = ()
    serve: bool = False
    gateway: "Gateway | None" = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _links: "tuple[()] | tuple[CentralLink, FileLink, CentralSeat]" = ()
    _leases: "SharedLeases | None" = None

    def start(self) -> None:
        """Start all of it, each under supervision; a failure is a state on the status line."""
        from console.services.calls import CallKeeper
        from console.services.housekeeping import housekeeping
        from console.store.snapshot import NightlyCopies
        from console.wiring import build_gateway, recorders, shared_leases

        sys.setswitchinterval(THREAD_TURN_S)
        desk = self.core.desk
        publish = desk.bus.publish
        keeper = CallKeeper(desk.store, desk.bus, desk.clock)
        runners: list[tuple[str, Runner]] = [
            ("calls", keeper.run),
            (
                "housekeeping",
                lambda: housekeeping(
                    desk, NightlyCopies(self.core.profile), patience=self.core.patience
                ),
            ),
        ]
        runners.extend((*self.extra, *recorders(desk, self.core.settings)))
        if (line := self.line) is not None:
            desk.telephony = line
            runners.append(("pbx", lambda: line.run(publish)))
        settings, profile = self.core.settings, self.core.profile
        self._leases = shared_leases(profile) if settings.central.url else None
        self.gateway = build_gateway(
            desk, settings, profile, self.channels, serve=self.serve, leases=self._leases
        )
        self.gateway.start()
        for name, runner in runners:
            self._tasks.append(asyncio.create_task(self._kept(name, runner), name=name))
        if self.core.settings.central.url and not desk.accounts.asks_login:
            self._follow_the_centre()

    def follow_login(self, dsn: "Dsn") -> None:
        """Somebody signed in: what follows the centre goes on as he, or begins."""
        if not self._links:
            self._follow_the_centre(dsn)
        for each in self.core.logins:
            each.use(dsn)
        self.core.store.unsent_added()

    def _follow_the_centre(self, dsn: "Dsn | None" = None) -> None:
        """A wrong address is a word on the status line too: the hotline works without a centre."""
        from console.domain.errors import ConsoleError
        from console.domain.live import LinkChanged
        from console.wiring import shared_gateway

        loop, publish = asyncio.get_running_loop(), self.core.desk.bus.publish

        def tell(event: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone, nobody listens
                loop.call_soon_threadsafe(publish, event)

        try:
            self._links = build_links(self.core, tell, dsn)
            for link in self._links:
                link.start()
            if self._leases is not None:
                watch = shared_gateway(
                    self.core.desk, self.core.store, self._leases, self._links[2]
                )
                self._tasks.append(asyncio.create_task(self._kept("gateway", watch)))
        except ConsoleError as error:
            log.warning("no link to the centre: %s", error)
            tell(LinkChanged("central", "down", error.code, error.params))

    async def _kept(self, name: str, runner: Runner) -> None:
        from console.services.supervise import supervise

        await supervise(name, runner, self.core.desk.bus.publish)

    async def stop(self) -> None:
        """Let go of devices and sockets; nothing is left running."""
        if self.gateway is not None:  # while the centre can hear that its channels are free
            await self.gateway.stop()
        await asyncio.gather(*(_in_thread(link.stop) for link in self._links))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.line is not None:
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(self.line.close(), 3)
        self._tasks.clear()


async def _in_thread(work: Callable[[], object]) -> None:
    """Wait for blocking work without an executor: its threads would outlive the loop."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        try:
            work()
        finally:
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=run, daemon=True).start()
    await done.wait()


def build_seat(core: Core) -> Seat:
    """The lines and channels that the settings name.

    Raises:
        UnavailableError, InputError: a secret file is missing or open to others.
    """
    from console.wiring import voice_line, wants_server, written_channels

    channels = written_channels(core.desk, core.settings)
    line = voice_line(core.desk, core.settings, channels)
    return Seat(core, line, channels, serve=wants_server(core.settings))


def run_desktop(
    profile: Path,
    config_file: Path | None = None,
    *,
    user: str | None = None,
    lang: str = "vi",
    demo: bool = False,
) -> int:
    """Show the window until it is closed.

    Args:
        demo: a throw-away profile with a lived-in city, simulated calls, SMS and mail.

    Returns:
        0 when the person closed it.
    """
    from console.services.failures import Failures
    from console.wiring import demo_settings

    with contextlib.ExitStack() as stack:
        if demo:
            profile = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="console1022-")))
        loaded = load(profile, config_file)
        if demo:
            loaded = demo_settings(loaded)
        core = stack.enter_context(build_core(profile, loaded, user=user or "operator"))
        core.config_file = config_file
        seat = _demo_seat(core) if demo else build_seat(core)
        failures = Failures(profile)
        stack.callback(failures.close)
        app = _application(loaded.settings, lang)
        with asyncio.Runner(loop_factory=lambda: _qt_loop(app)) as runner:
            runner.get_loop().set_exception_handler(failures.loop_failed)
            return runner.run(_window_life(app, seat, failures, lang=lang, demo=demo))


def _demo_seat(core: Core) -> Seat:
    from console.domain.states import Role
    from console.wiring import demo_channels, simulated_line

    city: tuple[tuple[str, Runner], ...] = (("demo", lambda: _live_a_city(core)),)
    if core.desk.actor.role is Role.OFFICER:
        return Seat(core, None, (), city)  # citizens call the switchboard, not an agency
    return Seat(core, simulated_line(core.settings), demo_channels(), city)


async def _live_a_city(core: Core) -> None:
    """Fill the demo's store behind the open window; the pages fill as it goes."""
    from console.domain.live import RequestsChanged
    from console.services.demo import Populate

    desk = core.desk
    for batch in Populate(desk.catalogue, desk.places, utc_now()).batches():
        await desk.store.write(batch, priority=2)
        desk.bus.publish(RequestsChanged(frozenset()))
    await asyncio.Event().wait()


def _application(settings: Settings, lang: str) -> "QApplication":
    from PySide6.QtCore import QCoreApplication, QLocale, Qt
    from PySide6.QtWidgets import QApplication

    from console.ui import theme, translations
    from console.ui.collector import Collector
    from console.ui.input_method import install_commit_filter
    from console.ui.map.scheme import register_scheme

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    register_scheme()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("console1022")
    Collector(app)
    QLocale.setDefault(QLocale("vi_VN" if lang == "vi" else "en_US"))
    translations.install(app, lang)
    theme.apply(app, theme.chosen(settings.ui.theme), settings.ui.font_percent)
    install_commit_filter(app)
    return app


def _qt_loop(app: "QApplication") -> asyncio.AbstractEventLoop:
    from qasync import QEventLoop

    loop: asyncio.AbstractEventLoop = QEventLoop(app)
    return loop


async def _window_life(
    app: "QApplication", seat: Seat, failures: "Failures", *, lang: str, demo: bool
) -> int:
    from console.services.settings_file import SettingsKeeper
    from console.services.wording import sentence
    from console.ui import tasks
    from console.ui.main_window import MainWindow
    from console.ui.stalls import StallProbe
    from console.wiring import choose_accounts, copier

    loop, closed = asyncio.get_running_loop(), asyncio.Event()
    # Python sees the signal at the next tick of the window's 1 Hz timer
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(closed.set))
    app.setQuitOnLastWindowClosed(False)
    choose_accounts(seat.core.desk, seat.core.settings.central, seat.follow_login)
    seat.start()
    core = seat.core
    keeper = SettingsKeeper(core.loaded, lambda: load(core.profile, core.config_file))
    window = MainWindow(core.desk, core.settings, keeper=keeper, demo=demo)
    window.closed.connect(closed.set)

    def apologise(code: str) -> None:
        text = sentence("unknown_code", {"code": code}, lang)
        loop.call_soon_threadsafe(window.notice.say, text)

    failures.tell = apologise
    core.desk.back_up = copier(core.profile, core.clock)
    probe = StallProbe(core.profile, core.clock, window)
    await window.seat.begin()
    window.showMaximized()
    await window.shown()
    print("ready", flush=True)  # noqa: T201 - CONTRACT.md: the word that a script waits for
    await closed.wait()
    failures.tell = lambda _code: None
    probe.stop()
    await window.finish()
    await seat.stop()
    await tasks.stop()
    return 0
