"""What a request is, folded from its events; the fold never raises.

An event that does not fit (two consoles decided without seeing each other) stays in the history, is
listed in `not_applied` and becomes a supervisor's task; it has no other effect. The caller sets the
order: the centre's `seq`, then own unsent events (docs/decisions/0045-order-of-folding.md).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import reduce
from typing import cast

from console.domain.actors import LEADS
from console.domain.requests import events as e
from console.domain.requests import wish_events as w
from console.domain.requests.fold.assignments import (
    accepted,
    clock_moved,
    end_wait,
    extension_asked,
    extension_granted,
    forwarded,
    refused,
    reopen_assignment,
    resolved,
    started,
)
from console.domain.requests.fold.fast_replace import copy_with
from console.domain.requests.fold.fields import fields_changed
from console.domain.requests.publication import PUBLIC, WITHDRAWN
from console.domain.requests.request import Attempt, Message, Pause, Reporter, Request, outline
from console.domain.states import Channel, State

type Branch[F: e.Fact] = Callable[[Request, e.StoredEvent, F], Request | None]
"""A fact's effect; None when the step is illegal in this state."""

OPEN_WITH_US = frozenset({State.RECEIVED, State.REFUSED, State.REOPENED})
"""Open states in which no agency has the request (`reopened` only without an open assignment)."""
REOPENABLE = frozenset(
    {State.RESOLVED, State.CLOSED, State.REJECTED, State.CANCELLED, State.MERGED}
)


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One event and what it did; `from_state` is None for the first."""

    event: e.StoredEvent
    from_state: State | None
    to_state: State
    applied: bool


def fold(events: Iterable[e.StoredEvent]) -> Request | None:
    """The request that these events make, in their order; None without events.

    A repeated event counts once.
    """
    once = {event.id: event for event in events}
    start: Request | None = None
    return reduce(apply, once.values(), start)


def history(events: Iterable[e.StoredEvent]) -> tuple[HistoryStep, ...]:
    """Every event with the states around it, in the order given."""
    steps: list[HistoryStep] = []
    request: Request | None = None
    for event in {event.id: event for event in events}.values():
        before = request.state if request and request.number else None
        request = apply(request, event)
        steps.append(
            HistoryStep(event, before, request.state, applied=event.id not in request.not_applied)
        )
    return tuple(steps)


def apply(request: Request | None, event: e.StoredEvent) -> Request:
    """The request after this event. Never raises."""
    before = request or _nothing_yet(event)
    branch = BRANCHES.get(type(event.fact), _remark)
    try:
        after = branch(before, event, event.fact)
        updated_at = max(before.updated_at, event.at)
    except (TypeError, ValueError, AttributeError, OverflowError):
        # A body or a time from a broken or hostile console: kept and shown, without effect.
        after, updated_at = None, before.updated_at
    if after is None:
        after = copy_with(
            before,
            not_applied=(*before.not_applied, event.id),
            unsettled=(*before.unsettled, event.id),
        )
    elif before.unsettled and event.role in LEADS:
        after = copy_with(after, unsettled=())
    return copy_with(after, updated_at=updated_at, version=before.version + 1)


def _nothing_yet(event: e.StoredEvent) -> Request:
    """The state before `RequestReceived`; events that came early fold onto this."""
    return Request(
        id=event.request_id,
        number="",
        channel=Channel.VOICE,
        state=State.DRAFT,
        service_code="",
        description="",
        requested_at=event.at,
        updated_at=event.at,
    )


BRANCHES: dict[type[e.Fact], Branch[e.Fact]] = {}
"""The effect of each kind of fact; a kind without an entry is a remark."""


def _on[F: e.Fact](kind: type[F]) -> Callable[[Branch[F]], Branch[F]]:
    def keep(branch: Branch[F]) -> Branch[F]:
        BRANCHES[kind] = cast("Branch[e.Fact]", branch)
        return branch

    return keep


@_on(e.RequestReceived)
def _received(request: Request, _event: e.StoredEvent, fact: e.RequestReceived) -> Request | None:
    if request.state is not State.DRAFT:
        return None
    return copy_with(
        request,
        state=State.RECEIVED,
        number=fact.number,
        channel=fact.channel,
        service_code=fact.service_code,
        description=fact.description,
        requested_at=fact.requested_at,
        forward_due_at=fact.forward_due_at,
        address_string=fact.address_string,
        address=fact.address,
        lat=fact.lat,
        long=fact.long,
        ward_code=fact.ward_code,
        legacy_ward=fact.legacy_ward,
        road_class=fact.road_class,
        priority=fact.priority,
        danger=fact.danger,
        attributes=fact.attributes,
        media=(*fact.media, *(m for m in request.media if m not in fact.media)),
    )


@_on(e.ReporterRecorded)
def _reporter(request: Request, _event: e.StoredEvent, fact: e.ReporterRecorded) -> Request:
    new = Reporter(fact.contact_id, fact.name, fact.phone, fact.email, fact.channel, fact.consent)
    others = tuple(r for r in request.reporters if not _same_person(r, new))
    if len(others) == len(request.reporters):
        return copy_with(request, reporters=(*others, new))
    # The same person again: the latest entry counts, the place in the list stays.
    known = tuple(new if _same_person(r, new) else r for r in request.reporters)
    return copy_with(request, reporters=tuple(dict.fromkeys(known)))


def _same_person(a: Reporter, b: Reporter) -> bool:
    if a.contact_id is not None and a.contact_id == b.contact_id:
        return True
    return (a.phone is not None and a.phone == b.phone) or (
        a.phone is None and b.phone is None and a.email is not None and a.email == b.email
    )


# --- waiting for the citizen


@_on(e.InfoAsked)
def _info_asked(request: Request, event: e.StoredEvent, fact: e.InfoAsked) -> Request | None:
    if request.state not in OPEN_WITH_US or any(a.is_open for a in request.assignments):
        return None
    return copy_with(
        request,
        state=State.NEED_INFO,
        status_notes=fact.reason,
        info_expires_at=fact.expires_at,
        pauses=(*request.pauses, Pause(event.at, None)),
    )


@_on(e.InfoGiven)
def _info_given(request: Request, event: e.StoredEvent, _fact: e.InfoGiven) -> Request | None:
    if request.state is not State.NEED_INFO:
        return None
    return copy_with(end_wait(request, event), state=State.RECEIVED, status_notes=None)


# --- the end


def _ended(request: Request, event: e.StoredEvent, state: State) -> Request:
    return copy_with(end_wait(request, event), state=state, closed_at=event.at)


def _is_live(request: Request) -> bool:
    return not request.is_closed and request.state is not State.DRAFT


@_on(e.RequestClosed)
def _closed(request: Request, event: e.StoredEvent, fact: e.RequestClosed) -> Request | None:
    if request.state not in (State.RESOLVED, State.NEED_INFO):
        return None
    return copy_with(_ended(request, event, State.CLOSED), verdict=fact.verdict)


@_on(e.RequestRejected)
def _rejected(request: Request, event: e.StoredEvent, fact: e.RequestRejected) -> Request | None:
    if request.state not in OPEN_WITH_US | {State.NEED_INFO} or any(
        a.is_open for a in request.assignments
    ):
        return None
    return copy_with(_ended(request, event, State.REJECTED), status_notes=fact.reason)


@_on(e.RequestCancelled)
def _cancelled(request: Request, event: e.StoredEvent, fact: e.RequestCancelled) -> Request | None:
    if not _is_live(request):
        return None
    return copy_with(_ended(request, event, State.CANCELLED), status_notes=fact.reason)


@_on(e.RequestMerged)
def _merged(request: Request, event: e.StoredEvent, fact: e.RequestMerged) -> Request | None:
    if not _is_live(request) or fact.parent_id == request.id:
        return None
    return copy_with(
        _ended(request, event, State.MERGED),
        parent_id=fact.parent_id,
        parent_number=fact.parent_number,
    )


@_on(e.RequestReopened)
def _reopened(request: Request, _event: e.StoredEvent, _fact: e.RequestReopened) -> Request | None:
    if request.state not in REOPENABLE:
        return None
    # The agency has it again with its first deadlines: the resolve clock goes on.
    assignments = tuple(reopen_assignment(a) for a in request.assignments)
    return copy_with(
        request,
        state=State.REOPENED,
        assignments=assignments,
        reopened=request.reopened + 1,
        closed_at=None,
        verdict=None,
        callback_due_at=None,
        parent_id=None,
        parent_number=None,
    )


# --- taking back a step


@_on(e.StepTakenBack)
def _taken_back(request: Request, _event: e.StoredEvent, fact: e.StepTakenBack) -> Request | None:
    if outline(request) != fact.seen:
        return None
    before = {each.name: getattr(fact.before, each.name) for each in fields(e.Standing)}
    return copy_with(request, **before)


# --- allowed in every state


@_on(e.OutreachRecorded)
def _outreach(request: Request, event: e.StoredEvent, fact: e.OutreachRecorded) -> Request:
    attempt = Attempt(
        event.at,
        event.actor,
        fact.channel,
        fact.outcome,
        fact.verdict,
        fact.text,
        fact.contact_id,
    )
    return copy_with(request, attempts=(*request.attempts, attempt))


@_on(e.MessageQueued)
def _queued(request: Request, event: e.StoredEvent, fact: e.MessageQueued) -> Request:
    message = Message(fact.outreach_id, event.at, fact.channel, fact.purpose)
    others = tuple(m for m in request.messages if m.outreach_id != fact.outreach_id)
    return copy_with(request, messages=(*others, message))


@_on(e.MessageDelivered)
def _delivered(request: Request, _event: e.StoredEvent, fact: e.MessageDelivered) -> Request:
    messages = tuple(
        copy_with(m, state=fact.state, error=fact.error) if m.outreach_id == fact.outreach_id else m
        for m in request.messages
    )
    return copy_with(request, messages=messages)


@_on(e.MediaAttached)
def _media(request: Request, _event: e.StoredEvent, fact: e.MediaAttached) -> Request:
    return copy_with(request, media=tuple(dict.fromkeys((*request.media, *fact.media))))


@_on(e.RequestPublished)
def _published(request: Request, _event: e.StoredEvent, _fact: e.RequestPublished) -> Request:
    return copy_with(request, publish_state=PUBLIC)


@_on(e.RequestUnpublished)
def _unpublished(request: Request, _event: e.StoredEvent, _fact: e.RequestUnpublished) -> Request:
    return copy_with(request, publish_state=WITHDRAWN)


def _remark(request: Request, _event: e.StoredEvent, _fact: e.Fact) -> Request:
    return request


BRANCHES[e.NoteAdded] = BRANCHES[e.UnknownFact] = _remark
for _kind in (
    e.AgencyWarned, e.PauseOrdered, e.PauseEnded, e.ShiftEntered, e.ShiftLeft, e.ShiftHandedOver,
    e.ShiftAccepted, w.WishReceived, w.WishAnswered, w.WishExtended, w.WishDone, w.WishRefused,
):  # fmt: skip
    BRANCHES[_kind] = _remark
# A notice has a life of its own (`notices.py`) and would be a remark on a request.
BRANCHES[e.NoticeIssued] = BRANCHES[e.NoticeChanged] = BRANCHES[e.NoticeEnded] = _remark
BRANCHES[e.NoticeTold] = _remark
_on(e.FieldsChanged)(fields_changed)
_on(e.RequestForwarded)(forwarded)
_on(e.AssignmentAccepted)(accepted)
_on(e.AssignmentRefused)(refused)
_on(e.WorkStarted)(started)
_on(e.ExtensionAsked)(extension_asked)
_on(e.ExtensionGranted)(extension_granted)
_on(e.ResultReported)(resolved)
_on(e.ClockMoved)(clock_moved)
