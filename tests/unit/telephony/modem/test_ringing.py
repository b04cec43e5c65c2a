"""Rings and caller identification as modems spell them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.telephony.modem.ringing import VoiceFact, VoiceLines
from tests.conftest import StoppedClock

NOW: datetime = StoppedClock().now


def told(lines: str, gap_s: float = 0.2, wait_s: float = 0) -> list[VoiceFact]:
    """Facts of these lines, one after the other, and after a wait."""
    voice, found, at = VoiceLines(), [], NOW
    for line in lines.strip().splitlines():
        found += voice.feed(line, at)
        at += timedelta(seconds=gap_s)
    end = at + timedelta(seconds=wait_s)
    while at < end:
        at += timedelta(seconds=0.5)
        found += voice.tick(at)
    return found


NUMBER = "0903123456"
RINGS = VoiceFact("rings", NUMBER)
SDMF = "0412" + b"11240900".hex() + NUMBER.encode().hex().upper() + "58"
MDMF = (
    "80 21 01 08"
    + b"11240900".hex()
    + "020A"
    + NUMBER.encode().hex()
    + "0709"
    + b"NGUYEN AN".hex()
    + "23"
)


@pytest.mark.parametrize(
    ("lines", "fact"),
    [
        (f'RING\n+CLIP: "{NUMBER}",129', RINGS),
        (f'+CRING: VOICE\n+CLIP: "{NUMBER}",129,,,,0', RINGS),
        ('RING\n+CLIP: "84903123456",145', VoiceFact("rings", "+84903123456")),
        ('RING\n+CLIP: "+84903123456",145', VoiceFact("rings", "+84903123456")),
        (f'RING\n+CLIP: "{NUMBER}",161,"",0,"Bà Lan",0', VoiceFact("rings", NUMBER, "Bà Lan")),
        ('RING\n+CLIP: "",128,,,,2', VoiceFact("rings")),
        (f"RING\nDATE = 1124\nTIME = 0900\nNMBR = {NUMBER}", RINGS),
        (f"RING\nDATE=1124\nTIME=0900\nNMBR={NUMBER}", RINGS),
        (f"RING\nNAME = NGUYEN AN\nNMBR = {NUMBER}", VoiceFact("rings", NUMBER, "NGUYEN AN")),
        ("RING\nNMBR = P", VoiceFact("rings")),
        (f"RING\nMESG = {SDMF}", RINGS),
        (f"RING\nMESG={MDMF.lower()}", VoiceFact("rings", NUMBER, "NGUYEN AN")),
        ("RING\nMESG = 040150", VoiceFact("rings")),
        ("RING\nNMBR = O\nNAME = O", VoiceFact("rings")),
        # Some tell the number before the first ring.
        (f"NMBR = {NUMBER}\nRING", RINGS),
    ],
)
def test_who_calls(lines: str, fact: VoiceFact) -> None:
    assert told(lines)[0] == fact


def test_a_bare_ring_is_an_unknown_caller_after_three_seconds() -> None:
    assert told("RING") == []
    assert told("RING", wait_s=2.5) == []
    assert told("RING", wait_s=3.5) == [VoiceFact("rings")]
    assert told("RING\nRING", gap_s=2) == [VoiceFact("rings")]


def test_the_number_may_come_after_the_call_was_shown() -> None:
    assert told(f'RING\nRING\n+CLIP: "{NUMBER}",129', gap_s=3) == [
        VoiceFact("rings"),
        VoiceFact("number", NUMBER),
    ]


def test_silence_is_a_caller_who_gave_up() -> None:
    found = told(f'RING\n+CLIP: "{NUMBER}",129', wait_s=9)
    assert found == [RINGS, VoiceFact("gone", NUMBER)]
    again = told(f'RING\n+CLIP: "{NUMBER}",129\nRING\nRING', gap_s=5, wait_s=1)
    assert again == [RINGS]


def test_ends_faxes_and_noise() -> None:
    assert told("NO CARRIER") == [VoiceFact("ended", reason="no carrier")]
    assert told("BUSY") == [VoiceFact("ended", reason="busy")]
    assert told('+CRING: FAX\n+CRING: GPRS "IP"', wait_s=9) == []
    assert told("OK\n+CSQ: 17,0\nMESG = 0203\n\xff\xfe") == []
    assert told("+CLCC: 1,0,0,0,0") == [VoiceFact("listed"), VoiceFact("connected")]
    assert told("+CLCC: 1,0,3,0,0") == [VoiceFact("listed")]


@given(st.lists(st.text(max_size=40) | st.sampled_from(["RING", "NMBR = 1", '+CLIP: "1",129'])))
def test_any_lines_are_survived(lines: list[str]) -> None:
    voice, at = VoiceLines(), NOW
    for line in lines:
        voice.feed(line, at)
        at += timedelta(seconds=1)
        voice.tick(at)
