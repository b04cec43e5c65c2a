"""Whose phone it is: members behind Local channels, calls picked up by a colleague or forwarded by
the phone, parked and fetched.
"""

from tests.fakes.ami.calls import CITIZEN, Hotline
from tests.fakes.ami.pbx import Leg
from tests.unit.telephony.asterisk.pbx.dialogue import ANSWERED, dialogue

# --- members behind Local channels


def _behind_local(pbx: Hotline, way: str) -> tuple[Leg, Leg, Leg, Leg]:
    pbx.opens("101", interface=f"Local/{{}}@agents{way}")
    caller = pbx.arrives()
    one, two = pbx.local("101", caller)
    one.number, two.number = "101", CITIZEN
    pbx.called(caller, one, "101")
    own = pbx.rings_for(two, "101")
    pbx.state(one, "Ringing")
    pbx.dial_state(caller, one)
    pbx.rest()
    pbx.state(own, "Up")
    pbx.dial_end(two, own, "ANSWER")
    pbx.state(one, "Up")
    pbx.dial_end(caller, one, "ANSWER")
    pbx.state(two, "Up")
    pbx.connected(caller, one, "101")
    pbx.bridged(one, caller)
    pbx.bridged(own, two)
    return caller, own, one, two


@dialogue("offered -; ringing 101; answered 101; held 101; resumed 101; ended 101 agent last")
def a_local_member_optimised_away(pbx: Hotline) -> None:
    caller, own, one, two = _behind_local(pbx, "")
    bridge = caller.bridge
    pbx.emit("LocalOptimizationBegin", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.leave(own)
    pbx.leave(one)
    pbx.enter(own, bridge, swap=one)
    pbx.leave(two)
    pbx.emit("LocalOptimizationEnd", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.hang(one, two)
    pbx.rest()
    pbx.emit("Hold", own.headers())
    pbx.emit("Unhold", own.headers())
    pbx.ends(caller, own, by=own)


@dialogue(
    "offered -; ringing 101; answered 101; transferred 101 blind to=102; ended 101 transfer",
    "ringing 102; answered 102; ended 102 caller last",
)
def a_local_member_optimised_away_passes_him_on(pbx: Hotline) -> None:
    caller, own, one, two = _behind_local(pbx, "")
    bridge = caller.bridge
    pbx.leave(own)
    pbx.leave(one)
    pbx.enter(own, bridge, swap=one)
    pbx.leave(two)
    pbx.hang(one, two)
    pbx.refer_blind(own, caller, "102")
    his = pbx.rings_for(caller, "102")
    pbx.answered(caller, his)
    pbx.rest()
    pbx.ends(caller, his, queued=False)


@dialogue(
    "offered -; ringing 101; missed 101 rejected; ringing 102; answered 102",
    "ended 102 caller last",
)
def a_local_member_refuses(pbx: Hotline) -> None:
    """The phone sends 603, behind the Local channel that the queue rings."""
    pbx.opens("101", interface="Local/{}@agents/n")
    pbx.opens("102")
    caller = pbx.arrives()
    one, two = pbx.local("101", caller)
    one.number = "101"
    pbx.called(caller, one, "101")
    own = pbx.rings_for(two, "101")
    pbx.state(one, "Ringing")
    pbx.request(own, "21", "603")
    pbx.dial_end(two, own, "NOANSWER")
    pbx.hang(own, cause="21", tech="603")
    pbx.soft(two)
    pbx.hang(two, cause="21")
    pbx.request(one, "21")
    pbx.dial_end(caller, one, "NOANSWER")
    pbx.hang(one, cause="21")
    pbx.member("101", "1")
    his = pbx.rings(caller, "102")
    pbx.picks_up(caller, his)
    pbx.rest()
    pbx.ends(caller, his)


@dialogue("offered -; ringing 101; answered 101; ended 101 agent last")
def a_local_member_that_stays(pbx: Hotline) -> None:
    """`/n`: two bridges to the end; the phone's own hang-up comes first."""
    caller, own, one, two = _behind_local(pbx, "/n")
    pbx.rest()
    pbx.request(own, "16")
    for leg in (own, two):
        pbx.leave(leg)
    pbx.soft(two)
    pbx.hang(own, two)
    pbx.request(one, "16")
    pbx.complete(caller, one, "agent", "101")
    for leg in (one, caller):
        pbx.leave(leg)
    pbx.soft(caller)
    pbx.hang(one, caller)
    pbx.member("101", "1")


@dialogue("offered -; ringing 101; answered 101; ended 101 caller last")
def a_local_member_that_stays_and_the_caller_leaves(pbx: Hotline) -> None:
    caller, own, one, two = _behind_local(pbx, "/n")
    pbx.rest()
    pbx.request(caller)
    pbx.complete(caller, one, "caller", "101")
    for leg in (caller, one):
        pbx.leave(leg)
    pbx.hang(one)
    pbx.request(two, "16")
    for leg in (two, own):
        pbx.leave(leg)
    pbx.soft(own)
    pbx.hang(two, own)
    pbx.soft(caller)
    pbx.hang(caller)
    pbx.member("101", "1")


def _stays(pbx: Hotline) -> tuple[Leg, Leg, Leg, Leg]:
    caller, own, one, two = _behind_local(pbx, "/n")
    pbx.opens("102")
    pbx.rest()
    pbx.emit("Hold", own.headers())
    return caller, own, one, two


def _all_leave(pbx: Hotline, caller: Leg, one: Leg, two: Leg, his: Leg) -> None:
    """The citizen hangs up; both bridges end."""
    pbx.request(caller)
    pbx.complete(caller, one, "caller", "101")
    for leg in (caller, one):
        pbx.leave(leg)
    pbx.hang(one)
    pbx.request(two, "16")
    for leg in (two, his):
        pbx.leave(leg)
    pbx.soft(his)
    pbx.hang(two, his)
    pbx.soft(caller)
    pbx.hang(caller)
    pbx.member(his.phone, "1")


@dialogue(
    "offered -; ringing 101; answered 101; held 101; resumed 101; transferred 101 blind to=102",
    "ended 101 transfer; ringing 102; answered 102; ended 102 caller last",
)
def a_local_member_that_stays_passes_him_on(pbx: Hotline) -> None:
    """REFER: the phone is joined with the Local channel, which goes to 102."""
    caller, own, one, two = _stays(pbx)
    pbx.emit("Unhold", own.headers())
    pbx.blind(own, two, "102")
    for leg in (two, own):
        pbx.leave(leg)
    pbx.hang(own)
    pbx.member("101", "1")
    his = pbx.rings_for(two, "102")
    pbx.answered(two, his)
    pbx.rest()
    _all_leave(pbx, caller, one, two, his)


@dialogue(
    "offered -; ringing 101; answered 101; held 101; 2 offered 102 asks; 2 ringing 102 asks",
    "2 answered 102 asks; resumed 101; answered 102; transferred 101 attended to=102",
    "ended 101 transfer; 2 ended 102 transfer asks last; ended 102 caller last",
)
def a_local_member_that_stays_asks_first(pbx: Hotline) -> None:
    """The person consulted enters the bridge of the Local channel, not the citizen's."""
    caller, own, one, two = _stays(pbx)
    mine, his = pbx.dials("101", "102")
    pbx.answered(mine, his)
    pbx.rest()
    bridge = own.bridge
    pbx.emit("Unhold", own.headers())
    pbx.emit("Unhold", mine.headers())
    pbx.leave(his)
    pbx.leave(own)
    pbx.enter(his, bridge, swap=own)
    pbx.soft(mine, "1")
    pbx.attended(own, mine, two, his)
    pbx.leave(mine)
    pbx.soft(mine)
    pbx.hang(mine, own)
    pbx.member("101", "1")
    pbx.rest()
    _all_leave(pbx, caller, one, two, his)


# --- picked up, forwarded


@dialogue(
    "offered -; ringing 101; ended 101 answered_elsewhere; answered 102; ended 102 caller last"
)
def picked_up_by_a_colleague(pbx: Hotline) -> None:
    """102 dials *8; the queue still believes that its member 101 answered."""
    pbx.opens("101", "102")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.rest()
    his = pbx.channel("PJSIP/102", "102", state="Ring", exten="*8")
    pbx.state(his, "Up")
    ring = own.headers("Target")
    pbx.zombie(his, own)
    pbx.emit("Pickup", his.headers(), ring)
    pbx.dial_end(caller, his, "ANSWER")
    pbx.connected(caller, his, "101")
    pbx.member("101", "1")
    pbx.bridged(his, caller)
    pbx.rest()
    pbx.request(caller)
    pbx.complete(caller, his, "caller", "101")
    for leg in (caller, his):
        pbx.leave(leg)
    pbx.soft(caller)
    pbx.hang(his, caller)


@dialogue(
    "offered 101; ringing 101; ended 101 answered_elsewhere; answered 102; ended 102 agent last"
)
def a_direct_call_picked_up(pbx: Hotline) -> None:
    caller = pbx.channel("PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="101")
    own = pbx.rings_for(caller, "101")
    his = pbx.channel("PJSIP/102", "102", state="Ring", exten="*8101")
    pbx.state(his, "Up")
    pbx.zombie(his, own)
    pbx.dial_end(caller, his, "ANSWER")
    pbx.state(caller, "Up")
    pbx.bridged(his, caller)
    pbx.rest()
    pbx.ends(caller, his, by=his, queued=False)


@dialogue(
    "offered -; ringing 101; ringing 103; answered 103; ended 101 answered_elsewhere",
    "ended 103 agent last",
)
def forwarded_by_the_phone(pbx: Hotline) -> None:
    """302: the queue dials `Local/103@agents` instead and still names its member 101."""
    pbx.opens("101")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    one, two = pbx.local("103", caller)
    pbx.dial_end(caller, own, "CANCEL", Forward="103@agents")
    pbx.dial_begin(caller, one, "103@agents")
    pbx.hang(own, cause="0")
    pbx.member("101", "1")
    his = pbx.rings_for(two, "103")
    pbx.state(one, "Ringing")
    pbx.rest()
    pbx.state(his, "Up")
    pbx.dial_end(two, his, "ANSWER")
    pbx.state(one, "Up")
    pbx.dial_end(caller, one, "ANSWER")
    pbx.connected(caller, one, "101")
    bridge = pbx.bridged(one, caller)
    pbx.bridged(his, two)
    pbx.leave(his)
    pbx.leave(one)
    pbx.enter(his, bridge, swap=one)
    pbx.leave(two)
    pbx.hang(one, two)
    pbx.rest()
    pbx.ends(caller, his, by=his, queued=False)


# --- parking


def _parked(pbx: Hotline, caller: Leg, own: Leg, name: str = "ParkedCall") -> None:
    pbx.emit(
        name, caller.headers("Parkee"), ParkerDialString=f"PJSIP/{own.phone}", Parkinglot="default",
        ParkingSpace="701", ParkingTimeout="45", ParkingDuration="0",
    )  # fmt: skip


def _parks(pbx: Hotline, *, by_refer: bool) -> tuple[Leg, Leg]:
    pbx.opens("101")
    caller, own = pbx.talk()
    if by_refer:
        pbx.blind(own, caller, "700", "parkedcalls")
    _parked(pbx, caller, own)
    pbx.leave(caller)
    pbx.enter(caller, pbx.new_bridge(), kind="parking")
    pbx.leave(own)
    pbx.hang(own)
    pbx.member("101", "1")
    return caller, own


@dialogue(
    ANSWERED,
    "transferred 101 blind to=700; ended 101 transfer; answered 102; ended 102 caller last",
)
def parked_and_fetched_by_a_colleague(pbx: Hotline) -> None:
    caller, own = _parks(pbx, by_refer=True)
    his = pbx.channel("PJSIP/102", "102", state="Ring", exten="701")
    pbx.state(his, "Up")
    _parked(pbx, caller, own, "UnParkedCall")
    pbx.leave(caller, "parking")
    pbx.bridged(his, caller)
    pbx.rest()
    pbx.ends(caller, his, queued=False)


@dialogue(ANSWERED, "transferred 101 blind to=701; ended 101 transfer; abandoned - last")
def parked_by_the_console_and_gives_up(pbx: Hotline) -> None:
    caller, own = _parks(pbx, by_refer=False)
    pbx.request(caller)
    _parked(pbx, caller, own, "ParkedCallGiveUp")
    pbx.leave(caller, "parking")
    pbx.hang(caller)


@dialogue(
    ANSWERED,
    "transferred 101 blind to=700; ended 101 transfer; ringing 101; answered 101",
    "ended 101 agent last",
)
def parked_too_long_comes_back(pbx: Hotline) -> None:
    caller, own = _parks(pbx, by_refer=True)
    pbx.wait(45)
    _parked(pbx, caller, own, "ParkedCallTimeOut")
    pbx.leave(caller, "parking")
    pbx.goes_to(caller, "park-dial", "PJSIP_101")
    again = pbx.rings_for(caller, "101")
    pbx.answered(caller, again)
    pbx.rest()
    pbx.ends(caller, again, by=again, queued=False)
