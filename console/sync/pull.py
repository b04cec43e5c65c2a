"""From the centre to the workstation: after the cursor, without a gap, in pieces that delay no
save.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import Central, Numbered, SyncStore
from console.sync.time_slice import TimeSlice

BATCH = 200
"""Events of one pull."""
FEWEST = 20


@dataclass(slots=True)
class Pulled:
    """Result of a pull: events that came, requests that changed."""

    events: int = 0
    requests: frozenset[UUID] = frozenset()


class Puller:
    """Pulls for one workstation; adapts to how much its disk takes without delaying anybody."""

    def __init__(self, store: SyncStore, clock: Callable[[], float] = time.monotonic) -> None:
        """Bring events into this store."""
        self._store = store
        self._clock = clock
        self._slice = TimeSlice(50, least=FEWEST, most=BATCH, step=10)

    def pull_all(
        self,
        central: Central,
        incarnation: str,
        *,
        told: Callable[[Pulled], None] = lambda _: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Pulled:
        """Bring in everything that is there.

        Args:
            incarnation: the centre's, kept with the cursor.
            told: called after each batch with what it brought.
            stopping: asked before each transaction.

        Raises:
            UnavailableError: the centre went away; what came before is kept.
            SequenceGapError: something is missing; nothing of that piece is kept.
        """
        done = Pulled()
        full = True
        while full and not stopping():
            items = central.pull(self._store.cursor().position, BATCH)
            full = len(items) == BATCH
            batch = self._take_in(central, items, incarnation, stopping)
            done.events += batch.events
            done.requests |= batch.requests
            if batch.events:
                told(batch)
        return done

    def _take_in(
        self,
        central: Central,
        items: Sequence[Numbered],
        incarnation: str,
        stopping: Callable[[], bool],
    ) -> Pulled:
        done = Pulled()
        older = self._older(central, items)
        while done.events < len(items) and not stopping():
            piece = items[done.events : done.events + self._slice.size]
            mine = {item.event.request_id for item in piece}
            began = self._clock()
            done.requests |= self._store.pull_in(
                piece, incarnation, [each for each in older if each.request_id in mine]
            )
            self._slice.took(self._clock() - began)
            done.events += len(piece)
        return done

    def _older(self, central: Central, items: Sequence[Numbered]) -> Sequence[StoredEvent]:
        if not items or not (missing := self._store.incomplete(items)):
            return ()
        return central.history(sorted(missing))
