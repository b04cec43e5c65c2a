"""The voice side of a modem: `adapter = "modem"`. GSM and analog modems on a serial port.

`ports.py` reaches the modem, `ringing.py` reads what it says.
"""

import asyncio
import logging
import os
import re
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import override

from console.domain.errors import UnavailableError
from console.domain.live_events import CallEvent, LinkChanged
from console.domain.text.phone import dialled, is_dialable
from console.services.ports.clock import Clock, utc_now
from console.services.ports.telephony import Reply, Telephony
from console.telephony.modem.ports import VoicePort
from console.telephony.modem.ringing import VoiceFact, VoiceLines
from console.telephony.simple_calls import SimpleCall, SimpleCalls

log = logging.getLogger(__name__)

_TICK_S = 0.5
_LOOK_AFTER = timedelta(seconds=2)
_METHODS = frozenset({"answer", "hangup", "dial", "dtmf"})


class ModemLine(Telephony):
    """The `Telephony` port over a modem: show calls, answer, hang up, dial, keys."""

    def __init__(
        self,
        port: VoicePort,
        *,
        extension: str = "",
        clock: Clock = utc_now,
        sleep: Callable[[float], Coroutine[object, object, None]] = asyncio.sleep,
    ) -> None:
        """Nothing is opened before `run`."""
        self._port, self._clock, self._sleep = port, clock, sleep
        self._publish: Callable[[object], None] = lambda _event: None
        self._calls = SimpleCalls("modem", extension or None, self._tell)
        self._voice = VoiceLines()
        self._boot, self._made = os.urandom(3).hex(), 0
        self._hung_up = False
        self._lists, self._listed = True, False
        self._looked: datetime | None = None

    @property
    @override
    def name(self) -> str:
        """The pbx name stored with calls."""
        return "modem"

    @property
    @override
    def capabilities(self) -> frozenset[str]:
        """What modems can do with a voice call."""
        return _METHODS

    @override
    async def run(self, publish: Callable[[object], None]) -> None:
        """Follow the modem for ever, even when the port is pulled out."""
        self._publish = publish
        following = asyncio.create_task(self._port.follow(self._heard, self._state))
        try:
            while not following.done():
                await self._sleep(_TICK_S)
                self._facts(self._voice.tick(self._clock()))
                self._calls.sweep(self._clock())
                await self._look()
            await following
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    @override
    async def close(self) -> None:
        """The end of `run` releases the port."""

    async def _look(self) -> None:
        """Ask a GSM modem for its calls: it reports neither that a citizen answered nor that they
        hung up. A modem that does not know the question is not asked again.
        """
        call, now = self._calls.any, self._clock()
        if call is None or call.phase == "ringing" or not self._lists:
            return
        if now - call.heard_at < _LOOK_AFTER or (self._looked and now - self._looked < _LOOK_AFTER):
            return
        self._looked, self._listed = now, False
        reply = await self._ask("AT+CLCC")
        if reply.why == "line_refused":
            self._lists = False
        elif reply.accepted and not self._listed and self._calls.any is call:
            self._calls.over(call, self._clock(), "caller", outcome="no_answer")

    # --- buttons

    @override
    async def answer(self, call_id: str) -> Reply:
        """`ATA`."""
        call = self._calls.get(call_id)
        if call is None or call.phase != "ringing":
            return Reply(False, "not_ringing")
        reply = await self._ask("ATA")
        if reply.accepted:
            self._voice.taken()
            self._calls.answered(call, self._clock())
        return reply

    @override
    async def hangup(self, call_id: str) -> Reply:
        """`ATH`, and `AT+CHUP` for modems that end voice calls only with that."""
        call = self._calls.get(call_id)
        if call is None:
            return Reply(False, "call_gone")
        self._hung_up = True
        reply = await self._ask("ATH")
        if not reply.accepted and reply.why == "line_refused":
            reply = await self._ask("AT+CHUP")
        if reply.accepted:
            self._voice.taken()
            # Refused while ringing: the caller hears the busy tone and is called back.
            reason = "agent" if call.phase == "talking" else "rejected"
            self._calls.over(call, self._clock(), reason, outcome="cancelled")
        self._hung_up = False
        return reply

    @override
    async def dial(self, number: str, ref: str) -> Reply:
        """`ATD<number>;`: few modems report whether the citizen answers."""
        number = dialled(number)
        if not is_dialable(number):
            return Reply(False, "bad_number")
        if self._calls.any is not None:
            return Reply(False, "line_busy")
        call = SimpleCall(self._id(), number, "out", "dialling", self._clock(), ref=ref)
        reply = await self._ask(f"ATD{number};")
        if reply.accepted:
            self._calls.dials(call)
        return reply

    @override
    async def dtmf(self, call_id: str, digit: str) -> Reply:
        """`AT+VTS`."""
        call = self._calls.get(call_id)
        if call is None or call.phase == "ringing" or not re.fullmatch(r"[0-9*#A-D]", digit):
            return Reply(False, "call_gone" if call is None else "bad_number")
        return await self._ask(f"AT+VTS={digit}")

    async def _ask(self, command: str) -> Reply:
        try:
            fine = await self._port.ask(command)
        except UnavailableError as error:
            return Reply(False, error.code)
        return Reply(True) if fine else Reply(False, "line_refused")

    # --- from the modem

    def _heard(self, line: str) -> None:
        self._facts(self._voice.feed(line, self._clock()))

    def _facts(self, facts: list[VoiceFact]) -> None:
        for fact in facts:
            self._fact(fact, self._clock())

    def _fact(self, fact: VoiceFact, now: datetime) -> None:
        call = self._calls.any
        self._listed = self._listed or fact.kind == "listed"
        if fact.kind == "rings":
            made = SimpleCall(self._id(), fact.number, "in", "ringing", now, name=fact.name)
            self._calls.arrives(made)
        elif call is None:
            return
        elif fact.kind == "number":
            call.heard_at = now
            self._calls.known_as(call, fact.number, fact.name)
        elif fact.kind == "gone" and call.phase == "ringing":
            self._calls.over(call, now, "caller")
        elif fact.kind == "connected" and call.phase == "dialling":
            self._calls.answered(call, now)
        elif fact.kind == "ended" and not self._hung_up:
            self._ended(call, fact.reason, now)

    def _ended(self, call: SimpleCall, why: str, now: datetime) -> None:
        if call.phase == "ringing":
            return  # About something else: a ring ends by silence.
        outcome = {"busy": "busy", "no answer": "no_answer"}.get(why, "unreachable")
        self._calls.over(call, now, "caller", outcome=outcome)

    def _state(self, state: str, detail: str) -> None:
        """The port came or went: nobody saw how a call in progress ended."""
        if state != "up":
            for call_id in self._calls.open_ids:
                if (call := self._calls.get(call_id)) is not None:
                    self._calls.over(call, self._clock(), outcome="no_answer", certain=False)
            self._voice.taken()
        self._publish(LinkChanged("pbx", state, detail))
        known = {"calls": self._calls.open_ids} if state == "up" else {}
        told: dict[str, object] = dict(known)
        word = "up" if state == "up" else "down"
        self._tell(
            CallEvent(
                kind="link", call_id="", at=self._clock(), pbx=self.name, reason=word, more=told
            )
        )

    def _tell(self, event: CallEvent) -> None:
        self._publish(event)

    def _id(self) -> str:
        self._made += 1
        return f"{self._boot}-{self._made}"
