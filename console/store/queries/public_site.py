"""Questions of the public site. The text comes from the publishing event; later internal changes
are not shown until a supervisor publishes again.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from console.domain.states import State
from console.services.views.public_site import SiteRow
from console.store.queries.base import QueryBase, r
from console.store.queries.index_conditions import is_published
from console.store.tables.definitions import AnyRow, from_ms, to_ms

MOST = 2000
_ROWS = f"""
    select r.number, r.state, r.service_code, r.ward_code, r.agency, r.requested_at, r.updated_at,
        r.due_at, r.closed_at, (
            select e.body from event e
            where e.request_id = r.id and e.kind = 'request_published'
            order by e.n desc limit 1) as body
    from service_request r
    where {is_published("r")}"""


class SiteQueries(QueryBase):
    """Part of `ports.Queries`."""

    def published(
        self,
        *,
        services: Sequence[str] = (),
        is_open: bool | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[SiteRow, ...]:
        """Published requests, newest first."""
        values: dict[str, object] = {"limit": min(limit, MOST), "offset": offset}
        only = ""
        if services:
            values |= {f"s{n}": code for n, code in enumerate(services)}
            only += f" and r.service_code in ({', '.join(f':s{n}' for n in range(len(services)))})"
        if is_open is not None:
            only += f" and r.is_open = {int(is_open)}"
        found = self._connection.execute(
            text(f"{_ROWS}{only} order by r.requested_at desc limit :limit offset :offset"), values
        )
        return tuple(row for each in found if (row := _site_row(each)) is not None)

    def publishable(
        self, services: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> tuple[UUID, ...]:
        """Requests of these services closed in that time that were never published or withdrawn."""
        found = self._connection.execute(
            select(r.id)
            .where(
                r.closed_at >= to_ms(since),
                r.closed_at <= to_ms(until),
                r.service_code.in_(services),
                r.state == State.CLOSED.value,
                r.publish_state == "private",
            )
            .order_by(r.closed_at)
            .limit(limit)
        )
        return tuple(found.scalars())

    def published_one(self, number: str) -> SiteRow | None:
        """One, by its eleven digits; None when it is not published."""
        found = self._connection.execute(
            text(f"{_ROWS} and r.number = :number"), {"number": number}
        ).first()
        return None if found is None else _site_row(found)


def _site_row(row: AnyRow) -> SiteRow | None:
    body = json.loads(row.body) if row.body else None
    if not isinstance(body, dict) or not isinstance(body.get("text"), str):
        return None
    return SiteRow(
        number=row.number,
        state=State(row.state),
        service_code=row.service_code,
        text=body["text"],
        result=body.get("result"),
        photos=tuple(str(p) for p in body.get("photos") or ()),
        lat=_degrees(body, "lat"),
        long=_degrees(body, "long"),
        ward_code=row.ward_code,
        agency=row.agency,
        requested_at=from_ms(row.requested_at),
        updated_at=from_ms(row.updated_at),
        due_at=None if row.due_at is None else from_ms(row.due_at),
        closed_at=None if row.closed_at is None else from_ms(row.closed_at),
    )


def _degrees(body: dict[str, object], axis: str) -> float | None:
    value = body.get(axis)
    return float(value) if isinstance(value, (int, float)) else None
