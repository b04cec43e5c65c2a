"""One connection to Asterisk's manager: log in, send actions, pass events on, notice its loss.

It does not interpret calls (`calls/`) and does not reconnect (`link.py`). Time-outs and pings share
one ticker, since a cancelled timer stays armed under Qt's loop.
"""

import asyncio
import contextlib
import hashlib
import logging
import random
import ssl
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field

from console.domain.errors import UnavailableError
from console.telephony.asterisk.wire import Framer, Message, encode

log = logging.getLogger(__name__)

EVENT_MASK = "system,call,agent,user,dtmf"
"""Event classes we read; `dialplan`, `reporting` and `cdr` are noise."""
_FILTERS = ("!Event: RTCP", "!Event: DeviceStateChange", "!Event: NewConnectedLine")
_READ = 1 << 16

type Sleep = Callable[[float], Coroutine[object, object, None]]


class BadSecretError(UnavailableError):
    """The PBX does not know this user or this secret; trying again soon only fills its log."""


@dataclass(slots=True)
class _Waiting:
    answer: "asyncio.Future[Message]"
    until: float
    items: list[Message] = field(default_factory=list)
    first: Message | None = None


class BackOff:
    """Growing pauses between attempts: 1 to 30 s, doubled, shortened by up to half at random, so
    that thirty consoles do not come back in the same second.
    """

    def __init__(
        self,
        low_s: float = 1.0,
        high_s: float = 30.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Start with the shortest pause."""
        self._low_s, self._high_s, self._chance = low_s, high_s, chance
        self._next_s = low_s

    def next_s(self) -> float:
        """Seconds to wait now."""
        span, self._next_s = self._next_s, min(self._high_s, self._next_s * 2)
        return max(self._low_s, span * (1 - self._chance() / 2))

    def reset(self) -> None:
        """It worked: start again with the shortest pause."""
        self._next_s = self._low_s


class AmiClient:
    """One session. Use: `open`, `login`, actions; `lost` returns when it is over."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        action_ids: Callable[[], str],
        on_event: Callable[[Message], None],
        tls: bool = False,
        action_timeout_s: float = 10.0,
        ping_s: float = 10.0,
    ) -> None:
        """Nothing is opened yet.

        Args:
            action_ids: gives a new ActionID that no other console uses.
            on_event: called for every event that no action of ours asked for.
            action_timeout_s: after this an action fails with `pbx_no_answer`.
            ping_s: after this much silence the PBX is asked whether it is there.
        """
        self._host, self._port, self._tls = host, port, tls
        self._action_ids, self._on_event = action_ids, on_event
        self._timeout_s, self._ping_s = action_timeout_s, ping_s
        self._framer = Framer()
        self._waiting: dict[str, _Waiting] = {}
        self._booted = asyncio.Event()
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._writer: asyncio.StreamWriter | None = None
        self._heard_at = 0.0
        self.banner = ""

    async def open(self) -> None:
        """Connect.

        Raises:
            UnavailableError: `pbx_unreachable`.
        """
        context = ssl.create_default_context() if self._tls else None
        try:
            async with asyncio.timeout(self._timeout_s):
                reader, self._writer = await asyncio.open_connection(
                    self._host, self._port, ssl=context
                )
        except (OSError, TimeoutError) as error:
            raise UnavailableError("pbx_unreachable", host=self._host, port=self._port) from error
        self._heard_at = asyncio.get_running_loop().time()
        self._tasks = [
            asyncio.create_task(self._read(reader), name="ami-read"),
            asyncio.create_task(self._tick(), name="ami-tick"),
        ]

    async def login(self, username: str, secret: str) -> None:
        """Log in by MD5 challenge, so that the secret never crosses the wire; wait until the PBX is
        fully booted, 5 s at most.

        Raises:
            BadSecretError: `pbx_bad_secret`.
            UnavailableError: the link broke.
        """
        challenge = await self.action("Challenge", AuthType="MD5")
        if not challenge.ok:
            raise UnavailableError("pbx_refused", text=challenge.get("Message"))
        words = (challenge.get("Challenge") + secret).encode()
        key = hashlib.md5(words, usedforsecurity=False).hexdigest()
        reply = await self.action(
            "Login", AuthType="MD5", Username=username, Key=key, Events=EVENT_MASK
        )
        if not reply.ok:
            raise BadSecretError("pbx_bad_secret", user=username)
        # It needs class `system`, which this user may not have: go on without it.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._booted.wait()

    async def quiet(self) -> None:
        """Ask the PBX to filter out noise; needs write=system, a refusal is fine."""
        for text in _FILTERS:
            if not (await self.action("Filter", Operation="Add", Filter=text)).ok:
                return

    async def action(self, action: str, **fields: str) -> Message:
        """Send an action and wait for its response, an Error response included.

        Raises:
            UnavailableError: `pbx_lost`, `pbx_no_answer`.
            InputError: `ami_action_refused`.
        """
        return (await self.listing(action, fields))[0]

    async def listing(
        self, action: str, fields: Mapping[str, str] | None = None, action_id: str = ""
    ) -> tuple[Message, list[Message]]:
        """Send an action that may answer with a list: the response and the items that came; the
        PBX's own count is not needed (T9).

        Raises:
            UnavailableError: `pbx_lost`, `pbx_no_answer`.
            InputError: `ami_action_refused`.
        """
        action_id = action_id or self._action_ids()
        data = encode(action, {"ActionID": action_id, **(fields or {})})
        if self._writer is None or self._over.is_set():
            raise UnavailableError("pbx_lost")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(loop.create_future(), loop.time() + self._timeout_s)
        self._waiting[action_id] = waiting
        self._writer.write(data)
        try:
            return await waiting.answer, waiting.items
        finally:
            self._waiting.pop(action_id, None)

    async def lost(self) -> None:
        """Return when the connection is over."""
        await self._over.wait()

    async def close(self) -> None:
        """Leave; harmless when there is no connection."""
        self._finish()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await self._writer.wait_closed()
            self._writer = None

    # --- inside

    async def _read(self, reader: asyncio.StreamReader) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(_READ):
                self._heard_at = loop.time()
                for message in self._framer.feed(data):
                    self._dispatch(message)
        except OSError as error:
            log.info("AMI link broke: %s", error)
        finally:
            self._finish()

    def _dispatch(self, message: Message) -> None:
        if message.banner:
            self.banner = message.banner
        waiting = self._waiting.get(message.get("ActionID"))
        if message.event == "FullyBooted":
            self._booted.set()
        if message.response:
            if waiting is not None:
                waiting.first = message
                if message.get("EventList") != "start":
                    self._answer(waiting)
            return
        if waiting is None or waiting.first is None:
            if message.event:
                self._on_event(message)
            return
        # `EventList: Complete` closes a list; older modules only say so in the event's name.
        if message.get("EventList") == "Complete" or message.event.endswith("Complete"):
            self._answer(waiting)
        else:
            waiting.items.append(message)

    @staticmethod
    def _answer(waiting: _Waiting) -> None:
        if waiting.first is not None and not waiting.answer.done():
            waiting.answer.set_result(waiting.first)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        step_s = min(1.0, self._timeout_s / 4, self._ping_s / 2)
        asked_at = 0.0
        while not self._over.is_set():
            await asyncio.sleep(step_s)
            now = loop.time()
            for waiting in tuple(self._waiting.values()):
                if now > waiting.until and not waiting.answer.done():
                    waiting.answer.set_exception(UnavailableError("pbx_no_answer"))
            if now - self._heard_at > self._ping_s + self._timeout_s:
                log.warning("AMI is silent, the link is given up")
                self._finish()
            elif now - max(self._heard_at, asked_at) > self._ping_s and self._writer:
                asked_at = now
                self._writer.write(encode("Ping", {"ActionID": self._action_ids()}))

    def _finish(self) -> None:
        self._over.set()
        for waiting in tuple(self._waiting.values()):
            if not waiting.answer.done():
                waiting.answer.set_exception(UnavailableError("pbx_lost"))
