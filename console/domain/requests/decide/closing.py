"""Decisions about telling the citizen: attempts, closing, reopening."""

from datetime import timedelta

from console.domain.actors import Actor, leads
from console.domain.errors import RefusedError
from console.domain.requests import callback
from console.domain.requests import commands as c
from console.domain.requests import events as e
from console.domain.requests.decide import checks as check
from console.domain.requests.decide.rules import Rules
from console.domain.requests.fold.request import REOPENABLE
from console.domain.requests.request import Request
from console.domain.states import Outcome, Role, State, Verdict

INFO_EXPIRED = "need_info_expired"
UNREACHABLE = "unreachable"
NOBODY_TO_TELL = "nobody_to_tell"
TOLD_IN_WRITING = "told_in_writing"
"""Reasons of closings without a person's own words; codes for `services/wording/`."""


def record_outreach(cmd: c.RecordOutreach, request: Request) -> e.Fact:
    """One attempt to tell the citizen; allowed in every state."""
    if cmd.verdict is not None and cmd.outcome is not Outcome.REACHED:
        raise RefusedError("verdict_without_reach", outcome=cmd.outcome.value)
    if cmd.contact_id is not None and cmd.contact_id not in {
        r.contact_id for r in request.reporters
    }:
        raise RefusedError("not_a_reporter", number=request.number)
    return e.OutreachRecorded(
        channel=cmd.channel,
        outcome=cmd.outcome,
        verdict=cmd.verdict,
        text=check.optional(cmd.text),
        contact_id=cmd.contact_id,
    )


def close(cmd: c.CloseRequest, request: Request, actor: Actor, rules: Rules) -> e.Fact:
    """Close a request whose citizen was told, or could not be told."""
    if request.state is State.NEED_INFO:
        return _close_unanswered(request, actor, rules)
    check.in_state(request, State.RESOLVED)
    said = check.optional(cmd.reason)
    if callback.reached(request) is not None:
        return _close_told(cmd, request, actor, said)
    if callback.told_in_writing(request):
        return e.RequestClosed(verdict=cmd.verdict, reason=said or TOLD_IN_WRITING)
    if not callback.reachable(request):
        return e.RequestClosed(reason=said or NOBODY_TO_TELL)
    if callback.not_reached_in_writing(request):
        return e.RequestClosed(reason=said or UNREACHABLE)
    _require_tries(request, rules)
    return e.RequestClosed(reason=said or UNREACHABLE)


def _close_unanswered(request: Request, actor: Actor, rules: Rules) -> e.Fact:
    """A request whose question nobody answered is closed by the system when its time is over, and
    by nobody else.
    """
    over = request.info_expires_at is not None and request.info_expires_at <= rules.now
    if actor.role is not Role.SYSTEM or not over:
        raise RefusedError("wrong_state", state=request.state.value, number=request.number)
    return e.RequestClosed(reason=INFO_EXPIRED)


def _close_told(cmd: c.CloseRequest, request: Request, actor: Actor, said: str | None) -> e.Fact:
    verdict = callback.verdict_of(request) or cmd.verdict
    if verdict is Verdict.NOT_SATISFIED and not (leads(actor) and said):
        raise RefusedError("citizen_not_satisfied", number=request.number)
    return e.RequestClosed(verdict=verdict, reason=said)


def _require_tries(request: Request, rules: Rules) -> None:
    wanted, failed = rules.clocks.attempts, callback.failed_attempts(request)
    has_phone = any(r.phone for r in request.reporters)
    if not has_phone or failed == 0:
        raise RefusedError("not_told_yet", number=request.number)
    if failed < wanted:
        raise RefusedError("attempts_left", left=wanted - failed, failed=failed)
    if callback.writable(request) and not callback.message_queued(request):
        raise RefusedError("message_needed", failed=failed)


def reopen(cmd: c.ReopenRequest, request: Request, actor: Actor, rules: Rules) -> e.Fact:
    """Not fixed after all, within the days that the rules allow. Only a supervisor reopens what we
    ended ourselves (rejected, cancelled, merged).
    """
    check.in_state(request, *REOPENABLE)
    ours = request.state not in (State.RESOLVED, State.CLOSED)
    if ours and not leads(actor):
        raise RefusedError("supervisor_must_reopen", state=request.state.value)
    why = check.reason(cmd.reason)
    days = rules.clocks.reopen_days
    if request.closed_at is not None and rules.now > request.closed_at + timedelta(days=days):
        raise RefusedError("too_late_to_reopen", days=days)
    return e.RequestReopened(reason=why)
