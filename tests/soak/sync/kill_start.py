"""Kills a new seat while it starts from the centre's lists, again and again: in the end it has what
a seat has that was never killed.

    python -m tests.soak.sync.kill_start [KILLS] [--requests N] [--control]

The seat runs the real verb, `sync --once`, at a centre with a history. `--control` counts requests
as fetched before they are written, a fault that this test must find: it exits with 1 when nothing
was found.
"""

import argparse
import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from console.cli.main import run
from console.domain.requests.events import StoredEvent
from console.services.ports.central.first_sync import FoldedSubject
from console.store.exchange import initial_requests
from console.store.exchange.events import PRIORITY
from console.store.exchange.initial_sync import LocalInitialSync
from tests.bench.centre.new_seat import history
from tests.fakes.postgres import Centre, fresh_centre
from tests.soak.time_budget import Slice, add_minutes

_CONTENT = (
    "select seq, id, body from event order by seq",
    "select id, number, state, version, as_of_seq from service_request order by id",
    "select request_id, number, wanted from pruned order by request_id",
)
_FETCHED = "select count(*) from event"


def child(profile: str, *, control: bool) -> int:
    """The seat, in a process of its own."""
    if control:
        ready = LocalInitialSync.ready

        def counted_before(
            self: LocalInitialSync, events: Sequence[StoredEvent]
        ) -> Sequence[FoldedSubject]:
            ids = {each.request_id for each in events}
            self._store.run_on_writer(
                lambda c: initial_requests.no_longer_pruned(c, ids), priority=PRIORITY
            )
            return ready(self, events)

        LocalInitialSync.ready = counted_before  # type: ignore[method-assign]
    return run(["--profile", profile, "sync", "--once"])


def _started(centre: Centre, profile: Path, code: int, control: bool) -> subprocess.Popen[bytes]:
    env = os.environ | {
        "CONSOLE1022_CENTRAL__URL": centre.url(centre.user(f"op{code}")),
        "CONSOLE1022_SEAT__CONSOLE_CODE": f"{code:03}",
    }
    line = [sys.executable, "-m", "tests.soak.sync.kill_start", "--child", str(profile)]
    return subprocess.Popen(line + ["--control"] * control, env=env)


def _whole(centre: Centre, profile: Path, code: int) -> None:
    """Run to the end."""
    with _started(centre, profile, code, control=False) as process:
        if process.wait():
            raise RuntimeError(f"the seat ended with {process.returncode}")


def _killed(process: subprocess.Popen[bytes], profile: Path, dice: random.Random) -> bool:
    """Kill it at a random time, mostly soon after it fetched something; False when it ended."""
    before = _fetched(profile)
    anywhere = dice.random() < 0.25
    with process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            while not anywhere and _fetched(profile) == before:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.02)
                    return False
            process.wait(dice.uniform(0, 4 if anywhere else 0.4))
            return False
        process.kill()
    return True


def _fetched(profile: Path) -> int:
    """The events it has."""
    found = _asked(profile, _FETCHED)
    return int(str(found[0][0])) if found else 0


def _asked(profile: Path, question: str) -> list[tuple[object, ...]]:
    store = profile / "store.sqlite3"
    if not store.exists():
        return []
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as link:
        try:
            return link.execute(question).fetchall()
        except sqlite3.OperationalError:
            return []  # killed before it had tables


def kills(
    folder: Path, count: int, requests: int, piece: Slice, *, control: bool, seed: int
) -> tuple[int, int, list[str]]:
    """How often it was killed, how often of that while fetching, what is wrong."""
    dice, done, middle = random.Random(seed), 0, 0
    centre = fresh_centre()
    killed, alone = folder / "killed", folder / "alone"
    try:
        history(centre, requests)
        while done < count and not piece.over:
            before = _fetched(killed)
            if not _killed(_started(centre, killed, 1, control), killed, dice):
                break
            done += 1
            middle += _fetched(killed) > before
        _whole(centre, killed, 1)
        _whole(centre, alone, 2)
    finally:
        centre.close()
    wrong = []
    for question in _CONTENT:
        here, there = _asked(killed, question), _asked(alone, question)
        if here != there or not there:
            wrong.append(f"{len(here):,} instead of {len(there):,} rows: {question}")
    return done, middle, wrong


def main() -> int:
    """Run what the command line says; 0 when all is well (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=50)
    parser.add_argument("--requests", type=int, default=60_000)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1022)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    add_minutes(parser)
    chosen = parser.parse_args()
    if chosen.child:
        return child(chosen.child, control=chosen.control)
    piece = Slice(chosen.minutes)
    with tempfile.TemporaryDirectory(prefix="kill-start-") as name:
        done, middle, wrong = kills(
            Path(name), chosen.kills, chosen.requests, piece, control=chosen.control,
            seed=chosen.seed,
        )  # fmt: skip
    print(
        f"{piece.words(done, chosen.kills, 'kills')}, {middle} in the middle, {len(wrong)} faults"
    )
    for each in wrong:
        print("  " + each)
    if chosen.control:
        return 0 if wrong else 1
    return 0 if middle and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
