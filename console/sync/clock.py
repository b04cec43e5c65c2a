"""The clock by which deadlines count: this machine's, corrected by what the centre said."""

from collections.abc import Callable
from datetime import datetime, timedelta

WARN_AFTER = timedelta(seconds=2)
"""A smaller difference is noise of the line; a larger one is told and corrected (DATA.md 6)."""


class CorrectedClock:
    """Gives the time now; may be asked from any thread."""

    def __init__(self, machine: Callable[[], datetime]) -> None:
        """Start with the machine's own time."""
        self._machine = machine
        self._correction = timedelta(0)

    def __call__(self) -> datetime:
        """The aware UTC time now."""
        return self._machine() + self._correction

    def machine(self) -> datetime:
        """What the machine itself says."""
        return self._machine()

    def is_off(self, by: timedelta) -> bool:
        """Whether a machine that is so far off is told of and corrected."""
        return abs(by) >= WARN_AFTER

    def centre_is_ahead(self, by: timedelta) -> bool:
        """Take the centre's word; returns whether the machine is so wrong that people are told."""
        wrong = self.is_off(by)
        self._correction = by if wrong else timedelta(0)
        return wrong
