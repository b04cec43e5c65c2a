"""The centre's projections: any operator's console folds requests that have changed.

This happens outside of a push. It is idempotent and holds no lock during the round trip: what
another console wrote from newer events stays.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import fold
from console.domain.requests.request import Request
from console.domain.states import State
from console.store.central.connection.event_json import numbered
from console.store.central.connection.line import Statements
from console.store.projection.projector import (
    assignment_rows,
    cell,
    queue_rows,
    reporter_rows,
    request_row,
)
from console.store.projection.search import plain_words, search_text
from console.store.tables.definitions import to_ms


class ProjectionStatements(Statements):
    """Reads the table `dirty`, folds, writes."""

    def project(self, catalogue: Catalogue, limit: int = 200) -> int:
        """Fold at most `limit` requests that changed, oldest change first.

        Args:
            catalogue: names of services and wards, for the search.
            limit: requests, at most 1,000.

        Returns:
            How many it handled; 0 = nothing is left.

        Raises:
            UnavailableError: `central_denied` for a role that may not push.
        """
        found = self._rows("select * from hotline.events_to_project(%s, %s)", self._stream, limit)
        events = [numbered(row, self._stream).event for row in found]
        rows = [
            projection(list(group), catalogue)
            for _, group in groupby(events, key=lambda event: event.request_id)
        ]
        if rows:
            self._row(
                "select hotline.write_projection(%s, %s::jsonb)",
                self._stream,
                json.dumps(rows, ensure_ascii=False, default=_plain),
            )
        return len(rows)


def projection(events: Iterable[StoredEvent], catalogue: Catalogue) -> dict[str, object]:
    """All rows of one request; no request while its first event has not arrived."""
    known = list(events)
    rows: dict[str, object] = {
        "request_id": known[0].request_id,
        "as_of_seq": max(event.seq or 0 for event in known),
    }
    request = fold(known)
    if request is None or request.state is State.DRAFT:
        return rows
    folded = search_text(request, catalogue)
    stream = known[0].stream
    own = {"request_id": request.id, "stream": stream}
    return rows | {
        "request": request_row(request)
        | {"as_of_seq": rows["as_of_seq"], "search_text": plain_words(folded)},
        "assignments": [row | own for row in assignment_rows(0, request)],
        "queue": [row | own | _hot(request, row) for row in queue_rows(0, request, folded)],
        "reporters": [row | own for row in reporter_rows(0, request)],
        "outreach": [
            own
            | {
                "id": each.outreach_id,
                "channel": each.channel.value,
                "purpose": each.purpose.value,
                "state": each.state.value,
                "created_at": each.at,
                "error": each.error,
            }
            for each in request.messages
        ],
    }


def _hot(request: Request, row: dict[str, object]) -> dict[str, object]:
    """What a queue shows without reading the request itself."""
    mine = request.assignment(str(row["agency"]))
    return {
        "state": mine.state.value if mine else request.state.value,
        "priority": request.priority.rank,
        "cell_y": cell(request.lat),
        "cell_x": cell(request.long),
        "number": request.number,
        "service_code": request.service_code,
        "description": request.description,
        "address_string": request.address_string,
    }


def _plain(value: object) -> object:
    """Values that JSON lacks, in the form of the centre's columns."""
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(value)
