"""Recorded dialogues of a modem, played back on a pseudo-terminal, whole and octet by octet."""

import ast
import os
import re
import threading
import tty
from pathlib import Path

import pytest

from console.telephony.modem.at import AtEngine
from console.telephony.modem.port_thread import open_port
from console.telephony.pdu.decoding import decode

RECORDINGS = Path(__file__).parents[2] / "data" / "at"


def steps_of(name: str) -> list[tuple[bytes, bytes]]:
    """Each command with everything said until the next one."""
    steps: list[tuple[bytes, bytes]] = []
    for line in (RECORDINGS / name).read_text(encoding="utf-8").splitlines():
        match = re.match(r"\s*[\d.]+ ([<>]) (b.*)", line)
        if match and match[1] == ">":
            steps.append((ast.literal_eval(match[2]), b""))
        elif match:
            steps[-1] = (steps[-1][0], steps[-1][1] + ast.literal_eval(match[2]))
    return steps


def play(master: int, steps: list[tuple[bytes, bytes]], size: int) -> None:
    """Wait for each command, then say what was said."""
    for command, said in steps:
        heard = b""
        while len(heard) < len(command):
            heard += os.read(master, len(command) - len(heard))
        assert heard == command
        for start in range(0, len(said), size):
            os.write(master, said[start : start + size])


@pytest.mark.parametrize("name", sorted(p.name for p in RECORDINGS.glob("*.txt")))
@pytest.mark.parametrize("size", [1, 100_000])
def test_every_answer_goes_to_its_command(name: str, size: int) -> None:
    steps = steps_of(name)
    said = b"".join(answer for _, answer in steps)
    master, slave = os.openpty()
    tty.setraw(slave)
    player = threading.Thread(target=play, args=(master, steps, size))
    player.start()
    pdus: list[str] = []
    try:
        with open_port(os.ttyname(slave), 115200) as port:
            engine = AtEngine(port)
            commands = [command.decode() for command, _ in steps]
            for place, command in enumerate(commands):
                if command.endswith("\x1a"):
                    continue
                if command.startswith("AT+CMGS"):
                    text = commands[place + 1].removesuffix("\x1a")
                    answer = engine.execute_with_text(command.rstrip("\r"), text)
                    assert re.fullmatch(r"\d+", answer.value("+CMGS:") or "")
                    continue
                answer = engine.execute(command.rstrip("\r"))
                pdus += [line for line in answer.lines if re.fullmatch(r"[0-9A-F]{30,}", line)]
            player.join(5)
            wanted = sum(said.count(head) for head in (b"+CMTI:", b"+CDS:", b"+CUSD:", b"^SMM"))
            while len(engine.events) < wanted:
                engine.idle()
    finally:
        player.join(5)
        os.close(slave)
        os.close(master)
    reports = [pdu for head, pdu in engine.events if head.startswith("+CDS:")]
    assert len(engine.events) == wanted
    assert len(pdus) == said.count(b"+CMGL: ") + said.count(b"+CMGR: ")
    assert all(decode(pdu).kind == "deliver" for pdu in pdus)
    assert [decode(pdu).reference for pdu in reports] == [42] * len(reports)
