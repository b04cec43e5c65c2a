"""How a call begins and goes on, as events: offered, ringing, answered, missed by one phone.

`reporter.py` adds the rules for the ends.
"""

from collections.abc import Iterable
from datetime import datetime

from console.domain.live_events import CallEvent
from console.telephony.asterisk.calls.agents import AgentStates
from console.telephony.asterisk.calls.legs import Call, Leg, Ring, Talk
from console.telephony.asterisk.calls.open_calls import OpenCalls

ANSWERED = "answered"
"""A value of `Call.onward`."""


class CallSteps(OpenCalls):
    """What is open, and the events of the message being read."""

    def __init__(self, pbx: str, agents: AgentStates, trunks: Iterable[str] = ()) -> None:
        """Nothing is open."""
        super().__init__(agents, trunks)
        self.pbx = pbx
        self.out: list[CallEvent] = []

    # --- reporting

    def tell(
        self,
        kind: str,
        call: Call,
        operator: str | None = None,
        reason: str | None = None,
        /,
        **more: object,
    ) -> None:
        """Add an event of this call."""
        if call.ref:
            more["ref"] = call.ref
        if call.asks:
            more |= {"consult_for": call.asks, "asked_by": call.asked_by}
        self.out.append(
            CallEvent(
                kind=kind,
                call_id=call.id,
                at=self.at,
                pbx=self.pbx,
                queue=call.queue,
                direction=call.direction,
                peer_number=call.peer_number,
                peer_name=call.peer_name,
                operator=operator,
                reason=reason,
                certain=call.certain,
                more={key: value for key, value in more.items() if value is not None},
            )
        )

    # --- steps

    def offer(self, call: Call, operator: str | None = None, **more: object) -> None:
        """The call arrived: it entered the queue, or rings an operator directly."""
        if not call.offered:
            call.offered = True
            self.tell("offered", call, operator, **more)

    def ring(self, call: Call, leg: Leg, operator: str, *, queued: bool) -> None:
        """An operator's phone begins to ring; a second sign of the same ring is no news."""
        self.agents.rings(operator, leg.uid)
        if (known := call.rings.get(operator)) is not None:
            known.queued |= queued
            if self._is_plumbing(known.uid):  # The phone behind a Local channel rings.
                self.agents.hung_up(known.uid)
                known.uid = leg.uid
            return
        if operator in call.talks:
            return
        self.goes_on(call)
        if (before := call.pending.pop(operator, None)) is not None:
            self._missed(call, before, final=False)
        consult = bool(call.talks) and not queued
        call.rings[operator] = Ring(operator, self.at, self.count, leg.uid, consult, queued)
        call.closed = False
        self.tell("ringing", call, operator, consult=consult or None)

    def answer(self, call: Call, leg: Leg, operator: str, **more: object) -> None:
        """An operator (for `out`: the citizen) answered."""
        ring = call.rings.pop(operator, None)
        call.pending.pop(operator, None)
        if leg.local:
            leg = self._phone_behind(call, operator) or leg
        if leg.local:  # A member on a mobile: no phone of ours is involved.
            self.agents.talks(operator, leg.uid)
        if (talks := call.talks.get(operator)) is not None:
            if self._is_plumbing(talks.uid):  # Optimised away: the phone itself is in the bridge.
                talks.uid = leg.uid
            return
        consult = bool(call.talks) and ring is not None and ring.consult
        peer = self.legs.get(call.peer)
        place = peer.place if peer else ("", "")
        call.talks[operator] = Talk(self.at, self.count, leg.uid, place, consult=consult)
        call.answered, call.offered = self.count, True
        call.closed = False
        if call.waiting:  # The event of leaving the queue was missed.
            self.unqueue(call)
        if ring is not None and "ring_s" not in more:
            more["ring_s"] = seconds(self.at, ring.at)
        self.tell("answered", call, operator, consult=consult or None, **more)
        if (
            call.recording != "off"
        ):  # It may have begun before: report it to everybody who is recorded.
            self.tell("recording", call, operator, call.recording, leg=call.recorded or None)
        self.goes_on(call)
        for lost in tuple(call.pending.values()):
            del call.pending[lost.operator]
            self._elsewhere(call, lost)

    def answered_outside(self, call: Call) -> None:
        """The dialplan tried somebody outside who answered: the mobile of an operator who did not
        answer, the officer on duty after the queue. The call no longer concerns any operator.
        """
        untold = call.offered and not (call.closed or call.answered or call.talks)
        # The start was missed: an operator talks with the citizen and consults somebody outside.
        talks = any(one.up and self.is_operators(call, one) for one in self.all_of(call))
        if call.direction != "in" or call.waiting or talks or not untold:
            return
        self.goes_on(call)
        call.answered, call.closed = self.count, True
        self.tell("ended", call, None, "answered_elsewhere", final=True)

    def _is_plumbing(self, uid: str) -> bool:
        leg = self.legs.get(uid)
        return leg is None or leg.local

    def _phone_behind(self, call: Call, operator: str) -> Leg | None:
        return next((leg for leg in self.all_of(call) if leg.operator == operator), None)

    def asks(self, call: Call, leg: Leg) -> None:
        """The phone of an operator who talks with a citizen starts a call of its own: a
        consultation before a transfer (REFER). A phone talks to one party at a time, so the citizen
        is on hold, whether the hold event comes before, after, or never.
        """
        operator = leg.operator
        if operator is None or call.asks or call.originated:
            return
        mine = [
            one
            for one in self.calls.values()
            if one is not call and operator in one.talks and one.direction != "internal"
        ]
        if mine:
            about = max(mine, key=lambda one: (bool(one.holders), one.answered))
            call.asks, call.asked_by = about.id, operator
            if leg.uid == call.peer:  # Also in a queue: the second line of help is consulted.
                call.direction = "internal"

    def given_up(self, call: Call, consult: object = None) -> str | None:
        """ "cancelled" when a consultation ended without a transfer of the citizen."""
        about = self.calls.get(call.asks)
        stays = consult or (about is not None and call.asked_by in about.talks)
        return "cancelled" if stays else None

    def join(self, call: Call, leg: Leg, operator: str) -> None:
        """A colleague is in the citizen's conference."""
        call.talks.setdefault(operator, Talk(self.at, self.count, leg.uid))
        call.closed = False

    def resume(self, call: Call, operator: str) -> None:
        """End this operator's hold, if there was one."""
        if operator in call.holders | call.held_before:
            call.holders.discard(operator)
            call.held_before.discard(operator)
            self.tell("resumed", call, operator)

    def goes_on(self, call: Call) -> None:
        """Somebody else is tried: those who did not answer before are reported as missed, not as
        final.
        """
        for ring in [one for one in call.pending.values() if one.known]:
            del call.pending[ring.operator]
            self._missed(call, ring, final=False)

    def _elsewhere(self, call: Call, ring: Ring) -> None:
        self.tell("ended", call, ring.operator, "answered_elsewhere", final=False)

    def _missed(self, call: Call, ring: Ring, *, final: bool) -> None:
        call.closed = call.closed or final
        ring_s = ring.ring_s if ring.ring_s is not None else seconds(self.at, ring.at)
        reason = ring.status if ring.known else "no_answer"
        consult = ring.consult or None
        given_up = self.given_up(call, consult)
        if final:
            self.onward(call.asks, reason)
        self.tell(
            "missed", call, ring.operator, reason, ring_s=ring_s, final=final, consult=consult,
            transfer=given_up, passed_on=self.passed_on(call) if final else None,
        )  # fmt: skip

    @staticmethod
    def passed_on(call: Call) -> bool | None:
        """Marks a call that nobody took after an operator had talked and transferred it."""
        return bool(call.answered and not call.talks) or None

    def onward(self, call_id: str, what: str) -> None:
        """How the transfer of this call went; see `Call.onward`."""
        call = self.calls.get(call_id)
        if call is not None and call.handed_over and call.onward != ANSWERED:
            call.onward = what


def seconds(later: datetime, earlier: datetime) -> float:
    """Seconds between, to the tenth, never negative."""
    return max(0.0, round((later - earlier).total_seconds(), 1))
