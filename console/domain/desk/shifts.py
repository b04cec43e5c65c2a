"""The city's shifts of a day and the life of each: who works in it, what it hands over, who takes
over. A shift lives by events of its own under an id that every workstation computes alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from console.domain.actors import SWITCHBOARD, Actor
from console.domain.catalogue.city_rules import ShiftPlan, in_force
from console.domain.errors import RefusedError
from console.domain.requests.events import (
    ShiftAccepted,
    ShiftEntered,
    ShiftHandedOver,
    ShiftLeft,
    StoredEvent,
)
from console.domain.text.cleaning import clean, clean_line
from console.domain.time_zone import CITY

ITEM_KINDS = ("calls", "promises", "notices", "drafts", "unforwarded", "late", "extension")
"""What a hand-over lists: calls to return, results to report, notices in force, half-typed forms,
requests without an agency, late requests, extensions asked for.
"""
NOTE_LIMIT, PROMISE_LIMIT, MOST_PROMISES = 2000, 300, 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShiftTime:
    """One shift of one day.

    Attributes:
        day: the city's day on which it begins.
        operators: how many the roster has; 0 = unknown.
    """

    code: str
    name: str
    day: date
    since: datetime
    until: datetime
    operators: int = 0

    @property
    def id(self) -> UUID:
        """The same at every workstation."""
        return uuid5(NAMESPACE_URL, f"1022:shift:{self.day.isoformat()}:{self.code}")


def shift_at(plans: Sequence[ShiftPlan], at: datetime) -> ShiftTime | None:
    """The shift at this instant; None where the city has none."""
    local = at.astimezone(CITY)
    for day in (local.date(), local.date() - _DAY):
        for shift in shifts_of(plans, day):
            if shift.since <= at < shift.until:
                return shift
    return None


def shifts_of(plans: Sequence[ShiftPlan], day: date) -> tuple[ShiftTime, ...]:
    """The shifts that begin on this day of the city, in order.

    Where plans overlap in time, the one that came into force last applies.
    """
    current = [p for p in plans if in_force(p.valid_from, p.valid_to, day)]
    newest = max((p.valid_from for p in current), default=None)
    found = []
    for plan in current:
        if plan.valid_from != newest:
            continue
        begins = datetime.combine(day, plan.starts, CITY)
        ends = datetime.combine(day, plan.ends, CITY)
        if ends <= begins:
            ends += _DAY
        since, until = begins.astimezone(UTC), ends.astimezone(UTC)
        found.append(ShiftTime(plan.code, plan.name, day, since, until, plan.operators))
    return tuple(sorted(found, key=lambda s: s.since))


def before(plans: Sequence[ShiftPlan], shift: ShiftTime) -> ShiftTime | None:
    """The shift just before."""
    return shift_at(plans, shift.since - timedelta(seconds=1))


# --- folding


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody in a shift; `until` is None while they work."""

    user: str
    name: str
    workstation: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """What was handed over, and by whom."""

    at: datetime
    by: str
    said: ShiftHandedOver


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who took it over."""

    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as its events describe it."""

    workers: tuple[Worker, ...] = ()
    handover: Handover | None = None
    accepted: Acceptance | None = None

    def working(self, user: str) -> Worker | None:
        """The worker, while signed in."""
        return next((w for w in self.workers if w.user == user and w.until is None), None)


def fold_shift(events: Iterable[StoredEvent]) -> Shift:
    """The shift that these events of one id make, in order.

    The later of two hand-overs counts until one is accepted; the first of two acceptances counts.
    """
    shift = Shift()
    for event in {each.id: each for each in events}.values():
        match event.fact:
            case ShiftEntered(name=name) if shift.working(event.actor) is None:
                new = Worker(event.actor, name or event.actor, event.workstation, event.at)
                shift = replace(shift, workers=(*shift.workers, new))
            case ShiftLeft() if (here := shift.working(event.actor)) is not None:
                gone = replace(here, until=max(event.at, here.since))
                left = tuple(gone if w is here else w for w in shift.workers)
                shift = replace(shift, workers=left)
            case ShiftHandedOver() as said if shift.accepted is None:
                shift = replace(shift, handover=Handover(event.at, event.actor, said))
            case ShiftAccepted(note=note) if shift.handover and shift.accepted is None:
                shift = replace(shift, accepted=Acceptance(event.at, event.actor, note))
    return shift


# --- steps


def _worker(actor: Actor, action: str) -> None:
    if actor.role not in SWITCHBOARD:
        raise RefusedError("role_may_not", role=actor.role.value, action=action)


def entered(time: ShiftTime, shift: Shift, actor: Actor) -> ShiftEntered:
    """Sign in to the shift.

    Raises:
        RefusedError: `role_may_not`, `already_in_shift`.
    """
    _worker(actor, "EnterShift")
    if shift.working(actor.user) is not None:
        raise RefusedError("already_in_shift", shift=time.name)
    return ShiftEntered(shift=time.code, day=time.day.isoformat(), name=actor.name)


def left(time: ShiftTime, shift: Shift, actor: Actor) -> ShiftLeft:
    """Sign out of it.

    Raises:
        RefusedError: `role_may_not`, `not_in_shift`.
    """
    _worker(actor, "LeaveShift")
    if shift.working(actor.user) is None:
        raise RefusedError("not_in_shift", shift=time.name)
    return ShiftLeft(shift=time.code, day=time.day.isoformat())


def handed_over(
    time: ShiftTime,
    shift: Shift,
    actor: Actor,
    *,
    note: str,
    promises: str,
    items: tuple[tuple[str, str, str], ...],
    counts: tuple[tuple[str, int], ...],
) -> ShiftHandedOver:
    """The hand-over to the next shift.

    Args:
        promises: one a line.

    Raises:
        RefusedError: `role_may_not`, `handover_accepted`.
    """
    _worker(actor, "HandOverShift")
    if shift.accepted is not None:
        raise RefusedError("handover_accepted", by=shift.accepted.by)
    lines = [clean_line(line, PROMISE_LIMIT) for line in promises.splitlines()]
    return ShiftHandedOver(
        shift=time.code,
        day=time.day.isoformat(),
        note=clean(note, NOTE_LIMIT),
        promises=tuple(line for line in lines if line)[:MOST_PROMISES],
        items=items,
        counts=counts,
    )


def accepted(time: ShiftTime, shift: Shift, actor: Actor, note: str) -> ShiftAccepted:
    """Take over what a shift left.

    Raises:
        RefusedError: `role_may_not`, `nothing_handed_over`, `handover_accepted`, `handover_own`.
    """
    _worker(actor, "AcceptShift")
    if shift.handover is None:
        raise RefusedError("nothing_handed_over", shift=time.name)
    if shift.accepted is not None:
        raise RefusedError("handover_accepted", by=shift.accepted.by)
    if shift.handover.by == actor.user:
        raise RefusedError("handover_own")
    return ShiftAccepted(shift=time.code, day=time.day.isoformat(), note=clean(note, NOTE_LIMIT))
