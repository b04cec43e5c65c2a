"""Questions about calls: figures of a period, recordings of a number."""

from datetime import datetime

from sqlalchemy import Connection, select, text

from console.services.views.calls import CallFigures, RecordingRow
from console.store.queries.reports.call_blocks import WITHIN_S, calls_of
from console.store.queries.reports.conditions import OFFERED
from console.store.tables.definitions import call, to_ms


class CallQueries:
    """Part of `ports.Queries`."""

    _connection: Connection

    def call_figures(self, since: datetime, until: datetime, within_s: float = 15) -> CallFigures:
        """Service level and abandonment of the calls offered from `since` until before `until`."""
        found = calls_of(self._connection, since, until)
        whole, offered = found.whole, found.whole["offered"]
        in_time = whole[f"within{within_s:g}"]
        if within_s not in WITHIN_S:
            in_time = self._within(since, until, within_s)
        return CallFigures(
            since=since,
            until=until,
            within_s=within_s,
            offered=offered,
            answered=whole["answered"],
            answered_in_time=in_time,
            abandoned=whole["abandoned"],
            short=whole["short"],
            lost=whole["lost"],
            mean_wait_s=round(whole["wait"] / offered / 1000, 1) if offered else 0.0,
            longest_wait_s=whole["longest"] / 1000,
            by_operator=tuple(
                (who, n, talked / 1000) for who, (n, talked) in sorted(found.operators.items())
            ),
        )

    def _within(self, since: datetime, until: datetime, within_s: float) -> int:
        """Calls answered within a time that the blocks do not count."""
        found = self._connection.execute(
            text(f"select count(*) from call c where {OFFERED} and c.offered_at >= :since "
                 "and c.offered_at < :until and c.answered_at - c.offered_at <= :within_ms"),
            {"since": to_ms(since), "until": to_ms(until), "within_ms": within_s * 1000},
        )  # fmt: skip
        return int(found.scalar_one())

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
