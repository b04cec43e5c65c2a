"""The peers of end-to-end tests as processes: a recorded PBX, a modem on a pseudo-terminal."""

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path

from tests.e2e.driver.program import ROOT

DEADLINE_S = 60.0


class Peer:
    """A process of `tests/fakes` that takes and prints lines."""

    def __init__(self, module: str, *words: str) -> None:
        """Start `python -m tests.fakes.MODULE WORDS` and wait until it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.fakes.{module}", *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.told: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_for("ready")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def say(self, line: str) -> None:
        """Send it one line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait_for(self, *parts: str, nth: int = 1, within: float = DEADLINE_S) -> str:
        """The nth line that holds all `parts`, from now or before."""
        while True:
            found = [line for line in self.told if all(part in line for part in parts)]
            if len(found) >= nth:
                return found[nth - 1]
            try:
                line = self._lines.get(timeout=within)
            except queue.Empty:
                raise AssertionError(f"no {parts} in {self.told}") from None
            self.told.append(line)

    def end(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(60)
        self._reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class AmiPeer(Peer):
    """A PBX that answers on loopback and plays a recording, step by step, when told."""

    def __init__(self, folder: Path, *recordings: Path) -> None:
        """Listen; the recorded events wait. The nth connection gets the nth recording."""
        file = folder / "port"
        files = (str(recording) for recording in recordings)
        super().__init__("ami.peer", *files, "--port-file", str(file), "--steps")
        self.port = int(file.read_text("utf-8"))

    def go_on(self) -> None:
        """Play the recording up to the next step of a person."""
        self.say("go")

    def cut(self) -> None:
        """Cut the link and take no new one."""
        self.say("away")

    def come_back(self) -> None:
        """Take links again, at the same port."""
        self.say("back")

    def wait_for_action(self, name: str, *parts: str, nth: int = 1) -> dict[str, str]:
        """The nth action of this name that the console sent, with these words in it."""
        line = self.wait_for(f'"Action": "{name}"', *parts, nth=nth)
        fields: dict[str, str] = json.loads(line.removeprefix("action "))
        return fields


class Modem(Peer):
    """A GSM modem on a pseudo-terminal."""

    def __init__(self, link: Path) -> None:
        """Plug it in at `link`."""
        self.device = link
        super().__init__("sms.modem_process", "--link", str(link))

    def receive(self, sender: str, text: str) -> None:
        """A message comes from the network."""
        self.say(f"receive {sender} {text}")

    def wait_for_sent(self, *parts: str) -> dict[str, str]:
        """The message with these words that the console sent through it: number and text."""
        found: dict[str, str] = json.loads(self.wait_for('"sent"', *parts))["sent"]
        return found

    def kill_at(self, pid: int, command: str) -> None:
        """End this process with SIGKILL the moment it sends `command`, which is not carried out;
        the cable is out afterwards.
        """
        self.say(f"kill {pid} {command}")

    def plug(self) -> None:
        """Put the cable in again."""
        self.say("plug")

    def stored(self) -> int:
        """How many messages are on the SIM."""
        self.told = [line for line in self.told if '"stored"' not in line]
        self.say("stored")
        return int(json.loads(self.wait_for('"stored"'))["stored"])
