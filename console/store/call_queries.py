"""Questions about calls: figures of a period, recordings of a number."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Connection, func, select, type_coerce

from console.services.call_views import CallFigures, RecordingRow
from console.store.tables import call, to_ms

_LIVE = ("ringing", "claimed")
SHORT_S = 5.0
"""Who gives up sooner has dialled wrongly; not held against the hotline (usual in the field)."""


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


class CallQueries:
    """Part of `ports.Queries`."""

    _connection: Connection

    def call_figures(self, since: datetime, until: datetime, within_s: float = 15) -> CallFigures:
        """Service level and abandonment of the calls offered from `since` to before `until`."""
        c = call.c
        offered_ms = type_coerce(c.offered_at, BigInteger)
        answered_ms = type_coerce(c.answered_at, BigInteger)
        ended_ms = type_coerce(c.ended_at, BigInteger)
        wait = func.coalesce(answered_ms, ended_ms, offered_ms) - offered_ms
        period = (
            c.direction == "in",
            c.state.not_in(_LIVE),
            offered_ms >= to_ms(since),
            offered_ms < to_ms(until),
            (c.end_reason.is_(None)) | (c.end_reason != "answered_elsewhere"),
        )
        unanswered = c.answered_at.is_(None)
        abandoned = unanswered & (c.lost_as == "abandoned")

        row = self._connection.execute(
            select(
                func.count(),
                _count(~unanswered),
                _count(~unanswered & (wait <= within_s * 1000)),
                _count(abandoned),
                _count(abandoned & (wait < SHORT_S * 1000)),
                _count(unanswered & (c.lost_as != "abandoned")),
                func.avg(wait),
                func.max(wait),
            ).where(*period)
        ).one()
        talked = func.sum(func.coalesce(ended_ms, answered_ms) - answered_ms)
        people = self._connection.execute(
            select(c.operator, func.count(), talked)
            .where(*period, ~unanswered, c.operator.is_not(None))
            .group_by(c.operator)
            .order_by(c.operator)
        )
        return CallFigures(
            since=since,
            until=until,
            within_s=within_s,
            offered=int(row[0]),
            answered=int(row[1] or 0),
            answered_in_time=int(row[2] or 0),
            abandoned=int(row[3] or 0),
            short=int(row[4] or 0),
            lost=int(row[5] or 0),
            mean_wait_s=round(float(row[6] or 0) / 1000, 1),
            longest_wait_s=float(row[7] or 0) / 1000,
            by_operator=tuple((who, int(n), float(ms or 0) / 1000) for who, n, ms in people),
        )

    def recordings(self, phone: str, limit: int = 20) -> tuple[RecordingRow, ...]:
        """Recorded calls with this number (E.164), newest first."""
        c = call.c
        found = self._connection.execute(
            select(call)
            .where(c.phone == phone, c.recorded != "", c.ended_at.is_not(None))
            .order_by(c.offered_at.desc())
            .limit(limit)
        )
        return tuple(
            RecordingRow(
                row.pbx,
                row.call_id,
                row.phone,
                row.direction,
                row.offered_at,
                (row.ended_at - row.answered_at).total_seconds() if row.answered_at else 0.0,
                row.operator,
                row.recording_sha256,
            )
            for row in found
        )
