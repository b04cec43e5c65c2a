"""Talks: bridges, transfers, hold, recording, digits, and hang-up. `conferences.py` has
conferences, parking and listening in.

Traps T27 to T34, T39 to T41 and T43 of docs/reference/asterisk.md.
"""

from datetime import timedelta

from console.domain.text.cleaning import clean
from console.telephony.asterisk.calls.conferences import three_together
from console.telephony.asterisk.calls.consultation import consultation_over
from console.telephony.asterisk.calls.legs import Call, Leg, failure
from console.telephony.asterisk.calls.reporter import CallReporter
from console.telephony.asterisk.wire import Message
from console.telephony.caller_identity import number_of

_SHUTDOWN, _EXPLICIT = "4", "32"
_AT_ONCE = timedelta(seconds=0.5)
"""A caller who hangs up this soon after leaving the queue left because of the hang-up."""


def _bridge_enter(book: CallReporter, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    leg.bridge, leg.passed_on = message.get("BridgeUniqueid"), False
    if leg.operator and not leg.local:
        leg.up = True
        book.agents.talks(leg.operator, leg.uid)
    if message.get("BridgeType") != "basic":
        return
    book.one_call(leg)
    call = book.call_of(leg)
    peer = book.legs.get(call.peer)
    his = book.joined(peer.bridge) if peer is not None else ()
    if leg.bridge not in his:
        return
    book.in_company(call)
    # Whoever shares the bridge with the citizen talks with them, however they got there: pick-up,
    # attended transfer (T31).
    for one in book.all_of(call):
        talks = book.is_operators(call, one) and not (one.local or one.passed_on)
        if talks and one.bridge in his:
            book.answer(call, one, one.operator or "")


def _bridge_leave(book: CallReporter, message: Message) -> None:
    if pair := book.pair(message):
        pair[0].bridge = ""


def _blind_transfer(book: CallReporter, message: Message) -> None:
    leg = book.touch(message, "Transferer")
    if leg is None:
        return
    call, target = book.call_of(leg), message.get("Extension")
    if message.get("Result") != "Success":  # "Invalid", "Failed": they talk on.
        if leg.operator in call.talks:
            book.tell("transferred", call, leg.operator, "failed", target=number_of(target))
        return
    if book.is_operators(call, leg):
        book.hand_over(call, leg.operator or "", "blind", target)
        return
    # The citizen's leg was named as the transferer: the citizen is hung up and the operators are
    # joined (03b), so the citizen's call is over.
    for operator in tuple(call.talks):
        book.leave(call, operator, "transfer", caller_lost=True)
    call.closed, call.peer, call.handed_over = True, "", False


def _attended_transfer(book: CallReporter, message: Message) -> None:
    first = book.touch(message, "OrigTransferer")
    second = book.touch(message, "SecondTransferer")
    if first is None or second is None or message.get("Result") != "Success":
        return
    call, consult = book.call_of(first), book.call_of(second)
    if message.get("DestType") == "Threeway":
        three_together(book, call, first.operator or "")
        return
    goal, asked = message.get("TransferTargetUniqueid"), "SecondTransferer"
    if call.asks == consult.id or (call.direction, consult.direction) == ("internal", "in"):
        # The phone sent its REFER from the consultation: the citizen goes to the colleague who was
        # asked.
        first, call, consult = second, consult, call
        goal, asked = message.get("TransfereeUniqueid"), "OrigTransferer"
    target = _phone_of(book, goal)  # An outside agency is a number.
    outside = consult.direction == "out" and target is None
    number = consult.peer_number if outside else ""
    if consult is call:  # `Atxfer`: the exchange's own consultation, behind a Local channel.
        if call.question is not None:
            number, outside, call.question = call.question.number, True, None
        else:
            target = target or _asked(call, first.operator)
    number = number_of(number or message.get(f"{asked}ConnectedLineNum"))
    number = number or message.get(f"{asked}Exten")
    book.hand_over(call, first.operator or "", "attended", target or number, outside=outside)
    if consult is not call:  # The consultation had its own linked id (04).
        for operator in tuple(consult.talks):
            book.leave(consult, operator, "transfer")
        if consult.waiting and not consult.answered:
            _takes_his_place(book, call, consult)


def _phone_of(book: CallReporter, uid: str) -> str | None:
    leg = book.legs.get(uid)
    return leg.operator if leg is not None else None


def _takes_his_place(book: CallReporter, call: Call, consult: Call) -> None:
    """The operator consulted a queue in which nobody had answered: now the citizen waits there."""
    book.unqueue(consult)
    consult.closed = True
    book.tell("ended", consult, None, "transfer", final=True)
    book.onward(call.id, "unknown")


def _hold(book: CallReporter, message: Message) -> None:
    pair = book.pair(message)
    if pair is None or not book.is_operators(pair[1], pair[0]):
        return
    operator, call = pair[0].operator or "", pair[1]
    if operator in call.talks and operator not in call.holders:  # Phones repeat it.
        call.talks[operator].held_in = pair[0].bridge
        call.holders.add(operator)
        call.held_before.discard(operator)
        book.tell("held", call, operator)


def _unhold(book: CallReporter, message: Message) -> None:
    # Comes on every REFER, without a Hold before (T28).
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    talk, peer = call.talks.get(leg.operator or ""), book.legs.get(call.peer)
    if talk and peer and talk.held_in and leg.bridge not in ("", talk.held_in, peer.bridge):
        return  # The operator toggles between two; it is the colleague's hold that ends.
    book.resume(call, leg.operator or "")


def _mix_monitor_start(book: CallReporter, message: Message) -> None:
    if pair := book.pair(message):
        call = pair[1]
        call.recordings += (
            1  # The event does not name the file, so two recordings look alike (T39).
        )
        call.recorded = call.recorded or pair[0].uid
        _recording(book, call, "on")


def _mix_monitor_stop(book: CallReporter, message: Message) -> None:
    if pair := book.pair(message):
        call = pair[1]
        call.recordings = max(0, call.recordings - 1)
        _recording(book, call, "on" if call.recordings else "off")


def _mix_monitor_mute(book: CallReporter, message: Message) -> None:
    state = "muted" if message.get("State") == "1" else "on"
    if (pair := book.pair(message)) and pair[1].recording != state:
        _recording(book, pair[1], state)


def _recording(book: CallReporter, call: Call, state: str) -> None:
    call.recording = state
    for operator in call.talks:  # Before an answer it concerns nobody; `answer` reports it then.
        leg = call.recorded or None
        book.tell("recording", call, operator, state, count=call.recordings, leg=leg)


def _dtmf_end(book: CallReporter, message: Message) -> None:
    # Appears on both legs, doubled, and `Atxfer` fakes digits on the operator's (T33, T34).
    pair = book.pair(message)
    heard = pair and pair[0].uid == pair[1].peer and message.get("Direction") == "Received"
    if (
        pair and heard and pair[1].offered
    ):  # In a menu before the queue it concerns no operator yet.
        digit = clean(message.get("Digit"), 1, lines=False)
        book.tell("dtmf", pair[1], next(iter(pair[1].talks), None), digit=digit)


def _hangup_request(book: CallReporter, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    leg.hung = leg.hung or book.count
    leg.tech_cause = message.get("TechCause") or leg.tech_cause
    leg.cause = message.get("Cause") or leg.cause
    let_go = call.gave_up_at
    if let_go and leg.uid == call.peer and not call.exit and book.at - let_go < _AT_ONCE:
        book.abandoned(call)


def _soft_hangup_request(book: CallReporter, message: Message) -> None:
    # Comes on every leg when a call ends. It only means something while the leg still talks, or if
    # it names somebody. The `Cause` here is Asterisk's soft hang-up flag, not a Q.850 cause.
    if (pair := book.pair(message)) is None:
        return
    book.stopping = book.stopping or message.get("Cause") == _SHUTDOWN
    if pair[0].bridge or message.get("Cause") in (_SHUTDOWN, _EXPLICIT):
        pair[0].soft = pair[0].soft or book.count


def _shutdown(book: CallReporter, _message: Message) -> None:
    book.stopping = True


def _fully_booted(book: CallReporter, _message: Message) -> None:
    book.stopping = False


def _hangup(book: CallReporter, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    leg.cause = message.get("Cause") or leg.cause
    leg.tech_cause = message.get("TechCause") or leg.tech_cause
    leg.bridge = ""
    for room, legs in tuple(book.conferences.items()):
        if legs.pop(leg.uid, None) is not None and not legs:
            del book.conferences[room]  # The event of leaving it may have been missed.
    # By its id: a discarded channel (`<ZOMBIE>`) is nobody's phone any more.
    ring = next((one for one in call.rings.values() if one.uid == leg.uid), None)
    if ring is not None:
        book.ring_over(call, ring, leg)
    consultation_over(book, call, leg)
    if leg.operator and not leg.local and leg.uid != call.peer:
        _operator_hung_up(book, call, leg)
    if leg.uid == call.peer:  # Even if a Local channel has replaced it meanwhile.
        _peer_hung_up(book, call, leg)
    if call.legs == {leg.uid} and call.direction == "out" and not call.answered:
        _dialled_in_vain(
            book, call, call.owner, "unknown"
        )  # The operator's phone left while it rang at the other end.
    book.agents.hung_up(leg.uid)
    book.hung_up(leg)


def _peer_hung_up(book: CallReporter, call: Call, leg: Leg) -> None:
    dials = any(one.operator and one is not leg for one in book.all_of(call))
    if call.direction != "out" or call.answered or (leg.up and not dials):
        book.peer_gone(call, leg)
        return
    # Another trunk may be tried; the final result comes with the operator's leg.
    if not call.outcome:
        call.outcome = failure("CANCEL", leg.cause, leg.tech_cause)
    call.peer = ""


def _dialled_in_vain(book: CallReporter, call: Call, operator: str | None, reason: str) -> None:
    if call.closed or not call.offered:
        return
    call.closed = True
    outcome, given_up = call.outcome or "cancelled", book.given_up(call)
    book.tell("ended", call, operator, reason, outcome=outcome, final=True, transfer=given_up)


def _operator_hung_up(book: CallReporter, call: Call, leg: Leg) -> None:
    operator = leg.operator or ""
    peer = book.legs.get(call.peer)
    talk = call.talks.get(operator)
    # Nobody hung up and the citizen is still there: the call was taken off this phone somehow.
    there = peer is not None and not (peer.hung or peer.soft or leg.soft or book.stopping)
    if call.direction == "out" and not call.answered:
        if there and peer is not None and peer.uid in call.legs and peer.up and not leg.hung:
            # The start was missed (lost link): the operator had answered and has now transferred.
            call.answered, call.handed_over = book.count, True
            return
        _dialled_in_vain(book, call, operator, "agent" if leg.hung else "unknown")
    if talk is None or talk.uid != leg.uid:
        return
    if _was_redirected(talk.place, leg, peer):
        book.hand_over(call, operator, "blind", peer.place[1] if peer else None)
    elif asked := _was_passed_on(book, call, leg, peer):
        outside, call.question = call.question is not None, None
        book.hand_over(call, operator, "attended", asked, outside=outside)
    else:
        reason = book.why(call, operator, leg, peer)
        book.leave(call, operator, reason, goes_on=reason == "unknown" and there)


def _was_redirected(place: tuple[str, str], leg: Leg, peer: Leg | None) -> bool:
    """Whether the citizen continues elsewhere in the dialplan: an AMI `Redirect` sends no event."""
    return (
        peer is not None
        and not (peer.hung or peer.soft or leg.hung or leg.soft or peer.conference)
        and not peer.bridge
        and peer.place != place
        and bool(peer.place[1])
    )


def _was_passed_on(book: CallReporter, call: Call, leg: Leg, peer: Leg | None) -> str | None:
    """The person consulted, if the citizen is now joined with them and not with the operator: the
    operator hung up to complete the transfer (`Atxfer`), and the event was lost with the link.
    """
    bridge = peer.bridge if peer is not None else ""
    talk = call.talks.get(leg.operator or "")
    others = [one for one in book.legs.values() if one.bridge == bridge and one not in (leg, peer)]
    joined = bridge and others and talk is not None and not talk.consult
    return _asked(call, leg.operator) if joined else None


def _asked(call: Call, operator: str | None) -> str | None:
    """The colleague whom this operator consults while the citizen waits."""
    rings = [ring.operator for ring in call.rings.values() if ring.consult]
    talks = [who for who, talk in call.talks.items() if talk.consult and who != operator]
    return next(iter(rings + talks), call.question.number if call.question else None)


HANDLERS = {
    "BridgeEnter": _bridge_enter,
    "BridgeLeave": _bridge_leave,
    "BlindTransfer": _blind_transfer,
    "AttendedTransfer": _attended_transfer,
    "Hold": _hold,
    "Unhold": _unhold,
    "MixMonitorStart": _mix_monitor_start,
    "MixMonitorStop": _mix_monitor_stop,
    "MixMonitorMute": _mix_monitor_mute,
    "DTMFEnd": _dtmf_end,
    "HangupRequest": _hangup_request,
    "SoftHangupRequest": _soft_hangup_request,
    "Shutdown": _shutdown,
    "FullyBooted": _fully_booted,
    "Hangup": _hangup,
}
