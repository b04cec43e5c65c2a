"""The steps of a call, told as events: offered, ringing, answered, ended, missed, abandoned ...

`fold_*.py` read AMI messages and call these verbs; here is the rule which event follows. `ended`
is told once for every operator who talked, or whose phone rang in vain because another one
answered; its `final` says whether the whole call is over.
"""

from datetime import datetime
from typing import override

from console.domain.live import CallEvent
from console.telephony.agents import AgentBook
from console.telephony.legbook import LegBook
from console.telephony.legs import Call, Leg, Ring, Talk, failure, number_of

_ANSWERED_ELSEWHERE = "26"


class CallBook(LegBook):
    """What is open, and the events of the message being read."""

    def __init__(self, pbx: str, agents: AgentBook) -> None:
        """Nothing is open."""
        super().__init__(agents)
        self.pbx = pbx
        self.out: list[CallEvent] = []

    # --- telling

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
        """An operator's phone begins to ring; the second sign of the same ring is no news."""
        self.agents.rings(operator, leg.uid)
        if operator in call.rings:
            call.rings[operator].queued |= queued
            return
        if operator in call.talks:
            return
        if (before := call.pending.pop(operator, None)) is not None:
            self._missed(call, before, final=False)
        consult = bool(call.talks) and not queued
        call.rings[operator] = Ring(operator, self.at, self.count, leg.uid, consult, queued)
        call.closed = False
        self.tell("ringing", call, operator, consult=consult or None)

    def answer(self, call: Call, leg: Leg, operator: str, **more: object) -> None:
        """An operator (for `out`: the citizen) picked up."""
        ring = call.rings.pop(operator, None)
        call.pending.pop(operator, None)
        if operator in call.talks:
            return
        consult = bool(call.talks) and ring is not None and ring.consult
        peer = self.legs.get(call.peer)
        place = peer.place if peer else ("", "")
        call.talks[operator] = Talk(self.at, self.count, leg.uid, place, consult=consult)
        call.answered = self.count
        call.closed = False
        if ring is not None and "ring_s" not in more:
            more["ring_s"] = seconds(self.at, ring.at)
        self.tell("answered", call, operator, consult=consult or None, **more)
        if call.recording != "off":  # It may have begun before: told to each who is recorded.
            self.tell("recording", call, operator, call.recording, leg=call.recorded or None)
        for lost in tuple(call.pending.values()):
            del call.pending[lost.operator]
            self._elsewhere(call, lost)

    def asks(self, call: Call, leg: Leg) -> None:
        """The phone of an operator who talks with a citizen begins a call of its own: he asks
        before he passes the citizen on (REFER). A phone talks to one at a time, so the citizen
        waits meanwhile, whether his hold was told before, after, or never.
        """
        operator = leg.operator
        if operator is None or call.asks or call.queue or call.originated:
            return
        mine = [
            one
            for one in self.calls.values()
            if one is not call and operator in one.talks and one.direction != "internal"
        ]
        if mine:
            about = max(mine, key=lambda one: (one.held, one.answered))
            call.asks, call.asked_by = about.id, operator

    def given_up(self, call: Call, consult: object = None) -> str | None:
        """For the word that a question is over while the citizen was not passed on."""
        about = self.calls.get(call.asks)
        stays = consult or (about is not None and call.asked_by in about.talks)
        return "cancelled" if stays else None

    @override
    def _move(self, leg: Leg, linkedid: str) -> None:
        """Who was asked goes over to the citizen: the question is over for him, unless the word of
        the transfer is still to come (who asked is there).
        """
        old = self.calls.get(leg.call_id)
        if old is not None and old.asks and leg.operator in old.talks:
            asking = any(one.operator == old.asked_by for one in self.all_of(old))
            if not asking:
                self.leave(old, leg.operator or "", "transfer")
        super()._move(leg, linkedid)

    def join(self, call: Call, leg: Leg, operator: str) -> None:
        """A colleague is in the citizen's conference."""
        call.talks.setdefault(operator, Talk(self.at, self.count, leg.uid))
        call.closed = False

    def ring_over(self, call: Call, ring: Ring, leg: Leg) -> None:
        """The ringing leg is gone without an answer; all words about it were said before (T25)."""
        call.rings.pop(ring.operator, None)
        peer = self.legs.get(call.peer)
        caller_left = peer is None or peer.hung > 0 or call.gave_up_at is not None
        if leg.cause == _ANSWERED_ELSEWHERE or (call.answered > ring.since and not ring.consult):
            self._elsewhere(call, ring)
        elif ring.queued and (caller_left or call.closed):
            pass  # `abandoned` tells it.
        elif ring.status or ring.consult or (caller_left and not ring.queued):
            ring.status = failure(ring.status or "CANCEL", leg.cause, leg.tech_cause)
            self._missed(call, ring, final=not (ring.queued or call.rings or call.talks))
        else:
            call.pending[ring.operator] = ring

    def _elsewhere(self, call: Call, ring: Ring) -> None:
        self.tell("ended", call, ring.operator, "answered_elsewhere", final=False)

    def _missed(self, call: Call, ring: Ring, *, final: bool) -> None:
        call.closed = call.closed or final
        ring_s = ring.ring_s if ring.ring_s is not None else seconds(self.at, ring.at)
        reason = ring.status if ring.status.islower() else "no_answer"
        consult = ring.consult or None
        given_up = self.given_up(call, consult)
        self.tell(
            "missed", call, ring.operator, reason, ring_s=ring_s, final=final, consult=consult,
            transfer=given_up,
        )  # fmt: skip

    def abandoned(self, call: Call, **more: object) -> None:
        """The caller gave up in the queue. One event, however many phones rang."""
        self.unqueue(call)
        call.gave_up_at = call.gave_up_at or self.at
        call.pending.clear()
        if not call.closed:
            call.closed = True
            self.tell("abandoned", call, **more)

    def leave(self, call: Call, operator: str, reason: str, **more: object) -> None:
        """The call is over for this operator."""
        talk = call.talks.pop(operator, None)
        if talk is None:
            return
        if call.held and not call.talks:
            call.held = False
        passed_on = reason == "transfer" and call.direction != "internal" and not call.asks
        final = not call.talks and not passed_on
        call.certain = call.certain and reason != "unknown"
        call.closed = final
        call.handed_over = reason == "transfer" and not final
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

    def why(self, call: Call, operator: str, leg: Leg | None, peer: Leg | None) -> str:
        """Who ended it: caller, agent, or unknown. `AgentComplete` alone is not to be believed:
        it says caller when we hung up for the operator (T40), and when the PBX stopped (T43).
        """
        own, other = (leg.hung if leg else 0), (peer.hung if peer else 0)
        if own or other:
            return "agent" if own and (not other or own < other) else "caller"
        if call.pressed == operator:
            return "agent"
        own, other = (leg.soft if leg else 0), (peer.soft if peer else 0)
        if self.stopping or other:
            return "unknown"
        if own:
            return "agent"
        return call.hint if call.hint in ("agent", "caller") else "unknown"

    def peer_gone(self, call: Call, peer: Leg) -> None:
        """The one who was talked to is gone: all talks and rings of the call are over."""
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
        if call.answered:
            if call.handed_over and not rings:
                call.closed = True
                self.tell("ended", call, None, "caller" if peer.hung else "unknown", final=True)
            return  # A ring after a transfer is told as missed when its own leg goes.
        if call.waiting and peer.hung:
            self.abandoned(call)
        elif call.queue:
            let_go = call.gave_up_at and not (peer.soft or self.stopping)
            reason = call.exit or ("timeout" if let_go else "unknown")
            call.certain = call.certain and reason != "unknown"
            call.closed = True
            self.tell("missed", call, None, reason, final=True)
        else:
            for ring in call.pending.values():
                self._missed(call, ring, final=True)

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
            self.tell("transferred", call, operator, how, target=goal, outside=outside or None)
            self.leave(call, operator, "transfer")
            for other in call.talks.values():
                other.consult = False  # Who was asked has the citizen now.


def seconds(later: datetime, earlier: datetime) -> float:
    """Seconds between, to the tenth, never negative."""
    return max(0.0, round((later - earlier).total_seconds(), 1))
