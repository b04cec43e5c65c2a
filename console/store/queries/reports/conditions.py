"""The conditions of the reports' figures in SQL. Each figure is one condition; counting and
drilling down use the same one, so a number and the requests behind it cannot disagree.

An assignment belongs to the period in which it was given, and is judged at `:cut`: later events do
not count. The first due date counts, even after an extension.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from console.domain.reports.figures import SILENT_HOURS, Period
from console.services.views.reports import Scope
from console.store.projection.projector import first_rid
from console.store.tables.definitions import to_ms

DONE = "(a.resolved_at is not null and a.resolved_at <= :cut)"
NOT_YET = "(a.resolved_at is null or a.resolved_at > :cut)"
GONE = "(r.is_open = 0 and r.closed_at <= :cut)"
BACK = "(a.state = 'refused')"
LIVE = f"({NOT_YET} and not {GONE} and not {BACK})"
OVERDUE = "(a.due_at is not null and a.due_at < :cut)"
GIVEN = "(a.forwarded_at >= :since and a.forwarded_at < :until)"
SILENT = f"(r.updated_at <= :cut - {SILENT_HOURS * 3_600_000})"

AGENCY: dict[str, str] = {
    "received": GIVEN,
    "on_time": f"{GIVEN} and {DONE} and (a.due_at is null or a.resolved_at <= a.due_at)",
    "late": f"{GIVEN} and {DONE} and a.resolved_at > a.due_at",
    "open_ok": f"{GIVEN} and {LIVE} and not {OVERDUE}",
    "open_overdue": f"{GIVEN} and {LIVE} and {OVERDUE}",
    "withdrawn": f"{GIVEN} and {NOT_YET} and {GONE} and not {BACK}",
    "returned": f"{GIVEN} and {NOT_YET} and {BACK}",
    "extended": f"{GIVEN} and a.committed_at is not null",
    "bounced": f"{GIVEN} and a.bounces > 0",
    "reopened": f"{GIVEN} and r.reopened > 0",
    "not_satisfied": f"{GIVEN} and r.verdict = 'not_satisfied'",
    "silent": f"{GIVEN} and {LIVE} and {SILENT}",
    "carried": f"a.forwarded_at < :since and {LIVE} and {OVERDUE}",
}
"""Column of the report on slow agencies -> its condition on an assignment and its request."""

RECEIVED = (
    "r.rid >= :first and r.rid < :last and r.requested_at >= :since and r.requested_at < :until"
)
"""Local ids grow with the time of the report, so they select a period without another index."""
HANDLED = f"""(
    (r.is_open = 0 and r.closed_at <= :cut)
    or (exists (select 1 from assignment a where a.rid = r.rid and {DONE})
        and not exists (
            select 1 from assignment a
            where a.rid = r.rid and {NOT_YET} and not ({BACK} and a.replaced))))"""
LATE = f"({DONE} and a.resolved_at > a.due_at)"
LATE_OPEN = f"({LIVE} and {OVERDUE})"

SPILL = timedelta(days=2)
"""How far at most the id of a request can be ahead of its time."""

WAS_OFFERED = """c.state not in ('ringing', 'claimed')
    and (c.end_reason is null or c.end_reason <> 'answered_elsewhere')"""
"""Calls that figures count: no longer ringing, and not ended because another phone answered."""
OFFERED = f"c.direction = 'in' and {WAS_OFFERED}"
"""Such calls to the hotline."""


def open_of(scope: Scope, *, long: bool) -> str:
    """Requests of the period that were not handled at the cut: open today, or closed later.

    Args:
        long: fewer were closed since then than received in the period.
    """
    narrow = narrowed(scope, "r")
    closed = "indexed by request_closed" if long else "not indexed"
    return (
        f"select r.rid from service_request r indexed by request_open where r.is_open = 1 "
        f"and {RECEIVED} and not {HANDLED} {narrow} union "
        f"select r.rid from service_request r {closed} where r.closed_at > :cut "
        f"and {RECEIVED} and not {HANDLED} {narrow}"
    )


def late_of(scope: Scope) -> str:
    """Requests of the period in which an agency was late."""
    return f"{done_late_of(scope, long=True)} union {open_late_of(scope, long=True)}"


def done_late_of(scope: Scope, *, long: bool) -> str:
    """Requests some part of which was done late. Wide rows are read only where the id does not tell
    the time.

    Args:
        long: scan the narrow index instead of the wide rows of the period.
    """
    if scope.services:
        return (
            "select a.rid from service_request r indexed by request_service "
            f"cross join assignment a on a.rid = r.rid where {LATE} and {RECEIVED} "
            f"{of_services(scope, 'r')} {given_to(scope, 'a')}"
        )
    how = "indexed by assignment_hours" if long else "not indexed"
    return (
        f"select a.rid from assignment a {how} where {LATE} "
        "and a.rid >= :first and a.rid < :last "
        "and ((a.rid >= :sure and a.rid < :sure_until) or exists "
        f"(select 1 from service_request r where r.rid = a.rid and {RECEIVED})) "
        f"{narrowed(scope, 'a')}"
    )


def open_late_of(scope: Scope, *, long: bool) -> str:
    """Requests some part of which was open and overdue at the cut.

    Args:
        long: fewer were done since then than given in the period.
    """
    narrow = narrowed(scope, "a")
    joined = "join service_request r on r.rid = a.rid where"
    since = (
        f"assignment a indexed by assignment_done_at {joined}"
        if long
        else f"assignment a not indexed {joined} a.rid >= :first and a.rid < :last and"
    )
    return (
        f"select a.rid from assignment a indexed by assignment_open {joined} "
        f"a.resolved_at is null and {LATE_OPEN} and {RECEIVED} {narrow} union "
        f"select a.rid from {since} a.resolved_at > :cut and {OVERDUE} and {RECEIVED} {narrow}"
    )


def values_of(period: Period, scope: Scope) -> tuple[dict[str, Any], str]:
    """Values of the conditions, and the scope's conditions on an assignment `a`."""
    values: dict[str, Any] = {
        "since": to_ms(period.since),
        "until": to_ms(period.until),
        "cut": to_ms(period.cut),
        "first": first_rid(period.since),
        # An import with dates only fills a day's ids and runs beyond them.
        "last": first_rid(period.until + SPILL),
        "sure": first_rid(period.since + SPILL),
        "sure_until": first_rid(period.until),
    }
    values |= {f"agency{n}": code for n, code in enumerate(scope.agencies)}
    values |= {f"service{n}": code for n, code in enumerate(scope.services)}
    return values, of_agencies(scope) + of_services(scope, "a")


def of_agencies(scope: Scope) -> str:
    """The scope's agencies as a condition on an assignment `a`."""
    names = _names("agency", scope.agencies)
    return f" and a.agency in ({names})" if scope.agencies else ""


def narrowed(scope: Scope, table: str) -> str:
    """The scope's conditions on the request with `table`.rid; an agency's requests are those that
    it was given.
    """
    return given_to(scope, table) + of_services(scope, table)


def given_to(scope: Scope, table: str) -> str:
    """Requests that the scope's agencies were given."""
    if not scope.agencies:
        return ""
    names = _names("agency", scope.agencies)
    return (
        f" and {table}.rid in (select g.rid from assignment g where g.agency in ({names}) "
        "and g.rid >= :first and g.rid < :last)"
    )


def of_services(scope: Scope, table: str) -> str:
    """The scope's services as a condition on the request in `table`."""
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


def of_rids(table: str, rids: Iterable[int]) -> str:
    """A condition for only these requests, or for none."""
    return f" and {table}.rid in ({', '.join(map(str, rids)) or '-1'})"


def without_rids(table: str, rids: Collection[int]) -> str:
    """A condition for all but these requests."""
    return f" and {table}.rid not in ({', '.join(map(str, rids))})" if rids else ""
