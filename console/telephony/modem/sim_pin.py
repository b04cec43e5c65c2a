"""The SIM's PIN: one attempt per PIN file, remembered over restarts, because the third wrong PIN
blocks the SIM.
"""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from console.domain.errors import UnavailableError
from console.telephony.modem.at import Answer

SIM_BUSY = ("cme_14", "cms_314")
"""Errors of a SIM that is still starting."""


class PinError(UnavailableError):
    """The SIM is locked and we do not try (again): `modem_pin_needed`, `modem_pin_wrong`,
    `modem_pin_few_left`, `modem_pin_blocked`, `modem_sim_missing`.
    """


class SimPin:
    """A PIN file and the memory of its refusal, the file `<file>.refused` next to it."""

    def __init__(self, file: Path | None) -> None:
        """No attempt yet."""
        self._file = file
        self._tried_mtime: int | None = None

    def take(self, tries_left: int | None) -> str:
        """The PIN for the one attempt; counts as refused until `accepted`.

        Args:
            tries_left: what the modem says, None when it does not know.

        Raises:
            PinError: there is none, it was refused before, or fewer than two attempts are left.
        """
        file = self._file
        if file is None or not file.is_file():
            raise PinError("modem_pin_needed")
        changed = file.stat().st_mtime_ns
        mark = self._mark(file)
        if self._tried_mtime == changed or (mark.exists() and mark.stat().st_mtime_ns >= changed):
            raise PinError("modem_pin_wrong")
        pin = file.read_text(encoding="ascii", errors="replace").strip()
        if not re.fullmatch(r"\d{4,8}", pin):
            raise PinError("modem_pin_needed")
        if tries_left is not None and tries_left < 2:
            raise PinError("modem_pin_few_left", left=tries_left)
        # Before the attempt: a crash between it and its answer must not cost a second one.
        self._tried_mtime = changed
        with contextlib.suppress(
            OSError
        ):  # a folder owned by root: at least this process remembers
            mark.write_text("", encoding="ascii")
        return pin

    def accepted(self) -> None:
        """The modem accepted it: it may be used again."""
        self._tried_mtime = None
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._mark(self._file).unlink(missing_ok=True)

    @staticmethod
    def _mark(file: Path) -> Path:
        return file.with_name(file.name + ".refused")


class Ask(Protocol):
    """Runs a command on the modem."""

    def __call__(self, command: str, *, wants: str = "") -> Answer:
        """The modem's answer; see `AtEngine.execute`."""


def unlock(ask: Ask, wait: Callable[[], None], pin: SimPin) -> None:
    """Enter the PIN if the SIM wants one.

    Args:
        wait: lets a starting SIM get ready.

    Raises:
        PinError: the SIM stays locked, or is missing.
    """
    answer = ask("AT+CPIN?", wants="+CPIN:")
    for _ in range(5):
        starting = answer.value("+CPIN:") == "NOT READY"
        if answer.error not in SIM_BUSY and not starting:
            break
        wait()
        answer = ask("AT+CPIN?", wants="+CPIN:")
    state = answer.value("+CPIN:")
    missing = state in ("NOT INSERTED", "NOT READY")
    if missing or answer.error in ("cme_10", "cme_13", "cms_310"):
        raise PinError("modem_sim_missing")
    if state is None or state in ("READY", "SIM PIN2", "SIM PUK2"):
        return  # no answer means no lock; a second PIN does not protect SMS
    if state != "SIM PIN":
        raise PinError("modem_pin_blocked", state=state[:40])
    counted = re.match(r"SIM PIN *, *(\d+)", ask("AT+CPINR").value("+CPINR:") or "")
    if not ask(f'AT+CPIN="{pin.take(int(counted[1]) if counted else None)}"').ok:
        raise PinError("modem_pin_wrong")
    pin.accepted()
