"""How much one transaction of the sync side takes: so much that a save hardly waits for it."""

LONGEST_S = 0.012
"""How long one transaction should hold up the people's saves at most."""


class TimeSlice:
    """A number of rows that follows the disk: fewer where it is slow, more where it is quick.

    Attributes:
        size: for the next transaction.
    """

    def __init__(self, size: int, *, least: int, most: int, step: int) -> None:
        """Begin with `size`; it grows by `step`."""
        self.size = size
        self._least, self._most, self._step = least, most, step

    def took(self, seconds: float) -> None:
        """The last transaction was so long."""
        if seconds > LONGEST_S:
            self.size = max(self._least, self.size * 3 // 4)
        elif seconds < LONGEST_S / 2:
            self.size = min(self._most, self.size + self._step)
