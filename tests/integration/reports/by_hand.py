"""The figures again, slowly: request by request from the raw events, without SQL. Shares no line
with the store's questions.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.reports.figures import Period
from console.domain.requests.events import (
    OutreachRecorded,
    RequestClosed,
    RequestReopened,
    StepTakenBack,
    StoredEvent,
)
from console.domain.requests.fold.request import fold
from console.domain.requests.request import Assignment, Request
from console.domain.states import AssignmentState, Verdict

SILENT = timedelta(hours=48)
REWRITING = (RequestReopened, OutreachRecorded, RequestClosed, StepTakenBack)


def requests_of(events: Iterable[StoredEvent], cut: datetime | None = None) -> list[Request]:
    """Every request that the events make.

    Args:
        cut: those that were opened again, or judged by the citizen, after it stand as they did.
    """
    histories: dict[object, list[StoredEvent]] = {}
    for event in events:
        histories.setdefault(event.request_id, []).append(event)
    folded = [_folded(history, cut) for history in histories.values()]
    return [request for request in folded if request is not None and request.number]


def _folded(history: list[StoredEvent], cut: datetime | None) -> Request | None:
    request = fold(history)
    if request is None or cut is None or request.requested_at > cut:
        return request
    unhappy = request.reopened or request.verdict is Verdict.NOT_SATISFIED
    later = [e for e in history if e.at > cut and isinstance(e.fact, REWRITING)]
    return fold([e for e in history if e.at <= cut]) if unhappy and later else request


@dataclass
class Judged:
    """One assignment at the cut."""

    request: Request
    given: Assignment
    period: Period

    def says(self) -> set[str]:  # noqa: C901 - all of it in one place, on purpose
        """The columns that this assignment counts in."""
        r, a, p = self.request, self.given, self.period
        inside = p.since <= a.forwarded_at < p.until
        done = a.resolved_at is not None and a.resolved_at <= p.cut
        gone = r.closed_at is not None and r.is_closed and r.closed_at <= p.cut
        overdue = a.judged_at is not None and a.judged_at < p.cut
        said: set[str] = set()
        if not done and a.state is not AssignmentState.REFUSED and not gone:
            if a.forwarded_at < p.since and overdue:
                said.add("carried")
            if inside:
                said.add("open_overdue" if overdue else "open_ok")
                if r.updated_at <= p.cut - SILENT:
                    said.add("silent")
        if not inside:
            return said
        said.add("received")
        if done:
            assert a.resolved_at is not None
            said.add("on_time" if a.judged_at is None or a.resolved_at <= a.judged_at else "late")
        elif a.state is AssignmentState.REFUSED:
            said.add("returned")
        elif gone:
            said.add("withdrawn")
        if a.committed_at is not None:
            said.add("extended")
        if a.bounces:
            said.add("bounced")
        if r.reopened:
            said.add("reopened")
        if r.verdict is Verdict.NOT_SATISFIED:
            said.add("not_satisfied")
        return said

    @property
    def tenth(self) -> int:
        """Hours in tenths, rounded down."""
        assert self.given.resolved_at is not None
        return (self.given.resolved_at - self.given.forwarded_at) // timedelta(minutes=6)


def slow_agencies(requests: Iterable[Request], period: Period) -> dict[str, dict[str, object]]:
    """Agency -> column -> numbers of the requests counted; `tenths` the hours of what is done."""
    found: dict[str, dict[str, object]] = {}
    for request in requests:
        for given in request.assignments:
            judged = Judged(request, given, period)
            said = judged.says()
            if not said:
                continue
            line = found.setdefault(given.agency, {})
            for column in said:
                line.setdefault(column, set()).add(request.id)  # type: ignore[attr-defined]
            if said & {"on_time", "late"}:
                line.setdefault("tenths", Counter())[judged.tenth] += 1  # type: ignore[index]
    return found


def city(requests: Iterable[Request], period: Period) -> dict[str, set[object]]:
    """`received`, `open`, `late` -> ids of the requests."""
    found: dict[str, set[object]] = {"received": set(), "open": set(), "late": set()}
    for r in requests:
        if not period.since <= r.requested_at < period.until:
            continue
        found["received"].add(r.id)
        gone = r.is_closed and r.closed_at is not None and r.closed_at <= period.cut
        counting = [a for a in r.assignments if not a.replaced]
        done = [a for a in r.assignments if a.resolved_at and a.resolved_at <= period.cut]
        all_done = bool(done) and all(a in done for a in counting)
        if not gone and not all_done:
            found["open"].add(r.id)
        for a in r.assignments:
            late_done = a in done and a.judged_at is not None and a.resolved_at > a.judged_at  # type: ignore[operator]
            late_open = (
                a not in done
                and not gone
                and a.state is not AssignmentState.REFUSED
                and a.judged_at is not None
                and a.judged_at < period.cut
            )
            if late_done or late_open:
                found["late"].add(r.id)
    return found
