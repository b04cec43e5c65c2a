"""Orders that stop agencies' clocks: force majeure, such as a storm.

An order begins now or later, never in the past, so no figure of a past period changes. It lives by
events of its own. Its effect on a clock is an event of the request (`ClockMoved`), computed from
the first date and all orders, so an order that ends early gives the time back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from console.domain.actors import Actor, leads
from console.domain.catalogue.catalogue import Calendar, Catalogue
from console.domain.clocks import working_time
from console.domain.errors import InputError, RefusedError
from console.domain.requests.decide.rules import Rules
from console.domain.requests.events import ClockMoved, Fact, PauseEnded, PauseOrdered, StoredEvent
from console.domain.requests.request import Assignment, OrderedPause, Request, with_order
from console.domain.text.cleaning import clean_line

LONGEST = timedelta(days=60)
LATE_PRESS = timedelta(minutes=1)
"""A form that says "now" is sent a moment later."""


@dataclass(frozen=True, slots=True)
class PauseOrder:
    """An order as its events describe it; `until` is its current end, set at `changed_at`."""

    id: UUID
    said: PauseOrdered
    until: datetime
    changed_at: datetime
    by: str
    end_reason: str | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether clocks run again."""
        return now >= self.until

    def covers(self, service: str, group: str, ward: str | None, agency: str) -> bool:
        """Whether it covers such an assignment; a list left empty covers everything."""
        said = self.said
        return (
            (not (said.services or said.groups) or service in said.services or group in said.groups)
            and (not said.wards or ward in said.wards)
            and (not said.agencies or agency in said.agencies)
        )


def fold_orders(events: Iterable[StoredEvent]) -> tuple[PauseOrder, ...]:
    """The orders that these events make, in the order in which they were given."""
    found: dict[UUID, PauseOrder] = {}
    for event in events:
        fact, order = event.fact, found.get(event.request_id)
        if isinstance(fact, PauseOrdered) and order is None:
            found[event.request_id] = PauseOrder(
                event.request_id, fact, fact.until, event.at, event.actor
            )
        elif isinstance(fact, PauseEnded) and order is not None and order.end_reason is None:
            ends = min(order.until, max(fact.ends_at, order.said.since))
            found[order.id] = PauseOrder(
                order.id, order.said, ends, event.at, order.by, fact.reason
            )
    return tuple(found.values())


# --- giving and ending an order


def ordered(said: PauseOrdered, actor: Actor, catalogue: Catalogue, now: datetime) -> PauseOrdered:
    """The checked order.

    Raises:
        RefusedError: `role_may_not`.
        InputError: `order_in_the_past`, `period_backwards`, `order_too_long`, `reason_needed`,
            `unknown_service`, `unknown_group`, `unknown_ward`, `unknown_agency`.
    """
    if not leads(actor):
        raise RefusedError("role_may_not", role=actor.role.value, action="OrderPause")
    reason = _reason(said.reason)
    if said.since < now - LATE_PRESS:
        raise InputError("order_in_the_past", since=said.since)
    since = max(said.since, now)
    if said.until <= since:
        raise InputError("period_backwards", since=since, until=said.until)
    if said.until - since > LONGEST:
        raise InputError("order_too_long", days=LONGEST.days)
    for code in said.services:
        catalogue.service(code)
    for code in said.agencies:
        catalogue.agency(code)
    for codes, known, problem in (
        (said.groups, catalogue.groups, "unknown_group"),
        (said.wards, catalogue.wards, "unknown_ward"),
    ):
        if strange := [code for code in codes if code not in known]:
            raise InputError(problem, ward=strange[0], group=strange[0])
    return PauseOrdered(
        reason=reason,
        since=since,
        until=said.until,
        paper=clean_line(said.paper, 80),
        services=said.services,
        groups=said.groups,
        wards=said.wards,
        agencies=said.agencies,
    )


def ended(order: PauseOrder, reason: str, actor: Actor, now: datetime) -> Fact:
    """The fact that ends an order early, now.

    Raises:
        RefusedError: `role_may_not`, `order_over`.
        InputError: `reason_needed`.
    """
    if not leads(actor):
        raise RefusedError("role_may_not", role=actor.role.value, action="EndPause")
    if order.is_over(now):
        raise RefusedError("order_over")
    return PauseEnded(ends_at=now, reason=_reason(reason))


def _reason(said: str) -> str:
    if not (reason := clean_line(said, 300)):
        raise InputError("reason_needed")
    return reason


# --- effect on a clock


def moved(order: PauseOrder, request: Request, assignment: Assignment, rules: Rules) -> ClockMoved:
    """Where the clocks of an assignment end, given this order and those before it."""
    pause = OrderedPause(order.id, order.said.since, order.until)
    pauses = with_order(assignment.pauses, pause)
    of_commitment = with_order(assignment.pauses_of_commitment, pause)
    start = assignment.forwarded_at
    service = request.service_code
    acknowledge = rules.norm("acknowledge", service).working
    # If the city no longer has the service, nobody can say how its norm counted: 24x7.
    resolve = service in rules.catalogue.services and rules.norm("resolve", service).working

    def end(due: datetime | None, which: Sequence[OrderedPause], working: bool) -> datetime | None:
        calendar = rules.calendar if working else None
        return None if due is None else moved_end(start, due, which, calendar)

    open_ack = assignment.accepted_at is None
    return ClockMoved(
        agency=assignment.agency,
        order=order.id,
        since=pause.since,
        until=pause.until,
        due_at=end(assignment.due_at, pauses, resolve),
        # A date that an officer committed to is a calendar date, not working hours.
        committed_at=end(assignment.committed_at, of_commitment, working=False),
        acknowledge_due_at=end(
            assignment.acknowledge_due_at if open_ack else None, pauses, acknowledge
        ),
    )


def moved_end(
    start: datetime, due: datetime, pauses: Sequence[OrderedPause], calendar: Calendar | None
) -> datetime:
    """`due` moved on by the pauses that fall before it; overlapping pauses count once.

    Args:
        calendar: for a clock that counts working time; None for one that runs 24x7.
    """
    for since, until in _union(pauses):
        begins = max(since, start)
        if begins >= due or until <= begins:
            continue
        if calendar is None:
            due += until - begins
        else:
            left = working_time.working_between(begins, due, calendar)
            # A pause before an end outside working hours must not bring that end forward.
            due = max(due, working_time.add_working(until, left / timedelta(hours=1), calendar))
    return due


def _union(pauses: Sequence[OrderedPause]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for pause in sorted(pauses, key=lambda p: (p.since, p.until)):
        if joined and pause.since <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], pause.until)
        else:
            joined.append((pause.since, pause.until))
    return joined
