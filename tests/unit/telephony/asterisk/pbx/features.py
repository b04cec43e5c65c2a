"""What phones and the exchange do besides plain calls: keys during a talk (three-way, toggling,
calling back), several phones of one operator, consulting a queue, a second call during a talk,
operators meeting in a room, menus. The order of events follows the sources of Asterisk 18 to 22
(`bridge_basic.c`, `app_queue.c`, `app_dial.c`).
"""

from tests.fakes.ami.calls import CITIZEN, Hotline
from tests.fakes.ami.pbx import Leg
from tests.unit.telephony.asterisk.pbx.dialogue import ANSWERED, dialogue

# --- keys during a talk


def _keys(pbx: Hotline, own: Leg, digits: str) -> None:
    for digit in digits:
        pbx.digit(own, digit)


def _asks(pbx: Hotline, *, lifts: bool = True) -> tuple[Leg, Leg, Leg, Leg, Leg, str]:
    """`*2102` on the phone's keys: like AMI `Atxfer`, and the colleague answers."""
    pbx.opens("101", "102")
    caller, own = pbx.talk()
    bridge = own.bridge
    one, two = pbx.atxfer(own, "102")
    his = pbx.rings_for(two, "102")
    pbx.state(one, "Ringing")
    own.line = "102"
    pbx.rest()
    if lifts:
        pbx.state(his, "Up")
        pbx.dial_end(two, his, "ANSWER")
        pbx.state(one, "Up")
        pbx.dial_end(None, one, "ANSWER")
        pbx.state(two, "Up")
        pbx.member("102", "2")
        pbx.bridged(his, two)
        pbx.rest()
    return caller, own, his, one, two, bridge


def _merged(pbx: Hotline, bridge: str, *legs: Leg) -> None:
    """The consultation's bridge merges into the citizen's."""
    for leg in legs:
        pbx.leave(leg)
        pbx.enter(leg, bridge)


def _optimised(pbx: Hotline, his: Leg, one: Leg, two: Leg) -> None:
    bridge = one.bridge
    pbx.emit("LocalOptimizationBegin", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.leave(his)
    pbx.leave(one)
    pbx.enter(his, bridge, swap=one)
    pbx.leave(two)
    pbx.emit("LocalOptimizationEnd", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.hang(one, two)


_ASKED = "held 101; ringing 102 consult; answered 102 consult"


@dialogue(
    ANSWERED, _ASKED, "resumed 101; conferenced 101 n=3",
    "ended 101 agent; ended 102 caller last",
)  # fmt: skip
def three_together_by_a_key(pbx: Hotline) -> None:
    """`*3`: Asterisk calls it an `AttendedTransfer`, but the operator who asked stays in."""
    caller, own, his, one, two, bridge = _asks(pbx)
    _keys(pbx, own, "*3")
    _merged(pbx, bridge, own, one)
    pbx.attended(own, own, caller, one, DestType="Threeway", DestTransfererChannel=own.name)
    _optimised(pbx, his, one, two)
    pbx.rest()
    pbx.request(own, "16")
    pbx.leave(own)
    pbx.hang(own)
    pbx.member("101", "1")
    pbx.rest()
    pbx.ends(caller, his, queued=False)


@dialogue(
    ANSWERED, _ASKED, "resumed 101; held 101; dtmf 101; resumed 101",
    "ended 102 agent consult cancelled; ended 101 caller last",
)  # fmt: skip
def to_and_fro_between_two(pbx: Hotline) -> None:
    """`*4` toggles to the citizen and back to the colleague (whose hold ends, not the citizen's),
    and the consultation is called off.
    """
    caller, own, his, one, two, bridge = _asks(pbx)
    asked = own.bridge
    for there in (bridge, asked):
        _keys(pbx, own, "*4")
        pbx.emit("Hold", own.headers())
        pbx.leave(own)
        pbx.enter(own, there)
        pbx.emit("Unhold", own.headers())
    pbx.digit(caller, "5")  # Only to see what was reported before.
    _keys(pbx, own, "*1")
    pbx.back(own, one, two, bridge)
    pbx.leave(his)
    pbx.soft(his)
    pbx.hang(his, two)
    pbx.member("102", "1")
    pbx.rest()
    pbx.ends(caller, own)


@dialogue(
    ANSWERED, _ASKED, "transferred 101 attended to=102; ended 101 transfer; ended 102 agent last"
)
def passed_on_by_a_key(pbx: Hotline) -> None:
    """`*2` once more: the operator who asked is removed without hanging up."""
    caller, own, his, one, two, bridge = _asks(pbx)
    _keys(pbx, own, "*2")
    pbx.leave(own)
    _merged(pbx, bridge, one)
    pbx.attended(own, own, caller, one)
    pbx.hang(own)
    pbx.complete(caller, own, "transfer")
    pbx.member("101", "1")
    _optimised(pbx, his, one, two)
    pbx.rest()
    pbx.ends(caller, his, by=his, queued=False)


@dialogue(
    ANSWERED,
    "held 101; ringing 102 consult; transferred 101 attended to=102; ended 101 transfer",
    "answered 101; missed 102 no_answer; ended 101 caller last",
)
def passed_on_while_it_rings_and_called_back(pbx: Hotline) -> None:
    """`atxferdropcall = no`: nobody answers there, so the exchange calls the operator back."""
    caller, own, his, one, two, bridge = _asks(pbx, lifts=False)
    pbx.request(own)
    pbx.leave(own)
    _merged(pbx, bridge, one)
    pbx.attended(own, own, caller, None)
    pbx.hang(own)
    pbx.member("101", "1")
    pbx.wait(15)
    pbx.soft(one, "32")
    pbx.leave(one)
    pbx.hang(one)
    pbx.request(two, "16")
    pbx.dial_end(two, his, "CANCEL")
    pbx.hang(his, two, cause="0")
    pbx.member("102", "1")
    again = pbx.channel("PJSIP/101", "101")
    again.line = CITIZEN
    pbx.dial_begin(None, again, "101")
    pbx.state(again, "Ringing")
    pbx.state(again, "Up")
    pbx.dial_end(None, again, "ANSWER")
    pbx.enter(again, bridge)
    pbx.rest()
    pbx.ends(caller, again, queued=False)


# --- several phones


@dialogue(
    "offered -; ringing 101; ringing 102; ended 102 answered_elsewhere; answered 101",
    "ended 101 caller last",
)
def two_lift_at_the_same_moment(pbx: Hotline) -> None:
    """The second is up, too, and is dropped."""
    pbx.opens("101", "102")
    caller = pbx.arrives()
    one, two = pbx.rings(caller, "101"), pbx.rings(caller, "102")
    pbx.state(one, "Up")
    pbx.state(two, "Up")
    pbx.member("102", "2")
    pbx.member("101", "2")
    pbx.dial_end(caller, one, "ANSWER")
    pbx.dial_end(caller, two, "CANCEL")
    pbx.hang(two, cause="26")
    pbx.connected(caller, one, "101")
    pbx.bridged(one, caller)
    pbx.member("102", "1")
    pbx.rest()
    pbx.ends(caller, one)


@dialogue("offered 101; ringing 101; answered 101; ended 101 caller last")
def two_phones_of_one_operator(pbx: Hotline) -> None:
    """`PJSIP_DIAL_CONTACTS`: desk phone and softphone; the second answers."""
    caller = pbx.channel("PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="101")
    desk = pbx.rings_for(caller, "101")
    other = pbx.rings_for(caller, "101")
    pbx.rest()
    pbx.state(other, "Up")
    pbx.dial_end(caller, other, "ANSWER")
    pbx.dial_end(caller, desk, "CANCEL")
    pbx.hang(desk, cause="26")
    pbx.state(caller, "Up")
    pbx.bridged(other, caller)
    pbx.rest()
    pbx.ends(caller, other, queued=False)


@dialogue("offered 101; ringing 101; answered 101; ended 101 agent last")
def two_phones_of_one_operator_and_one_is_busy(pbx: Hotline) -> None:
    """The other one rings on."""
    caller = pbx.channel("PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="101")
    busy = pbx.rings_for(caller, "101")
    desk = pbx.rings_for(caller, "101")
    pbx.request(busy, "17", "486")
    pbx.dial_end(caller, busy, "BUSY")
    pbx.hang(busy, cause="17", tech="486")
    pbx.rest()
    pbx.state(desk, "Up")
    pbx.dial_end(caller, desk, "ANSWER")
    pbx.state(caller, "Up")
    pbx.bridged(desk, caller)
    pbx.rest()
    pbx.ends(caller, desk, by=desk, queued=False)


@dialogue(
    "offered -; ringing 101; missed 101 busy; ringing 102; answered 102; ended 102 caller last"
)
def not_to_be_disturbed_by_the_dialplan(pbx: Hotline) -> None:
    """A member `Local/101@agents/n`; the dialplan says `Busy()`, no phone rings at all."""
    pbx.opens("101", interface="Local/{}@agents/n")
    pbx.opens("102")
    caller = pbx.arrives()
    one, two = pbx.local("101", caller)
    one.number = "101"
    pbx.called(caller, one, "101")
    pbx.soft(two)
    pbx.hang(two, cause="17")
    pbx.request(one, "17")
    pbx.dial_end(caller, one, "BUSY")
    pbx.ring_over(caller, one, "0")
    pbx.hang(one, cause="17")
    his = pbx.rings(caller, "102")
    pbx.picks_up(caller, his)
    pbx.rest()
    pbx.ends(caller, his)


# --- consulting a queue


@dialogue(
    ANSWERED, "held 101; 2 offered - asks; 2 ringing 102 asks; 2 answered 102 asks; resumed 101",
    "answered 102; transferred 101 attended to=102; ended 101 transfer",
    "2 ended 102 transfer asks last; ended 102 caller last",
)  # fmt: skip
def the_second_line_of_help_is_asked(pbx: Hotline) -> None:
    """101 calls queue 1023 on the own phone; whoever answers there gets the citizen."""
    pbx.opens("101")
    pbx.opens("102", queue="1023")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    mine = pbx.channel("PJSIP/101", "101", state="Ring", exten="1023")
    pbx.state(mine, "Up")
    pbx.joins(mine, "1023")
    pbx.rest()
    his = pbx.rings(mine, "102", "1023")
    pbx.rest()
    pbx.picks_up(mine, his, queue="1023")
    pbx.rest()
    pbx.refer_attended(own, mine, his, caller)
    pbx.rest()
    pbx.ends(caller, his, queued=False)


def _waits_for_him(pbx: Hotline) -> tuple[Leg, Leg, Leg]:
    """REFER with Replaces while the operator still waits in the queue: a Local channel takes the
    place.
    """
    pbx.opens("101")
    pbx.opens("102", queue="1023")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    mine = pbx.channel("PJSIP/101", "101", state="Ring", exten="1023")
    pbx.state(mine, "Up")
    pbx.joins(mine, "1023")
    pbx.rest()
    bridge = own.bridge
    pbx.emit("Unhold", own.headers())
    one, two = pbx.local("1023", own)
    pbx.state(one, "Up")
    pbx.state(two, "Up")
    pbx.attended(own, mine, caller, None, DestType="App", DestApp="Queue")
    pbx.waiting["1023"][0] = two
    pbx.zombie(two, mine)
    pbx.enter(one, bridge, swap=own)
    pbx.leave(own)
    pbx.complete(caller, own, "transfer")
    pbx.hang(own)
    pbx.member("101", "1")
    return caller, one, two


_INTO_IT = (
    f"{ANSWERED}; held 101; 2 offered - asks; resumed 101; transferred 101 attended to=1023",
    "ended 101 transfer; 2 ended - transfer asks last",
)


@dialogue(*_INTO_IT, "ringing 102; answered 102; ended 102 caller last")
def passed_on_into_a_queue(pbx: Hotline) -> None:
    caller, one, two = _waits_for_him(pbx)
    his = pbx.rings(two, "102", "1023")
    pbx.picks_up(two, his, queue="1023")
    _optimised(pbx, his, one, two)
    pbx.rest()
    pbx.ends(caller, his, queued=False)


@dialogue(*_INTO_IT, "missed - unknown last")
def passed_on_into_a_queue_and_gives_up(pbx: Hotline) -> None:
    """Nobody is there; the citizen is called back."""
    caller, one, two = _waits_for_him(pbx)
    pbx.request(caller)
    for leg in (caller, one):
        pbx.leave(leg)
    pbx.soft(caller)
    pbx.hang(caller, one)
    pbx.request(two, "16")
    pbx.given_up(two, "1023")
    pbx.leaves(two, "1023")
    pbx.hang(two)


# --- a second call during a talk


@dialogue(
    ANSWERED, "2 offered 101; 2 ringing 101; held 101; 2 answered 101; 2 ended 101 caller last",
    "resumed 101; ended 101 caller last",
)  # fmt: skip
def a_colleague_calls_in_a_talk(pbx: Hotline) -> None:
    """The operator answers on the second line and comes back."""
    pbx.opens("101", "102")
    caller, own = pbx.talk()
    theirs, second = pbx.dials("102", "101")
    pbx.rest()
    pbx.emit("Hold", own.headers())
    pbx.answered(theirs, second)
    pbx.rest()
    pbx.ends(theirs, second, queued=False)
    pbx.emit("Unhold", own.headers())
    pbx.rest()
    pbx.ends(caller, own)


@dialogue("ringing 101; answered 101; held 101; resumed 101; ended 101 agent last")
def dialled_by_hand_by_the_second_trunk(pbx: Hotline) -> None:
    own, out = pbx.dials("101", "0911222333", trunk=True)
    pbx.dial_end(own, out, "CONGESTION")
    pbx.hang(out, cause="34")
    other = pbx.rings_for(own, "0911222333", trunk=True)
    pbx.answered(own, other)
    pbx.rest()
    pbx.emit("Hold", own.headers())
    pbx.emit("Unhold", own.headers())
    pbx.ends(own, other, queued=False)


# --- rooms, the car park, menus


@dialogue(
    ANSWERED, "conferenced 101 n=2; conferenced 102 n=3; conferenced 103 n=4",
    "ended 102 agent; ended 101 agent; ended 103 caller last",
)  # fmt: skip
def three_operators_in_a_room(pbx: Hotline) -> None:
    """Two colleagues dial in; the operator who invited them leaves second."""
    pbx.opens("101", "102", "103")
    caller, own = pbx.talk()
    for leg in (own, caller):
        pbx.goes_to(leg, "console", "7101")
        pbx.leave(leg)
    bridge = pbx.new_bridge()
    pbx.emit("ConfbridgeStart", Conference="7101", BridgeUniqueid=bridge, BridgeType="base")
    pbx.confers(caller, "7101", bridge)
    pbx.confers(own, "7101", bridge)
    others = []
    for phone in ("102", "103"):
        other = pbx.channel(f"PJSIP/{phone}", phone, state="Ring", exten="7101")
        pbx.state(other, "Up")
        pbx.member(phone, "2")
        pbx.confers(other, "7101", bridge)
        others.append(other)
    pbx.rest()
    for leg in (others[0], own):
        pbx.request(leg, "16")
        pbx.leaves_room(leg, "7101")
        pbx.soft(leg)
        pbx.hang(leg)
        pbx.member(leg.phone, "1")
        pbx.rest()
    pbx.request(caller)
    for leg in (caller, others[1]):
        pbx.leaves_room(leg, "7101")
    pbx.soft(others[1], "32")
    pbx.hang(others[1], caller)
    pbx.member("103", "1")


@dialogue(
    ANSWERED,
    "transferred 101 blind to=700; ended 101 transfer; answered 101; ended 101 agent last",
)
def parked_and_fetched_by_who_parked_him(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.blind(own, caller, "700", "parkedcalls")
    park = {"ParkingSpace": "701", "ParkerDialString": "PJSIP/101"}
    pbx.emit("ParkedCall", caller.headers("Parkee"), **park)
    pbx.leave(caller)
    pbx.enter(caller, pbx.new_bridge(), kind="parking")
    pbx.leave(own)
    pbx.hang(own)
    pbx.member("101", "1")
    again = pbx.channel("PJSIP/101", "101", state="Ring", exten="701")
    pbx.state(again, "Up")
    pbx.emit("UnParkedCall", caller.headers("Parkee"), again.headers("Retriever"), **park)
    pbx.leave(caller, "parking")
    pbx.bridged(again, caller)
    pbx.rest()
    pbx.ends(caller, again, by=again, queued=False)


@dialogue("")
def he_hangs_up_in_the_menu(pbx: Hotline) -> None:
    """It concerned no operator."""
    pbx.opens("101")
    caller = pbx.channel("PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="s")
    pbx.state(caller, "Up")
    pbx.digit(caller, "3")
    pbx.request(caller)
    pbx.hang(caller)


@dialogue("offered -; ringing 101; abandoned - last")
def a_menu_then_the_queue(pbx: Hotline) -> None:
    """With what scripts and add-ons send in between: AsyncAGI, other programs' user events."""
    pbx.opens("101")
    caller = pbx.channel("PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="s")
    pbx.state(caller, "Up")
    pbx.emit("AsyncAGIStart", caller.headers(), Env="agi_request%3A%20async%0A")
    pbx.emit("AsyncAGIExec", caller.headers(), CommandId="1", Result="200%20result%3D51%0A")
    pbx.emit("AsyncAGIEnd", caller.headers())
    pbx.emit("UserEvent", caller.headers(), UserEvent="SurveyStarted", Status="TIMEOUT")
    pbx.emit("UserEvent", UserEvent="Backup", Number="0999", Call="1795600000.0", Kind="ended")
    pbx.joins(caller)
    own = pbx.rings(caller, "101")
    pbx.emit("UserEvent", caller.headers(), UserEvent="QueuePosition", Status="1")
    pbx.rest()
    pbx.abandons(caller, own)
