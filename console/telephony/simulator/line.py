"""A line without a telephone, for `run --demo` and training.

It implements the same port and reports the same events as `asterisk/line.py`; the layers above
cannot tell them apart.
"""

import asyncio
import re

from console.domain.text.phone import is_dialable
from console.services.ports.telephony import NOT_SERVED, Reply
from console.telephony.simulator.exchange import Pace, Scenario, SimulatedCall, SimulatedExchange

__all__ = ["Pace", "Scenario", "SimulatedLine"]

_METHODS = frozenset(
    [
        "answer",
        "hangup",
        "hold",
        "resume_call",
        "blind",
        "consult",
        "complete",
        "cancel",
        "conference",
        "dtmf",
        "record",
        "dial",
        "login",
        "logout",
        "pause",
        "resume",
        "wrap_up",
    ]
)


class SimulatedLine(SimulatedExchange):
    """The `Telephony` port over the simulated exchange: everything but listening in on others."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything but a second call and `spy`: there is no other operator."""
        return _METHODS

    # --- buttons

    async def answer(self, call_id: str) -> Reply:
        """Pick up."""
        call = self._call(call_id)
        if call is None or call.state != "ringing" or call.direction != "in":
            return Reply(False, "not_ringing")
        self._answered(call)
        return Reply(True)

    async def hangup(self, call_id: str) -> Reply:
        """End the call, or decline it."""
        call = self._call(call_id)
        if call is None:
            return Reply(False, "call_gone")
        if call.state == "ringing" and call.direction == "in":
            self._is.call = None
            call.state = "over"
            self._tell("missed", call, reason="rejected", final=True)
            self._tell_agent()
        else:
            self._end(call, "agent")
        return Reply(True)

    async def hold(self, call_id: str) -> Reply:
        """Put the citizen on hold."""
        return self._switch(call_id, "talking", "held", "held")

    async def resume_call(self, call_id: str) -> Reply:
        """Take the citizen off hold."""
        return self._switch(call_id, "held", "talking", "resumed")

    async def consult(self, call_id: str, to: str) -> Reply:
        """Consult a colleague, who answers at once; the citizen hears music."""
        call = self._call(call_id)
        if call is None or call.state != "talking":
            return Reply(False, "call_gone")
        if not is_dialable(to):
            return Reply(False, "bad_number")
        call.state, call.asked = "consulting", to
        self._tell("held", call)
        self._tell("ringing", call, operator=to, consult=True)
        self._tell("answered", call, operator=to, consult=True)
        return Reply(True)

    async def complete(self, call_id: str) -> Reply:
        """Transfer the citizen to the colleague."""
        call = self._call(call_id)
        if call is None or call.state != "consulting":
            return Reply(False, "call_gone")
        self._tell("transferred", call, reason="attended", target=call.asked)
        self._end(call, "transfer")
        return Reply(True)

    async def cancel(self, call_id: str) -> Reply:
        """Back to the citizen."""
        call = self._call(call_id)
        if call is None or call.state != "consulting":
            return Reply(False, "call_gone")
        self._tell("ended", call, operator=call.asked, reason="agent", consult=True, final=False)
        call.asked = ""
        return self._switch(call_id, "consulting", "talking", "resumed")

    async def conference(self, call_id: str, to: str) -> Reply:
        """Somebody joins at once."""
        call = self._call(call_id)
        if call is None or call.state != "talking":
            return Reply(False, "call_gone")
        if not is_dialable(to):
            return Reply(False, "bad_number")
        call.guests = (*call.guests, to)
        who = [call.number, self._operator or "", *call.guests]
        self._tell("conferenced", call, conference="sim", count=len(who), participants=who)
        return Reply(True)

    async def dtmf(self, call_id: str, digit: str) -> Reply:
        """A key; nobody listens."""
        call = self._call(call_id)
        if call is None or call.answered_at is None:
            return Reply(False, "call_gone")
        return Reply(bool(re.fullmatch(r"[0-9*#A-D]", digit)), "bad_number")

    async def record(self, call_id: str, state: str) -> Reply:
        """Switch a recording that does not exist."""
        call = self._call(call_id)
        if call is None or call.answered_at is None:
            return Reply(False, "call_gone")
        told = {"on": "on", "unmute": "on", "mute": "muted", "off": "off"}.get(state)
        if told is None:
            return NOT_SERVED
        call.recording = told
        self._tell("recording", call, reason=told)
        return Reply(True)

    async def blind(self, call_id: str, to: str) -> Reply:
        """Transfer the citizen."""
        call = self._call(call_id)
        if call is None or call.answered_at is None:
            return Reply(False, "call_gone")
        if not is_dialable(to):
            return Reply(False, "bad_number")
        self._tell("transferred", call, reason="blind", target=to)
        self._end(call, "transfer")
        return Reply(True)

    async def spy(self, operator: str, way: str) -> Reply:  # noqa: ARG002
        """Refused: there is nobody else."""
        return NOT_SERVED

    async def dial(self, number: str, ref: str) -> Reply:
        """Call a citizen."""
        if not is_dialable(number):
            return Reply(False, "bad_number")
        if self._is.call is not None:
            return Reply(False, "line_busy")
        call = self._new_call(number, None, "out", ref=ref)
        self._is.wrap_up = False
        self._tell("ringing", call, leg="citizen")
        self._tell_agent()
        self._dialling = asyncio.create_task(self._citizen_picks_up(call))
        return Reply(True)

    async def _citizen_picks_up(self, call: SimulatedCall) -> None:
        answers = self._chance.random() >= self._pace.unanswered
        span_s = self._pace.pick_up_s if answers else self._pace.patience_s
        await self._until(lambda: self._is.call is not call, span_s)
        if self._is.call is call and answers:
            self._answered(call)
            await self._until(lambda: self._is.call is not call, None)
            await self._wrap_up()
        elif self._is.call is call:
            self._end(call, "unknown", outcome="no_answer")

    async def pause(self, reason: str) -> Reply:
        """Take no calls."""
        self._is.paused, self._is.reason, self._is.wrap_up = True, reason, False
        self._tell_agent()
        return Reply(True)

    async def resume(self) -> Reply:
        """Take calls again; ends wrap-up."""
        self._is.paused, self._is.wrap_up, self._is.away = False, False, False
        self._tell_agent()
        return Reply(True)

    async def login(self) -> Reply:
        """Take calls from the queue."""
        self._is.away = False
        self._tell_agent()
        return Reply(True)

    async def logout(self) -> Reply:
        """Leave the queue."""
        self._is.away = True
        self._tell_agent()
        return Reply(True)

    async def wrap_up(self) -> Reply:
        """The form was saved."""
        self._is.wrap_up = False
        self._tell_agent()
        return Reply(True)

    async def change_person(self, name: str, *, takes_calls: bool) -> Reply:  # noqa: ARG002
        """Nothing to do: the exchange keeps no names."""
        return await (self.resume() if takes_calls else self.pause(""))

    async def close(self) -> None:
        """Stop dialling; whoever started `run` cancels it."""
        if self._dialling is not None:
            self._dialling.cancel()
            await asyncio.gather(self._dialling, return_exceptions=True)
            self._dialling = None
