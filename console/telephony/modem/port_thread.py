"""The thread that owns a modem's port: opens it, keeps a session, opens it again.

All other code asks this thread: `submit` runs work on it, between two reads.
"""

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import serial
from serial.tools import list_ports

from console.domain.errors import UnavailableError
from console.telephony.modem.at import AtEngine, SilentError, StoppedError
from console.telephony.modem.session import ModemSession, ModemSink, ModemTimes, SendCutError
from console.telephony.modem.sim_pin import PinError, SimPin

log = logging.getLogger(__name__)

if sys.platform == "win32":
    PORT_ERRORS: tuple[type[Exception], ...] = (OSError,)
else:
    import termios

    PORT_ERRORS = (OSError, termios.error)
"""What a port raises when it is pulled out: pyserial's own error, a bare EIO, termios on
opening.
"""
READ_S = 0.1


def find_device(device: str) -> str:
    """Path of a port; `usb:VID:PID[:SERIAL]` (hex) finds it wherever it is plugged in.

    Raises:
        FileNotFoundError: no such device is plugged in.
    """
    if not device.startswith("usb:"):
        return device
    wanted = device.removeprefix("usb:").lower().split(":", 2)
    for port in sorted(list_ports.comports(), key=lambda found: str(found.device)):
        if port.vid is None or port.pid is None:
            continue
        have = [f"{port.vid:04x}", f"{port.pid:04x}", (port.serial_number or "").lower()]
        if have[: len(wanted)] == wanted:
            return str(port.device)
    raise FileNotFoundError(device)


def open_port(device: str, baud: int) -> serial.Serial:
    """The port as we use it: short reads, bounded writes, no flow control, exclusive."""
    return serial.Serial(
        find_device(device),
        baud,
        timeout=READ_S,
        write_timeout=5,
        rtscts=False,
        dsrdtr=False,
        exclusive=True,
    )


@dataclass(slots=True)
class _Job:
    work: Callable[[ModemSession], object]
    future: Future[object]


class ModemThread:
    """A GSM modem and the one thread that talks to it."""

    def __init__(
        self,
        device: str,
        sink: ModemSink,
        *,
        baud: int = 115200,
        pin_file: Path | None = None,
        times: ModemTimes | None = None,
        balance_code: str = "",
    ) -> None:
        """Nothing is opened yet.

        Args:
            device: path or `usb:VID:PID[:SERIAL]`.
            pin_file: file with the SIM's PIN, or None.
            balance_code: USSD code that asks for the balance, "" = do not ask.
        """
        self._balance_code = balance_code
        self._device = device
        self._baud = baud
        self._sink = sink
        self._pin = SimPin(pin_file)
        self._times = times or ModemTimes()
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._up = threading.Event()
        self._silences = 0
        self._last_reset = float("-inf")

    def start(self) -> None:
        """Start the thread."""
        name = f"modem {self._device}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when the port is closed. Never call it on the event loop's
        thread.
        """
        self.ask_to_stop()
        if self._thread is not None:
            self._thread.join()

    def ask_to_stop(self) -> None:
        """Tell the thread to stop, without waiting."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether the thread was told to stop."""
        return self._stop.is_set()

    def submit[T](self, work: Callable[[ModemSession], T]) -> Future[T]:
        """Run `work` on the port's thread.

        The future raises `UnavailableError` (`modem_down`) at once while no session is open, and
        whatever `work` raises.
        """
        future: Future[T] = Future()
        if not self._up.is_set():
            future.set_exception(UnavailableError("modem_down", device=self._device))
        else:
            self._jobs.put(_Job(work, future))  # type: ignore[arg-type]
            if not self._up.is_set():
                self._refuse_jobs()
        return future

    # --- the thread

    def _run(self) -> None:
        wait = self._times.back_off_first_s
        while not self._stop.is_set():
            began = time.monotonic()
            self._sink.health("connecting", "modem_opening", {"device": self._device})
            try:
                self._session()
            except StoppedError:
                break
            except PinError as error:
                # No hurry: only a person can change this, and looking does not use up a PIN
                # attempt.
                wait = self._times.back_off_last_s
                self._sink.health("warn", error.code, {"device": self._device, **error.params})
            except SilentError:
                self._silences += 1
                self._sink.health("down", "modem_silent", {"device": self._device})
            except FileNotFoundError:
                self._sink.health("down", "modem_missing", {"device": self._device})
            except PORT_ERRORS as error:
                log.info("modem %s: %s", self._device, error)
                missing = not self._device.startswith("usb:") and not Path(self._device).exists()
                code = "modem_missing" if missing else "modem_failed"
                self._sink.health("down", code, {"device": self._device})
            except Exception:
                # A port that nobody listens to must never happen.
                log.exception("modem %s", self._device)
                self._sink.health("down", "modem_failed", {"device": self._device})
            if time.monotonic() - began > self._times.back_off_last_s:
                wait = self._times.back_off_first_s
            self._stop.wait(wait)
            wait = min(wait * 2, self._times.back_off_last_s)
        self._sink.health("off", "modem_off", {"device": self._device})

    def _session(self) -> None:
        port = open_port(self._device, self._baud)
        try:
            engine = AtEngine(port, stopped=self._stop.is_set, settle_s=self._times.settle_s)
            session = ModemSession(engine, self._sink, self._times, self._pin, self._balance_code)
            self._up.set()  # from here on work may queue; it runs once the modem is set up
            self._wake(engine)
            session.begin(reset=self._silences > 0)
            self._silences = 0
            while True:
                self._work(session)
                session.turn()
        finally:
            self._up.clear()
            self._refuse_jobs()
            port.close()

    def _wake(self, engine: AtEngine) -> None:
        """Restart, at most hourly, a modem that stays silent even after its port was opened
        again.
        """
        now = time.monotonic()
        if self._silences < 2 or now - self._last_reset < self._times.reset_every_s:
            return
        self._last_reset = now
        log.warning("modem %s is silent: restarting it", self._device)
        engine.execute("AT+CFUN=1,1", timeout_s=self._times.command_s)

    def _work(self, session: ModemSession) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                job.future.set_result(job.work(session))
            except SendCutError as error:
                job.future.set_exception(error)
                if error.__cause__ is not None:
                    raise error.__cause__ from None
            except Exception as error:
                job.future.set_exception(error)
                raise

    def _refuse_jobs(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(UnavailableError("modem_down", device=self._device))
