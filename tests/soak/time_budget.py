"""A soak that may take so long and no longer: it says how much of its work it did."""

import argparse
import time


class Slice:
    """The time of one run."""

    def __init__(self, minutes: float | None) -> None:
        """It begins now; None = until all is done."""
        self.began = time.monotonic()
        self._end = None if minutes is None else self.began + minutes * 60

    @property
    def over(self) -> bool:
        """Whether nothing new should be begun."""
        return self._end is not None and time.monotonic() >= self._end

    def words(self, done: int, wanted: int, what: str) -> str:
        """How much was done, and after how long."""
        rest = "" if done >= wanted else f" of {wanted:,}{' (out of time)' * self.over}"
        return f"{done:,}{rest} {what}, {time.monotonic() - self.began:.0f} s"


def add_minutes(parser: argparse.ArgumentParser) -> None:
    """The option of every soak that can be cut."""
    parser.add_argument("--minutes", type=float, help="stop then and say how much was done")
