"""Outgoing calls, conferences, direct calls, holds, recordings, names and numbers; and events that
a PBX repeats or sends about unknown channels.
"""

from tests.fakes.ami.calls import CITIZEN, Hotline
from tests.fakes.ami.pbx import Leg
from tests.unit.telephony.asterisk.pbx.dialogue import ANSWERED, DIALOGUES, Dialogue, dialogue

_OUT = "ringing 101"


def _dialled(pbx: Hotline) -> tuple[Leg, Leg]:
    own = pbx.originate("seat-1", "101", CITIZEN, "HCM-1")
    out = pbx.own_phone_answers("seat-1", own, CITIZEN)
    pbx.rest()
    return own, out


def _not_reached(status: str, cause: str, tech: str, outcome: str, name: str) -> None:
    """A citizen who does not answer, with the trunk's explanation."""

    def play(pbx: Hotline) -> None:
        own, out = _dialled(pbx)
        if cause != "0":
            pbx.request(out, cause, tech)
        pbx.dial_end(own, out, status)
        pbx.hang(out, cause=cause, tech=tech)
        pbx.emit("UserEvent", own.headers(), UserEvent="OutboundEnd", Status=status)
        pbx.soft(own)
        pbx.hang(own, cause=cause)

    told = (_OUT, f"ended 101 unknown outcome={outcome} last")
    DIALOGUES[name] = Dialogue(play, told)


_not_reached("BUSY", "17", "486", "busy", "out_busy")
_not_reached("BUSY", "17", "", "busy", "out_busy_without_a_sip_code")
_not_reached("NOANSWER", "0", "", "no_answer", "out_rang_in_vain")
_not_reached("NOANSWER", "19", "480", "unreachable", "out_temporarily_unavailable")
_not_reached("CHANUNAVAIL", "20", "", "unreachable", "out_absent")
_not_reached("NOANSWER", "1", "404", "unreachable", "out_no_such_number")
_not_reached("NOANSWER", "27", "", "unreachable", "out_of_order")
_not_reached("NOANSWER", "18", "408", "unreachable", "out_no_phone_responds")
_not_reached("NOANSWER", "21", "603", "rejected", "out_rejected")
_not_reached("NOANSWER", "21", "", "rejected", "out_rejected_without_a_sip_code")
_not_reached("CONGESTION", "34", "503", "unreachable", "out_congestion")


def _own_phone_fails(reason: str, status: str, cause: str, name: str, *, early: bool) -> None:
    """The operator's own phone was not answered, so the citizen was not dialled."""

    def play(pbx: Hotline) -> None:
        own = pbx.originate("seat-1", "101", CITIZEN, "HCM-1")
        pbx.state(own, "Ringing")
        if early:
            pbx.originated("seat-1", None, reason, number=CITIZEN)
        pbx.dial_end(None, own, status)
        pbx.hang(own, cause=cause)
        if not early:
            pbx.originated("seat-1", None, reason, number=CITIZEN)

    DIALOGUES[name] = Dialogue(play, ("ended 101 unknown outcome=no_attempt last",))


_own_phone_fails("3", "NOANSWER", "0", "own_phone_rings_in_vain", early=False)
_own_phone_fails("5", "BUSY", "17", "own_phone_busy", early=True)
_own_phone_fails("1", "NOANSWER", "21", "own_phone_refuses", early=False)
_own_phone_fails("8", "CONGESTION", "34", "own_phone_congestion", early=True)
_own_phone_fails("0", "CHANUNAVAIL", "20", "own_phone_absent", early=False)


@dialogue(_OUT, "ended 101 agent outcome=cancelled last")
def out_given_up_by_the_operator(pbx: Hotline) -> None:
    own, out = _dialled(pbx)
    pbx.request(own, "127", "487")
    pbx.dial_end(own, out, "CANCEL")
    pbx.soft(own)
    pbx.hang(out, own, cause="127")


@dialogue(_OUT, "answered 101; held 101; resumed 101; ended 101 caller last")
def out_answered_and_held(pbx: Hotline) -> None:
    own, out = _dialled(pbx)
    pbx.originated("other-9", own, "4", number="0911222333")  # Another console's: none of ours.
    pbx.state(out, "Ringing")
    pbx.answered(own, out)
    pbx.rest()
    pbx.emit("Hold", own.headers())
    pbx.emit("Unhold", own.headers())
    pbx.request(out, "16")
    for leg in (out, own):
        pbx.leave(leg)
    pbx.soft(own)
    pbx.hang(out, own)


@dialogue(
    _OUT,
    "answered 101; transferred 101 blind to=102; ended 101 transfer; ringing 102; answered 102",
    "ended 102 caller last",
)
def out_answered_and_passed_on(pbx: Hotline) -> None:
    own, out = _dialled(pbx)
    pbx.answered(own, out)
    pbx.rest()
    pbx.emit("Unhold", own.headers())
    pbx.blind(own, out, "102")
    for leg in (out, own):
        pbx.leave(leg)
    pbx.hang(own)
    his = pbx.rings_for(out, "102")
    pbx.answered(out, his)
    pbx.rest()
    pbx.ends(out, his, queued=False)


@dialogue("ringing 101; ended 101 unknown outcome=busy last")
def dialled_by_hand_and_busy(pbx: Hotline) -> None:
    own, out = pbx.dials("101", "0911222333", trunk=True)
    pbx.request(out, "17", "486")
    pbx.dial_end(own, out, "BUSY")
    pbx.hang(out, cause="17", tech="486")
    pbx.soft(own)
    pbx.hang(own, cause="17")


@dialogue("offered 101; ringing 101; answered 101; held 101; resumed 101; ended 101 agent last")
def a_direct_call(pbx: Hotline) -> None:
    caller = pbx.channel("PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="101")
    own = pbx.rings_for(caller, "101")
    pbx.answered(caller, own)
    pbx.rest()
    pbx.emit("Hold", own.headers())
    pbx.emit("Unhold", own.headers())
    pbx.ends(caller, own, by=own, queued=False)


def _direct_and_not_answered(pbx: Hotline) -> Leg:
    """Nobody answers; the citizen is still on the line when the dialplan goes on."""
    caller = pbx.channel("PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="101")
    own = pbx.rings_for(caller, "101")
    pbx.wait(20)
    pbx.dial_end(caller, own, "NOANSWER")
    pbx.hang(own, cause="0")
    return caller


@dialogue("offered 101; ringing 101; missed 101 no_answer last")
def a_direct_call_that_nobody_answers(pbx: Hotline) -> None:
    caller = _direct_and_not_answered(pbx)
    pbx.soft(caller)
    pbx.hang(caller, cause="0")


@dialogue("offered 101; ringing 101; missed 101 no_answer last")
def a_direct_call_to_the_mailbox(pbx: Hotline) -> None:
    caller = _direct_and_not_answered(pbx)
    pbx.state(caller, "Up")
    pbx.wait(30)
    pbx.emit("MessageWaiting", Mailbox="101@default", Waiting="1", New="1", Old="0")
    pbx.request(caller)
    pbx.hang(caller)


@dialogue(
    "offered 101; ringing 101; missed 101 no_answer; ringing 102; answered 102",
    "ended 102 caller last",
)
def a_direct_call_to_the_next_phone(pbx: Hotline) -> None:
    caller = _direct_and_not_answered(pbx)
    his = pbx.rings_for(caller, "102")
    pbx.answered(caller, his)
    pbx.rest()
    pbx.ends(caller, his, queued=False)


@dialogue(
    "offered 101; ringing 101; missed 101 no_answer; ringing 102; missed 102 busy last",
)
def a_direct_call_that_two_do_not_answer(pbx: Hotline) -> None:
    caller = _direct_and_not_answered(pbx)
    his = pbx.rings_for(caller, "102")
    pbx.request(his, "17", "486")
    pbx.dial_end(caller, his, "BUSY")
    pbx.hang(his, cause="17", tech="486")
    pbx.soft(caller)
    pbx.hang(caller, cause="17")


@dialogue(
    "offered 101; ringing 101; missed 101 no_answer; ringing 102; answered 102",
    "ended 102 agent last",
)
def a_direct_call_into_the_queue(pbx: Hotline) -> None:
    pbx.opens("102")
    caller = _direct_and_not_answered(pbx)
    pbx.joins(caller)
    pbx.rest()
    his = pbx.rings(caller, "102")
    pbx.picks_up(caller, his)
    pbx.rest()
    pbx.ends(caller, his, by=his)


@dialogue("offered 101; ringing 101; missed 101 no_answer; abandoned - last")
def a_direct_call_into_the_queue_given_up(pbx: Hotline) -> None:
    pbx.opens("102")
    caller = _direct_and_not_answered(pbx)
    pbx.joins(caller)
    pbx.rest()
    pbx.abandons(caller)


@dialogue("offered 102; ringing 102; answered 102; ended 102 caller last")
def two_colleagues(pbx: Hotline) -> None:
    own, his = pbx.dials("101", "102")
    pbx.answered(own, his)
    pbx.rest()
    pbx.ends(own, his, queued=False)


# --- conference


def _room(pbx: Hotline) -> tuple[Leg, Leg, Leg, Leg, Leg]:
    """The citizen, the operator, and an agency outside behind a Local channel."""
    pbx.opens("101")
    caller, own = pbx.talk()
    for leg in (own, caller):
        pbx.goes_to(leg, "console", "7101")
        pbx.leave(leg)
    bridge = pbx.new_bridge()
    pbx.emit("ConfbridgeStart", Conference="7101", BridgeUniqueid=bridge, BridgeType="base")
    pbx.confers(caller, "7101", bridge)
    pbx.confers(own, "7101", bridge)
    one, two = pbx.local("02838291022", None, "console")
    out = pbx.rings_for(two, "02838291022", trunk=True)
    pbx.answered(two, out)
    pbx.state(one, "Up")
    pbx.confers(one, "7101", bridge)
    pbx.rest()
    return caller, own, one, two, out


@dialogue(
    ANSWERED, "conferenced 101 n=2; conferenced - n=3; conferenced - n=2; ended 101 caller last"
)
def an_agency_comes_to_the_conference_and_leaves(pbx: Hotline) -> None:
    caller, own, one, two, out = _room(pbx)
    pbx.request(out, "16")
    for leg in (out, two):
        pbx.leave(leg)
    pbx.hang(out)
    pbx.leaves_room(one, "7101")
    pbx.hang(two, one)
    pbx.request(caller)
    for leg in (caller, own):
        pbx.leaves_room(leg, "7101")
    pbx.complete(caller, own, "caller")
    pbx.soft(own, "32")
    pbx.hang(own, caller)
    pbx.member("101", "1")


# --- holds, digits, recordings


@dialogue(ANSWERED, "held 101; resumed 101; ended 101 caller last")
def a_hold_that_is_told_twice(pbx: Hotline) -> None:
    """Phones repeat their re-INVITE; the citizen's own hold, and music alone, do not count."""
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.emit("MusicOnHoldStart", caller.headers(), Class="default")
    pbx.emit("MusicOnHoldStop", caller.headers())
    for event in ("Hold", "Hold", "Unhold", "Unhold"):
        pbx.emit(event, own.headers())
    pbx.emit("Hold", caller.headers())
    pbx.emit("Unhold", caller.headers())
    pbx.ends(caller, own)


@dialogue(
    "offered -; ringing 101; answered 101; recording 101 on; recording 101 muted",
    "recording 101 on; dtmf 101; recording 101 off; ended 101 caller last",
)
def recorded_muted_and_a_key(pbx: Hotline) -> None:
    pbx.opens("101")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.picks_up(caller, own, recorded=True)
    for state in "10":
        pbx.emit("MixMonitorMute", caller.headers(), Direction="both", State=state)
    pbx.digit(caller, "5")
    pbx.digit(own, "5", way="Sent")
    pbx.emit("MixMonitorStop", caller.headers())
    pbx.ends(caller, own)


@dialogue(ANSWERED, "ended 101 caller last")
def strangers_say_things(pbx: Hotline) -> None:
    """Channels that the console never saw begin, without any header that says whose they are."""
    pbx.opens("101")
    caller, own = pbx.talk()
    for event in ("Hold", "Unhold", "BridgeLeave", "DTMFEnd", "HangupRequest", "Hangup"):
        pbx.emit(event, [("Uniqueid", "1.1"), ("Channel", "PJSIP/105-00000001")])
    pbx.emit("DialEnd", [("DestUniqueid", "1.2"), ("DestChannel", "PJSIP/105-2")], DialStatus="X")
    pbx.originated("nobody-7", None, "3", "105", "0911222333")
    pbx.emit("ParkedCall", [("ParkeeUniqueid", "1.1")], ParkingSpace="701")
    pbx.ends(caller, own)
