"""Any prefix plus a resync gives the state of the whole: what a lost link costs is reported, never
kept wrong.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.telephony.asterisk.calls.resync import Snapshot
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.wire import Framer, Message
from tests.unit.telephony.asterisk.script import Script

DATA = Path(__file__).parents[3] / "data" / "ami"
NAMES = [
    "01_incoming_answered",
    "02_hold_unhold",
    "03_blind_transfer_refer",
    "04_attended_transfer_refer",
    "05_abandon_ringing",
    "05b_abandon_no_agents",
    "07b_ring_no_answer",
    "08_recording",
    "09_dtmf",
    "11_click_to_call",
    "15_callback_request",
]


def messages(name: str) -> list[Message]:
    """The events of a recording."""
    framer = Framer()
    lines = (DATA / f"{name}.txt").read_bytes().splitlines(keepends=True)
    data = b"".join(line for line in lines if not line.startswith((b">>>", b"#")))
    return [message for message in framer.feed(data) if message.event]


def listed(tracker: CallTracker) -> Snapshot:
    """What `CoreShowChannels` and `QueueStatus` would answer at this moment."""
    snapshot = Snapshot()
    for leg in tracker.book.legs.values():
        call = tracker.book.calls[leg.call_id]
        is_peer = leg.uid == call.peer and call.direction == "in"
        queued = is_peer and call.queue and not call.handed_over
        app = "Queue" if queued else "AppQueue" if leg.operator else "Dial"
        snapshot.add(
            Message(
                [
                    ("Event", "CoreShowChannel"),
                    ("Channel", leg.channel),
                    ("ChannelStateDesc", "Up" if leg.up or is_peer else "Ringing"),
                    ("CallerIDNum", leg.number or "<unknown>"),
                    ("CallerIDName", leg.number or "<unknown>"),
                    ("Context", leg.place[0]),
                    ("Exten", leg.place[1]),
                    ("Uniqueid", leg.uid),
                    ("Linkedid", leg.linkedid),
                    ("Application", app),
                    ("ApplicationData", f"{call.queue},tkxX,,,120" if app == "Queue" else ""),
                    ("BridgeId", leg.bridge),
                ]
            )
        )
    snapshot.add(Message([("Event", "QueueParams"), ("Queue", "1022")]))
    for operator, agent in tracker.agents._agents.items():
        for queue, member in agent.queues.items():
            snapshot.add(
                Message(
                    [
                        ("Event", "QueueMember"),
                        ("Queue", queue),
                        ("Name", agent.name),
                        ("Location", f"PJSIP/{operator}"),
                        ("Status", member.status),
                        ("Paused", "1" if member.paused else "0"),
                    ]
                )
            )
    return snapshot


def lose_the_link_anywhere(script: list[Message], data: st.DataObject) -> None:
    """Lost after any of these and back after any later one; the result is that of the whole."""
    cut = data.draw(st.integers(0, len(script)), label="link lost after")
    back = data.draw(st.integers(cut, len(script)), label="link back after")
    whole, broken = CallTracker(wrap_up=False), CallTracker(wrap_up=False)
    for message in script[:cut]:
        whole.feed(message)
        broken.feed(message)
    broken.lost()
    for message in script[cut:back]:
        whole.feed(message)
    broken.apply(listed(whole))
    for message in script[back:]:
        whole.feed(message)
        broken.feed(message)
    assert broken.snapshot()["calls"] == whole.snapshot()["calls"]
    assert broken.snapshot()["queues"] == whole.snapshot()["queues"]
    assert broken.book.legs.keys() == whole.book.legs.keys()


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_any_prefix_and_a_resync_give_the_state_of_the_whole(
    name: str, data: st.DataObject
) -> None:
    lose_the_link_anywhere(messages(name), data)


def test_t42_a_call_that_went_on_is_taken_up_again_without_a_second_answer() -> None:
    tracker = CallTracker("101")
    for message in messages("10b_disconnect_mid_call"):
        tracker.feed(message)
    tracker.lost()
    snapshot = Snapshot()
    after = messages("10c_reconnect_resync")
    for message in after:
        snapshot.add(message)
    told = tracker.apply(snapshot)
    assert [event.kind for event in told if event.call_id] == ["recording"]
    assert (told[0].reason, told[0].certain) == ("unknown", False)
    live = [message for message in after if message.get("Timestamp")]
    said = [event for message in live for event in tracker.feed(message)]
    ended = next(event for event in said if event.kind == "ended")
    assert (ended.reason, ended.operator, ended.more["talk_s"]) == ("caller", "101", 12.0)


def test_a_call_that_is_not_listed_has_ended_nobody_knows_how() -> None:
    script = Script(CallTracker("101"))
    script.talking()
    script.tracker.lost()
    (ended,) = [e for e in script.tracker.apply(Snapshot()) if e.kind == "ended"]
    assert (ended.operator, ended.reason, ended.certain) == ("101", "unknown", False)
    assert script.tracker.book.calls == {}


def test_a_waiting_caller_that_is_not_listed_has_ended_too() -> None:
    script = Script()
    script.arrives("1000.1")
    script.tracker.lost()
    told = script.tracker.apply(Snapshot())
    assert [(e.kind, e.reason, e.certain) for e in told] == [("ended", "unknown", False)]


def test_a_caller_who_waits_since_before_is_found_by_his_queue_entry() -> None:
    tracker = CallTracker()
    snapshot = Snapshot()
    snapshot.add(
        Message(
            [
                ("Event", "CoreShowChannel"),
                ("Channel", "PJSIP/carrier-00000001"),
                ("ChannelStateDesc", "Up"),
                ("CallerIDNum", "0903123456"),
                ("Uniqueid", "1.1"),
                ("Linkedid", "1.1"),
                ("Application", "Queue"),
                ("ApplicationData", "1022,t"),
            ]
        )
    )
    snapshot.add(
        Message(
            [
                ("Event", "QueueEntry"),
                ("Queue", "1022"),
                ("Position", "1"),
                ("Uniqueid", "1.1"),
                ("Wait", "8"),
            ]
        )
    )
    offered, changed = tracker.apply(snapshot)
    assert (changed.kind, changed.more) == ("queue_changed", {"waiting": 1, "calls": ["1.1"]})
    assert offered.more["waited_s"] == 8
    assert (offered.kind, offered.queue, offered.certain) == ("offered", "1022", False)
    assert tracker.snapshot()["queues"] == {"1022": ["1.1"]}


def test_who_is_not_listed_is_a_member_no_longer() -> None:
    script = Script(CallTracker("101"))
    script.send("QueueMemberAdded", Queue="1022", Interface="PJSIP/101", Status="1", Paused="0")
    script.tracker.lost()
    snapshot = Snapshot()
    snapshot.add(Message([("Event", "QueueParams"), ("Queue", "1022")]))
    (changed,) = script.tracker.apply(snapshot)
    assert (changed.kind, changed.more["state"]) == ("agent_changed", "logged_out")
