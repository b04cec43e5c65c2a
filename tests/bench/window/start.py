"""How soon the program is ready, how much memory it uses and what it imports by then, and the cost
of run.sh.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, timed_ms
from tests.bench.process import ROOT, start


def starts(profile: Path, times: int) -> tuple[Figure, ...]:
    """Process start -> `ready`, and resident memory at that moment."""
    took = Figure("process start -> ready (files in the cache)", 1500)
    held = Figure("resident memory at ready", 250, "MiB")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        log = Path(folder) / "stderr"
        for _ in range(times):
            one = start(profile=profile, log=log)
            took.samples.append(one.took_ms)
            held.samples.append(one.rss_mb)
        modules = start(profile=profile, log=log, imports=True).imports
    slowest = sorted(modules, key=lambda pair: -pair[1])[:12]
    took.slow = f"{len(modules)} modules; own ms: " + ", ".join(
        f"{name} {own / 1000:.0f}" for name, own in slowest
    )
    return took, held


def set_up(times: int) -> tuple[Figure, ...]:
    """What `installer/run.sh` does before Python starts when everything is installed: its whole run
    with `--help`, less the same arguments given to Python.
    """
    figure = Figure("installer/run.sh, warm, before the program", 2000)
    if not (ROOT / ".venv" / "stamp").exists():
        figure.slow = "(no .venv made by installer/run.sh here)"
        return (figure,)
    env = {**os.environ, "DISPLAY": os.environ.get("DISPLAY", ":0")}
    for _ in range(times):
        whole = _run([str(ROOT / "installer" / "run.sh"), "--help"], env)
        figure.samples.append(whole - _run([sys.executable, "-m", "console", "run", "--help"], env))
    return (figure,)


def _run(words: list[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=True)
    return timed_ms(began)
