"""The clock that deadlines use: this machine's, corrected by what the centre says
(docs/decisions/0025-clock-of-deadlines.md).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

WARN_AFTER = timedelta(seconds=2)
"""A smaller difference is noise of the line; a larger one is reported and corrected."""


class CorrectedClock:
    """The time now; may be called from any thread."""

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
        """Whether a machine that is off by this much is reported and corrected."""
        return abs(by) >= WARN_AFTER

    def centre_is_ahead(self, by: timedelta) -> bool:
        """Take the centre's word; returns whether the machine is so wrong that people are told."""
        wrong = self.is_off(by)
        self._correction = by if wrong else timedelta(0)
        return wrong
