"""Places where legs meet: conferences, the car park, and supervisors who listen in.

Traps T37 and T38 of docs/reference/asterisk.md.
"""

from collections.abc import Iterable

from console.domain.text.cleaning import clean
from console.telephony.asterisk.calls.legs import Call, Leg, operator_of
from console.telephony.asterisk.calls.reporter import CallReporter
from console.telephony.asterisk.wire import Message


def _confbridge_join(book: CallReporter, message: Message) -> None:
    leg = book.touch(message)
    if leg is None:
        return
    conference = clean(message.get("Conference"), 80, lines=False)
    legs = book.conferences.setdefault(conference, {})
    if leg.uid in legs:
        return
    legs[leg.uid] = leg
    call = _call_in(book, legs)
    if call is None:
        return
    _belong(book, call, legs)
    if len(legs) > 1:
        _conferenced(book, call, conference, leg if book.is_operators(call, leg) else None)


def gather(book: CallReporter, rooms: dict[str, dict[str, Leg]]) -> None:
    """Update who is in which conference from a list of all channels; report a room that changed."""
    before = {room: set(legs) for room, legs in book.conferences.items()}
    book.conferences = rooms
    for room, legs in rooms.items():
        call = _call_in(book, legs)
        if call is not None:
            _belong(book, call, legs)
            if len(legs) > 1 and before.get(room) != set(legs):
                _conferenced(book, call, room, None)


def _belong(book: CallReporter, call: Call, legs: dict[str, Leg]) -> None:
    """A phone that was called into the conference on its own has its own linked id (T37); a leg of
    the call may have been there before we started.
    """
    for one in legs.values():
        if one.operator is None or one.uid == call.peer or one.conference == call.id:
            continue
        if one.call_id != call.id:
            one.conference = call.id
        if one.operator not in call.talks:
            book.offer(call)
            if call.answered:
                book.join(call, one, one.operator)
            else:  # Nobody saw who took the call.
                book.answer(call, one, one.operator)


def _call_in(book: CallReporter, legs: dict[str, Leg]) -> Call | None:
    """The citizen's call that this conference belongs to."""
    calls = (book.calls.get(one.call_id) for one in legs.values())
    return next((call for call in calls if call is not None and call.peer in legs), None)


def _conferenced(book: CallReporter, call: Call, conference: str, leg: Leg | None) -> None:
    # `BridgeNumChannels` counts one too many: use our own count (T37).
    who = _people(book.conferences[conference].values())
    book.tell(
        "conferenced",
        call,
        leg.operator if leg else None,
        conference=conference,
        count=len(who),
        participants=who,
    )


def three_together(book: CallReporter, call: Call, operator: str) -> None:
    """A key on the operator's phone (`*3`) joined the citizen, the operator and the person
    consulted: nobody is transferred.
    """
    book.resume(call, operator)
    call.question = None
    for talk in call.talks.values():
        talk.consult = False
    peer = book.legs.get(call.peer)
    bridge = peer.bridge if peer is not None else ""
    legs = [one for one in book.legs.values() if bridge and one.bridge == bridge]
    if call.together != bridge:
        call.together, who = bridge, _people(legs)
        book.tell("conferenced", call, operator, count=len(who), participants=who)


def _people(legs: Iterable[Leg]) -> list[str | None]:
    return [one.operator or one.number or _behind(one) for one in legs]


def _behind(leg: Leg) -> str | None:
    """The number of somebody outside, dialled through the dialplan: `Local/<number>@…`."""
    return operator_of(leg.channel.rsplit("-", 1)[0]) if leg.local else None


def _confbridge_leave(book: CallReporter, message: Message) -> None:
    conference = clean(message.get("Conference"), 80, lines=False)
    legs = book.conferences.get(conference, {})
    gone = legs.pop(message.get("Uniqueid"), None)
    if not legs:
        book.conferences.pop(conference, None)
    call = _call_in(book, legs)
    # An operator who leaves is reported as `ended`; for somebody outside this is the only report.
    if call is not None and gone is not None and gone.operator is None and len(legs) > 1:
        _conferenced(book, call, conference, None)


def _chan_spy_start(book: CallReporter, message: Message) -> None:
    # A spy's leg is a call of its own, linked only by `SpyeeLinkedid` (T38).
    leg = book.touch(message, "Spyer")
    if leg is not None and leg.operator:
        book.agents.spies(leg.operator, message.get("SpyeeLinkedid"))


def _chan_spy_stop(book: CallReporter, message: Message) -> None:
    leg = book.legs.get(message.get("SpyerUniqueid"))
    if leg is not None and leg.operator:
        book.agents.spies(leg.operator, "")


def _parked_call(book: CallReporter, message: Message) -> None:
    """The citizen waits in the car park, by the phone's REFER (then `BlindTransfer` says so too) or
    by AMI `Park`, which says nothing else: the operator who talked has transferred the call.
    """
    leg = book.touch(message, "Parkee")
    if leg is None:
        return
    call = book.call_of(leg)
    if leg.uid == call.peer:
        for operator in tuple(call.talks):
            book.hand_over(call, operator, "blind", message.get("ParkingSpace"))


def _parked_gave_up(book: CallReporter, message: Message) -> None:
    """The citizen hung up in the car park: nobody fetched the call."""
    leg = book.touch(message, "Parkee")
    if leg is not None and leg.uid == (call := book.call_of(leg)).peer and call.handed_over:
        book.abandoned(call)


HANDLERS = {
    "ConfbridgeJoin": _confbridge_join,
    "ConfbridgeLeave": _confbridge_leave,
    "ChanSpyStart": _chan_spy_start,
    "ChanSpyStop": _chan_spy_stop,
    "ParkedCall": _parked_call,
    "ParkedCallGiveUp": _parked_gave_up,
}
