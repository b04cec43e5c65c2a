"""Nothing fails silently: every uncaught exception is logged in full, counted and reported once.

Logs and crash files stay on this machine. Telephone numbers in them are masked, and a person's
words that an error quotes are left out. A running window leaves a mark that a clean end removes,
because a dead X server ends a Qt program with exit code 0.
"""

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, override

from console.services.runtime.log_masking import MaskingFormatter

log = logging.getLogger(__name__)

LOG_BYTES = 2_000_000
LAST_LINES = 200


class _Recent(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[str] = deque(maxlen=LAST_LINES)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Failures:
    """Handles the uncaught exceptions of one running program."""

    def __init__(
        self,
        profile: Path,
        tell: Callable[[str], None] = lambda _code: None,
        *,
        headless: bool = False,
    ) -> None:
        """Open the log under the profile and install the hooks.

        Args:
            profile: the seat's folder; `logs/` and `crashes/` lie in it.
            tell: receives the code of a failure, such as `E1A2B3`, for one apology to the operator.
                Called from any thread; may be replaced once there is a window.
            headless: warnings also go to standard error, for a service's journal, and no mark is
                left: whoever started the process sees how it ended.
        """
        self.count = 0
        self.tell = tell
        self._headless = headless
        self._crashes = profile / "crashes"
        self._mark = profile / "running"
        self._recent = _Recent()
        self._handlers: list[logging.Handler] = [self._recent]
        if headless:
            journal = logging.StreamHandler()
            journal.setLevel(logging.WARNING)
            self._handlers.append(journal)
        self._dump: IO[str] | None = None
        shape = MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
        try:
            (profile / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handlers.append(
                logging.handlers.RotatingFileHandler(
                    profile / "logs" / "console.log",
                    maxBytes=LOG_BYTES,
                    backupCount=3,
                    encoding="utf-8",
                )
            )
            self._dump = (profile / "logs" / "fatal.log").open("a", encoding="utf-8")
            faulthandler.enable(self._dump)
            self.ended_badly = not headless and self._mark.exists()
            if not headless:
                self._mark.write_text(datetime.now(UTC).isoformat(), "utf-8")
        except OSError:
            self.ended_badly = False
        root = logging.getLogger()
        root.setLevel(logging.INFO)
        for handler in self._handlers:
            handler.setFormatter(shape)
            root.addHandler(handler)
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._uncaught
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable

    def loop_failed(self, _loop: object, context: dict[str, Any]) -> None:
        """Exception handler of the asyncio loop."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self.caught(type(error), error, error.__traceback__)
        else:
            log.error("asyncio: %s", context.get("message"))

    def caught(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Log one failure in full, write a crash file and report its code."""
        self.count += 1
        text = "".join(traceback.format_exception(kind, error, trace))
        code = f"E{abs(hash((kind.__name__, text))) % 0xFFFFFF:06X}"
        log.error("uncaught %s\n%s", code, text)
        try:
            self._crashes.mkdir(mode=0o700, parents=True, exist_ok=True)
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            body = "\n".join(self._recent.lines)
            (self._crashes / f"{stamp}-{code}.txt").write_text(body, "utf-8")
        except OSError:
            log.warning("no crash file for %s could be written", code)
        self.tell(code)

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
        else:
            self.caught(kind, error, trace)

    def _in_thread(self, args: threading.ExceptHookArgs) -> None:
        self.caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        self.caught(args.exc_type or RuntimeError, args.exc_value, args.exc_traceback)

    def close(self) -> None:
        """A clean end: remove the hooks and the mark."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        root = logging.getLogger()
        for handler in self._handlers:
            root.removeHandler(handler)
            handler.close()
        faulthandler.disable()
        if self._dump is not None:
            self._dump.close()
        if not self._headless:
            self._mark.unlink(missing_ok=True)
