"""Commands on messages and calls to the citizen: send one, record its outcome."""

from dataclasses import replace

from console.domain.errors import InputError, RefusedError
from console.domain.live_events import ContactArrived, OutreachChanged
from console.domain.requests import callback
from console.domain.requests.commands import (
    RecordDelivery,
    RecordOutreach,
    SendMessage,
    WriteResult,
)
from console.domain.requests.events import MessageDelivered
from console.domain.states import (
    Channel,
    ContactState,
    DeliveryState,
    Purpose,
    Role,
)
from console.domain.text import phone as phones
from console.domain.text.cleaning import clean, clean_line
from console.services.handling import (
    ActorAndTime,
    Context,
    Done,
    append_facts,
    combined,
    decided_facts,
    existing_contact,
    existing_request,
    rules_for,
)
from console.services.outreach.messages import (
    LONGEST,
    checked_email,
    queue,
    queued_fact,
    tell_reporters,
)
from console.services.ports.store.unit_of_work import UnitOfWork

_NEXT: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: frozenset(DeliveryState),
    DeliveryState.SENDING: frozenset(DeliveryState),
    DeliveryState.SENT: frozenset(
        {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.UNKNOWN}
    ),
    DeliveryState.UNKNOWN: frozenset(
        {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.QUEUED}
    ),
    DeliveryState.FAILED: frozenset({DeliveryState.DELIVERED, DeliveryState.QUEUED}),
    DeliveryState.DELIVERED: frozenset(),
}
"""Allowed next states; late news that says less is dropped."""


_TELLING = frozenset(
    {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.UNKNOWN}
)
"""States that the request's history records."""


def send_message(cmd: SendMessage, uow: UnitOfWork, context: Context) -> Done:
    """Queue a message that a person wrote; it gets the command's id.

    Raises:
        InputError: `message_empty`, `message_too_long`, `not_a_mobile`, `bad_email`,
            `no_recipient`.
        RefusedError: `no_such_request`, `no_such_contact`.
    """
    text = clean(cmd.text, len(cmd.text))
    if not text:
        raise InputError("message_empty")
    limit = LONGEST.get(cmd.channel, 2000)
    if len(text) > limit:
        raise InputError("message_too_long", limit=limit, length=len(text))
    recipient = _recipient(cmd.channel, cmd.recipient)
    if cmd.request_id is not None:
        existing_request(cmd.request_id, uow)
    contact = existing_contact(cmd.contact_id, uow) if cmd.contact_id else None
    row = queue(
        uow,
        context,
        (cmd.channel, recipient),
        text,
        cmd.purpose,
        outreach_id=cmd.id,
        request_id=cmd.request_id,
        contact_id=cmd.contact_id,
    )
    live: tuple[object, ...] = (OutreachChanged(row.id, row.request_id),)
    if contact is not None and contact.state is ContactState.NEW:
        by = context.actor.user
        uow.save_contact(replace(contact, state=ContactState.ANSWERED, handled_by=by))
        live = (*live, ContactArrived(contact.id, contact.channel))
    if cmd.request_id is None:
        return Done(live=live)
    return append_facts((queued_fact(row),), cmd.request_id, uow, context, live=live)


def _recipient(channel: Channel, typed: str) -> str:
    if channel is Channel.SMS:
        number = phones.normalise(typed)
        if number is None or not phones.is_mobile(number):
            raise InputError("not_a_mobile", phone=clean_line(typed, 40))
        return number
    if channel is Channel.EMAIL:
        if (address := checked_email(typed)) is None:
            raise InputError("bad_email", email="")
        return address
    if not (account := clean_line(typed, 200)):
        raise InputError("no_recipient")
    return account


def record_delivery(cmd: RecordDelivery, uow: UnitOfWork, context: Context | ActorAndTime) -> Done:
    """Record the outcome of a message; late news that says less changes nothing.

    Raises:
        RefusedError: `no_such_message`; `role_may_not` when a rule would resend a message that
            failed or whose fate is unknown: only a person may.
    """
    row = uow.outreach(cmd.outreach_id)
    if row is None:
        raise RefusedError("no_such_message")
    again = cmd.state is DeliveryState.QUEUED and row.state in (
        DeliveryState.UNKNOWN,
        DeliveryState.FAILED,
    )
    if again and context.actor.role is Role.SYSTEM:
        raise RefusedError("role_may_not", role=context.actor.role.value, action="SendMessage")
    if cmd.state is row.state:
        # Another part of a long message arrived: only the refs change.
        if cmd.refs and cmd.refs != row.refs:
            uow.save_outreach(replace(row, refs=cmd.refs, updated_at=context.now))
        return Done()
    if cmd.state not in _NEXT[row.state]:
        return Done()
    new = replace(
        row,
        state=cmd.state,
        refs=cmd.refs or row.refs,
        error=cmd.error,
        tries=0 if again else row.tries,
        updated_at=context.now,
    )
    uow.save_outreach(new)
    live = (OutreachChanged(row.id, row.request_id),)
    request = uow.request(row.request_id) if row.request_id else None
    if request is None or cmd.state not in _TELLING:
        return Done(live=live)
    fact = MessageDelivered(outreach_id=row.id, state=cmd.state, error=cmd.error)
    return append_facts((fact,), request.id, uow, context, live=live)


def write_result(cmd: WriteResult, uow: UnitOfWork, context: Context) -> Done:
    """Queue the current result for every reporter who wrote to us, once."""
    request = existing_request(cmd.request_id, uow)
    people = callback.reporters_to_write(request)
    done_at = max((a.resolved_at for a in request.assignments if a.resolved_at), default=None)
    return tell_reporters(
        request,
        uow,
        context,
        "result",
        Purpose.RESULT,
        voice_by_sms=False,
        reporters=people,
        once=f"result {done_at}",
        result=callback.result_text(request),
    )


def record_outreach(cmd: RecordOutreach, uow: UnitOfWork, context: Context) -> Done:
    """Record one attempt to call the citizen with the result.

    After the last failed attempt, the message `unreachable` is queued for the reporters who can be
    written to, so that the request may be closed.
    """
    done = append_facts(decided_facts(cmd, uow, context), cmd.request_id, uow, context)
    request = existing_request(cmd.request_id, uow)
    clocks = rules_for(context, request).clocks
    step = callback.next_step(request, clocks.attempts)
    tried = callback.failed_attempts(request) >= clocks.attempts
    if step is not callback.NextStep.MESSAGE or not tried:
        return done
    written = tell_reporters(
        request,
        uow,
        context,
        "unreachable",
        Purpose.UNREACHABLE,
        voice_by_sms=True,
        reporters=callback.reporters_to_tell(request),
        result=callback.result_text(request),
    )
    return combined(done, written)
