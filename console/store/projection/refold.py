"""Folds requests again whose events changed elsewhere than at the end, and updates their rows."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, text

from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.notices import NOTICE_FACTS
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import fold
from console.domain.requests.request import Request
from console.domain.states import State
from console.store.projection.bulk_rows import BulkRows, dbapi_connection, prepare
from console.store.projection.notices import bring_notices
from console.store.projection.projector import Projector
from console.store.tables.definitions import event
from console.store.tables.event_rows import events_of

_ORDER = (
    select(event.c.request_id, event.c.id)
    .where(event.c.request_id.in_(bindparam("requests", expanding=True)))
    .order_by(event.c.request_id, event.c.seq.is_(None), event.c.seq, event.c.n)
)
_KNOWN = (
    select(event.c.request_id)
    .where(event.c.request_id.in_(bindparam("requests", expanding=True)))
    .distinct()
)
_AS_OF = text(
    "update service_request set as_of_seq = "
    "(select max(e.seq) from event e where e.request_id = service_request.id) where id = :id"
)


type Order = dict[UUID, list[UUID]]
"""For each request its event ids in the order of folding."""


def notices_among(
    requests: Iterable[UUID], fresh: Mapping[UUID, Sequence[StoredEvent]]
) -> list[UUID]:
    """Which of these may be notices. For new subjects the given events decide."""
    return [
        each
        for each in requests
        if each not in fresh or any(isinstance(it.fact, NOTICE_FACTS) for it in fresh[each])
    ]


class Refold:
    """Wraps a change: `before` it, then the change, then `after`, all in one transaction."""

    def __init__(
        self, connection: Connection, catalogue: Catalogue, requests: Iterable[UUID]
    ) -> None:
        """Watch these requests through this connection."""
        self._connection = connection
        self._catalogue = catalogue
        self._projector = Projector(connection, catalogue)
        self._requests = sorted(requests)
        self._known: set[UUID] = set()
        self._old: dict[UUID, Request | None] = {}
        self._order: Order = {}

    def before(self) -> None:
        """Remember the state before the change."""
        found = self._connection.execute(_KNOWN, {"requests": self._requests})
        self._known = set(found.scalars())
        self._old = {each: fold(events_of(self._connection, each)) for each in self._known}

    def after(self, came: Iterable[StoredEvent] = ()) -> None:
        """Update the rows to what the events say now.

        Args:
            came: the added events; a request that consists only of them is not read again.
        """
        fresh: dict[UUID, list[StoredEvent]] = {}
        for each in came:
            if each.request_id not in self._known:
                fresh.setdefault(each.request_id, []).append(each)
        rows = BulkRows(dbapi_connection(self._connection), set())
        for request_id in self._requests:
            if (whole := fresh.get(request_id)) is None:
                self._write(request_id, self._old.get(request_id))
                continue
            whole.sort(key=lambda stored: stored.seq or 0)
            new = fold(whole)
            if new is not None and new.state is not State.DRAFT:
                rows.add(prepare(new, self._catalogue, whole[0].stream, whole[-1].seq))
        rows.flush()
        bring_notices(self._connection, notices_among(self._requests, fresh))

    def before_numbering(self) -> None:
        """Remember the order only. An event that gets its number but keeps its place changes
        nothing, and that is the usual answer to a push.
        """
        self._order = self._order_now()

    def after_numbering(self) -> None:
        """Update the rows of requests whose order changed."""
        now = self._order_now()
        same = [each for each in self._requests if self._order.get(each) == now.get(each)]
        if same:
            self._connection.execute(_AS_OF, [{"id": each.bytes} for each in same])
        for each in set(self._requests).difference(same):
            events = {stored.id: stored for stored in events_of(self._connection, each)}
            self._write(each, fold(events[event_id] for event_id in self._order[each]))
        bring_notices(self._connection, set(self._requests).difference(same))

    def _write(self, request_id: UUID, old: Request | None) -> None:
        history = events_of(self._connection, request_id)
        if (new := fold(history)) is None:
            return
        numbers = [stored.seq for stored in history if stored.seq is not None]
        self._projector.write(
            old, new, stream=history[0].stream, as_of_seq=max(numbers, default=None)
        )

    def _order_now(self) -> Order:
        order: Order = {}
        if self._requests:
            for row in self._connection.execute(_ORDER, {"requests": self._requests}):
                order.setdefault(row.request_id, []).append(row.id)
        return order
