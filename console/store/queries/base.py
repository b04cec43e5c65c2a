"""What all questions share: the connection, and requests as rows of a list."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, literal, not_, select

from console.domain.catalogue.catalogue import Catalogue
from console.domain.states import Channel, Priority, State
from console.services.views.requests import RequestRow
from console.store.tables.definitions import dead_letter, outbox, service_request
from console.store.tables.record_rows import maker

PRIORITIES = tuple(Priority)
r = service_request.c

_LIST_COLUMNS = (
    r.rid, r.id, r.number, r.service_code, r.channel, r.state, r.priority, r.description,
    r.address_string, r.ward_code, r.agency, r.requested_at, r.updated_at, r.due_at, r.lat, r.long,
    r.conflicts, r.skipped,
)  # fmt: skip


class QueryBase:
    """One reader's connection inside a snapshot; base of the questions by subject."""

    def __init__(self, connection: Connection, catalogue: Catalogue, central: bool) -> None:
        """Ask through this connection.

        Args:
            connection: a reader's, in a transaction.
            catalogue: groups of services, radius and window of duplicates.
            central: whether a centre is configured; only then can an event be unsent.
        """
        self._connection = connection
        self._catalogue = catalogue
        self._central = central

    def _synced(self) -> ColumnElement[Any]:
        if not self._central:
            return literal(1)
        return not_(
            exists().where(outbox.c.request_id == r.id)
            | exists().where(dead_letter.c.request_id == r.id)
        )

    def _list(self) -> Select[Any]:
        """The columns of a request in a list, from `service_request` alone."""
        return select(*_LIST_COLUMNS, self._synced().label("synced"))

    def _rows(self, statement: Select[Any], **values: object) -> tuple[RequestRow, ...]:
        return request_rows(self._connection.execute(statement, values))


_request_row = maker(
    RequestRow, channel=Channel, state=State, priority=PRIORITIES.__getitem__, synced=bool
)


def request_rows(found: Iterable[Any]) -> tuple[RequestRow, ...]:
    """Rows of `QueryBase._list` as values."""
    return tuple(map(_request_row, found))
