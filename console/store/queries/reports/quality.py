"""Questions behind the report on quality, and the scores of calls."""

import json
from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import select, text

from console.domain.reports.figures import TENTH_MS, Period
from console.domain.reports.quality import (
    AGAIN,
    CALLBACK,
    SAME_PLACE_M,
    SAME_TROUBLE,
    SWITCHBOARD,
    CallCandidate,
)
from console.domain.requests.duplicates import distance_m
from console.services.views.quality import (
    CallScore,
    Holding,
    NotFixed,
    OperatorCalls,
    RepeatCaller,
    SampledCall,
)
from console.services.views.reports import Scope
from console.store.projection.projector import first_rid
from console.store.queries.base import QueryBase
from console.store.queries.reports.conditions import OFFERED, RECEIVED, WAS_OFFERED, values_of
from console.store.tables.definitions import AnyRow, call, from_ms, to_ms
from console.store.tables.reports import call_score

_AGAIN_MS = int(AGAIN.total_seconds() * 1000)
_TROUBLE_MS = int(SAME_TROUBLE.total_seconds() * 1000)


class QualityQueries(QueryBase):
    """Part of `ports.Queries`."""

    def heard_calls(self, period: Period) -> tuple[CallCandidate, ...]:
        """Calls to the hotline that were answered and are over."""
        rows = self._connection.execute(
            text(f"""
                select c.pbx, c.call_id, c.operator, c.offered_at,
                    (c.ended_at - c.answered_at) / 1000.0, c.recorded <> ''
                from call c where {OFFERED} and c.offered_at >= :since and c.offered_at < :until
                    and c.answered_at is not null and c.ended_at is not null
                    and c.operator is not null order by c.offered_at, c.call_id"""),
            {"since": to_ms(period.since), "until": to_ms(period.cut)},
        )  # fmt: skip
        return tuple(
            CallCandidate(pbx, call_id, operator, from_ms(at), float(talk_s), bool(recorded))
            for pbx, call_id, operator, at, talk_s, recorded in rows
        )

    def sampled_calls(self, calls: tuple[CallCandidate, ...]) -> tuple[SampledCall, ...]:
        """These calls with their newest score."""
        return tuple(self._sampled(each) for each in calls)

    def _sampled(self, heard: CallCandidate) -> SampledCall:
        row = self._connection.execute(
            select(call.c.phone, call.c.recording_sha256).where(
                call.c.pbx == heard.pbx, call.c.call_id == heard.call_id
            )
        ).one()
        c = call_score.c
        newest = self._connection.execute(
            select(call_score)
            .where(c.pbx == heard.pbx, c.call_id == heard.call_id)
            .order_by(c.at.desc(), c.id.desc())
            .limit(1)
        ).first()
        score = None if newest is None else _score_of(newest)
        return SampledCall(heard, row.phone, row.recording_sha256, score)

    def operator_calls(self, period: Period) -> dict[str, OperatorCalls]:
        """Operator -> answered calls, and callers who called again within seven days."""
        rows = self._connection.execute(
            text(f"""
                select t.operator, count(*), count(*) filter (where {JUDGED}),
                    count(*) filter (where {JUDGED} and t.later > 0)
                from ({WITH_LATER}) t
                where t.answered_at is not null and t.operator is not null and t.counts
                group by t.operator"""),
            {"since": to_ms(period.since), "until": to_ms(period.cut), "again": _AGAIN_MS},
        )  # fmt: skip
        return {
            operator: OperatorCalls(int(n), int(judged), int(again))
            for operator, n, judged, again in rows
        }

    def repeat_callers(self, period: Period, limit: int = 200) -> tuple[RepeatCaller, ...]:
        """Callers who called again within seven days, most often first."""
        rows = self._connection.execute(
            text(f"""
                select t.phone, count(*), count(*) filter (where t.before > 0),
                    min(t.offered_at), max(t.offered_at)
                from (select c.phone, c.offered_at, count(*) over (
                        partition by c.phone order by c.offered_at
                        range between {_AGAIN_MS} preceding and 1 preceding) as before
                    from call c where {OFFERED} and c.phone is not null
                        and c.offered_at >= :since - {_AGAIN_MS} and c.offered_at < :until) t
                where t.offered_at >= :since
                group by t.phone having count(*) filter (where t.before > 0) > 0
                order by 3 desc, 5 desc, 1 limit :limit"""),
            {"since": to_ms(period.since), "until": to_ms(period.cut), "limit": limit},
        ).all()  # fmt: skip
        return tuple(
            RepeatCaller(
                phone, int(n), int(again), from_ms(first), from_ms(last), self._open_of(phone)
            )
            for phone, n, again, first, last in rows
        )

    def _open_of(self, phone: str) -> int:
        found = self._connection.execute(
            text("select count(*) from reporter p join service_request r on r.rid = p.rid "
                 "where p.phone = :phone and r.is_open = 1"),
            {"phone": phone},
        ).scalar()  # fmt: skip
        return int(found or 0)

    def requests_of_phone(self, phone: str) -> tuple[UUID, ...]:
        """The requests of a number, newest first."""
        rows = self._connection.execute(
            text("select r.id from service_request r where r.rid in "
                 "(select p.rid from reporter p where p.phone = :phone) order by r.rid desc"),
            {"phone": phone},
        )  # fmt: skip
        return tuple(UUID(bytes=row[0]) for row in rows)

    def not_fixed(self, period: Period) -> tuple[NotFixed, ...]:
        """Requests closed in the period that were not fixed after all, newest first."""
        closed = self._connection.execute(
            text("""
                select r.id, r.number, r.service_code, r.agency, r.closed_at, r.lat, r.long,
                    r.cell_y, r.cell_x, r.verdict = 'not_satisfied' as unhappy, r.reopened > 0
                        as reopened
                from service_request r indexed by request_closed
                where r.closed_at >= :since and r.closed_at < :until and r.state = 'closed'
                order by r.closed_at desc"""),
            {"since": to_ms(period.since), "until": to_ms(period.cut)},
        ).all()
        later = self._later(period)
        found = []
        for row in closed:
            again = _same_place(row, later)
            why = [
                name
                for name, holds in (
                    ("not_satisfied", row.unhappy),
                    ("reopened", row.reopened),
                    ("reported_again", again),
                )
                if holds
            ]
            if why:
                found.append(
                    NotFixed(
                        UUID(bytes=row.id), row.number, row.service_code, row.agency,
                        from_ms(row.closed_at), " ".join(why), again,
                    )
                )  # fmt: skip
        return tuple(found)

    def _later(self, period: Period) -> dict[tuple[str, int, int], list[AnyRow]]:
        """Requests reported since the period began, by service and cell."""
        last = period.cut + SAME_TROUBLE
        rows = self._connection.execute(
            text("""
                select r.id, r.service_code, r.cell_y, r.cell_x, r.lat, r.long, r.requested_at
                from service_request r where r.rid >= :first and r.rid < :last
                    and r.cell_y is not null and r.state not in ('rejected', 'cancelled')"""),
            {"first": first_rid(period.since), "last": first_rid(last)},
        )
        found: dict[tuple[str, int, int], list[AnyRow]] = defaultdict(list)
        for row in rows:
            found[row.service_code, row.cell_y, row.cell_x].append(row)
        return found

    def holding(self, period: Period) -> dict[str, Holding]:
        """Holder (switchboard, callback, an agency) -> how long it held cases of the period."""
        values, _ = values_of(period, Scope())
        cut = to_ms(period.cut)
        rows = self._connection.execute(
            text(f"""
                select r.rid, r.requested_at, r.closed_at, r.is_open, a.agency, a.forwarded_at,
                    a.resolved_at, a.state = 'refused' as back
                from service_request r left join assignment a on a.rid = r.rid
                where {RECEIVED} order by r.rid"""),
            values,
        )  # fmt: skip
        found: dict[str, Holding] = defaultdict(lambda: Holding(Counter()))
        of_request: list[AnyRow] = []
        for row in rows:
            if of_request and row.rid != of_request[0].rid:
                _hold(found, of_request, cut)
                of_request = []
            of_request.append(row)
        if of_request:
            _hold(found, of_request, cut)
        return dict(found)


WITH_LATER = f"""
    select c.operator, c.phone, c.offered_at, c.answered_at,
        c.offered_at < :until and {WAS_OFFERED} as counts,
        count(*) over (partition by c.phone order by c.offered_at
            range between 1 following and {_AGAIN_MS} following) as later
    from call c where c.direction = 'in' and c.offered_at >= :since
        and c.offered_at <= :until + {_AGAIN_MS}"""
"""Calls, with how often the same number called again within seven days; for calls without a number
see `JUDGED`.
"""
JUDGED = "(t.phone is not null and t.offered_at + :again <= :until)"


def _same_place(row: AnyRow, later: dict[tuple[str, int, int], list[AnyRow]]) -> tuple[UUID, ...]:
    """Reports of the same trouble at the same place, made after a request was closed."""
    if row.cell_y is None:
        return ()
    return tuple(
        UUID(bytes=other.id)
        for y in (-1, 0, 1)
        for x in (-1, 0, 1)
        for other in later.get((row.service_code, row.cell_y + y, row.cell_x + x), ())
        if row.closed_at < other.requested_at <= row.closed_at + _TROUBLE_MS
        and distance_m(row.lat, row.long, other.lat, other.long) <= SAME_PLACE_M
    )


def _hold(found: dict[str, Holding], rows: list[AnyRow], cut: int) -> None:
    """Add who held one request and for how long, as of the cut."""
    first = rows[0]
    closed = first.closed_at if not first.is_open and first.closed_at <= cut else None
    end = cut if closed is None else closed
    given = [row for row in rows if row.agency is not None and row.forwarded_at <= cut]
    done = [row.resolved_at for row in given if row.resolved_at and row.resolved_at <= cut]
    _add(
        found[SWITCHBOARD],
        first.requested_at,
        min((row.forwarded_at for row in given), default=None),
        end,
        closed is None,
    )
    for row in given:
        if not row.back:
            until = row.resolved_at if row.resolved_at and row.resolved_at <= cut else None
            _add(found[row.agency], row.forwarded_at, until, end, closed is None)
    if given and len(done) == sum(not row.back for row in given) and done:
        _add(found[CALLBACK], max(done), closed, cut, closed is None)


def _add(holding: Holding, since: int, until: int | None, end: int, is_open: bool) -> None:
    """Add one span; without an end it lasts to `end`, and still lasts if the request is open."""
    last = end if until is None else until
    holding.tenths[max(0, last - since) // TENTH_MS] += 1
    holding.still += until is None and is_open


def _score_of(row: AnyRow) -> CallScore:
    return CallScore(
        row.pbx, row.call_id, row.at, row.actor, row.operator, row.sheet, json.loads(row.marks),
        row.score, row.remark,
    )  # fmt: skip
