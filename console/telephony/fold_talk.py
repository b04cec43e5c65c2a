"""Talks: bridges, transfers, hold, recording, digits, conferences, spying, and the end.

Traps T27 to T34, T37 to T41 and T43 of TELEPHONY.md 5.
"""

from datetime import timedelta

from console.domain.text import clean
from console.telephony.ami_wire import Message
from console.telephony.callbook import CallBook
from console.telephony.legs import Call, Leg, failure, number_of, operator_of

_SHUTDOWN, _EXPLICIT = "4", "32"
_AT_ONCE = timedelta(seconds=0.5)
"""A caller's hang-up this soon after the queue let go of him is why it let go."""


def _bridge_enter(book: CallBook, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    leg.bridge, leg.passed_on = message.get("BridgeUniqueid"), False
    if leg.operator and not leg.local:
        leg.up = True
        book.agents.talks(leg.operator, leg.uid)
    peer = book.legs.get(call.peer)
    if message.get("BridgeType") != "basic" or peer is None or peer.bridge != leg.bridge:
        return
    # Whoever shares the bridge with the citizen talks with him, however he got there:
    # pick-up, attended transfer (T31).
    for one in book.all_of(call):
        talks = book.is_operators(call, one) and not (one.local or one.passed_on)
        if talks and one.bridge == peer.bridge:
            book.answer(call, one, one.operator or "")


def _bridge_leave(book: CallBook, message: Message) -> None:
    if pair := book.pair(message):
        pair[0].bridge = ""


def _blind_transfer(book: CallBook, message: Message) -> None:
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
    # The citizen's leg was named as the transferer: he is hung up and the operators are
    # joined (03b). For him it is over.
    for operator in tuple(call.talks):
        book.leave(call, operator, "transfer", caller_lost=True)
    call.closed, call.peer, call.handed_over = True, "", False


def _attended_transfer(book: CallBook, message: Message) -> None:
    first = book.touch(message, "OrigTransferer")
    second = book.touch(message, "SecondTransferer")
    if first is None or second is None or message.get("Result") != "Success":
        return
    call, consult = book.call_of(first), book.call_of(second)
    goal = book.legs.get(message.get("TransferTargetUniqueid"))
    target = goal.operator if goal is not None else None  # An agency outside is a number.
    outside = consult.direction == "out" and target is None
    number = consult.peer_number if outside else ""
    number = number or message.get("SecondTransfererConnectedLineNum")
    book.hand_over(call, first.operator or "", "attended", target or number, outside=outside)
    if consult is not call:  # The consultation had its own linked id (04).
        for operator in tuple(consult.talks):
            book.leave(consult, operator, "transfer")


def _hold(book: CallBook, message: Message) -> None:
    pair = book.pair(message)
    if pair and book.is_operators(pair[1], pair[0]) and pair[0].operator in pair[1].talks:
        pair[1].held = True
        book.tell("held", pair[1], pair[0].operator)


def _unhold(book: CallBook, message: Message) -> None:
    # Comes on every REFER, without a Hold before (T28).
    pair = book.pair(message)
    if pair and pair[1].held and pair[0].operator in pair[1].talks:
        pair[1].held = False
        book.tell("resumed", pair[1], pair[0].operator)


def _mix_monitor_start(book: CallBook, message: Message) -> None:
    if pair := book.pair(message):
        call = pair[1]
        call.recordings += 1  # The file is not named, two recordings look alike (T39).
        call.recorded = call.recorded or pair[0].uid
        _recording(book, call, "on")


def _mix_monitor_stop(book: CallBook, message: Message) -> None:
    if pair := book.pair(message):
        call = pair[1]
        call.recordings = max(0, call.recordings - 1)
        _recording(book, call, "on" if call.recordings else "off")


def _mix_monitor_mute(book: CallBook, message: Message) -> None:
    if pair := book.pair(message):
        _recording(book, pair[1], "muted" if message.get("State") == "1" else "on")


def _recording(book: CallBook, call: Call, state: str) -> None:
    call.recording = state
    for operator in call.talks:  # Before an answer it concerns nobody: `answer` tells it then.
        leg = call.recorded or None
        book.tell("recording", call, operator, state, count=call.recordings, leg=leg)


def _dtmf_end(book: CallBook, message: Message) -> None:
    # Shows on both legs, doubled, and `Atxfer` fakes digits on the operator's (T33, T34).
    pair = book.pair(message)
    if pair and pair[0].uid == pair[1].peer and message.get("Direction") == "Received":
        digit = clean(message.get("Digit"), 1, lines=False)
        book.tell("dtmf", pair[1], next(iter(pair[1].talks), None), digit=digit)


def _confbridge_join(book: CallBook, message: Message) -> None:
    leg = book.touch(message)
    if leg is None:
        return
    if leg.local:  # Somebody outside, dialled through the dialplan: `Local/<number>@…`.
        leg.number = leg.number or operator_of(leg.channel.rsplit("-", 1)[0])
    conference = clean(message.get("Conference"), 80, lines=False)
    legs = book.conferences.setdefault(conference, {})
    legs[leg.uid] = leg
    call = next(
        (c for one in legs.values() if (c := book.calls.get(one.call_id)) and c.peer == one.uid),
        None,
    )
    if call is None:
        return
    for one in legs.values():
        if one.call_id != call.id and one.operator and one.conference != call.id:
            # The agency's leg was called on its own and has its own linked id (T37).
            one.conference = call.id
            book.join(call, one, one.operator)
    if len(legs) > 1:
        _conferenced(book, call, conference, leg if book.is_operators(call, leg) else None)


def _conferenced(book: CallBook, call: Call, conference: str, leg: Leg | None) -> None:
    # `BridgeNumChannels` counts one too many: our own count (T37).
    legs = book.conferences[conference].values()
    who = [one.operator or one.number for one in legs]
    book.tell(
        "conferenced",
        call,
        leg.operator if leg else None,
        conference=conference,
        count=len(who),
        participants=who,
    )


def _confbridge_leave(book: CallBook, message: Message) -> None:
    conference = clean(message.get("Conference"), 80, lines=False)
    legs = book.conferences.get(conference, {})
    legs.pop(message.get("Uniqueid"), None)
    if not legs:
        book.conferences.pop(conference, None)


def _chan_spy_start(book: CallBook, message: Message) -> None:
    # A spy's leg is its own call, linked only by `SpyeeLinkedid` (T38).
    leg = book.touch(message, "Spyer")
    if leg is not None and leg.operator:
        book.agents.spies(leg.operator, message.get("SpyeeLinkedid"))


def _chan_spy_stop(book: CallBook, message: Message) -> None:
    leg = book.legs.get(message.get("SpyerUniqueid"))
    if leg is not None and leg.operator:
        book.agents.spies(leg.operator, "")


def _hangup_request(book: CallBook, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    leg.hung = leg.hung or book.count
    leg.tech_cause = message.get("TechCause") or leg.tech_cause
    leg.cause = message.get("Cause") or leg.cause
    let_go = call.gave_up_at
    if let_go and leg.uid == call.peer and not call.exit and book.at - let_go < _AT_ONCE:
        book.abandoned(call)


def _soft_hangup_request(book: CallBook, message: Message) -> None:
    # Comes on every leg when a call ends; means something only while the leg still talks, or when
    # somebody named it. The `Cause` here is Asterisk's flag for soft hang-ups, no Q.850 cause.
    if (pair := book.pair(message)) is None:
        return
    book.stopping = book.stopping or message.get("Cause") == _SHUTDOWN
    if pair[0].bridge or message.get("Cause") in (_SHUTDOWN, _EXPLICIT):
        pair[0].soft = pair[0].soft or book.count


def _shutdown(book: CallBook, _message: Message) -> None:
    book.stopping = True


def _fully_booted(book: CallBook, _message: Message) -> None:
    book.stopping = False


def _hangup(book: CallBook, message: Message) -> None:
    if (pair := book.pair(message)) is None:
        return
    leg, call = pair
    leg.cause = message.get("Cause") or leg.cause
    leg.tech_cause = message.get("TechCause") or leg.tech_cause
    leg.bridge = ""
    for legs in book.conferences.values():
        legs.pop(leg.uid, None)
    if not leg.local:
        ring = call.rings.get(leg.operator or "")
        if ring is not None and ring.uid == leg.uid:
            book.ring_over(call, ring, leg)
        if leg.operator and leg.uid != call.peer:
            _operator_hung_up(book, call, leg)
    if leg.uid == call.peer:  # Also when a Local channel took its place meanwhile.
        _peer_hung_up(book, call, leg)
    if leg.operator:
        book.agents.gone(leg.operator, leg.uid)
    book.forget(leg)


def _peer_hung_up(book: CallBook, call: Call, leg: Leg) -> None:
    if call.direction == "out" and not call.answered:
        # Another trunk may be tried; the last word comes with the operator's leg.
        if not call.outcome:
            call.outcome = failure("CANCEL", leg.cause, leg.tech_cause)
        call.peer = ""
        return
    book.peer_gone(call, leg)


def _operator_hung_up(book: CallBook, call: Call, leg: Leg) -> None:
    operator = leg.operator or ""
    peer = book.legs.get(call.peer)
    talk = call.talks.get(operator)
    if call.direction == "out" and not call.answered and call.offered and not call.closed:
        call.closed = True
        book.tell(
            "ended",
            call,
            operator,
            "agent" if leg.hung else "unknown",
            outcome=call.outcome or "cancelled",
            final=True,
            transfer=book.given_up(call),
        )
    if talk is None or talk.uid != leg.uid:
        return
    if _was_redirected(talk.place, leg, peer):
        book.hand_over(call, operator, "blind", peer.place[1] if peer else None)
    else:
        book.leave(call, operator, book.why(call, operator, leg, peer))


def _was_redirected(place: tuple[str, str], leg: Leg, peer: Leg | None) -> bool:
    """Whether the citizen goes on elsewhere in the dialplan: an AMI `Redirect` sends no event."""
    return (
        peer is not None
        and not (peer.hung or peer.soft or leg.hung or leg.soft or peer.conference)
        and not peer.bridge
        and peer.place != place
        and bool(peer.place[1])
    )


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
    "ConfbridgeJoin": _confbridge_join,
    "ConfbridgeLeave": _confbridge_leave,
    "ChanSpyStart": _chan_spy_start,
    "ChanSpyStop": _chan_spy_stop,
    "HangupRequest": _hangup_request,
    "SoftHangupRequest": _soft_hangup_request,
    "Shutdown": _shutdown,
    "FullyBooted": _fully_booted,
    "Hangup": _hangup,
}
