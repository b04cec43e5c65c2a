"""Dialogues that no recording has, as a complete PBX sends them (`tests/fakes/ami/pbx.py`):
correctly reported alone and interleaved, in any order that channels allow, and once however often
the PBX repeats itself.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.calls import TO_CALL_BACK, CallPhase
from console.telephony.asterisk.tracing import trace
from console.telephony.asterisk.wire import Framer
from tests.fakes.ami.calls import Hotline
from tests.unit.telephony.asterisk.pbx.dialogue import DIALOGUES, said
from tests.unit.telephony.asterisk.pbx.properties import (
    ANOTHER_STORY,
    NAMES,
    Pair,
    events_of,
    finals,
    left_open,
    rows_of,
    same_story,
    stops,
    swapped,
    told_once,
    tracker_of,
)

MADE = Path(__file__).parents[4] / "data" / "ami" / "made"


@pytest.mark.parametrize("name", NAMES)
def test_told_as_what_it_is(name: str, tmp_path: Path) -> None:
    pbx = DIALOGUES[name].run()
    assert pbx.legs == {}, "the dialogue itself does not end"
    file = tmp_path / f"{name}.txt"
    file.write_bytes(pbx.text())
    assert said(trace(file)) == DIALOGUES[name].told


@pytest.mark.parametrize("file", sorted(MADE.glob("*.txt")), ids=lambda file: file.stem)
def test_those_that_were_told_wrong_once(file: Path) -> None:
    assert said(trace(file)) == DIALOGUES[file.stem].told


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_behind(name: str) -> None:
    pbx = DIALOGUES[name].run()
    tracker = tracker_of(pbx)
    events_of(pbx.events, tracker)
    assert left_open(tracker) == ""


@pytest.mark.parametrize("name", NAMES)
def test_every_row_comes_to_an_end_and_nobody_is_lost(name: str) -> None:
    pbx = DIALOGUES[name].run()
    events = events_of(pbx.events, tracker_of(pbx))
    rows = rows_of(events)
    open_ = {CallPhase.RINGING, CallPhase.CLAIMED, CallPhase.TALKING}
    assert {row.call_id: row.phase for row in rows.values() if row.phase in open_} == {}
    kinds = ("abandoned", "callback_requested")
    waiting = {event.call_id for event in events if event.kind in kinds}
    assert {call_id for call_id in waiting if rows[call_id].phase not in TO_CALL_BACK} == set()
    assert all(count == 1 for count in finals(events).values())


@pytest.mark.parametrize(
    ("name", "lost_as"),
    [
        ("refer_and_nobody_lifts", "missed"),
        ("refer_to_another_queue_that_lets_him_go", "timeout"),
        ("refer_to_another_queue_that_is_left_empty", "missed"),
        ("refer_to_an_agency_that_is_busy", "missed"),
        ("refer_to_an_agency_and_he_gives_up", "missed"),
        ("passed_on_while_the_colleague_rings_and_nobody_comes", "missed"),
        ("passed_on_while_an_agency_rings_and_nobody_comes", "missed"),
        ("parked_by_the_console_and_gives_up", "abandoned"),
    ],
)
def test_who_was_passed_on_to_nobody_is_called_back(name: str, lost_as: str) -> None:
    pbx = DIALOGUES[name].run()
    citizens = next(iter(rows_of(events_of(pbx.events, tracker_of(pbx))).values()))
    assert citizens.phase in TO_CALL_BACK
    assert citizens.lost_as == lost_as


@pytest.mark.parametrize("name", NAMES)
def test_said_twice_it_is_told_once(name: str) -> None:
    pbx = DIALOGUES[name].run()
    assert told_once(name, pbx, range(len(pbx.events))) == ""


WOVEN = [name for name in NAMES if not stops(name)]


@pytest.mark.parametrize("name", WOVEN)
@settings(max_examples=6)
@given(second=st.sampled_from(WOVEN), data=st.data())
def test_two_of_them_woven_together(name: str, second: str, data: st.DataObject) -> None:
    pair = Pair(name, second)
    begin = data.draw(st.integers(0, len(pair.one)), label="second begins after")
    paces = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=20), label="paces")
    assert pair.woven(begin, paces) == ""


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ANOTHER_STORY])
@settings(max_examples=5)
@given(swaps=st.lists(st.integers(0, 10_000), max_size=60))
def test_in_any_order_that_channels_leave_open(name: str, swaps: list[int]) -> None:
    pbx = DIALOGUES[name].run()
    last = len(pbx.events) - 1
    assert same_story(name, pbx, swapped(pbx.events, [swap % last for swap in swaps])) == ""


@pytest.mark.parametrize(
    ("number", "name", "shown", "read"),
    [
        ("0903123456", "Trần Thị Bưởi", "0903123456", "Trần Thị Bưởi"),
        ("+84903123456", '"Bà Bưởi" <tổ 5>', "+84903123456", '"Bà Bưởi" <tổ 5>'),
        ("0084903123456", "Tổ dân phố: 5", "0084903123456", "Tổ dân phố: 5"),
        ("84903123456", "84903123456", "84903123456", None),
        ("113", "Cảnh sát", "113", "Cảnh sát"),
        ("+14155550100", "\u202eABC", "+14155550100", "ABC"),
        ("0903123456", "Tra\u0302\u0300n", "0903123456", "Trần"),
        ("anonymous", "Anonymous", None, None),
        ("Restricted", "Restricted", None, None),
        ("<unknown>", "<unknown>", None, None),
        ("", "", None, None),
    ],
)
def test_numbers_and_names_as_trunks_send_them(
    number: str, name: str, shown: str | None, read: str | None, tmp_path: Path
) -> None:
    pbx = Hotline()
    pbx.opens("101")
    caller, own = pbx.talk(number, name)
    pbx.ends(caller, own)
    file = tmp_path / "call.txt"
    file.write_bytes(pbx.text())
    events = [event for event in trace(file) if event.call_id]
    assert {(event.peer_number, event.peer_name) for event in events} == {(shown, read)}
    assert said(events) == ("offered -", "ringing 101", "answered 101", "ended 101 caller last")


@pytest.mark.parametrize("name", NAMES)
def test_with_headers_that_no_manual_names_cut_anywhere(name: str) -> None:
    """Channel variables (`channelvars` in manager.conf), add-ons, long values; read in pieces."""
    pbx = DIALOGUES[name].run()
    blocks = [
        b"".join(b"%s: %s\r\n" % (key.encode(), value.encode()) for key, value in one.pairs)
        + b"ChanVariable: CALLERID(num)=0999\r\nDestChanVariable: Uniqueid=1.1\r\n"
        + b"ChanVariable(PJSIP/101-00000001): Linkedid: 9.9\r\nX-Ghi-Ch\xc3\xba: "
        + "Tổ dân phố ".encode() * 200
        + b"\r\nOrphan\r\n"
        for one in pbx.events
    ]
    data, framer, tracker = b"\r\n".join([*blocks, b""]), Framer(), tracker_of(pbx)
    step = 1 + len(name) * 97  # Never at the same places.
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    messages = [message for piece in pieces for message in framer.feed(piece)]
    assert len(messages) + framer.quiet == len(pbx.events)
    assert said(events_of(messages, tracker)) == DIALOGUES[name].told


@pytest.mark.parametrize("name", NAMES)
def test_a_trunk_may_be_named_like_an_extension(name: str, tmp_path: Path) -> None:
    """By the number that the carrier gave it; `[telephony] trunks` says that it is nobody's
    phone.
    """
    file = tmp_path / f"{name}.txt"
    file.write_bytes(DIALOGUES[name].run().text().replace(b"/carrier", b"/1022"))
    assert said(trace(file, trunks=("1022",))) == DIALOGUES[name].told
