"""AT commands over a serial port: lines, prompts, answers, unsolicited lines.

One thread owns an engine and its port. Nothing here knows SMS or the store.
"""

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from console.domain.errors import UnavailableError

log = logging.getLogger(__name__)

MAX_LINE = 4096
"""Octets kept of a line without end; earlier ones are dropped, because no modem says that much."""
MAX_LINES = 1024
"""Lines kept of one answer: `AT+CMGL=4` of the biggest storage is 255 pairs."""
MAX_WORDS = 12
"""Lines of one answer to a short code: 182 characters in all."""
MAX_EVENTS = 2048
"""Unsolicited lines waiting; the oldest are dropped first, and the storage sweep finds what they
announced.
"""

CTRL_Z, ESCAPE = b"\x1a", b"\x1b"

UNSOLICITED = (
    "+CMTI:",
    "+CMT:",
    "+CDSI:",
    "+CDS:",
    "+CBM:",
    "+CUSD:",
    "+CREG:",
    "+CGREG:",
    "+CEREG:",
    "+CSQ:",
    "+CRING:",
    "+CLIP:",
    "+CPIN:",
    "+CTZV:",
    "%",
    "^",
    "*",
    "RING",
)
"""Starts of unsolicited lines, unless that very command runs."""
TWO_LINES = ("+CMT:", "+CDS:", "+CBM:")
"""Unsolicited lines whose PDU is the next line."""
_FINAL = re.compile(
    r"(?:OK|ERROR|COMMAND NOT SUPPORT|TOO MANY PARAMETERS|\+CM[ES] ERROR(?:: ?.*)?)\Z"
)
_CALL_ENDS = re.compile(r"(?:NO CARRIER|NO DIAL ?TONE|NO ANSWER|BUSY)\Z")
"""Final answers of a command that makes or answers a call; on their own they report a call's end,
whatever command runs.
"""
_OF_CALLS = ("ATD", "ATA", "ATO", "ATH")
_NO_PDU = re.compile(r"[+^*%_$#&]|[A-Za-z-]+(?: [A-Za-z-]+)+\Z|RDY\Z")
"""Unsolicited lines of some makers (`+ZUSIMR:2`, `_OSIGQ:`, `Call Ready`); no PDU looks like
this.
"""
_CODE = re.compile(r"\+(CM[ES]) ERROR: ?(\d+)")
_WORDS = {
    "sim not inserted": "cme_10",
    "sim pin required": "cme_11",
    "sim puk required": "cme_12",
    "sim failure": "cme_13",
    "sim busy": "cme_14",
    "sim wrong": "cme_15",
    "incorrect password": "cme_16",
    "memory full": "cms_322",
    "invalid memory index": "cms_321",
    "network out of order": "cms_38",
    "temporary failure": "cms_41",
    "congestion": "cms_42",
    "resources unavailable, unspecified": "cms_47",
    "unknown error": "cms_500",
}
"""Errors of modems that use words although asked for numbers (27.007 9.2, 27.005 3.2.5)."""


class SerialLike(Protocol):
    """What the engine needs of a port; pyserial's `Serial` with a read time-out has it."""

    @property
    def in_waiting(self) -> int:
        """Octets waiting to be read."""

    def read(self, size: int = 1, /) -> bytes:
        """At most `size` octets; empty after the port's time-out."""

    def write(self, data: bytes, /) -> int | None:
        """Write all of it."""


class SilentError(UnavailableError):
    """The modem did not answer in time."""

    def __init__(self, command: str) -> None:
        """Code `modem_silent`."""
        super().__init__("modem_silent", command=command)


class StoppedError(UnavailableError):
    """The program is shutting down."""

    def __init__(self) -> None:
        """Code `modem_stopped`."""
        super().__init__("modem_stopped")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a command.

    Attributes:
        final: the last line, such as `OK` or `+CMS ERROR: 321`.
        lines: the lines before it.
    """

    final: str
    lines: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it worked."""
        return self.final == "OK"

    @property
    def error(self) -> str:
        """`cms_321`, `cme_10`, or `error`; "" when it worked."""
        if self.ok:
            return ""
        match = _CODE.match(self.final)
        if match:
            return f"{match[1].lower()}_{match[2]}"
        kind, _, words = self.final.partition(" ERROR:")
        known = _WORDS.get(words.strip().lower(), "error")
        return known if kind[1:].lower() == known[:3] else "error"

    def value(self, prefix: str) -> str | None:
        """Rest of the first line that starts with `prefix`, such as `+CSQ:`."""
        for line in self.lines:
            if line.startswith(prefix):
                return line[len(prefix) :].strip()
        return None


class LineSplitter:
    """Cuts what a modem says into lines at any run of CR and LF."""

    def __init__(self) -> None:
        """Nothing buffered."""
        self._held = b""
        self.dropped = 0

    def feed(self, data: bytes) -> list[str]:
        """The lines that this completes, stripped; empty ones are left out."""
        pieces = (self._held + data).replace(b"\0", b"").replace(b"\r", b"\n").split(b"\n")
        self._held = pieces.pop()
        if len(self._held) > MAX_LINE:
            self.dropped += len(self._held)
            self._held = b""
        lines = (piece[:MAX_LINE].decode("latin-1").strip() for piece in pieces)
        return [line for line in lines if line]

    def take_prompt(self) -> bool:
        """Whether the `> ` of AT+CMGS is there, without a line end; it is consumed."""
        if self._held.strip() != b">":
            return False
        self._held = b""
        return True


class AtEngine:
    """One command at a time over one port, for the thread that owns it.

    Unsolicited lines wait in `events` in order; a two-line one is a pair.
    """

    def __init__(
        self,
        port: SerialLike,
        *,
        stopped: Callable[[], bool] = lambda: False,
        settle_s: float = 0.05,
    ) -> None:
        """Take the port.

        Args:
            stopped: asked between reads; true ends the running command with `StoppedError`.
            settle_s: how long to listen for a late line after an error.
        """
        self._port = port
        self._stopped = stopped
        self._settle_s = settle_s
        self._splitter = LineSplitter()
        self._ready: deque[str] = deque()
        self._head: str | None = None
        self._own = ""
        self._calls = False
        self._words: list[str] = []
        self._unsure = False
        self.events: deque[tuple[str, str]] = deque(maxlen=MAX_EVENTS)
        self.last_heard = time.monotonic()

    def idle(self) -> None:
        """Listen for at most the port's time-out; what comes goes to `events`."""
        self._receive()
        self._discard()

    def execute(
        self,
        command: str,
        *,
        timeout_s: float = 8.0,
        wants: str = "",
    ) -> Answer:
        """Send `command` (without line end) and wait for its final answer.

        Args:
            wants: start of a line that a good answer has. An OK without it may be the late answer
                of the command before, so the engine waits briefly for a better one.

        Raises:
            SilentError: no final answer within `timeout_s`.
            OSError: the port is gone.
        """
        self._start(command)
        self._write(command.encode("latin-1", "replace") + b"\r")
        return self._finish(command, timeout_s, wants)

    def execute_with_text(
        self,
        command: str,
        text: str,
        *,
        prompt_s: float = 8.0,
        timeout_s: float = 60.0,
        on_written: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Send `command`, wait for the prompt, send `text` and Ctrl-Z.

        Args:
            on_written: called before the first octet of `text` leaves: from here on, without an
                answer nobody knows whether it was sent.

        Raises:
            SilentError: no prompt, or no final answer.
            OSError: the port is gone.
        """
        self._start(command)
        self._write(command.encode("latin-1") + b"\r")
        refused = self._prompt(command, prompt_s)
        if refused is not None:
            return refused
        on_written()
        self._write(text.encode("latin-1") + CTRL_Z)
        return self._finish(command, timeout_s, "", echo=text)

    # --- reading

    def _receive(self) -> bool:
        """Read once; True when something came.

        Raises:
            StoppedError: when asked to leave.
        """
        if self._stopped():
            raise StoppedError
        data = self._port.read(max(1, min(self._port.in_waiting, 65536)))
        if not data:
            return False
        self.last_heard = time.monotonic()
        self._ready.extend(self._splitter.feed(data))
        return True

    def _write(self, data: bytes) -> None:
        self._port.write(data)

    def _lines(self) -> Iterable[str]:
        """Lines that belong to the running command; the others go to `events`."""
        while self._ready:
            line = self._ready.popleft()
            if self._head is not None and not self._cuts_in(line):
                self.events.append((self._head, line))
                self._head = None
            elif self._goes_on(line):
                continue
            elif self._is_unsolicited(line):
                if line.startswith(TWO_LINES):
                    self._head = line
                else:
                    self.events.append((line, ""))
            else:
                yield line

    def _goes_on(self, line: str) -> bool:
        """Whether the line continues a quoted answer of the network that spans several lines."""
        if not self._words:
            if not line.startswith("+CUSD:") or line.count('"') != 1:
                return False
        elif len(self._words) == MAX_WORDS or self._is_no_word(line):
            self.events.append(("\n".join(self._words) + '"', ""))
            self._words = []
            return False
        self._words.append(line)
        if '"' in line and len(self._words) > 1:
            self.events.append(("\n".join(self._words), ""))
            self._words = []
        return True

    def _is_no_word(self, line: str) -> bool:
        answers = bool(self._own) and line.startswith(self._own)
        return answers or self._is_final(line) or self._is_unsolicited(line)

    def _is_final(self, line: str) -> bool:
        return bool(_FINAL.match(line) or (self._calls and _CALL_ENDS.match(line)))

    def _is_unsolicited(self, line: str) -> bool:
        if _CALL_ENDS.match(line):
            return not self._calls
        if not line.startswith(UNSOLICITED) or _FINAL.match(line):
            return False
        return not (self._own and line.startswith(self._own))

    def _cuts_in(self, line: str) -> bool:
        """Whether a line came between an unsolicited head and its PDU. Another head of this kind
        means that the PDU is lost; the storage sweep or the network brings it again.
        """
        if line.startswith(TWO_LINES):
            log.warning("a message's second line is missing after %r", self._head)
            self._head = None
            return True
        return self._is_no_word(line) or bool(_NO_PDU.match(line))

    def _discard(self) -> None:
        """A line that is no event came too late for its command and must not answer the next
        one.
        """
        for line in self._lines():
            log.debug("late line %r", line[:80])

    def _start(self, command: str) -> None:
        """Clear the line before a command; after silence or an error first make sure that it is
        clear.
        """
        if self._unsure:
            deadline = time.monotonic() + self._settle_s
            while time.monotonic() < deadline:
                self._receive()
        elif self._port.in_waiting:
            self._receive()
        self._end()
        self._splitter.take_prompt()
        self._discard()
        self._calls = command.startswith(_OF_CALLS)
        # +CUSD comes from the network, some seconds after or before the OK.
        match = re.match(r"AT(\+(?!CUSD)\w+|[%^*]\w+)", command)
        self._own = f"{match[1]}:" if match else ""

    def _end(self) -> None:
        """No command runs."""
        self._own, self._calls = "", False

    def _finish(self, command: str, timeout_s: float, wants: str, echo: str = "") -> Answer:
        deadline = time.monotonic() + timeout_s
        lines: list[str] = []
        suspect: Answer | None = None
        after_error, self._unsure = self._unsure, True
        while True:
            for line in self._lines():
                if self._is_final(line):
                    answer = Answer(line, tuple(lines))
                    missing = wants and answer.value(wants) is None and suspect is None
                    if missing and (answer.ok or after_error):
                        suspect, lines = answer, []
                        deadline = min(deadline, time.monotonic() + 10 * self._settle_s)
                        continue
                    self._unsure = not answer.ok
                    self._end()
                    return answer
                if line not in (command, echo) and len(lines) < MAX_LINES:
                    lines.append(line)
            if time.monotonic() >= deadline:
                self._end()
                if suspect is not None:
                    return suspect
                raise SilentError(command)
            self._receive()

    def _prompt(self, command: str, timeout_s: float) -> Answer | None:
        """Wait for the prompt; returns a final answer that comes instead."""
        deadline = time.monotonic() + timeout_s
        while True:
            for line in self._lines():
                if line.startswith(">"):
                    # An unsolicited line right after it is a line of its own.
                    if rest := line[1:].strip():
                        self._ready.appendleft(rest)
                    return None
                if _FINAL.match(line) and line != "OK":
                    self._unsure = True
                    return Answer(line)
            if self._splitter.take_prompt():
                return None
            if time.monotonic() >= deadline:
                self._unsure = True
                # The modem may be waiting for a text: an escape ends that without sending anything.
                self._write(ESCAPE + b"\r")
                raise SilentError(command)
            self._receive()
