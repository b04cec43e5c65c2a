"""Questions about work that waits: queues, callbacks, missed calls, drafts, figures."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    func,
    select,
    type_coerce,
)

from console.domain.states import (
    AssignmentState,
    Channel,
    ContactState,
    DeliveryState,
    Purpose,
    State,
)
from console.domain.time_zone import CITY
from console.services.views.calls import CallbackRow, MissedCallRow
from console.services.views.contacts import DraftRow
from console.services.views.requests import Counts, QueueRow, QueueSummary
from console.store.projection.projector import first_rid
from console.store.projection.search import like_patterns
from console.store.queries.base import PRIORITIES, r
from console.store.queries.index_conditions import (
    IS_MISSED,
    IS_OPEN,
    IS_WRITTEN,
    NEEDS_FORWARD,
    unindexed,
)
from console.store.queries.requests import MOST_ROWS
from console.store.queries.supervisor_tasks import SupervisorTaskQueries
from console.store.tables import record_rows
from console.store.tables.definitions import (
    NEVER,
    AnyRow,
    assignment,
    call,
    callback_item,
    contact,
    draft,
    from_ms,
    outbox,
    outreach,
    queue_item,
    reporter,
    service_request,
    to_ms,
)

ON_TIME_DAYS = 30

q, a, cb, p = queue_item.c, assignment.c, callback_item.c, reporter.c

_STATES = {each.value: each for each in State}
_ASSIGNMENT_STATES = {each.value: each for each in AssignmentState}
_TOLD_BY = (Purpose.RESULT.value, Purpose.UNREACHABLE.value)
_QUEUE = (
    select(
        r.id, r.number, q.agency, r.service_code, r.address_string, r.ward_code,
        r.state.label("request_state"), a.state, r.priority, a.forwarded_at, a.due_at,
        a.committed_at, a.asked_at, a.bounces, r.description,
    )
    .join_from(queue_item, service_request, q.rid == r.rid)
    .join(assignment, and_(a.rid == q.rid, a.agency == q.agency))
)  # fmt: skip


class WaitingWorkQueries(SupervisorTaskQueries):
    """The questions of `ports.Queries` about what somebody must do next."""

    def queue(
        self,
        agency: str | None,
        now: datetime,  # noqa: ARG002  (the port's; who shows the rows counts the time left)
        *,
        limit: int = 200,
        query: str = "",
    ) -> tuple[QueueRow, ...]:
        """Open assignments by deadline; agency None = all agencies."""
        statement = _QUEUE.order_by(q.deadline, q.forwarded_at).limit(min(limit, MOST_ROWS))
        if agency is not None:
            statement = statement.where(q.agency == agency)
        for pattern in like_patterns(query):
            statement = statement.where(q.search_text.like(pattern, escape="!"))
        return _queue_rows(self._connection.execute(statement).all())

    def queue_summary(self, agency: str | None, now: datetime) -> QueueSummary:
        """Figures of a queue; due soon means that three quarters of the time have passed."""
        now_ms = to_ms(now)
        late = q.deadline < now_ms
        soon = and_(
            q.deadline >= now_ms,
            4 * (now_ms - _ms(q.forwarded_at)) >= 3 * (q.deadline - _ms(q.forwarded_at)),
        )
        waiting = select(func.count(), _count(late), _count(soon)).select_from(queue_item)
        waiting_here = select(r.rid).select_from(service_request).where(NEEDS_FORWARD)
        back = (
            select(func.count())
            .select_from(assignment)
            .where(
                a.rid.in_(waiting_here),
                a.state == AssignmentState.REFUSED.value,
                a.replaced == 0,
            )
        )
        since = to_ms(now - timedelta(days=ON_TIME_DAYS))
        # due_at, not the committed date: statistics use the first promise.
        done = (
            select(func.count(), _count(a.resolved_at <= a.due_at))
            .select_from(assignment)
            .where(a.resolved_at >= since)
        )
        if agency is not None:
            waiting = waiting.where(q.agency == agency)
            back = back.where(unindexed(a.agency) == agency)
            done = done.where(a.agency == agency)
        else:
            done = done.where(a.agency.in_([*self._catalogue.agencies]))
        is_open, is_late, is_soon = self._connection.execute(waiting).one()
        refused = self._connection.execute(back).scalar_one()
        resolved, on_time = self._connection.execute(done).one()
        judged = resolved + is_late
        share = on_time / judged if judged else None
        return QueueSummary(is_open, is_late, is_soon, refused, share)

    def callbacks(
        self,
        now: datetime,  # noqa: ARG002  (as above)
        limit: int = 200,
    ) -> tuple[CallbackRow, ...]:
        """Results that reporters must be told, by callback clock, a row for each reporter."""
        statement = (
            select(
                r.id, r.number, r.requested_at, r.service_code, r.address_string, cb.agency,
                cb.resolved_at, cb.result_text, cb.due_at, cb.attempts, cb.last_outcome,
                cb.last_at, p.name, p.phone,
                p.contact_id, func.coalesce(p.channel, r.channel).label("channel"),
            )
            .join_from(callback_item, service_request, cb.rid == r.rid)
            .outerjoin(reporter, and_(p.rid == cb.rid, p.n == cb.n))
            .order_by(cb.due_at, cb.rid, cb.n)
            .limit(min(limit, MOST_ROWS))
        )  # fmt: skip
        found = [*self._connection.execute(statement)]
        states = self._message_states([row.id for row in found])
        return tuple(
            CallbackRow(
                request_id=row.id,
                number=row.number,
                requested_at=row.requested_at,
                service_code=row.service_code,
                address_string=row.address_string,
                reporter_name=row.name,
                phone=row.phone,
                channel=Channel(row.channel),
                result_text=row.result_text,
                agency=row.agency,
                resolved_at=row.resolved_at,
                due_at=_deadline(row.due_at),
                attempts=row.attempts,
                last_outcome=row.last_outcome,
                last_at=row.last_at,
                message_state=states.get(row.id),
                contact_id=row.contact_id,
            )
            for row in found
        )

    def _message_states(self, requests: Sequence[Any]) -> dict[Any, DeliveryState]:
        """The state of the newest message with the result, by request."""
        o = outreach.c
        found = self._connection.execute(
            select(o.request_id, o.state)
            .where(o.request_id.in_(requests), o.purpose.in_(_TOLD_BY))
            .order_by(o.created_at)
        )
        return {row.request_id: DeliveryState(row.state) for row in found}

    def missed_calls(self, limit: int = 200) -> tuple[MissedCallRow, ...]:
        """Unsettled missed, abandoned and callback-requested calls, one row per number, oldest
        first; kind and call id are those of the newest call.
        """
        # In the order of `call_offered` it would scan every call ever.
        statement = select(call).where(IS_MISSED).order_by(unindexed(call.c.offered_at))
        of_number: dict[str, list[Any]] = {}
        for row in self._connection.execute(statement):
            of_number.setdefault(row.phone or f"{row.pbx}\n{row.call_id}", []).append(row)
        return tuple(
            MissedCallRow(
                pbx=calls[-1].pbx,
                call_id=calls[-1].call_id,
                phone=calls[-1].phone,
                name=next((each.name for each in reversed(calls) if each.name), None),
                at=calls[0].offered_at,
                kind=calls[-1].state,
                times=len(calls),
                taken_by=calls[-1].taken_by,
                taken_at=calls[-1].taken_at,
            )
            for calls in [*of_number.values()][: min(limit, MOST_ROWS)]
        )

    def drafts(self, workstation: str | None = None) -> tuple[DraftRow, ...]:
        """Open drafts, newest change first."""
        statement = select(draft).order_by(draft.c.updated_at.desc(), draft.c.id)
        if workstation is not None:
            statement = statement.where(draft.c.workstation == workstation)
        return tuple(record_rows.draft_of(row) for row in self._connection.execute(statement))

    def counts(self, now: datetime) -> Counts:
        """Figures for badges and the wallboard, from small tables and partial indexes only."""
        today = now.astimezone(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
        late = q.deadline < to_ms(now)
        agencies = self._connection.execute(
            select(q.agency, func.count(), _count(late)).group_by(q.agency).order_by(q.agency)
        )
        return Counts(
            inbox_new=self._one(
                select(func.count())
                .select_from(contact)
                .where(contact.c.state == ContactState.NEW.value, IS_WRITTEN)
            ),
            callbacks=self._one(select(func.count()).select_from(callback_item)),
            missed_calls=self._one(
                select(
                    func.count(func.distinct(call.c.phone)) + _count(call.c.phone.is_(None))
                ).where(IS_MISSED)
            ),
            open_requests=self._one(select(func.count()).where(IS_OPEN).select_from(
                service_request)),
            late=self._one(select(func.count(func.distinct(q.rid))).where(late)),
            not_forwarded=self._one(
                select(func.count()).select_from(service_request).where(NEEDS_FORWARD)
            ),
            outbox=self._outbox(),
            received_today=self._one(select(func.count()).where(r.rid >= first_rid(today))),
            closed_today=self._one(select(func.count()).where(r.closed_at >= to_ms(today))),
            tasks=self.task_count(now),
            by_agency=tuple((row[0], row[1], row[2]) for row in agencies),
            by_group=self._by_group(),
        )  # fmt: skip

    def _one(self, statement: Select[Any]) -> int:
        return int(self._connection.execute(statement).scalar_one())

    def _outbox(self) -> int:
        if not self._central:
            return 0
        some = select(outbox.c.n).limit(OUTBOX_COUNTED).subquery()
        return self._one(select(func.count()).select_from(some))

    def _by_group(self) -> tuple[tuple[str, int], ...]:
        """Open requests by service group, most first."""
        found = self._connection.execute(
            select(r.service_code, func.count()).where(IS_OPEN).group_by(r.service_code)
        )
        groups: dict[str, int] = {}
        for code, number in found:
            service = self._catalogue.services.get(code)
            group = service.group if service else code
            groups[group] = groups.get(group, 0) + number
        return tuple(sorted(groups.items(), key=lambda pair: (-pair[1], pair[0])))


OUTBOX_COUNTED = 100_000
"""Counting stops here: the badge shows only that there are many."""


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _ms(at: ColumnElement[Any]) -> ColumnElement[int]:
    """A stored time as the plain number."""
    return type_coerce(at, BigInteger)


def _deadline(stored: int) -> datetime | None:
    return None if stored == NEVER else from_ms(stored)


def _queue_rows(found: Sequence[AnyRow]) -> tuple[QueueRow, ...]:
    """Rows of `_QUEUE`, unpacked by position: by name it took twice as long."""
    return tuple(
        [
            QueueRow(
                request_id, number, agency, service, address, ward, _STATES[request_state],
                _ASSIGNMENT_STATES[state], PRIORITIES[priority], forwarded_at, due_at,
                committed_at, asked_at, bounces, description,
            )
            for (
                request_id, number, agency, service, address, ward, request_state,
                state, priority, forwarded_at, due_at,
                committed_at, asked_at, bounces, description,
            ) in found
        ]
    )  # fmt: skip
