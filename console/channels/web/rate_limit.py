"""Limits how often a caller may call: a token bucket per caller."""

from collections import OrderedDict
from collections.abc import Callable

MOST_CALLERS = 10_000
"""How many callers are remembered; the longest idle one is dropped."""


class RateLimiter:
    """One token bucket per caller."""

    def __init__(self, per_second: float, burst: int, now_s: Callable[[], float]) -> None:
        """Buckets start full.

        Args:
            now_s: a monotonic clock, in seconds.
        """
        self._per_second = per_second
        self._burst = float(burst)
        self._now_s = now_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, caller: str) -> float:
        """0 if the caller may call now (a token is taken), else the seconds until then."""
        now = self._now_s()
        left, at = self._buckets.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._per_second
