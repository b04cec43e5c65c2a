"""Transfers by the phone itself, and other cases without a recording: correctly reported alone,
interleaved with another one, and after a lost link.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.live_events import CallEvent
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.wire import Message
from tests.unit.telephony.asterisk.script import Script
from tests.unit.telephony.asterisk.scripted_dialogues import DIALOGUES
from tests.unit.telephony.asterisk.test_interleaved import told
from tests.unit.telephony.asterisk.test_resync import listed, lose_the_link_anywhere

NAMES = sorted(DIALOGUES)


def messages(name: str, stem: str = "1000", one: str = "101", two: str = "102") -> list[Message]:
    script = Script()
    DIALOGUES[name][0](script, stem, one, two)
    return script.messages


def line_of(event: CallEvent) -> str:
    parts = [event.kind, event.operator or "-", event.reason]
    parts.append("asks" if event.more.get("consult_for") else "")
    parts.append(f"to={event.more['target']}" if event.kind == "transferred" else "")
    parts.append(str(event.more.get("transfer") or ""))
    return " ".join(part for part in parts if part)


def said(events: list[CallEvent]) -> list[str]:
    left_out = ("queue_changed", "agent_changed", "link")
    return [line_of(event) for event in events if event.kind not in left_out]


@pytest.mark.parametrize("name", NAMES)
def test_a_dialogue_is_told_as_what_it_is(name: str) -> None:
    script = Script()
    play, expected = DIALOGUES[name]
    play(script, "1000", "101", "102")
    assert said(script.events)[:3] == ["offered -", "ringing 101", "answered 101"]
    assert said(script.events)[3:] == [part.strip() for part in expected.split(";")]
    about = {e.more["consult_for"] for e in script.events if "consult_for" in e.more}
    assert about <= {"1000.1"}
    # Nothing is left: no leg, no call, nobody busy.
    assert (script.tracker.book.calls, script.tracker.book.legs) == ({}, {})
    agents = script.tracker.agents.snapshot()
    assert {a: s for a, s in agents.items() if "talk" in str(s) or "on_call" in str(s)} == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_seat_that_asks_is_told_of_its_question(name: str) -> None:
    """So is the workstation that is consulted; a third one is not."""
    script, seats = messages(name), {}
    for extension in ("101", "102", "103"):
        tracker = CallTracker(extension)
        seats[extension] = [e for message in script for e in tracker.feed(message)]
    whole = CallTracker()
    asked = [e for m in script for e in whole.feed(m) if "consult_for" in e.more]
    assert [e for e in seats["101"] if "consult_for" in e.more] == asked
    assert [e for e in seats["103"] if "consult_for" in e.more] == []


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(other=st.sampled_from(NAMES), data=st.data())
def test_two_of_them_woven_together(name: str, other: str, data: st.DataObject) -> None:
    one, two = messages(name), messages(other, "2000", "103", "104")
    script: list[Message] = []
    while one or two:
        take = one if one and (not two or data.draw(st.booleans())) else two
        script.append(take.pop(0))
    tracker = CallTracker()
    got = told([event for message in script for event in tracker.feed(message)])
    for alone in (messages(name), messages(other, "2000", "103", "104")):
        fresh = CallTracker()
        for call, lines in told([e for m in alone for e in fresh.feed(m)]).items():
            assert got.pop(call) == lines
    assert got == {}


def but_queue(tracker: CallTracker) -> dict[str, tuple[object, ...]]:
    """Calls without their queue: the exchange no longer lists it for a transferred call."""
    calls = tracker.snapshot()["calls"]
    assert isinstance(calls, dict)
    return {call: (known[0], *known[2:]) for call, known in calls.items()}


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_goes_on_is_known_as_soon_as_the_link_is_back(name: str, data: st.DataObject) -> None:
    script = Script()
    DIALOGUES[name][0](script, "1000", "101", "102")
    back = data.draw(st.sampled_from(script.rests), label="link back after")
    cut = data.draw(st.integers(0, back), label="link lost after")
    whole, broken = CallTracker(wrap_up=False), CallTracker(wrap_up=False)
    for at, message in enumerate(script.messages[:back]):
        whole.feed(message)
        if at < cut:
            broken.feed(message)
    broken.lost()
    broken.apply(listed(whole))
    assert but_queue(broken) == but_queue(whole)
    asks = {call.id: (call.asks, call.asked_by) for call in whole.book.calls.values()}
    assert {call.id: (call.asks, call.asked_by) for call in broken.book.calls.values()} == asks


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_any_prefix_and_a_resync_give_the_state_of_the_whole(
    name: str, data: st.DataObject
) -> None:
    lose_the_link_anywhere(messages(name), data)
