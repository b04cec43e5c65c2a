"""An exchange without telephones: callers come at a natural pace, and events are those of
`asterisk/calls/tracker.py`. Every wait is an injected sleep, so tests take no time.
"""

import asyncio
import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from console.domain.live_events import CallEvent, LinkChanged
from console.services.ports.clock import Clock, utc_now
from console.services.ports.telephony import Reply
from console.telephony.asterisk.client import Sleep

type Scenario = tuple[str, str | None] | tuple[str, str | None, str]
"""Number, name or None, and perhaps a hint for the trainer."""

_NOBODYS = ("link", "abandoned", "offered")
"""Events without an operator, as the exchange's queue reports them."""


@dataclass(slots=True)
class SimulatedCall:
    """The one open call.

    Attributes:
        state: ringing | talking | held | consulting | over.
        asked: the colleague consulted while the citizen waits, "" without one.
        guests: people added to the call besides the citizen.
    """

    id: str
    number: str
    name: str | None
    direction: str
    offered_at: datetime
    ref: str = ""
    hint: str = ""
    state: str = "ringing"
    answered_at: datetime | None = None
    recording: str = "on"
    asked: str = ""
    guests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the simulated city calls, in seconds.

    Attributes:
        first_s, least_s, most_s: until the first call, and between calls.
        patience_s: how long a caller lets it ring.
        pick_up_s: how long a dialled citizen takes to answer.
        wrap_up_s: wrap-up; 0 = none.
        unanswered: share of dialled citizens who do not answer.
    """

    first_s: float = 5.0
    least_s: float = 60.0
    most_s: float = 120.0
    patience_s: float = 30.0
    pick_up_s: float = 4.0
    wrap_up_s: float = 20.0
    unanswered: float = 0.2


@dataclass(slots=True)
class _State:
    call: SimulatedCall | None = None
    paused: bool = False
    reason: str = ""
    wrap_up: bool = False
    away: bool = False
    poked: list[Scenario] = field(default_factory=list)


class SimulatedExchange:
    """Simulated citizens, one call at a time; `line.py` adds the buttons."""

    def __init__(
        self,
        scenarios: Iterable[Scenario] = (),
        clock: Clock = utc_now,
        pace: Pace | None = None,
        *,
        extension: str = "",
        queue: str = "1022",
        chance: Random | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Nobody calls before `run`.

        Args:
            scenarios: callers, repeated in this order; empty = only on `poke`.
            extension: of this workstation; "" = events name no operator.
            chance: seed it to get the same day twice.
        """
        known: Sequence[Scenario] = tuple(scenarios)
        self._callers = itertools.cycle(known) if known else iter(())
        self._clock, self._pace = clock, pace or Pace()
        self._operator, self._queue = extension or None, queue
        self._chance = chance or Random()  # noqa: S311 - a game, no secret
        self._sleep = sleep
        self._boot = os.urandom(3).hex()
        self._made = 0
        self._is = _State()
        self._changed = asyncio.Event()
        self._dialling: asyncio.Task[None] | None = None
        self._publish: Callable[[object], None] = lambda _event: None

    @property
    def name(self) -> str:
        """The pbx name stored with calls."""
        return "sim"

    # --- callers

    async def run(self, publish: Callable[[object], None]) -> None:
        """Let citizens call for ever."""
        self._publish = publish
        publish(LinkChanged("pbx", "up"))
        self._tell("link", reason="up")
        self._tell_agent()
        wait_s = self._pace.first_s
        while True:
            await self._until(lambda: bool(self._is.poked), wait_s)
            await self._until(self._is_free, None)
            scenario = self._is.poked.pop(0) if self._is.poked else next(self._callers, None)
            if scenario is not None:
                await self._ring(scenario)
            wait_s = self._chance.uniform(self._pace.least_s, self._pace.most_s)

    def poke(self, phone: str = "", name: str | None = None) -> None:
        """Make somebody call as soon as the line is free: this number, or the next in the list."""
        scenario: Scenario | None = (phone, name) if phone else next(self._callers, None)
        if scenario is not None:
            self._is.poked.append(scenario)
            self._changed.set()

    async def _ring(self, scenario: Scenario) -> None:
        hint = scenario[2] if len(scenario) > 2 else ""
        call = self._new_call(scenario[0], scenario[1], "in", hint=hint)
        self._tell("offered", call, position=1)
        self._tell("ringing", call)
        self._tell_agent()
        await self._until(lambda: call.state != "ringing", self._pace.patience_s)
        if call.state == "ringing":
            self._is.call = None
            self._tell("abandoned", call, wait_s=self._pace.patience_s)
            self._tell_agent()
            return
        await self._until(lambda: self._is.call is not call, None)
        await self._wrap_up()

    async def _wrap_up(self) -> None:
        await self._until(lambda: not self._is.wrap_up, self._pace.wrap_up_s)
        if self._is.wrap_up:
            self._is.wrap_up = False
            self._tell_agent()

    def _is_free(self) -> bool:
        now = self._is
        return now.call is None and not (now.paused or now.wrap_up or now.away)

    async def _until(self, done: Callable[[], bool], limit_s: float | None) -> None:
        """Wait for `done`, at most this long."""
        nap = asyncio.create_task(self._sleep(limit_s)) if limit_s is not None else None
        try:
            while not done() and not (nap is not None and nap.done()):
                self._changed.clear()
                news = asyncio.create_task(self._changed.wait())
                try:
                    await asyncio.wait(
                        [news, nap] if nap is not None else [news],
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                finally:
                    news.cancel()
        finally:
            if nap is not None:
                nap.cancel()

    # --- inside

    def _new_call(
        self, number: str, name: str | None, direction: str, *, ref: str = "", hint: str = ""
    ) -> SimulatedCall:
        self._made += 1
        call = SimulatedCall(
            f"sim-{self._boot}-{self._made}", number, name, direction, self._clock(), ref, hint
        )
        self._is.call = call
        return call

    def _call(self, call_id: str) -> SimulatedCall | None:
        call = self._is.call
        return call if call is not None and call.id == call_id else None

    def _answered(self, call: SimulatedCall) -> None:
        call.state, call.answered_at = "talking", self._clock()
        ring_s = (call.answered_at - call.offered_at).total_seconds()
        self._tell("answered", call, ring_s=round(ring_s, 1))
        self._tell("recording", call, reason=call.recording)
        self._tell_agent()

    def _switch(self, call_id: str, before: str, after: str, kind: str) -> Reply:
        call = self._call(call_id)
        if call is None or call.state != before:
            return Reply(False, "call_gone")
        call.state = after
        self._tell(kind, call)
        return Reply(True)

    def _end(self, call: SimulatedCall, reason: str, *, outcome: str = "") -> None:
        more: dict[str, object] = {"final": reason != "transfer"}
        if call.direction == "out" and call.answered_at is None:
            more["outcome"] = outcome or "cancelled"
        self._is.call = None
        call.state = "over"
        self._is.wrap_up = self._pace.wrap_up_s > 0 and call.answered_at is not None
        self._tell("ended", call, reason=reason, more=more)
        self._tell_agent()

    def _tell(
        self,
        kind: str,
        call: SimulatedCall | None = None,
        /,
        reason: str | None = None,
        operator: str = "",
        more: dict[str, object] | None = None,
        **facts: object,
    ) -> None:
        more = {**(more or {}), **facts}
        if call is not None and call.ref:
            more["ref"] = call.ref
        if call is not None and call.hint and kind == "offered":
            more["hint"] = call.hint
        now = self._clock()
        self._publish(
            CallEvent(
                kind=kind,
                call_id=call.id if call else "",
                at=now,
                seen_at=now,
                pbx=self.name,
                queue=self._queue if call and call.direction == "in" else None,
                direction=call.direction if call else "in",
                peer_number=call.number if call else None,
                peer_name=call.name if call else None,
                operator=operator or (None if kind in _NOBODYS else self._operator),
                reason=reason,
                more=more,
            )
        )
        self._changed.set()

    def _tell_agent(self) -> None:
        now = self._is
        if now.call is not None:
            state = "ringing" if now.call.state == "ringing" else "on_call"
        elif now.away:
            state = "logged_out"
        elif now.paused:
            state = "paused"
        else:
            state = "wrap_up" if now.wrap_up else "ready"
        reason = now.reason if state == "paused" else None
        self._tell("agent_changed", reason=reason or None, state=state)
