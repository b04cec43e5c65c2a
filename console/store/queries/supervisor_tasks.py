"""Questions about what seats or the centre left for the supervisor: disputes, steps not applied,
events that the centre cannot store or does not take, duplicate numbers, messages that became two
requests.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, text

from console.domain.states import Channel, DeliveryState, State
from console.services.views.requests import TaskRow
from console.store.projection.projector import first_rid
from console.store.queries.base import QueryBase, r
from console.store.queries.index_conditions import IS_OPEN
from console.store.tables.definitions import (
    AnyRow,
    dead_letter,
    double_number,
    from_ms,
    outbox,
    outreach,
    service_request,
    to_ms,
)

TAKEN_WITHIN = timedelta(hours=24)
"""How long an event may wait for the centre before it becomes a task."""
LOOKED_BACK = timedelta(days=14)
"""How old an undelivered message may be."""
COUNTED = 1000
"""Counting stops here: the badge shows only that there are many."""

_DISPUTED = text("(service_request.conflicts > 0 or service_request.skipped > 0)")
"""Written exactly as in the partial index."""
_NOT_SHARED = text(
    "select s.kind, s.key, s.at, s.side, r.id as request_id, r.number, r.service_code, r.state "
    "from share_refused s left join contact c on s.kind = 'contact' and c.id = unhex(s.key) "
    "left join outreach o on s.kind = 'outreach' and o.id = unhex(s.key) "
    "left join service_request r on r.id = coalesce(c.request_id, o.request_id) "
    "where s.at >= :since order by s.at desc limit :most"
)
_NOT_SHARED_COUNT = text("select count(*) from share_refused where at >= :since")
_MADE_TWICE = text(
    "with twice as (select p.contact_id from reporter p where p.rid >= :since "
    "and p.contact_id is not null and p.channel not in ('voice', 'walk_in') "
    "group by p.contact_id having count(distinct p.rid) > 1), "
    "both as (select distinct t.contact_id, r.id, e.actor from twice t "
    # In this order: otherwise SQLite first builds an index over the whole log.
    "cross join reporter p on p.contact_id = t.contact_id and p.rid >= :since "
    "cross join service_request r on r.rid = p.rid and r.is_open = 1 "
    "cross join event e on e.request_id = r.id and +e.kind = 'request_received') "
    "select r.id, r.number, r.service_code, r.state, r.updated_at from both b "
    "cross join service_request r on r.id = b.id where b.contact_id in "
    "(select contact_id from both group by contact_id having count(distinct actor) > 1) "
    "order by r.rid desc limit :most"
)
"""Recent open requests that two people made from one message, at seats that were not connected. One
person may make two from one message.
"""
_COLUMNS = (r.id, r.number, r.service_code, r.state, r.updated_at)


class SupervisorTaskQueries(QueryBase):
    """The questions of `ports.Queries` about tasks."""

    def tasks(self, now: datetime, limit: int = 200) -> tuple[TaskRow, ...]:
        """What waits for the supervisor; newest first."""
        found = [
            *self._disputes(limit),
            *self._dead_letters(limit),
            *self._not_taken(now, limit),
            *self._same_numbers(limit),
            *self._made_twice(now, limit),
            *self._not_told(now, limit),
            *self._not_shared(now, limit),
        ]
        found.sort(key=lambda task: task.at, reverse=True)
        return tuple(found[:limit])

    def task_count(self, now: datetime) -> int:
        """How many requests wait for the supervisor, up to some thousands."""
        questions: tuple[Select[Any], ...] = (
            select(r.rid).where(_DISPUTED),
            select(dead_letter.c.event_id),
            select(outbox.c.n).where(*_late(now)),
            select(double_number.c.number),
            select(r.rid)
            .join_from(outreach, service_request, outreach.c.request_id == r.id)
            .where(*_undelivered(now)),
        )
        shared = self._connection.execute(_NOT_SHARED_COUNT, {"since": _lately(now)}).scalar_one()
        return (
            int(shared)
            + len(self._made_twice(now, COUNTED))
            + sum(
                int(
                    self._connection.execute(
                        select(func.count()).select_from(each.limit(COUNTED).subquery())
                    ).scalar_one()
                )
                for each in questions
            )
        )

    def _disputes(self, limit: int) -> Iterable[TaskRow]:
        found = self._connection.execute(
            select(*_COLUMNS, r.conflicts, r.skipped)
            .where(_DISPUTED)
            .order_by(r.updated_at.desc())
            .limit(limit)
        )
        for row in found:
            if row.conflicts:
                yield _task("conflict", row, row.updated_at, row.conflicts)
            if row.skipped:
                yield _task("not_applied", row, row.updated_at, row.skipped)

    def _dead_letters(self, limit: int) -> Iterable[TaskRow]:
        d = dead_letter.c
        found = self._connection.execute(
            select(*_COLUMNS, func.max(d.at).label("buried_at"), func.count().label("n"), d.why)
            .join_from(dead_letter, service_request, d.request_id == r.id)
            .group_by(r.rid)
            .order_by(func.max(d.at).desc())
            .limit(limit)
        )
        return [_task("dead_letter", row, row.buried_at, row.n, row.why) for row in found]

    def _not_taken(self, now: datetime, limit: int) -> Iterable[TaskRow]:
        o = outbox.c
        found = self._connection.execute(
            select(*_COLUMNS, func.min(o.put_back_at).label("since"), func.count().label("n"))
            .join_from(outbox, service_request, o.request_id == r.id)
            .where(*_late(now))
            .group_by(r.rid)
            .order_by(func.min(o.put_back_at).desc())
            .limit(limit)
        )
        return [_task("not_taken", row, row.since, row.n) for row in found]

    def _same_numbers(self, limit: int) -> Iterable[TaskRow]:
        found = self._connection.execute(
            select(*_COLUMNS)
            .join_from(double_number, service_request, double_number.c.number == r.number)
            .order_by(r.rid.desc())
            .limit(limit)
        )
        return [_task("same_number", row, row.updated_at) for row in found]

    def _made_twice(self, now: datetime, limit: int) -> list[TaskRow]:
        asked = {"since": first_rid(now - LOOKED_BACK), "most": limit}
        return [
            TaskRow(
                kind="made_twice",
                request_id=UUID(bytes=row.id),
                number=row.number,
                service_code=row.service_code,
                state=State(row.state),
                at=from_ms(row.updated_at),
            )
            for row in self._connection.execute(_MADE_TWICE, asked)
        ]

    def _not_told(self, now: datetime, limit: int) -> Iterable[TaskRow]:
        o = outreach.c
        found = self._connection.execute(
            select(
                *_COLUMNS, func.max(o.updated_at).label("since"), func.count().label("n"), o.error
            )
            .join_from(outreach, service_request, o.request_id == r.id)
            .where(*_undelivered(now))
            .group_by(r.rid)
            .order_by(func.max(o.updated_at).desc())
            .limit(limit)
        )
        return [_task("not_told", row, row.since, row.n, row.error) for row in found]

    def _not_shared(self, now: datetime, limit: int) -> Iterable[TaskRow]:
        found = self._connection.execute(_NOT_SHARED, {"since": _lately(now), "most": limit})
        return [
            TaskRow(
                kind="not_shared" if row.side == "centre" else "not_taken_in",
                request_id=None if row.request_id is None else UUID(bytes=row.request_id),
                number=row.number or "",
                service_code=row.service_code or "",
                state=None if row.state is None else State(row.state),
                at=from_ms(row.at),
                why=row.kind,
                key=row.key,
            )
            for row in found
        ]


def _lately(now: datetime) -> int:
    return to_ms(now - LOOKED_BACK)


def _undelivered(now: datetime) -> tuple[Any, ...]:
    """Messages about open requests that did not arrive, if no later one did."""
    o, later = outreach.c, outreach.alias("later")
    return (
        o.channel.in_([each.value for each in Channel]),
        o.state.in_((DeliveryState.FAILED.value, DeliveryState.UNKNOWN.value)),
        o.created_at >= to_ms(now - LOOKED_BACK),
        IS_OPEN,
        ~exists().where(
            later.c.request_id == o.request_id,
            later.c.created_at > o.created_at,
            later.c.state.not_in((DeliveryState.FAILED.value, DeliveryState.UNKNOWN.value)),
        ),
    )


def _late(now: datetime) -> tuple[Any, ...]:
    since = outbox.c.put_back_at
    return since.is_not(None), since < to_ms(now - TAKEN_WITHIN)


def _task(kind: str, row: AnyRow, at: datetime, count: int = 1, why: str | None = None) -> TaskRow:
    return TaskRow(
        kind=kind,
        request_id=row.id,
        number=row.number,
        service_code=row.service_code,
        state=State(row.state),
        at=at,
        count=count,
        why=why,
    )
