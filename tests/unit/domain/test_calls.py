from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.calls import (
    TO_CALL_BACK,
    CallPhase,
    CallState,
    advance,
    claim,
    finish,
    is_stale,
    settle,
    take_over,
)
from console.domain.errors import RefusedError
from console.domain.live_events import CallEvent
from tests.unit.domain.build import NOW

KINDS = [
    *("offered", "ringing", "answered", "held", "resumed", "transferred", "conferenced", "ended"),
    *("abandoned", "missed", "callback_requested", "recording", "dtmf", "queue_changed"),
    *("agent_changed", "link"),
]


def call(*kinds: str, direction: str = "in", **values: object) -> CallState:
    """The call after these events; `ended:caller` gives the reason."""
    state: CallState | None = None
    for second, kind in zip(count(), kinds, strict=False):
        name, _, reason = kind.partition(":")
        state = advance(
            state,
            CallEvent(
                kind=name,
                call_id="1",
                pbx="p",
                at=NOW + timedelta(seconds=second),
                reason=reason or None,
                direction=direction,
                **values,  # type: ignore[arg-type]
            ),
        )
    assert state is not None
    return state


@pytest.mark.parametrize(
    ("kinds", "phase"),
    [
        ("offered ringing", CallPhase.RINGING),
        ("offered answered", CallPhase.TALKING),
        ("offered answered held resumed ended:caller", CallPhase.WRAP_UP),
        ("offered answered transferred ended:transfer", CallPhase.WRAP_UP),
        ("offered answered conferenced", CallPhase.TALKING),
        ("offered ended:caller", CallPhase.ABANDONED),
        ("offered ended:unknown", CallPhase.MISSED),
        ("offered ended", CallPhase.MISSED),
        ("offered abandoned", CallPhase.ABANDONED),
        ("offered abandoned ended:caller", CallPhase.ABANDONED),
        ("offered abandoned abandoned", CallPhase.ABANDONED),
        ("offered missed", CallPhase.MISSED),
        ("offered missed ringing", CallPhase.RINGING),
        ("offered missed ringing answered", CallPhase.TALKING),
        ("offered callback_requested ended:caller", CallPhase.CALLBACK),
        ("offered callback_requested abandoned", CallPhase.CALLBACK),
        ("offered abandoned callback_requested", CallPhase.CALLBACK),
        # answered at another phone is not missed
        ("offered ended:answered_elsewhere", CallPhase.DONE),
        ("offered ended:answered_elsewhere missed", CallPhase.DONE),
        ("offered ended:answered_elsewhere answered", CallPhase.TALKING),
        ("offered ended:answered_elsewhere ringing", CallPhase.RINGING),
        ("offered answered ended:answered_elsewhere", CallPhase.TALKING),
        # the queue's "abandoned" and "missed" also come for answered calls
        ("offered answered abandoned", CallPhase.TALKING),
        ("offered answered missed", CallPhase.TALKING),
        ("offered answered ended:caller ended:caller abandoned", CallPhase.WRAP_UP),
        ("offered answered ringing", CallPhase.TALKING),
        # seen from the middle, after a lost link
        ("answered", CallPhase.TALKING),
        ("dtmf", CallPhase.RINGING),
    ],
)
def test_phases(kinds: str, phase: CallPhase) -> None:
    assert call(*kinds.split()).phase is phase


def test_a_call_of_ours_that_nobody_took_is_done() -> None:
    assert call("offered", "ended:unknown", direction="out").phase is CallPhase.DONE


def test_who_is_kept_from_the_first_word() -> None:
    state = advance(
        call("offered"), CallEvent(kind="ringing", call_id="1", at=NOW, peer_number="0903 123 456")
    )
    assert state.phone == "+84903123456"
    waited = CallEvent(kind="offered", call_id="1", pbx="p", at=NOW, more={"waited_s": 8})
    assert advance(None, waited).offered_at == NOW - timedelta(seconds=8)
    assert call("offered", peer_number="<unknown>", peer_name="Ba", queue="1022") == CallState(
        pbx="p", call_id="1", phase=CallPhase.RINGING, offered_at=NOW, name="Ba", queue="1022"
    )


def test_times_operator_and_reason() -> None:
    state = call("offered", "answered", "ended:caller", operator="101")
    assert (state.operator, state.answered_at, state.ended_at, state.end_reason) == (
        "101",
        NOW + timedelta(seconds=1),
        NOW + timedelta(seconds=2),
        "caller",
    )
    assert call("offered", "ended:answered_elsewhere", "answered").end_reason is None


def test_hold_and_recording_follow_the_exchange() -> None:
    assert call("offered", "answered", "held").held
    assert not call("offered", "answered", "held", "resumed").held
    assert not call("offered", "held").held
    assert not call("offered", "answered", "held", "ended:caller").held
    assert call("offered", "answered", "recording:muted").recording == "muted"
    assert call("offered", "recording").recording == "unknown"
    assert not call("offered", certain=False).certain


def test_claim_finish_settle() -> None:
    ringing = call("offered")
    mine = claim(ringing, "an", NOW)
    assert (mine.phase, mine.taken_by, mine.taken_at) == (CallPhase.CLAIMED, "an", NOW)
    assert claim(mine, "binh", NOW) == mine
    after = finish(call("offered", "answered", "ended:caller"))
    assert after.phase is CallPhase.DONE
    assert finish(ringing) == ringing
    back = settle(call("offered", "missed"))
    assert back.phase is CallPhase.SETTLED
    assert settle(ringing) == ringing
    for kind in ("answered", "ended", "missed", "ringing"):
        again = advance(back, CallEvent(kind=kind, call_id="1", pbx="p", at=NOW))
        assert again.phase is CallPhase.SETTLED
    lost = advance(mine, CallEvent(kind="missed", call_id="1", at=NOW))
    assert (lost.phase, lost.operator, lost.taken_by) == (CallPhase.MISSED, None, None)


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12), st.data())
def test_any_order_makes_a_state_and_an_answered_call_is_never_missed(
    kinds: list[str], data: st.DataObject
) -> None:
    reasons = st.sampled_from(["", "caller", "agent", "answered_elsewhere", "unknown"])
    state = call(*(f"{kind}:{data.draw(reasons)}" for kind in kinds))
    if state.answered_at is not None:
        assert state.phase not in TO_CALL_BACK


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8))
def test_repeats_are_harmless(kinds: list[str]) -> None:
    doubled = [kind for kind in kinds for _ in range(2)]
    assert call(*doubled).phase is call(*kinds).phase


# --- one of several people in a call


def step(state: CallState | None, kind: str, at: int = 0, **values: object) -> CallState:
    return advance(
        state,
        CallEvent(
            kind=kind,
            call_id="1",
            pbx="p",
            at=NOW + timedelta(seconds=at),
            **values,  # type: ignore[arg-type]
        ),
    )


def test_a_call_goes_on_when_one_of_them_leaves() -> None:
    state = step(call("offered", "answered", operator="101"), "ringing", operator="102")
    asked = {"consult": True}
    state = step(state, "answered", operator="102", more=asked)
    assert state.operator == "101"
    back = step(state, "ended", operator="102", reason="agent", more=asked | {"final": False})
    assert (back.phase, back.operator) == (CallPhase.TALKING, "101")
    gone = step(state, "transferred", operator="101", reason="attended", more={"target": "102"})
    gone = step(gone, "ended", operator="101", reason="transfer", more={"final": False})
    assert (gone.phase, gone.operator) == (CallPhase.TALKING, "102")
    over = step(gone, "ended", operator="102", reason="caller", more={"final": True})
    assert (over.phase, over.end_reason) == (CallPhase.WRAP_UP, "caller")


def test_one_phone_that_did_not_answer_is_no_missed_call() -> None:
    state = step(call("offered", "ringing"), "missed", operator="101", more={"final": False})
    assert state.phase is CallPhase.RINGING
    assert step(state, "missed", reason="timeout").lost_as == "timeout"


@pytest.mark.parametrize(
    ("kinds", "lost_as"),
    [
        ("offered abandoned", "abandoned"),
        ("offered ended:caller", "abandoned"),
        ("offered missed", "missed"),
        ("offered missed:timeout", "timeout"),
        ("offered abandoned callback_requested", "callback_requested"),
        ("offered answered ended:caller", None),
        ("offered missed ringing answered", None),
    ],
)
def test_how_it_was_lost_outlives_the_callback(kinds: str, lost_as: str | None) -> None:
    assert settle(call(*kinds.split())).lost_as == lost_as


def test_a_call_out_keeps_what_became_of_it_and_what_it_was_for() -> None:
    state = step(None, "ringing", direction="out", more={"ref": "26001000017"})
    busy = step(state, "ended", direction="out", reason="agent", more={"outcome": "busy"})
    assert (busy.ref, busy.outcome, busy.phase) == ("26001000017", "busy", CallPhase.DONE)
    talked = step(step(state, "answered", direction="out"), "ended", direction="out")
    assert talked.outcome == "answered"


def test_the_leg_that_is_recorded_is_kept() -> None:
    assert step(call("answered"), "recording", reason="on").recorded == "1"
    other = step(call("answered"), "recording", reason="on", more={"leg": "1.7"})
    assert step(other, "recording", reason="off").recorded == "1.7"
    assert step(call("answered"), "recording", reason="off").recorded == ""


# --- taking over


def claimed(at: int = 0) -> CallState:
    return claim(call("offered"), "an", NOW + timedelta(seconds=at))


def refusal(call_now: CallState, seconds: int, **how: object) -> str:
    given_how: dict[str, object] = {"supervises": False, "reason": ""}
    with pytest.raises(RefusedError) as caught:
        take_over(call_now, "binh", NOW + timedelta(seconds=seconds), **(given_how | how))  # type: ignore[arg-type]
    return caught.value.code


def test_a_peer_takes_over_within_twenty_seconds_a_supervisor_later_with_a_reason() -> None:
    at = NOW + timedelta(seconds=20)
    assert take_over(claimed(), "binh", at, supervises=False, reason="").taken_by == "binh"
    assert refusal(claimed(), 21) == "take_over_late"
    assert refusal(claimed(), 21, supervises=True) == "reason_needed"
    late = NOW + timedelta(hours=1)
    mine = take_over(claimed(), "chi", late, supervises=True, reason="An đã về")
    assert (mine.taken_by, mine.taken_at) == ("chi", late)
    assert refusal(call("offered"), 1) == "not_claimed"
    assert refusal(settle(claim(call("offered", "missed"), "an", NOW)), 1) == "call_is_over"


def test_a_stale_claim_is_seen_and_never_moved() -> None:
    ring, lost = claimed(), claim(call("offered", "missed"), "an", NOW)
    assert not is_stale(ring, NOW + timedelta(seconds=20))
    assert is_stale(ring, NOW + timedelta(seconds=21))
    assert not is_stale(lost, NOW + timedelta(minutes=15))
    assert is_stale(lost, NOW + timedelta(minutes=16))
    assert not is_stale(call("answered"), NOW + timedelta(days=1))
    talking = step(ring, "answered", 5)
    assert not is_stale(talking, NOW + timedelta(days=1))
    assert talking.taken_by == "an"


def test_of_two_claims_at_two_seats_the_earlier_stays_whatever_order_they_come() -> None:
    early = {"more": {"person": "an"}, "at": 1}
    late = {"more": {"person": "binh"}, "at": 2}
    for order in ((early, late), (late, early)):
        state = call("offered")
        for one in order:
            state = step(state, "claimed", **one)  # type: ignore[arg-type]
        assert state.taken_by == "an"
    for people in (("an", "binh"), ("binh", "an")):  # at the same instant: both workstations agree
        state = call("offered")
        for person in people:
            state = step(state, "claimed", 1, more={"person": person})
        assert state.taken_by == "an"
    over = step(claimed(1), "claimed", 9, more={"person": "binh", "from": "an"})
    assert over.taken_by == "binh"
    assert step(over, "claimed", 1, more={"person": "an"}).taken_by == "an"
    assert step(over, "claimed", 3, more={}).taken_by == "binh"


def test_a_citizen_passed_to_an_agency_outside_was_the_operators_who_passed_him_on() -> None:
    talking = call("offered", "answered", operator="101")

    def then(kind: str, reason: str, operator: str | None, **more: object) -> CallState:
        event = CallEvent(
            kind=kind, call_id="1", pbx="p", at=NOW, reason=reason, operator=operator, more=more
        )
        return advance(talking, event)

    inside = then("transferred", "attended", "101", target="102")
    assert inside.operator == "102"
    outside = then("transferred", "attended", "101", target="02838291022", outside=True)
    assert outside.operator == "101"
    assert then("transferred", "failed", "101", target="9999") == talking
    # When the citizen hangs up at last, nobody here has wrap-up.
    assert then("ended", "caller", None, final=True).phase is CallPhase.DONE
    assert then("ended", "caller", "101", final=True).phase is CallPhase.WRAP_UP


def test_who_takes_a_call_that_was_passed_on_claims_it_anew() -> None:
    taken = claim(call("offered", "ringing", "answered"), "an", NOW)
    passed = advance(taken, told("transferred", reason="blind", more={"target": "102"}))
    assert (passed.taken_by, claim(passed, "binh", NOW).taken_by) == (None, "binh")
    failed = advance(taken, told("transferred", reason="failed", more={"target": "9999"}))
    assert failed.taken_by == "an"


@pytest.mark.parametrize("kind", ["abandoned", "missed", "callback_requested"])
def test_who_was_passed_on_and_whom_nobody_took_is_called_back(kind: str) -> None:
    talks = call("offered", "ringing", "answered", "transferred:blind")
    assert advance(talks, told(kind)).phase is CallPhase.TALKING
    lost = advance(talks, told(kind, more={"passed_on": True, "final": True}))
    assert lost.phase in TO_CALL_BACK
    assert lost.answered_at is not None  # It counts as answered, and there is one row to call back.


def test_the_last_word_of_a_question_ends_the_call() -> None:
    talks = call("offered", "ringing", "answered")
    over = told("ended", reason="caller", more={"consult": True, "final": True})
    assert advance(talks, over).phase is CallPhase.WRAP_UP


def told(kind: str, **values: object) -> CallEvent:
    return CallEvent(kind=kind, call_id="1", pbx="p", at=NOW, **values)  # type: ignore[arg-type]
