"""Kill the program while it saves, again and again: nothing acknowledged may be lost, nothing may
be there by half.

    python -m tests.soak.kill_save [KILLS] [--control]   SIGKILL at random moments
    python -m tests.soak.kill_save --strace [--control]  SIGKILL at every write of one save

`--control` puts the outbox row into a second transaction, the fault that this test must find: it
ends with 1 when nothing was found. A kill proves atomicity, not durability (DATA.md, trap 2).
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from console.store import unit_of_work
from console.store.local import LocalStore
from console.store.tables import outbox
from tests.integration.store.made import CATALOGUE, save

WRITES = "pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename"
"""The system calls at which the enumerator kills; `write` is the acknowledgement."""


MOST_WRITES = 400


@dataclass
class Found:
    """What a run found."""

    kills: int = 0
    acknowledged: int = 0
    broken: list[str] = field(default_factory=list)


# --- the process that is killed


def saver(profile: Path, *, saves: int, control: bool) -> None:
    """Save for ever (or `saves` times) and acknowledge each save with its id on stdout."""
    if control:
        _split_the_transaction()
    store = LocalStore(profile, CATALOGUE, readers=1)
    os.write(1, b"open\n")
    done = 0
    while saves == 0 or done < saves:
        request_id = store.write_now(save)
        os.write(1, request_id.hex.encode() + b"\n")
        done += 1
    store.close()


def _split_the_transaction() -> None:
    """The negative control: commit between the events and their outbox rows."""
    append = unit_of_work.SqlUnitOfWork.append

    def halved(self: unit_of_work.SqlUnitOfWork, events: Sequence[object]) -> None:
        connection = self._connection
        append(self, events)  # type: ignore[arg-type]
        rows = connection.execute(outbox.select().order_by(outbox.c.n)).all()
        mine = [row for row in rows if row.event_id in {each.id for each in events}]  # type: ignore[attr-defined]
        for row in mine:
            connection.execute(outbox.delete().where(outbox.c.n == row.n))
        connection.exec_driver_sql("commit")
        connection.exec_driver_sql("begin immediate")
        values = [
            {"event_id": row.event_id, "stream": row.stream, "request_id": row.request_id}
            for row in mine
        ]
        connection.execute(insert(outbox), values)

    unit_of_work.SqlUnitOfWork.append = halved  # type: ignore[method-assign]


# --- the judge


def judge(profile: Path, acknowledged: Sequence[UUID]) -> list[str]:
    """What is wrong with the store of a killed process."""
    store = LocalStore(profile, CATALOGUE, readers=1)
    try:
        wrong = [store.verify(every=True)]
        kept = store.ask_now(lambda q: {each for each in acknowledged if q.detail(each)})
        wrong += [f"acknowledged and lost: {each}" for each in acknowledged if each not in kept]
    finally:
        store.close()
    return [each for each in wrong if each]


def random_kills(kills: int, *, control: bool = False, seed: int = 1022) -> Found:
    """Kill a saving process at random moments after it has opened the store."""
    dice, found = random.Random(seed), Found()
    with _folder() as folder:
        profile = folder / "profile"
        while found.kills < kills:
            acknowledged = _one_kill(profile, dice.uniform(0, 0.06), control=control)
            found.kills += 1
            found.acknowledged += len(acknowledged)
            found.broken += judge(profile, acknowledged)
            if found.broken or found.kills % 50 == 0:
                shutil.rmtree(profile)
            if found.broken and control:
                break
    return found


def _one_kill(profile: Path, after_s: float, *, control: bool) -> list[UUID]:
    """Fork a saver, let it work a moment, kill it; returns what it acknowledged."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(theirs, 1)
        try:
            saver(profile, saves=0, control=control)
        finally:
            os._exit(70)
    os.close(theirs)
    with os.fdopen(ours, "rb") as acknowledgements:
        # Opened, and saved once: on a busy machine a kill by time alone would meet nobody saving.
        acknowledgements.readline()
        first = acknowledgements.readline()
        _work_for(after_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        rest = first + acknowledgements.read()
    return [UUID(hex=line.decode()) for line in rest.split(b"\n")[:-1]]


def _work_for(seconds: float) -> None:
    """The moment in which the other process saves; the kill must come at no particular step."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        os.sched_yield()


# --- every write


def kills_at_every_write(*, control: bool = False, first: int = 1, step: int = 1) -> Found:
    """Kill one save at its first, second, ... write, until it gets through."""
    found = Found()
    with _folder() as folder:
        ready = folder / "ready"
        LocalStore(ready, CATALOGUE, readers=1).close()
        for n in range(first, MOST_WRITES, step):
            profile = folder / f"at-{n}"
            shutil.copytree(ready, profile)
            command = [
                "strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={WRITES}",
                "-e", f"inject={WRITES}:signal=KILL:when={n}",
                sys.executable, "-m", "tests.soak.kill_save", "--saver", str(profile),
                *(["--control"] if control else []),
            ]  # fmt: skip
            done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
            acknowledged = [UUID(hex=line.decode()) for line in done.stdout.split()[1:]]
            found.kills += done.returncode != 0
            found.acknowledged += len(acknowledged)
            found.broken += [f"write {n}: {each}" for each in judge(profile, acknowledged)]
            shutil.rmtree(profile)
            if done.returncode == 0 or (control and found.broken):
                break
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kill-save-") as name:
        yield Path(name)


def main() -> int:
    """Run what the command line says; 0 when the store held (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=1000)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--strace", action="store_true")
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--saver", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.saver is not None:
        saver(chosen.saver, saves=1, control=chosen.control)
        return 0
    start = time.monotonic()
    if chosen.strace:
        found = kills_at_every_write(control=chosen.control, first=chosen.first, step=chosen.step)
    else:
        found = random_kills(chosen.kills, control=chosen.control)
    print(
        f"{found.kills} kills, {found.acknowledged} saves acknowledged, "
        f"{len(found.broken)} faults, {time.monotonic() - start:.0f} s"
    )
    for each in found.broken[:10]:
        print("  " + each)
    # Where nobody was told of a save, nothing was tried.
    held = found.acknowledged > 0 and not found.broken
    return 0 if (bool(found.broken) if chosen.control else held) else 1


if __name__ == "__main__":
    sys.exit(main())
