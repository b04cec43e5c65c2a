"""Whom the dialplan tries besides the queue: ring groups behind Local channels, follow-me, mobiles,
the officer on duty; calls dialled by another program; a transfer to a phone that is not there. The
order of events follows the sources of Asterisk 18 to 22 (`app_dial.c`, `core_local.c`, `pickup.c`).
"""

from tests.fakes.ami.calls import CITIZEN, Hotline
from tests.fakes.ami.pbx import Leg
from tests.unit.telephony.asterisk.pbx.dialogue import ANSWERED, dialogue

_MOBILE = "0909000111"

# --- ring groups


def _citizen(pbx: Hotline, exten: str = "600", number: str = CITIZEN) -> Leg:
    """The citizen is in the dialplan, in no queue."""
    return pbx.channel("PJSIP/carrier", number, state="Ring", context="from-trunk", exten=exten)


def _behind(pbx: Hotline, source: Leg, phone: str) -> tuple[Leg, Leg, Leg]:
    """`Dial(Local/101@from-internal/n&…)`: both halves, and the phone that rings behind them."""
    one, two = pbx.local(phone, source, "from-internal")
    one.number, two.number = phone, source.number
    pbx.dial_begin(source, one, f"{phone}@from-internal/n")
    own = pbx.rings_for(two, phone)
    pbx.state(one, "Ringing")
    return one, two, own


def _group(pbx: Hotline) -> tuple[Leg, list[tuple[Leg, Leg, Leg]]]:
    caller = _citizen(pbx)
    group = [_behind(pbx, caller, phone) for phone in ("101", "102")]
    pbx.rest()
    return caller, group


def _called_off(pbx: Hotline, one: Leg, two: Leg, own: Leg, cause: str = "0") -> None:
    pbx.hang(one, cause=cause)
    pbx.request(two, cause)
    pbx.dial_end(two, own, "CANCEL")
    pbx.hang(own, two, cause=cause)


@dialogue(
    "offered 101; ringing 101; ringing 102; answered 102; ended 101 answered_elsewhere",
    "ended 102 caller last",
)
def a_ring_group_behind_local_channels(pbx: Hotline) -> None:
    caller, (loser, (one, two, own)) = _group(pbx)
    pbx.state(own, "Up")
    pbx.dial_end(two, own, "ANSWER")
    pbx.state(two, "Up")
    pbx.state(one, "Up")
    pbx.dial_end(caller, one, "ANSWER")
    pbx.dial_end(caller, loser[0], "CANCEL")
    pbx.bridged(own, two)
    _called_off(pbx, *loser, cause="26")
    pbx.state(caller, "Up")
    pbx.bridged(one, caller)
    pbx.rest()
    pbx.request(caller)
    for leg in (caller, one):
        pbx.leave(leg)
    pbx.hang(one)
    pbx.request(two, "16")
    for leg in (two, own):
        pbx.leave(leg)
    pbx.hang(two, own)
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(
    "offered 101; ringing 101; ringing 102; missed 101 no_answer; missed 102 no_answer",
    "ringing 103; answered 103; ended 103 caller last",
)
def a_ring_group_in_vain_then_the_queue(pbx: Hotline) -> None:
    """For the phones themselves the PBX only says that they were cancelled."""
    pbx.opens("103")
    caller, group = _group(pbx)
    for one, two, own in group:
        pbx.dial_end(caller, one, "NOANSWER")
        _called_off(pbx, one, two, own)
    pbx.state(caller, "Up")
    pbx.joins(caller)
    own = pbx.rings(caller, "103")
    pbx.picks_up(caller, own)
    pbx.rest()
    pbx.ends(caller, own)


@dialogue("offered 101; ringing 101; ringing 102; missed 101 no_answer; missed 102 no_answer last")
def a_ring_group_and_he_gives_up(pbx: Hotline) -> None:
    caller, group = _group(pbx)
    pbx.request(caller)
    for one, two, own in group:
        pbx.dial_end(caller, one, "CANCEL")
        _called_off(pbx, one, two, own)
    pbx.soft(caller)
    pbx.hang(caller)


# --- somebody outside


@dialogue("offered 101; ringing 101; missed 101 no_answer; ended - answered_elsewhere last")
def followed_to_his_mobile(pbx: Hotline) -> None:
    """First the desk, then the trunk; whoever answers there has the call."""
    caller = _citizen(pbx, "101")
    own = pbx.rings_for(caller, "101")
    pbx.wait(20)
    pbx.dial_end(caller, own, "NOANSWER")
    pbx.hang(own, cause="0")
    out = pbx.rings_for(caller, _MOBILE, trunk=True)
    pbx.answered(caller, out)
    pbx.ends(caller, out, queued=False)


@dialogue("offered 101; ringing 101; missed 101 no_answer last")
def followed_to_his_mobile_in_vain(pbx: Hotline) -> None:
    caller = _citizen(pbx, "101")
    own = pbx.rings_for(caller, "101")
    pbx.wait(20)
    pbx.dial_end(caller, own, "NOANSWER")
    pbx.hang(own, cause="0")
    out = pbx.rings_for(caller, _MOBILE, trunk=True)
    pbx.dial_end(caller, out, "NOANSWER")
    pbx.hang(out, cause="0")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue("offered 101; ringing 101; ended - answered_elsewhere last; ended 101 answered_elsewhere")
def desk_and_mobile_ring_together(pbx: Hotline) -> None:
    caller = _citizen(pbx, "101")
    own = pbx.rings_for(caller, "101")
    out = pbx.rings_for(caller, _MOBILE, trunk=True)
    pbx.state(out, "Up")
    pbx.dial_end(caller, out, "ANSWER")
    pbx.dial_end(caller, own, "CANCEL")
    pbx.hang(own, cause="26")
    pbx.state(caller, "Up")
    pbx.bridged(out, caller)
    pbx.ends(caller, out, queued=False)


def _nobody_in_the_queue(pbx: Hotline) -> tuple[Leg, Leg]:
    pbx.opens("101")
    caller = pbx.arrives()
    pbx.no_answer(caller, pbx.rings(caller, "101"))
    pbx.given_up(caller)
    pbx.leaves(caller)
    pbx.emit("UserEvent", caller.headers(), UserEvent="QueueExit", Status="TIMEOUT")
    return caller, pbx.rings_for(caller, _MOBILE, trunk=True)


@dialogue("offered -; ringing 101; missed 101 no_answer; ended - answered_elsewhere last")
def the_officer_on_duty_after_the_queue(pbx: Hotline) -> None:
    caller, out = _nobody_in_the_queue(pbx)
    pbx.answered(caller, out)
    pbx.ends(caller, out, queued=False)


@dialogue("offered -; ringing 101; missed 101 no_answer; missed - timeout last")
def the_officer_on_duty_is_busy(pbx: Hotline) -> None:
    caller, out = _nobody_in_the_queue(pbx)
    pbx.request(out, "17", "486")
    pbx.dial_end(caller, out, "BUSY")
    pbx.hang(out, cause="17", tech="486")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(f"offered -; ringing {_MOBILE}; answered {_MOBILE}; ended {_MOBILE} caller last")
def a_member_at_a_mobile(pbx: Hotline) -> None:
    """`Local/0909000111@outbound/n` is in the queue: no phone of ours is in the call."""
    pbx.opens(_MOBILE, interface="Local/{}@outbound/n")
    caller = pbx.arrives()
    one, two = pbx.local(_MOBILE, caller, "outbound")
    one.number, two.number = _MOBILE, CITIZEN
    pbx.called(caller, one, _MOBILE)
    out = pbx.rings_for(two, _MOBILE, trunk=True)
    pbx.state(one, "Ringing")
    pbx.dial_state(caller, one)
    pbx.state(out, "Up")
    pbx.dial_end(two, out, "ANSWER")
    pbx.state(one, "Up")
    pbx.dial_end(caller, one, "ANSWER")
    pbx.state(two, "Up")
    pbx.connected(caller, one, _MOBILE)
    pbx.bridged(one, caller)
    pbx.bridged(out, two)
    pbx.rest()
    pbx.request(caller)
    pbx.complete(caller, one, "caller", _MOBILE)
    for leg in (caller, one):
        pbx.leave(leg)
    pbx.hang(one)
    pbx.request(two, "16")
    for leg in (two, out):
        pbx.leave(leg)
    pbx.hang(two, out)
    pbx.soft(caller)
    pbx.hang(caller)


# --- another program dials, through a Local channel


def _other_program(pbx: Hotline) -> tuple[Leg, Leg, Leg]:
    pbx.opens("101")
    one, two = pbx.local("101", None)
    one.number = one.line = CITIZEN
    pbx.dial_begin(None, one, "101@agents")
    own = pbx.rings_for(two, "101")
    pbx.state(one, "Ringing")
    return one, two, own


def _citizen_is_dialled(pbx: Hotline, one: Leg, two: Leg, own: Leg) -> Leg:
    pbx.state(own, "Up")
    pbx.dial_end(two, own, "ANSWER")
    pbx.state(two, "Up")
    pbx.state(one, "Up")
    pbx.dial_end(None, one, "ANSWER")
    pbx.bridged(own, two)
    return pbx.rings_for(one, CITIZEN, trunk=True)


@dialogue("ringing 101; answered 101; ended 101 caller last")
def dialled_by_another_program(pbx: Hotline) -> None:
    """Earlier versions reported a citizen without a number who rings 101."""
    one, two, own = _other_program(pbx)
    out = _citizen_is_dialled(pbx, one, two, own)
    pbx.state(out, "Up")
    pbx.dial_end(one, out, "ANSWER")
    bridge = pbx.bridged(out, one)
    pbx.leave(own)
    pbx.leave(one)
    pbx.enter(own, bridge, swap=one)
    pbx.leave(two)
    pbx.hang(one, two)
    pbx.rest()
    pbx.ends(out, own, queued=False)
    pbx.member("101", "1")


@dialogue("ringing 101; ended 101 unknown outcome=busy last")
def dialled_by_another_program_and_busy(pbx: Hotline) -> None:
    one, two, own = _other_program(pbx)
    out = _citizen_is_dialled(pbx, one, two, own)
    pbx.request(out, "17", "486")
    pbx.dial_end(one, out, "BUSY")
    pbx.hang(out, cause="17", tech="486")
    pbx.soft(one)
    pbx.hang(one, cause="17")
    pbx.request(two, "17")
    for leg in (two, own):
        pbx.leave(leg)
    pbx.soft(own)
    pbx.hang(two, own, cause="17")
    pbx.member("101", "1")


@dialogue("")
def dialled_by_another_program_and_not_lifted(pbx: Hotline) -> None:
    """Nobody called the hotline, so nobody is missed."""
    one, two, own = _other_program(pbx)
    pbx.dial_end(two, own, "NOANSWER")
    pbx.hang(own, cause="0")
    pbx.member("101", "1")
    pbx.soft(two)
    pbx.hang(two, cause="0")
    pbx.request(one)
    pbx.dial_end(None, one, "NOANSWER")
    pbx.hang(one, cause="0")


# --- picked up behind a Local channel


@dialogue(
    "offered -; ringing 101; ended 101 answered_elsewhere; answered 102; ended 102 caller last"
)
def picked_up_from_a_local_member(pbx: Hotline) -> None:
    """The queue names its member 101; the `DialEnd` behind it tells whose phone it is."""
    pbx.opens("101", interface="Local/{}@agents/n")
    pbx.opens("102")
    caller = pbx.arrives()
    one, two = pbx.local("101", caller)
    one.number, two.number = "101", CITIZEN
    pbx.called(caller, one, "101")
    own = pbx.rings_for(two, "101")
    pbx.state(one, "Ringing")
    pbx.rest()
    his = pbx.channel("PJSIP/102", "102", state="Ring", exten="*8101")
    pbx.state(his, "Up")
    pbx.zombie(his, own)
    pbx.dial_end(two, his, "ANSWER")
    pbx.state(one, "Up")
    pbx.dial_end(caller, one, "ANSWER")
    pbx.state(two, "Up")
    pbx.connected(caller, one, "101")
    pbx.bridged(one, caller)
    pbx.bridged(his, two)
    pbx.member("101", "1")
    pbx.rest()
    pbx.request(caller)
    pbx.complete(caller, one, "caller", "101")
    for leg in (caller, one):
        pbx.leave(leg)
    pbx.hang(one)
    pbx.request(two, "16")
    for leg in (two, his):
        pbx.leave(leg)
    pbx.hang(two, his)
    pbx.soft(caller)
    pbx.hang(caller)


# --- transferred to nobody

_SENT = f"{ANSWERED}; transferred 101 blind to="


@dialogue(f"{_SENT}102; ended 101 transfer; missed - unreachable last")
def refer_to_a_phone_that_is_not_there(pbx: Hotline) -> None:
    """Not registered: `Dial` creates no channel, so no event reports it."""
    pbx.opens("101", "102")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "102")
    pbx.wait(5)
    pbx.soft(caller)
    pbx.hang(caller, cause="20")


@dialogue(f"{_SENT}109; ended 101 transfer; missed - unknown last")
def refer_to_an_extension_that_does_not_exist(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "109")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(f"{_SENT}5000; ended 101 transfer; ended - unknown last")
def refer_to_a_recorded_word(pbx: Hotline) -> None:
    """A survey after the talk: the exchange hangs up after its questions."""
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "5000")
    pbx.wait(20)
    pbx.soft(caller)
    pbx.hang(caller)
