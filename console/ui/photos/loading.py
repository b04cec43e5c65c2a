"""Loads photos from outside, decoded at a small size by a child process; safe to call from a
thread.

If that process dies or hangs on a picture, only this picture is not shown.
"""

import atexit
import contextlib
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtGui import QImage

_PNG = b"\x89PNG\r\n\x1a\n"
WAIT_S = 10.0
"""Time limit for one picture; then the process is killed."""
START_S = 60.0
"""Time limit until the process is ready: loading Qt is slow on a cold, busy machine."""


class PhotoProcess:
    """The decoding process, started on first use and again after it has died."""

    def __init__(self, wait_s: float = WAIT_S) -> None:
        """Do not start it yet."""
        self._wait_s = wait_s
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def decode(self, path: Path, side: int) -> bytes:
        """The picture as PNG; b"" if it cannot be read."""
        with self._one_at_a_time:
            for _ in range(2):  # a process that died earlier is not this picture's fault
                fresh = self._process is None
                made = self._ask(path, side)
                if made is not None:
                    return made
                self._end()
                if fresh:
                    break
        return b""

    def close(self) -> None:
        """End the process."""
        with self._one_at_a_time:
            self._end()

    def _ask(self, path: Path, side: int) -> bytes | None:
        """Ask for one picture; None if the process died or was killed."""
        line = f"{side}\t{path}\n".encode("utf-8", "surrogateescape")
        if line.count(b"\n") > 1:
            return b""
        process = self._process or self._start()
        return None if process is None else _answer(process, line, self._wait_s)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """Start it and wait until it is ready; None if it died."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "console.ui.photos.decoder_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[3],
        )
        return None if _answer(self._process, b"", START_S) is None else self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _answer(process: subprocess.Popen[bytes], line: bytes, wait_s: float) -> bytes | None:
    """Its answer to this line; None if it died or was killed after `wait_s`."""
    assert process.stdin is not None  # noqa: S101  (pipes)
    assert process.stdout is not None  # noqa: S101
    watch = threading.Timer(wait_s, process.kill)
    watch.daemon = True
    watch.start()
    try:
        process.stdin.write(line)
        process.stdin.flush()
        head = process.stdout.read(4)
        if len(head) < 4:
            return None
        size = int.from_bytes(head, "big")
        made = process.stdout.read(size)
    except (OSError, ValueError):
        return None
    else:
        return made if len(made) == size else None
    finally:
        watch.cancel()


_PROCESS = PhotoProcess()
atexit.register(_PROCESS.close)


def load_photo(path: Path | None, side: int) -> QImage | None:
    """The photo, at most `side` pixels wide and high; None if it cannot be read.

    The format is taken from the bytes, never from the name.
    """
    if path is None or not (made := _PROCESS.decode(path, side)).startswith(_PNG):
        return None
    image = QImage.fromData(made)
    return None if image.isNull() else image
