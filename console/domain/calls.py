"""The state of a call, folded from the exchange's events: `ringing -> claimed -> talking -> wrap_up
-> done`, or `missed | abandoned | callback`.

Works like the fold of requests: repeats are harmless and nothing raises. Every console folds every
call, so the same events must produce the same state everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.errors import RefusedError
from console.domain.live_events import CallEvent
from console.domain.text.phone import normalise


class CallPhase(StrEnum):
    """State of a call; `CallRecord.state` holds the value."""

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
"""Nobody spoke to the citizen: the call stays on the callback list until it is settled."""
_NOT_ANSWERED = frozenset({CallPhase.RINGING, CallPhase.CLAIMED}) | TO_CALL_BACK
ANSWERED_ELSEWHERE = "answered_elsewhere"
PEER_TAKE_OVER_LIMIT = timedelta(seconds=20)
"""For this long after a claim a colleague may take the call over; later only a supervisor, with a
reason.
"""
STALE_RING = timedelta(seconds=20)
"""A ringing call that was claimed this long ago and not answered counts as waiting."""
STALE_CALLBACK = timedelta(minutes=15)
"""The same limit for a claimed callback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """A call as it stands now.

    Attributes:
        phone: E.164 or a short code; None when withheld.
        operator: extension of the operator who is talking, as the exchange names it.
        taken_by: the person who claimed the ringing call or the callback, at `taken_at`.
        lost_as: why nobody answered, kept after the callback is settled: abandoned | timeout |
            missed | callback_requested; None when somebody answered.
        outcome: of an outgoing call: answered | busy | no_answer | unreachable | rejected |
            cancelled | no_attempt.
        ref: the purpose of an outgoing call.
        recorded: leg of the recording, "" without one.
        wrapped_at: when wrap-up ended; None while it runs, or when nobody knows.
        held: on hold while talking, as the exchange reports it.
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
    recorded: str = ""
    certain: bool = True
    taken_by: str | None = None
    taken_at: datetime | None = None
    lost_as: str | None = None
    outcome: str | None = None
    ref: str | None = None
    wrapped_at: datetime | None = None


def advance(call: CallState | None, event: CallEvent) -> CallState:
    """The call after this event; with None, the first event seen starts it."""
    before = call or CallState(
        pbx=event.pbx,
        call_id=event.call_id,
        phase=CallPhase.RINGING,
        offered_at=event.at - _waited(event),
        direction=event.direction,
    )
    step = _STEPS.get(event.kind)
    known = _who(before, event)
    return known if step is None else step(known, event)


def _leg_of(call: CallState, recording: str | None) -> str:
    """The leg that a recording belongs to; the citizen's first leg has the call's own id."""
    return call.recorded or (call.call_id if recording in ("on", "muted") else "")


def claim(call: CallState, person: str, at: datetime) -> CallState:
    """Claim the ringing call (F9) or the callback for this person; the first claim stays."""
    if call.taken_by is not None:
        return call
    phase = CallPhase.CLAIMED if call.phase is CallPhase.RINGING else call.phase
    return replace(call, phase=phase, taken_by=person, taken_at=at)


def take_over(
    call: CallState, person: str, at: datetime, *, supervises: bool, reason: str
) -> CallState:
    """Take over what another person claimed.

    Args:
        supervises: whether this person may take over after the limit as well.
        reason: required after the limit.

    Raises:
        RefusedError: `not_claimed`, `take_over_late`, `reason_needed`, `call_is_over`.
    """
    if call.taken_by is None or call.taken_at is None:
        raise RefusedError("not_claimed")
    if call.phase in (CallPhase.DONE, CallPhase.SETTLED, CallPhase.WRAP_UP):
        raise RefusedError("call_is_over", state=call.phase.value)
    late = at - call.taken_at > PEER_TAKE_OVER_LIMIT
    if late and not supervises:
        raise RefusedError(
            "take_over_late", operator=call.taken_by, seconds=PEER_TAKE_OVER_LIMIT.seconds
        )
    if late and not reason:
        raise RefusedError("reason_needed")
    return replace(call, taken_by=person, taken_at=at)


def is_stale(call: CallState, now: datetime) -> bool:
    """Whether a claim has waited too long. The window only shows it; nothing happens by itself,
    because the clock runs on a workstation that may be asleep.
    """
    if call.taken_at is None:
        return False
    limit = {CallPhase.CLAIMED: STALE_RING}.get(
        call.phase, STALE_CALLBACK if call.phase in TO_CALL_BACK else None
    )
    return limit is not None and now - call.taken_at > limit


def finish(call: CallState, at: datetime | None = None) -> CallState:
    """End wrap-up: the form was saved, or its time ran out; `at` None = nobody saw when."""
    if call.phase is not CallPhase.WRAP_UP:
        return call
    wrapped_at = max(at, call.ended_at) if at is not None and call.ended_at is not None else None
    return replace(call, phase=CallPhase.DONE, wrapped_at=wrapped_at)


def settle(call: CallState) -> CallState:
    """Settle a missed call: the citizen was called back, or a reason was given why not."""
    return replace(call, phase=CallPhase.SETTLED) if call.phase in TO_CALL_BACK else call


def _who(call: CallState, event: CallEvent) -> CallState:
    """Number, name and queue, as soon as an event carries them."""
    return replace(
        call,
        phone=call.phone or normalise(event.peer_number),
        name=call.name or event.peer_name,
        queue=call.queue or event.queue,
        ref=call.ref or str(event.more.get("ref") or "") or None,
        certain=event.certain,
    )


def _waited(event: CallEvent) -> timedelta:
    """How long the call rang before we saw it, if the exchange says so."""
    waited_s = event.more.get("waited_s")
    return timedelta(seconds=float(str(waited_s))) if waited_s is not None else timedelta()


def _claimed_elsewhere(call: CallState, event: CallEvent) -> CallState:
    """Another workstation's claim. The earlier of two claims stays; at the same instant the
    alphabetically first name stays, so both workstations agree. A take-over names the person it was
    taken from.
    """
    person = str(event.more.get("person") or "")
    if not person or call.taken_by == person:
        return call
    holder, at = call.taken_by, call.taken_at
    takes = holder in (None, event.more.get("from"))
    if not takes and at is not None and (at, holder) < (event.at, person):
        return call
    return claim(replace(call, taken_by=None), person, event.at)


def _transferred(call: CallState, event: CallEvent) -> CallState:
    if event.reason == "failed":
        return call
    target = event.more.get("target")
    inside = event.reason == "attended" and not event.more.get("outside")
    operator = str(target) if inside and isinstance(target, str) and target else call.operator
    # Whoever takes it over claims it anew.
    return replace(call, held=False, operator=operator, taken_by=None, taken_at=None)


def _held(call: CallState, event: CallEvent) -> CallState:
    return replace(call, held=event.kind == "held" and _talks(call))


def _conferenced(call: CallState, _event: CallEvent) -> CallState:
    return replace(call, held=False)


def _recording(call: CallState, event: CallEvent) -> CallState:
    leg = str(event.more.get("leg") or "") or _leg_of(call, event.reason)
    return replace(call, recording=event.reason or "unknown", recorded=leg)


def _settled(call: CallState, _event: CallEvent) -> CallState:
    return settle(call)


def _talks(call: CallState) -> bool:
    return call.phase is CallPhase.TALKING


def _rings(call: CallState, _event: CallEvent) -> CallState:
    """It rings again: from the queue after nobody answered, or at one more phone."""
    if call.phase in TO_CALL_BACK or (
        call.phase is CallPhase.DONE and call.end_reason == ANSWERED_ELSEWHERE
    ):
        return replace(call, phase=CallPhase.RINGING, ended_at=None, end_reason=None, lost_as=None)
    return call


def _answered(call: CallState, event: CallEvent) -> CallState:
    if call.phase is CallPhase.SETTLED or event.more.get("consult"):
        return call  # A colleague who is only consulted while the citizen waits.
    return replace(
        call,
        phase=CallPhase.TALKING,
        operator=event.operator or call.operator,
        answered_at=call.answered_at or event.at,
        ended_at=None,
        end_reason=None,
        held=False,
        lost_as=None,
        outcome="answered" if call.direction == "out" else None,
    )


def _ended(call: CallState, event: CallEvent) -> CallState:
    reason = event.reason or "unknown"
    if call.phase in (CallPhase.WRAP_UP, CallPhase.DONE, CallPhase.SETTLED):
        return call
    if reason == ANSWERED_ELSEWHERE:
        return _lost_the_race(call, event)
    final = event.more.get("final")
    asked = event.more.get("consult") and final is not True
    if asked or (final is False and _talks(call)):
        return (
            call  # One operator is out of the call; the citizen talks on, or is being transferred.
        )
    outcome = str(event.more.get("outcome") or "") or call.outcome
    over = replace(call, ended_at=event.at, end_reason=reason, held=False, outcome=outcome)
    if _talks(call):
        # Transferred to somebody outside: no operator has wrap-up.
        nobody = event.operator is None and call.operator is not None
        return replace(over, phase=CallPhase.DONE if nobody else CallPhase.WRAP_UP)
    if call.phase in TO_CALL_BACK:
        return over
    if call.direction != "in":
        return replace(over, phase=CallPhase.DONE)
    left = CallPhase.ABANDONED if reason == "caller" else CallPhase.MISSED
    return replace(over, phase=left, lost_as=left.value, taken_by=None, taken_at=None)


def _lost_the_race(call: CallState, event: CallEvent) -> CallState:
    """Another phone answered first: this one is out, never missed; the other talk goes on."""
    if _talks(call):
        return call
    return replace(
        call, phase=CallPhase.DONE, ended_at=event.at, end_reason=ANSWERED_ELSEWHERE, held=False
    )


def _not_answered(call: CallState, event: CallEvent) -> CallState:
    """Applies only to a call that nobody answered or whose transfer nobody took. A request to be
    called back outweighs how the call ended.
    """
    passed_on = _talks(call) and event.more.get("passed_on") is True
    if not (call.phase in _NOT_ANSWERED or passed_on) or call.phase is CallPhase.CALLBACK:
        return call
    if event.kind == "missed" and event.more.get("final") is False:
        return replace(call, operator=None)  # One phone did not answer; the queue goes on.
    phase = CallPhase(event.kind.removesuffix("_requested"))
    waits = call.phase in TO_CALL_BACK  # Whoever claimed the callback keeps it.
    return replace(
        call,
        phase=phase,
        ended_at=event.at,
        end_reason=event.reason,
        operator=None,
        held=False,
        lost_as="timeout" if event.reason == "timeout" else event.kind,
        taken_by=call.taken_by if waits else None,
        taken_at=call.taken_at if waits else None,
    )


_STEPS: dict[str, Callable[[CallState, CallEvent], CallState]] = {
    "offered": _rings,
    "ringing": _rings,
    "answered": _answered,
    "held": _held,
    "resumed": _held,
    "transferred": _transferred,
    "conferenced": _conferenced,
    "ended": _ended,
    "abandoned": _not_answered,
    "missed": _not_answered,
    "callback_requested": _not_answered,
    "recording": _recording,
    "claimed": _claimed_elsewhere,
    "settled": _settled,
}
