"""Questions behind the reports. `conditions.py` says what is counted; past months are added up from
blocks (`blocks.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from console.domain.reports.figures import TENTH_MS, Period
from console.services.views.reports import AgencyTally, Coverage, Scope, Totals, Volumes
from console.services.views.requests import RequestRow
from console.store.queries.base import QueryBase, r
from console.store.queries.reports import blocks
from console.store.queries.reports.as_of import as_of, rewritten
from console.store.queries.reports.blocks import Parts
from console.store.queries.reports.conditions import (
    AGENCY,
    DONE,
    GIVEN,
    HANDLED,
    LATE,
    LIVE,
    NOT_YET,
    OVERDUE,
    RECEIVED,
    done_late_of,
    late_of,
    narrowed,
    of_agencies,
    of_rids,
    of_services,
    open_late_of,
    open_of,
    values_of,
    without_rids,
)
from console.store.schema.report_blocks import BLOCK_MS
from console.store.tables.definitions import from_ms, to_ms

LONG_SHARE = 6
"""A period longer than one sixth of all time is read by the index in order of its groups."""

_RECENT_CALLS = 300
"""The newest calls, whose rows may still change: ringing, talking or just wrapped up."""


class ReportQueries(QueryBase):
    """Part of `ports.Queries`."""

    def agency_tallies(self, period: Period, scope: Scope) -> dict[str, AgencyTally]:
        """Every agency with assignments in the period or open ones from before."""
        hidden = rewritten(self._connection, period)
        found = self._tallies(period, scope, hidden)
        if hidden:
            with self._as_of(hidden, period) as then:
                for agency, tally in then._tallies(period, scope, {}).items():
                    _add(found.setdefault(agency, AgencyTally()), tally)
        return {agency: tally for agency, tally in found.items() if tally.received or tally.carried}

    @contextmanager
    def _as_of(self, hidden: dict[int, bytes], period: Period) -> Iterator["ReportQueries"]:
        """Answers the same questions about these requests only, as they were at the cut."""
        with as_of(self._connection, hidden, period) as memory:
            yield ReportQueries(memory, self._catalogue, self._central)

    def _tallies(
        self, period: Period, scope: Scope, hidden: dict[int, bytes]
    ) -> dict[str, AgencyTally]:
        found: dict[str, AgencyTally] = {}
        values, only = values_of(period, scope)
        parts = blocks.parts_of(self._connection, period)
        for agency, counted in blocks.tallied(self._connection, parts, scope).items():
            _take(found.setdefault(agency, AgencyTally()), *counted)
        if hidden and parts.blocks:
            self._without(found, values, f"{only} {of_rids('a', hidden)}", parts)
        hide = without_rids("a", hidden)
        for since, until in parts.gaps:
            gap = replace(period, since=from_ms(since), until=from_ms(until))
            inside = values | {"since": since, "until": until}
            self._resolved(found, inside, only, scope, hide, long=self._is_long(gap))
        only += hide
        self._unresolved(found, values, only)
        self._unhappy(found, values, only)
        self._carried(found, period, values, only)
        return found

    def _without(
        self, found: dict[str, AgencyTally], values: dict[str, Any], only: str, parts: Parts
    ) -> None:
        """Subtract these requests from counted blocks."""
        rows = self._all(f"""
            select a.agency, (a.resolved_at - a.forwarded_at) / {TENTH_MS},
                a.due_at is not null and a.resolved_at > a.due_at, a.committed_at is not null,
                a.bounces > 0
            from assignment a where a.resolved_at is not null
                and a.forwarded_at / {BLOCK_MS} in ({parts.listed}) {only}""", values)  # fmt: skip
        for agency, tenth, late, extended, bounced in rows:
            _take(found[agency], -1, -late, -extended, -bounced, {})
            found[agency].tenths[tenth] -= 1

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

    def _resolved(
        self,
        found: dict[str, AgencyTally],
        values: dict[str, Any],
        only: str,
        scope: Scope,
        hide: str,
        *,
        long: bool,
    ) -> None:
        source = "assignment a indexed by assignment_given where"
        if long and scope.services:
            # Few services over a long time: start from their requests, not from all assignments.
            source = (
                "service_request r indexed by request_service "
                "cross join assignment a on a.rid = r.rid where"
            )
            only = f"{of_agencies(scope)} {of_services(scope, 'r')}"
        elif long:
            source = "assignment a indexed by assignment_hours where"
        rows = self._all(f"""
            select a.agency, (a.resolved_at - a.forwarded_at) / {TENTH_MS} as tenth, count(*),
                count(*) filter (where {DONE}),
                count(*) filter (where {DONE} and a.resolved_at > a.due_at),
                count(*) filter (where {NOT_YET} and {OVERDUE}),
                min(a.due_at) filter (where {NOT_YET} and {OVERDUE}),
                count(a.committed_at), count(*) filter (where a.bounces > 0)
            from {source} a.resolved_at is not null and {GIVEN} {only} {hide}
            group by a.agency, tenth""", values)  # fmt: skip
        for agency, tenth, n, done, late, overdue, due, extended, bounced in rows:
            tally = found.setdefault(agency, AgencyTally())
            _take(tally, done, late, extended, bounced, {tenth: done} if done else {})
            tally.received += n - done
            tally.open_overdue += overdue
            tally.open_ok += n - done - overdue
            tally.oldest_due_ms = _older(tally.oldest_due_ms, due)

    def _unresolved(self, found: dict[str, AgencyTally], values: dict[str, Any], only: str) -> None:
        names = (
            "open_ok",
            "open_overdue",
            "withdrawn",
            "returned",
            "extended",
            "bounced",
            "silent",
        )
        counted = ", ".join(f"count(*) filter (where {AGENCY[name]})" for name in names)
        rows = self._all(f"""
            select a.agency, count(*), min(a.due_at) filter (where {LIVE} and {OVERDUE}),
                {counted}
            from assignment a indexed by assignment_open join service_request r on r.rid = a.rid
            where a.resolved_at is null and {GIVEN} {only}
            group by a.agency""", values)  # fmt: skip
        for agency, n, due, *counts in rows:
            tally = found.setdefault(agency, AgencyTally())
            tally.received += n
            tally.oldest_due_ms = _older(tally.oldest_due_ms, due)
            for name, value in zip(names, counts, strict=True):
                setattr(tally, name, getattr(tally, name) + value)

    def _unhappy(self, found: dict[str, AgencyTally], values: dict[str, Any], only: str) -> None:
        rows = self._all(f"""
            select a.agency, count(*) filter (where r.reopened > 0),
                count(*) filter (where r.verdict = 'not_satisfied')
            from service_request r indexed by request_unhappy
                cross join assignment a on a.rid = r.rid
            where (r.reopened > 0 or r.verdict = 'not_satisfied') and {GIVEN} {only}
            group by a.agency""", values)  # fmt: skip
        for agency, reopened, unhappy in rows:
            tally = found.setdefault(agency, AgencyTally())
            tally.reopened, tally.not_satisfied = reopened, unhappy

    def _carried(
        self, found: dict[str, AgencyTally], period: Period, values: dict[str, Any], only: str
    ) -> None:
        first = self._one_number("select min(forwarded_at) from assignment", {})
        if first >= values["since"]:
            return
        spans: list[tuple[str, tuple[int, int]]] = [
            ("assignment_open join service_request r on r.rid = a.rid where a.resolved_at is null "
             "and", (0, values["since"]))
        ]  # fmt: skip
        before = replace(period, since=from_ms(0), until=period.since)
        parts = blocks.parts_of(self._connection, before)
        if parts.blocks:
            # Everything in a settled block was done by the cut.
            later = "assignment_given join service_request r on r.rid = a.rid where"
            spans += [(later, gap) for gap in parts.gaps]
        else:
            later = "assignment_done_at join service_request r on r.rid = a.rid where"
            spans.append((later, (0, values["since"])))
        for index, (start, end) in spans:
            done = "" if "is null" in index else "a.resolved_at > :cut and"
            rows = self._all(
                f"select a.agency, count(*), min(a.due_at) from assignment a indexed by {index} "
                f"{done} a.forwarded_at >= :start and a.forwarded_at < :end "
                f"and {AGENCY['carried']} {only} group by a.agency",
                values | {"start": start, "end": end},
            )
            for agency, n, due in rows:
                tally = found.setdefault(agency, AgencyTally())
                tally.carried += n
                tally.oldest_due_ms = _older(tally.oldest_due_ms, due)

    def agency_drill(self, column: str, agency: str, period: Period, scope: Scope) -> tuple[
        UUID, ...
    ]:  # fmt: skip
        """The requests behind one figure of that report, newest first; agency "" = all."""
        whole = Scope((agency,), scope.services) if agency else scope
        hidden = rewritten(self._connection, period)
        found = self._behind(column, period, whole, hidden)
        if hidden:
            with self._as_of(hidden, period) as then:
                found |= then._behind(column, period, whole, {})
        return tuple(UUID(bytes=found[rid]) for rid in sorted(found, reverse=True))

    def _behind(
        self, column: str, period: Period, scope: Scope, hidden: dict[int, bytes]
    ) -> dict[int, bytes]:
        values, only = values_of(period, scope)
        rows = self._all(f"""
            select distinct r.rid, r.id from assignment a join service_request r on r.rid = a.rid
            where {AGENCY[column]} {only} {without_rids("a", hidden)}""", values)  # fmt: skip
        return {int(row[0]): bytes(row[1]) for row in rows}

    # --- the city

    def totals(self, period: Period, scope: Scope) -> Totals:
        """Requests received in the period, and their state at its cut."""
        parts = self._parts(period, scope)
        received = self._of_blocks(parts, scope, "received", "agency")
        for gap in self._gaps(period, parts):
            inside, _ = values_of(gap, scope)
            source = f"{self._requests(gap)} {narrowed(scope, 'r')}"
            received += self._one_number(f"select count(*) from {source}", inside)
        hidden = rewritten(self._connection, period)
        still_open = self._still_open(period, scope, hidden)
        late = self._late(period, scope, parts, hidden)
        if hidden:
            with self._as_of(hidden, period) as then:
                none = Parts((), ((to_ms(period.since), to_ms(period.until)),))
                still_open += then._still_open(period, scope, {})
                late += then._late(period, scope, none, {})
        return Totals(received, still_open, late)

    def _still_open(self, period: Period, scope: Scope, hidden: dict[int, bytes]) -> int:
        values, _ = values_of(period, scope)
        return sum(
            row[0] not in hidden
            for row in self._all(open_of(scope, long=self._is_long(period)), values)
        )

    def _late(self, period: Period, scope: Scope, parts: Parts, hidden: dict[int, bytes]) -> int:
        """Late requests: those of counted blocks, and the others, each counted once."""
        values, _ = values_of(period, scope)
        late = self._of_blocks(parts, scope, "late", "agency_late")
        others: set[int] = set()
        for gap in self._gaps(period, parts):
            inside, _ = values_of(gap, scope)
            done_late = done_late_of(scope, long=self._is_long(gap))
            others |= {row[0] for row in self._all(done_late, inside)}
        known = (
            f"exists (select 1 from assignment a where a.rid = r.rid and {LATE}) "
            f"and r.requested_at / {BLOCK_MS} in ({parts.listed})"
        )
        rest = self._all(
            f"select r.rid from service_request r where r.rid in "
            f"({open_late_of(scope, long=self._is_long(period))}) and not ({known})",
            values,
        )
        if hidden and parts.blocks:
            late -= self._one_number(
                f"select count(*) from service_request r where {known} {of_rids('r', hidden)} "
                f"{narrowed(scope, 'r')}",
                values,
            )
        return late + len((others | {row[0] for row in rest}) - hidden.keys())

    def _parts(self, period: Period, scope: Scope) -> Parts:
        """Blocks count requests by service or by agency, not by both."""
        if scope.agencies and (scope.services or len(scope.agencies) > 1):
            return Parts((), ((to_ms(period.since), to_ms(period.until)),))
        return blocks.parts_of(self._connection, period)

    def _of_blocks(self, parts: Parts, scope: Scope, whole: str, of_agency: str) -> int:
        by, key = (of_agency, scope.agencies[0]) if scope.agencies else (whole, "")
        if not parts.blocks:
            return 0
        return blocks.volume(self._connection, parts, scope.services, by)[key]

    @staticmethod
    def _gaps(period: Period, parts: Parts) -> Iterator[Period]:
        for since, until in parts.gaps:
            yield replace(period, since=from_ms(since), until=from_ms(until))

    def totals_drill(self, column: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests behind `received`, `handled`, `open` or `late`, newest first."""
        hidden = rewritten(self._connection, period) if column != "received" else {}
        found = self._standing(column, period, scope)
        if hidden:
            found = {rid: one for rid, one in found.items() if rid not in hidden}
            with self._as_of(hidden, period) as then:
                found |= then._standing(column, period, scope)
        return tuple(UUID(bytes=found[rid]) for rid in sorted(found, reverse=True))

    def _standing(self, column: str, period: Period, scope: Scope) -> dict[int, bytes]:
        values, _ = values_of(period, scope)
        narrow = narrowed(scope, "r")
        inner = {
            "received": f"select r.rid from service_request r where {RECEIVED} {narrow}",
            "handled": f"select r.rid from service_request r where {RECEIVED} {narrow} "
            f"and {HANDLED}",
            "open": open_of(scope, long=self._is_long(period)),
            "late": late_of(scope),
        }[column]
        rows = self._all(
            f"select r.rid, r.id from service_request r where r.rid in ({inner})", values
        )
        return {int(row[0]): bytes(row[1]) for row in rows}

    def volumes(self, period: Period, scope: Scope) -> Volumes:
        """Requests received in the period by channel, service, ward, and hour of the city's day."""
        parts = blocks.parts_of(self._connection, period)
        if scope.agencies:
            parts = Parts((), ((to_ms(period.since), to_ms(period.until)),))
        volumes = Volumes({}, {}, {}, {})
        self._volumes_of_blocks(volumes, parts, scope)
        for gap in self._gaps(period, parts):
            self._volumes_of_gap(volumes, gap, scope)
        return volumes

    def _volumes_of_blocks(self, volumes: Volumes, parts: Parts, scope: Scope) -> None:
        if not parts.blocks:
            return

        def of(by: str, services: tuple[str, ...] = scope.services) -> Counter[str]:
            return blocks.volume(self._connection, parts, services, by)

        volumes.channel.update(of("channel"))
        volumes.ward.update(of("ward"))
        volumes.hour.update({int(hour): n for hour, n in of("hour").items()})
        wanted = scope.services
        every = of("service", ())
        volumes.service.update({s: n for s, n in every.items() if not wanted or s in wanted})

    def _volumes_of_gap(self, volumes: Volumes, gap: Period, scope: Scope) -> None:
        values, _ = values_of(gap, scope)
        narrow = narrowed(scope, "r")
        source = self._requests(gap)
        for channel, ward, service, n in self._all(f"""
            select r.channel, r.ward_code, r.service_code, count(*) from {source}
            {narrow} group by 1, 2, 3""", values):  # fmt: skip
            for counted, key in (
                (volumes.channel, channel), (volumes.ward, ward or ""), (volumes.service, service),
            ):  # fmt: skip
                counted[key] = counted.get(key, 0) + n
        hours = self._all(f"""
            select (r.requested_at / 3600000 + 7) % 24, count(*) from {source}
            {narrow} group by 1""", values)  # fmt: skip
        for hour, n in hours:
            volumes.hour[int(hour)] = volumes.hour.get(int(hour), 0) + int(n)

    def volumes_drill(self, by: str, key: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests behind one line of the volumes, newest first."""
        values, _ = values_of(period, scope)
        condition = {
            "channel": "r.channel = :key",
            "service": "r.service_code = :key",
            "ward": "coalesce(r.ward_code, '') = :key",
            "hour": "(r.requested_at / 3600000 + 7) % 24 = cast(:key as integer)",
        }[by]
        inner = (
            f"select r.rid from service_request r where {RECEIVED} and {condition} "
            f"{narrowed(scope, 'r')}"
        )
        return self._ids(inner, values | {"key": key})

    def requests_by_id(self, ids: Sequence[UUID]) -> tuple[RequestRow, ...]:
        """These requests as rows of a list, newest first; requests not stored here are left out."""
        return self._rows(self._list().where(r.id.in_(ids)).order_by(r.rid.desc()))

    def coverage(self) -> Coverage:
        """The data on which this seat's figures are based."""
        released = self._one_number("select count(*) from pruned", {})
        if not self._central:
            return Coverage(central=False, last_seq=None, unsent=0, released=released)
        seq = self._one_number("select max(seq) from cursor", {})
        unsent = self._one_number("select count(*) from outbox", {})
        return Coverage(central=True, last_seq=seq, unsent=unsent, released=released)

    def data_mark(self) -> tuple[int, ...]:
        """A text that changes when a figure may have changed; cheap to ask before every report."""
        row = self._connection.execute(
            text("""
                select (select max(n) from event), (select max(seq) from cursor),
                    (select count(*) from pruned), (select max(n) from audit),
                    (select max(n) from call_score), (select sum(at) from named_citizen),
                    (select max(rowid) from call),
                    (select sum(coalesce(answered_at, 0) + coalesce(ended_at, 0)
                        + coalesce(wrapped_at, 0)) from call
                        where rowid > (select max(rowid) from call) - :recent)"""),
            {"recent": _RECENT_CALLS},
        ).one()
        return tuple(int(each or 0) for each in row)

    # --- shared

    def _requests(self, period: Period) -> str:
        """The source of the requests received in a period, with its condition."""
        if self._is_long(period):
            return (
                "service_request r indexed by request_volume "
                "where r.requested_at >= :since and r.requested_at < :until"
            )
        return f"service_request r where {RECEIVED}"

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


def _older(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else min(a, b)


def _take(
    tally: AgencyTally,
    done: int,
    late: int,
    extended: int,
    bounced: int,
    tenths: Mapping[int, int],
) -> None:
    """Add assignments that were resolved by the cut."""
    tally.received += done
    tally.on_time += done - late
    tally.late += late
    tally.extended += extended
    tally.bounced += bounced
    tally.tenths.update(tenths)


def _add(tally: AgencyTally, more: AgencyTally) -> None:
    """Add what was counted separately."""
    for each in fields(AgencyTally):
        if each.name not in ("tenths", "oldest_due_ms"):
            setattr(tally, each.name, getattr(tally, each.name) + getattr(more, each.name))
    tally.tenths.update(more.tenths)
    tally.oldest_due_ms = _older(tally.oldest_due_ms, more.oldest_due_ms)
