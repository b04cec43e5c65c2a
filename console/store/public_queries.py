"""Questions of the public (Open311): requests by time, one by its number, their updates.

A report that came by Open311 has its number before an operator made a request of it; until then its
contact stands for it.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text

from console.domain.states import Channel, ContactState, State
from console.services.public_views import PublicFilter, PublicRow, PublicUpdate
from console.store import rows
from console.store.conditions import IS_WRITTEN
from console.store.projections import first_rid
from console.store.reading import Reading, r
from console.store.tables import contact, event, service_request, to_ms

MOST_ROWS = 1001
c, e = contact.c, event.c
_KINDS = (
    "request_forwarded", "work_started", "extension_granted", "result_reported",
    "request_closed", "request_reopened", "request_rejected", "request_merged",
    "request_cancelled", "info_asked",
)  # fmt: skip
_IS_PUBLIC = text("event.kind in ({})".format(", ".join(f"'{kind}'" for kind in _KINDS)))
"""Written out as in the index, or SQLite does not take it."""
_TEXT_OF = {"result_reported": "text"}
_REQUESTS = (
    select(
        r.number, r.state, r.channel, r.service_code, r.description, r.status_notes, r.agency,
        r.requested_at, r.updated_at, r.due_at, r.closed_at, r.address, r.address_string, r.lat,
        r.long, r.is_open, c.proposal, c.id.label("contact_id"), c.media,
    )
    .select_from(service_request)
    .outerjoin(contact, c.number == r.number)
)  # fmt: skip


class PublicQueries(Reading):
    """The questions of `ports.Queries` that the public asks."""

    def public_requests(self, which: PublicFilter) -> tuple[PublicRow, ...]:
        """Requests and reports not looked at yet, newest first."""
        wanted = min(which.limit, MOST_ROWS) + which.offset
        statement = _REQUESTS.where(
            r.rid >= first_rid(which.start_at),
            r.requested_at >= to_ms(which.start_at),
            r.requested_at <= to_ms(which.end_at),
        )
        if which.services:
            statement = statement.where(r.service_code.in_(which.services))
        if which.is_open is not None:
            statement = statement.where(r.is_open == int(which.is_open))
        found = self._connection.execute(statement.order_by(r.rid.desc()).limit(wanted))
        both = [*map(_of_request, found), *self._waiting(which, wanted)]
        both.sort(key=lambda row: row.requested_at, reverse=True)
        return tuple(both[which.offset : wanted])

    def _waiting(self, which: PublicFilter, limit: int) -> list[PublicRow]:
        """Reports with a number of their own and no request yet."""
        statement = _contacts().where(
            IS_WRITTEN,
            c.request_id.is_(None),
            c.received_at >= to_ms(which.start_at),
            c.received_at <= to_ms(which.end_at),
        )
        # Only what still waits is open; what was rejected or thrown out is closed.
        waits = c.state.in_((ContactState.NEW.value, ContactState.ANSWERED.value))
        if which.is_open is not None:
            statement = statement.where(waits if which.is_open else ~waits)
        found = self._connection.execute(statement.order_by(c.received_at.desc()).limit(limit))
        reports = [_of_contact(row) for row in found]
        return [row for row in reports if not which.services or row.service_code in which.services]

    def public_request(self, number: str) -> PublicRow | None:
        """One, by its eleven digits; a report joined to another request names that one."""
        row = self._connection.execute(_REQUESTS.where(r.number == number).limit(1)).first()
        if row is not None:
            return _of_request(row)
        row = self._connection.execute(_contacts().where(c.number == number)).first()
        return None if row is None else _of_contact(row)

    def public_updates(
        self, start_at: datetime, end_at: datetime, limit: int = 1000
    ) -> tuple[PublicUpdate, ...]:
        """Steps of that time, oldest first."""
        found = self._connection.execute(
            select(e.id, e.kind, e.at, e.body, r.number)
            .join(service_request, r.id == e.request_id)
            .where(_IS_PUBLIC, e.at >= to_ms(start_at), e.at <= to_ms(end_at))
            .order_by(e.at, e.n)
            .limit(min(limit, MOST_ROWS))
        )
        return tuple(
            PublicUpdate(row.id, row.number, row.kind, row.at, _said(row.kind, row.body))
            for row in found
        )


def _contacts() -> Select[Any]:
    return (
        select(
            c.id, c.number, c.channel, c.proposal, c.text, c.state, c.received_at, c.lat, c.long,
            c.reject_reason, c.media, r.number.label("joined"),
        )
        .select_from(contact)
        .outerjoin(service_request, r.id == c.request_id)
        .where(c.number.is_not(None))
    )  # fmt: skip


def _said(kind: str, body: str) -> str | None:
    said = json.loads(body).get(_TEXT_OF.get(kind, "reason"))
    return said if isinstance(said, str) and said else None


def _of_request(row: Any) -> PublicRow:  # noqa: ANN401  (a row's columns are known by name only)
    proposal = dict(rows.pairs_of(row.proposal)) if row.proposal else {}
    return PublicRow(
        number=row.number,
        state=State(row.state),
        channel=Channel(row.channel),
        service_code=row.service_code,
        description=row.description,
        status_notes=row.status_notes,
        agency=row.agency,
        requested_at=row.requested_at,
        updated_at=row.closed_at if not row.is_open and row.closed_at else row.updated_at,
        due_at=row.due_at,
        address=row.address,
        address_string=row.address_string,
        lat=row.lat,
        long=row.long,
        is_open=bool(row.is_open),
        key=proposal.get("api_key_name"),
        contact_id=row.contact_id,
        media=rows.flags_of(row.media) if row.media else (),
    )


def _of_contact(row: Any) -> PublicRow:  # noqa: ANN401
    proposal = dict(rows.pairs_of(row.proposal))
    waits = row.state in (ContactState.NEW.value, ContactState.ANSWERED.value)
    return PublicRow(
        number=row.number,
        state=None,
        channel=Channel(row.channel),
        service_code=proposal.get("service_code", ""),
        description=row.text,
        status_notes=row.reject_reason,
        agency=None,
        requested_at=row.received_at,
        updated_at=row.received_at,
        due_at=None,
        address=None,
        address_string=proposal.get("address_string"),
        lat=row.lat,
        long=row.long,
        is_open=waits and row.joined is None,
        key=proposal.get("api_key_name"),
        contact_id=row.id,
        joined=row.joined,
        media=rows.flags_of(row.media),
    )
