"""A workstation's link to the PBX: connect, log in, resync, follow, reconnect after a loss.

After every connection the whole state is fetched and reconciled before live events go on (10c).
"""

import asyncio
import logging
import os
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from console.domain.errors import UnavailableError
from console.domain.live_events import CallEvent, LinkChanged
from console.domain.text.cleaning import clean
from console.services.ports.clock import Clock, utc_now
from console.services.ports.telephony import Reply
from console.telephony.asterisk.calls.legs import operator_of
from console.telephony.asterisk.calls.queues import SHARED, WRAPPED
from console.telephony.asterisk.calls.resync import Snapshot
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.client import AmiClient, BackOff, BadSecretError, Sleep
from console.telephony.asterisk.wire import Message

log = logging.getLogger(__name__)

_BAD_SECRET_S = 60.0
_METHODS = frozenset(
    [
        "answer",
        "hangup",
        "blind",
        "consult",
        "complete",
        "cancel",
        "conference",
        "dial",
        "dtmf",
        "login",
        "logout",
        "pause",
        "resume",
        "record",
        "spy",
    ]
)
"""Hold is missing: the phone does it, we only see it."""
_WHY = (
    ("Permission denied", "no_right"),
    ("Invalid/unknown command", "not_supported"),
    ("No such channel", "call_gone"),
    ("Channel", "call_gone"),
    ("Interface not found", "not_in_queue"),
    ("No such queue", "no_such_queue"),
)
_FOR_GOOD = frozenset(("no_right", "not_supported"))
_FINE = ("Already there", "Not there")


class AmiLink:
    """Follows the PBX for one workstation; `line.py` adds the buttons."""

    def __init__(  # noqa: PLR0913 - one place where a seat's settings meet a line
        self,
        host: str,
        port: int,
        username: str,
        secret: str,
        *,
        extension: str = "",
        queues: Sequence[str] = (),
        tls: bool = False,
        workstation: str = "",
        context: str = "from-internal",
        conference: str = "7",
        member_name: str = "",
        pbx: str = "pbx",
        wrap_up_s: float = 30.0,
        join: bool = True,
        trunks: Sequence[str] = (),
        clock: Clock = utc_now,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        action_timeout_s: float = 10.0,
        ping_s: float = 10.0,
    ) -> None:
        """Nothing is opened before `run`.

        Args:
            secret: as read from the secret file at the start; never logged.
            extension: `101` or `PJSIP/101`; "" for a workstation that only watches.
            queues: the queues this operator serves.
            workstation: part of every ActionID.
            context: dialplan context of outgoing calls and transfers.
            conference: first digits of a conference room; the extension follows.
            member_name: how the queue names the operator.
            pbx: name stored with calls.
            wrap_up_s: wrap-up after a queue call; 0 = none.
            join: enter the queues on the first connection (never again after a restart of the PBX:
                then the operator is told and presses ready).
            trunks: endpoints of lines to outside that are named like extensions.
            sleep, chance: injectable for tests of reconnecting.
        """
        self._host, self._port, self._tls = host, port, tls
        self._username, self._secret = username, secret
        self._interface = extension if "/" in extension else f"PJSIP/{extension}"
        self._extension = operator_of(extension) if extension else ""
        self._queues = tuple(queues)
        self._context, self._member_name, self._pbx = context, member_name, pbx
        self._room = f"{conference}{self._extension}"
        self._wrap_up_s, self._join = wrap_up_s, join
        self._clock, self._sleep = clock, sleep
        self._timeout_s, self._ping_s = action_timeout_s, ping_s
        seat = re.sub(r"[^A-Za-z0-9]", "", workstation) or "seat"
        self._ids = f"{seat}-{os.urandom(3).hex()}"
        self._sent = 0
        self._back_off = BackOff(chance=chance)
        self.tracker = CallTracker(
            extension or None,
            pbx=pbx,
            clock=clock,
            wrap_up=wrap_up_s > 0,
            all_seats=True,
            trunks=trunks,
        )
        after_call = frozenset({"wrap_up"} if wrap_up_s > 0 else ())
        self._capabilities = _METHODS | after_call if extension else frozenset[str]()
        self._client: AmiClient | None = None
        self._up = False
        self._buffer: list[Message] | None = None
        self._publish: Callable[[object], None] = lambda _event: None
        self._wrap_ups: dict[str, asyncio.TimerHandle] = {}
        self._started = ""
        self._closed = False

    @property
    def name(self) -> str:
        """The pbx name stored with calls."""
        return self._pbx

    @property
    def capabilities(self) -> frozenset[str]:
        """What this operator can do; shrinks when the PBX denies a right."""
        return self._capabilities

    # --- following the line

    async def run(self, publish: Callable[[object], None]) -> None:
        """Follow the PBX until cancelled or closed, whatever happens to the link."""
        self._publish = publish
        while not self._closed:
            why = UnavailableError("pbx_lost")
            try:
                await self._session()
            except UnavailableError as error:
                why = error
            finally:
                await self._hang_up_link()
            no_use = isinstance(why, BadSecretError)  # Trying again soon only fills its log.
            wait_s = _BAD_SECRET_S if no_use else self._back_off.next_s()
            self._went_down(why, wait_s)
            if not self._closed:
                await self._sleep(wait_s)

    async def _session(self) -> None:
        self._link("connecting")
        client = AmiClient(
            self._host,
            self._port,
            action_ids=self._action_id,
            on_event=self._on_event,
            tls=self._tls,
            action_timeout_s=self._timeout_s,
            ping_s=self._ping_s,
        )
        self._client = client
        self._buffer = []
        await client.open()
        await client.login(self._username, self._secret)
        self._link("resyncing")
        self._publish(self.tracker.link("resyncing"))
        await client.quiet()
        await self._resync(client)
        self._up = True
        self._back_off.reset()
        self._publish(self.tracker.link("up", calls=self.tracker.open_calls()))
        self._link("up")
        if self._join and self._extension:
            self._join = False
            await self._enter_queues()
        await client.lost()

    async def _hang_up_link(self) -> None:
        client, self._client = self._client, None
        self._up = False
        self._buffer = None
        if client is not None:
            await client.close()

    def _went_down(self, why: UnavailableError, wait_s: float) -> None:
        self.tracker.lost()
        self._publish(self.tracker.link("down", detail=why.code))
        self._link("down", why.code, **why.params, wait_s=round(wait_s, 1))

    def _link(self, state: str, detail: str = "", **params: object) -> None:
        self._publish(LinkChanged("pbx", state, detail, dict(params)))

    async def _resync(self, client: AmiClient) -> None:
        """Fetch the whole state, reconcile, then replay what came meanwhile."""
        snapshot = Snapshot()
        reply, items = await client.listing("CoreShowChannels")
        knows_channels = reply.ok
        for queue in self._queues:
            found = await client.listing("QueueStatus", {"Queue": queue})
            items += found[1]
        for item in items:
            snapshot.add(item)
        status = await client.action("CoreStatus")
        started = f"{status.get('CoreStartupDate')} {status.get('CoreStartupTime')}".strip()
        if self._started and started and started != self._started:
            log.warning("the PBX was restarted at %s", started)
        self._started = started or self._started
        if knows_channels:  # Without the right to list, nothing can be said to have ended.
            self._tell(self.tracker.apply_channels(snapshot))
        self._tell(self.tracker.apply_queues(snapshot))
        buffered, self._buffer = self._buffer or [], None
        for message in buffered:
            self._tell(self.tracker.feed(message))

    def _on_event(self, message: Message) -> None:
        if self._buffer is not None:
            self._buffer.append(message)
        else:
            self._tell(self.tracker.feed(message))

    def _tell(self, events: list[CallEvent]) -> None:
        for event in events:
            more = event.more
            if event.kind == "agent_changed" and event.operator:
                wraps_up = more.get("state") == "wrap_up"
                self._time_wrap_up(event.operator, wraps_up)
                if wraps_up and event.operator == self._extension:
                    more = {**more, "limit_s": self._wrap_up_s}
            self._publish(replace(event, seen_at=self._clock(), more=more))

    def _time_wrap_up(self, operator: str, running: bool) -> None:
        """For every operator: somebody at a phone without a console never reports the end of
        wrap-up.
        """
        if (timer := self._wrap_ups.pop(operator, None)) is not None:
            timer.cancel()
        if running:
            loop = asyncio.get_running_loop()
            over = partial(self._wrap_up_over, operator)
            self._wrap_ups[operator] = loop.call_later(self._wrap_up_s, over)

    def _wrap_up_over(self, operator: str) -> None:
        self._tell(self.tracker.end_wrap_up(operator))

    async def end_wrap_up(self) -> None:
        """This operator ends wrap-up early; the other consoles learn it from a user event."""
        if self.tracker.agents.owes(self._extension):
            self._wrap_up_over(self._extension)
            more = {"Kind": WRAPPED, "Operator": self._extension}
            await self._ask("share", "UserEvent", UserEvent=SHARED, **more)

    def _action_id(self) -> str:
        self._sent += 1
        return f"{self._ids}-{self._sent}"

    # --- leaving and asking

    async def change_person(self, name: str, *, takes_calls: bool) -> Reply:
        """Leave the queues under the old name and enter them under the new one, unpaused; a person
        who takes no calls stays out. A call in progress is a channel of its own and goes on.
        """
        self._member_name = name
        if not self._up or not self._extension:
            self._join = takes_calls  # On the next connection.
            return Reply(False, "link_down")
        inside = self.tracker.agents.queues(self._extension)
        for queue in (q for q in self._queues if q in inside):
            await self._ask("resume", "QueueRemove", Queue=queue, Interface=self._interface)
        return await self._enter_queues(inside=()) if takes_calls else Reply(True)

    async def _enter_queues(self, inside: Sequence[str] | None = None) -> Reply:
        if inside is None:
            inside = self.tracker.agents.queues(self._extension)
        fields = {"Interface": self._interface, "StateInterface": self._interface}
        if self._member_name:
            fields["MemberName"] = clean(self._member_name, 80, lines=False)
        for queue in self._queues:
            if queue in inside:
                continue
            reply = await self._ask("login", "QueueAdd", Queue=queue, **fields)
            if not reply.accepted:
                return reply
        return Reply(True)

    async def login(self) -> Reply:
        """Enter the queues of this workstation that it is not in yet."""
        return await self._enter_queues()

    async def logout(self) -> Reply:
        """Leave the queues."""
        reply = Reply(True)
        for queue in self._queues:
            reply = await self._ask("logout", "QueueRemove", Queue=queue, Interface=self._interface)
        return reply

    async def close(self) -> None:
        """Leave the queues, log off, let go."""
        self._closed = True
        for operator in tuple(self._wrap_ups):
            self._time_wrap_up(operator, running=False)
        if self._up and self._client is not None:
            if self._extension:
                await self.logout()
            await self._ask("", "Logoff")
        await self._hang_up_link()

    async def _ask(self, method: str, action: str, action_id: str = "", /, **fields: str) -> Reply:
        client = self._client
        if client is None or not self._up:
            return Reply(False, "link_down")
        try:
            message, _ = await client.listing(action, fields, action_id)
        except UnavailableError as error:
            return Reply(False, "link_down" if error.code == "pbx_lost" else error.code)
        text = clean(message.get("Message"), 200, lines=False)
        if message.ok or text.endswith(_FINE):
            return Reply(True, detail=text)
        why = next((code for start, code in _WHY if text.startswith(start)), "")
        why = why or next((code for part, code in _WHY if part in text), "line_refused")
        if why in _FOR_GOOD and method in self._capabilities:
            self._capabilities -= {method}
            self._link("up", "capability_lost", method=method)
        return Reply(False, why, text)
