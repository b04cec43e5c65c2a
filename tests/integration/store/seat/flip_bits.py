"""Flips bits of an encrypted store, one at a time, and says how many were noticed.

    python -m tests.integration.store.seat.flip_bits PROFILE TIMES

A process of its own, so that all that the library prints is seen.
"""

import random
import sys
from contextlib import closing
from pathlib import Path

from console.store.seat.local_store import FILE_NAME
from console.store.sqlite import cipher


def main() -> None:
    """One line: how many of all."""
    file, times = Path(sys.argv[1]) / FILE_NAME, int(sys.argv[2])
    key = cipher.key_to_open(file)
    whole, dice = file.read_bytes(), random.Random(1022)
    noticed = 0
    for _ in range(times):
        spoilt = bytearray(whole)
        spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        file.write_bytes(spoilt)
        noticed += not _is_whole(file, key)
    sys.stdout.write(f"{noticed} of {times} noticed\n")


def _is_whole(file: Path, key: str | None) -> bool:
    try:
        with closing(cipher.connect(file, key)) as one:
            if one.execute("pragma cipher_integrity_check").fetchone() is not None:
                return False
            return bool(one.execute("pragma integrity_check").fetchone() == ("ok",))
    except cipher.database_errors():
        return False


if __name__ == "__main__":
    main()
