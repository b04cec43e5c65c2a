"""What a person does with a call: claim it, take it over, settle it when it was missed."""

from dataclasses import replace

from console.domain import calls
from console.domain.actors import LEADS
from console.domain.calls import TO_CALL_BACK, CallPhase, CallState, settle
from console.domain.errors import RefusedError
from console.domain.live_events import CallsChanged, CallTaken
from console.domain.requests.commands import ClaimCall, SettleMissedCall, TakeOverCall
from console.domain.text.cleaning import clean_line
from console.services.calls.rows import external_id, record_of, save_call, settle_others, state_of
from console.services.handling import Context, Done
from console.services.people.actors import entry_of
from console.services.ports.store.unit_of_work import UnitOfWork

_CLAIMABLE = (
    frozenset((CallPhase.RINGING, CallPhase.CLAIMED, CallPhase.TALKING, CallPhase.WRAP_UP))
    | TO_CALL_BACK
)
"""A call may end before its claim is written; for a missed call the claim means its callback."""


def claim_call(cmd: ClaimCall, uow: UnitOfWork, context: Context) -> Done:
    """Claim the call, or the callback of all missed calls of its number; the first claim stays.

    The call's `operator` is the extension that the exchange names. The person is `taken_by`, and
    `handled_by` of the contact.

    Raises:
        RefusedError: `call_taken`, `call_is_over`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    call = (
        state_of(record)
        if record
        # F9 may come before the row of the first ring is written.
        else CallState(
            pbx=cmd.pbx, call_id=cmd.call_id, phase=CallPhase.RINGING, offered_at=context.now
        )
    )
    mine = context.actor.user
    if call.phase not in _CLAIMABLE:
        raise RefusedError("call_is_over", state=call.phase.value)
    if call.taken_by is not None and call.taken_by != mine:
        raise RefusedError("call_taken", operator=call.taken_by)
    taken = [one for one in _with_same_number(call, uow) if one.taken_by is None]
    return _taken(taken, uow, context)


def take_over_call(cmd: TakeOverCall, uow: UnitOfWork, context: Context) -> Done:
    """Take over what a colleague claimed; the audit names both.

    Raises:
        RefusedError: `no_such_call`, `not_claimed`, `take_over_late`, `reason_needed`,
            `call_is_over`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    if record is None:
        raise RefusedError("no_such_call")
    call, actor = state_of(record), context.actor
    reason = clean_line(cmd.reason, 200)
    supervises = actor.role in LEADS
    calls.take_over(call, actor.user, context.now, supervises=supervises, reason=reason)
    if call.taken_by == actor.user:
        return Done()
    subject = f"{external_id(call.pbx, call.call_id)} {call.taken_by}"
    uow.audit(entry_of(actor, context.now, "call_taken_over", subject, reason))
    return _taken(_with_same_number(call, uow), uow, context, taken_from=call.taken_by or "")


def _with_same_number(call: CallState, uow: UnitOfWork) -> list[CallState]:
    """The call, and for a callback the other missed calls of the same number."""
    if call.phase not in TO_CALL_BACK or call.phone is None:
        return [call]
    return [state_of(record) for record in uow.missed_calls(call.phone)]


def _taken(
    chosen: list[CallState], uow: UnitOfWork, context: Context, *, taken_from: str = ""
) -> Done:
    live: list[object] = []
    mine = context.actor.user
    for call in chosen:
        free = replace(call, taken_by=None, taken_at=None)
        now = calls.claim(free, mine, context.now)
        save_call(now, uow)
        if call.phase not in TO_CALL_BACK:
            _handled_by(now, uow, mine)
        live += [
            CallsChanged(call.call_id),
            CallTaken(
                kind="claimed",
                pbx=call.pbx,
                call_id=call.call_id,
                person=mine,
                at=context.now,
                taken_from=taken_from,
            ),
        ]
    return Done(live=tuple(live))


def _handled_by(call: CallState, uow: UnitOfWork, person: str) -> None:
    if (contact := uow.contact(record_of(call).contact_id)) is not None:
        uow.save_contact(replace(contact, handled_by=person))


def settle_missed_call(cmd: SettleMissedCall, uow: UnitOfWork, context: Context) -> Done:
    """Mark a missed call as called back or closed, with all missed calls of the same number.

    Raises:
        RefusedError: `no_such_call`, `not_a_missed_call`.
    """
    record = uow.call(cmd.pbx, cmd.call_id)
    if record is None:
        raise RefusedError("no_such_call")
    call = state_of(record)
    if call.phase is CallPhase.SETTLED:
        return Done()
    if call.phase not in TO_CALL_BACK:
        raise RefusedError("not_a_missed_call", state=call.phase.value)
    reason = clean_line(cmd.reason or "", 200)
    save_call(replace(settle(call), end_reason=reason or record.end_reason), uow)
    changed = (cmd.call_id, *settle_others(call, uow))
    told = CallTaken(
        kind="settled",
        pbx=cmd.pbx,
        call_id=cmd.call_id,
        person=context.actor.user,
        at=context.now,
    )
    return Done(live=(*(CallsChanged(call_id) for call_id in changed), told))
