"""How many rows one transaction of the sync side takes: few enough that a save hardly waits."""

LONGEST_S = 0.012
"""How long one transaction may delay people's saves."""


class TimeSlice:
    """A number of rows that adapts to the disk: fewer when it is slow, more when it is fast.

    Attributes:
        size: for the next transaction.
    """

    def __init__(self, size: int, *, least: int, most: int, step: int) -> None:
        """Begin with `size`; it grows by `step`."""
        self.size = size
        self._least, self._most, self._step = least, most, step

    def took(self, seconds: float) -> None:
        """Adapt to how long the last transaction took."""
        if seconds > LONGEST_S:
            self.size = max(self._least, self.size * 3 // 4)
        elif seconds < LONGEST_S / 2:
            self.size = min(self._most, self.size + self._step)
