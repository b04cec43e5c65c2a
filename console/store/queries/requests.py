"""Questions about requests: one in detail, lists, search, the map."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, column, exists, func, or_, select, table, text

from console.domain.errors import InputError
from console.domain.privacy.agency_view import own_part
from console.domain.reports.quality import held
from console.domain.requests import numbering
from console.domain.requests.codec import fact_body, kind_of
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import HistoryStep, fold, history
from console.domain.states import State
from console.domain.text.cleaning import clean_line
from console.services.views.requests import (
    EventLine,
    MapPoint,
    RequestDetail,
    RequestFilter,
    RequestRow,
)
from console.store.projection.projector import first_rid
from console.store.projection.search import like_patterns, match_expression
from console.store.queries.base import PRIORITIES, QueryBase, r
from console.store.queries.index_conditions import IS_OPEN, NEEDS_FORWARD, unindexed
from console.store.tables.definitions import assignment, queue_item, service_request, to_ms, word
from console.store.tables.event_rows import events_of
from console.store.tables.record_rows import maker

MOST_ROWS = 2000
"""Rows in one list at most."""
MOST_ENDINGS = 24
_LAST_LETTER = "\U0010ffff"

_fts = table("request_fts", column("rowid"))
_MATCHES = text("request_fts match :match")


class RequestQueries(QueryBase):
    """The questions of `ports.Queries` about requests."""

    def detail(self, request_id: UUID, agency: str | None = None) -> RequestDetail | None:
        """A request with its history; for an agency, only its own part of it."""
        events = events_of(self._connection, request_id)
        # An event that the centre can never store also keeps its request "not synchronised".
        synced = not self._central or all(each.seq is not None for each in events)
        shown = events if agency is None else tuple(own_part(events, agency))
        return detail_of(shown, synced=synced)

    def find_number(self, text: str) -> UUID | None:
        """The id of the request with this number; blanks, dots and dashes are ignored.

        Raises:
            InputError: `wrong_check_digit` when it has eleven digits and the last one is wrong.
        """
        line = clean_line(text, 60)
        known: UUID | None = self._connection.execute(
            select(r.id).where(r.number.in_((line, line.upper()))).order_by(r.rid).limit(1)
        ).scalar()
        if known is not None:  # may also be the id of an imported request
            return known
        try:
            number = numbering.parse(text)
        except InputError as error:
            if error.code == "wrong_check_digit":
                raise
            return None
        found: UUID | None = self._connection.execute(
            select(r.id).where(r.number == number).order_by(r.rid).limit(1)
        ).scalar()
        return found

    def requests(self, which: RequestFilter, now: datetime) -> tuple[RequestRow, ...]:
        """Requests newest first (with `overdue`: by deadline)."""
        limit = max(0, min(which.limit, MOST_ROWS))
        words = (which.query or "").strip()
        if words and (number := _number_in(words)) is not None:
            statement = self._list().where(r.number == number)
            if which.agency is not None:
                statement = statement.where(_given_to(which.agency))
        elif which.overdue:
            statement = self._overdue(which.agency, words, now)
            words = ""
        elif words:
            return self._found(which, limit)
        elif which.agency is not None:
            statement = (
                self._list()
                .join_from(assignment, service_request, assignment.c.rid == r.rid)
                .where(assignment.c.agency == which.agency)
                .order_by(assignment.c.rid.desc())
            )
        else:
            statement = self._list().order_by(r.rid.desc())
        return self._rows(_in_states(statement, which.states).limit(limit).offset(which.offset))

    def _overdue(self, agency: str | None, words: str, now: datetime) -> Select[Any]:
        q = queue_item.c
        statement = (
            self._list()
            .join_from(queue_item, service_request, q.rid == r.rid)
            .where(q.deadline < to_ms(now))
            .group_by(r.rid)
            .order_by(func.min(q.deadline))
        )
        if agency is not None:
            statement = statement.where(q.agency == agency)
        for pattern in like_patterns(words):
            statement = statement.where(q.search_text.like(pattern, escape="!"))
        return statement

    def _found(self, which: RequestFilter, limit: int) -> tuple[RequestRow, ...]:
        # An agency's list cannot be searched for reporters' names or numbers.
        expression = match_expression(
            which.query or "", people=which.agency is None, endings=self._endings
        )
        if expression is None:
            return ()
        statement = _in_states(self._matching(), which.states)
        if which.agency is not None:
            statement = statement.where(_given_to(which.agency))
        return self._rows(statement.limit(limit).offset(which.offset), match=expression)

    def _matching(self) -> Select[Any]:
        return (
            self._list()
            .join_from(_fts, service_request, _fts.c.rowid == r.rid)
            .where(_MATCHES)
            .order_by(_fts.c.rowid.desc())
        )

    def search(self, text: str, limit: int = 50) -> tuple[RequestRow, ...]:
        """Full-text search, accents optional, newest first."""
        limit = max(0, min(limit, MOST_ROWS))
        if (number := _number_in(text)) is not None:
            return self._rows(self._list().where(r.number == number).limit(limit))
        expression = match_expression(text, endings=self._endings)
        if expression is None:
            return ()
        return self._rows(self._matching().limit(limit), match=expression)

    def _endings(self, beginning: str) -> Sequence[str]:
        """The listed words with this prefix; none when there are too many."""
        found = self._connection.execute(
            select(word.c.word)
            .where(word.c.word >= beginning, word.c.word < beginning + _LAST_LETTER)
            .limit(MOST_ENDINGS + 1)
        )
        known = found.scalars().all()
        return known if len(known) <= MOST_ENDINGS else ()

    def unassigned(self, limit: int = 200) -> tuple[RequestRow, ...]:
        """Requests that wait to be forwarded: received, refused, reopened without an agency;
        oldest first.
        """
        return self._rows(
            self._list()
            .where(NEEDS_FORWARD)
            .order_by(r.requested_at, r.rid)
            .limit(min(limit, MOST_ROWS))
        )

    def map_points(
        self, now: datetime, *, days: int = 7, limit: int = 5000, agency: str | None = None
    ) -> tuple[MapPoint, ...]:
        """Open and recent requests that have a pin, newest first; for an agency only those that
        it was ever given.
        """
        columns = (r.rid, r.id, r.number, r.lat, r.long, r.service_code, r.state, r.priority,
                   r.due_at, r.agency, r.requested_at)  # fmt: skip
        pinned = select(*columns).where(r.lat.is_not(None), r.long.is_not(None))
        if agency is not None:
            pinned = pinned.where(_given_to(agency))
        since = first_rid(now - timedelta(days=days))
        recent = pinned.where(r.rid >= since).order_by(r.rid.desc()).limit(limit)
        open_ones = (
            select(r.rid)
            .select_from(service_request)
            .where(IS_OPEN, unindexed(r.rid) < since, r.cell_y.is_not(None))
            .order_by(unindexed(r.rid).desc())
            .limit(limit)
        )
        if agency is not None:
            open_ones = open_ones.where(_given_to(agency))
        older = pinned.where(r.rid.in_(open_ones)).order_by(r.rid.desc())
        found = [*self._connection.execute(recent)]
        if len(found) < limit:
            found += [*self._connection.execute(older)][: limit - len(found)]
        return tuple(map(_map_point, found))


_map_point = maker(MapPoint, state=State, priority=PRIORITIES.__getitem__)


def detail_of(events: Sequence[StoredEvent], *, synced: bool) -> RequestDetail | None:
    """The request that these events fold to, with its history; None without its first event."""
    request = fold(events)
    if request is None:
        return None
    return RequestDetail(request, synced, tuple(_line(s) for s in history(events)), held(events))


def _line(step: HistoryStep) -> EventLine:
    event, fact = step.event, step.event.fact
    return EventLine(
        id=event.id,
        seq=event.seq,
        at=event.at,
        actor=event.actor,
        workstation=event.workstation,
        kind=kind_of(fact),
        from_state=step.from_state,
        to_state=step.to_state,
        reason=getattr(fact, "reason", None),
        applied=step.applied,
        agency=getattr(fact, "agency", event.agency),
        body=fact_body(fact),
    )


def _number_in(text: str) -> str | None:
    """The number, if the text is nothing but one; a mistyped number is searched for like words."""
    try:
        return numbering.parse(text)
    except InputError:
        return None


def _given_to(agency: str) -> ColumnElement[bool]:
    return exists().where(assignment.c.rid == r.rid, assignment.c.agency == agency)


def _in_states(statement: Select[Any], states: tuple[State, ...]) -> Select[Any]:
    if not states:
        return statement
    if len(states) == 1:
        return statement.where(r.state == states[0].value)
    return statement.where(or_(*(r.state == state.value for state in states)))
