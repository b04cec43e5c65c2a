"""The wire: framing, decoding, encoding, and what must never be sent."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import InputError
from console.telephony.asterisk.calls.tracker import CallTracker
from console.telephony.asterisk.client import BackOff
from console.telephony.asterisk.wire import MESSAGE_LIMIT, Framer, Message, encode, parse

DATA = Path(__file__).parents[3] / "data" / "ami"
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
FIRST = b"Response: Success\r\nActionID: a1\r\nMessage: Authentication accepted\r\n\r\n"


def server_side(name: str) -> bytes:
    """The server's bytes of a recording, banner included."""
    data = (DATA / f"{name}.txt").read_bytes()
    return b"".join(
        line for line in data.splitlines(keepends=True) if not line.startswith((b">>>", b"#"))
    )


def cut(data: bytes, size: int) -> list[Message]:
    framer = Framer()
    return [
        message
        for start in range(0, len(data), size)
        for message in framer.feed(data[start : start + size])
    ]


def plain(messages: list[Message]) -> list[list[tuple[str, str]]]:
    return [message.pairs for message in messages]


@pytest.mark.parametrize(
    "pieces", [[BANNER + FIRST], [BANNER, FIRST], [BANNER[:-1], b"\n" + FIRST]]
)
def test_t1_the_banner_glued_or_split(pieces: list[bytes]) -> None:
    framer = Framer()
    (message,) = [message for piece in pieces for message in framer.feed(piece)]
    assert message.banner == "Asterisk Call Manager/11.0.0"
    assert message.response == "Success"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1460])
@pytest.mark.parametrize("name", ["06_agent_login_pause", "11_click_to_call"])
def test_t3_any_cut_gives_the_same_messages(name: str, size: int) -> None:
    data = server_side(name)
    whole = plain(cut(data, len(data)))
    assert plain(cut(data, size)) == whole
    assert any("Nguyễn Văn An" in value or "Gọi lại" in value for m in whole for _, value in m)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_t3_cut_anywhere(sizes: list[int]) -> None:
    data = server_side("06_agent_login_pause")
    framer, start = Framer(), 0
    messages: list[Message] = []
    for size in [*sizes, len(data)]:
        messages += framer.feed(data[start : start + size])
        start += size
    assert plain(messages) == plain(cut(data, len(data)))


def test_t4_repeated_keys_are_all_kept() -> None:
    message = parse(
        b"Response: Success\r\nOutput: one\r\nOutput: two\r\nUniqueid: 1\r\nUniqueid: 2"
    )
    assert message.all("Output") == ["one", "two"]
    assert message.get("Uniqueid") == "1"


def test_t5_goodbye_and_the_header_events() -> None:
    assert parse(b"Response: Goodbye\r\nMessage: Thanks").ok
    off = parse(b"Response: Success\r\nEvents: Off")
    assert (off.event, off.response, off.get("Message")) == ("", "Success", "")


def test_t6_an_error_with_output_is_an_error() -> None:
    assert not parse(b"Response: Error\r\nMessage: Command output follows\r\nOutput: x").ok


def test_an_originate_response_is_an_event() -> None:
    assert parse(b"Event: OriginateResponse\r\nResponse: Success").response == ""


def test_noise_is_passed_over_unparsed() -> None:
    framer = Framer()
    data = b"Event: VarSet\r\nVariable: X\r\n\r\nEvent: Hangup\r\nUniqueid: 1\r\n\r\n"
    assert [message.event for message in framer.feed(data)] == ["Hangup"]
    assert framer.quiet == 1


@pytest.mark.parametrize("size", [4096, 1 << 19])
def test_a_message_over_the_limit_is_thrown_away_and_the_next_one_read(size: int) -> None:
    data = b"Response: Success\r\nOutput: " + b"x" * (2 * MESSAGE_LIMIT) + b"\r\n\r\n" + FIRST
    framer = Framer()
    got = [m for at in range(0, len(data), size) for m in framer.feed(data[at : at + size])]
    assert [message.get("ActionID") for message in got] == ["a1"]
    assert framer.dropped == 1


def test_bad_bytes_become_a_sign() -> None:
    assert parse(b"Event: X\r\nMemberName: An\xff").get("MemberName") == "An\ufffd"


@given(st.binary(max_size=3000))
def test_garbage_never_raises(data: bytes) -> None:
    tracker, framer = CallTracker(), Framer()
    for message in framer.feed(data + b"\r\n\r\n"):
        tracker.feed(message)


_NAMES = """Newchannel QueueCallerJoin AgentCalled AgentConnect DialBegin DialEnd Hangup BridgeEnter
    BridgeLeave BlindTransfer AttendedTransfer ConfbridgeJoin QueueMemberStatus HangupRequest
    QueueCallerAbandon UserEvent OriginateResponse MixMonitorStart DTMFEnd ContactStatus
    MessageWaiting ChanSpyStart Hold"""
_KEYS = """Uniqueid Linkedid DestUniqueid DestLinkedid Channel DestChannel Interface Queue Position
    TransfererUniqueid TransfererLinkedid OrigTransfererUniqueid SecondTransfererUniqueid Timestamp
    Status LastPause Paused Conference New Result DialStatus BridgeUniqueid BridgeType HoldTime
    RingTime UserEvent"""
_VALUES = """1.1 1.2 1.3 <unknown> PJSIP/101-00000001 PJSIP/x-00000002 1022 basic PJSIP/102 Success
    Local/1@a-00000001;1 ANSWER nan inf -1 99999999999999 1795545000.5 1 5
    CallbackRequest QueueExit"""
NAMES = st.sampled_from(_NAMES.split())
KEYS = st.sampled_from(_KEYS.split())
VALUES = st.sampled_from(["", *_VALUES.split()])


@given(st.lists(st.tuples(NAMES, st.dictionaries(KEYS, VALUES, max_size=12)), max_size=40))
def test_nonsense_of_the_right_words_never_raises(script: list[tuple[str, dict[str, str]]]) -> None:
    tracker = CallTracker()
    for name, fields in script:
        for event in tracker.feed(Message([("Event", name), *fields.items()])):
            assert "Local/" not in (event.peer_number or "")


def test_encode() -> None:
    assert encode("QueuePause", {"Interface": "PJSIP/101", "Reason": "Ăn trưa"}) == (
        "Action: QueuePause\r\nInterface: PJSIP/101\r\nReason: Ăn trưa\r\n\r\n".encode()
    )
    assert encode("Originate", {"Variable": ["A=1", "B=2"]}).count(b"Variable: ") == 2


@pytest.mark.parametrize("bad", ["x\r\nAction: Command", "x\ny", "x\0y", "x\r"])
def test_encode_refuses_injection(bad: str) -> None:
    with pytest.raises(InputError, match="ami_action_refused"):
        encode("QueuePause", {"Reason": bad})
    with pytest.raises(InputError, match="ami_action_refused"):
        encode("QueuePause", {bad: "x"})


@given(
    st.dictionaries(
        st.sampled_from(["Interface", "Reason", "Exten", "Queue", "Message"]),
        st.text(st.characters(exclude_categories=()), max_size=40),
    )
)
def test_what_is_encoded_is_read_as_that_and_no_more(fields: dict[str, str]) -> None:
    """Whatever a caller's name or a person's remark contains: there are as many lines as fields."""
    try:
        raw = encode("QueuePause", fields)
    except InputError:
        assert any(bad in value for value in fields.values() for bad in "\r\n\0")
        return
    assert raw.count(b"\r") == raw.count(b"\n") == len(fields) + 2
    (message,) = Framer().feed(raw)
    assert len(message.pairs) == len(fields) + 1
    assert message.get("Action") == "QueuePause"


@pytest.mark.parametrize("action", ["Command", "Reload", "DBPut", "Setvar", ""])
def test_encode_refuses_unknown_actions(action: str) -> None:
    with pytest.raises(InputError, match="ami_action_refused"):
        encode(action, {})


def test_back_off_grows_to_thirty_seconds_with_jitter() -> None:
    steady = BackOff(chance=lambda: 0.0)
    assert [steady.next_s() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    steady.reset()
    assert steady.next_s() == 1
    shaken = BackOff(chance=lambda: 1.0)
    assert [shaken.next_s() for _ in range(7)] == [1, 1, 2, 4, 8, 15, 15]


def plainly(block: bytes) -> tuple[list[tuple[str, str]], str | None]:
    """What a message says, read line by line as the protocol is written down."""
    pairs, banner = [], None
    for line in block.decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if colon:
            pairs.append((key.strip(), value.strip(" ")))
        elif line.startswith("Asterisk Call Manager/"):
            banner = line.strip()
    return pairs, banner


@given(
    st.lists(
        st.sampled_from(
            ["Event: Hangup", "Event", "Event:", "Event : x", " Event: y", "Response: Success",
             "Cause-txt: a: b", "A:b: c", ": ", ":", "", "Asterisk Call Manager/11.0.0",
             "Name:  Trần  ", "Name: Nguyễn", "Chan Variable: 1"]
        )
        | st.text(max_size=12),
        max_size=8,
    )
)  # fmt: skip
def test_the_quick_way_reads_what_the_plain_way_reads(lines: list[str]) -> None:
    block = "\r\n".join(lines).encode("utf-8", "replace")
    message = parse(block)
    pairs, banner = plainly(block)
    assert (message.pairs, message.banner) == (pairs, banner)
    for key, _ in pairs:
        assert message.get(key) == next(value for name, value in pairs if name == key)
        assert message.all(key) == [value for name, value in pairs if name == key]
    assert bool(message) == bool(pairs or banner)
    assert message.event == message.get("Event")
