"""Turns a folded request into its rows: what lists, queues and searches read.

Everything here can be made again from the events. Only what differs between the old and the new
fold is written.
"""

import json
import math
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests import deadlines
from console.domain.requests.request import Assignment, Attempt, Request
from console.domain.states import Outcome, State
from console.store.projection.search import listed_words, plain_words, reporter_text, search_text
from console.store.tables.definitions import (
    NEVER,
    assignment,
    callback_item,
    queue_item,
    reporter,
    service_request,
    to_ms,
    word,
)

CELL_DEGREES = 0.001
"""Edge of a cell of the box search: 111 m north-south, 109 m east-west in this city."""

_FTS_INSERT = text(
    "insert into request_fts (rowid, text, reporter) values (:rid, :text, :reporter)"
)
_FTS_DELETE = text("delete from request_fts where rowid = :rid")
NOTE_DOUBLE = (
    "insert or ignore into double_number select :number where exists "
    "(select 1 from service_request where number = :number and rid <> :rid) "
    # Imported numbers may repeat: two systems, or one that started counting again.
    "and length(:number) = 11 and :number not glob '*[^0-9]*'"
)
_NOTE_DOUBLE = text(NOTE_DOUBLE)
_LIST_WORD = insert(word).prefix_with("or ignore")
_INSERT = insert(service_request)
_UPDATE = update(service_request).where(service_request.c.rid == bindparam("which"))
_RID = select(service_request.c.rid).where(service_request.c.id == bindparam("id"))
_BETWEEN = service_request.c.rid.between(bindparam("low"), bindparam("high"))
_TAKEN = select(service_request.c.rid).where(_BETWEEN)
_LAST = select(func.max(service_request.c.rid)).where(_BETWEEN)
_ADD = {table: insert(table) for table in (assignment, queue_item, reporter, callback_item)}
_JSON = json.JSONEncoder(ensure_ascii=False)
_OF_REQUEST = {
    table: delete(table).where(table.c.rid == bindparam("which"))
    for table in (assignment, queue_item, reporter, callback_item)
}


RIDS_PER_SECOND = 8
RIDS_PER_DAY = RIDS_PER_SECOND * 86_400


def first_rid(at: datetime) -> int:
    """The smallest local id that a request of this second can have."""
    return first_rid_of(to_ms(at))


def first_rid_of(ms: int) -> int:
    """`first_rid` of an instant in milliseconds since 1970."""
    return ms // 1000 * RIDS_PER_SECOND


def cell(degrees: float | None) -> int | None:
    """The cell of a latitude or longitude."""
    return None if degrees is None else math.floor(degrees / CELL_DEGREES)


def lead_assignment(request: Request) -> Assignment | None:
    """The assignment that lists show: the open one that was given first, or else the newest."""
    if len(request.assignments) == 1:
        return request.assignments[0]
    open_ones = [each for each in request.assignments if each.is_open]
    if open_ones:
        return min(open_ones, key=lambda each: each.forwarded_at)
    return max(request.assignments, key=lambda each: each.forwarded_at, default=None)


def needs_forward(request: Request) -> bool:
    """Whether it must be forwarded: no agency has it, or one sent its part back."""
    if request.state is State.REOPENED:
        return not any(each.is_open for each in request.assignments)
    return request.state in (State.RECEIVED, State.REFUSED)


def forward_deadline(request: Request) -> datetime | None:
    """End of the forward clock, extended by past waits for the citizen's answer."""
    if request.forward_due_at is None:
        return None
    over = tuple(pause for pause in request.pauses if pause.until is not None)
    return deadlines.forward_deadline(
        request.requested_at, request.forward_due_at, over, request.updated_at
    )


def request_row(request: Request) -> dict[str, object]:
    """The columns of `service_request` that follow from the fold alone."""
    lead = lead_assignment(request)
    photos = request.media or tuple(p for each in request.assignments for p in each.photos)
    return {
        "id": request.id,
        "number": request.number,
        "channel": request.channel.value,
        "state": request.state.value,
        "is_open": 0 if request.is_closed else 1,
        "needs_forward": 1 if needs_forward(request) else 0,
        "service_code": request.service_code,
        "priority": request.priority.rank,
        "description": request.description,
        "address_string": request.address_string,
        "address": request.address,
        "lat": request.lat,
        "long": request.long,
        "cell_y": cell(request.lat),
        "cell_x": cell(request.long),
        "ward_code": request.ward_code,
        "legacy_ward": request.legacy_ward,
        "road_class": request.road_class,
        "attributes": _JSON.encode(request.attributes),
        "agency": lead.agency if lead else None,
        "requested_at": request.requested_at,
        "updated_at": request.updated_at,
        "forward_due_at": forward_deadline(request),
        "callback_due_at": request.callback_due_at,
        "due_at": request.due_at,
        "closed_at": request.closed_at,
        "info_expires_at": request.info_expires_at,
        "status_notes": request.status_notes,
        "photo": photos[0] if photos else None,
        "reporters": len(request.reporters),
        "parent_id": request.parent_id,
        "verdict": request.verdict.value if request.verdict else None,
        "bounces": request.bounces,
        "reopened": request.reopened,
        "publish_state": request.publish_state,
        "conflicts": len(request.conflicts),
        "skipped": len(request.unsettled),
        "version": request.version,
    }


def assignment_rows(rid: int, request: Request) -> list[dict[str, object]]:
    """The rows of `assignment`."""
    return [
        {
            "rid": rid,
            "agency": each.agency,
            "state": each.state.value,
            "forwarded_at": each.forwarded_at,
            "due_at": each.judged_at,
            "acknowledge_due_at": each.acknowledge_until,
            "accepted_at": each.accepted_at,
            "resolved_at": each.resolved_at,
            "committed_at": each.moved_committed_at or each.committed_at,
            "asked_at": each.asked_at,
            "bounces": each.bounces,
            "replaced": 1 if each.replaced else 0,
            "reason": each.reason,
            "resolution_code": each.resolution_code,
            "result_text": each.result_text,
        }
        for each in request.assignments
    ]


def queue_rows(rid: int, request: Request, folded: str) -> list[dict[str, object]]:
    """The rows of `queue_item`: the open assignments of an open request."""
    if request.is_closed:
        return []
    return [
        {
            "rid": rid,
            "agency": each.agency,
            "deadline": NEVER if each.deadline is None else to_ms(each.deadline),
            "forwarded_at": each.forwarded_at,
            "search_text": plain_words(folded),
        }
        for each in request.assignments
        if each.is_open
    ]


def reporter_rows(rid: int, request: Request) -> list[dict[str, object]]:
    """The rows of `reporter`, in the order they reported."""
    return [
        {
            "rid": rid,
            "n": n,
            "contact_id": person.contact_id,
            "name": person.name,
            "phone": person.phone,
            "email": person.email,
            "channel": person.channel.value,
            "consent": 1 if person.consent else 0,
        }
        for n, person in enumerate(request.reporters)
    ]


def callback_rows(rid: int, request: Request) -> list[dict[str, object]]:
    """The rows of `callback_item` while somebody must be told the result: one for each reporter not
    reached since then, or the first one's if all were reached and the request waits to be closed.
    """
    if request.state is not State.RESOLVED:
        return []
    done = [(each.resolved_at, each) for each in request.assignments if each.resolved_at]
    resolved_at, last = max(done, key=lambda pair: pair[0], default=(None, None))
    tries = [_attempts(request, n, resolved_at) for n in range(max(1, len(request.reporters)))]
    waiting = [n for n, made in enumerate(tries) if not _reached(made)] or [0]
    due = request.callback_due_at
    return [
        {
            "rid": rid,
            "n": n,
            "due_at": NEVER if due is None else to_ms(due),
            "agency": last.agency if last else None,
            "resolved_at": resolved_at,
            "result_text": last.result_text if last else request.status_notes,
            "attempts": len(tries[n]),
            "last_outcome": tries[n][-1].outcome.value if tries[n] else None,
            "last_at": tries[n][-1].at if tries[n] else None,
        }
        for n in waiting
    ]


def _attempts(request: Request, n: int, since: datetime | None) -> list[Attempt]:
    """The attempts to reach the n-th reporter; one that names nobody counts for the first."""
    contact_id = request.reporters[n].contact_id if request.reporters else None
    return [
        each
        for each in request.attempts
        if (since is None or each.at >= since)
        and (each.contact_id == contact_id or (n == 0 and each.contact_id is None))
    ]


def _reached(attempts: list[Attempt]) -> bool:
    return any(each.outcome is Outcome.REACHED for each in attempts)


class Projector:
    """Writes the rows of requests inside the caller's transaction."""

    def __init__(self, connection: Connection, catalogue: Catalogue) -> None:
        """Write through this connection; the catalogue gives names to search for."""
        self._connection = connection
        self._catalogue = catalogue

    def rid_of(self, request_id: UUID) -> int | None:
        """The local integer id of a request."""
        found = self._connection.execute(_RID, {"id": request_id}).scalar()
        return None if found is None else int(found)

    def write(
        self,
        old: Request | None,
        new: Request,
        *,
        stream: str,
        as_of_seq: int | None = None,
    ) -> None:
        """Update all rows of a request from the old fold to the new one.

        A request whose first event has not arrived yet has no rows.
        """
        if new.state is State.DRAFT:
            return
        row = request_row(new) | {"stream": stream, "as_of_seq": as_of_seq}
        rid = None if old is None else self.rid_of(new.id)
        if rid is None:
            old = None
            rid = self._free_rid(new.requested_at)
            self._connection.execute(_INSERT, row | {"rid": rid})
            self._connection.execute(_NOTE_DOUBLE, {"number": new.number, "rid": rid})
        else:
            self._connection.execute(_UPDATE, row | {"which": rid})
        self._write_parts(rid, old, new, stream)
        self._write_search(rid, old, new)

    def _free_rid(self, requested_at: datetime) -> int:
        """An unused id in the second of the request. If all eight are taken (imports with dates
        only), the next free one after those of the day that begins there.
        """
        first = first_rid(requested_at)
        bounds = {"low": first, "high": first + RIDS_PER_SECOND - 1}
        taken = set(self._connection.execute(_TAKEN, bounds).scalars())
        for rid in range(bounds["low"], bounds["high"] + 1):
            if rid not in taken:
                return rid
        day = {"low": first, "high": first + RIDS_PER_DAY - 1}
        rid = int(self._connection.execute(_LAST, day).scalar_one()) + 1
        while self._connection.execute(_TAKEN, {"low": rid, "high": rid}).first():
            rid += 1
        return rid

    def _write_parts(self, rid: int, old: Request | None, new: Request, stream: str) -> None:
        was = None if old is None else search_text(old, self._catalogue)
        now = search_text(new, self._catalogue)
        parts = (
            (assignment, None if old is None else assignment_rows(rid, old),
             assignment_rows(rid, new)),
            (queue_item, None if old is None else queue_rows(rid, old, was or ""),
             queue_rows(rid, new, now)),
            (reporter, None if old is None else reporter_rows(rid, old), reporter_rows(rid, new)),
            (callback_item, None if old is None else callback_rows(rid, old),
             callback_rows(rid, new)),
        )  # fmt: skip
        for table, before, after in parts:
            if before == after:
                continue
            if before:
                self._connection.execute(_OF_REQUEST[table], {"which": rid})
            if after:
                self._connection.execute(_ADD[table], [each | {"stream": stream} for each in after])

    def _write_search(self, rid: int, old: Request | None, new: Request) -> None:
        now = (search_text(new, self._catalogue), reporter_text(new))
        if old is not None:
            if (search_text(old, self._catalogue), reporter_text(old)) == now:
                return
            self._connection.execute(_FTS_DELETE, {"rid": rid})
        if words := listed_words(*now):
            self._connection.execute(_LIST_WORD, [{"word": each} for each in sorted(words)])
        self._connection.execute(_FTS_INSERT, {"rid": rid, "text": now[0], "reporter": now[1]})
