"""Transfers after a consultation: REFER with Replaces by the phone, AMI `Atxfer`; completed and
called off.
"""

from tests.fakes.ami.calls import Hotline
from tests.fakes.ami.pbx import Leg
from tests.unit.telephony.asterisk.pbx.dialogue import ANSWERED, dialogue

_AGENCY = "02838291022"


@dialogue(
    ANSWERED,
    "held 101; 2 ringing 101 asks; 2 ended 101 agent asks cancelled outcome=cancelled last",
    "resumed 101; ended 101 caller last",
)
def an_agency_is_asked_and_given_up_while_it_rings(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    mine, his = pbx.dials("101", _AGENCY, trunk=True)
    pbx.rest()
    pbx.request(mine, "127", "487")
    pbx.dial_end(mine, his, "CANCEL")
    pbx.soft(mine)
    pbx.hang(his, mine, cause="127", tech="487")
    pbx.emit("Unhold", own.headers())
    pbx.rest()
    pbx.ends(caller, own)


@dialogue(
    ANSWERED,
    "held 101; 2 ringing 101 asks; 2 answered 101 asks; resumed 101",
    f"transferred 101 attended to={_AGENCY}; ended 101 transfer; 2 ended 101 transfer asks last",
    "ended - caller last",
)
def an_agency_is_asked_and_gets_the_citizen(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    mine, his = pbx.dials("101", _AGENCY, trunk=True)
    pbx.answered(mine, his)
    pbx.rest()
    mine.line = _AGENCY
    pbx.refer_attended(own, mine, his, caller)
    pbx.ends(caller, his, queued=False)


def _refer_in_the_question(pbx: Hotline, own: Leg, mine: Leg, his: Leg, caller: Leg) -> None:
    """The phone sends REFER in the second call and names the first: the citizen moves over."""
    bridge = mine.bridge
    pbx.emit("Unhold", mine.headers())
    pbx.emit("Unhold", own.headers())
    pbx.leave(caller)
    pbx.leave(mine)
    pbx.enter(caller, bridge, swap=mine)
    pbx.soft(own, "1")
    pbx.attended(mine, own, his, caller)
    pbx.complete(caller, own, "transfer")
    pbx.leave(own)
    pbx.soft(own)
    pbx.hang(own, mine)
    pbx.member("101", "1")


@dialogue(
    ANSWERED,
    "held 101; 2 offered 102 asks; 2 ringing 102 asks; 2 answered 102 asks; resumed 101",
    "answered 102; transferred 101 attended to=102; ended 101 transfer",
    "2 ended 102 transfer asks last; ended 102 caller last",
)
def a_colleague_is_asked_and_the_citizen_comes_over(pbx: Hotline) -> None:
    pbx.opens("101", "102")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    mine, his = pbx.dials("101", "102")
    pbx.answered(mine, his)
    pbx.rest()
    _refer_in_the_question(pbx, own, mine, his, caller)
    pbx.rest()
    pbx.ends(caller, his, queued=False)


@dialogue(
    ANSWERED,
    "held 101; 2 ringing 101 asks; 2 answered 101 asks; resumed 101",
    f"transferred 101 attended to={_AGENCY}; ended 101 transfer; 2 ended 101 transfer asks last",
    "ended - caller last",
)
def an_agency_is_asked_and_the_citizen_comes_over(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    mine, his = pbx.dials("101", _AGENCY, trunk=True)
    pbx.answered(mine, his)
    pbx.rest()
    mine.line = _AGENCY
    _refer_in_the_question(pbx, own, mine, his, caller)
    pbx.ends(caller, his, queued=False)


def _asks_while_it_rings(
    pbx: Hotline, to: str = "102", *, trunk: bool = False
) -> tuple[Leg, Leg, Leg, Leg]:
    """REFER with Replaces while the other phone still rings. A Local channel replaces the asking
    phone, whose channel is discarded (masquerade since Asterisk 13).
    """
    pbx.opens("101", "102")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    mine, his = pbx.dials("101", to, trunk=trunk)
    pbx.rest()
    bridge = own.bridge
    pbx.emit("Unhold", own.headers())
    pbx.emit("Unhold", mine.headers())
    one, two = pbx.local(to, own)
    pbx.state(one, "Up")
    pbx.state(two, "Up")
    pbx.attended(own, mine, caller, None, DestType="App", DestApp="Dial")
    pbx.zombie(two, mine)
    pbx.enter(one, bridge, swap=own)
    pbx.leave(own)
    pbx.complete(caller, own, "transfer")
    pbx.hang(own)
    pbx.member("101", "1")
    return caller, his, one, two


@dialogue(
    ANSWERED,
    "held 101; 2 offered 102 asks; 2 ringing 102 asks; resumed 101",
    "transferred 101 attended to=102; ended 101 transfer",
    "2 answered 102 asks; 2 ended 102 transfer asks last; answered 102; ended 102 caller last",
)
def passed_on_while_the_colleague_rings(pbx: Hotline) -> None:
    caller, his, one, two = _asks_while_it_rings(pbx)
    bridge = one.bridge
    pbx.answered(two, his)
    pbx.emit("LocalOptimizationBegin", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.leave(his)
    pbx.leave(one)
    pbx.enter(his, bridge, swap=one)
    pbx.leave(two)
    pbx.emit("LocalOptimizationEnd", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.hang(one, two)
    pbx.rest()
    pbx.ends(caller, his, queued=False)


@dialogue(
    ANSWERED,
    "held 101; 2 offered 102 asks; 2 ringing 102 asks; resumed 101",
    "transferred 101 attended to=102; ended 101 transfer",
    "2 missed 102 no_answer asks last; missed - no_answer last",
)
def passed_on_while_the_colleague_rings_and_nobody_comes(pbx: Hotline) -> None:
    caller, his, one, two = _asks_while_it_rings(pbx)
    pbx.request(caller)
    pbx.leave(caller)
    pbx.leave(one)
    pbx.soft(caller)
    pbx.soft(one)
    pbx.hang(one)
    pbx.request(two, "16")
    pbx.dial_end(two, his, "CANCEL")
    pbx.hang(his, two, cause="0")
    pbx.member("102", "1")
    pbx.hang(caller)


@dialogue(
    ANSWERED,
    "held 101; 2 ringing 101 asks; resumed 101",
    f"transferred 101 attended to={_AGENCY}; ended 101 transfer",
    "2 ended 101 unknown asks outcome=unreachable last; missed - no_answer last",
)
def passed_on_while_an_agency_rings_and_nobody_comes(pbx: Hotline) -> None:
    """Nor by the second trunk."""
    caller, his, one, two = _asks_while_it_rings(pbx, _AGENCY, trunk=True)
    pbx.dial_end(two, his, "CONGESTION")
    pbx.hang(his, cause="34")
    other = pbx.rings_for(two, _AGENCY, trunk=True)
    pbx.dial_end(two, other, "NOANSWER")
    pbx.hang(other, cause="0")
    pbx.request(two, "16")
    pbx.hang(two)
    pbx.leave(one)
    pbx.leave(caller)
    pbx.soft(caller)
    pbx.hang(one)
    pbx.hang(caller)


@dialogue(
    ANSWERED,
    "held 101; 2 ringing 101 asks; resumed 101",
    f"transferred 101 attended to={_AGENCY}; ended 101 transfer",
    "2 answered 101 asks; 2 ended - transfer asks last; ended - caller last",
)
def passed_on_while_an_agency_rings(pbx: Hotline) -> None:
    caller, his, one, two = _asks_while_it_rings(pbx, _AGENCY, trunk=True)
    bridge = one.bridge
    pbx.answered(two, his)
    pbx.emit("LocalOptimizationBegin", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.leave(his)
    pbx.leave(one)
    pbx.enter(his, bridge, swap=one)
    pbx.leave(two)
    pbx.emit("LocalOptimizationEnd", one.headers("LocalOne"), two.headers("LocalTwo"))
    pbx.hang(one, two)
    pbx.ends(caller, his, queued=False)


def _atxfer(pbx: Hotline) -> tuple[Leg, Leg, Leg, Leg, Leg, str]:
    pbx.opens("101", "102")
    caller, own = pbx.talk()
    bridge = own.bridge
    one, two = pbx.atxfer(own, "102")
    his = pbx.rings_for(two, "102")
    pbx.state(one, "Ringing")
    return caller, own, his, one, two, bridge


# --- an agency asked by AMI `Atxfer`


def _agency_is_asked(pbx: Hotline, *, lifts: bool) -> tuple[Leg, Leg, Leg, Leg, Leg, str]:
    pbx.opens("101")
    caller, own = pbx.talk()
    bridge = own.bridge
    one, two = pbx.atxfer(own, _AGENCY)
    his = pbx.rings_for(two, _AGENCY, trunk=True)
    pbx.state(one, "Ringing")
    own.line = _AGENCY
    pbx.rest()
    if lifts:
        _his_answer(pbx, his, one, two)
        pbx.rest()
    return caller, own, his, one, two, bridge


def _he_hangs_up_to_pass_him_on(
    pbx: Hotline, caller: Leg, own: Leg, one: Leg, bridge: str, goal: Leg | None
) -> None:
    pbx.request(own)
    pbx.leave(own)
    pbx.leave(one)
    pbx.enter(one, bridge)
    pbx.attended(own, own, caller, goal)
    pbx.hang(own)
    pbx.complete(caller, own, "transfer")
    pbx.member("101", "1")


def _agency_takes_its_place(pbx: Hotline, his: Leg, one: Leg, two: Leg) -> None:
    bridge = one.bridge
    pbx.leave(his)
    pbx.leave(one)
    pbx.enter(his, bridge, swap=one)
    pbx.leave(two)
    pbx.hang(one, two)


_ASKED_OUT = f"{ANSWERED}; held 101; ringing - consult"
_PASSED_OUT = f"transferred 101 attended to={_AGENCY}; ended 101 transfer"


@dialogue(_ASKED_OUT, "answered - consult", _PASSED_OUT, "ended - unknown last")
def atxfer_to_an_agency(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _agency_is_asked(pbx, lifts=True)
    _he_hangs_up_to_pass_him_on(pbx, caller, own, one, bridge, one)
    _agency_takes_its_place(pbx, his, one, two)
    pbx.ends(caller, his, by=his, queued=False)


@dialogue(
    _ASKED_OUT, "answered - consult; resumed 101; ended - agent consult cancelled",
    "ended 101 caller last",
)  # fmt: skip
def atxfer_to_an_agency_called_off(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _agency_is_asked(pbx, lifts=True)
    pbx.back(own, one, two, bridge)
    pbx.leave(his)
    pbx.hang(his, two)
    pbx.rest()
    pbx.ends(caller, own)


@dialogue(_ASKED_OUT, "resumed 101; missed - busy consult cancelled; ended 101 caller last")
def atxfer_to_an_agency_that_is_busy(pbx: Hotline) -> None:
    """By the second trunk too."""
    caller, own, his, one, two, bridge = _agency_is_asked(pbx, lifts=False)
    pbx.dial_end(two, his, "CONGESTION")
    pbx.hang(his, cause="34")
    other = pbx.rings_for(two, _AGENCY, trunk=True)
    pbx.request(other, "17", "486")
    pbx.dial_end(two, other, "BUSY")
    pbx.hang(other, cause="17", tech="486")
    pbx.soft(two)
    pbx.hang(two, cause="17")
    pbx.request(one, "17")
    pbx.leave(one)
    pbx.leave(own)
    pbx.enter(own, bridge)
    pbx.emit("Unhold", own.headers())
    pbx.hang(one, cause="17")
    pbx.rest()
    pbx.ends(caller, own)


@dialogue(_ASKED_OUT, _PASSED_OUT, "ended - caller last")
def atxfer_hung_up_while_an_agency_rings(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _agency_is_asked(pbx, lifts=False)
    _he_hangs_up_to_pass_him_on(pbx, caller, own, one, bridge, None)
    _his_answer(pbx, his, one, two)
    _agency_takes_its_place(pbx, his, one, two)
    pbx.ends(caller, his, queued=False)


@dialogue(_ASKED_OUT, _PASSED_OUT, "missed - no_answer last")
def atxfer_hung_up_while_an_agency_rings_in_vain(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _agency_is_asked(pbx, lifts=False)
    _he_hangs_up_to_pass_him_on(pbx, caller, own, one, bridge, None)
    pbx.dial_end(two, his, "NOANSWER")
    pbx.hang(his, cause="0")
    pbx.hang(two)
    pbx.request(one)
    for leg in (one, caller):
        pbx.leave(leg)
    pbx.hang(one)
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(_ASKED_OUT, "answered - consult; ended 101 caller last")
def the_citizen_gives_up_while_an_agency_is_asked(pbx: Hotline) -> None:
    caller, own, his, one, two, _ = _agency_is_asked(pbx, lifts=True)
    pbx.request(caller)
    pbx.leave(caller)
    pbx.complete(caller, own, "caller")
    pbx.soft(caller)
    pbx.hang(caller)
    for leg in (own, one, two, his):
        pbx.leave(leg)
    pbx.request(own)
    pbx.hang(own, one, two, his)
    pbx.member("101", "1")


def _his_answer(pbx: Hotline, his: Leg, one: Leg, two: Leg) -> None:
    pbx.state(his, "Up")
    pbx.dial_end(two, his, "ANSWER")
    pbx.state(one, "Up")
    pbx.dial_end(None, one, "ANSWER")
    pbx.state(two, "Up")
    pbx.member("102", "2")
    pbx.bridged(his, two)


@dialogue(
    ANSWERED,
    "held 101; ringing 102 consult; resumed 101; missed 102 no_answer consult cancelled",
    "ended 101 caller last",
)
def atxfer_called_off_while_it_rings(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _atxfer(pbx)
    for digit in "*1":
        pbx.digit(own, digit, "0")
    pbx.back(own, one, two, bridge)
    pbx.dial_end(two, his, "CANCEL")
    pbx.hang(his, two, cause="0")
    pbx.member("102", "1")
    pbx.rest()
    pbx.ends(caller, own)


@dialogue(
    ANSWERED,
    "held 101; ringing 102 consult; answered 102 consult; resumed 101",
    "ended 102 agent consult cancelled; ended 101 caller last",
)
def atxfer_called_off_after_the_answer(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _atxfer(pbx)
    _his_answer(pbx, his, one, two)
    for digit in "*1":
        pbx.digit(own, digit, "0")
    pbx.back(own, one, two, bridge)
    pbx.leave(his)
    pbx.soft(his)
    pbx.hang(his, two)
    pbx.member("102", "1")
    pbx.rest()
    pbx.ends(caller, own)


@dialogue(
    ANSWERED,
    "held 101; ringing 102 consult; missed 102 busy consult cancelled; resumed 101",
    "ended 101 agent last",
)
def atxfer_to_one_who_is_busy(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _atxfer(pbx)
    pbx.request(his, "17", "486")
    pbx.dial_end(two, his, "NOANSWER")
    pbx.hang(his, cause="17", tech="486")
    pbx.soft(two)
    pbx.hang(two, cause="17")
    pbx.request(one, "17")
    pbx.leave(one)
    pbx.leave(own)
    pbx.enter(own, bridge)
    pbx.emit("Unhold", own.headers())
    pbx.hang(one, cause="17")
    pbx.member("102", "1")
    pbx.rest()
    pbx.ends(caller, own, by=own)


@dialogue(
    ANSWERED,
    "held 101; ringing 102 consult; answered 102 consult",
    "ended 101 caller; ended 102 caller consult cancelled last",
)
def the_citizen_gives_up_in_a_question(pbx: Hotline) -> None:
    caller, own, his, one, two, _ = _atxfer(pbx)
    _his_answer(pbx, his, one, two)
    pbx.request(caller)
    pbx.leave(caller)
    pbx.complete(caller, own, "caller")
    pbx.soft(caller)
    pbx.hang(caller)
    for leg in (own, one, two, his):
        pbx.leave(leg)
    pbx.request(own)
    pbx.hang(own, one, two, his)
    pbx.member("101", "1")
    pbx.member("102", "1")


@dialogue(
    ANSWERED,
    "held 101; ringing 102 consult; transferred 101 attended to=102; ended 101 transfer",
    "answered 102; ended 102 agent last",
)
def atxfer_hung_up_while_it_rings(pbx: Hotline) -> None:
    caller, own, his, one, two, bridge = _atxfer(pbx)
    own.line = "102"
    pbx.request(own)
    pbx.leave(own)
    pbx.leave(one)
    pbx.enter(one, bridge)
    pbx.attended(own, own, caller, None)
    pbx.hang(own)
    pbx.member("101", "1")
    _his_answer(pbx, his, one, two)
    pbx.leave(his)
    pbx.leave(one)
    pbx.enter(his, bridge, swap=one)
    pbx.leave(two)
    pbx.hang(one, two)
    pbx.rest()
    pbx.ends(caller, his, by=his, queued=False)
