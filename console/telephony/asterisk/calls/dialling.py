"""New channels, dialling, and our own outgoing calls. Traps T23, T35, T36 of
docs/reference/asterisk.md.
"""

from console.telephony.asterisk.calls.consultation import consultation_result, consults_outside
from console.telephony.asterisk.calls.legs import Call, Leg, failure, without_half
from console.telephony.asterisk.calls.reporter import CallReporter
from console.telephony.asterisk.calls.steps import ANSWERED
from console.telephony.asterisk.wire import Message
from console.telephony.caller_identity import number_of


def _newchannel(book: CallReporter, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    if leg.uid == call.root and not leg.local and leg.operator is None:
        book.set_peer(call, leg)
    elif leg.operator and leg.uid == call.root and message.get("ChannelStateDesc") == "Ring":
        book.agents.talks(leg.operator, leg.uid)  # The operator dials.


def _rename(book: CallReporter, message: Message) -> None:
    if (leg := book.legs.get(message.get("Uniqueid"))) and (name := message.get("Newname")):
        book.rename(leg, name)


def _newstate(book: CallReporter, message: Message) -> None:
    pair = book.pair(message)
    if pair and pair[0].operator and message.get("ChannelStateDesc") == "Ringing":
        book.agents.rings(pair[0].operator, pair[0].uid)


def outcome(status: str, leg: Leg | None) -> str:
    """The result of our call to a citizen, from `DialStatus` and the SIP code of the
    citizen's leg.
    """
    if status == "CANCEL":
        return "cancelled"  # We gave up.
    return failure(status, leg.cause if leg else "", leg.tech_cause if leg else "")


def _dial_begin(book: CallReporter, message: Message) -> None:
    leg = book.touch(message, "Dest")
    if leg is None:
        return
    call = book.call_of(leg)
    source = book.legs.get(message.get("Uniqueid"))
    if source is not None and source.local:
        leg.behind = without_half(source.channel)
    if leg.local:
        return
    if source is None:
        _originate(book, call, leg, message)
    elif book.is_operators(call, leg):
        _ring_directly(book, call, source, leg)
    else:
        _dial_out(book, call, source, leg, message)


def _originate(book: CallReporter, call: Call, leg: Leg, message: Message) -> None:
    """A `Dial…` of an Originate has only `Dest…` headers (T35): the operator's own phone rings
    first. Whether it becomes a call, a conference or listening in shows later.
    """
    if leg.operator is None:
        return
    call.originated = True
    call.direction, call.owner = "out", leg.operator
    book.agents.rings(leg.operator, leg.uid)
    shown = number_of(message.get("DestCallerIDNum"))
    for number, ref, operator in book.dials.values():
        if operator == leg.operator and (shown in (number, None) or len(book.dials) == 1):
            call.ref, call.peer_number = ref, number


def _ring_directly(book: CallReporter, call: Call, source: Leg, leg: Leg) -> None:
    operator = leg.operator or ""
    if call.originated and source.local and not call.peer:
        call.owner = call.owner or operator
        book.agents.rings(operator, leg.uid)
        return
    peer = book.legs.get(call.peer)
    if not call.peer and not source.local and not call.talks:
        # A colleague calls; also the operators left when the citizen dropped out of a transfer
        # (03b).
        call.direction = "internal" if source.operator else "in"
        book.set_peer(call, source, named=source.operator is None)
        book.asks(call, source)
    elif peer is not None and call.direction == "in" and not call.offered:
        book.set_peer(call, peer)  # The dialplan may have corrected number and name meanwhile.
    if not call.waiting:
        book.offer(call, operator)
    book.ring(call, leg, operator, queued=call.waiting)


def _dial_out(book: CallReporter, call: Call, source: Leg, leg: Leg, message: Message) -> None:
    number = number_of(message.get("DestCallerIDNum"))
    dialled = number_of(message.get("DialString").split("@")[0].split("/")[-1])
    if consults_outside(book, call, source, leg, number or dialled):
        return
    operator = source.operator or call.owner
    in_vain = call.direction == "out" and call.outcome and not call.answered
    if operator is None or (call.peer in book.legs and not in_vain):
        return  # A citizen was transferred to an outside number.
    leg.number = number or dialled
    again = call.offered and (call.owner, call.peer_number) == (operator, leg.number)
    call.direction, call.owner, call.outcome = "out", operator, ""
    call.offered = True
    book.set_peer(call, leg, named=False)  # The name shown is the one we gave.
    book.asks(call, source)
    if not again:  # The next trunk is tried.
        book.tell("ringing", call, operator, leg="citizen")


def _dial_end(book: CallReporter, message: Message) -> None:
    leg = book.touch(message, "Dest")
    if leg is None:
        return
    call, status = book.call_of(leg), message.get("DialStatus")
    if leg.local:
        _local_dial_end(book, call, leg, status)
        return
    ring = call.rings.get(leg.operator or "")
    if status == "ANSWER" and (source := book.legs.get(message.get("Uniqueid"))):
        source.lifted = leg.operator or ""
    if call.direction == "out" and leg.uid == call.peer:
        book.onward(call.asks, _outside(status, leg))
        if status == "ANSWER":
            owner = call.owner or ""
            book.answer(call, _own_leg(book, call, owner) or leg, owner)
        else:
            call.outcome = outcome(status, leg)
    elif status == "ANSWER" and ring is not None and not ring.queued:
        book.answer(call, leg, ring.operator)
    elif ring is not None and status not in ("ANSWER", "CANCEL"):
        ring.status = ring.status or status
    elif leg.operator is None:
        # Trunks are tried one after the other; the others get `CANCEL` after one has answered.
        consultation_result(book, call, leg, None if status == "ANSWER" else outcome(status, leg))
        book.onward(call.id, _outside(status, leg))
        if status == "ANSWER":
            book.answered_outside(call)


def _local_dial_end(book: CallReporter, call: Call, leg: Leg, status: str) -> None:
    """For the phones behind it `DialEnd` will only say that they were cancelled."""
    if status in ("ANSWER", "CANCEL"):
        return
    for ring in call.rings.values():
        phone = book.legs.get(ring.uid)
        if phone is not None and phone.behind == without_half(leg.channel):
            ring.status = ring.status or status


def _outside(status: str, leg: Leg) -> str:
    return ANSWERED if status == "ANSWER" else failure(status, leg.cause, leg.tech_cause)


def _own_leg(book: CallReporter, call: Call, operator: str) -> Leg | None:
    return next((leg for leg in book.all_of(call) if leg.operator == operator), None)


def _originate_response(book: CallReporter, message: Message) -> None:
    if (guest := book.guests.pop(message.get("ActionID"), None)) is not None:
        _guest_answered(book, message, guest)
        return
    expected = book.dials.pop(message.get("ActionID"), None)
    if expected is None:
        return  # A broadcast: another console's (trap 5).
    number, ref, operator = expected
    call = book.calls.get(message.get("Uniqueid"))
    if message.get("Response") == "Success":
        if call is not None:
            call.ref = ref
        return
    # Reasons 3 and 0: the operator's own phone did not answer; the citizen was not dialled.
    uid = message.get("Uniqueid")
    name = message.get("ActionID") if uid.startswith("<") or not uid else uid
    lost = call or Call(name, direction="out", peer_number=number, ref=ref)
    lost.direction, lost.peer_number = "out", lost.peer_number or number
    lost.closed = True
    reason = message.get("Reason")
    book.tell("ended", lost, operator, "unknown", outcome="no_attempt", cause=reason, final=True)


_NO_GUEST = {
    "0": "unreachable",
    "1": "no_answer",
    "3": "no_answer",
    "5": "busy",
    "8": "unreachable",
}
"""`Reason` of a failed `OriginateResponse`: Asterisk's control frames, 0 = no such phone."""


def _guest_answered(book: CallReporter, message: Message, guest: tuple[str, str]) -> None:
    """The conference itself reports who joins; this reports only who did not come."""
    call = book.calls.get(guest[0])
    if call is None or message.get("Response") == "Success":
        return
    why = _NO_GUEST.get(message.get("Reason"), "unreachable")
    here = [one for legs in book.conferences.values() for one in legs.values()]
    count = sum(call.id in (one.call_id, one.conference) for one in here)
    book.tell("conferenced", call, None, why, target=guest[1], count=count)


HANDLERS = {
    "Newchannel": _newchannel,
    "Rename": _rename,
    "Newstate": _newstate,
    "DialBegin": _dial_begin,
    "DialEnd": _dial_end,
    "OriginateResponse": _originate_response,
}
