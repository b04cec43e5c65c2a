"""The ends of a call as events: ended, missed, abandoned, transferred.

`dialling.py`, `queues.py`, `bridges.py` and `conferences.py` read AMI messages and call these
methods and those of `steps.py`; both hold the rules for the resulting events. `ended` is reported
once for every operator who talked, or whose phone rang in vain because another one answered; its
`final` says whether the whole call is over.
"""

from datetime import timedelta
from typing import override

from console.telephony.asterisk.calls.legs import Call, Leg, Ring, failure
from console.telephony.asterisk.calls.steps import ANSWERED, CallSteps, seconds
from console.telephony.caller_identity import number_of

_ANSWERED_ELSEWHERE = "26"
_OUTSIDE = 7
"""A number this long is dialled on a trunk."""
_CUT_OFF = timedelta(seconds=1)
"""A transferred call that ends this soon reached nobody."""


class CallReporter(CallSteps):
    """The events of a call, its ends included."""

    @override
    def _move(self, leg: Leg, linkedid: str) -> None:
        """The person consulted moves to the citizen: the consultation is over for them, unless the
        transfer event is still to come (the operator who asked is still there).
        """
        old = self.calls.get(leg.call_id)
        if old is not None and old.asks and leg.operator in old.talks:
            asking = any(one.operator == old.asked_by for one in self.all_of(old))
            if not asking:
                self.leave(old, leg.operator or "", "transfer")
        if old is not None and old.offered and old.legs == {leg.uid} and not old.closed:
            # The call is empty, and its end was missed: the link was away.
            old.closed = True
            self.tell("ended", old, leg.operator, "transfer", final=True)
        super()._move(leg, linkedid)

    @override
    def _drop_if_empty(self, call: Call) -> None:
        """The call is empty; if no end was reported, its middle was missed."""
        if not call.legs and call.offered and not call.closed:
            call.closed, call.certain = True, False
            self.tell("ended", call, None, "unknown", final=True, outcome=call.outcome or None)
        super()._drop_if_empty(call)

    def ring_over(self, call: Call, ring: Ring, leg: Leg) -> None:
        """The ringing leg is gone without an answer, after everything else about it was reported
        (T25).
        """
        other = next((one for one in self.all_of(call) if self._rings_too(call, one, leg)), None)
        if other is not None:  # The desk phone rings on, the softphone is busy.
            ring.uid, ring.status = other.uid, ""
            return
        call.rings.pop(ring.operator, None)
        peer = self.legs.get(call.peer)
        caller_left = peer is None or peer.hung > 0 or call.gave_up_at is not None
        if leg.cause == _ANSWERED_ELSEWHERE or (call.answered > ring.since and not ring.consult):
            self._elsewhere(call, ring)
        elif ring.queued and (caller_left or call.closed) and not ring.status:
            pass  # `abandoned` reports it.
        elif ring.status or ring.consult or (caller_left and not ring.queued):
            ring.status = failure(ring.status or "CANCEL", leg.cause, leg.tech_cause)
            alone = not (ring.queued or call.waiting or call.rings or call.talks)
            if alone and not (caller_left or ring.consult or call.asks) and call.direction == "in":
                # The citizen is on the line: the dialplan may ring the next phone, or a queue, or
                # end.
                ring.ring_s = seconds(self.at, ring.at) if ring.ring_s is None else ring.ring_s
                call.pending[ring.operator] = ring
            else:
                self._missed(call, ring, final=alone and not call.closed)
        else:
            call.pending[ring.operator] = ring

    def _rings_too(self, call: Call, one: Leg, leg: Leg) -> bool:
        """Whether this is another phone of the leg's operator that rings for the same call."""
        his = one.operator is not None and one.operator == leg.operator and one is not leg
        return his and self.is_operators(call, one) and not (one.up or one.uid == call.root)

    def abandoned(self, call: Call, **more: object) -> None:
        """The caller gave up in the queue: one event, however many phones rang."""
        self.unqueue(call)
        call.gave_up_at = call.gave_up_at or self.at
        call.pending.clear()
        if not call.closed:
            call.closed = True
            self.tell("abandoned", call, passed_on=self.passed_on(call), **more)

    def leave(
        self, call: Call, operator: str, reason: str, *, goes_on: bool = False, **more: object
    ) -> None:
        """The call is over for this operator.

        Args:
            goes_on: the other side is still on the line, and nobody saw what became of it.
        """
        talk = call.talks.pop(operator, None)
        if talk is None:
            return
        call.holders.discard(operator)
        call.held_before.discard(operator)
        passed_on = goes_on or reason == "transfer"
        passed_on = passed_on and call.direction != "internal" and not call.asks
        final = not call.talks and not passed_on
        call.certain = call.certain and reason != "unknown"
        call.closed = final
        call.handed_over, call.onward = passed_on and not final, ""
        if passed_on and not talk.consult:
            self._nobody_asks(call)
        if call.direction == "out" and call.outcome:
            more["outcome"] = call.outcome
        talk_s = seconds(self.at, talk.at) if talk.known else None
        if talk.consult:
            more["consult"] = True
        if reason != "transfer":
            more["transfer"] = self.given_up(call, talk.consult)
        self.tell("ended", call, operator, reason, talk_s=talk_s, final=final, **more)
        if call.queue and call.direction == "in" and not talk.consult:
            self.agents.owes_wrap_up(operator)

    @staticmethod
    def _nobody_asks(call: Call) -> None:
        """The person consulted has the citizen now, or still rings for them."""
        for talk in call.talks.values():
            talk.consult = False
        for ring in call.rings.values():
            ring.consult, ring.status = False, ring.status or "NOANSWER"

    def why(self, call: Call, operator: str, leg: Leg | None, peer: Leg | None) -> str:
        """Who ended it: caller, agent, or unknown. `AgentComplete` alone is not reliable: it says
        caller when we hung up for the operator (T40), and when the PBX stopped (T43).
        """
        own, other = (leg.hung if leg else 0), (peer.hung if peer else 0)
        if own or other:
            return "agent" if own and (not other or own < other) else "caller"
        if call.pressed == operator:
            return "agent"
        own, other = (leg.soft if leg else 0), (peer.soft if peer else 0)
        if self.stopping or other:
            return "unknown"
        talk = call.talks.get(operator)
        if own or (
            talk is not None and talk.consult
        ):  # Consulted, and called off by the operator who asked.
            return "agent"
        return call.hint if call.hint in ("agent", "caller") else "unknown"

    def peer_gone(self, call: Call, peer: Leg) -> None:
        """The other party is gone: all talks and rings of the call are over."""
        for operator, talk in tuple(call.talks.items()):
            reason = self.why(call, operator, self.legs.get(talk.uid), peer)
            self.leave(call, operator, reason)
        if not call.closed and call.offered:
            self._left_unserved(call, peer)
        self.unqueue(call)
        call.pending.clear()
        call.peer = ""

    def _left_unserved(self, call: Call, peer: Leg) -> None:
        rings = [*call.rings.values(), *call.pending.values()]
        if rings and all(ring.known for ring in rings):
            for ring in rings:
                self._missed(call, ring, final=ring is rings[-1])
            return
        if call.answered:
            if call.handed_over and not call.rings:
                self._passed_on_ends(call, peer)
            return  # A ring after a transfer is reported as missed when its own leg goes.
        if call.waiting and peer.hung:
            self.abandoned(call)
        elif call.queue or call.exit:
            let_go = call.gave_up_at and not (peer.soft or self.stopping)
            reason = call.exit or ("timeout" if let_go else "unknown")
            call.certain = call.certain and reason != "unknown"
            call.closed = True
            self.tell("missed", call, None, reason, final=True)
        else:
            for ring in call.pending.values():
                self._missed(call, ring, final=ring is rings[-1])
            if not rings:  # Nobody saw who took the call, if anybody did.
                call.closed, call.certain = True, False
                self.tell("ended", call, None, "caller" if peer.hung else "unknown", final=True)

    def _passed_on_ends(self, call: Call, peer: Leg) -> None:
        """The end of a transferred call that no operator answered."""
        call.closed = True
        asked = any(
            one.asks == call.id and not (one.answered or one.closed) for one in self.calls.values()
        )
        nobody = call.onward or ("no_answer" if asked else self._nobody_tried(call, peer))
        if call.direction == "in" and nobody != ANSWERED:
            passed_on = self.passed_on(call)
            self.tell("missed", call, None, nobody, final=True, passed_on=passed_on)
        else:
            self.tell("ended", call, None, "caller" if peer.hung else "unknown", final=True)

    def _nobody_tried(self, call: Call, peer: Leg) -> str:
        """Why no phone rang for a transferred call: a phone that is not registered, a number that
        does not exist; or an announcement, which is as it should be.
        """
        if self.is_phone(call.sent_to) and self.agents.known(call.sent_to):
            return "unreachable"
        if len(call.sent_to) >= _OUTSIDE:
            return "unreachable"
        at_once = call.sent_at is not None and self.at - call.sent_at < _CUT_OFF
        return "unknown" if at_once and not peer.hung else ANSWERED

    def hand_over(
        self, call: Call, operator: str, how: str, target: str | None, *, outside: bool = False
    ) -> None:
        """An operator transferred the citizen and is free.

        Args:
            outside: to somebody who is no operator of ours.
        """
        if (talk := call.talks.get(operator)) is not None:
            if (own := self.legs.get(talk.uid)) is not None:
                own.passed_on = True
            goal = number_of(target or "")
            call.sent_to, call.sent_at = goal or "", self.at
            self.tell("transferred", call, operator, how, target=goal, outside=outside or None)
            self.leave(call, operator, "transfer")
            self.in_company(call)

    def in_company(self, call: Call) -> None:
        """A transferred citizen is already joined with somebody, such as the agency that was
        consulted.
        """
        if not call.handed_over:
            return
        peer = self.legs.get(call.peer)
        his = self.joined(peer.bridge) if peer is not None else ()
        others = (one for one in self.legs.values() if one.bridge in his and one is not peer)
        if any(not (one.local or one.passed_on) for one in others):
            self.onward(call.id, ANSWERED)
