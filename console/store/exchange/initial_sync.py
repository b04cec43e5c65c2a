"""The seat's side of the initial sync from the centre's lists, over the local store.

Every listed request becomes a row of `pruned`, as if this seat had had it and pruned it. Requests
that a seat keeps are marked `wanted` there until their events arrive. So pulls, searches by number
and changes of a request that has not arrived yet work as at any other seat.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from console.domain.requests.events import StoredEvent
from console.services.ports.central.first_sync import FoldedSubject, ListedRequest, ListProgress
from console.services.ports.central.sync import Cursor
from console.store.exchange import initial_requests
from console.store.exchange.events import PRIORITY, LocalSyncStore
from console.store.seat.local_store import LocalStore
from console.store.seat.pruning import KEPT
from console.store.sqlite.cipher import database_errors
from console.store.tables.definitions import pruned
from console.store.tables.meta import set_value, value_of

OTHER, OPEN, RECENT = 1, 2, 3
"""Order of fetching: orders and notices first, because requests depend on them."""
_META = "start_list"
_AGAIN = upsert(pruned)
_WRITE = _AGAIN.on_conflict_do_update(
    index_elements=["request_id"],
    set_={
        "number": _AGAIN.excluded.number,
        "wanted": func.coalesce(pruned.c.wanted, _AGAIN.excluded.wanted),
    },
)
_FORGET = text("delete from meta where key = :key").bindparams(key=_META)
_NEXT = (
    select(pruned.c.request_id)
    .where(pruned.c.wanted.is_not(None))
    .order_by(pruned.c.wanted, pruned.c.request_id.desc())
    .limit(bindparam("most"))
)
_LEFT = select(func.count()).select_from(pruned).where(pruned.c.wanted.is_not(None))
_UNKNOWN = (
    update(pruned)
    .where(pruned.c.request_id.in_(bindparam("ids", expanding=True)))
    .values(wanted=None)
)


class LocalInitialSync:
    """One seat's list and what is still to be fetched; blocking, for the sync thread."""

    def __init__(self, store: LocalStore, sync: LocalSyncStore) -> None:
        """Over this store, whose part of the stream `sync` keeps."""
        self._store = store
        self._sync = sync
        self._words: set[str] = set()

    def is_new(self) -> bool:
        """See `StartStore`."""
        return self._sync.cursor().position == 0 and self._sync.held() is None

    def listing(self) -> ListProgress | None:
        """See `StartStore`."""
        return self._store.run_on_reader(_listing)

    def begin(self, place: Cursor, others: Sequence[UUID]) -> None:
        """See `StartStore`."""

        def work(connection: Connection) -> None:
            connection.execute(delete(pruned))
            now = datetime.now(UTC)
            rows = [self._row(each, "", now, OTHER) for each in others]
            if rows:
                connection.execute(_WRITE, rows)
            _keep(connection, ListProgress(place, None))

        self._store.run_on_writer(work, priority=PRIORITY)

    def give_up(self) -> None:
        """See `StartStore`."""

        def work(connection: Connection) -> None:
            connection.execute(delete(pruned))
            connection.execute(_FORGET)

        self._store.run_on_writer(work, priority=PRIORITY)

    def write_down(self, listed: Sequence[ListedRequest], now: datetime) -> None:
        """See `StartStore`."""

        def work(connection: Connection) -> None:
            since = now - KEPT
            rows = [
                self._row(each.request_id, each.number, now, _wanted(each, since))
                for each in listed
            ]
            connection.execute(_WRITE, rows)
            if (here := _listing(connection)) is not None:
                _keep(connection, ListProgress(here.place, listed[-1].request_id))

        self._store.run_on_writer(work, priority=PRIORITY)

    def stand(self) -> None:
        """See `StartStore`."""

        def work(connection: Connection) -> None:
            if (here := _listing(connection)) is not None:
                self._sync.stand_at(connection, here.place)
                connection.execute(_FORGET)

        self._store.run_on_writer(work, priority=PRIORITY)

    def wanted(self, limit: int) -> tuple[UUID, ...]:
        """See `StartStore`."""
        return self._store.run_on_reader(
            lambda c: tuple(c.execute(_NEXT, {"most": limit}).scalars())
        )

    def wanted_count(self) -> int:
        """See `StartStore`."""
        return int(self._store.run_on_reader(lambda c: c.execute(_LEFT).scalar_one()))

    def ready(self, events: Sequence[StoredEvent]) -> Sequence[FoldedSubject]:
        """See `StartStore`."""
        return initial_requests.fold_requests(events, self._store.catalogue)

    def fetched(self, came: Sequence[FoldedSubject], unknown: Sequence[UUID]) -> None:
        """See `StartStore`."""
        every = cast("Sequence[initial_requests.InitialRequest]", came)
        try:
            self._store.run_on_writer(lambda c: self._take(c, every, unknown), priority=PRIORITY)
        except database_errors("IntegrityError"):
            # An event or a number is already here after all: an ordinary pull handles that.
            self._words.clear()
            self._store.run_on_writer(lambda c: self._pulled(c, every, unknown), priority=PRIORITY)
        except BaseException:
            self._words.clear()  # the transaction that listed them was rolled back
            raise

    def _take(
        self,
        connection: Connection,
        came: Sequence[initial_requests.InitialRequest],
        unknown: Sequence[UUID],
    ) -> None:
        here = initial_requests.known(connection, came)
        initial_requests.write(
            connection, [each for each in came if each.request_id not in here], self._words
        )
        self._pulled(connection, [each for each in came if each.request_id in here], unknown)
        initial_requests.no_longer_pruned(connection, (each.request_id for each in came))
        hlcs = [stored.hlc for each in came for stored in each.came]
        self._sync.saw_clock(connection, max(hlcs, default=0))

    def _pulled(
        self,
        connection: Connection,
        came: Sequence[initial_requests.InitialRequest],
        unknown: Sequence[UUID],
    ) -> None:
        self._sync.take_whole(connection, [stored for each in came for stored in each.came])
        if unknown:
            connection.execute(_UNKNOWN, {"ids": list(unknown)})

    def _row(
        self, request_id: UUID, number: str, at: datetime, wanted: int | None
    ) -> dict[str, object]:
        return {
            "request_id": request_id,
            "stream": self._sync.stream,
            "number": number,
            "at": at,
            "wanted": wanted,
        }


def _wanted(listed: ListedRequest, since: datetime) -> int | None:
    if listed.is_open:
        return OPEN
    return RECENT if listed.updated_at >= since else None


def _listing(connection: Connection) -> ListProgress | None:
    if (kept := value_of(connection, _META)) is None:
        return None
    said = json.loads(kept)
    place = Cursor(said["seq"], UUID(said["event_id"]), said["incarnation"])
    return ListProgress(place, UUID(said["after"]) if said["after"] else None)


def _keep(connection: Connection, listing: ListProgress) -> None:
    said = {
        "seq": listing.place.position,
        "event_id": str(listing.place.event_id),
        "incarnation": listing.place.incarnation,
        "after": str(listing.after) if listing.after else None,
    }
    set_value(connection, _META, json.dumps(said))
