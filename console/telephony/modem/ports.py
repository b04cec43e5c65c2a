"""How the voice side reaches a modem's serial port.

A port has one owner: a thread of its own (`SerialPort`), or the SMS modem's thread where voice and
SMS share a device (`SharedPort`).
"""

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import Callable
from typing import Protocol

from console.domain.errors import UnavailableError
from console.telephony.modem.at import Answer, LineSplitter
from console.telephony.modem.port_thread import PORT_ERRORS, open_port

log = logging.getLogger(__name__)

_FINAL = re.compile(r"(?:OK|ERROR|NO CARRIER|NO DIALTONE|BUSY|NO ANSWER|\+CM[ES] ERROR: ?.*)\Z")
_SET_UP = ("ATE0", "AT+CRC=1", "AT+CLIP=1", "AT+VCID=1", "AT#CID=1")
"""Settings of GSM (`CRC`, `CLIP`) and analog modems (`VCID`, older `#CID`): a modem that does not
know one answers ERROR, which is fine.
"""
_SET_UP_GSM = ("AT+CRC=1", "AT+CLIP=1")


class VoicePort(Protocol):
    """A way to the modem."""

    async def follow(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Pass on every line of the modem, and whether it is there, until cancelled."""

    async def ask(self, command: str) -> bool:
        """Send a command; whether the modem answered OK. Lines before that go to `heard`.

        Raises:
            UnavailableError: `modem_down`.
        """


class SerialPort:
    """A port of its own, read by its own thread."""

    def __init__(self, device: str, *, baud: int = 115200, back_off_s: float = 2.0) -> None:
        """Nothing is opened yet.

        Args:
            device: path or `usb:VID:PID[:SERIAL]`.
            back_off_s: until the next attempt after the port was pulled.
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
                # TypeError: pyserial raises it when the port is closed during a write.
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
    """The SMS side of the same device, as far as voice needs it (`SmsChannel`)."""

    def listen(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Pass on every line that is no SMS, on the loop, and the modem's state."""

    async def command(self, text: str) -> Answer:
        """Run a command between two messages."""


class SharedPort:
    """The port that an SMS modem owns: GSM modems ring on the port that delivers messages."""

    def __init__(self, modem: SmsModem) -> None:
        """Over this modem, which its maker starts and stops."""
        self._modem = modem
        self._heard: Callable[[str], None] = lambda _line: None

    async def follow(self, heard: Callable[[str], None], state: Callable[[str, str], None]) -> None:
        """Listen in addition to the messages until cancelled."""
        self._heard, came_up = heard, asyncio.Event()

        def changed(how: str, detail: str) -> None:
            state(how, detail)
            if how == "up":
                came_up.set()

        self._modem.listen(heard, changed)
        while True:
            await came_up.wait()
            came_up.clear()
            with contextlib.suppress(UnavailableError):  # It is gone again: `changed` reports it.
                for command in _SET_UP_GSM:
                    await self._modem.command(command)

    async def ask(self, command: str) -> bool:
        """Send it between two messages."""
        answer = await self._modem.command(command)
        for line in answer.lines:
            self._heard(line)
        return answer.ok
