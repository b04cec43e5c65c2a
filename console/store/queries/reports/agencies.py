"""Questions behind the report on slow agencies; `conditions.py` says what each column counts."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from console.domain.reports.figures import TENTH_MS, Period
from console.services.views.reports import AgencyTally, Scope
from console.store.queries.reports import blocks
from console.store.queries.reports.as_of import rewritten
from console.store.queries.reports.base import ReportBase
from console.store.queries.reports.blocks import Parts
from console.store.queries.reports.conditions import (
    AGENCY,
    DONE,
    GIVEN,
    LIVE,
    NOT_YET,
    OVERDUE,
    of_agencies,
    of_rids,
    of_services,
    values_of,
    without_rids,
)
from console.store.schema.report_blocks import BLOCK_MS
from console.store.tables.definitions import from_ms


class AgencyReportQueries(ReportBase):
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
