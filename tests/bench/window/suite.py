"""The figures of the real window under a real X server; each goal is printed next to its figure.

    xvfb-run -a -s "-screen 0 1600x900x24" python -m tests.bench.window.suite [NAME...]
        [--profile DIR] [--quick]

NAME: start setup ring banner save million busy queue-busy wall canary hour keys queue-2000 shift
elsewhere beside; all when none is named. DIR: the profile of a million requests that
`tests.bench.store.queries` makes (read-only here). Quick makes a tenth of the calls. Exits with 1
when a goal is missed.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from qasync import QEventLoop

from tests.bench.figures import Figure, print_table
from tests.bench.window.during_import import beside
from tests.bench.window.memory_growth import canary
from tests.bench.window.seat import application, fill_city
from tests.bench.window.shift import full_queue, hour, keys, shift
from tests.bench.window.start import set_up, starts
from tests.bench.window.two_seats import elsewhere
from tests.bench.window.waiting import busy, million, ring, save
from tests.bench.window.wallboard import wall

NAMES = (
    "setup", "start", "ring", "banner", "save", "million", "busy", "queue-busy", "wall", "canary",
    "hour", "keys", "queue-2000", "shift", "elsewhere", "beside",
)  # fmt: skip


async def measured(names: list[str], profile: Path, big: Path | None, part: int) -> list[Figure]:
    """Run these measurements one after the other."""

    async def start() -> tuple[Figure, ...]:
        return await asyncio.to_thread(starts, profile, max(3, 10 // part))

    async def setup() -> tuple[Figure, ...]:
        return await asyncio.to_thread(set_up, max(3, 10 // part))

    async def of_million() -> tuple[Figure, ...]:
        if big is None:
            return (Figure("queue and search over a million", slow="(give --profile)"),)
        return await million(big)

    async def rings(page: str, calls: int) -> tuple[Figure, ...]:
        return (await ring(profile, calls // part, page=page),)

    runs: dict[str, Callable[[], Awaitable[tuple[Figure, ...]]]] = {
        "setup": setup,
        "start": start,
        "ring": lambda: rings("intake", 210),
        "banner": lambda: rings("queue", 60),
        "save": lambda: save(profile, 150 // part),
        "million": of_million,
        "busy": lambda: busy(profile, 60 // part),
        "queue-busy": lambda: busy(profile, 20 // part, page="queue"),
        "wall": lambda: wall(profile, 60 // part),
        "canary": lambda: canary(profile, 2000 // part),
        "hour": lambda: hour(profile, 120 // part),
        "keys": lambda: keys(profile, 600 // part),
        "queue-2000": lambda: full_queue(profile, 60 // part),
        "shift": lambda: shift(profile, 30_000 // part),
        "elsewhere": lambda: elsewhere(150 // part),
        "beside": lambda: beside(profile, 20_000 // part),
    }
    figures: list[Figure] = []
    for name in names:
        print(f"{name} ...", flush=True)
        figures += await runs[name]()
    return figures


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="window_bench")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], default=[])
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    app = application()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner,
    ):
        profile = Path(folder) / "profile"
        runner.run(fill_city(profile))
        names = given.names or [*NAMES]
        figures = runner.run(measured(names, profile, given.profile, 10 if given.quick else 1))
    return 0 if print_table(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
