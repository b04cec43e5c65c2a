"""The only file that knows every room: wires a seat together and takes it apart in reverse.

`build_core` makes what verbs need, without Qt; `Seat` adds the lines and channels that run on the
loop; `desktop.py` puts the window on top.
"""

import asyncio
import contextlib
import logging
import socket
import sys
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from console.config.settings import Loaded, Settings, read_secret
from console.domain.errors import UnavailableError
from console.domain.reports.forecast import ServiceLevel, Staffing

if TYPE_CHECKING:
    from console.domain.actors import Actor
    from console.services.desk import Desk
    from console.services.gateway.channel_runner import Gateway
    from console.services.gateway.leases import SharedLeases
    from console.services.ports.central.sync import ConsoleIdentity
    from console.services.ports.channels import MessageChannel
    from console.services.ports.telephony import Telephony
    from console.store.central.connection.address import Dsn
    from console.store.central.seat_link import PostgresCentral
    from console.store.central.seat_questions import CentralSeat
    from console.store.exchange.files import SpoolShelf
    from console.store.seat.local_store import LocalStore
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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody whom the centre knows, and how to reach it as he."""

    actor: "Actor"
    dsn: "Dsn"


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
    login: "Dsn | None" = None

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
    profile: Path,
    loaded: Loaded,
    *,
    user: str | None = None,
    read_only: bool = False,
    slow: Callable[[], None] = lambda: None,
) -> Core:
    """Open the seat at this profile.

    Args:
        user: the account that acts (embedded mode); None = an officer where the login of this
            seat at the centre is an agency's, else the operator.
        read_only: only questions, beside a window that has the profile open; where there is no
            store yet, one is made.
        slow: called before the store is opened where that takes seconds.

    Raises:
        UnavailableError: the store cannot be opened.
        InputError: `unknown_user`, `seed_error`.
    """
    from console.assembly.gateway import files_of
    from console.map.gazetteer.local_places import LocalPlaces
    from console.services.city_data.catalogue_loader import load_catalogue
    from console.services.desk import Desk
    from console.services.dispatch import dispatch
    from console.services.people.actors import actor_for
    from console.services.ports.central.older_history import UnreachableHistory
    from console.services.runtime.bus import Bus
    from console.store.seat.identity import agency_of_login
    from console.store.seat.local_store import FILE_NAME, LocalStore
    from console.store.seat.opening import takes_long
    from console.sync.clock import CorrectedClock

    settings = loaded.settings
    seat = settings.seat
    catalogue = load_catalogue(extra=Path(seat.data) if seat.data else None)
    workstation = seat.workstation or socket.gethostname()
    actor = actor_for(user or "operator", catalogue, workstation)
    if not read_only and takes_long(profile / FILE_NAME):
        slow()
    store = LocalStore(
        profile,
        catalogue,
        console_code=int(seat.console_code),
        read_only=read_only and _has_data(profile / FILE_NAME),
        encrypted=seat.encrypted_store,
    )
    if not read_only and store.central != bool(settings.central.url):
        store.set_central(bool(settings.central.url))
    if not read_only:
        _take_in_beside(store)
    agency = store.run_on_reader(agency_of_login) if user is None and settings.central.url else None
    if agency is not None and f"officer-{agency}" in catalogue.accounts:
        actor = actor_for(f"officer-{agency}", catalogue, workstation)
    clock = CorrectedClock(utc_now)
    desk = Desk(
        store=store,
        bus=Bus(),
        clock=clock,
        catalogue=catalogue,
        places=LocalPlaces(_outlines(profile, settings), folder=profile / "map"),
        files=files_of(profile, settings),
        actor=actor,
        dispatch=dispatch,
        older=UnreachableHistory() if settings.central.url else None,
        staffing=staffing_of(settings),
    )
    return Core(desk, store, loaded, profile, clock)


def _take_in_beside(store: "LocalStore") -> None:
    """What verbs read while nobody wrote; a full disk is no reason not to start."""
    try:
        store.take_in_beside()
    except UnavailableError as error:
        log.warning("audit lines of reading verbs wait: %s", error)


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


def build_central(
    core: Core, dsn: "Dsn | None" = None, *, listens: bool = True
) -> "PostgresCentral":
    """The centre that the settings name; nothing is connected yet.

    Args:
        dsn: of the person who signed in; when None, of who called the verb, else the settings' own.
        listens: hear what others push.

    Raises:
        UnavailableError: a secret file is missing.
        InputError: `central_not_set`; the address cannot be used, or is not safe.
    """
    from console.domain.errors import InputError
    from console.store.central.connection.address import checked
    from console.store.central.seat_link import PostgresCentral

    if (dsn := dsn or core.login) is not None:
        return PostgresCentral(dsn, listens=listens)
    settings = core.settings.central
    if not settings.url:
        raise InputError("central_not_set")
    password = read_secret(settings.password_file) if settings.password_file else None
    return PostgresCentral(checked(settings.url, password=password), listens=listens)


def identity(core: Core) -> "ConsoleIdentity":
    """How this seat introduces itself to the centre."""
    from console.domain.requests.codec import SCHEMA_V
    from console.services.ports.central.sync import ConsoleIdentity
    from console.store.seat.identity import install_id, known_install_id

    known = core.store.run_on_reader(known_install_id)
    installed = known or core.store.run_on_writer(install_id)
    return ConsoleIdentity(
        core.store.console_code, installed, core.desk.actor.workstation, SCHEMA_V
    )


def _shelf(core: Core) -> "SpoolShelf":
    """The seat's files, and behind them its own recordings where it keeps copies."""
    from console.store.exchange.files import SpoolShelf
    from console.store.exchange.recordings import RecordingShelf

    of = core.desk.recordings
    if of is None or of.vault is None:
        return SpoolShelf(core.store, core.profile)
    return RecordingShelf(core.store, core.profile, of.vault)


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
    from console.store.central.seat_questions import CentralSeat
    from console.store.exchange.drafts import LocalDraftCopies
    from console.store.exchange.events import LocalSyncStore
    from console.store.exchange.initial_sync import LocalStart
    from console.store.exchange.shared_rows import LocalSharedStore
    from console.sync.drafts import DraftCopies
    from console.sync.files import FileLink
    from console.sync.initial_load import InitialLoad
    from console.sync.link import CentralLink
    from console.sync.shared_rows import SharedRows

    central = build_central(core, dsn)
    for_files, for_window = (build_central(core, dsn, listens=False) for _ in range(2))
    sync = LocalSyncStore(core.store)
    link = CentralLink(
        central,
        sync,
        identity(core),
        publish,
        core.clock,
        catalogue=core.desk.catalogue,
        shared=SharedRows(central, LocalSharedStore(core.store), publish),
    )
    link.initial_load = InitialLoad(central, LocalStart(core.store, sync))
    link.drafts = DraftCopies(central, LocalDraftCopies(core.store), publish)
    files = FileLink(for_files, _shelf(core), link.identity)

    def wake() -> None:
        link.wake()
        files.wake()

    core.store.unsent_added = wake
    core.desk.remote_files = files
    asked = CentralSeat(for_window, link.identity, core.desk.numbers)
    core.desk.presence = core.desk.numbers = asked
    core.desk.older = core.desk.shared_preferences = core.desk.central_recordings = asked
    core.desk.draft_takeover = asked

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
        from console.assembly.gateway import build_gateway, shared_leases
        from console.assembly.telephony import recorders
        from console.services.calls.tracking import CallKeeper
        from console.services.housekeeping import housekeeping
        from console.store.seat.profile_lock import stays
        from console.store.seat.store_copy import NightlyCopies

        sys.setswitchinterval(THREAD_TURN_S)
        stays(self.core.profile)
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
        runners.extend((*self.extra, *recorders(desk)))
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
        from console.assembly.gateway import shared_gateway
        from console.domain.errors import ConsoleError
        from console.domain.live_events import LinkChanged

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
        from console.services.runtime.keep_alive import supervise

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
    from console.assembly.gateway import wants_server, written_channels
    from console.assembly.telephony import recordings_of, voice_line

    core.desk.recordings = recordings_of(core.settings, core.profile)
    channels = written_channels(core.desk, core.settings)
    line = voice_line(core.desk, core.settings, channels)
    return Seat(core, line, channels, serve=wants_server(core.settings))
