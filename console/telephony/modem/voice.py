"""The voice side of a modem: `adapter = "modem"`. GSM and analog modems on a serial port.

Two ways to the port: a thread of its own (`SerialPort`), or the SMS modem's thread where both share
one device (`SharedPort`): a port has one owner. What the modem says is read by `voice_lines.py`.
"""

import asyncio
import contextlib
import logging
import os
import re
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Protocol, override

from console.domain.errors import UnavailableError
from console.domain.live_events import CallEvent, LinkChanged
from console.domain.text.phone import dialled, is_dialable
from console.services.ports.clock import Clock
from console.services.ports.telephony import Reply
from console.telephony.base_line import BareLine
from console.telephony.modem.at import Answer, LineSplitter
from console.telephony.modem.port_thread import PORT_ERRORS, open_port
from console.telephony.modem.ringing import VoiceFact, VoiceLines
from console.telephony.simple_calls import PlainCall, PlainCalls

log = logging.getLogger(__name__)

_TICK_S = 0.5
_LOOK_AFTER = timedelta(seconds=2)
_METHODS = frozenset({"answer", "hangup", "dial", "dtmf"})
_FINAL = re.compile(r"(?:OK|ERROR|NO CARRIER|NO DIALTONE|BUSY|NO ANSWER|\+CM[ES] ERROR: ?.*)\Z")
_SET_UP = ("ATE0", "AT+CRC=1", "AT+CLIP=1", "AT+VCID=1", "AT#CID=1")
"""Profiles of GSM (`CRC`, `CLIP`) and analog modems (`VCID`, older `#CID`): whoever does not know
a command says ERROR, and that is fine.
"""


def _now() -> datetime:
    return datetime.now(UTC)


_SET_UP_GSM = ("AT+CRC=1", "AT+CLIP=1")


class VoicePort(Protocol):
    """A way to the modem."""

    async def follow(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Tell every line that the modem says, and whether it is there, until cancelled."""

    async def ask(self, command: str) -> bool:
        """Send a command; whether the modem said OK. Lines before it are told to `heard`.

        Raises:
            UnavailableError: `modem_down`.
        """


class ModemLine(BareLine):
    """`line_ports.Telephony` over a modem: pop, answer, hang up, dial, keys."""

    def __init__(
        self,
        port: VoicePort,
        *,
        extension: str = "",
        clock: Clock = _now,
        sleep: Callable[[float], Coroutine[object, object, None]] = asyncio.sleep,
    ) -> None:
        """Nothing is opened before `run`."""
        self._port, self._clock, self._sleep = port, clock, sleep
        self._publish: Callable[[object], None] = lambda _event: None
        self._calls = PlainCalls("modem", extension or None, self._tell)
        self._voice = VoiceLines()
        self._boot, self._made = os.urandom(3).hex(), 0
        self._hung_up = False
        self._lists, self._listed = True, False
        self._looked: datetime | None = None

    @property
    def name(self) -> str:
        """The pbx name stored with calls."""
        return "modem"

    @property
    def capabilities(self) -> frozenset[str]:
        """What modems can do with a voice call."""
        return _METHODS

    async def run(self, publish: Callable[[object], None]) -> None:
        """Follow the modem for ever; a pulled port is a state."""
        self._publish = publish
        following = asyncio.create_task(self._port.follow(self._heard, self._state))
        try:
            while not following.done():
                await self._sleep(_TICK_S)
                self._facts(self._voice.tick(self._clock()))
                self._calls.sweep(self._clock())
                await self._look()
            await following
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def close(self) -> None:
        """The port is let go by the end of `run`."""

    async def _look(self) -> None:
        """Ask a GSM modem what is on: it says neither that a citizen answered nor that he hung up.
        Modems that do not know the question are not asked again.
        """
        call, now = self._calls.any, self._clock()
        if call is None or call.phase == "ringing" or not self._lists:
            return
        if now - call.heard_at < _LOOK_AFTER or (self._looked and now - self._looked < _LOOK_AFTER):
            return
        self._looked, self._listed = now, False
        reply = await self._ask("AT+CLCC")
        if reply.why == "line_refused":
            self._lists = False
        elif reply.accepted and not self._listed and self._calls.any is call:
            self._calls.over(call, self._clock(), "caller", outcome="no_answer")

    # --- buttons

    @override
    async def answer(self, call_id: str) -> Reply:
        """`ATA`."""
        call = self._calls.get(call_id)
        if call is None or call.phase != "ringing":
            return Reply(False, "not_ringing")
        reply = await self._ask("ATA")
        if reply.accepted:
            self._voice.taken()
            self._calls.answered(call, self._clock())
        return reply

    @override
    async def hangup(self, call_id: str) -> Reply:
        """`ATH`, and `AT+CHUP` for modems that end voice calls only so."""
        call = self._calls.get(call_id)
        if call is None:
            return Reply(False, "call_gone")
        self._hung_up = True
        reply = await self._ask("ATH")
        if not reply.accepted and reply.why == "line_refused":
            reply = await self._ask("AT+CHUP")
        if reply.accepted:
            self._voice.taken()
            # Refused while it rang: the caller hears the busy tone and is called back.
            reason = "agent" if call.phase == "talking" else "rejected"
            self._calls.over(call, self._clock(), reason, outcome="cancelled")
        self._hung_up = False
        return reply

    @override
    async def dial(self, number: str, ref: str) -> Reply:
        """`ATD<number>;`: whether the citizen answers, few modems say."""
        number = dialled(number)
        if not is_dialable(number):
            return Reply(False, "bad_number")
        if self._calls.any is not None:
            return Reply(False, "line_busy")
        call = PlainCall(self._id(), number, "out", "dialling", self._clock(), ref=ref)
        reply = await self._ask(f"ATD{number};")
        if reply.accepted:
            self._calls.dials(call)
        return reply

    @override
    async def dtmf(self, call_id: str, digit: str) -> Reply:
        """`AT+VTS`."""
        call = self._calls.get(call_id)
        if call is None or call.phase == "ringing" or not re.fullmatch(r"[0-9*#A-D]", digit):
            return Reply(False, "call_gone" if call is None else "bad_number")
        return await self._ask(f"AT+VTS={digit}")

    async def _ask(self, command: str) -> Reply:
        try:
            fine = await self._port.ask(command)
        except UnavailableError as error:
            return Reply(False, error.code)
        return Reply(True) if fine else Reply(False, "line_refused")

    # --- from the modem

    def _heard(self, line: str) -> None:
        self._facts(self._voice.feed(line, self._clock()))

    def _facts(self, facts: list[VoiceFact]) -> None:
        for fact in facts:
            self._fact(fact, self._clock())

    def _fact(self, fact: VoiceFact, now: datetime) -> None:
        call = self._calls.any
        self._listed = self._listed or fact.kind == "listed"
        if fact.kind == "rings":
            made = PlainCall(self._id(), fact.number, "in", "ringing", now, name=fact.name)
            self._calls.arrives(made)
        elif call is None:
            return
        elif fact.kind == "number":
            call.heard_at = now
            self._calls.known_as(call, fact.number, fact.name)
        elif fact.kind == "gone" and call.phase == "ringing":
            self._calls.over(call, now, "caller")
        elif fact.kind == "connected" and call.phase == "dialling":
            self._calls.answered(call, now)
        elif fact.kind == "ended" and not self._hung_up:
            self._ended(call, fact.reason, now)

    def _ended(self, call: PlainCall, why: str, now: datetime) -> None:
        if call.phase == "ringing":
            return  # Of something else: a ring ends by silence.
        outcome = {"busy": "busy", "no answer": "no_answer"}.get(why, "unreachable")
        self._calls.over(call, now, "caller", outcome=outcome)

    def _state(self, state: str, detail: str) -> None:
        """The port came or went: a call that was on then has an end nobody saw."""
        if state != "up":
            for call_id in self._calls.open_ids:
                if (call := self._calls.get(call_id)) is not None:
                    self._calls.over(call, self._clock(), outcome="no_answer", certain=False)
            self._voice.taken()
        self._publish(LinkChanged("pbx", state, detail))
        known = {"calls": self._calls.open_ids} if state == "up" else {}
        told: dict[str, object] = dict(known)
        word = "up" if state == "up" else "down"
        self._tell(
            CallEvent(
                kind="link", call_id="", at=self._clock(), pbx=self.name, reason=word, more=told
            )
        )

    def _tell(self, event: CallEvent) -> None:
        self._publish(event)

    def _id(self) -> str:
        self._made += 1
        return f"{self._boot}-{self._made}"


class SerialPort:
    """A port of its own, read by its own thread."""

    def __init__(self, device: str, *, baud: int = 115200, back_off_s: float = 2.0) -> None:
        """Nothing is opened yet.

        Args:
            device: path or `usb:VID:PID[:SERIAL]`.
            back_off_s: until the next try after the port was pulled.
        """
        self._device, self._baud, self._back_off_s = device, baud, back_off_s
        self._stop = threading.Event()
        self._port_lock = threading.Lock()
        self._asked: _Asked | None = None
        self._write: Callable[[bytes], object] | None = None

    async def follow(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Read the port on its thread until cancelled."""
        loop = asyncio.get_running_loop()
        self._stop.clear()

        def on_loop(call: Callable[..., None], *args: str) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(call, *args)

        thread = threading.Thread(
            target=self._run, args=(on_loop, heard, state), name=f"voice {self._device}"
        )
        thread.start()
        try:
            await asyncio.Event().wait()
        finally:
            self._stop.set()
            await asyncio.to_thread(thread.join)

    async def ask(self, command: str) -> bool:
        """Send a command and wait for its answer, 8 s at most."""
        return await asyncio.to_thread(self._ask_now, command)

    def _ask_now(self, command: str, timeout_s: float = 8.0) -> bool:
        asked = _Asked()
        with self._port_lock:
            write = self._write
            if write is None:
                raise UnavailableError("modem_down", device=self._device)
            self._asked = asked
            try:
                write(command.encode("latin-1") + b"\r")
            except (*PORT_ERRORS, TypeError) as error:
                # TypeError: pyserial, when the port is closed under a write.
                raise UnavailableError("modem_down", device=self._device) from error
            asked.done.wait(timeout_s)
            self._asked = None
        return asked.answer is not None and asked.answer.ok

    # --- the thread

    def _run(
        self,
        on_loop: Callable[..., None],
        heard: Callable[[str], None],
        state: Callable[[str, str], None],
    ) -> None:
        told = ""
        while not self._stop.is_set():
            try:
                port = open_port(self._device, self._baud)
            except PORT_ERRORS:
                if told != "down":
                    told = "down"
                    on_loop(state, "down", "modem_missing")
                self._stop.wait(self._back_off_s)
                continue
            try:
                self._write = port.write
                threading.Thread(target=self._set_up, name="voice set-up", daemon=True).start()
                told = "up"
                on_loop(state, "up", "")
                splitter = LineSplitter()
                while not self._stop.is_set():
                    data = port.read(max(1, port.in_waiting))
                    for line in splitter.feed(data):
                        if not self._answers(line):
                            on_loop(heard, line)
            except PORT_ERRORS as error:
                log.info("voice modem %s: %s", self._device, error)
                told = "down"
                on_loop(state, "down", "modem_failed")
            finally:
                self._write = None
                port.close()
            self._stop.wait(self._back_off_s if not self._stop.is_set() else 0)

    def _set_up(self) -> None:
        for command in _SET_UP:
            try:
                self._ask_now(command, 2.0)
            except UnavailableError:
                return

    def _answers(self, line: str) -> bool:
        """Whether this line answers the running command."""
        asked = self._asked
        if asked is None or not _FINAL.match(line):
            return asked is not None and line.startswith("AT")  # An echo.
        asked.answer = Answer(line)
        asked.done.set()
        return line in ("OK", "ERROR") or line.startswith("+CM")


class _Asked:
    """A command that waits for its answer."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer: Answer | None = None


class SmsModem(Protocol):
    """The SMS side of the same device, as far as voice needs it (`sms.SmsChannel`)."""

    def listen(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Tell every line that is no SMS, on the loop, and how the modem is."""

    async def command(self, text: str) -> Answer:
        """Run a command between two messages."""


class SharedPort:
    """The port that an SMS modem owns: GSM modems ring on the port that brings messages."""

    def __init__(self, modem: SmsModem) -> None:
        """Over this modem; it is started and stopped by whoever made it."""
        self._modem = modem
        self._heard: Callable[[str], None] = lambda _line: None

    async def follow(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Listen beside the messages until cancelled."""
        self._heard, came_up = heard, asyncio.Event()

        def changed(how: str, detail: str) -> None:
            state(how, detail)
            if how == "up":
                came_up.set()

        self._modem.listen(heard, changed)
        while True:
            await came_up.wait()
            came_up.clear()
            with contextlib.suppress(UnavailableError):  # It is gone again: `changed` says so.
                for command in _SET_UP_GSM:
                    await self._modem.command(command)

    async def ask(self, command: str) -> bool:
        """Between two messages."""
        answer = await self._modem.command(command)
        for line in answer.lines:
            self._heard(line)
        return answer.ok
