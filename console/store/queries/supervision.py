"""Questions of the supervisor's page: each kind is one condition over small tables, used both to
count and to list.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from console.domain.catalogue.catalogue import ClockRules
from console.domain.clocks import working_time
from console.domain.time_zone import CITY
from console.services.views.supervision import KINDS, WatchRow
from console.store.queries.base import QueryBase
from console.store.tables.definitions import NEVER, from_ms, to_ms

FAILED_DAYS = 7
"""Messages that failed longer ago are not listed."""
WARNED = timedelta(hours=26)
"""Older warnings are late requests by now, and listed as such."""
ORPHAN_AFTER = timedelta(minutes=15)
"""A form untouched for so long was forgotten, or its seat died."""

_REQUEST = "null as subject, r.id as request_id, r.number as number, r.service_code as service_code"
_QUEUE = "from queue_item q join service_request r on r.rid = q.rid"
_PARTS: dict[str, tuple[str, str, str]] = {
    # kind: (columns, from and where, order)
    "unforwarded": (
        f"{_REQUEST}, coalesce(r.agency, '') as what, r.forward_due_at as since, "
        "r.forward_due_at as due",
        "from service_request r where r.needs_forward = 1 and r.forward_due_at < :now",
        "r.forward_due_at",
    ),
    "late": (
        f"{_REQUEST}, q.agency as what, q.deadline as since, q.deadline as due",
        f"{_QUEUE} where q.deadline < :now",
        "q.deadline",
    ),
    "near": (
        f"{_REQUEST}, q.agency as what, q.forwarded_at as since, q.deadline as due",
        f"{_QUEUE} where q.deadline >= :now and q.deadline < {NEVER} "
        "and 4 * (:now - q.forwarded_at) >= 3 * (q.deadline - q.forwarded_at)",
        "q.deadline",
    ),
    "bounced": (
        f"{_REQUEST}, coalesce(r.agency, '') as what, r.updated_at as since, r.due_at as due",
        "from service_request r where r.needs_forward = 1 and r.bounces >= :too_often",
        "r.updated_at",
    ),
    "extension": (
        f"{_REQUEST}, q.agency as what, r.updated_at as since, a.asked_at as due",
        "from assignment a indexed by assignment_asked "
        "join queue_item q on q.rid = a.rid and q.agency = a.agency "
        "join service_request r on r.rid = a.rid where a.asked_at is not null",
        "r.updated_at",
    ),
    "failed": (
        "o.id as subject, o.request_id as request_id, coalesce(r.number, '') as number, "
        "coalesce(r.service_code, '') as service_code, coalesce(o.error, o.state) as what, "
        "o.updated_at as since, null as due",
        "from outreach o left join service_request r on r.id = o.request_id "
        "where o.state in ('failed', 'unknown') and o.channel in "
        "('voice', 'sms', 'email', 'app', 'portal', 'facebook', 'zalo', 'walk_in') "
        "and o.created_at >= :lately",
        "o.updated_at desc",
    ),
    "orphans": (
        "d.id as subject, null as request_id, '' as number, '' as service_code, "
        "d.operator || ' · ' || d.workstation as what, d.updated_at as since, null as due, d.far",
        "from (select id, operator, workstation, updated_at, 0 as far from draft union all "
        "select id, operator, workstation, updated_at, 1 from left_draft) d "
        "where d.updated_at < :orphaned",
        "d.updated_at",
    ),
    "warned": (
        f"{_REQUEST}, w.agency || ' ' || w.clock || ' ' || w.level as what, "
        "w.at as since, w.due_at as due",
        "from (select request_id, agency, clock, max(level) as level, max(at) as at, "
        "max(due_at) as due_at from warning where at >= :warned group by 1, 2, 3) w "
        "join service_request r on r.id = w.request_id where r.is_open = 1",
        "w.level desc, w.at desc",
    ),
    "silent": (  # the same rule as `clocks.owes_progress`
        f"{_REQUEST}, q.agency as what, q.forwarded_at as since, q.deadline as due",
        f"{_QUEUE} join assignment a on a.rid = q.rid and a.agency = q.agency "
        "where q.forwarded_at < :silent and a.asked_at is null and a.committed_at is null "
        "and a.resolution_code is null",
        "q.forwarded_at",
    ),
}
assert set(_PARTS) == set(KINDS)  # noqa: S101 - at import, once


class SupervisionQueries(QueryBase):
    """Part of `ports.Queries`."""

    def watch_counts(self, now: datetime) -> dict[str, int]:
        """How many of each kind there are."""
        values = self._watch_values(now)
        return {
            kind: int(
                self._connection.execute(
                    text(f"select count(*) {self._rest(kind, now)}"), values
                ).scalar_one()
            )
            for kind in KINDS
        }

    def watch_rows(self, kind: str, now: datetime, limit: int = 200) -> tuple[WatchRow, ...]:
        """Those of one kind, the most urgent first."""
        columns, _, order = _PARTS[kind]
        found = self._connection.execute(
            text(f"select {columns} {self._rest(kind, now)} order by {order} limit :limit"),
            self._watch_values(now) | {"limit": limit},
        )
        return tuple(
            WatchRow(
                kind,
                f"{n} {row.number} {row.what}" if row.request_id is None else
                f"{UUID(bytes=row.request_id)} {row.what}",
                None if row.request_id is None else UUID(bytes=row.request_id),
                row.number,
                row.service_code,
                row.what,
                from_ms(row.since),
                None if row.due is None or row.due == NEVER else from_ms(row.due),
                None if row.subject is None else UUID(bytes=row.subject),
                kind == "orphans" and bool(row.far),
            )
            for n, row in enumerate(found)
        )  # fmt: skip

    def _rest(self, kind: str, now: datetime) -> str:
        """FROM and WHERE; a request is judged by the clocks of its own day, as in `decide`."""

        def silent(rules: ClockRules) -> int:
            days = rules.progress_report_working_days
            return to_ms(working_time.working_days_ago(now, days, self._catalogue.calendar))

        condition = _PARTS[kind][1]
        if kind == "bounced":
            often = self._of_its_day(lambda rules: rules.bounces_to_supervisor, 2)
            return condition.replace(":too_often", often)
        if kind == "silent":
            return condition.replace(":silent", self._of_its_day(silent, 0))
        return condition

    def _of_its_day(self, value: Callable[[ClockRules], int], none: int) -> str:
        """A value of the clocks in force on the request's day; `none` where there are none."""
        said, days = str(none), list[str]()
        for rules in self._catalogue.clocks:  # the newest first
            first = datetime.combine(rules.valid_from, time(), CITY)
            said = str(value(rules))
            days.append(f"when r.requested_at >= {to_ms(first)} then {said}")
        return f"case {' '.join(days)} else {said} end" if len(days) > 1 else said

    @staticmethod
    def _watch_values(now: datetime) -> dict[str, Any]:
        return {
            "now": to_ms(now),
            "warned": to_ms(now - WARNED),
            "lately": to_ms(now - timedelta(days=FAILED_DAYS)),
            "orphaned": to_ms(now - ORPHAN_AFTER),
        }
