"""Taking back the last step of a request: an event restores what was there before.

Nothing is deleted; the step and its undo both stay in the history. The person who took the step may
undo it for a short while; a supervisor may, with a reason, as long as nothing followed it. What the
citizen was told cannot be undone, and neither can a merge, which moved people to another request
(docs/decisions/0060-taking-a-step-back.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from console.domain.requests import events as e
from console.domain.requests.fold.request import apply
from console.domain.requests.request import Request

WINDOW = timedelta(seconds=30)
"""How long people may take back their own step."""

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
"""Every step that changes how a request stands. Later remarks and files do not prevent an undo."""


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last step of a request.

    Attributes:
        before: the request as it stood before the step.
        told: the step, or anything since, queued a message to the citizen.
    """

    event: e.StoredEvent
    before: Request
    told: bool


def last_step(events: Iterable[e.StoredEvent]) -> LastStep | None:
    """The last step, if it can be taken back; else None."""
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
            # A pause order is no step: apply it to the earlier state too.
            found = replace(found, before=apply(found.before, event))
    return found


def to_take_back(events: Sequence[e.StoredEvent]) -> e.StoredEvent | None:
    """The event of a person's own step that may be taken back; None when there is none."""
    if any(isinstance(event.fact, e.MessageQueued) for event in events):
        return None
    steps = [event for event in events if type(event.fact) in _LIFE]
    return steps[-1] if steps and type(steps[-1].fact) in STEPS else None


def standing(request: Request) -> e.Standing:
    """The part of a request that a step may change, as it is now."""
    return e.Standing(**{each.name: getattr(request, each.name) for each in fields(e.Standing)})
