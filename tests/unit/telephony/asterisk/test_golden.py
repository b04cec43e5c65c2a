"""Every recording yields the events that reading it says, however the stream is cut, also for one
workstation.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import CallEvent
from console.telephony.asterisk.tracing import to_json, trace
from tests.unit.telephony.asterisk.golden import AGENTS, CALLS

DATA = Path(__file__).parents[3] / "data" / "ami"
RECORDINGS = sorted(path.stem for path in DATA.glob("*.txt"))


def line_of(event: CallEvent) -> str:
    """An event as the golden list writes it."""
    words = (
        event.kind,
        event.call_id[7:],
        event.direction,
        event.peer_number or "-",
        event.operator or "-",
        event.reason or "-",
    )
    return " ".join(words) + ("" if event.certain else " ?")


def calls_only(events: Iterable[CallEvent]) -> list[str]:
    return [
        line_of(event)
        for event in events
        if event.kind not in ("queue_changed", "agent_changed", "link")
    ]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_every_recording_has_its_golden_list() -> None:
    assert sorted(CALLS) == RECORDINGS


@pytest.mark.parametrize("name", RECORDINGS)
def test_calls(name: str) -> None:
    assert calls_only(trace(DATA / f"{name}.txt")) == lines(CALLS[name])


@pytest.mark.parametrize("name", sorted(AGENTS))
def test_operators(name: str) -> None:
    said: dict[str, list[str]] = {}
    for event in trace(DATA / f"{name}.txt"):
        if event.kind == "agent_changed" and event.operator in AGENTS[name]:
            text = str(event.more["state"]) + (f":{event.reason}" if event.reason else "")
            said.setdefault(event.operator, []).append(text)
    assert {op: " ".join(states) for op, states in said.items()} == AGENTS[name]


@pytest.mark.parametrize("name", RECORDINGS)
def test_nothing_of_the_plumbing_shows(name: str) -> None:
    for event in trace(DATA / f"{name}.txt"):
        assert "Local/" not in str(to_json(event))
        assert (event.peer_number or "0").isdigit()
        assert event.peer_name is None  # Every recorded name is the number again (T11).


def test_queue_positions_close_up_and_counts_fall_to_nothing() -> None:
    counts = [
        event.more["waiting"]
        for event in trace(DATA / "05_abandon_ringing.txt")
        if event.kind == "queue_changed"
    ]
    assert counts == [1, 0]


def test_links() -> None:
    def links(name: str) -> list[str | None]:
        return [event.reason for event in trace(DATA / f"{name}.txt") if event.kind == "link"]

    assert links("01_incoming_answered") == ["up"]
    assert links("10b_disconnect_mid_call") == ["up", "down"]
    assert links("19b_bad_secret") == ["down"]


def test_json_keys() -> None:
    events = [to_json(event) for event in trace(DATA / "01_incoming_answered.txt")]
    answered = next(event for event in events if event["kind"] == "answered")
    assert answered == {
        "kind": "answered",
        "call_id": "1795545323.2",
        "queue": "1022",
        "direction": "in",
        "peer_number": "0903123456",
        "peer_name": None,
        "operator": "101",
        "reason": None,
        "at": "2026-11-24T18:35:24.826166+00:00",
        "certain": True,
        "hold_s": 1.0,
        "ring_s": 1.0,
    }
    assert next(event for event in events if event["kind"] == "dtmf")["digit"] == "5"


SEAT_101 = {
    # A workstation is not told of a colleague's ring and talk, but of its own freed operator.
    "03_blind_transfer_refer": """
        offered 344.6 in 0903123456 - -
        ringing 344.6 in 0903123456 101 -
        answered 344.6 in 0903123456 101 -
        recording 344.6 in 0903123456 101 on
        transferred 344.6 in 0903123456 101 blind
        ended 344.6 in 0903123456 101 transfer
    """,
}
SEAT_102 = {
    "03_blind_transfer_refer": """
        offered 344.6 in 0903123456 - -
        transferred 344.6 in 0903123456 101 blind
        ringing 344.6 in 0903123456 102 -
        answered 344.6 in 0903123456 102 -
        recording 344.6 in 0903123456 102 on
        ended 344.6 in 0903123456 102 agent
    """,
    "05_abandon_ringing": "offered 393.29 in 0903123456 - -\nabandoned 393.29 in 0903123456 - -",
    "05c_missed_direct_call": "missed 404.32 in 0903123456 101 no_answer",
}


@pytest.mark.parametrize(
    ("extension", "name", "golden"),
    [("PJSIP/101", name, text) for name, text in SEAT_101.items()]
    + [("102", name, text) for name, text in SEAT_102.items()],
)
def test_a_seat_hears_what_concerns_it(extension: str, name: str, golden: str) -> None:
    assert calls_only(trace(DATA / f"{name}.txt", extension)) == lines(golden)


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Xin chào\n# --- không phải AMI\n")
    with pytest.raises(InputError, match="not_an_ami_recording"):
        list(trace(file))
    with pytest.raises(UnavailableError, match="file_missing"):
        trace(tmp_path / "nothing.txt")


def test_two_connections_in_one_file_are_resynced(tmp_path: Path) -> None:
    """T42: 10b, cut, 10c; the call is answered once and ends once."""
    file = tmp_path / "both.txt"
    parts = ("10b_disconnect_mid_call", "10c_reconnect_resync")
    file.write_bytes(b"".join((DATA / f"{name}.txt").read_bytes() for name in parts))
    kinds = [event.kind for event in trace(file) if event.call_id]
    assert (kinds.count("answered"), kinds.count("ended")) == (1, 1)


def test_line_ends_may_have_been_lost(tmp_path: Path) -> None:
    file = tmp_path / "lf.txt"
    file.write_bytes((DATA / "01_incoming_answered.txt").read_bytes().replace(b"\r\n", b"\n"))
    assert calls_only(trace(file)) == lines(CALLS["01_incoming_answered"])
