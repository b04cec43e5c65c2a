"""A GSM modem on a pseudo-terminal: speaks AT, has a SIM, and fails in the ways modems do.

Use `with PtyModem() as modem:` and give `modem.device` to the console; `modem_process.py` runs one
for a console that is a process of its own.
"""

import contextlib
import os
import re
import select
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from console.telephony.pdu.decoding import decode
from tests.fakes.sms.pdus import deliver_text, status_report

IMSI = "452011234567890"


@dataclass
class Faults:
    """What this modem does wrong.

    Attributes:
        line_end: some end lines with CR only.
        refused: starts of commands that get ERROR.
        silent: answers nothing.
        reference: what every +CMGS says, None = counts up.
        pin_delay_s: AT+CPIN? takes this long; `pin_event` arrives meanwhile.
        failed_deletes: how many AT+CMGD fail.
        late_ok: reading a deleted place gives ERROR, then OK.
        unplug_at: start of the command on which the cable is pulled; once.
        unplug_after_text: the cable is pulled after Ctrl-Z, before the answer; once.
        chunk: octets a write, 0 = all at once.
        echo: repeats commands until ATE0.
        send_error: final answer of AT+CMGS instead of +CMGS, one after the other.
        reports: `off`, `cds` or `cdsi`; status of each report.
        direct: deliver by +CMT with length 0 instead of storing.
        between: lines that cut in between the head of a stored message and its PDU.
        lost_digits: how many digits of each PDU that is read the line swallows, in turn.
        sim_states: what AT+CPIN? says first, one after the other.
        quoted: says who it is with the command's name and quotes, as some makers do.
        balance: what follows `+CUSD: 0,` after a code was asked; "" = ERROR.
    """

    line_end: str = "\r\n"
    refused: tuple[str, ...] = ()
    silent: bool = False
    reference: int | None = None
    pin_delay_s: float = 0.0
    pin_event: str = ""
    failed_deletes: int = 0
    late_ok: bool = False
    unplug_at: str = ""
    unplug_after_text: bool = False
    chunk: int = 0
    echo: bool = True
    send_error: list[str] = field(default_factory=list)
    reports: str = "off"
    report_status: int = 0
    direct: bool = False
    between: tuple[str, ...] = ()
    lost_digits: list[int] = field(default_factory=list)
    sim_states: list[str] = field(default_factory=list)
    quoted: bool = False
    balance: str = ""


class PtyModem:
    """The modem. Its own thread answers; every method may be called from any thread."""

    def __init__(
        self,
        *,
        faults: Faults | None = None,
        capacity: int = 50,
        pin: str = "",
        pin_tries: int = 3,
        link: Path | None = None,
        on_sent: Callable[[str, str], None] | None = None,
        on_command: Callable[[str], None] | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self.capacity = capacity
        self.pin, self.pin_tries, self.locked = pin, pin_tries, bool(pin)
        self.storage: dict[int, tuple[int, str]] = {}
        self.sent: list[str] = []
        self.commands: list[str] = []
        self.pins_tried: list[str] = []
        self.overflow: list[str] = []
        self._on_sent = on_sent
        self._on_command = on_command
        self._parts: list[str] = []
        self._link = link
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._master = self._slave = -1
        self._wake_r, self._wake_w = os.pipe()
        self._buffer = b""
        self._text_of: str | None = None
        self._next_reference = 41
        self._echo = self.faults.echo
        self._notify = False
        self._delayed: list[tuple[float, str]] = []
        self._running = True
        self._device = ""
        self.plug()
        self._thread = threading.Thread(target=self._run, name="pty modem", daemon=True)
        self._thread.start()

    @property
    def device(self) -> str:
        """The path that the console opens; with `link` it stays the same across unplugging."""
        return str(self._link) if self._link else self._device

    def plug(self) -> None:
        """A new pseudo-terminal appears."""
        with self._lock:
            if self._master >= 0:
                return
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            self._device = os.ttyname(self._slave)
            self._buffer, self._text_of = b"", None
            self._echo, self._notify = self.faults.echo, False
            if self._link:
                self._link.unlink(missing_ok=True)
                self._link.symlink_to(self._device)
            os.write(self._wake_w, b"x")

    def unplug(self) -> None:
        """Pull the cable: reads and writes of the other side fail."""
        with self._lock:
            if self._master < 0:
                return
            if self._link:
                self._link.unlink(missing_ok=True)
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1
            self._delayed.clear()
            os.write(self._wake_w, b"x")
            self._changed.notify_all()

    def receive(self, sender: str, text: str, **how: object) -> None:
        """A text arrives from the network."""
        for pdu in deliver_text(sender, text, **how):  # type: ignore[arg-type]
            self.receive_pdu(pdu)

    def receive_pdu(self, pdu: str, *, announce: bool = True) -> None:
        """One PDU arrives."""
        with self._lock:
            if self.faults.direct:
                self._say(f"+CMT: ,0{self.faults.line_end}{pdu}")
                return
            place = self._store(pdu)
            if place is None:
                self.overflow.append(pdu)
                self._say('^SMMEMFULL: "SM"')
            elif announce and self._notify:
                self._say(f'+CMTI: "SM",{place}')

    def say(self, line: str) -> None:
        """Send any unsolicited line."""
        with self._lock:
            self._say(line)

    def raw(self, data: bytes) -> None:
        """Send any octets."""
        with self._lock:
            self._write(data)

    def wait_for(self, condition: Callable[["PtyModem"], bool], timeout_s: float = 60.0) -> None:
        """Return when `condition` holds; raises TimeoutError otherwise."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self), timeout_s):
                raise TimeoutError(f"{self.commands[-10:]} {self.storage}")

    def close(self) -> None:
        """Unplug for good."""
        self._running = False
        self.unplug()
        os.write(self._wake_w, b"x")
        self._thread.join(60)
        os.close(self._wake_r)
        os.close(self._wake_w)

    def __enter__(self) -> "PtyModem":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _store(self, pdu: str) -> int | None:
        if len(self.storage) >= self.capacity:
            return None
        place = next(n for n in range(1, self.capacity + 1) if n not in self.storage)
        self.storage[place] = (0, pdu)
        return place

    def _run(self) -> None:
        while self._running:
            with self._lock:
                master = self._master
                soonest = min((at for at, _ in self._delayed), default=None)
            wait = None if soonest is None else max(0.0, soonest - time.monotonic())
            sources = [self._wake_r] + ([master] if master >= 0 else [])
            try:
                ready, _, _ = select.select(sources, [], [], wait)
            except (OSError, ValueError):
                continue
            if self._wake_r in ready:
                os.read(self._wake_r, 4096)
            with self._lock:
                self._say_due()
                if master in ready and master == self._master:
                    with contextlib.suppress(OSError):
                        self._hear(os.read(master, 4096))
                self._changed.notify_all()

    def _say_due(self) -> None:
        now = time.monotonic()
        due = [text for at, text in self._delayed if at <= now]
        self._delayed = [(at, text) for at, text in self._delayed if at > now]
        for text in due:
            self._say(text)

    def _hear(self, data: bytes) -> None:
        self._buffer += data
        while self._buffer:
            if self._text_of is not None:
                match = re.search(rb"[\x1a\x1b]", self._buffer)
                if not match:
                    return
                text, ended = self._buffer[: match.start()], match[0]
                self._buffer = self._buffer[match.end() :]
                self._text(text.decode("latin-1"), ended == b"\x1a")
                continue
            line, end, rest = self._buffer.partition(b"\r")
            if not end:
                return
            self._buffer = rest
            command = line.decode("latin-1").strip().lstrip("\x1b")
            if command:
                self._command(command)

    def _command(self, command: str) -> None:
        self.commands.append(command)
        if self._on_command:
            self._on_command(command)
            if self._master < 0:
                return
        faults = self.faults
        if faults.unplug_at and command.startswith(faults.unplug_at):
            faults.unplug_at = ""
            self.unplug()
            return
        if faults.silent:
            return
        if self._echo:
            self._write(command.encode() + b"\r")
        if command.startswith(faults.refused) if faults.refused else False:
            self._say("ERROR")
            return
        for pattern, answer in _ANSWERS:
            match = re.fullmatch(pattern, command)
            if match:
                answer(self, match)
                return
        self._say("ERROR")

    def _say(self, *lines: str) -> None:
        end = self.faults.line_end
        self._write("".join(f"{end}{line}{end}" for line in lines).encode("latin-1", "replace"))

    def _write(self, data: bytes) -> None:
        if self._master < 0:
            return
        size = self.faults.chunk or len(data) or 1
        with contextlib.suppress(OSError):
            for start in range(0, len(data), size):
                os.write(self._master, data[start : start + size])

    def _ok(self, _: re.Match[str]) -> None:
        self._say("OK")

    def _echo_off(self, match: re.Match[str]) -> None:
        self._echo = match[1] == "1"
        self._say("OK")

    def _pin_state(self, _: re.Match[str]) -> None:
        state = "+CPIN: SIM PIN" if self.locked else "+CPIN: READY"
        if self.faults.sim_states:
            state = f"+CPIN: {self.faults.sim_states.pop(0)}"
        if self.faults.pin_delay_s:
            if self.faults.pin_event:
                place = self._store(self.faults.pin_event)
                self.faults.pin_event = ""
                self._say(f'+CMTI: "SM",{place}')
            at = time.monotonic() + self.faults.pin_delay_s
            self._delayed += [(at, state), (at, "OK")]
        else:
            self._say(state, "OK")

    def _pin_enter(self, match: re.Match[str]) -> None:
        self.pins_tried.append(match[1])
        if match[1] == self.pin:
            self.locked = False
            self._say("+CPIN: READY", "OK")
        else:
            self.pin_tries -= 1
            self._say("+CPIN: SIM PIN", "ERROR")

    def _pin_left(self, _: re.Match[str]) -> None:
        self._say(f"+CPINR: SIM PIN,{self.pin_tries},3", "OK")

    def _cusd(self, _: re.Match[str]) -> None:
        if not self.faults.balance:
            self._say("ERROR")
            return
        self._say("OK")
        self._say(f"+CUSD: 0,{self.faults.balance}")

    def _imsi(self, _: re.Match[str]) -> None:
        self._say(f'+CIMI: "{IMSI}"' if self.faults.quoted else IMSI, "OK")

    def _cnmi(self, _: re.Match[str]) -> None:
        self._notify = True
        self._say("OK")

    def _cpms(self, match: re.Match[str]) -> None:
        used = f"{len(self.storage)},{self.capacity}"
        if match[1] == "?":
            self._say(f'+CPMS: "SM",{used},"SM",{used},"SM",{used}', "OK")
        else:
            self._say(f"+CPMS: {used},{used},{used}", "OK")

    def _read(self, match: re.Match[str]) -> None:
        place = int(match[1])
        if place not in self.storage:
            self._say("ERROR", *(["OK"] if self.faults.late_ok else []))
            return
        status, pdu = self.storage[place]
        self.storage[place] = (1, pdu)
        end = self.faults.line_end
        cut = "".join(f"{line}{end}" for line in self.faults.between)
        self._say(f"+CMGR: {status},,{len(pdu) // 2}{end}{cut}{self._over_the_line(pdu)}", "OK")

    def _over_the_line(self, pdu: str) -> str:
        lost = self.faults.lost_digits.pop(0) if self.faults.lost_digits else 0
        return pdu[: len(pdu) - lost]

    def _list(self, _: re.Match[str]) -> None:
        if not self.storage and self.faults.late_ok:
            self._say("+CMS ERROR: 321")
            return
        end = self.faults.line_end
        cut = "".join(f"{line}{end}" for line in self.faults.between)
        rows = [
            f"+CMGL: {place},{status},,{len(pdu) // 2}{end}{cut}{self._over_the_line(pdu)}"
            for place, (status, pdu) in sorted(self.storage.items())
        ]
        self.storage = {place: (status or 1, pdu) for place, (status, pdu) in self.storage.items()}
        self._say(*([end.join(rows)] if rows else []), "OK")

    def _delete(self, match: re.Match[str]) -> None:
        if self.faults.failed_deletes:
            self.faults.failed_deletes -= 1
            self._say("+CMS ERROR: 500")
            return
        self.storage.pop(int(match[1]), None)
        self._say("OK")
        if self.overflow:  # the network tries again when there is room
            self.receive_pdu(self.overflow.pop(0))

    def _send(self, match: re.Match[str]) -> None:
        self._text_of = match[1]
        self._write(f"{self.faults.line_end}> ".encode())

    def _text(self, pdu: str, sent: bool) -> None:
        length, self._text_of = int(self._text_of or 0), None
        if not sent:
            self._say("OK")
            return
        if self.faults.unplug_after_text:
            self.faults.unplug_after_text = False
            self.sent.append(pdu)
            self.unplug()
            return
        if self.faults.send_error:
            error = self.faults.send_error.pop(0)
            if error:
                self._say(error)
                return
        if length != len(pdu) // 2 - 1:
            self._say("+CMS ERROR: 304")
            return
        self.sent.append(pdu)
        self._next_reference = (self._next_reference + 1) & 0xFF
        reference = self.faults.reference
        reference = self._next_reference if reference is None else reference
        self._say(f"+CMGS: {reference}", "OK")
        message = decode(pdu)
        if self._on_sent:
            self._parts.append(message.text)
            if message.sequence in (None, message.total):
                self._on_sent(message.number or "", "".join(self._parts))
                self._parts.clear()
        if self.faults.reports != "off":
            self.report(message.number or "", reference, self.faults.report_status)

    def report(self, recipient: str, reference: int, status: int) -> None:
        """Send a delivery report, as +CDS or stored with +CDSI."""
        pdu = status_report(recipient, reference, status, at=datetime.now(UTC))
        with self._lock:
            if self.faults.reports == "cdsi":
                self._say(f'+CDSI: "SM",{self._store(pdu)}')
            else:
                self._say(f"+CDS: {len(pdu) // 2}{self.faults.line_end}{pdu}")

    def _say_lines(self, *lines: str) -> None:
        self._say(*lines, "OK")


def _fixed(*lines: str) -> Callable[[PtyModem, re.Match[str]], None]:
    return lambda modem, _: modem._say_lines(*lines)


_ANSWERS: list[tuple[str, Callable[[PtyModem, re.Match[str]], None]]] = [
    (r"AT\+CUSD=1,\"([*#0-9]+)\",15", PtyModem._cusd),
    (r"ATE([01])", PtyModem._echo_off),
    (r"AT\+CPIN\?", PtyModem._pin_state),
    (r'AT\+CPIN="(\d+)"', PtyModem._pin_enter),
    (r"AT\+CPINR", PtyModem._pin_left),
    (r"AT\+CNMI=.*", PtyModem._cnmi),
    (r"AT\+CPMS(\?|=.*)", PtyModem._cpms),
    (r"AT\+CMGR=(\d+)", PtyModem._read),
    (r"AT\+CMGL=4", PtyModem._list),
    (r"AT\+CMGD=(\d+)", PtyModem._delete),
    (r"AT\+CMGS=(\d+)", PtyModem._send),
    (r"AT\+CSQ", _fixed("+CSQ: 21,99")),
    (r"AT\+CREG\?", _fixed("+CREG: 0,1")),
    (r"AT\+COPS\?", _fixed('+COPS: 0,0,"Viettel",2')),
    (r"AT\+CIMI", PtyModem._imsi),
    (r"AT\+CGSN", _fixed("356938035643809")),
    (r"AT|ATZ|AT\+CMEE=1|AT\+CMGF=0|AT\+CNMA|AT\+CFUN=1,1", PtyModem._ok),
    (r"ATA|ATH|AT\+CHUP|AT\+CLIP=1|AT\+CRC=1|AT\+VTS=.", PtyModem._ok),
]
