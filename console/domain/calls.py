"""What a call is, told by the exchange's events: `ringing -> claimed -> talking -> wrap_up ->
done`, or `missed | abandoned | callback`.

A fold like that of requests: repeats are harmless, nothing raises. Every console folds every
call, so the same events must make the same state everywhere. TELEPHONY.md 3 and 5.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from console.domain.live import CallEvent
from console.domain.phone import normalise


class CallPhase(StrEnum):
    """State of a call; the value stands in `CallRecord.state`."""

    RINGING = "ringing"
    CLAIMED = "claimed"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    DONE = "done"
    MISSED = "missed"
    ABANDONED = "abandoned"
    CALLBACK = "callback"
    SETTLED = "settled"


TO_CALL_BACK = frozenset({CallPhase.MISSED, CallPhase.ABANDONED, CallPhase.CALLBACK})
"""Nobody spoke to the citizen: stays on the list until settled."""
_NOT_ANSWERED = frozenset({CallPhase.RINGING, CallPhase.CLAIMED}) | TO_CALL_BACK
ANSWERED_ELSEWHERE = "answered_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """A call now.

    Attributes:
        phone: E.164 or a short code; None when withheld.
        operator: extension of who talks, or claimed it.
        held: while talking, as the exchange said, not as somebody clicked.
        recording: on | muted | off | unknown.
        end_reason: caller | agent | transfer | answered_elsewhere | unknown.
        certain: False when something was inferred after a lost link.
    """

    pbx: str
    call_id: str
    phase: CallPhase
    offered_at: datetime
    phone: str | None = None
    name: str | None = None
    queue: str | None = None
    direction: str = "in"
    operator: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    held: bool = False
    recording: str = "off"
    certain: bool = True

    @property
    def needs_callback(self) -> bool:
        """Whether the citizen waits for our call."""
        return self.direction == "in" and self.phase in TO_CALL_BACK


def advance(call: CallState | None, event: CallEvent) -> CallState:
    """The call after this event; None starts it, whatever the first event that was seen."""
    before = call or CallState(
        pbx=event.pbx,
        call_id=event.call_id,
        phase=CallPhase.RINGING,
        offered_at=event.at,
        direction=event.direction,
    )
    known = _who(before, event)
    match event.kind:
        case "offered" | "ringing":
            return _rings(known)
        case "answered":
            return _answered(known, event)
        case "held" | "resumed":
            return replace(known, held=event.kind == "held" and _talks(known))
        case "transferred" | "conferenced":
            return replace(known, held=False)
        case "ended":
            return _ended(known, event)
        case "abandoned" | "missed" | "callback_requested":
            return _not_answered(known, event)
        case "recording":
            return replace(known, recording=event.reason or "unknown")
        case _:
            return known


def claim(call: CallState, operator: str) -> CallState:
    """This operator takes the ringing call (F9); the first claim stays."""
    if call.phase is not CallPhase.RINGING:
        return call
    return replace(call, phase=CallPhase.CLAIMED, operator=operator)


def finish(call: CallState) -> CallState:
    """Wrap-up is over: the form was saved, or its time ran out."""
    return replace(call, phase=CallPhase.DONE) if call.phase is CallPhase.WRAP_UP else call


def settle(call: CallState) -> CallState:
    """The citizen was called back, or a reason was given why not."""
    return replace(call, phase=CallPhase.SETTLED) if call.phase in TO_CALL_BACK else call


def _who(call: CallState, event: CallEvent) -> CallState:
    """Number, name and queue as soon as any event tells them."""
    return replace(
        call,
        phone=call.phone or normalise(event.peer_number),
        name=call.name or event.peer_name,
        queue=call.queue or event.queue,
        certain=event.certain,
    )


def _talks(call: CallState) -> bool:
    return call.phase is CallPhase.TALKING


def _rings(call: CallState) -> CallState:
    """Rings again: from the queue after nobody took it, or at one more phone."""
    if call.phase in TO_CALL_BACK or (
        call.phase is CallPhase.DONE and call.end_reason == ANSWERED_ELSEWHERE
    ):
        return replace(call, phase=CallPhase.RINGING, ended_at=None, end_reason=None)
    return call


def _answered(call: CallState, event: CallEvent) -> CallState:
    if call.phase is CallPhase.SETTLED:
        return call
    return replace(
        call,
        phase=CallPhase.TALKING,
        operator=event.operator or call.operator,
        answered_at=call.answered_at or event.at,
        ended_at=None,
        end_reason=None,
        held=False,
    )


def _ended(call: CallState, event: CallEvent) -> CallState:
    reason = event.reason or "unknown"
    if call.phase in (CallPhase.WRAP_UP, CallPhase.DONE, CallPhase.SETTLED):
        return call
    if reason == ANSWERED_ELSEWHERE:
        return _lost_the_race(call, event)
    over = replace(call, ended_at=event.at, end_reason=reason, held=False)
    if _talks(call):
        return replace(over, phase=CallPhase.WRAP_UP)
    if call.phase in TO_CALL_BACK:
        return over
    if call.direction != "in":
        return replace(over, phase=CallPhase.DONE)
    left = CallPhase.ABANDONED if reason == "caller" else CallPhase.MISSED
    return replace(over, phase=left)


def _lost_the_race(call: CallState, event: CallEvent) -> CallState:
    """Another phone was quicker: over for this one, never missed; the winner's talk goes on."""
    if _talks(call):
        return call
    return replace(
        call, phase=CallPhase.DONE, ended_at=event.at, end_reason=ANSWERED_ELSEWHERE, held=False
    )


def _not_answered(call: CallState, event: CallEvent) -> CallState:
    """Only a call nobody answered; a wish to be called back outweighs how it ended."""
    if call.phase not in _NOT_ANSWERED or call.phase is CallPhase.CALLBACK:
        return call
    phase = CallPhase(event.kind.removesuffix("_requested"))
    return replace(
        call, phase=phase, ended_at=event.at, end_reason=event.reason, operator=None, held=False
    )
