"""Several callers at once: two recordings interleaved in any way yield for each call what it yields
alone, and odd bytes between them change nothing.
"""

import re
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.live_events import CallEvent
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.wire import NOISE, Message, parse
from tests.fakes.ami.recording import Got, read_recording
from tests.unit.telephony.asterisk.test_golden import DATA

NAMES = [
    "01_incoming_answered",
    "02_hold_unhold",
    "03_blind_transfer_refer",
    "03b_blind_transfer_ami",
    "04_attended_transfer_refer",
    "04b_attended_transfer_ami",
    "05_abandon_ringing",
    "05b_abandon_no_agents",
    "05c_missed_direct_call",
    "07b_ring_no_answer",
    "08_recording",
    "09_dtmf",
    "10_reload",
    "12_conference",
    "13_supervisor_spy",
    "15_callback_request",
]
_OTHER_OPERATOR = {b"101": b"103", b"102": b"104"}


def other(block: bytes) -> bytes:
    """The same message for another call, with its own ids, channels, rooms and operators."""
    block = re.sub(rb"\b1795(\d{6}\.\d+)", rb"1796\1", block)
    block = re.sub(rb"(BridgeUniqueid: \w)", rb"\1f", block)
    block = re.sub(rb"(PJSIP/\w+|Local/\w+@\w+)-0", rb"\1-f", block)
    block = re.sub(rb"(?m)^Conference: 700", rb"Conference: 701", block)
    for mine, his in _OTHER_OPERATOR.items():
        block = re.sub(rb"(?<![\d.])" + mine + rb"(?![\d.])", his, block)
    return block


@cache
def messages(name: str, *, shifted: bool = False) -> tuple[Message, ...]:
    """The recorded server's events of calls, in order."""
    found = []
    for item in read_recording((DATA / f"{name}.txt").read_bytes()):
        if isinstance(item, Got) and item.block.startswith(b"Event: "):
            block = other(item.block) if shifted else item.block
            message = parse(block)
            if message.event.encode() not in NOISE:
                found.append(message)
    return tuple(found)


def told(events: list[CallEvent]) -> dict[str, list[str]]:
    """The events of each call, in order."""
    found: dict[str, list[str]] = {}
    for event in events:
        if event.kind in ("queue_changed", "agent_changed", "link"):
            continue
        words = (event.kind, event.direction, event.peer_number, event.operator, event.reason)
        found.setdefault(event.call_id, []).append(" ".join(str(word) for word in words))
    return found


def run(script: Sequence[Message]) -> dict[str, list[str]]:
    tracker = CallTracker()
    return told([event for message in script for event in tracker.feed(message)])


def without_digits(told_of: dict[str, list[str]]) -> list[str]:
    return [re.sub(r"\d", "", line) for lines in told_of.values() for line in lines]


ALONE = {name: run(messages(name)) for name in NAMES}
SHIFTED = {name: run(messages(name, shifted=True)) for name in NAMES}


def test_a_shifted_call_is_told_as_the_recorded_one() -> None:
    for name in NAMES:
        assert without_digits(ALONE[name]) == without_digits(SHIFTED[name]), name
        assert not ALONE[name].keys() & SHIFTED[name].keys()


@pytest.mark.parametrize("first", NAMES)
@settings(max_examples=25)
@given(second=st.sampled_from(NAMES), data=st.data())
def test_two_dialogues_woven_together(first: str, second: str, data: st.DataObject) -> None:
    one, two = messages(first), messages(second, shifted=True)
    left = data.draw(st.integers(0, len(one)), label="begin the second after")
    pace = data.draw(st.integers(1, 9), label="messages of the second for each of the first")
    script, at = list(one[:left]), 0
    for message in one[left:]:
        script += [message, *two[at : at + pace]]
        at += pace
    script += two[at:]
    got = run(script)
    assert {call: got.get(call) for call in ALONE[first]} == ALONE[first]
    assert {call: got.get(call) for call in SHIFTED[second]} == SHIFTED[second]
    assert got.keys() == ALONE[first].keys() | SHIFTED[second].keys()


@given(
    junk=st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["Event", "Uniqueid", "Linkedid", "Channel", "DestUniqueid", "Queue", "Reason"]
                ),
                st.text(max_size=30),
            ),
            max_size=8,
        ),
        max_size=20,
    ),
    data=st.data(),
)
def test_malformed_events_between_change_nothing(
    junk: list[list[tuple[str, str]]], data: st.DataObject
) -> None:
    script = list(messages("04b_attended_transfer_ami"))
    for pairs in junk:
        at = data.draw(st.integers(0, len(script)))
        script.insert(at, Message(pairs))
    got = run(script)
    for call, lines in ALONE["04b_attended_transfer_ami"].items():
        assert got[call] == lines
