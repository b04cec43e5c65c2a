"""Live events to whoever listens, on the loop's thread; a failing listener is logged, the
others run.
"""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

type Listener[E] = Callable[[E], None]


class Bus:
    """Delivers each event to the listeners of its class, in the order they subscribed."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: dict[type, list[Callable[..., None]]] = {}
        self.failures = 0

    def subscribe[E](self, kind: type[E], listener: Listener[E]) -> Callable[[], None]:
        """Call `listener` for every event of this class; the returned function ends it."""
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
