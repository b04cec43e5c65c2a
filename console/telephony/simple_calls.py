"""Calls of lines that are no exchange (modem, webhook): a few facts in, call events out.

One rule for all of them: a call without news for too long has ended, nobody knows how. So a lost
message never leaves a call on the screen for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.domain.live_events import CallEvent

LONGEST_RING = timedelta(minutes=3)
LONGEST_TALK = timedelta(hours=4)


@dataclass(slots=True)
class SimpleCall:
    """An open call.

    Attributes:
        phase: ringing | dialling | talking.
        heard_at: time of the last news.
        mine: whether it concerns this workstation.
    """

    id: str
    number: str | None
    direction: str
    phase: str
    heard_at: datetime
    name: str | None = None
    queue: str | None = None
    ref: str = ""
    mine: bool = True
    facts: dict[str, object] = field(default_factory=dict)


class SimpleCalls:
    """The open calls, and the events of each step. Never raises."""

    def __init__(self, pbx: str, operator: str | None, tell: Callable[[CallEvent], None]) -> None:
        """No call is open.

        Args:
            pbx: name stored with calls.
            operator: extension of this workstation, None when it has none.
        """
        self._pbx, self._operator, self._tell = pbx, operator, tell
        self._on: dict[str, SimpleCall] = {}

    def get(self, call_id: str) -> SimpleCall | None:
        """The call, if it is open."""
        return self._on.get(call_id)

    @property
    def open_ids(self) -> tuple[str, ...]:
        """Ids of the open calls."""
        return tuple(self._on)

    @property
    def any(self) -> SimpleCall | None:
        """The oldest open call."""
        return next(iter(self._on.values()), None)

    def arrives(self, call: SimpleCall) -> None:
        """Somebody calls; a known call is not reported again."""
        if call.id in self._on:
            return
        self._on[call.id] = call
        self._say("offered", call, operator=None)
        if call.mine:
            self._say("ringing", call)
            self._agent("ringing", call.heard_at)

    def dials(self, call: SimpleCall) -> None:
        """This operator (or a colleague) dials."""
        if call.id in self._on:
            return
        self._on[call.id] = call
        if call.mine:
            self._say("ringing", call, leg="citizen")
            self._agent("on_call", call.heard_at)

    def known_as(self, call: SimpleCall, number: str | None, name: str | None = None) -> None:
        """The number came later than the ring."""
        call.number, call.name = call.number or number, call.name or name
        self._say("ringing", call)

    def answered(self, call: SimpleCall, at: datetime, operator: str | None = None) -> None:
        """Somebody answered; for an outgoing call, the citizen."""
        if call.phase == "talking":
            return
        call.phase, call.heard_at = "talking", at
        who = operator or self._operator
        self._say("answered", call, operator=who)
        if call.mine and who != self._operator:
            self._say("ended", call, reason="answered_elsewhere", final=False)
            call.mine = False
        elif who == self._operator:
            call.mine = True
        if call.mine:
            self._agent("on_call", call.heard_at)

    def over(
        self, call: SimpleCall, at: datetime, reason: str = "unknown", *, outcome: str = "",
        certain: bool = True,
    ) -> None:  # fmt: skip
        """The call is over.

        Args:
            reason: of a talk: caller | agent | transfer | unknown; of an unanswered call: caller
                (gave up), else why it was missed.
            outcome: of an outgoing call that was not answered.
        """
        if self._on.pop(call.id, None) is None:
            return
        call.heard_at = at
        if call.phase == "talking":  # A colleague's wrap-up does not concern this workstation.
            who = self._operator if call.mine else None
            self._say("ended", call, who, reason, final=True, certain=certain)
        elif call.direction == "out":
            told = outcome or "cancelled"
            self._say("ended", call, reason=reason, final=True, outcome=told, certain=certain)
        elif reason == "caller":
            self._say("abandoned", call, operator=None)
        else:
            self._say("missed", call, reason=reason, final=True, certain=certain)
        if call.mine:
            self._agent("ready", at)

    def sweep(self, now: datetime) -> None:
        """Drop calls without news for too long."""
        for call in tuple(self._on.values()):
            limit = LONGEST_TALK if call.phase == "talking" else LONGEST_RING
            if now - call.heard_at > limit:
                self.over(call, now, outcome="no_answer", certain=False)

    def _say(
        self,
        kind: str,
        call: SimpleCall,
        /,
        operator: str | None = "",
        reason: str | None = None,
        certain: bool = True,
        **more: object,
    ) -> None:
        if call.ref:
            more["ref"] = call.ref
        self._tell(
            CallEvent(
                kind=kind,
                call_id=call.id,
                at=call.heard_at,
                pbx=self._pbx,
                queue=call.queue,
                direction=call.direction,
                peer_number=call.number,
                peer_name=call.name,
                operator=self._operator if operator == "" else operator,
                reason=reason,
                certain=certain,
                more=more,
            )
        )

    def _agent(self, state: str, at: datetime) -> None:
        self._tell(
            CallEvent(
                kind="agent_changed",
                call_id="",
                at=at,
                pbx=self._pbx,
                operator=self._operator,
                more={"state": "on_call" if state == "ready" and self._on else state},
            )
        )
