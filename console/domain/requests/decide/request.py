"""What a command does to a request: facts, or a refusal with its code.

`decide` knows no store and no clock. The handler gives it the folded request and the rules, and
stores the result. Commands may be refused, events may not.
"""

from collections.abc import Collection
from datetime import timedelta

from console.domain.actors import Actor, leads
from console.domain.catalogue.catalogue import Service
from console.domain.errors import InputError, RefusedError
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.codec import kind_of
from console.domain.requests.decide import assignments as agency
from console.domain.requests.decide import checks as check
from console.domain.requests.decide import closing as citizen
from console.domain.requests.decide.fields import change
from console.domain.requests.decide.permissions import WHO_MAY, require_role
from console.domain.requests.decide.rules import Rules
from console.domain.requests.decide.undo import WINDOW, standing
from console.domain.requests.fold.request import OPEN_WITH_US
from console.domain.requests.publication import PUBLIC, rounded
from console.domain.requests.request import Request, outline
from console.domain.states import Priority, Role, State
from console.domain.text import phone
from console.domain.text.cleaning import clean_line

NOT_JUDGED: frozenset[type[c.Command]] = frozenset(
    {
        c.RejectContact,
        c.OpenContact,
        c.AttachContact,
        c.MarkSpam,
        c.BlockSender,
        c.LetSenderGo,
        c.RestoreContact,
        c.KeepContact,
        c.SendMessage,
        c.RecordDelivery,
        c.WriteResult,
        c.ClaimCall,
        c.TakeOverCall,
        c.SettleMissedCall,
        c.SaveDraft,
        c.DiscardDraft,
        c.HandOverDrafts,
        c.IssueNotice,
        c.ChangeNotice,
        c.EndNotice,
        c.TellNotice,
    }
)
"""Commands about contacts, messages, calls, drafts and notices: they are no step of a request."""


def decide(
    command: c.Command, request: Request | None, actor: Actor, rules: Rules
) -> tuple[e.Fact, ...]:
    """The facts that this command adds to the request.

    Args:
        request: folded now; None only for `LogRequest`.

    Raises:
        RefusedError: the rules forbid it.
        InputError: a value cannot be right (`unknown_agency`, `impossible_coordinates`, ...).
        ConflictError: `changed_meanwhile`, with both values.
        TypeError: a command of `NOT_JUDGED`: a bug.
    """
    if type(command) not in WHO_MAY:
        raise TypeError(command)
    require_role(command, actor)
    if isinstance(command, c.LogRequest):
        if request is not None:
            raise RefusedError("already_logged", number=request.number)
        return log_request(command, rules)
    if request is None or request.state is State.DRAFT:
        raise RefusedError("no_such_request")
    facts = _judge(command, request, actor, rules)
    return facts if isinstance(facts, tuple) else (facts,)


def _judge(  # noqa: C901, PLR0911, PLR0912
    command: c.Command, request: Request, actor: Actor, rules: Rules
) -> tuple[e.Fact, ...] | e.Fact:
    # One flat line per command: a table of functions would hide which values each one needs.
    match command:
        case c.ForwardRequest():
            return agency.forward(command, request, actor, rules)
        case c.AcceptAssignment():
            return agency.accept(command, request, actor)
        case c.RefuseAssignment():
            return agency.refuse(command, request, actor, rules)
        case c.StartWork():
            return agency.start(command, request, actor)
        case c.AskExtension():
            return agency.ask_extension(command, request, actor, rules)
        case c.GrantExtension():
            return agency.grant_extension(command, request, actor, rules)
        case c.ReportResult():
            return agency.report(command, request, actor, rules)
        case c.RecordOutreach():
            return citizen.record_outreach(command, request)
        case c.CloseRequest():
            return citizen.close(command, request, actor, rules)
        case c.ReopenRequest():
            return citizen.reopen(command, request, actor, rules)
        case c.MergeRequest():
            return _merge(command, request, rules)
        case c.JoinCaller():
            return _join(command, request)
        case c.RejectRequest():
            _with_us(request, State.NEED_INFO)
            return e.RequestRejected(reason=check.reason(command.reason))
        case c.CancelRequest():
            check.is_open(request)
            return e.RequestCancelled(reason=check.reason(command.reason))
        case c.AskInfo():
            return _ask_info(command, request, rules)
        case c.StepBack():
            return _step_back(command, request, actor, rules)
        case c.PublishRequest():
            return (_publish(command, request),)
        case c.UnpublishRequest():
            return (_unpublish(command, request),)
        case c.AddNote():
            return _note(command, request, actor)
        case c.ChangeFields():
            return change(command, request, actor, rules)
        case c.AttachMedia():
            return _attach(command, request, actor)
    raise TypeError(command)


# --- a new request


def log_request(cmd: c.LogRequest, rules: Rules) -> tuple[e.Fact, ...]:
    """A report becomes a request. It goes to its agency when the agency is certain or was chosen.

    The service's own fields may be missing: a caller does not always know the plate of a bus.
    """
    service = rules.catalogue.service(cmd.service_code)
    check.place(cmd.lat, cmd.long)
    priority = priority_of(cmd.priority, service, cmd.danger)
    received = e.RequestReceived(
        number=rules.number,
        channel=cmd.channel,
        service_code=service.code,
        description=check.text_of(cmd.description),
        requested_at=min(cmd.requested_at or rules.now, rules.now),
        forward_due_at=rules.norm("forward", service.code).end(rules.now, rules.calendar),
        address_string=check.optional(cmd.address_string),
        address=check.optional(cmd.address),
        lat=cmd.lat,
        long=cmd.long,
        ward_code=cmd.ward_code,
        legacy_ward=check.optional(cmd.legacy_ward),
        road_class=cmd.road_class,
        priority=priority,
        danger=cmd.danger,
        attributes=tuple(
            (code, said) for code, value in cmd.attributes if (said := clean_line(value))
        ),
        media=check.media(cmd.media),
    )
    reporter = _reporter(cmd)
    forwarded = _first_agency(cmd, service, priority, rules)
    return tuple(fact for fact in (received, reporter, forwarded) if fact is not None)


def priority_of(chosen: Priority | None, service: Service, danger: Collection[str]) -> Priority:
    """The operator's choice or what a danger question demands, whichever is higher.

    Args:
        danger: codes of the questions answered yes.
    """
    raised = (q.priority for q in service.questions if q.code in danger)
    return max((chosen or Priority.NORMAL, *raised), key=lambda p: p.rank)


def _first_agency(
    cmd: c.LogRequest, service: Service, priority: Priority, rules: Rules
) -> e.RequestForwarded | None:
    if cmd.agency is not None:
        rules.catalogue.agency(cmd.agency)
    if not cmd.forward:
        return None
    if cmd.agency is not None:
        return agency.forwarding(cmd.agency, service.code, priority, rules)
    route = agency.propose(service.code, cmd.ward_code, cmd.road_class, rules)
    if route is None or not route.sure:
        return None
    return agency.forwarding(
        route.agency, service.code, priority, rules, reason=route.reason, rule=route.rule_code
    )


def _reporter(cmd: c.LogRequest | c.JoinCaller) -> e.ReporterRecorded | None:
    """The reporter; None when nothing at all is known."""
    number = phone.normalise(cmd.phone)
    if number is None and any(ch.isdigit() for ch in cmd.phone or ""):
        raise InputError("not_a_phone", phone=clean_line(cmd.phone or "", 40))
    name, email = clean_line(cmd.reporter_name or ""), clean_line(cmd.email or "", 254)
    if not (number or name or email or cmd.contact_id):
        return None
    return e.ReporterRecorded(
        channel=cmd.channel,
        name=name or None,
        phone=number,
        email=email or None,
        contact_id=cmd.contact_id,
        consent=cmd.consent if isinstance(cmd, c.LogRequest) else False,
    )


# --- steps at the switchboard


def _with_us(request: Request, *more: State) -> None:
    """The step needs a request that no agency is working on."""
    check.in_state(request, *OPEN_WITH_US, *more)
    if any(a.is_open for a in request.assignments):
        raise RefusedError("wrong_state", state=request.state.value, number=request.number)


def _merge(cmd: c.MergeRequest, request: Request, rules: Rules) -> e.Fact:
    parent = rules.parent
    if request.state is State.MERGED:
        raise RefusedError("already_merged", parent=request.parent_number or "")
    check.is_open(request)
    if cmd.parent_id == request.id:
        raise RefusedError("merge_into_itself", number=request.number)
    if parent is None or parent.id != cmd.parent_id:
        raise RefusedError("no_such_request")
    # An open parent has no parent of its own, so no circle can form.
    if parent.is_closed or parent.state is State.DRAFT:
        raise RefusedError("parent_not_open", number=parent.number, state=parent.state.value)
    return e.RequestMerged(
        parent_id=parent.id, parent_number=parent.number, reason=check.optional(cmd.reason)
    )


def reporters_for_parent(child: Request, parent: Request) -> tuple[e.ReporterRecorded, ...]:
    """The reporters that a merge adds to the parent, so that everybody who reported gets the
    result.
    """
    known = {r.phone for r in parent.reporters if r.phone}
    return tuple(
        e.ReporterRecorded(
            channel=r.channel,
            name=r.name,
            phone=r.phone,
            email=r.email,
            contact_id=r.contact_id,
            consent=r.consent,
        )
        for r in child.reporters
        if r.phone is None or r.phone not in known
    )


def _join(cmd: c.JoinCaller, request: Request) -> tuple[e.Fact, ...]:
    check.is_open(request)
    reporter = _reporter(cmd)
    if reporter is None:
        raise RefusedError("reporter_needed")
    said = check.optional(cmd.text, check.DESCRIPTION_LIMIT)
    return (reporter, e.NoteAdded(text=said)) if said else (reporter,)


def _ask_info(cmd: c.AskInfo, request: Request, rules: Rules) -> e.Fact:
    _with_us(request)
    wait = timedelta(hours=rules.clocks.need_info_hours)
    return e.InfoAsked(reason=check.reason(cmd.reason), expires_at=rules.now + wait)


def _own_case(request: Request, actor: Actor) -> None:
    if actor.role is Role.OFFICER and (
        actor.agency is None or request.assignment(actor.agency) is None
    ):
        raise RefusedError("not_your_agency", agency="", yours=actor.agency or "")


def _note(cmd: c.AddNote, request: Request, actor: Actor) -> e.Fact:
    _own_case(request, actor)
    said = check.text_of(cmd.text)
    if not cmd.answers:
        return e.NoteAdded(text=said)
    if actor.role is Role.OFFICER:
        raise RefusedError("role_may_not", role=actor.role.value, action="InfoGiven")
    check.in_state(request, State.NEED_INFO)
    return e.InfoGiven(text=said)


def _step_back(cmd: c.StepBack, request: Request, actor: Actor, rules: Rules) -> e.Fact:
    last = rules.last
    if last is None or last.event.id != cmd.event_id:
        raise RefusedError("step_not_last", number=request.number)
    if not leads(actor):
        if last.event.actor != actor.user:
            raise RefusedError("step_of_another", user=last.event.actor)
        if rules.now - last.event.at > WINDOW:
            raise RefusedError("step_too_old", number=request.number)
    if last.told:
        raise RefusedError("citizen_was_told", number=request.number)
    if actor.role is Role.OFFICER and len(request.assignments) > 1:
        # An agency's workstation does not know how the other agencies' parts stood.
        raise RefusedError("step_shared", number=request.number)
    return e.StepTakenBack(
        event_id=cmd.event_id,
        step=kind_of(last.event.fact),
        seen=outline(request),
        before=standing(last.before),
        reason=check.reason(cmd.reason),
    )


def _publish(cmd: c.PublishRequest, request: Request) -> e.Fact:
    if request.state in (State.REJECTED, State.MERGED, State.CANCELLED):
        raise RefusedError("not_for_the_public", state=request.state.value)
    if strange := [photo for photo in cmd.photos if photo not in request.photos]:
        raise InputError("not_its_photo", photo=strange[0][:12])
    place = None if cmd.exact is None else rounded(request.lat, request.long, min(cmd.exact, 6))
    lat, long = place or (None, None)
    return e.RequestPublished(
        text=check.text_of(cmd.text),
        result=check.optional(cmd.result, check.DESCRIPTION_LIMIT),
        photos=cmd.photos,
        lat=lat,
        long=long,
    )


def _unpublish(cmd: c.UnpublishRequest, request: Request) -> e.Fact:
    if request.publish_state != PUBLIC:
        raise RefusedError("not_published")
    return e.RequestUnpublished(reason=check.reason(cmd.reason))


def _attach(cmd: c.AttachMedia, request: Request, actor: Actor) -> tuple[e.Fact, ...]:
    _own_case(request, actor)
    new = tuple(m for m in check.media(cmd.media) if m not in request.media)
    return (e.MediaAttached(media=new),) if new else ()
