"""The power fails while the program saves, again and again: what was acknowledged is there
afterwards, and nothing is there by half.

    python -m tests.soak.power_cut [CUTS] [--control]

It uses a loop-mounted ext4 whose journal is dropped as in a real power cut; a kill alone never
shows what the disk has not received. `--control` saves with `synchronous=NORMAL`, a fault that the
run must find: it exits with 1 when nothing was lost. Needs root, loop devices and mkfs.ext4.
"""

import argparse
import contextlib
import fcntl
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.pool import Pool

from console.domain.errors import ConsoleError
from tests.soak.kill_save import Found, judge, saver
from tests.soak.time_budget import Slice, add_minutes

SHUTDOWN = 0x8004587D
"""FS_IOC_SHUTDOWN; 2 = at once, the journal is not written out (linux/fs.h, ext4)."""
DISK_MB = 64


def _careless() -> None:
    """The negative control: connections stop waiting for the disk, whatever was set before."""

    def normal(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute("pragma synchronous = normal")

    event.listen(Pool, "checkout", normal)


@contextmanager
def disk(folder: Path, size_mb: int = DISK_MB) -> Iterator[Path]:
    """A file system of its own in a file; `again` mounts it again."""
    image, where = folder / "disk.img", folder / "disk"
    where.mkdir()
    with image.open("wb") as file:
        file.truncate(size_mb << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(where)], check=True)
    try:
        yield where
    finally:
        subprocess.run(["umount", str(where)], check=False, capture_output=True)


def again(where: Path) -> None:
    """The power is back."""
    subprocess.run(["umount", str(where)], check=True)
    image = where.with_suffix(".img")
    subprocess.run(["mount", "-o", "loop", str(image), str(where)], check=True)


def cut(where: Path) -> None:
    """The power fails."""
    handle = os.open(where, os.O_RDONLY)
    try:
        fcntl.ioctl(handle, SHUTDOWN, struct.pack("i", 2))
    finally:
        os.close(handle)


def one_cut(where: Path, dice: random.Random, *, control: bool) -> list[UUID]:
    """Somebody saves and the power fails; returns what was acknowledged until then."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.dup2(theirs, 1)
        with contextlib.suppress(ConsoleError, OSError):
            if control:
                _careless()
            saver(where / "profile", saves=0, control=False)
        os._exit(70)
    os.close(theirs)
    acknowledged: list[UUID] = []
    with os.fdopen(ours, "rb") as said:
        said.readline()  # it is open
        lines = (said.readline() for _ in range(dice.randint(1, 12)))
        acknowledged += [UUID(hex=line.decode().strip()) for line in lines if line]
        cut(where)  # only what was read before counts
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return acknowledged


def cuts(number: int, piece: Slice, *, control: bool, seed: int = 1022) -> Found:
    """So many cuts on one disk; the control ends with its first loss."""
    dice, found = random.Random(seed), Found()
    with tempfile.TemporaryDirectory(prefix="power-cut-") as name, disk(Path(name)) as where:
        kept: list[UUID] = []
        while found.kills < number and not piece.over:
            mine = one_cut(where, dice, control=control)
            again(where)
            kept += mine
            found.kills += 1
            found.acknowledged += len(mine)
            found.broken += judge(where / "profile", kept)
            if found.broken:
                break
    return found


def main() -> int:
    """Run what the command line says; 0 when the store held (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cuts", type=int, nargs="?", default=100)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1022)
    add_minutes(parser)
    chosen = parser.parse_args()
    piece = Slice(chosen.minutes)
    found = cuts(chosen.cuts, piece, control=chosen.control, seed=chosen.seed)
    words = piece.words(found.kills, chosen.cuts, "power cuts")
    return found.report(words, control=chosen.control)


if __name__ == "__main__":
    sys.exit(main())
