"""Questions behind the reports. Each figure is one condition; counting and drilling down use the
same one, so a number and the requests behind it cannot disagree.

An assignment belongs to the period in which it was given. `:cut` judges it: what happened later
counts as not having happened. The first due date counts, also after an extension.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from console.domain.figures import SILENT_HOURS, TENTH_MS, Period
from console.services.report_views import AgencyTally, Coverage, Scope, Totals, Volumes
from console.services.views import RequestRow
from console.store.projections import first_rid
from console.store.reading import Reading, r
from console.store.tables import to_ms

DONE = "(a.resolved_at is not null and a.resolved_at <= :cut)"
_NOT_YET = "(a.resolved_at is null or a.resolved_at > :cut)"
_GONE = "(r.is_open = 0 and r.closed_at <= :cut)"
_BACK = "(a.state = 'refused')"
_LIVE = f"({_NOT_YET} and not {_GONE} and not {_BACK})"
_OVERDUE = "(a.due_at is not null and a.due_at < :cut)"
GIVEN = "(a.forwarded_at >= :since and a.forwarded_at < :until)"
_SILENT = f"(r.updated_at <= :cut - {SILENT_HOURS * 3_600_000})"

AGENCY: dict[str, str] = {
    "received": GIVEN,
    "on_time": f"{GIVEN} and {DONE} and (a.due_at is null or a.resolved_at <= a.due_at)",
    "late": f"{GIVEN} and {DONE} and a.resolved_at > a.due_at",
    "open_ok": f"{GIVEN} and {_LIVE} and not {_OVERDUE}",
    "open_overdue": f"{GIVEN} and {_LIVE} and {_OVERDUE}",
    "withdrawn": f"{GIVEN} and {_NOT_YET} and {_GONE} and not {_BACK}",
    "returned": f"{GIVEN} and {_NOT_YET} and {_BACK}",
    "extended": f"{GIVEN} and a.committed_at is not null",
    "bounced": f"{GIVEN} and a.bounces > 0",
    "reopened": f"{GIVEN} and r.reopened > 0",
    "not_satisfied": f"{GIVEN} and r.verdict = 'not_satisfied'",
    "silent": f"{GIVEN} and {_LIVE} and {_SILENT}",
    "carried": f"a.forwarded_at < :since and {_LIVE} and {_OVERDUE}",
}
"""Column of the report on slow agencies -> its condition on an assignment and its request."""

_RECEIVED = (
    "r.rid >= :first and r.rid < :last and r.requested_at >= :since and r.requested_at < :until"
)
"""Local ids grow with the time of the report, so they find a period's rows without an index."""
_HANDLED = f"""(
    (r.is_open = 0 and r.closed_at <= :cut)
    or (exists (select 1 from assignment a where a.rid = r.rid and {DONE})
        and not exists (
            select 1 from assignment a
            where a.rid = r.rid and {_NOT_YET} and not ({_BACK} and a.replaced))))"""
_LATE = f"({DONE} and a.resolved_at > a.due_at)"
_LATE_OPEN = f"({_LIVE} and {_OVERDUE})"

_SPILL = timedelta(days=2)
"""How far the id of a request can run ahead of its time, at most."""
LONG_SHARE = 6
"""A period longer than this share of all time reads the index that is in order of its groups."""


class ReportQueries(Reading):
    """Part of `ports.Queries`."""

    def agency_tallies(self, period: Period, scope: Scope) -> dict[str, AgencyTally]:
        """Every agency that had something in the period or drags something from before."""
        found: dict[str, AgencyTally] = {}
        values, only = _values(period, scope)
        self._resolved(found, values, only, scope, long=self._is_long(period))
        self._unresolved(found, values, only)
        self._unhappy(found, values, only)
        self._carried(found, values, only)
        return found

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
        *,
        long: bool,
    ) -> None:
        source = "assignment a indexed by assignment_given where"
        if long and scope.services:
            # Few services of a long time: from their requests to the assignments, not from all.
            source = (
                "service_request r indexed by request_service "
                "cross join assignment a on a.rid = r.rid where"
            )
            only = f"{_of_agencies(scope)} {_of_services(scope, 'r')}"
        elif long:
            source = "assignment a indexed by assignment_hours where"
        rows = self._all(f"""
            select a.agency, (a.resolved_at - a.forwarded_at) / {TENTH_MS} as tenth, count(*),
                count(*) filter (where {DONE}),
                count(*) filter (where {DONE} and a.resolved_at > a.due_at),
                count(*) filter (where {_NOT_YET} and {_OVERDUE}),
                min(a.due_at) filter (where {_NOT_YET} and {_OVERDUE}),
                count(a.committed_at), count(*) filter (where a.bounces > 0)
            from {source} a.resolved_at is not null and {GIVEN} {only}
            group by a.agency, tenth""", values)  # fmt: skip
        for agency, tenth, n, done, late, overdue, due, extended, bounced in rows:
            tally = found.setdefault(agency, AgencyTally())
            tally.received += n
            tally.on_time += done - late
            tally.late += late
            tally.open_overdue += overdue
            tally.open_ok += n - done - overdue
            tally.extended += extended
            tally.bounced += bounced
            tally.oldest_due_ms = _older(tally.oldest_due_ms, due)
            if done:
                tally.tenths[tenth] = tally.tenths.get(tenth, 0) + done

    def _unresolved(self, found: dict[str, AgencyTally], values: dict[str, Any], only: str) -> None:
        names = ("open_ok", "open_overdue", "withdrawn", "returned", "extended", "bounced")
        counted = ", ".join(f"count(*) filter (where {AGENCY[name]})" for name in names)
        rows = self._all(f"""
            select a.agency, count(*), min(a.due_at) filter (where {_LIVE} and {_OVERDUE}),
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
        for agency, n in self._all(f"""
            select a.agency, count(*) from assignment a join service_request r on r.rid = a.rid
            where {AGENCY["silent"]} and r.is_open = 1 and a.resolved_at is null {only}
            group by a.agency""", values):  # fmt: skip
            found.setdefault(agency, AgencyTally()).silent = n

    def _unhappy(self, found: dict[str, AgencyTally], values: dict[str, Any], only: str) -> None:
        rows = self._all(f"""
            select a.agency, count(*) filter (where r.reopened > 0),
                count(*) filter (where r.verdict = 'not_satisfied')
            from service_request r indexed by request_unhappy join assignment a on a.rid = r.rid
            where (r.reopened > 0 or r.verdict = 'not_satisfied') and {GIVEN} {only}
            group by a.agency""", values)  # fmt: skip
        for agency, reopened, unhappy in rows:
            tally = found.setdefault(agency, AgencyTally())
            tally.reopened, tally.not_satisfied = reopened, unhappy

    def _carried(self, found: dict[str, AgencyTally], values: dict[str, Any], only: str) -> None:
        for how in (
            "assignment a indexed by assignment_open join service_request r on r.rid = a.rid "
            "where a.resolved_at is null and",
            "assignment a indexed by assignment_done_at join service_request r on r.rid = a.rid "
            "where a.resolved_at > :cut and",
        ):
            rows = self._all(
                f"select a.agency, count(*), min(a.due_at) from {how} {AGENCY['carried']} {only} "
                "group by a.agency",
                values,
            )
            for agency, n, due in rows:
                tally = found.setdefault(agency, AgencyTally())
                tally.carried += n
                tally.oldest_due_ms = _older(tally.oldest_due_ms, due)

    def agency_drill(self, column: str, agency: str, period: Period, scope: Scope) -> tuple[
        UUID, ...
    ]:  # fmt: skip
        """The requests behind one number of that report, newest first; agency "" = all."""
        whole = Scope((agency,), scope.services) if agency else scope
        values, only = _values(period, whole)
        rows = self._all(f"""
            select distinct r.rid, r.id from assignment a join service_request r on r.rid = a.rid
            where {AGENCY[column]} {only} order by r.rid desc""", values)  # fmt: skip
        return tuple(UUID(bytes=row[1]) for row in rows)

    # --- the city

    def totals(self, period: Period, scope: Scope) -> Totals:
        """Requests received in the period, and what stood at its cut."""
        values, _ = _values(period, scope)
        source = f"{self._requests(period)} {_narrow(scope, 'r')}"
        received = self._one_number(f"select count(*) from {source}", values)
        return Totals(
            received,
            sum(1 for _ in self._all(_open_of(scope), values)),
            self._one_number(f"select count(*) from ({_late_of(scope)})", values),
        )

    def totals_drill(self, column: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests behind `received`, `handled`, `open` or `late`, newest first."""
        values, _ = _values(period, scope)
        narrow = _narrow(scope, "r")
        inner = {
            "received": f"select r.rid from service_request r where {_RECEIVED} {narrow}",
            "handled": f"select r.rid from service_request r where {_RECEIVED} {narrow} "
            f"and {_HANDLED}",
            "open": _open_of(scope),
            "late": _late_of(scope),
        }[column]
        return self._ids(inner, values)

    def volumes(self, period: Period, scope: Scope) -> Volumes:
        """Requests received in the period by channel, service, ward, and hour of the city's day."""
        values, _ = _values(period, scope)
        narrow = _narrow(scope, "r")
        source = self._requests(period)
        volumes = Volumes({}, {}, {}, {})
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
        volumes.hour.update({int(hour): int(n) for hour, n in hours})
        return volumes

    def volumes_drill(self, by: str, key: str, period: Period, scope: Scope) -> tuple[UUID, ...]:
        """The requests of one line of the volumes, newest first."""
        values, _ = _values(period, scope)
        condition = {
            "channel": "r.channel = :key",
            "service": "r.service_code = :key",
            "ward": "coalesce(r.ward_code, '') = :key",
            "hour": "(r.requested_at / 3600000 + 7) % 24 = cast(:key as integer)",
        }[by]
        inner = (
            f"select r.rid from service_request r where {_RECEIVED} and {condition} "
            f"{_narrow(scope, 'r')}"
        )
        return self._ids(inner, values | {"key": key})

    def requests_by_id(self, ids: Sequence[UUID]) -> tuple[RequestRow, ...]:
        """These requests as rows of a list, newest first; those not here are left out."""
        return self._rows(self._list().where(r.id.in_(ids)).order_by(r.rid.desc()))

    def coverage(self) -> Coverage:
        """What this seat's figures rest on."""
        released = self._one_number("select count(*) from pruned", {})
        if not self._central:
            return Coverage(central=False, last_seq=None, unsent=0, released=released)
        seq = self._one_number("select max(seq) from cursor", {})
        unsent = self._one_number("select count(*) from outbox", {})
        return Coverage(central=True, last_seq=seq, unsent=unsent, released=released)

    def data_mark(self) -> tuple[int, ...]:
        """Changes whenever a figure may have changed; cheap enough to ask before every report."""
        row = self._connection.execute(
            text("select (select max(n) from event), (select count(*) from pruned), "
                 "(select max(n) from audit), (select max(rowid) from call)")
        ).one()  # fmt: skip
        return tuple(int(each or 0) for each in row)

    # --- shared

    def _requests(self, period: Period) -> str:
        """Where to find the requests received in a period, with the condition for it."""
        if self._is_long(period):
            return (
                "service_request r indexed by request_volume "
                "where r.requested_at >= :since and r.requested_at < :until"
            )
        return f"service_request r where {_RECEIVED}"

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


def _open_of(scope: Scope) -> str:
    """Requests of the period that were not handled at the cut: of those open today, and of those
    that were closed later.
    """
    narrow = _narrow(scope, "r")
    return (
        f"select r.rid from service_request r indexed by request_open where r.is_open = 1 "
        f"and {_RECEIVED} and not {_HANDLED} {narrow} union "
        f"select r.rid from service_request r indexed by request_closed where r.closed_at > :cut "
        f"and {_RECEIVED} and not {_HANDLED} {narrow}"
    )


def _late_of(scope: Scope) -> str:
    """Requests of the period that an agency was late with; their wide rows are read only where the
    id does not tell the time, or the state matters.
    """
    narrow = _narrow(scope, "a")
    joined = "join service_request r on r.rid = a.rid where"
    if scope.services:
        done_late = (
            "service_request r indexed by request_service cross join assignment a on "
            f"a.rid = r.rid where {_LATE} and {_RECEIVED} {_of_services(scope, 'r')} "
            f"{_given_to(scope, 'a')}"
        )
    else:
        done_late = (
            f"assignment a indexed by assignment_hours where {_LATE} and a.rid >= :first "
            "and a.rid < :last and ((a.rid >= :sure and a.rid < :sure_until) or exists "
            f"(select 1 from service_request r where r.rid = a.rid and {_RECEIVED})) {narrow}"
        )
    return (
        f"select a.rid from {done_late} union "
        f"select a.rid from assignment a indexed by assignment_open {joined} "
        f"a.resolved_at is null and {_LATE_OPEN} and {_RECEIVED} {narrow} union "
        f"select a.rid from assignment a indexed by assignment_done_at {joined} "
        f"a.resolved_at > :cut and {_OVERDUE} and {_RECEIVED} {narrow}"
    )


def _values(period: Period, scope: Scope) -> tuple[dict[str, Any], str]:
    """Values of the conditions, and the scope's conditions on an assignment `a`."""
    values: dict[str, Any] = {
        "since": to_ms(period.since),
        "until": to_ms(period.until),
        "cut": to_ms(period.cut),
        "first": first_rid(period.since),
        # History with dates only fills a day's ids and goes on beyond them.
        "last": first_rid(period.until + _SPILL),
        "sure": first_rid(period.since + _SPILL),
        "sure_until": first_rid(period.until),
    }
    values |= {f"agency{n}": code for n, code in enumerate(scope.agencies)}
    values |= {f"service{n}": code for n, code in enumerate(scope.services)}
    return values, _of_agencies(scope) + _of_services(scope, "a")


def _of_agencies(scope: Scope) -> str:
    names = _names("agency", scope.agencies)
    return f" and a.agency in ({names})" if scope.agencies else ""


def _narrow(scope: Scope, table: str) -> str:
    """The scope's conditions on the request that `table`.rid names: an agency's requests are those
    it was given.
    """
    return _given_to(scope, table) + _of_services(scope, table)


def _given_to(scope: Scope, table: str) -> str:
    if not scope.agencies:
        return ""
    names = _names("agency", scope.agencies)
    return f" and {table}.rid in (select g.rid from assignment g where g.agency in ({names}))"


def _of_services(scope: Scope, table: str) -> str:
    if not scope.services:
        return ""
    if table == "r":
        return f" and r.service_code in ({_names('service', scope.services)})"
    return (
        f" and (select s.service_code from service_request s where s.rid = {table}.rid) "
        f"in ({_names('service', scope.services)})"
    )


def _names(kind: str, codes: tuple[str, ...]) -> str:
    return ", ".join(f":{kind}{n}" for n in range(len(codes)))


def _older(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else min(a, b)
