"""How fast a history is imported by the command line, as IT would do it.

    python -m tests.bench.store.history_import DIRECTORY [ROWS]

Writes a file of so many rows once (100,000; a million is 430 MB), imports it into a new profile,
and prints rows a second, processor time of both processes and their memory. The goal is 5,000 rows
a second on two idle cores; processor time is printed because other programs do not lengthen it.
Exits with 1 when the goal is missed.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from console.services.city_data.catalogue_loader import load_catalogue
from console.store.seat.local_store import FILE_NAME
from tests.bench.store.history_data import write_history

GOAL_PER_S = 5000


def main() -> int:
    """Run it, print the figures."""
    directory = Path(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"history-{rows}.csv"
    if not file.exists():
        write_history(file, load_catalogue(), rows)
    profile = directory / "import-profile"
    shutil.rmtree(profile, ignore_errors=True)
    command = [sys.executable, "-m", "console", "--profile", str(profile)]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "import", "requests", str(file), "--json"], stdout=subprocess.PIPE, check=True
    )
    took = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)
    per_s = rows / took
    cpu_us = (used.ru_utime + used.ru_stime) / rows * 1e6
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; {file.stat().st_size / 1e6:.0f} MB")
    print(f"{told['imported']:,} in, {told['refused']:,} refused, {took:.1f} s")
    print(f"{per_s:,.0f} rows/s (goal {GOAL_PER_S:,}); {cpu_us:.0f} us of processor a row, "
          f"so {2e6 / cpu_us:,.0f} rows/s on two free cores")  # fmt: skip
    print(f"largest process {used.ru_maxrss / 1024:.0f} MB; "
          f"store {(profile / FILE_NAME).stat().st_size / rows:.0f} bytes a row")  # fmt: skip
    shutil.rmtree(profile)
    return 0 if per_s >= GOAL_PER_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
