"""Kill the program while it saves, again and again: nothing acknowledged may be lost, nothing may
be there by half.

    python -m tests.soak.kill_save [KILLS] [--control]   SIGKILL at random moments
    python -m tests.soak.kill_save [KILLS] --seat        the same of a whole seat below its window
    python -m tests.soak.kill_save --strace [--control]  SIGKILL at every write of one save

`--control` puts the outbox row into a second transaction, the fault that this test must find: it
ends with 1 when nothing was found. A kill proves atomicity, not durability.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from console.assembly.core import build_core
from console.assembly.seat import Seat
from console.config.layers import load
from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.commands import LogRequest
from console.services.city_data.catalogue_loader import load_catalogue
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import outbox
from console.store.writing import unit_of_work
from tests.integration.store.build import CATALOGUE, save
from tests.soak.time_budget import Slice, add_minutes

WRITES = "pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename"
"""The system calls at which the enumerator kills; `write` is the acknowledgement."""


MOST_WRITES = 400


@dataclass
class Found:
    """What a run found."""

    kills: int = 0
    acknowledged: int = 0
    broken: list[str] = field(default_factory=list)

    def report(self, done: str, *, control: bool) -> int:
        """Print what was done and the first faults; return the exit code."""
        print(f"{done}, {self.acknowledged} saves acknowledged, {len(self.broken)} faults")
        for each in self.broken[:10]:
            print("  " + each)
        # A run without an acknowledged save tested nothing.
        held = self.acknowledged > 0 and not self.broken
        return 0 if (bool(self.broken) if control else held) else 1


def saver(profile: Path, *, saves: int, control: bool) -> None:
    """Save for ever (or `saves` times), and acknowledge each save with its id on stdout."""
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


async def seat(profile: Path) -> None:
    """Log requests for ever as the form does, with all that `run` starts below the window."""
    settings = load(profile, environ={}, site_file=profile / "none")
    with build_core(profile, settings) as core:
        below = Seat(core, None, ())
        below.start()
        os.write(1, b"open\n")
        while True:
            command = LogRequest(
                service_code="drainage.cover",
                description="Nắp cống sụp",
                address_string="66/1 Đồng Tâm",
                phone="0903 123 456",
            )
            done = await core.desk.do(command)
            assert done.request_id is not None
            os.write(1, done.request_id.hex.encode() + b"\n")


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


def judge(
    profile: Path, acknowledged: Sequence[UUID], catalogue: Catalogue = CATALOGUE
) -> list[str]:
    """What is wrong with the store of a killed process."""
    store = LocalStore(profile, catalogue, readers=1)
    try:
        wrong = [store.verify(every=True)]
        kept = store.ask_now(lambda q: {each for each in acknowledged if q.detail(each)})
        wrong += [f"acknowledged and lost: {each}" for each in acknowledged if each not in kept]
    finally:
        store.close()
    return [each for each in wrong if each]


def random_kills(
    kills: int, piece: Slice | None = None, *, control: bool = False, seed: int = 1022,
    whole_seat: bool = False,
) -> Found:  # fmt: skip
    """Kill a saving process at random moments after it has opened the store."""
    dice, found, piece = random.Random(seed), Found(), piece or Slice(None)
    catalogue = load_catalogue() if whole_seat else CATALOGUE

    def work(profile: Path) -> None:
        if whole_seat:
            asyncio.run(seat(profile))
        saver(profile, saves=0, control=control)

    with _folder() as folder:
        profile = folder / "profile"
        while found.kills < kills and not piece.over:
            acknowledged = _one_kill(profile, dice.uniform(0, 0.06), work)
            found.kills += 1
            found.acknowledged += len(acknowledged)
            found.broken += judge(profile, acknowledged, catalogue)
            if found.broken or found.kills % 50 == 0:
                shutil.rmtree(profile)
            if found.broken and control:
                break
    return found


def _one_kill(profile: Path, after_s: float, work: Callable[[Path], None]) -> list[UUID]:
    """Fork a saver, let it work for a moment, kill it; return what it acknowledged."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(theirs, 1)
        try:
            work(profile)
        finally:
            os._exit(70)
    os.close(theirs)
    with os.fdopen(ours, "rb") as acknowledgements:
        # It has opened the store and saved once: on a busy machine a kill by time alone might come
        # before any save.
        acknowledgements.readline()
        first = acknowledgements.readline()
        _work_for(after_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        rest = first + acknowledgements.read()
    return [UUID(hex=line.decode()) for line in rest.split(b"\n")[:-1]]


def _work_for(seconds: float) -> None:
    """A moment in which the other process saves; the kill must hit no particular step."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        os.sched_yield()


def kills_at_every_write(*, control: bool = False, first: int = 1, step: int = 1) -> Found:
    """Kill one save at its first, second, ... write, until a save gets through."""
    found = Found()
    with _folder() as folder:
        ready = folder / "ready"
        LocalStore(ready, CATALOGUE, readers=1).close()
        for n in range(first, MOST_WRITES, step):
            profile = folder / f"at-{n}"
            shutil.copytree(ready, profile)
            killed, acknowledged = _killed_at_write(n, profile, control=control)
            found.kills += killed
            found.acknowledged += len(acknowledged)
            found.broken += [f"write {n}: {each}" for each in judge(profile, acknowledged)]
            shutil.rmtree(profile)
            if not killed or (control and found.broken):
                break
    return found


def _killed_at_write(n: int, profile: Path, *, control: bool) -> tuple[bool, list[UUID]]:
    """Fork a saver and kill it at its nth write; return whether it came that far, and what it
    acknowledged.
    """
    (said, says), (going, go) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(says, 1)
        os.read(going, 1)
        try:
            saver(profile, saves=1, control=control)
            os._exit(0)
        finally:
            os._exit(70)
    os.close(says)
    os.close(going)
    command = ["strace", "-f", "-o", os.devnull, "-e", f"trace={WRITES}",
               "-e", f"inject={WRITES}:signal=KILL:when={n}", "-p", str(child)]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as watch:
        assert watch.stderr is not None
        attached = watch.stderr.readline()
        os.write(go, b"g")
        os.close(go)
        with os.fdopen(said) as told:
            lines = told.read().split()
        watch.stderr.read()
    _, status = os.waitpid(child, 0)
    if "attached" not in attached or os.waitstatus_to_exitcode(status) not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the saver ended by itself: {status}, strace: {attached}")
    return status != 0, [UUID(hex=line) for line in lines[1:]]


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
    parser.add_argument("--seat", action="store_true")
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1022)
    add_minutes(parser)
    chosen = parser.parse_args()
    piece = Slice(chosen.minutes)
    if chosen.strace:
        found = kills_at_every_write(control=chosen.control, first=chosen.first, step=chosen.step)
    else:
        found = random_kills(chosen.kills, piece, control=chosen.control, seed=chosen.seed,
                             whole_seat=chosen.seat)  # fmt: skip
    wanted = found.kills if chosen.strace else chosen.kills
    return found.report(piece.words(found.kills, wanted, "kills"), control=chosen.control)


if __name__ == "__main__":
    sys.exit(main())
