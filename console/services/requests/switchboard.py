"""Steps of the switchboard on a request: forward, ask, reject, merge, reopen, close, change."""

from dataclasses import replace

from console.domain.catalogue.city_rules import in_force
from console.domain.errors import InputError
from console.domain.requests.commands import (
    AskInfo,
    ChangeFields,
    ForwardRequest,
    MergeRequest,
    RejectRequest,
    RequestCommand,
    StepBack,
)
from console.domain.requests.decide.request import decide, reporters_for_parent
from console.domain.requests.decide.undo import last_step
from console.domain.states import Purpose
from console.domain.text.cleaning import clean_line
from console.domain.time_zone import CITY
from console.services.handling import (
    Context,
    Done,
    append_facts,
    combined,
    decided_facts,
    existing_request,
    rules_for,
)
from console.services.outreach.messages import tell_reporters
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.requests.intake import owner_note, owner_of, owner_route, with_note


def step(cmd: RequestCommand, uow: UnitOfWork, context: Context) -> Done:
    """A step that only appends the facts of `decide`."""
    return append_facts(decided_facts(cmd, uow, context), cmd.request_id, uow, context)


def step_back(cmd: StepBack, uow: UnitOfWork, context: Context) -> Done:
    """Take back the last step.

    Raises:
        RefusedError: `step_not_last`, `step_of_another`, `step_too_old`, `citizen_was_told`.
    """
    request = existing_request(cmd.request_id, uow)
    rules = replace(rules_for(context, request), last=last_step(uow.events(cmd.request_id)))
    facts = decide(cmd, request, context.actor, rules)
    return append_facts(facts, cmd.request_id, uow, context)


def forward_request(cmd: ForwardRequest, uow: UnitOfWork, context: Context) -> Done:
    """Forward it to an agency; without a named one the routing rules choose.

    Raises:
        InputError: `unknown_agency`, `agency_not_in_force`.
        RefusedError: `no_route`, `already_assigned`, `supervisor_must_forward`, `wrong_state`.
    """
    if cmd.agency is not None:
        agency = context.catalogue.agency(cmd.agency)
        if not in_force(agency.valid_from, agency.valid_to, context.now.astimezone(CITY).date()):
            raise InputError("agency_not_in_force", agency=agency.code, name=agency.name)
        return step(cmd, uow, context)
    chosen = _to_owner(cmd, uow, context)
    if chosen.agency is not None:
        return step(chosen, uow, context)
    request = existing_request(cmd.request_id, uow)
    service = context.catalogue.services.get(request.service_code)
    owner = owner_of(context.places, request.attributes)
    note = owner_note(service, owner, context.catalogue, context.now) if service else ""
    facts = with_note(decided_facts(cmd, uow, context), note)
    return append_facts(facts, cmd.request_id, uow, context)


def _to_owner(cmd: ForwardRequest, uow: UnitOfWork, context: Context) -> ForwardRequest:
    """The command with the owner of its asset as agency, unless the owner sent it back before."""
    request = existing_request(cmd.request_id, uow)
    owner = owner_of(context.places, request.attributes)
    service = context.catalogue.services.get(request.service_code)
    if service is None or owner is None or request.assignment(owner) is not None:
        return cmd
    route = owner_route(service, owner, context.catalogue, context.now)
    if route is None:
        return cmd
    return replace(cmd, agency=route.agency, reason=cmd.reason or route.reason)


def ask_info(cmd: AskInfo, uow: UnitOfWork, context: Context) -> Done:
    """Ask the citizen for more; a reporter who wrote to us is asked in writing."""
    return _step_and_tell(cmd, uow, context, "need_info", Purpose.NEED_INFO, voice_by_sms=False)


def reject_request(cmd: RejectRequest, uow: UnitOfWork, context: Context) -> Done:
    """Reject what is not a matter for 1022; each reporter who can be written to gets the reason."""
    template = "rejection_request"
    return _step_and_tell(cmd, uow, context, template, Purpose.REJECTION, voice_by_sms=True)


def _step_and_tell(
    cmd: RequestCommand,
    uow: UnitOfWork,
    context: Context,
    template: str,
    purpose: Purpose,
    *,
    voice_by_sms: bool,
) -> Done:
    """A step, and its reason as a message to each reporter who can be written to."""
    done = step(cmd, uow, context)
    request = existing_request(cmd.request_id, uow)
    reason = request.status_notes or ""
    told = tell_reporters(
        request, uow, context, template, purpose, voice_by_sms=voice_by_sms, reason=reason
    )
    return combined(done, told)


def merge_request(cmd: MergeRequest, uow: UnitOfWork, context: Context) -> Done:
    """Merge a duplicate into its parent; its reporters move along and will get the result."""
    parent = uow.request(cmd.parent_id)
    facts = decided_facts(cmd, uow, context, parent=parent)
    done = append_facts(facts, cmd.request_id, uow, context)
    if parent is None:
        return done
    moved = reporters_for_parent(existing_request(cmd.request_id, uow), parent)
    return combined(done, append_facts(moved, parent.id, uow, context))


def change_fields(cmd: ChangeFields, uow: UnitOfWork, context: Context) -> Done:
    """Change fields; a new pin without a ward sets the ward under it.

    Raises:
        InputError: `unknown_ward`, `unknown_field`, `bad_value`, `impossible_coordinates`.
        ConflictError: `changed_meanwhile` with both values.
    """
    request = existing_request(cmd.request_id, uow)
    wanted = {name: value for name, _, value in cmd.changes}
    ward = wanted.get("ward_code")
    wards = context.catalogue.wards
    if ward and wards and ward not in wards:
        raise InputError("unknown_ward", ward=clean_line(str(ward), 20))
    lat, long = wanted.get("lat"), wanted.get("long")
    if "ward_code" not in wanted and isinstance(lat, float) and isinstance(long, float):
        under = context.places.ward_at(lat, long)
        if under is not None and under.code != request.ward_code:
            moved = ("ward_code", request.ward_code, under.code)
            cmd = replace(cmd, changes=(*cmd.changes, moved))
    return step(cmd, uow, context)
