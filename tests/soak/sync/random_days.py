"""Random days of three switchboard seats and two agencies': nothing is lost, no gaps, no
disagreement, no reporter at an agency.

    python -m tests.soak.sync.random_days [DAYS] [--postgres] [--first SEED]
        [--control] [--minutes M]

By default against the model of the centre; `--postgres` uses a server of its own. `--control` stops
the seats from comparing histories after the centre went back, a fault that the days must find: it
exits with 1 when none did.
"""

import argparse
import logging
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from console.services.ports.central.sync import SequenceGapError
from tests.soak.time_budget import Slice, add_minutes
from tests.unit.sync.city import day


def one(folder: Path, seed: int, *, postgres: bool) -> list[str]:
    """One day; returns what was wrong in the evening."""
    try:
        if not postgres:
            return list(day(folder, seed))
        from tests.fakes.postgres import fresh_centre
        from tests.integration.sync.postgres_day import PostgresDay

        centre = fresh_centre()
        try:
            return list(day(folder, seed, PostgresDay(centre)))
        finally:
            centre.close()
    except SequenceGapError as error:
        return [f"numbers of two histories met: {error}"]


def main() -> int:
    """Run what the command line says; 0 when all is well (or the control was caught)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", type=int, nargs="?", default=1000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="go on from here")
    add_minutes(parser)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    blind = patch("tests.unit.sync.seats.rejoin", lambda *_: 0) if chosen.control else nullcontext()
    piece, done, wrong = Slice(chosen.minutes), 0, 0
    with blind:
        for seed in range(chosen.first, chosen.first + chosen.days):
            if piece.over:
                break
            done += 1
            with tempfile.TemporaryDirectory(prefix="sync-day-") as folder:
                faults = one(Path(folder), seed, postgres=chosen.postgres)
            if faults:
                wrong += 1
                print(f"day {seed}: {'; '.join(faults[:4])}", flush=True)
                if chosen.control:
                    break
    print(f"{piece.words(done, chosen.days, 'days')}, {wrong} with faults; from {chosen.first}")
    return 0 if bool(wrong) == chosen.control else 1


if __name__ == "__main__":
    sys.exit(main())
