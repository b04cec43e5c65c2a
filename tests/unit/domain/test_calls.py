from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.calls import CallPhase, CallState, advance, claim, finish, settle
from console.domain.live import CallEvent
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
    assert not call("offered", "missed", direction="out").needs_callback
    assert call("offered", "missed").needs_callback


def test_who_is_kept_from_the_first_word() -> None:
    state = advance(
        call("offered"), CallEvent(kind="ringing", call_id="1", at=NOW, peer_number="0903 123 456")
    )
    assert state.phone == "+84903123456"
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
    mine = claim(ringing, "101")
    assert (mine.phase, mine.operator) == (CallPhase.CLAIMED, "101")
    assert claim(mine, "102") == mine
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
    assert (lost.phase, lost.operator) == (CallPhase.MISSED, None)


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12), st.data())
def test_any_order_makes_a_state_and_an_answered_call_is_never_missed(
    kinds: list[str], data: st.DataObject
) -> None:
    reasons = st.sampled_from(["", "caller", "agent", "answered_elsewhere", "unknown"])
    state = call(*(f"{kind}:{data.draw(reasons)}" for kind in kinds))
    if state.answered_at is not None:
        assert not state.needs_callback


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8))
def test_repeats_are_harmless(kinds: list[str]) -> None:
    doubled = [kind for kind in kinds for _ in range(2)]
    assert call(*doubled).phase is call(*kinds).phase
