"""The question about likely duplicates: indexes give the candidates, the domain judges them."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from console.domain.catalogue.catalogue import Service
from console.domain.requests.duplicates import ASSET_CODES, Candidate, Report, box, rank
from console.domain.states import State
from console.services.views.requests import DuplicateQuestion, DuplicateRow
from console.store.projection.projector import cell
from console.store.queries.base import QueryBase, r
from console.store.queries.index_conditions import IS_OPEN, unindexed
from console.store.tables.definitions import AnyRow, to_ms

CANDIDATES = 2000
"""Candidates taken from each index, newest first."""

_COLUMNS = select(
    r.id, r.number, r.service_code, r.state, r.description, r.address_string, r.ward_code,
    r.attributes, r.lat, r.long, r.requested_at, r.closed_at, r.due_at, r.reporters, r.photo,
)  # fmt: skip


class DuplicateQueries(QueryBase):
    """`possible_duplicates` of `ports.Queries`."""

    def possible_duplicates(
        self, question: DuplicateQuestion, now: datetime, limit: int = 10
    ) -> tuple[DuplicateRow, ...]:
        """Likely duplicates, best first.

        Raises:
            InputError: `unknown_service`.
        """
        service = self._catalogue.service(question.service_code)
        found: dict[UUID, AnyRow] = {}
        for statement in _candidates(question, service, now):
            found |= {row.id: row for row in self._connection.execute(statement)}
        found.pop(question.exclude, None)  # type: ignore[arg-type]
        matches = rank(
            Report(
                lat=question.lat,
                long=question.long,
                address_string=question.address_string,
                ward_code=question.ward_code,
                attributes=question.attributes,
            ),
            map(_candidate, found.values()),
            service,
            now,
            within_m=question.within_m,
            hours=question.hours,
        )
        return tuple(
            _row(found[match.id], match.distance_m, match.reason) for match in matches[:limit]
        )


def _candidates(
    question: DuplicateQuestion, service: Service, now: datetime
) -> Iterator[Select[Any]]:
    """What may match: a bus within the hour, anything else while open or recently closed."""
    window = timedelta(hours=service.window_h if question.hours is None else question.hours)
    same = _COLUMNS.where(r.service_code == service.code)
    if service.match_on:
        span = r.requested_at.between(to_ms(now - window), to_ms(now + window))
        yield same.where(span).order_by(r.requested_at.desc()).limit(CANDIDATES)
        return
    closed = _COLUMNS.where(
        unindexed(r.service_code) == service.code, r.closed_at >= to_ms(now - window)
    )
    for place in _places(question, service, r.ward_code):
        yield same.where(IS_OPEN, place).order_by(r.rid.desc()).limit(CANDIDATES)
    # Not by the ward's index, which holds years of closed requests.
    by_time = _places(question, service, unindexed(r.ward_code))
    yield closed.where(or_(*by_time)).limit(CANDIDATES)


def _places(
    question: DuplicateQuestion, service: Service, ward: ColumnElement[str | None]
) -> list[ColumnElement[bool]]:
    """Where a match may be; the same lamp post or tree matches at any distance.

    Args:
        ward: the column, or an expression for which SQLite uses no index.
    """
    if any(code in ASSET_CODES and value for code, value in question.attributes):
        return [r.service_code == service.code]
    places: list[ColumnElement[bool]] = []
    if question.ward_code is not None:
        # If one of the two has no pin, the street decides.
        unpinned = ward == question.ward_code
        places.append(unpinned if question.lat is None else unpinned & r.cell_y.is_(None))
    if question.lat is not None and question.long is not None:
        radius = service.radius_m if question.within_m is None else question.within_m
        south, west, north, east = box(question.lat, question.long, radius)
        places.append(
            r.cell_y.between(cell(south), cell(north)) & r.cell_x.between(cell(west), cell(east))
        )
    return places or [r.rid.is_(None)]


def _candidate(row: AnyRow) -> Candidate:
    return Candidate(
        id=row.id,
        state=State(row.state),
        requested_at=row.requested_at,
        closed_at=row.closed_at,
        report=Report(
            lat=row.lat,
            long=row.long,
            address_string=row.address_string,
            ward_code=row.ward_code,
            attributes=tuple((code, value) for code, value in json.loads(row.attributes)),
            description=row.description,
        ),
    )


def _row(row: AnyRow, distance_m: float | None, reason: str) -> DuplicateRow:
    return DuplicateRow(
        request_id=row.id,
        number=row.number,
        service_code=row.service_code,
        state=State(row.state),
        description=row.description,
        address_string=row.address_string,
        requested_at=row.requested_at,
        distance_m=distance_m,
        reason=reason,
        due_at=row.due_at,
        reporters=row.reporters,
        photo=row.photo,
        lat=row.lat,
        long=row.long,
    )
