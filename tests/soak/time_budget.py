"""A time limit for a soak, which then says how much of its work it did."""

import argparse
import time


class Slice:
    """The time of one run."""

    def __init__(self, minutes: float | None) -> None:
        """Start now; None = until everything is done."""
        self.began = time.monotonic()
        self._end = None if minutes is None else self.began + minutes * 60

    @property
    def over(self) -> bool:
        """Whether nothing new should be started."""
        return self._end is not None and time.monotonic() >= self._end

    def words(self, done: int, wanted: int, what: str) -> str:
        """How much was done, and in what time."""
        rest = "" if done >= wanted else f" of {wanted:,}{' (out of time)' * self.over}"
        return f"{done:,}{rest} {what}, {time.monotonic() - self.began:.0f} s"


def add_minutes(parser: argparse.ArgumentParser) -> None:
    """Add the option of every soak that can be cut short."""
    parser.add_argument("--minutes", type=float, help="stop then and say how much was done")
