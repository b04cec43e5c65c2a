"""Any prefix of a dialogue plus the lists of the PBX (`tests/fakes/ami/pbx.py`, not what the
program believes) give the whole: who talks, who waits, and one end for each call.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.telephony.asterisk.tracing import trace
from console.telephony.asterisk.wire import Message
from tests.fakes.ami.calls import Hotline
from tests.unit.telephony.asterisk.pbx.dialogue import DIALOGUES, said
from tests.unit.telephony.asterisk.pbx.properties import (
    NAMES,
    events_of,
    finals,
    one_end,
    tracker_of,
    watched,
    whole_again,
)


@pytest.mark.parametrize("name", [name for name in NAMES if DIALOGUES[name].run().rests])
@settings(max_examples=8)
@given(data=st.data())
def test_any_prefix_and_a_resync_give_the_whole(name: str, data: st.DataObject) -> None:
    pbx = DIALOGUES[name].run()
    back, listed = data.draw(st.sampled_from(pbx.rests), label="link back at rest")
    cut = data.draw(st.integers(0, back), label="link lost after")
    assert whole_again(pbx, cut, back, listed) == ""


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=5)
@given(data=st.data())
def test_back_at_any_moment_every_call_comes_to_one_end(name: str, data: st.DataObject) -> None:
    pbx = watched(name)
    moment = data.draw(st.sampled_from(pbx.moments), label="link back after")
    cut = data.draw(st.integers(0, moment[0]), label="link lost after")
    assert one_end(pbx, (cut, *moment)) == ""


@pytest.mark.parametrize(
    ("name", "cut", "back"),
    [
        (
            "out_answered_and_passed_on",
            0,
            16,
        ),  # The operator's leg has left the bridge, the phone is still up.
        ("out_answered_and_passed_on", 9, 32),  # Only the operator is left.
        ("an_agency_is_busy_and_a_colleague_plays_him_something", 0, 36),  # Up, not yet bridged.
        (
            "an_agency_is_asked_and_gets_the_citizen",
            22,
            34,
        ),  # The agency's leg is in the citizen's call.
        (
            "atxfer_hung_up_while_it_rings",
            37,
            41,
        ),  # Already joined with the person consulted, the operator is not gone yet.
        (
            "passed_on_while_it_rings_and_called_back",
            34,
            42,
        ),  # The phone of the person consulted rings on for the citizen.
        ("dialled_by_hand_by_the_second_trunk", 4, 7),  # Between two trunks.
    ],
)
def test_moments_at_which_the_end_was_told_twice_or_never(name: str, cut: int, back: int) -> None:
    pbx = watched(name)
    assert one_end(pbx, (cut, back, dict(pbx.moments)[back])) == ""


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("a_local_member_that_stays", 1),  # Joined by a Local channel, each in a bridge of its own.
        ("to_and_fro_between_two", 2),  # The citizen waits alone while a colleague's phone rings.
        ("to_and_fro_between_two", 3),  # During the consultation.
        (
            "three_operators_in_a_room",
            2,
        ),  # An operator who dialled in has a linked id of their own.
        ("the_second_line_of_help_is_asked", 2),  # An operator stands in a queue.
    ],
)
def test_rests_at_which_a_console_that_starts_did_not_see_who_talks(name: str, at: int) -> None:
    pbx = DIALOGUES[name].run()
    back, listed = pbx.rests[at]
    assert whole_again(pbx, 0, back, listed) == ""


@pytest.mark.parametrize(
    ("name", "cut", "lists", "back"),
    [
        ("he_leaves_before_they_are_joined", 8, 19, 11),
        (
            "who_waits_is_sent_to_a_phone",
            4,
            13,
            10,
        ),  # The queue dropped the caller, its ring is still listed.
        (
            "who_waits_is_sent_to_a_phone",
            4,
            14,
            6,
        ),  # Not even that: its beginning is reported again.
    ],
)
def test_what_the_exchange_said_before_the_lists_may_come_after_them(
    name: str, cut: int, lists: int, back: int
) -> None:
    """It answers at once; its events queue up behind the answer."""
    pbx = watched(name)
    assert one_end(pbx, (cut, back, dict(pbx.moments)[lists])) == ""


@pytest.mark.parametrize("name", [name for name in NAMES if DIALOGUES[name].run().rests])
def test_a_file_with_a_lost_link_in_it(name: str, tmp_path: Path) -> None:
    """The same through bytes: cut off, a second banner, the lists, and on."""
    pbx = DIALOGUES[name].run()
    back, listed = pbx.rests[0]
    text = pbx.text().split(b"\r\n\r\n")
    head = text[: 1 + len(pbx.log) - len(pbx.events) + back // 2]
    live = b"\r\n\r\n".join(_bytes(message) for message in pbx.events[back:])
    items = [*listed.channels, Message([("Event", "CoreShowChannelsComplete")])]
    items += [*listed.queues, *listed.members, *listed.entries]
    items.append(Message([("Event", "QueueStatusComplete")]))
    lists = b"".join(_bytes(message) + b"\r\n\r\n" for message in items)
    file = tmp_path / "lost.txt"
    again = b"\r\n\r\n# connection closed by the server\r\n" + pbx.text()[: len(text[0]) + 4]
    file.write_bytes(b"\r\n\r\n".join(head) + again + lists + live + b"\r\n\r\n")
    events = list(trace(file))
    assert [event.reason for event in events if event.kind == "link"] == ["up", "down", "up"]
    assert all(count == 1 for count in finals(events).values())


def _bytes(message: Message) -> bytes:
    return "\r\n".join(f"{key}: {value}" for key, value in message.pairs).encode()


def test_whether_he_is_still_held_no_list_tells_but_the_end_of_it_is_told() -> None:
    pbx = Hotline()
    pbx.opens("101")
    _, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    tracker = tracker_of(pbx)
    events_of(pbx.events, tracker)
    tracker.lost()
    assert [e.kind for e in tracker.apply(pbx.listed()) if e.call_id] == ["recording"]
    done = len(pbx.events)
    for event in ("Unhold", "Unhold", "Hold"):
        pbx.emit(event, own.headers())
    assert said(events_of(pbx.events[done:], tracker)) == ("resumed 101", "held 101")


def test_a_conference_is_known_again_with_who_left_meanwhile() -> None:
    pbx = DIALOGUES["an_agency_comes_to_the_conference_and_leaves"].run()
    back, listed = pbx.rests[-1]
    tracker = tracker_of(pbx)
    events_of(pbx.events[: pbx.rests[1][0]], tracker)  # Two operators talk; the link is lost.
    tracker.lost()
    again = tracker.apply(listed)
    told = [event for event in again if event.kind == "conferenced"]
    assert [event.more["participants"] for event in told] == [["0903123456", "101", "02838291022"]]
    rest = said(events_of(pbx.events[back:], tracker))
    assert rest == ("conferenced - n=2", "ended 101 caller last")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Unknown", "ready"),
        ("Lagged", "ready"),
        ("Rejected", "ready"),
        ("Unreachable", "unreachable"),
    ],
)
def test_what_is_not_known_of_a_phone_is_no_news(status: str, state: str) -> None:
    pbx = Hotline()
    pbx.opens("101")
    pbx.emit("PeerStatus", ChannelType="PJSIP", Peer="PJSIP/101", PeerStatus=status)
    tracker = tracker_of(pbx)
    events_of(pbx.events, tracker)
    assert tracker.agents.snapshot() == {"101": (state, None)}


def test_the_citizen_is_the_older_leg_also_when_its_number_is_shorter() -> None:
    """`….9` called, `….10` is the agency that the call was transferred to."""
    pbx = Hotline(made=9)
    pbx.opens("102")
    caller = pbx.arrives()
    pbx.goes_to(caller, "console", "02838291022")
    pbx.leaves(caller)
    out = pbx.rings_for(caller, "02838291022", trunk=True)
    his = pbx.rings_for(caller, "102")
    assert (caller.uid[-2:], out.uid[-3:]) == (".9", ".10")
    tracker = tracker_of(pbx)
    tracker.lost()
    told = [event for event in tracker.apply(pbx.listed()) if event.call_id]
    assert {event.peer_number for event in told} == {"0903123456"}
    assert his.phone in {event.operator for event in told}
