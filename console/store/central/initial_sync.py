"""The centre's lists that a new seat starts from."""

from collections.abc import Sequence
from uuid import UUID

from console.domain.requests.events import StoredEvent
from console.services.ports.central.first_sync import ListedRequest, StartPosition
from console.store.central.connection.event_json import numbered
from console.store.central.connection.line import Statements
from console.store.tables.definitions import from_ms

_FIRST = UUID(int=0)


class InitialSyncStatements(Statements):
    """Statements over the owner's line, after `hello`."""

    def begin_start(self, most: int) -> StartPosition | None:
        """See `StartCentre`."""
        row = self._row(
            "select * from hotline.begin_start(%s, %s, %s)", self._stream, self._install, most
        )
        return None if row is None else StartPosition(row[0], row[1], tuple(row[2]))

    def start_list(self, after: UUID | None, limit: int) -> tuple[ListedRequest, ...]:
        """See `StartCentre`; a plain query, so that row security applies."""
        rows = self._rows(
            "select id, number, is_open = 1 or closed_at is null, greatest(updated_at, closed_at) "
            "from hotline.service_request where stream = %s and id > %s order by id limit %s",
            self._stream, after or _FIRST, limit,
        )  # fmt: skip
        return tuple(
            ListedRequest(each, number, is_open, from_ms(at)) for each, number, is_open, at in rows
        )

    def start_events(self, request_ids: Sequence[UUID]) -> tuple[StoredEvent, ...]:
        """See `StartCentre`."""
        rows = self._rows(
            "select * from hotline.start_events(%s, %s, %s)",
            self._stream, self._install, list(request_ids),
        )  # fmt: skip
        return tuple(numbered(row, self._stream).event for row in rows)

    def end_start(self) -> None:
        """See `StartCentre`."""
        self._row("select hotline.end_start(%s)", self._install)
