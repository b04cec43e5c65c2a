"""Queue messages: joined, rung, connected, left, abandoned. Traps T17 to T26 of
docs/reference/asterisk.md.
"""

from dataclasses import replace
from datetime import datetime

from console.domain.text.cleaning import clean
from console.telephony.asterisk.calls.dialling import outcome
from console.telephony.asterisk.calls.legs import (
    DUMPED,
    Call,
    Leg,
    is_local,
    operator_of,
    without_half,
)
from console.telephony.asterisk.calls.reporter import CallReporter
from console.telephony.asterisk.wire import Message
from console.telephony.caller_identity import number_of


def _queue_caller_join(book: CallReporter, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    book.goes_on(call)
    call.queue = clean(message.get("Queue"), 80, lines=False)
    call.waiting, call.closed, call.exit, call.gave_up_at = True, False, "", None
    book.set_peer(call, leg)
    book.asks(call, leg)
    book.onward(call.id, "unknown")
    position = int(message.number("Position") or 0)
    waiting = book.queues.setdefault(call.queue, [])
    if call.id not in waiting:
        waiting.insert(position - 1 if position > 0 else len(waiting), call.id)
    count = int(message.number("Count") or len(waiting))
    book.offer(call, position=position or len(waiting))
    _queue_changed(book, call, count)


def _queue_changed(book: CallReporter, call: Call, count: int, queue: str = "") -> None:
    queue = queue or call.queue or ""
    line = call if call.queue == queue else Call("", queue=queue)
    book.tell("queue_changed", line, waiting=count, calls=list(book.queues.get(queue, [])))


def _queue_caller_leave(book: CallReporter, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    call = pair[1]  # Leaving is not abandoning (T17).
    book.unqueue(call)
    queue = clean(message.get("Queue"), 80, lines=False)
    _queue_changed(book, call, int(message.number("Count") or 0), queue)


def _queue_caller_abandon(book: CallReporter, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    if leg.local and not call.offered:
        return  # It replaces somebody whose end was already reported.
    if not call.offered:  # The call came while the link was away, and nobody answered.
        call.queue = clean(message.get("Queue"), 80, lines=False)
        book.set_peer(call, leg)
        book.offer(call)
    if leg.hung:
        book.abandoned(
            call,
            wait_s=message.number("HoldTime"),
            position=int(message.number("Position") or 0) or None,
        )
    else:  # Also comes on the queue's own timeout, with the caller still there (trap 2).
        call.gave_up_at = book.at
        book.onward(call.id, "timeout")
        for ring in call.rings.values():  # Until now only the queue can have rung.
            ring.queued = ring.queued or not ring.consult


WRAPPED = "wrapped"
"""Wrap-up ended before its limit; the exchange does not know of wrap-up (trap 9)."""
SHARED = "Console1022"
"""Name of the user events by which consoles tell each other who took a call."""


def _shared(book: CallReporter, message: Message) -> None:
    """Another console reports a claim, or the end of wrap-up. Our own events come back too and
    change nothing.
    """
    if message.get("Kind") == WRAPPED:
        book.agents.wrapped_up(clean(message.get("Operator"), 80, lines=False))
        return
    call_id, kind = clean(message.get("Call"), 80, lines=False), message.get("Kind")
    if not call_id or kind not in ("claimed", "settled"):
        return
    try:
        since = datetime.fromisoformat(message.get("Since"))
    except ValueError:
        since = book.at
    call = book.calls.get(call_id) or Call(call_id)
    more: dict[str, object] = {"person": clean(message.get("Person"), 80, lines=False)}
    if taken_from := clean(message.get("TakenFrom"), 80, lines=False):
        more["from"] = taken_from
    book.tell(kind, call, None, None, **more)
    if since.tzinfo is not None:
        book.out[-1] = replace(book.out[-1], at=since)


_TURNED_AWAY = frozenset(("full", "joinempty", "joinunavail"))
"""How `Queue` ends for a caller who never got into it; nothing else reports such a caller."""


def _user_event(book: CallReporter, message: Message) -> None:
    if message.get("UserEvent") == SHARED:
        _shared(book, message)
        return
    if (pair := book.pair(message)) is None:
        return
    call, name = pair[1], message.get("UserEvent")
    if name == "CallbackRequest":
        book.unqueue(call)
        call.closed = True
        number = number_of(message.get("Number") or message.get("Phone"))
        passed_on = book.passed_on(call)
        book.tell("callback_requested", call, number=number, passed_on=passed_on)
    elif name == "QueueExit":
        call.exit = clean(message.get("Status"), 40, lines=False).lower() or "timeout"
        book.onward(call.id, call.exit)
        if call.exit in _TURNED_AWAY and not call.offered and pair[0].operator is None:
            call.queue = clean(message.get("Queue"), 80, lines=False) or None
            book.set_peer(call, pair[0])
            book.offer(call)
    elif name == "OutboundEnd" and call.direction == "out" and not call.answered:
        call.outcome = call.outcome or outcome(message.get("Status"), None)


def _agent_called(book: CallReporter, message: Message) -> None:
    leg = book.touch(message, "Dest")
    pair = book.pair(message)
    operator = operator_of(message.get("Interface"))
    if leg is None or pair is None or not operator:
        return
    book.agents.get(operator, message.get("Interface"))
    if not leg.local:
        leg.operator = operator
    call = pair[1]
    call.queue = call.queue or clean(message.get("Queue"), 80, lines=False)
    if not call.peer:
        book.set_peer(call, pair[0])
    book.offer(call)
    book.ring(call, leg, operator, queued=True)


def _agent_connect(book: CallReporter, message: Message) -> None:
    leg, pair = book.touch(message, "Dest"), book.pair(message)
    operator = operator_of(message.get("Interface"))
    if leg is None or pair is None or not operator:
        return
    operator = _who_answered(book, pair[1], leg, operator)
    # `HoldTime` and `RingTime` are seconds here, milliseconds in `AgentRingNoAnswer` (T26).
    book.answer(
        pair[1],
        leg,
        operator,
        hold_s=message.number("HoldTime"),
        ring_s=message.number("RingTime"),
    )


def _who_answered(book: CallReporter, call: Call, leg: Leg, member: str) -> str:
    """The queue names its member, but a colleague may have picked the call up, or the member's
    phone forwarded it (302). The channel, or the one behind the Local channel, tells whose phone it
    is.
    """
    if not leg.local:
        return leg.operator or member
    phones = [
        one.operator
        for one in book.all_of(call)
        if one.up and one.operator and book.is_operators(call, one)
    ]
    if not phones:  # The phone that picked it up is not in the call before the bridge.
        half = f"{without_half(leg.channel)};2"
        phones = [one.lifted for one in book.all_of(call) if one.channel == half and one.lifted]
    if member in phones or not phones:
        return member
    return next((phone for phone in phones if phone not in call.talks), phones[0])


def _agent_dump(book: CallReporter, message: Message) -> None:
    pair = book.pair(message)
    ring = pair and pair[1].rings.get(operator_of(message.get("Interface")))
    if ring:
        ring.status = DUMPED


def _agent_ring_no_answer(book: CallReporter, message: Message) -> None:
    pair = book.pair(message)
    ring = pair and pair[1].rings.get(operator_of(message.get("Interface")))
    if ring:
        ring.status = ring.status or "NOANSWER"
        if (ms := message.number("RingTime")) is not None:
            ring.ring_s = round(ms / 1000, 1)


def _agent_complete(book: CallReporter, message: Message) -> None:
    # After a redirect it comes when the NEXT talk ends (trap 6): only a hint for a talk of this
    # very leg.
    pair = book.pair(message)
    operator = operator_of(message.get("Interface"))
    talk = pair and pair[1].talks.get(operator)
    own = talk and talk.uid == message.get("DestUniqueid")
    if pair and talk and (own or is_local(message.get("DestChannel"))):
        pair[1].hint = message.get("Reason")


def _message_waiting(book: CallReporter, message: Message) -> None:
    # Sent with 0 after every reload (T41); a new message is news (T44).
    new = int(message.number("New") or 0)
    mailbox = clean(message.get("Mailbox"), 80, lines=False)
    if new > 0 and mailbox:
        call = Call("", queue=mailbox.split("@")[0])
        book.tell("queue_changed", call, None, "voicemail", mailbox=mailbox, new=new)


HANDLERS = {
    "QueueCallerJoin": _queue_caller_join,
    "QueueCallerLeave": _queue_caller_leave,
    "QueueCallerAbandon": _queue_caller_abandon,
    "UserEvent": _user_event,
    "AgentCalled": _agent_called,
    "AgentConnect": _agent_connect,
    "AgentDump": _agent_dump,
    "AgentRingNoAnswer": _agent_ring_no_answer,
    "AgentComplete": _agent_complete,
    "MessageWaiting": _message_waiting,
}
