"""The AT engine: lines, prompts, unsolicited lines, late lines, recorded dialogues."""

import ast
import contextlib
import re
from collections import deque
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.telephony.modem.at import (
    MAX_LINE,
    Answer,
    AtEngine,
    LineSplitter,
    SilentError,
    StoppedError,
)

RECORDINGS = Path(__file__).parents[3] / "data" / "at"


class ScriptedPort:
    """Answers a command with the pieces of `answers[command]`."""

    def __init__(self, script: list[tuple[bytes, list[bytes]]]) -> None:
        self._script = deque(script)
        self._waiting: deque[bytes] = deque()
        self.written = b""

    def say(self, *pieces: bytes) -> None:
        """Unsolicited octets; each item is one read."""
        self._waiting.extend(pieces)

    @property
    def in_waiting(self) -> int:
        return len(self._waiting[0]) if self._waiting else 0

    def read(self, size: int = 1, /) -> bytes:
        if not self._waiting:
            return b""
        piece = self._waiting.popleft()
        if len(piece) > size:
            self._waiting.appendleft(piece[size:])
        return piece[:size]

    def write(self, data: bytes, /) -> int:
        self.written += data
        if self._script and data.startswith(self._script[0][0]):
            self._waiting.extend(self._script.popleft()[1])
        return len(data)


def engine(
    *script: tuple[bytes, list[bytes]], settle_s: float = 0.0
) -> tuple[AtEngine, ScriptedPort]:
    """An engine over a scripted port; silence costs no time."""
    port = ScriptedPort(list(script))
    return AtEngine(port, settle_s=settle_s), port


# --- lines


@given(st.lists(st.sampled_from([b"OK", b"+CSQ: 1,99", b"RING", b"0791"]), max_size=8), st.data())
def test_lines_are_the_same_however_they_are_cut(lines: list[bytes], data: st.DataObject) -> None:
    end = data.draw(st.sampled_from([b"\r\n", b"\r", b"\n", b"\r\r\n"]))
    whole = b"".join(end + line + end for line in lines)
    splitter = LineSplitter()
    out: list[str] = []
    while whole:
        cut = data.draw(st.integers(1, len(whole)))
        out += splitter.feed(whole[:cut])
        whole = whole[cut:]
    assert out == [line.decode() for line in lines]


def test_garbage_without_an_end_is_capped() -> None:
    splitter = LineSplitter()
    for _ in range(101):
        assert splitter.feed(b"\xff" * 1000) == []
    assert splitter.dropped >= 90_000
    (rest,) = splitter.feed(b"\r\n")
    assert len(rest) <= MAX_LINE
    assert splitter.feed(b"OK\r\n") == ["OK"]


def test_the_prompt_has_no_line_end() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"AT+CMGS=9\r\r\n>") == ["AT+CMGS=9"]
    assert splitter.take_prompt()
    assert not splitter.take_prompt()
    assert splitter.feed(b" \r\n+CMGS: 1\r\n") == ["+CMGS: 1"]


# --- answers


@pytest.mark.parametrize(
    ("final", "ok", "error"),
    [
        ("OK", True, ""),
        ("ERROR", False, "error"),
        ("+CMS ERROR: 321", False, "cms_321"),
        ("+CME ERROR:10", False, "cme_10"),
        ("+CME ERROR: SIM busy", False, "cme_14"),
        ("+CMS ERROR: Memory full", False, "cms_322"),
        ("+CMS ERROR: SIM busy", False, "error"),
        ("+CME ERROR: whatever else", False, "error"),
        ("+CMS ERROR", False, "error"),
        ("+CMS ERROR:", False, "error"),
    ],
)
def test_finals(final: str, ok: bool, error: str) -> None:
    at, _ = engine((b"AT+X", [b"\r\n" + final.encode() + b"\r\n"]))
    answer = at.execute("AT+X")
    assert (answer.ok, answer.error) == (ok, error)


def test_echo_is_not_part_of_the_answer() -> None:
    at, _ = engine((b"AT+CIMI", [b"AT+CIMI\r\r\n452011234567890\r\n\r\nOK\r\n"]))
    assert at.execute("AT+CIMI").lines == ("452011234567890",)


def test_unsolicited_lines_inside_an_answer() -> None:
    at, _ = engine(
        (
            b"AT+CPIN?",
            [
                b'\r\n+CMTI: "SM",1\r\n',
                b"\r\nRING\r\n\r\n+CDS: 25\r\n0006",
                b"2A\r\n\r\n+CPIN: READY\r\n",
                b"\r\n+CREG: 1\r\n\r\nOK\r\n",
            ],
        )
    )
    answer = at.execute("AT+CPIN?")
    assert answer.value("+CPIN:") == "READY"
    assert answer.lines == ("+CPIN: READY",)
    assert list(at.events) == [
        ('+CMTI: "SM",1', ""),
        ("RING", ""),
        ("+CDS: 25", "00062A"),
        ("+CREG: 1", ""),
    ]


def test_what_cuts_in_between_head_and_pdu_is_no_pdu() -> None:
    at, _ = engine(
        (
            b"AT+CPIN?",
            [
                b"\r\n+CMT: ,24\r\n",
                b'\r\n+CMTI: "SM",4\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n',
                b"0791AB\r\n",
            ],
        )
    )
    assert at.execute("AT+CPIN?").value("+CPIN:") == "READY"
    at.idle()
    assert list(at.events) == [('+CMTI: "SM",4', ""), ("+CMT: ,24", "0791AB")]


@pytest.mark.parametrize("noise", ["+ZUSIMR:2", "_OSIGQ: 12,0", "$QCRMCALL", "Call Ready", "RDY"])
def test_what_a_maker_says_between_head_and_pdu_is_no_pdu(noise: str) -> None:
    at, port = engine()
    port.say(f"\r\n+CMT: ,24\r\n{noise}\r\n0791AB\r\n".encode())
    at.idle()
    assert list(at.events) == [("+CMT: ,24", "0791AB")]


@pytest.mark.parametrize("word", ["NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE"])
def test_a_call_that_ends_is_no_answer_to_a_message(word: str) -> None:
    end = f"\r\n{word}\r\n".encode()
    at, port = engine(
        (b"AT+CMGS", [b"\r\n> "]),
        (b"AA", [end, b"\r\n+CMGS: 7\r\n\r\nOK\r\n"]),
        (b"ATD", [end]),
    )
    assert at.execute_with_text("AT+CMGS=3", "AA").value("+CMGS:") == "7"
    assert list(at.events) == [(word, "")]
    assert at.execute("ATD0903123456;").final == word
    assert len(at.events) == 1
    port.say(end)
    at.idle()
    assert list(at.events) == [(word, "")] * 2


@pytest.mark.parametrize("first", [True, False])
def test_a_networks_words_go_over_lines_before_or_after_the_ok(first: bool) -> None:
    said = b'\r\n+CUSD: 1,"TKC: 25.000d\r\nHSD 01/01\r\n1. Tiep",15\r\n'
    ok = b"\r\nOK\r\n"
    at, _ = engine((b"AT+CUSD", [said, ok] if first else [ok, said]))
    assert at.execute('AT+CUSD=1,"*101#",15') == Answer("OK")
    at.idle()
    assert list(at.events) == [('+CUSD: 1,"TKC: 25.000d\nHSD 01/01\n1. Tiep",15', "")]


def test_words_without_an_end_take_no_message_along() -> None:
    at, port = engine()
    port.say(b'\r\n+CUSD: 0,"TKC\r\n+CMTI: "SM",3\r\n')
    at.idle()
    assert list(at.events) == [('+CUSD: 0,"TKC"', ""), ('+CMTI: "SM",3', "")]


def test_words_without_an_end_take_no_answer_along() -> None:
    at, port = engine((b"AT+CSQ", [b"\r\n+CSQ: 15,99\r\n\r\nOK\r\n"]))
    port.say(b'\r\n+CUSD: 0,"TKC\r\n')
    assert at.execute("AT+CSQ", wants="+CSQ:") == Answer("OK", ("+CSQ: 15,99",))
    assert list(at.events) == [('+CUSD: 0,"TKC"', "")]


def test_a_head_whose_second_line_never_came_does_not_eat_the_next_message() -> None:
    at, port = engine()
    port.say(b"\r\n+CDS: 25\r\n\r\n+CMT: ,24\r\n0791AB\r\n")
    at.idle()
    assert list(at.events) == [("+CMT: ,24", "0791AB")]


def test_a_commands_own_prefix_is_its_answer() -> None:
    at, _ = engine((b"AT+CREG?", [b"\r\n+CREG: 0,1\r\n\r\nOK\r\n"]))
    assert at.execute("AT+CREG?").value("+CREG:") == "0,1"
    assert not at.events


def test_an_ok_after_an_error_does_not_answer_the_next_command() -> None:
    at, _port = engine(
        (b"AT+CMGR=2", [b"\r\nERROR\r\n"]),
        (b"AT+CSQ", [b"\r\nOK\r\n", b"\r\n+CSQ: 9,99\r\n\r\nOK\r\n"]),
        settle_s=0.01,
    )
    assert at.execute("AT+CMGR=2").error == "error"
    assert at.execute("AT+CSQ", wants="+CSQ:").value("+CSQ:") == "9,99"


def test_an_error_after_an_error_does_not_answer_the_next_command() -> None:
    at, _port = engine(
        (b"AT+CMGL=4", [b"\r\nERROR\r\n", b"\r\n+CMS ERROR: 321\r\n"]),
        (b"AT+CSQ", [b"\r\n+CSQ: 9,99\r\n\r\nOK\r\n"]),
        settle_s=0.01,
    )
    assert not at.execute("AT+CMGL=4").ok
    assert at.execute("AT+CSQ", wants="+CSQ:").ok


def test_an_ok_alone_counts_when_nothing_better_comes() -> None:
    at, _ = engine((b"AT+CMGR=7", [b"\r\nOK\r\n"]), settle_s=0.001)
    assert at.execute("AT+CMGR=7", wants="+CMGR:") == Answer("OK")


def test_silence() -> None:
    at, _ = engine()
    with pytest.raises(SilentError) as caught:
        at.execute("AT", timeout_s=0)
    assert caught.value.code == "modem_silent"


def test_leaving_ends_a_command() -> None:
    port = ScriptedPort([])
    at = AtEngine(port, stopped=lambda: True)
    with pytest.raises(StoppedError):
        at.execute("AT", timeout_s=60)


def test_idle_collects_events() -> None:
    at, port = engine()
    port.say(b"\r\n+CMTI: ", b'"SM",3\r\nOK\r\nnonsense\r\n')
    at.idle()
    assert not at.events
    at.idle()
    assert list(at.events) == [('+CMTI: "SM",3', "")]


# --- sending


def test_prompt_then_text() -> None:
    at, port = engine(
        (b"AT+CMGS=3", [b"\r\n+CDS: 25\r\n0006\r\n", b"\r\n>", b" "]),
        (b"0011AB\x1a", [b"\r\n+CMGS: 42\r\n\r\nOK\r\n"]),
    )
    written: list[bytes] = []
    answer = at.execute_with_text(
        "AT+CMGS=3", "0011AB", on_written=lambda: written.append(port.written)
    )
    assert answer.value("+CMGS:") == "42"
    assert written == [b"AT+CMGS=3\r"]
    assert list(at.events) == [("+CDS: 25", "0006")]


def test_prompt_with_carriage_return() -> None:
    at, _ = engine(
        (b"AT+CMGS", [b"AT+CMGS=3\r\r\n> \r"]), (b"AA", [b"AA\x1a\r\n+CMGS: 0\r\nOK\r\n"])
    )
    assert at.execute_with_text("AT+CMGS=3", "AA").ok


def test_a_prompt_with_a_line_on_its_heels() -> None:
    at, _ = engine(
        (b"AT+CMGS", [b'\r\n> +CMTI: "SM",3\r\n']), (b"AA", [b"\r\n+CMGS: 0\r\n\r\nOK\r\n"])
    )
    assert at.execute_with_text("AT+CMGS=3", "AA").ok
    assert list(at.events) == [('+CMTI: "SM",3', "")]


def test_refused_instead_of_prompt() -> None:
    at, port = engine((b"AT+CMGS", [b"\r\n+CMS ERROR: 310\r\n"]))
    assert at.execute_with_text("AT+CMGS=3", "AA").error == "cms_310"
    assert b"\x1a" not in port.written


def test_no_prompt_escapes_and_writes_no_text() -> None:
    at, port = engine()
    called: list[int] = []
    with pytest.raises(SilentError):
        at.execute_with_text("AT+CMGS=3", "AA", prompt_s=0, on_written=lambda: called.append(1))
    assert port.written.endswith(b"\x1b\r")
    assert not called


def test_no_answer_after_the_text() -> None:
    at, _ = engine((b"AT+CMGS", [b"\r\n> "]))
    called: list[int] = []
    with pytest.raises(SilentError):
        at.execute_with_text("AT+CMGS=3", "AA", timeout_s=0, on_written=lambda: called.append(1))
    assert called


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_garbage_never_raises_anything_else(pieces: list[bytes]) -> None:
    at, port = engine((b"AT+CSQ", pieces))
    with contextlib.suppress(SilentError):
        at.execute("AT+CSQ", timeout_s=0.0, wants="+CSQ:")
    while port.in_waiting:
        at.idle()


# --- recordings of a real modem


def dialogue(name: str) -> list[tuple[bytes, bytes]]:
    """Commands of a recording with everything said until the next one."""
    steps: list[tuple[bytes, bytes]] = []
    for line in (RECORDINGS / name).read_text(encoding="utf-8").splitlines():
        match = re.match(r"\s*[\d.]+ ([<>]) (b.*)", line)
        if not match:
            continue
        data = ast.literal_eval(match[2])
        if match[1] == ">":
            steps.append((data, b""))
        else:
            steps[-1] = (steps[-1][0], steps[-1][1] + data)
    return steps


@pytest.mark.parametrize("name", sorted(p.name for p in RECORDINGS.glob("*.txt")))
@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_recorded_dialogues(name: str, size: int) -> None:
    steps = dialogue(name)
    at, _ = engine(
        *((cmd, [said[i : i + size] for i in range(0, len(said), size)]) for cmd, said in steps)
    )
    expected = b"".join(said for _, said in steps)
    finals, pairs = 0, 0
    skip_text = False
    for command, _ in steps:
        text = command.decode().rstrip("\r")
        if skip_text:
            skip_text = False
            continue
        if text.startswith("AT+CMGS"):
            body = steps[[c for c, _ in steps].index(command) + 1][0].decode().rstrip("\x1a")
            answer = at.execute_with_text(text, body)
            skip_text = True
        else:
            answer = at.execute(text)
        finals += 1
        pairs += sum(1 for line in answer.lines if line.startswith("+CMGL:"))
    for _ in range(len(expected) + 5):
        at.idle()
    assert pairs == expected.count(b"+CMGL: ")
    announced = [head for head, _ in at.events if head.startswith("+CMTI")]
    assert len(announced) == expected.count(b"+CMTI: ")
    reports = [pdu for head, pdu in at.events if head.startswith("+CDS:")]
    assert len(reports) == expected.count(b"+CDS: ")
    assert all(pdu.startswith("0006") for pdu in reports)
    assert finals == len([c for c, _ in steps if not c.endswith(b"\x1a")])
