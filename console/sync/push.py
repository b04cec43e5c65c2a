"""From the outbox to the centre: in order, in batches, each event as often as necessary.

The centre keeps an event once however often it is sent, so a lost answer only costs a repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from console.domain.requests.events import StoredEvent
from console.services.ports.central.sync import Central, EventRefusedError, SyncStore

BATCH = 500
"""Events of one push."""
SLICE = 200
"""Answers that are stored in one transaction, so that no save waits for a longer one."""


@dataclass(slots=True)
class Pushed:
    """Result of a push.

    Attributes:
        taken: events that the centre has now.
        left: events that it did not take; they wait at the end of the outbox.
        buried: events that it can never store.
        last: the highest number that the centre assigned.
        requests: ids of the requests concerned.
    """

    taken: int = 0
    left: int = 0
    buried: int = 0
    last: int = 0
    requests: frozenset[UUID] = frozenset()


def push_all(
    central: Central,
    store: SyncStore,
    *,
    told: Callable[[Pushed], None] = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Pushed:
    """Send everything that is unsent now, each event once.

    Args:
        told: called after each batch with the sum so far.
        stopping: asked before each batch.

    Raises:
        UnavailableError: the centre went away; what was answered is kept.
    """
    done = Pushed()
    # What the centre leaves goes to the end of the outbox; counting keeps us from sending it twice.
    todo = store.pending_count()
    while todo > 0 and not stopping():
        events = store.pending(min(BATCH, todo))
        if not events:
            break
        todo -= len(events)
        _push(central, store, events, done)
        told(done)
    return done


def _push(central: Central, store: SyncStore, events: Sequence[StoredEvent], done: Pushed) -> None:
    """Send one batch; a refused one is halved, down to the event that cannot be stored."""
    try:
        accepted = central.push(events)
    except EventRefusedError as error:
        if len(events) == 1:
            store.bury(events[0].id, str(error.params.get("cause", error.code)))
            done.buried += 1
            done.requests |= {events[0].request_id}
            return
        half = len(events) // 2
        _push(central, store, events[:half], done)
        _push(central, store, events[half:], done)
        return
    for start in range(0, len(accepted), SLICE):
        done.requests |= store.accept(accepted[start : start + SLICE])
    done.taken += len(accepted)
    done.last = max((done.last, *(each.seq for each in accepted)))
    left = {each.id for each in events} - {each.event_id for each in accepted}
    if left:
        store.put_back([each.id for each in events if each.id in left])
        done.left += len(left)
