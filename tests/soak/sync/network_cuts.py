"""The network stops silently, at one seat or at all, again and again while people save: everything
saved is at the centre, once and in order, and every seat agrees.

    python -m tests.soak.sync.network_cuts [CUTS] [--seed N] [--minutes M] [--control]

It runs itself again in a network of its own (needs root, `unshare`, `ip`). Each seat reaches the
server under an address of its own. A cut drops packets both ways, of one seat or, like the server's
cable, of all. A cut longer than five seconds must be on the seat's status line by then. `--control`
gives every event a new id each time it is sent: the run exits with 1 when nothing was found.
"""

import argparse
import logging
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from console.store.central.connection import address as connection_address
from console.store.central.seat_link import PostgresCentral
from tests.integration.sync.consoles import Console, until
from tests.soak.sync.server_faults import (
    SEATS,
    Forgetful,
    a_centre,
    judge,
    more,
    seats_at,
    settle,
    texts_at,
    working,
)
from tests.soak.time_budget import Slice, add_minutes

INSIDE = "CONSOLE1022_SOAK_NET"
TOLD_WITHIN_S = 5.0
LONG = 0.3
"""How many of all cuts are long enough to be reported."""


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _server(n: int) -> str:
    """The address of the server for the n-th seat."""
    return f"127.0.{n + 1}.100"


def _plug(n: int) -> None:
    words = ("local", f"{_server(n)}/32", "dev", "lo", "src", f"127.0.{n + 1}.1", "table", "local")
    _ip("route", "replace", *words)


def _pull(n: int) -> None:
    _ip("route", "del", "local", f"{_server(n)}/32", "table", "local")
    _ip("route", "add", "blackhole", f"{_server(n)}/32", "table", "local")


def _mend(n: int) -> None:
    _ip("route", "del", "blackhole", f"{_server(n)}/32", "table", "local")
    _plug(n)


def _cut(seats: list[Console], dice: random.Random) -> list[str]:
    """Drop one seat's packets for a while, or everybody's; return what was not reported in time."""
    everybody = dice.random() < 0.25
    struck = list(range(SEATS)) if everybody else [dice.randrange(SEATS)]
    is_long = dice.random() < LONG
    began = time.monotonic()
    for n in struck:
        _pull(n)
    silent: list[str] = []
    try:
        if is_long:
            for n in struck:
                left_s = TOLD_WITHIN_S - (time.monotonic() - began)
                try:
                    until(lambda seat=seats[n]: seat.state == "down", max(0.1, left_s))  # type: ignore[misc]
                except AssertionError:
                    silent.append(f"{seats[n].name}: {seats[n].state} after {TOLD_WITHIN_S:.0f} s")
        threading.Event().wait(dice.uniform(0.05, 2.5))
    finally:
        for n in struck:
            _mend(n)
    return silent


def cuts(
    folder: Path, count: int, piece: Slice, *, control: bool, seed: int
) -> tuple[int, list[str]]:
    """Cut so often; return how often it was, and what is wrong."""
    dice, done = random.Random(seed), 0
    wrong: list[str] = []
    with a_centre({"listen_addresses": "'*'", "port": "5432"}) as centre:
        # The host lines of a new cluster only name the first loopback address.
        hosts = "local all all trust\nhost all all 127.0.0.0/8 trust\n"
        centre.cluster.configure({}, pg_hba__conf=hosts)
        centre.cluster.stop()
        centre.cluster.start()

        def make(n: int) -> PostgresCentral:
            login = centre.user(f"op{n}")
            address = connection_address.checked(f"postgresql://{login}@{_server(n)}:5432/hotline")
            return Forgetful(address) if control else PostgresCentral(address)

        with seats_at(folder, make) as seats:
            with working(seats) as people:
                while done < count and not piece.over:
                    more(people, 3)
                    wrong += _cut(seats, dice)
                    done += 1
                    # Else the next cut would hit a seat that is still reconnecting
                    if dice.random() < 0.5:
                        until(lambda: all(seat.state == "up" for seat in seats), 60)
            wrong += settle(seats, control=control)
            saved = sum(map(len, people.saved.values()))
            print(f"{saved:,} saves")
            return done, [*wrong, *judge(people, texts_at(centre.url()))]


def main() -> int:
    """Run what the command line says; 0 when all is well (or the control was caught)."""
    if INSIDE not in os.environ:
        command = [
            "unshare",
            "-n",
            sys.executable,
            "-m",
            "tests.soak.sync.network_cuts",
            *sys.argv[1:],
        ]
        return subprocess.run(command, check=False, env=os.environ | {INSIDE: "1"}).returncode
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cuts", type=int, nargs="?", default=100)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1022)
    add_minutes(parser)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    _ip("link", "set", "lo", "up")
    for n in range(SEATS):
        _plug(n)
    piece = Slice(chosen.minutes)
    with tempfile.TemporaryDirectory(prefix="sync-cuts-") as name:
        done, wrong = cuts(Path(name), chosen.cuts, piece, control=chosen.control, seed=chosen.seed)
    print(f"{piece.words(done, chosen.cuts, 'cuts')}, {len(wrong)} faults")
    for each in wrong[:10]:
        print("  " + each)
    # A late status line does not prove that the control was caught.
    found = any("doubled" in each or "lost" in each for each in wrong)
    return int(not found if chosen.control else bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
