"""Complete requests that a new seat fetches: folded before the writer is involved, then inserted in
bulk.

A new seat fetches tens of thousands of them. A pull, which looks up every event and may have to
fold again, takes three times as long and delays people's saves all that time.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.codec import body_text, kind_of
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import fold
from console.domain.states import State
from console.store.projection.bulk_rows import (
    PART_VALUES,
    BulkRows,
    Insert,
    Prepared,
    dbapi_connection,
    execute_in_parts,
    placeholders,
    prepare,
    select_in_parts,
)
from console.store.projection.notices import bring_notices
from console.store.projection.refold import notices_among
from console.store.tables.definitions import event, to_ms

_COLUMNS = tuple(c.name for c in event.columns if c.name != "n")
_ADD = Insert(event, _COLUMNS)
_HAS = f"select distinct request_id from event where request_id in ({placeholders(PART_VALUES)})"  # noqa: S608
_KEPT = f"delete from pruned where request_id in ({placeholders(PART_VALUES)})"  # noqa: S608


class InitialRequest(NamedTuple):
    """All events of one subject, and the rows that follow from them.

    Attributes:
        came: the events in the order of folding.
        events: their rows.
        rows: of the request; None when the events fold to none.
    """

    request_id: UUID
    came: tuple[StoredEvent, ...]
    events: tuple[tuple[object, ...], ...]
    rows: Prepared | None


def fold_requests(came: Iterable[StoredEvent], catalogue: Catalogue) -> tuple[InitialRequest, ...]:
    """Fold events, which come subject by subject and in order of their numbers; writes nothing."""
    return tuple(
        _ready(request_id, tuple(some), catalogue)
        for request_id, some in groupby(came, lambda each: each.request_id)
    )


def _ready(request_id: UUID, came: tuple[StoredEvent, ...], catalogue: Catalogue) -> InitialRequest:
    request = fold(came)
    rows = None
    if request is not None and request.state is not State.DRAFT:
        rows = prepare(request, catalogue, came[0].stream, came[-1].seq)
    return InitialRequest(request_id, came, tuple([_row(each) for each in came]), rows)


def _row(each: StoredEvent) -> tuple[object, ...]:
    """As `event_rows.event_row`, in the order of the columns and as SQLite stores them."""
    return (
        each.id.bytes,
        each.stream,
        each.seq,
        each.request_id.bytes,
        kind_of(each.fact),
        to_ms(each.at),
        each.actor,
        each.role.value,
        each.workstation,
        each.agency,
        each.hlc,
        each.schema_v,
        body_text(each.fact),
    )


def known(connection: Connection, every: Sequence[InitialRequest]) -> set[UUID]:
    """The subjects of which the store already has events: an ordinary pull handles them."""
    ids = (each.request_id.bytes for each in every)
    return {UUID(bytes=each) for each in select_in_parts(dbapi_connection(connection), _HAS, ids)}


def write(connection: Connection, every: Sequence[InitialRequest], listed: set[str]) -> None:
    """Insert requests that are new to the store, in the caller's transaction.

    Args:
        listed: texts whose words are already in the word list; grows.

    Raises:
        `database_errors("IntegrityError")`: an event or a number is already there after all.
    """
    raw = dbapi_connection(connection)
    _ADD(raw, [row for each in every for row in each.events])
    folded = BulkRows(raw, listed)
    for each in every:
        if each.rows is not None:
            folded.add(each.rows)
    folded.flush()
    fresh = {each.request_id: each.came for each in every}
    bring_notices(connection, notices_among(fresh, fresh))


def no_longer_pruned(connection: Connection, request_ids: Iterable[UUID]) -> None:
    """Note that these requests are kept here from now on."""
    execute_in_parts(dbapi_connection(connection), _KEPT, (each.bytes for each in request_ids))
