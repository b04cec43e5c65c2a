"""Delivers live events to their listeners on the loop's thread.

A listener that fails is logged; the others still run.
"""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

type Listener[E] = Callable[[E], None]


class Bus:
    """Delivers each event to the listeners of its class, in the order they subscribed."""

    def __init__(self) -> None:
        """Start without listeners."""
        self._listeners: dict[type, list[Callable[..., None]]] = {}
        self.failures = 0

    def subscribe[E](self, kind: type[E], listener: Listener[E]) -> Callable[[], None]:
        """Call `listener` for every event of this class; the returned function unsubscribes."""
        self._listeners.setdefault(kind, []).append(listener)

        def end() -> None:
            if listener in self._listeners.get(kind, []):
                self._listeners[kind].remove(listener)

        return end

    def publish(self, event: object) -> None:
        """Deliver now; from another thread use `loop.call_soon_threadsafe(bus.publish, event)`."""
        for listener in tuple(self._listeners.get(type(event), ())):
            try:
                listener(event)
            except Exception:
                self.failures += 1
                log.exception("a listener of %s failed", type(event).__name__)
