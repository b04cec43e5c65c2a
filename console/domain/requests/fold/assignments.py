"""The agencies' part of the fold: one assignment per agency, and the request's state that
results.
"""

from datetime import datetime

from console.domain.requests import events as e
from console.domain.requests.fold.fast_replace import copy_with
from console.domain.requests.request import Assignment, OrderedPause, Request, with_order
from console.domain.states import AssignmentState, State

FORWARDABLE = frozenset(
    {
        State.RECEIVED,
        State.NEED_INFO,
        State.REFUSED,
        State.REOPENED,
        State.FORWARDED,
        State.ACCEPTED,
        State.IN_PROGRESS,
        State.EXTENDED,
    }
)
"""States in which one more agency can get the request."""

_SLOWEST_FIRST = (
    AssignmentState.REFUSED,  # back with us, so nobody works on that part
    AssignmentState.FORWARDED,
    AssignmentState.ACCEPTED,
    AssignmentState.IN_PROGRESS,
    AssignmentState.EXTENDED,
    AssignmentState.RESOLVED,
)


def slowest(assignments: tuple[Assignment, ...], fallback: State = State.RECEIVED) -> State:
    """The state of a request with these assignments; a replaced refusal no longer counts."""
    counting = [_SLOWEST_FIRST.index(a.state) for a in assignments if not a.replaced]
    return State(_SLOWEST_FIRST[min(counting)].value) if counting else fallback


def end_wait(request: Request, event: e.StoredEvent) -> Request:
    """The request with its open pause ended now."""
    pauses = tuple(copy_with(p, until=event.at) if p.until is None else p for p in request.pauses)
    return copy_with(request, pauses=pauses, info_expires_at=None)


def reopen_assignment(assignment: Assignment) -> Assignment:
    """A result that was reported is back in the agency's queue, with its first deadlines."""
    if assignment.state is not AssignmentState.RESOLVED:
        return assignment
    return copy_with(
        assignment,
        state=AssignmentState.FORWARDED,
        accepted_at=None,
        acknowledge_due_at=None,
        moved_acknowledge_at=None,
        resolved_at=None,
    )


def _put(request: Request, new: Assignment) -> Request:
    """The request with this assignment in place, and the resulting state."""
    if request.assignment(new.agency) is None:
        assignments = (*request.assignments, new)
    else:
        assignments = tuple(new if a.agency == new.agency else a for a in request.assignments)
    return copy_with(request, assignments=assignments, state=slowest(assignments))


def _open(request: Request, agency: str) -> Assignment | None:
    """The agency's assignment while the agency can still act on it."""
    found = request.assignment(agency)
    alive = not request.is_closed and request.state is not State.DRAFT
    return found if alive and found is not None and found.is_open else None


def forwarded(request: Request, event: e.StoredEvent, fact: e.RequestForwarded) -> Request | None:
    """One more agency has it; this settles earlier refusals."""
    if request.state not in FORWARDABLE or _open(request, fact.agency) is not None:
        return None
    earlier = request.assignment(fact.agency)
    new = Assignment(
        agency=fact.agency,
        state=AssignmentState.FORWARDED,
        forwarded_at=event.at,
        due_at=fact.due_at,
        acknowledge_due_at=fact.acknowledge_due_at,
        bounces=earlier.bounces if earlier else 0,
        reason=fact.reason,
    )
    others = tuple(
        copy_with(a, replaced=True) if a.state is AssignmentState.REFUSED else a
        for a in request.assignments
    )
    waiting_over = end_wait(request, event) if request.state is State.NEED_INFO else request
    return _put(copy_with(waiting_over, assignments=others, callback_due_at=None), new)


def accepted(request: Request, event: e.StoredEvent, fact: e.AssignmentAccepted) -> Request | None:
    """The agency took it."""
    found = _open(request, fact.agency)
    if found is None or found.state is not AssignmentState.FORWARDED:
        return None
    return _put(request, copy_with(found, state=AssignmentState.ACCEPTED, accepted_at=event.at))


def refused(request: Request, _event: e.StoredEvent, fact: e.AssignmentRefused) -> Request | None:
    """Sent back: a bounce for the agency and for the request."""
    found = _open(request, fact.agency)
    if found is None:
        return None
    back = copy_with(
        found,
        state=AssignmentState.REFUSED,
        bounces=found.bounces + 1,
        reason=fact.reason,
        asked_at=None,
    )
    return copy_with(_put(request, back), bounces=request.bounces + 1)


def _taken(found: Assignment, at: datetime) -> Assignment:
    """Whoever works on it or reports it done has accepted it."""
    return copy_with(found, accepted_at=found.accepted_at or at)


def started(request: Request, event: e.StoredEvent, fact: e.WorkStarted) -> Request | None:
    """The agency began."""
    found = _open(request, fact.agency)
    if found is None or found.state is AssignmentState.IN_PROGRESS:
        return None
    return _put(request, copy_with(_taken(found, event.at), state=AssignmentState.IN_PROGRESS))


def extension_asked(
    request: Request, _event: e.StoredEvent, fact: e.ExtensionAsked
) -> Request | None:
    """A later date is asked for; no deadline moves until it is granted."""
    if (found := _open(request, fact.agency)) is None:
        return None
    state = request.state
    asked = copy_with(
        found,
        asked_at=fact.committed_at,
        reason=fact.reason,
        photos=tuple(dict.fromkeys((*found.photos, *fact.photos))),
    )
    return copy_with(_put(request, asked), state=state)


def extension_granted(
    request: Request, event: e.StoredEvent, fact: e.ExtensionGranted
) -> Request | None:
    """The committed date counts from now on; `due_at` stays for statistics."""
    if (found := _open(request, fact.agency)) is None:
        return None
    granted = copy_with(
        _taken(found, event.at),
        state=AssignmentState.EXTENDED,
        committed_at=fact.committed_at,
        asked_at=None,
        moved_committed_at=None,
        pauses_of_commitment=(),
    )
    return _put(request, granted)


def clock_moved(request: Request, _event: e.StoredEvent, fact: e.ClockMoved) -> Request:
    """An order moves the ends of the clocks; what the agency reported meanwhile stays."""
    if (found := _open(request, fact.agency)) is None:
        return request
    pause = OrderedPause(fact.order, fact.since, fact.until)
    moved = copy_with(
        found,
        pauses=with_order(found.pauses, pause),
        pauses_of_commitment=with_order(found.pauses_of_commitment, pause),
        moved_due_at=fact.due_at,
        moved_committed_at=fact.committed_at,
        moved_acknowledge_at=fact.acknowledge_due_at,
    )
    assignments = tuple(moved if a.agency == fact.agency else a for a in request.assignments)
    return copy_with(request, assignments=assignments)


def resolved(request: Request, event: e.StoredEvent, fact: e.ResultReported) -> Request | None:
    """The agency says it is done; with the last one the callback clock starts."""
    if (found := _open(request, fact.agency)) is None:
        return None
    done = copy_with(
        _taken(found, event.at),
        state=AssignmentState.RESOLVED,
        resolved_at=event.at,
        asked_at=None,
        resolution_code=fact.resolution_code,
        result_text=fact.text,
        photos=tuple(dict.fromkeys((*fact.photos, *found.photos))),
    )
    after = _put(copy_with(request, status_notes=fact.text), done)
    last = after.state is State.RESOLVED
    return copy_with(after, callback_due_at=fact.callback_due_at) if last else after
