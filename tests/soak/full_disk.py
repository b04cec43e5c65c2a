"""The disk is full, again and again while people save: what was acknowledged is there, what was
refused was reported and is not there by half, and work continues once there is room.

    python -m tests.soak.full_disk seat [N] [--control]     the disk of the seat
    python -m tests.soak.full_disk centre [N] [--control]   the disk of the centre's PostgreSQL

It uses a loop-mounted ext4 (needs root, mkfs.ext4); a file of random size takes the space and gives
it back. `--control` has a seat that acknowledges what the store refused, or events that get a new
id each time they are sent: the run exits with 1 when nothing was found.
"""

import argparse
import contextlib
import logging
import os
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.store.central.connection import address as connection_address
from console.store.central.seat_link import PostgresCentral
from console.store.seat.local_store import LocalStore
from tests.integration.store.build import CATALOGUE, save
from tests.integration.sync.consoles import until
from tests.soak.kill_save import judge as judge_store
from tests.soak.power_cut import disk
from tests.soak.sync.server_faults import (
    Forgetful,
    a_centre,
    judge,
    more,
    seats_at,
    settle,
    started,
    texts_at,
    working,
)
from tests.soak.time_budget import Slice, add_minutes

SEAT_MB, CENTRE_MB = 64, 400
REFUSED = 5
"""Saves that must be refused before there is room again."""


@contextlib.contextmanager
def full(where: Path, left: int) -> Iterator[None]:
    """Leave only so many bytes free."""
    ballast = where / "ballast"
    free = os.statvfs(where)
    size = free.f_bavail * free.f_frsize - left
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(1, size))
    try:
        yield
    finally:
        ballast.unlink()
        os.sync()  # ext4 frees space together with its journal


def seat(count: int, piece: Slice, *, control: bool, seed: int) -> tuple[int, list[str]]:
    """Fill the seat's disk so often; return how often it was, and what is wrong."""
    dice, done, refused = random.Random(seed), 0, 0
    with (
        tempfile.TemporaryDirectory(prefix="full-disk-") as name,
        disk(Path(name), SEAT_MB) as where,
    ):
        profile, kept = where / "profile", list[UUID]()
        store = LocalStore(profile, CATALOGUE, readers=1)
        try:
            while done < count and not piece.over:
                with full(where, dice.randrange(0, 3_000_000)):
                    said = 0
                    while said < REFUSED:
                        try:
                            kept.append(store.write_now(save))
                        except UnavailableError as error:
                            if error.code != "disk_full":
                                return done, [f"told as {error.code} {error.params}"]
                            said += 1
                            if control:
                                kept.append(uuid7())
                    refused += said
                kept += [store.write_now(save) for _ in range(3)]
                done += 1
                if wrong := store.verify(every=True):
                    return done, [wrong]
        finally:
            store.close()
        print(f"{len(kept):,} saves acknowledged, {refused:,} refused")
        return done, judge_store(profile, kept)


def centre(count: int, piece: Slice, *, control: bool, seed: int) -> tuple[int, list[str]]:
    """Fill the centre's disk so often while three seats save."""
    dice, done = random.Random(seed), 0
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="full-disk-")))
        where = stack.enter_context(disk(folder, CENTRE_MB))
        for each in (folder, where):
            each.chmod(0o755)  # PostgreSQL does not run as root
        small = {"max_wal_size": "64MB", "min_wal_size": "32MB", "wal_recycle": "off"}
        server = stack.enter_context(a_centre(small, under=where))

        def make(n: int) -> PostgresCentral:
            address = connection_address.checked(server.url(server.user(f"op{n}")))
            return Forgetful(address) if control else PostgresCentral(address)

        with seats_at(folder / "seats", make) as seats:
            told: set[str] = set()
            with working(seats) as people:
                while done < count and not piece.over:
                    until(lambda: all(each.state == "up" for each in seats), 60)
                    with full(where, dice.randrange(0, 2_000_000)):
                        until(lambda: any(each.state == "down" for each in seats), 120)
                        told |= {str(each.words.detail) for each in seats if each.words}
                        threading.Event().wait(dice.uniform(0, 1))
                    until(lambda: started(server.cluster), 60)
                    more(people, 5)
                    done += 1
            wrong = settle(seats, control=control)
            print(f"{sum(map(len, people.saved.values())):,} saves; told as {sorted(told)}")
            return done, [*wrong, *judge(people, texts_at(server.url()))]


def main() -> int:
    """Run what the command line says; 0 when all is well (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("seat", "centre"))
    parser.add_argument("count", type=int, nargs="?", default=50)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1022)
    add_minutes(parser)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    run, piece = (seat if chosen.what == "seat" else centre), Slice(chosen.minutes)
    done, wrong = run(chosen.count, piece, control=chosen.control, seed=chosen.seed)
    print(f"{piece.words(done, chosen.count, 'times a full disk')}, {len(wrong)} faults")
    for each in wrong[:10]:
        print("  " + each)
    return 0 if bool(wrong) == chosen.control else 1


if __name__ == "__main__":
    sys.exit(main())
