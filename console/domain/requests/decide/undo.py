"""Taking back the last step of a request's life: what it was before comes back, by an event.

Nothing is deleted: the step and its taking back both stay in the history. Whoever did the step may
take it back for a short while, a supervisor with a reason for as long as nothing came after it
(PRODUCT.md "Supervisors may step back with a reason"). What the citizen was already told cannot be
taken back so, and neither can a merge, which moved people to another request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from console.domain.requests import events as e
from console.domain.requests.fold.request import apply
from console.domain.requests.request import Request

WINDOW = timedelta(seconds=30)
"""How long a person may take back what he just did."""

STEPS: frozenset[type[e.Fact]] = frozenset(
    {
        e.RequestForwarded,
        e.AssignmentAccepted,
        e.AssignmentRefused,
        e.WorkStarted,
        e.ExtensionAsked,
        e.ExtensionGranted,
        e.ResultReported,
        e.RequestClosed,
        e.RequestReopened,
        e.RequestRejected,
        e.RequestCancelled,
        e.InfoAsked,
    }
)
"""Steps that can be taken back."""

_LIFE = STEPS | {e.RequestReceived, e.RequestMerged, e.InfoGiven, e.StepTakenBack}
"""Every step that changes how a request stands; remarks and files after one do not hinder."""


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last step of a request.

    Attributes:
        before: the request as it stood until then.
        told: a message to the citizen was put in the queue by it, or since.
    """

    event: e.StoredEvent
    before: Request
    told: bool


def last_step(events: Iterable[e.StoredEvent]) -> LastStep | None:
    """The last step that can be taken back; None when the last one is of another kind."""
    request: Request | None = None
    found: LastStep | None = None
    for event in {event.id: event for event in events}.values():
        before, request = request, apply(request, event)
        kind = type(event.fact)
        if event.id in request.not_applied:
            continue
        if kind in _LIFE:
            can = before is not None and kind in STEPS
            found = LastStep(event, before, told=False) if can and before else None
        elif kind is e.MessageQueued and found is not None:
            found = replace(found, told=True)
        elif kind is e.ClockMoved and found is not None:
            # An order is no step: what came before the step stands under it too.
            found = replace(found, before=apply(found.before, event))
    return found


def to_take_back(events: Sequence[e.StoredEvent]) -> e.StoredEvent | None:
    """Of what a person just did, the step that he may take back; None when there is none."""
    if any(isinstance(event.fact, e.MessageQueued) for event in events):
        return None
    steps = [event for event in events if type(event.fact) in _LIFE]
    return steps[-1] if steps and type(steps[-1].fact) in STEPS else None


def standing(request: Request) -> e.Standing:
    """What a step may change of a request, as it is now."""
    return e.Standing(**{each.name: getattr(request, each.name) for each in fields(e.Standing)})
