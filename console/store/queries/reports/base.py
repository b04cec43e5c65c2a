"""What the questions behind the reports share: spans of time, the store as of a cut, plain SQL."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Self
from uuid import UUID

from sqlalchemy import text

from console.domain.reports.figures import Period
from console.store.queries.base import QueryBase
from console.store.queries.reports.as_of import as_of
from console.store.queries.reports.blocks import Parts
from console.store.queries.reports.conditions import (
    RECEIVED,
)
from console.store.tables.definitions import from_ms, to_ms

LONG_SHARE = 6
"""A period longer than one sixth of all time is read by the index in order of its groups."""


class ReportBase(QueryBase):
    """Base of the questions behind the reports."""

    @contextmanager
    def _as_of(self, hidden: dict[int, bytes], period: Period) -> Iterator[Self]:
        """Answers the same questions about these requests only, as they were at the cut."""
        with as_of(self._connection, hidden, period) as memory:
            yield type(self)(memory, self._catalogue, self._central)

    def _is_long(self, period: Period) -> bool:
        row = self._connection.execute(
            text("select min(requested_at), max(requested_at) from service_request "
                 "where rid in ((select min(rid) from service_request), "
                 "(select max(rid) from service_request))")
        ).one()  # fmt: skip
        if row[0] is None:
            return False
        span = to_ms(period.until) - max(to_ms(period.since), int(row[0]))
        return span * LONG_SHARE > int(row[1]) - int(row[0])

    def _requests(self, period: Period) -> str:
        """The source of the requests received in a period, with its condition."""
        if self._is_long(period):
            return (
                "service_request r indexed by request_volume "
                "where r.requested_at >= :since and r.requested_at < :until"
            )
        return f"service_request r where {RECEIVED}"

    @staticmethod
    def _gaps(period: Period, parts: Parts) -> Iterator[Period]:
        for since, until in parts.gaps:
            yield replace(period, since=from_ms(since), until=from_ms(until))

    def _all(self, sql: str, values: dict[str, Any]) -> Iterable[Sequence[Any]]:
        return self._connection.execute(text(sql), values).all()

    def _one_number(self, sql: str, values: dict[str, Any]) -> int:
        return int(self._connection.execute(text(sql), values).scalar() or 0)

    def _ids(self, inner: str, values: dict[str, Any]) -> tuple[UUID, ...]:
        rows = self._all(
            f"select r.id from service_request r where r.rid in ({inner}) order by r.rid desc",
            values,
        )
        return tuple(UUID(bytes=row[0]) for row in rows)
