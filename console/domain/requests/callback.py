"""Telling the citizen: who must be told what, how many attempts are left, what comes next.

"Done" by the agency does not close a request. Closed means that the citizen was told, or was not
reached three times and got a message (docs/reference/states.md).
"""

from collections.abc import Iterable
from enum import StrEnum

from console.domain.requests.request import Attempt, Message, Reporter, Request
from console.domain.states import (
    AssignmentState,
    Channel,
    DeliveryState,
    Outcome,
    Purpose,
    State,
    Verdict,
)
from console.domain.text.phone import is_mobile

_ARRIVED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED})
_ACCOUNTS = frozenset({Channel.APP, Channel.PORTAL, Channel.FACEBOOK, Channel.ZALO})
"""Channels on which we write to a person's account, whatever their name or number."""
WRITTEN_TRIES = 2
"""After this many failed messages a person without a number counts as unreachable."""


class NextStep(StrEnum):
    """What to do about a result that must be told."""

    CALL = "call"
    MESSAGE = "message"
    CLOSE = "close"
    REOPEN = "reopen"
    NOTHING = "nothing"


def _told_since(request: Request) -> Iterable[Attempt]:
    """Attempts about the present result; attempts before the last report were about an older
    one.
    """
    done = [a.resolved_at for a in request.assignments if a.resolved_at]
    since = max(done, default=None)
    return (a for a in request.attempts if since is None or a.at >= since)


def _messages_since(request: Request, purpose: Purpose) -> tuple[Message, ...]:
    done = [a.resolved_at for a in request.assignments if a.resolved_at]
    since = max(done, default=None)
    return tuple(
        m for m in request.messages if m.purpose is purpose and (since is None or m.at >= since)
    )


def failed_attempts(request: Request) -> int:
    """Calls about the present result that reached nobody."""
    return sum(a.outcome is not Outcome.REACHED for a in _told_since(request))


def attempts_left(request: Request, attempts: int) -> int:
    """Calls still to be tried before a message may replace them."""
    return max(0, attempts - failed_attempts(request))


def reached(request: Request) -> Attempt | None:
    """The last attempt about the present result that reached the citizen."""
    answers = [a for a in _told_since(request) if a.outcome is Outcome.REACHED]
    return answers[-1] if answers else None


def verdict_of(request: Request) -> Verdict | None:
    """What the citizen said about the present result; None when nobody was reached."""
    answer = reached(request)
    return answer.verdict if answer else None


def reachable(request: Request) -> tuple[Reporter, ...]:
    """Reporters with a number, an address or an account, in order of reporting."""
    return tuple(r for r in request.reporters if r.phone or r.email or _has_account(r))


def writable(request: Request) -> bool:
    """Whether a message can reach the person: an address, an account or a mobile number; landlines
    take none.
    """
    return any(r.email or is_mobile(r.phone) or _has_account(r) for r in request.reporters)


def _has_account(reporter: Reporter) -> bool:
    return reporter.contact_id is not None and reporter.channel in _ACCOUNTS


def reporters_to_write(request: Request) -> tuple[Reporter, ...]:
    """People who wrote to us and are told the present result the same way. Empty once that was
    done, and until the agencies are done. Whoever left a number is called as well.
    """
    if request.state is not State.RESOLVED or _messages_since(request, Purpose.RESULT):
        return ()
    return tuple(
        r
        for r in request.reporters
        if (r.channel is Channel.EMAIL and r.email)
        or (r.channel is Channel.SMS and is_mobile(r.phone))
        or _has_account(r)
    )


def reporters_to_tell(request: Request) -> tuple[Reporter, ...]:
    """Reporters who still wait for the result: all that can be reached and were not, the first
    reporter first; empty until the agencies are done.

    An attempt without `contact_id` was with the first reporter.
    """
    if request.state is not State.RESOLVED:
        return ()
    people = reachable(request)
    told = {a.contact_id for a in _told_since(request) if a.outcome is Outcome.REACHED}
    return tuple(
        r
        for place, r in enumerate(people)
        if not (place == 0 and None in told) and (r.contact_id is None or r.contact_id not in told)
    )


def told_in_writing(request: Request) -> bool:
    """Whether the result went out to a person who left no number to call."""
    return _only_written(request) and any(
        m.state in _ARRIVED for m in _messages_since(request, Purpose.RESULT)
    )


def not_reached_in_writing(request: Request) -> bool:
    """Whether a person without a number could not be reached in writing either: the account takes
    no messages any more, or the mailbox bounced, and failed again after a human retry.
    """
    failed = [m.state is DeliveryState.FAILED for m in _messages_since(request, Purpose.RESULT)]
    return _only_written(request) and len(failed) >= WRITTEN_TRIES and all(failed)


def _only_written(request: Request) -> bool:
    people = reachable(request)
    return bool(people) and not any(r.phone for r in people)


def message_queued(request: Request) -> bool:
    """Whether we sent the message that we could not reach the citizen, about the present result."""
    return bool(_messages_since(request, Purpose.UNREACHABLE))


def next_step(request: Request, attempts: int) -> NextStep:
    """What the callback list offers for this request.

    Args:
        attempts: failed calls after which a message replaces them.
    """
    if request.state is not State.RESOLVED:
        return NextStep.NOTHING
    if reached(request) is not None:
        unhappy = verdict_of(request) is Verdict.NOT_SATISFIED
        return NextStep.REOPEN if unhappy else NextStep.CLOSE
    if told_in_writing(request) or not_reached_in_writing(request) or not reachable(request):
        return NextStep.CLOSE
    if not any(r.phone for r in request.reporters):
        return NextStep.MESSAGE
    if attempts_left(request, attempts) > 0:
        return NextStep.CALL
    written = message_queued(request) or not writable(request)
    return NextStep.CLOSE if written else NextStep.MESSAGE


def result_text(request: Request) -> str:
    """What the agencies reported, one paragraph an agency, to be passed on unchanged."""
    done = (a for a in request.assignments if a.state is AssignmentState.RESOLVED)
    return "\n".join(a.result_text for a in done if a.result_text)
