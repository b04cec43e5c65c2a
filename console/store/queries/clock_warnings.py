"""Questions about clocks that passed a threshold of which nobody was warned yet."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import TextClause, text

from console.domain.clocks.escalation import Warned
from console.store.queries.base import QueryBase
from console.store.tables.definitions import NEVER, from_ms, to_ms

OLDEST = timedelta(hours=26)
"""Thresholds that passed longer ago are ignored: a seat that was off does not warn of them."""

_DAY = 86_400_000
_LEVEL = f"""case when :now >= c.due + {_DAY} then 4 when :now >= c.due then 3
    when 4 * (:now - c.start) >= 3 * (c.due - c.start) then 2 else 1 end"""
_PASSED = f"""case when :now >= c.due + {_DAY} then c.due + {_DAY} when :now >= c.due then c.due
    when 4 * (:now - c.start) >= 3 * (c.due - c.start) then c.start + (c.due - c.start) * 3 / 4
    else c.start + (c.due - c.start) / 2 end"""
_CLOCKS = f"""
    select r.id as id, r.number as number, '' as agency, 'forward' as clock,
        r.requested_at as start, r.forward_due_at as due
    from service_request r where r.needs_forward = 1 and r.forward_due_at is not null
    union all
    select r.id, r.number, q.agency, 'acknowledge', a.forwarded_at, a.acknowledge_due_at
    from queue_item q join assignment a on a.rid = q.rid and a.agency = q.agency
        join service_request r on r.rid = q.rid
    where a.accepted_at is null and a.acknowledge_due_at is not null
    union all
    select r.id, r.number, q.agency, 'resolve', q.forwarded_at, q.deadline
    from queue_item q join service_request r on r.rid = q.rid where q.deadline < {NEVER}
    union all
    select r.id, r.number, '', 'callback', min(cb.resolved_at), min(cb.due_at)
    from callback_item cb join service_request r on r.rid = cb.rid
    where cb.due_at < {NEVER} and cb.resolved_at is not null group by cb.rid"""
_STANDING = f"""
    select c.id, c.number, c.agency, c.clock, c.due, {_LEVEL} as level from ({_CLOCKS}) c
    where 2 * (:now - c.start) >= c.due - c.start and {_PASSED} >= :oldest"""
_ALL = text(f"{_STANDING} order by c.due limit :limit")
_NEW = text(f"""{_STANDING}
        and not exists (
            select 1 from warning w where w.request_id = c.id and w.agency = c.agency
                and w.clock = c.clock and w.level = {_LEVEL} and w.due_at = c.due)
    order by c.due limit :limit""")


class WarningQueries(QueryBase):
    """Part of `ports.Queries`."""

    def warnings_due(self, now: datetime, limit: int = 500) -> tuple[Warned, ...]:
        """For each clock, the last threshold that passed lately, unless it was warned of."""
        return self._warned(_NEW, now, limit)

    def warnings_standing(self, now: datetime, limit: int = 2000) -> tuple[Warned, ...]:
        """For each clock, the last threshold that passed lately, warned of or not."""
        return self._warned(_ALL, now, limit)

    def _warned(self, asking: TextClause, now: datetime, limit: int) -> tuple[Warned, ...]:
        values = {"now": to_ms(now), "oldest": to_ms(now - OLDEST), "limit": limit}
        return tuple(
            Warned(UUID(bytes=row.id), row.number, row.agency, row.clock, row.level,
                   from_ms(row.due))
            for row in self._connection.execute(asking, values)
        )  # fmt: skip
