"""One open modem: start, receive, delete, send, health.

Lives on the port's thread from opening to closing. A message is deleted only after the sink
reported that it is on disk.
"""

import logging
import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Event
from typing import Protocol

from console.domain.errors import UnavailableError
from console.telephony.modem.at import Answer, AtEngine, SilentError
from console.telephony.modem.sim_pin import SIM_BUSY, Ask, SimPin, unlock
from console.telephony.modem.ussd import ussd_text
from console.telephony.pdu.decoding import decode
from console.telephony.pdu.encoding import SubmitPart
from console.telephony.pdu.messages import PduError

log = logging.getLogger(__name__)

_CMGL = re.compile(r"\+CMGL: *(\d+) *, *(\d+)")
_PLACE = re.compile(r'\+C(?:MT|DS)I: *"?(\w+)"? *, *(\d+)')
_STORAGE = re.compile(r'"(\w+)" *, *(\d+) *, *(\d+)')
_HEX = re.compile(r"[\"']?[0-9A-Fa-f ]{4,}[\"']?")
_CNMI = ("2,1,0,1,0", "1,1,0,1,0", "2,1,0,0,0", "2,1")
_REGISTERED = {"0": "off", "1": "home", "2": "searching", "3": "denied", "5": "roaming"}
_SILENT = "SILENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModemTimes:
    """Every wait of a modem, in seconds; assumptions, not measurements."""

    command_s: float = 8.0
    list_s: float = 15.0
    send_s: float = 60.0
    settle_s: float = 0.05
    poll_s: float = 10.0
    keepalive_s: float = 30.0
    health_s: float = 60.0
    sim_wait_s: float = 2.0
    back_off_first_s: float = 1.0
    back_off_last_s: float = 30.0
    reset_every_s: float = 3600.0
    send_gap_s: float = 3.0
    retry_s: float = 5.0
    tick_s: float = 5.0
    balance_s: float = 86_400.0


class ModemSink(Protocol):
    """Receives what a modem's thread hears; called on that thread."""

    def commit(self, pdu: str, imsi: str) -> bool:
        """Store a PDU; True when it is on disk (or need not be) and may be deleted."""

    def health(self, state: str, detail: str, params: dict[str, object]) -> None:
        """The modem's state: up | down | connecting | warn, and a code."""

    def line(self, text: str) -> None:
        """An unsolicited line that is no SMS, such as RING."""


class SendCutError(UnavailableError):
    """A send that did not finish.

    Attributes:
        written: the text had begun to leave, so it may have arrived.
    """

    def __init__(self, *, written: bool) -> None:
        """Code `modem_send_cut`."""
        super().__init__("modem_send_cut", written=written)
        self.written = written


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """The result of one part: its TP-MR (None when the modem gave none), or the error code."""

    reference: int | None = None
    error: str = ""


def _pdu_in(lines: Sequence[str]) -> str | None:
    """The PDU among the lines after a head: modems insert other lines. If none is hexadecimal it is
    the first, damaged on its way.
    """
    return next((line for line in lines if _HEX.fullmatch(line)), lines[0] if lines else None)


def _digits_in(lines: Sequence[str], least: int, most: int) -> str | None:
    """A number alone on a line; some makers add quotes or the command."""
    wanted = re.compile(rf'(?:\+\w+: *)?"?(\d{{{least},{most}}})"?')
    return next((found[1] for line in lines if (found := wanted.fullmatch(line))), None)


def _is_whole(pdu: str) -> bool:
    try:
        return "truncated" not in decode(pdu).flags
    except PduError:
        return False


def _reception(ask: Ask) -> dict[str, object]:
    """Signal, registration and operator."""
    signal = re.match(r"(\d+)", ask("AT+CSQ", wants="+CSQ:").value("+CSQ:") or "")
    level = int(signal[1]) if signal and int(signal[1]) <= 31 else None
    creg = ask("AT+CREG?", wants="+CREG:").value("+CREG:") or ""
    fields = [f.strip() for f in creg.split(",")]
    state = fields[1] if len(fields) > 1 else fields[0]
    operator = re.search(r'"([^"]*)"', ask("AT+COPS?").value("+COPS:") or "")
    return {
        "signal": level,
        "registration": _REGISTERED.get(state),
        "operator": operator[1][:32] if operator else None,
    }


class ModemSession:
    """A modem between opening and closing."""

    def __init__(
        self,
        engine: AtEngine,
        sink: ModemSink,
        times: ModemTimes,
        pin: SimPin,
        balance_code: str = "",
    ) -> None:
        """Nothing is sent yet.

        Args:
            balance_code: such as `*101#`, asked once a day; "" = never.
        """
        self._balance_code = balance_code
        self._next_balance = time.monotonic() + times.health_s
        self._engine = engine
        self._sink = sink
        self._times = times
        self._pin = pin
        self._memories: list[str] = []
        self._memory = ""
        self._places: deque[tuple[str, int]] = deque()
        self._unsaved: deque[str] = deque()
        self._notifies = False
        self._confirms = True
        self._left_over = False
        self._misses = 0
        self._full = False
        self._used: tuple[int, int] | None = None
        self._next_poll = self._next_health = 0.0
        self._facts: dict[str, object] = {}
        self.imsi = ""

    # --- start

    def begin(self, *, reset: bool = False) -> None:
        """Set the modem up and fetch what it stored meanwhile; any command may be refused.

        Args:
            reset: start with ATZ, after a silence.

        Raises:
            PinError: the SIM stays locked.
            SilentError: it answers nothing.
            OSError: the port is gone.
        """
        if reset:
            self.ask("ATZ")
        self.ask("ATE0")
        self.ask("AT+CMEE=1")
        unlock(self.ask, lambda: self._listen(self._times.sim_wait_s), self._pin)
        self._insist("AT+CMGF=0")
        self._read_storage()
        self._notifies = any(self.ask(f"AT+CNMI={mode}").ok for mode in _CNMI)
        self.imsi = _digits_in(self.ask("AT+CIMI").lines, 6, 15) or ""
        imei = _digits_in(self.ask("AT+CGSN").lines, 14, 17)
        self._facts |= {"imsi": self.imsi or None, "imei": imei, "notifies": self._notifies}
        self.measure()
        self.sweep()

    def _insist(self, command: str) -> None:
        """A SIM that has just been unlocked is busy for a while."""
        for _ in range(3):
            answer = self.ask(command)
            if answer.error not in SIM_BUSY:
                return
            self._listen(self._times.sim_wait_s)

    # --- every turn

    def turn(self) -> None:
        """Listen once, then do what is due.

        Raises:
            SilentError: two commands in a row got no answer.
            OSError: the port is gone.
        """
        self._engine.idle()
        self._hear()
        now = time.monotonic()
        if self._misses or now - self._engine.last_heard > self._times.keepalive_s:
            self.ask("AT")
        if (self._left_over or not self._notifies) and now >= self._next_poll:
            self.sweep()
        if self._balance_code and now >= self._next_balance:
            self._next_balance = now + self._times.balance_s
            self.ask(f'AT+CUSD=1,"{self._balance_code}",15', timeout_s=30.0)
        if now >= self._next_health:
            self.measure()
            self._read_storage()
            if self._used and self._used[0]:
                # Messages are stored although all were fetched: a notification was lost, or it is
                # full.
                self.sweep()

    def _listen(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._engine.idle()

    def ask(self, command: str, *, timeout_s: float | None = None, wants: str = "") -> Answer:
        """Run a command, also for the voice side; one silence counts as a refusal.

        Raises:
            SilentError: the second command in a row without an answer.
            OSError: the port is gone.
        """
        try:
            answer = self._engine.execute(
                command, timeout_s=timeout_s or self._times.command_s, wants=wants
            )
        except SilentError:
            self._misses += 1
            if self._misses >= 2:
                raise
            return Answer(_SILENT)
        self._misses = 0
        return answer

    def _hear(self) -> None:
        """Take unsolicited lines and the messages they announce."""
        while self._engine.events or self._places:
            self._hear_events()
            if self._places:
                memory, index = self._places.popleft()
                self._choose(memory)
                if (pdu := self._read(index)) is not None:
                    self._take(index, pdu)
        if self._unsaved and time.monotonic() >= self._next_poll:
            self._save_direct()

    def _hear_events(self) -> None:
        while self._engine.events:
            self._event(*self._engine.events.popleft())

    def _event(self, head: str, pdu: str) -> None:
        place = _PLACE.match(head)
        if place:
            self._places.append((place[1], int(place[2])))
        elif head.startswith(("+CMT:", "+CDS:")):
            self._unsaved.append(pdu)
            # A network that waits for an acknowledgement also waits for one to each report.
            self._save_direct(acknowledge=head.startswith("+CMT:") or self._confirms)
        elif (said := ussd_text(head)) is not None:
            self._facts["balance"] = said or None
            self._tell()
        elif head.startswith("^SMMEMFULL"):
            self._set_full()
        else:
            self._sink.line(head)

    def _save_direct(self, *, acknowledge: bool = False) -> None:
        """A message that exists nowhere else: keep it until it is on disk."""
        while self._unsaved:
            if not self._sink.commit(self._unsaved[0], self.imsi):
                self._next_poll = time.monotonic() + self._times.poll_s
                return
            self._unsaved.popleft()
            if acknowledge:
                self._confirms = self.ask("AT+CNMA").ok

    # --- storage

    def _choose(self, memory: str) -> None:
        if memory and memory != self._memory:
            if memory not in self._memories:
                self._memories.append(memory)
            if self.ask(f'AT+CPMS="{memory}"').ok:
                self._memory = memory

    def _read(self, index: int) -> str | None:
        answer = self.ask(f"AT+CMGR={index}", wants="+CMGR:")
        if answer.final == _SILENT:
            self._left_over = True
        heads = [n for n, line in enumerate(answer.lines) if line.startswith("+CMGR:")]
        return _pdu_in(answer.lines[heads[0] + 1 :]) if answer.ok and heads else None

    def _take(self, index: int, pdu: str) -> None:
        """Commit, then delete; a message that cannot be deleted comes again and is recognised by
        its key.

        A damaged message may be intact in the storage and is read once more.
        """
        if not _is_whole(pdu):
            pdu = self._read(index) or pdu
        if not self._sink.commit(pdu, self.imsi):
            self._left_over = True
            return
        answer = self.ask(f"AT+CMGD={index}")
        if not answer.ok:
            log.warning("cannot delete message %d: %s", index, answer.final)
            self._left_over = True
            return
        # A notification that came before this answer meant the message that is gone now.
        self._hear_events()
        gone = (self._memory, index)
        self._places = deque(place for place in self._places if place != gone)

    def sweep(self) -> None:
        """Fetch everything that is stored, in every storage."""
        self._left_over = False
        # Messages announced before the list is requested are on the list.
        self._hear_events()
        announced = tuple(self._places)
        self._places.clear()
        for memory in tuple(self._memories) or ("",):
            self._choose(memory)
            answer = self.ask("AT+CMGL=4", timeout_s=self._times.list_s)
            if answer.final == _SILENT:
                self._left_over = True
            if not answer.ok and answer.error != "cms_321":
                self._places.extend(announced)
                announced = ()
            self._take_listed(answer.lines)
        if self._full and not self._left_over:
            self._full = False
            self._tell()
        self._next_poll = time.monotonic() + self._times.poll_s

    def _take_listed(self, lines: tuple[str, ...]) -> None:
        """Take received messages; when the storage is full, also old sent ones."""
        wanted = "0123" if self._full else "01"
        heads = [(n, head) for n, line in enumerate(lines) if (head := _CMGL.match(line))]
        for (n, head), (end, _) in pairwise((*heads, (len(lines), None))):
            if head is not None and head[2] in wanted:
                pdu = _pdu_in(lines[n + 1 : end])
                if pdu is not None:
                    self._take(int(head[1]), pdu)

    def _read_storage(self) -> None:
        value = self.ask("AT+CPMS?", wants="+CPMS:").value("+CPMS:")
        found = _STORAGE.findall(value or "")
        if not found:
            return
        self._memory = found[0][0]
        for memory, _, _ in found:
            if memory not in self._memories:
                self._memories.append(memory)
        self._used = max(
            ((int(used), int(total)) for _, used, total in found),
            key=lambda pair: pair[0] / max(1, pair[1]),
        )
        self._facts |= {"storage_used": self._used[0], "storage_total": self._used[1]}
        if self._used[1] and self._used[0] >= self._used[1]:
            self._set_full()

    def _set_full(self) -> None:
        self._full = True
        self._left_over = True
        self._next_poll = 0.0
        self._tell()

    # --- health

    def measure(self) -> None:
        """Ask for signal, registration and operator, and report."""
        self._facts |= _reception(self.ask)
        self._next_health = time.monotonic() + self._times.health_s
        self._tell()

    def _tell(self) -> None:
        registration = self._facts.get("registration")
        if self._full:
            self._sink.health("warn", "modem_storage_full", dict(self._facts))
        elif registration in ("off", "searching", "denied"):
            self._sink.health("warn", "modem_not_registered", dict(self._facts))
        else:
            self._sink.health("up", "modem_up", dict(self._facts))

    # --- sending

    def submit(self, part: SubmitPart) -> PartOutcome:
        """Send one part.

        Raises:
            SendCutError: no answer came; `written` says whether it may be on its way. The cause is
                the `SilentError` or `OSError`.
        """
        written = Event()
        try:
            answer = self._engine.execute_with_text(
                f"AT+CMGS={part.length}",
                part.hex,
                prompt_s=self._times.command_s,
                timeout_s=self._times.send_s,
                on_written=written.set,
            )
        except (OSError, UnavailableError) as error:
            raise SendCutError(written=written.is_set()) from error
        if not answer.ok:
            if answer.error == "cms_322":
                self._set_full()
            return PartOutcome(error=answer.error)
        match = re.match(r"(\d+)", answer.value("+CMGS:") or "")
        return PartOutcome(reference=int(match[1]) if match else None)
