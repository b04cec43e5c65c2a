"""The gateway: runs modems, mailbox, pages and the web server of the written channels.

The same object runs headless as `console1022 gateway`, or inside the window of a single seat.

One gateway at a time holds the lease of a channel. The others stand by: they neither receive nor
send, and take over when the holder is gone. While nobody knows the holder (the centre is away),
receiving goes on, because the same message twice makes one contact; sending waits.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from console.domain.live_events import ContactArrived, LinkChanged
from console.domain.states import Channel
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.outreach.delivery import Courier
from console.services.ports.central.shared_rows import Claims
from console.services.ports.channels import Inbox, MessageChannel
from console.services.runtime.keep_alive import supervise

log = logging.getLogger(__name__)

RENEW_S = 10.0
"""A lease lives three times as long."""


type Chore = Callable[[Callable[[object], None]], Coroutine[object, object, None]]


class LeaseState(StrEnum):
    """Who holds a lease: this gateway, another one, or nobody knows."""

    OURS = "ours"
    OTHERS = "others"
    UNKNOWN = "unknown"


class Leases(Protocol):
    """Which gateway holds which channel."""

    async def take(self, name: str) -> LeaseState:
        """Take or renew the lease; returns within seconds."""

    async def release(self, name: str) -> None:
        """Release the lease at once; harmless when it is not ours."""


@runtime_checkable
class LeaseAware(Protocol):
    """A channel with something that only the holder of the lease may use, such as a token."""

    def owned(self, *, ours: bool) -> None:
        """Called at each renewal: whether the lease is ours."""


class Server(Protocol):
    """Something that listens for connections, such as the web server."""

    @property
    def name(self) -> str:
        """Name on the status line."""

    async def run(self, inbox: Inbox, publish: Callable[[object], None]) -> None:
        """Listen for ever; publish `LinkChanged` up once listening."""


def link_of(channel: MessageChannel) -> str:
    """The channel's name on the status line."""
    return f"modem:{channel.name}" if channel.channel is Channel.SMS else channel.name


class Gateway:
    """Runs channels, their couriers and servers until it is stopped."""

    def __init__(
        self,
        desk: Desk,
        channels: Sequence[MessageChannel],
        leases: Leases,
        *,
        servers: Sequence[Server] = (),
        renew_s: float = RENEW_S,
        quiet: tuple[int, int] | None = None,
        claims: Claims | None = None,
    ) -> None:
        """Nothing runs before `start`.

        Args:
            renew_s: seconds between two renewals of a lease.
            quiet: hours of the night, see `Courier`.
            claims: see `Courier`.
        """
        self._desk = desk
        self._channels = tuple(channels)
        self._servers = tuple(servers)
        self._leases = leases
        self._renew_s = renew_s
        self._quiet = quiet
        self._chores: list[tuple[str, Chore]] = []
        self._claims = claims
        self._inbox = StoreInbox(desk.store, desk.bus, desk.clock)
        self._held: dict[str, LeaseState] = {}
        self._links: dict[str, LinkChanged] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self._ends = [
            desk.bus.subscribe(LinkChanged, self._on_link),
            desk.bus.subscribe(ContactArrived, self._on_contact),
        ]
        self.started_at = desk.clock()
        self.last_in_at: datetime | None = None
        self.received = 0

    # --- start and stop

    def add_chore(self, link: str, chore: Chore) -> None:
        """Before `start`: add something that runs besides the channels, such as a scanner."""
        self._chores.append((link, chore))

    def start(self) -> None:
        """Start every channel, courier and server under supervision."""
        for server in self._servers:
            self._spawn(server.name, lambda s=server: s.run(self._inbox, self._publish))  # type: ignore[misc]
        for name, chore in self._chores:
            self._spawn(name, lambda c=chore: c(self._publish))  # type: ignore[misc]
        for channel in self._channels:
            name = link_of(channel)
            courier = Courier(
                self._desk,
                channel,
                self._inbox,
                quiet=self._quiet,
                lease=name,
                claims=self._claims,
            )
            self._spawn(f"lease:{name}", lambda c=channel, k=courier: self._hold(c, k))  # type: ignore[misc]

    async def stop(self) -> None:
        """Release devices, sockets and leases."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for channel in self._channels:
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(channel.close(), 3)
        for end in self._ends:
            end()
        self._ends.clear()

    async def until_listening(self, stop: asyncio.Event) -> None:
        """Return once every server listens and every lease was requested once, or at `stop`."""
        stopping = asyncio.create_task(stop.wait())
        listening = asyncio.create_task(self._listening())
        await asyncio.wait((stopping, listening), return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, listening):
            task.cancel()
        await asyncio.gather(stopping, listening, return_exceptions=True)

    async def _listening(self) -> None:
        wanted = {s.name for s in self._servers}
        names = {link_of(c) for c in self._channels}
        while True:
            self._changed.clear()
            up = {k for k, v in self._links.items() if v.state == "up"}
            if wanted <= up and names <= set(self._held):
                return
            await self._changed.wait()

    def _spawn(self, name: str, run: Callable[[], Coroutine[object, object, None]]) -> None:
        watched = supervise(name, run, self._publish)
        self._tasks.append(asyncio.create_task(watched, name=name))

    # --- leases

    def holds(self, channel: Channel) -> bool:
        """Whether we hold the lease of a channel of this kind."""
        names = (link_of(each) for each in self._channels if each.channel is channel)
        return any(self._held.get(name) is LeaseState.OURS for name in names)

    async def _hold(self, channel: MessageChannel, courier: Courier) -> None:
        """Keep renewing the lease; run the channel while it is ours or the holder is unknown."""
        name = link_of(channel)
        receiving: asyncio.Task[None] | None = None
        sending: asyncio.Task[None] | None = None
        try:
            while True:
                held = await self._leases.take(name)
                self._tell_held(name, held)
                if isinstance(channel, LeaseAware):
                    channel.owned(ours=held is LeaseState.OURS)
                receiving = await self._set(
                    receiving,
                    held is not LeaseState.OTHERS,
                    name,
                    lambda: channel.run(self._inbox, self._publish),
                )
                sending = await self._set(
                    sending, held is LeaseState.OURS, f"courier:{channel.name}", courier.run
                )
                await asyncio.sleep(self._renew_s)
        finally:
            for task in (receiving, sending):
                if task is not None:
                    task.cancel()
            both = [t for t in (receiving, sending) if t is not None]
            await asyncio.gather(*both, return_exceptions=True)
            await self._leases.release(name)

    async def _set(
        self,
        task: asyncio.Task[None] | None,
        wanted: bool,
        name: str,
        run: Callable[[], Coroutine[object, object, None]],
    ) -> asyncio.Task[None] | None:
        """Start or stop one side of a channel."""
        if wanted and task is None:
            return asyncio.create_task(supervise(name, run, self._publish), name=name)
        if not wanted and task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return None
        return task

    def _tell_held(self, name: str, held: LeaseState) -> None:
        if self._held.get(name) is held:
            return
        if held is LeaseState.OTHERS:
            self._publish(LinkChanged(name, "off", "standby"))
        log.info("lease of %s: %s", name, held.value)
        self._held[name] = held
        self._changed.set()

    # --- health

    def _publish(self, event: object) -> None:
        self._desk.bus.publish(event)

    def _on_link(self, event: LinkChanged) -> None:
        self._links[event.link] = event
        self._changed.set()

    def _on_contact(self, _event: ContactArrived) -> None:
        self.received += 1
        self.last_in_at = self._desk.clock()

    @property
    def is_well(self) -> bool:
        """Whether no channel or server is down."""
        names = {link_of(c) for c in self._channels} | {s.name for s in self._servers}
        return all(
            (link := self._links.get(name)) is None or link.state != "down" for name in names
        )

    def health(self) -> dict[str, object]:
        """For `/healthz`: plain JSON values, without secrets or personal data."""
        names = [*(link_of(c) for c in self._channels), *(s.name for s in self._servers)]
        return {
            "ok": self.is_well,
            "started": self.started_at.isoformat(timespec="seconds"),
            "received": self.received,
            "last_in": self.last_in_at.isoformat(timespec="seconds") if self.last_in_at else None,
            "channels": {name: self._health_of(name) for name in names},
        }

    def _health_of(self, name: str) -> dict[str, object]:
        link = self._links.get(name)
        held = self._held.get(name)
        return {
            "state": link.state if link else "starting",
            "detail": link.detail if link else "",
            "lease": held.value if held else None,
            **{
                key: value
                for key, value in (link.params if link else {}).items()
                if isinstance(value, str | int | float | bool) or value is None
            },
        }
