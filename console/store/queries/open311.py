"""Questions of the public (Open311): requests by time, one by its number, their updates.

Everybody may read what was published, in the words of the publishing event. Internal details go
only to the API key by which a report came. A report has its number before an operator turns it into
a request; until then its contact represents it.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, column, func, select, text

from console.domain.states import Channel, ContactState, State
from console.services.views.public_api import PublicFilter, PublicRow, PublicUpdate, Shown
from console.store.projection.projector import first_rid
from console.store.queries.base import QueryBase, r
from console.store.queries.index_conditions import is_published
from console.store.tables import record_rows
from console.store.tables.definitions import contact, event, service_request, to_ms

MOST_ROWS = 1001
c, e = contact.c, event.c
_TEXT_OF = {"result_reported": "text"}
_IS_PUBLISHED = text(is_published("service_request"))
_TOLD = text(
    "select at, n from told_step where public = 1 and at >= :start and at <= :end "
    "order by at, n limit :limit offset :offset"
)
_TOLD_BY_KEY = text(
    "select at, n from told_step where public = 1 and at >= :start and at <= :end union "
    "select at, n from told_step where key = :key and key <> '' and at >= :start and at <= :end "
    "order by at, n limit :limit offset :offset"
)
_publishing = event.alias("publishing")
_PUBLISHED = (
    select(_publishing.c.body)
    .where(_publishing.c.request_id == r.id, _publishing.c.kind == "request_published")
    .order_by(_publishing.c.n.desc())
    .limit(1)
    .correlate(service_request)
    .scalar_subquery()
)
_PUBLISHED_N = (
    select(func.max(_publishing.c.n))
    .where(_publishing.c.request_id == r.id, _publishing.c.kind == "request_published")
    .correlate(service_request)
    .scalar_subquery()
)
_later = event.alias("later")
_LAST_RESULT_N = (
    select(func.max(_later.c.n))
    .where(
        _later.c.request_id == r.id,
        _later.c.kind == "result_reported",
        _later.c.n < _PUBLISHED_N,
    )
    .correlate(service_request)
    .scalar_subquery()
)
_SHOWN_STATES = frozenset(State) - {State.REJECTED, State.MERGED, State.CANCELLED}
_REQUESTS = (
    select(
        r.number, r.state, r.publish_state, r.channel, r.service_code, r.description,
        r.status_notes, r.agency, r.requested_at, r.updated_at, r.due_at, r.closed_at, r.address,
        r.address_string, r.lat, r.long, r.is_open, c.proposal, c.id.label("contact_id"),
        _PUBLISHED.label("published"),
    )
    .select_from(service_request)
    .outerjoin(contact, c.number == r.number)
)  # fmt: skip
_CONTACTS = (
    select(
        c.id, c.number, c.channel, c.proposal, c.text, c.state, c.received_at, c.lat, c.long,
        c.reject_reason, r.number.label("joined"),
    )
    .select_from(contact)
    .outerjoin(service_request, r.id == c.request_id)
)  # fmt: skip


class Open311Queries(QueryBase):
    """The questions of `ports.Queries` that the public asks."""

    def public_requests(self, which: PublicFilter) -> tuple[PublicRow, ...]:
        """Published requests, newest first."""
        statement = _REQUESTS.where(
            _IS_PUBLISHED,
            r.rid >= first_rid(which.start_at),
            r.requested_at >= to_ms(which.start_at),
            r.requested_at <= to_ms(which.end_at),
        )
        if which.services:
            statement = statement.where(r.service_code.in_(which.services))
        if which.is_open is not None:
            statement = statement.where(r.is_open == int(which.is_open))
        statement = statement.order_by(r.requested_at.desc())
        statement = statement.limit(min(which.limit, MOST_ROWS)).offset(which.offset)
        return tuple(map(_of_request, self._connection.execute(statement)))

    def public_request(self, number: str) -> PublicRow | None:
        """One by its eleven digits, published or not. A report that was merged into another
        request names that request.
        """
        row = self._connection.execute(_REQUESTS.where(r.number == number).limit(1)).first()
        if row is not None:
            return _of_request(row)
        row = self._connection.execute(_CONTACTS.where(c.number == number)).first()
        return None if row is None else _of_contact(row)

    def public_updates(
        self,
        start_at: datetime,
        end_at: datetime,
        limit: int = 1000,
        *,
        offset: int = 0,
        key: str | None = None,
    ) -> tuple[PublicUpdate, ...]:
        """Steps of that time, oldest first: of published requests, and of requests that came by
        the API key with this name.
        """
        page = (_TOLD if key is None else _TOLD_BY_KEY).bindparams(
            start=to_ms(start_at),
            end=to_ms(end_at),
            limit=min(limit, MOST_ROWS),
            offset=offset,
            **({} if key is None else {"key": key}),
        )
        t = page.columns(column("at", Integer), column("n", Integer)).subquery("told")
        statement = (
            select(
                e.id, e.n, e.kind, e.at, e.body, r.number, r.state, r.publish_state, c.proposal,
                _PUBLISHED.label("published"), _LAST_RESULT_N.label("last_result_n"),
            )
            .select_from(t)
            .join(event, e.n == t.c.n)
            .join(service_request, r.id == e.request_id)
            .outerjoin(contact, c.number == r.number)
            .order_by(t.c.at, t.c.n)
        )  # fmt: skip
        found = (_update(row, key) for row in self._connection.execute(statement))
        return tuple(step for step in found if step is not None)


def _update(row: Any, key: str | None) -> PublicUpdate | None:  # noqa: ANN401  (columns by name)
    own = (
        key is not None
        and dict(record_rows.pairs_of(row.proposal or "[]")).get("api_key_name") == key
    )
    shown = _shown(row)
    said: object = None
    if own:
        said = json.loads(row.body).get(_TEXT_OF.get(row.kind, "reason"))
    elif shown is None:
        return None
    elif row.n == row.last_result_n:
        said = shown.result
    return PublicUpdate(row.id, row.number, row.kind, row.at, str(said) if said else None)


def _shown(row: Any) -> Shown | None:  # noqa: ANN401
    """What the publishing event shows to everybody; None while the request is not public."""
    if row.publish_state != "public" or State(row.state) not in _SHOWN_STATES or not row.published:
        return None
    body = json.loads(row.published)
    return Shown(
        text=str(body["text"]),
        result=body.get("result"),
        photos=tuple(str(each) for each in body.get("photos") or ()),
        lat=body.get("lat"),
        long=body.get("long"),
    )


def _of_request(row: Any) -> PublicRow:  # noqa: ANN401
    proposal = dict(record_rows.pairs_of(row.proposal)) if row.proposal else {}
    return PublicRow(
        number=row.number,
        shown=_shown(row),
        state=State(row.state),
        channel=Channel(row.channel),
        service_code=row.service_code,
        description=row.description,
        status_notes=row.status_notes,
        agency=row.agency,
        requested_at=row.requested_at,
        updated_at=row.closed_at if not row.is_open and row.closed_at else row.updated_at,
        due_at=row.due_at,
        address=row.address or row.address_string,
        lat=row.lat,
        long=row.long,
        is_open=bool(row.is_open),
        key=proposal.get("api_key_name"),
        contact_id=row.contact_id,
    )


def _of_contact(row: Any) -> PublicRow:  # noqa: ANN401
    proposal = dict(record_rows.pairs_of(row.proposal))
    waits = row.state in (ContactState.NEW.value, ContactState.ANSWERED.value)
    return PublicRow(
        number=row.number,
        shown=None,
        state=None,
        channel=Channel(row.channel),
        service_code=proposal.get("service_code", ""),
        description=row.text,
        status_notes=row.reject_reason,
        agency=None,
        requested_at=row.received_at,
        updated_at=row.received_at,
        due_at=None,
        address=proposal.get("address_string"),
        lat=row.lat,
        long=row.long,
        is_open=waits and row.joined is None,
        key=proposal.get("api_key_name"),
        contact_id=row.id,
        joined=row.joined,
    )
