"""A running seat: its line, gateway and links to the centre, started and stopped together."""

import asyncio
import contextlib
import logging
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.assembly.central import build_links
from console.assembly.core import Core

if TYPE_CHECKING:
    from console.services.gateway.channel_runner import Gateway
    from console.services.gateway.leases import SharedLeases
    from console.services.ports.channels import MessageChannel
    from console.services.ports.telephony import Telephony
    from console.store.central.connection.address import Dsn
    from console.store.central.seat_questions import SeatQuestions
    from console.sync.files import FileLink
    from console.sync.link import CentralLink


log = logging.getLogger(__name__)

THREAD_TURN_S = 0.0005
"""How long a thread may keep the interpreter while another one waits. A save releases it at every
statement; with Python's default of 5 ms, a busy loop in the same process (200 readers of the public
site) made the slowest saves wait 200 ms.
"""


type Runner = Callable[[], Coroutine[object, object, None]]


@dataclass(slots=True)
class Seat:
    """Everything that runs on the loop beside the window: line, gateway and housekeeping.

    Attributes:
        serve: open the web server of the gateway.
    """

    core: Core
    line: "Telephony | None"
    channels: tuple["MessageChannel", ...]
    extra: tuple[tuple[str, "Runner"], ...] = ()
    serve: bool = False
    gateway: "Gateway | None" = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _links: "tuple[()] | tuple[CentralLink, FileLink, SeatQuestions]" = ()
    _leases: "SharedLeases | None" = None

    def start(self) -> None:
        """Start everything under supervision; a failure becomes a state on the status line."""
        from console.assembly.gateway import build_gateway
        from console.assembly.leases import shared_leases
        from console.assembly.recordings import recorders
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
        """Somebody signed in: follow the centre under that login from now on."""
        if not self._links:
            self._follow_the_centre(dsn)
        for each in self.core.logins:
            each.use(dsn)
        self.core.store.unsent_added()

    def _follow_the_centre(self, dsn: "Dsn | None" = None) -> None:
        """Link to the centre. A wrong address only shows on the status line: work goes on without
        it.
        """
        from console.assembly.leases import shared_gateway
        from console.domain.errors import ConsoleError
        from console.domain.live_events import LinkChanged

        loop, publish = asyncio.get_running_loop(), self.core.desk.bus.publish

        def tell(event: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has closed, nobody listens
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
        """Release devices and sockets; nothing keeps running."""
        # First, while the centre can still hear that its channels are free
        if self.gateway is not None:
            await self.gateway.stop()
        await asyncio.gather(*(_in_thread(link.stop) for link in self._links))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.line is not None:
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(self.line.close(), 3)
        self._tasks.clear()


def on_signals(stop: Callable[[], None]) -> None:
    """Call this on the running loop when the process is asked to end."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))


async def _in_thread(work: Callable[[], object]) -> None:
    """Await blocking work without an executor, whose threads would outlive the loop."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        try:
            work()
        finally:
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=run, daemon=True).start()
    await done.wait()


def build_seat(core: Core) -> Seat:
    """Build a seat with the line and the channels of the settings.

    Raises:
        UnavailableError, InputError: a secret file is missing or open to others.
    """
    from console.assembly.channels import written_channels
    from console.assembly.gateway import wants_server
    from console.assembly.recordings import recordings_of
    from console.assembly.telephony import voice_line

    core.desk.recordings = recordings_of(core.settings, core.profile)
    channels = written_channels(core.desk, core.settings)
    line = voice_line(core.desk, core.settings, channels)
    return Seat(core, line, channels, serve=wants_server(core.settings))
