"""Times the calls to the centre, so that another thread can notice one that hangs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from console.services.ports.central.sync import Central

_RESTING = frozenset({"wait", "account_changed", "wake", "break_off", "close"})
"""Methods that are not timed: resting is not hanging, and the others ask nothing."""


class CallTimer:
    """How long the present call takes; `busy_s` may be asked from any thread."""

    def __init__(self) -> None:
        """No call yet."""
        self._since: float | None = None

    @property
    def busy_s(self) -> float:
        """How long the present call has been waiting for the centre; 0 without a call."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Put any other question over the same line inside this."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None


class _Timed:
    """Passes every method on to a centre."""

    def __init__(self, central: Central, timer: CallTimer) -> None:
        self._central, self._timer = central, timer

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._central, name)
        if name in _RESTING:
            return method

        def timed(*args: object, **named: object) -> object:
            with self._timer.timed():
                return method(*args, **named)

        return timed


def timed_centre(central: Central, timer: CallTimer) -> Central:
    """The same centre with its calls timed."""
    return cast("Central", _Timed(central, timer))
