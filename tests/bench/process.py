"""The program as a process: how soon it is ready, its memory and its imports by then; and the speed
of the disk.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_IMPORT = re.compile(r"^import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Started:
    """A start up to `ready`.

    Attributes:
        took_ms: from the start of the process to that word.
        rss_mb: resident memory of the process at that moment.
        imports: (module, own microseconds), in order; empty unless asked for.
    """

    took_ms: float
    rss_mb: float
    imports: tuple[tuple[str, int], ...] = ()


def rss_mb(pid: int | None = None) -> float:
    """Resident memory of a process in MiB; None means this process."""
    text = Path(f"/proc/{pid or os.getpid()}/status").read_text("ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


def start(
    *words: str, profile: Path, log: Path, imports: bool = False, env: Mapping[str, str] = {}
) -> Started:
    """Start `python -m console --profile PROFILE run WORDS`, wait for `ready`, end it.

    Args:
        log: file for its stderr.
        imports: list the modules (slows the start).

    Raises:
        RuntimeError: it ended before `ready`; its stderr is the text.
    """
    options = ("-X", "importtime") if imports else ()
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "PYTHONUTF8": "1", **env}
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    with log.open("wb") as stderr:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *options, "-m", "console", "--profile", str(profile), "run", *words],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            ready = any(line.strip() == "ready" for line in process.stdout)
            took_ms = (time.perf_counter() - began) * 1000
            # The import log is unbuffered: at this moment it holds what was imported before
            # `ready`.
            told = log.read_text("utf-8", "replace")
            if not ready:
                raise RuntimeError(told)
            return Started(
                took_ms,
                rss_mb(process.pid),
                tuple((name, int(own)) for own, _, name in _IMPORT.findall(told)),
            )
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def synced_ms(folder: Path, times: int, size: int = 128 << 10) -> list[float]:
    """What writing `size` bytes with fdatasync costs here: the minimum of every save."""
    path = folder / "bench-disk"
    took = []
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for _ in range(times):
            began = time.perf_counter()
            os.write(file, b"\0" * size)
            os.fdatasync(file)
            took.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(file)
        path.unlink()
    return took
