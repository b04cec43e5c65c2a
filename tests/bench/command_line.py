"""How long a verb of the command line takes once files are cached: wall time, and processor time,
which other programs on the machine do not lengthen.

    python -m tests.bench.command_line [TIMES]

Goal: p50 below 600 ms, `doctor` excluded. Ends with 1 when one misses it.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, timed_ms

GOAL_MS = 600.0
PDU = "07914889200026F5040B914809214365F7000062114221000082054170F80D02"
REPORT = {
    "service_code": "roads.pothole",
    "description": "Ổ gà sâu giữa đường",
    "address_string": "135 Nam Kỳ Khởi Nghĩa, phường Bến Thành",
    "lat": 10.7769,
    "long": 106.6953,
    "reporter": {"name": "Lan", "phone": "0903 123 456"},
}
VERBS = (
    "request log",
    "request list",
    "request list --overdue --json",
    "request list --query nam",
    "request show NUMBER --events",
    "request do NUMBER note --text x",
    "duplicates --service roads.pothole --lat 10.7769 --long 106.6953",
    "address parse 66/1",
    f"sms decode {PDU}",
    "telephony trace tests/data/ami/01_incoming_answered.txt",
    "config --explain",
    "map check",
    "store rebuild",
    "doctor",
)


def main() -> int:
    """Run each verb several times; print p50 of wall and processor time."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory(prefix="console1022-bench-") as folder:
        profile = Path(folder) / "profile"
        number = json.loads(_run(profile, "request log --json"))["service_request_id"]
        met = [_measured(profile, verb, number, times) for verb in VERBS]
    return 0 if all(met) else 1


def _measured(profile: Path, verb: str, number: str, times: int) -> bool:
    words = verb.replace("NUMBER", number)
    wall = Figure(verb, GOAL_MS if verb != "doctor" else None)
    cpu = Figure(verb)
    for n in range(times + 1):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        _run(profile, words)
        took, after = timed_ms(start), resource.getrusage(resource.RUSAGE_CHILDREN)
        if n:  # the first run compiles and fills the page cache
            wall.samples.append(took)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            cpu.samples.append(used * 1000)
    p50 = wall.part(0.5)
    missed = wall.goal is not None and p50 >= wall.goal
    print(
        f"{'MISS' if missed else 'ok':4} {verb[:58]:58} p50 {p50:6.0f} ms, "
        f"processor {cpu.part(0.5):5.0f} ms"
    )
    return not missed


def _run(profile: Path, words: str) -> bytes:
    """Run one verb; it may report findings, but must not fail."""
    done = subprocess.run(
        [sys.executable, "-m", "console", "--profile", str(profile), *words.split(" ")],
        input=json.dumps(REPORT).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode > 1:
        raise SystemExit(f"{words}: {done.stderr.decode()}")
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
