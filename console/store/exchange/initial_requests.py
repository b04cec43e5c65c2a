"""Requests that come whole to a seat that has nothing of them: folded before the writer's turn,
written by plain rows.

A new seat fetches tens of thousands of them. The way of a pull, which looks up every event and may
have to fold anew, takes three times as long and holds up people's saves for all of it.
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
    """All events of one subject, and the rows they come to.

    Attributes:
        came: in the order of folding.
        events: their rows.
        rows: of the request; None when they fold to none.
    """

    request_id: UUID
    came: tuple[StoredEvent, ...]
    events: tuple[tuple[object, ...], ...]
    rows: Prepared | None


def fold_requests(came: Iterable[StoredEvent], catalogue: Catalogue) -> tuple[InitialRequest, ...]:
    """Fold what came, each subject's events in a row and by their number; nothing is written."""
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
    """As `codec.event_row`, in the order of the columns and as SQLite takes them."""
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
    """Those of which the store has events already: they go the way of a pull."""
    ids = (each.request_id.bytes for each in every)
    return {UUID(bytes=each) for each in select_in_parts(dbapi_connection(connection), _HAS, ids)}


def write(connection: Connection, every: Sequence[InitialRequest], listed: set[str]) -> None:
    """Add requests of which the store has nothing, in the caller's transaction.

    Args:
        listed: pieces of text whose words are known to be in the list; grows.

    Raises:
        `database_errors("IntegrityError")`: it has one of the events, or of the numbers, all the
            same.
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
    """They are kept here from now on."""
    execute_in_parts(dbapi_connection(connection), _KEPT, (each.bytes for each in request_ids))
