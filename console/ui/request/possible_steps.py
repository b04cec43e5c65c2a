"""The further steps on a request, besides an agency's own, that this person can take now."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from console.domain.actors import Actor, leads
from console.domain.requests import commands as c
from console.domain.requests.decide.assignments import propose
from console.domain.requests.decide.permissions import WHO_MAY
from console.domain.requests.decide.rules import Rules
from console.domain.requests.fold.assignments import FORWARDABLE
from console.domain.requests.fold.request import OPEN_WITH_US, REOPENABLE
from console.domain.requests.request import Assignment, Request
from console.domain.states import AssignmentState, Role, State
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.views.requests import RequestDetail

type Found = Callable[[Request | None, str], None]
"""Gets the request, or None and a sentence that says why there is none."""

STEPS: dict[str, type[c.Command]] = {
    "start": c.StartWork,
    "forward": c.ForwardRequest,
    "ask": c.AskInfo,
    "answer": c.AddNote,
    "note": c.AddNote,
    "edit": c.ChangeFields,
    "merge": c.MergeRequest,
    "reopen": c.ReopenRequest,
    "reject": c.RejectRequest,
    "cancel": c.CancelRequest,
}
"""The steps in the order of the menu, and the command of each."""
_DONE = (State.RESOLVED, State.CLOSED)
"""Requests that we ended ourselves; only a supervisor reopens them."""


def steps_for(request: Request, actor: Actor, agency: str | None) -> tuple[str, ...]:
    """The steps that make sense now; the rules decide again when one is taken.

    Args:
        agency: the agency whose assignment is meant, None for the only open one.
    """
    return tuple(
        name
        for name, command in STEPS.items()
        if actor.role in WHO_MAY[command] and _fits(name, request, actor, agency)
    )


def _fits(name: str, request: Request, actor: Actor, agency: str | None) -> bool:
    held = any(a.is_open for a in request.assignments)
    with_us = request.state in OPEN_WITH_US and not held
    waits = request.state is State.NEED_INFO
    mine, open_ = open_part(request, agency), not request.is_closed
    return {
        "start": mine is not None and mine.state is not AssignmentState.IN_PROGRESS and open_,
        "forward": request.state in FORWARDABLE,
        "ask": with_us,
        "answer": waits and actor.role is not Role.OFFICER,
        "note": True,
        "edit": open_ or leads(actor),
        "merge": open_,
        "reopen": request.state in REOPENABLE and (leads(actor) or request.state in _DONE),
        "reject": with_us or (waits and not held),
        "cancel": open_,
    }[name]


def open_part(request: Request, agency: str | None) -> Assignment | None:
    """The open assignment of this agency; for None the only open one."""
    found = [a for a in request.assignments if a.is_open and agency in (None, a.agency)]
    return found[0] if len(found) == 1 else None


def proposed_agency(desk: "Desk", detail: "RequestDetail") -> tuple[str | None, str]:
    """The agency proposed by the last refusal or by the rules, with the reason."""
    request = detail.request
    for event in reversed(detail.history):
        suggested = event.body.get("suggested_agency")
        if event.kind == "assignment_refused" and isinstance(suggested, str) and suggested:
            held = request.assignment(suggested)
            if held is not None and held.is_open:
                break
            why = QCoreApplication.translate("steps", "theo đề nghị của đơn vị trả lại")
            return suggested, why
    rules = Rules.of(desk.catalogue, desk.clock(), request=request)
    route = propose(request.service_code, request.ward_code, request.road_class, rules)
    if route is None or request.assignment(route.agency) is not None:
        return None, ""
    return route.agency, route.reason


def find(desk: "Desk", number: str, found: Found) -> None:
    """Find a request by its number as typed; calls back with it, or with a sentence."""

    async def look() -> None:
        request_id: UUID | None = await desk.ask(lambda q: q.find_number(number))
        detail = await desk.ask(lambda q: q.detail(request_id)) if request_id else None
        missing = QCoreApplication.translate("steps", "Không có phản ánh mang mã này.")
        found(detail.request if detail else None, "" if detail else missing)

    spawn(look(), lambda error: found(None, sentence(error)))
