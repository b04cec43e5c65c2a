"""Decisions about assignments: give, take, send back, extend, report done."""

from datetime import datetime

from console.domain.actors import Actor, leads
from console.domain.catalogue import routing
from console.domain.clocks import norms
from console.domain.errors import RefusedError
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.decide import checks as check
from console.domain.requests.decide.rules import Rules
from console.domain.requests.fold.assignments import FORWARDABLE
from console.domain.requests.request import Assignment, Request
from console.domain.states import AssignmentState, Priority, Role
from console.domain.time_zone import CITY


def forwarding(
    agency: str,
    service_code: str,
    priority: Priority,
    rules: Rules,
    *,
    reason: str | None = None,
    rule: str | None = None,
) -> e.RequestForwarded:
    """The fact that gives a request of this service to an agency now, with its deadlines.

    Raises:
        InputError: `unknown_agency`, `unknown_service`, `no_working_time`.
    """
    service = rules.catalogue.service(service_code)
    resolve, acknowledge = (rules.norm(c, service.code) for c in ("resolve", "acknowledge"))
    share = norms.factor_of(priority, rules.clocks)
    return e.RequestForwarded(
        agency=rules.catalogue.agency(agency).code,
        due_at=resolve.end(rules.now, rules.calendar, share),
        acknowledge_due_at=acknowledge.end(rules.now, rules.calendar),
        reason=reason,
        rule=rule,
        norm=resolve.version,
    )


def propose(
    service_code: str, ward_code: str | None, road_class: str | None, rules: Rules
) -> routing.Route | None:
    """The agency that today's rules name, or None.

    Raises:
        InputError: `unknown_service`.
    """
    return routing.route(
        rules.catalogue.service(service_code),
        ward_code,
        road_class,
        rules.catalogue.rules,
        rules.catalogue.agencies,
        rules.now.astimezone(CITY).date(),
    )


def forward(cmd: c.ForwardRequest, request: Request, actor: Actor, rules: Rules) -> e.Fact:
    """Give it to the named agency, or to the one the rules choose."""
    check.in_state(request, *FORWARDABLE)
    if request.bounces >= rules.clocks.bounces_to_supervisor and not leads(actor):
        raise RefusedError("supervisor_must_forward", bounces=request.bounces)
    why, rule, agency = check.optional(cmd.reason), None, cmd.agency
    if agency is None:
        route = propose(request.service_code, request.ward_code, request.road_class, rules)
        earlier = request.assignment(route.agency) if route else None
        if route is None or (earlier and earlier.state is AssignmentState.REFUSED):
            # The rule's agency has already sent it back: the same rule would only bounce it again.
            raise RefusedError("no_route", number=request.number)
        agency, why, rule = route.agency, why or route.reason, route.rule_code
    fact = forwarding(agency, request.service_code, request.priority, rules, reason=why, rule=rule)
    held = request.assignment(agency)
    if held is not None and held.is_open:
        raise RefusedError("already_assigned", agency=agency)
    return fact


def own(cmd: c.AssignmentCommand, request: Request, actor: Actor) -> Assignment:
    """The open assignment that the command means.

    Raises:
        RefusedError: `not_your_agency`, `wrong_state`, `no_open_assignment`, `agency_needed`.
    """
    if actor.role is Role.OFFICER and (
        actor.agency is None
        or cmd.agency not in (None, actor.agency)
        or request.assignment(actor.agency) is None
    ):
        raise RefusedError("not_your_agency", agency=cmd.agency or "", yours=actor.agency or "")
    check.is_open(request)
    agency = actor.agency if actor.role is Role.OFFICER else cmd.agency
    found = [a for a in request.assignments if a.is_open and agency in (None, a.agency)]
    if not found:
        raise RefusedError("no_open_assignment", number=request.number, agency=agency or "")
    if len(found) > 1:
        raise RefusedError("agency_needed", agencies=", ".join(a.agency for a in found))
    return found[0]


def _taken(mine: Assignment) -> tuple[e.Fact, ...]:
    """Working on it without clicking "accept" accepts it."""
    waiting = mine.state is AssignmentState.FORWARDED
    return (e.AssignmentAccepted(agency=mine.agency),) if waiting else ()


def accept(cmd: c.AcceptAssignment, request: Request, actor: Actor) -> e.Fact:
    """The agency takes it."""
    mine = own(cmd, request, actor)
    if mine.state is not AssignmentState.FORWARDED:
        raise RefusedError("wrong_state", state=mine.state.value, number=request.number)
    return e.AssignmentAccepted(agency=mine.agency)


def refuse(cmd: c.RefuseAssignment, request: Request, actor: Actor, rules: Rules) -> e.Fact:
    """The agency sends it back."""
    mine = own(cmd, request, actor)
    if cmd.suggested_agency is not None:
        rules.catalogue.agency(cmd.suggested_agency)
    return e.AssignmentRefused(
        agency=mine.agency,
        reason=check.reason(cmd.reason),
        suggested_agency=cmd.suggested_agency,
    )


def start(cmd: c.StartWork, request: Request, actor: Actor) -> tuple[e.Fact, ...]:
    """The agency begins."""
    mine = own(cmd, request, actor)
    if mine.state is AssignmentState.IN_PROGRESS:
        raise RefusedError("wrong_state", state=mine.state.value, number=request.number)
    return (*_taken(mine), e.WorkStarted(agency=mine.agency, text=check.optional(cmd.text)))


def ask_extension(
    cmd: c.AskExtension, request: Request, actor: Actor, rules: Rules
) -> tuple[e.Fact, ...]:
    """The officer asks for a later date."""
    mine = own(cmd, request, actor)
    why = check.reason(cmd.reason)
    _later(cmd.committed_at, mine, rules)
    asked = e.ExtensionAsked(
        agency=mine.agency,
        reason=why,
        committed_at=cmd.committed_at,
        photos=check.media(cmd.photos),
    )
    return (*_taken(mine), asked)


def grant_extension(cmd: c.GrantExtension, request: Request, actor: Actor, rules: Rules) -> e.Fact:
    """The supervisor grants the requested date, or sets another."""
    asked = [a for a in request.assignments if a.is_open and a.asked_at]
    if cmd.agency is None and len(asked) == 1:
        mine = asked[0]
        check.is_open(request)
    else:
        mine = own(cmd, request, actor)
    until = cmd.committed_at or mine.asked_at
    if until is None:
        raise RefusedError("extension_not_asked", agency=mine.agency)
    if cmd.committed_at is not None:
        _later(cmd.committed_at, mine, rules)
    elif until <= rules.now:
        raise RefusedError("date_not_later", committed=until.isoformat())
    return e.ExtensionGranted(
        agency=mine.agency, committed_at=until, reason=check.optional(cmd.reason)
    )


def _later(committed: datetime, mine: Assignment, rules: Rules) -> None:
    """An extension must be later than now and later than the current deadline."""
    if committed <= rules.now or (mine.deadline is not None and committed <= mine.deadline):
        raise RefusedError("date_not_later", committed=committed.isoformat())


def report(cmd: c.ReportResult, request: Request, actor: Actor, rules: Rules) -> tuple[e.Fact, ...]:
    """The agency says it is done; the last agency to report starts the callback clock."""
    mine = own(cmd, request, actor)
    text = check.text_of(cmd.text)
    codes = {r.code for r in rules.catalogue.reasons_of("resolution")}
    if not cmd.resolution_code or (codes and cmd.resolution_code not in codes):
        raise RefusedError("unknown_resolution", resolution=cmd.resolution_code)
    photos, no_photo = check.media(cmd.photos), check.optional(cmd.no_photo_reason)
    if not photos and no_photo is None:
        raise RefusedError("photo_or_reason")
    others = (a for a in request.assignments if a.agency != mine.agency and not a.replaced)
    last = all(a.state is AssignmentState.RESOLVED for a in others)
    callback = rules.norm("callback", request.service_code)
    result = e.ResultReported(
        agency=mine.agency,
        resolution_code=cmd.resolution_code,
        text=text,
        photos=photos,
        no_photo_reason=no_photo,
        callback_due_at=callback.end(rules.now, rules.calendar) if last else None,
    )
    return (*_taken(mine), result)
