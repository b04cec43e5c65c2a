"""The peers of end-to-end tests as processes: a recorded PBX, a modem on a pseudo-terminal."""

import queue
import subprocess
import sys
import threading
from pathlib import Path

from tests.e2e.program import ROOT

DEADLINE_S = 20.0


class Peer:
    """A process under `tests/fakes` that is told by lines and tells by lines."""

    def __init__(self, module: str, *words: str) -> None:
        """Start `python -m tests.fakes.MODULE WORDS`."""
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

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def say(self, line: str) -> None:
        """Tell it one line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait_for(self, part: str, within: float = DEADLINE_S) -> str:
        """The first line that holds `part`, from now or before."""
        for line in self.told:
            if part in line:
                return line
        while True:
            try:
                line = self._lines.get(timeout=within)
            except queue.Empty:
                raise AssertionError(f"no {part!r} in {self.told}") from None
            self.told.append(line)
            if part in line:
                return line

    def end(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(10)
        self._reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class AmiPeer(Peer):
    """A PBX that answers on loopback and plays a recording when told."""

    def __init__(self, recording: Path, folder: Path) -> None:
        """Listen; the recorded events wait."""
        super().__init__("ami_peer", str(recording), "--port-file", str(folder / "port"))
        self.port = int(self.wait_for("listening").split()[-1])

    def release(self) -> None:
        """Play the events up to the next recorded action."""
        self.say("go")


class Modem(Peer):
    """A GSM modem on a pseudo-terminal."""

    def __init__(self, link: Path) -> None:
        """Plug it in at `link`."""
        super().__init__("pty_modem", "--link", str(link))
        self.wait_for("ready")

    def receive(self, sender: str, text: str) -> None:
        """A message comes from the network."""
        self.say(f"receive {sender} {text}")
