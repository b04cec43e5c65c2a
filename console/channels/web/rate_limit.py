"""How often somebody may call: a bucket of permits that fills again with time."""

from collections import OrderedDict
from collections.abc import Callable

MOST_CALLERS = 10_000
"""Callers remembered; the one that was quiet longest is forgotten."""


class RateLimiter:
    """One bucket a caller."""

    def __init__(self, per_second: float, burst: int, now_s: Callable[[], float]) -> None:
        """Buckets are full at first.

        Args:
            now_s: a clock that only goes forward, in seconds.
        """
        self._per_second = per_second
        self._burst = float(burst)
        self._now_s = now_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, caller: str) -> float:
        """0 when he may call now (one permit is taken), else the seconds until he may."""
        now = self._now_s()
        left, at = self._buckets.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._per_second
