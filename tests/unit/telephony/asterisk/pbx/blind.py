"""Blind transfers: REFER by the phone, AMI `Redirect`; answered there or not."""

from tests.fakes.ami.calls import Hotline
from tests.fakes.ami.pbx import Leg
from tests.unit.telephony.asterisk.pbx.dialogue import ANSWERED, dialogue

_AGENCY = "02838291022"


@dialogue(
    ANSWERED,
    "transferred 101 blind to=1023; ended 101 transfer; ringing 102; answered 102",
    "ended 102 caller last",
)
def refer_to_another_queue(pbx: Hotline) -> None:
    pbx.opens("101")
    pbx.opens("102", queue="1023")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "1023")
    pbx.joins(caller, "1023")
    pbx.rest()
    leg = pbx.rings(caller, "102", "1023")
    pbx.rest()
    pbx.picks_up(caller, leg, queue="1023")
    pbx.rest()
    pbx.ends(caller, leg)


@dialogue(
    ANSWERED, "transferred 101 blind to=1023; ended 101 transfer; ringing 102; abandoned - last"
)
def refer_to_another_queue_where_he_gives_up(pbx: Hotline) -> None:
    pbx.opens("101")
    pbx.opens("102", queue="1023")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "1023")
    pbx.joins(caller, "1023")
    leg = pbx.rings(caller, "102", "1023")
    pbx.rest()
    pbx.abandons(caller, leg, queue="1023")


@dialogue(ANSWERED, f"transferred 101 blind to={_AGENCY}; ended 101 transfer; ended - caller last")
def refer_to_an_agency(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, _AGENCY)
    out = pbx.rings_for(caller, _AGENCY, trunk=True)
    pbx.answered(caller, out)
    pbx.ends(caller, out, queued=False)


@dialogue(ANSWERED, "transferred 101 blind to=1023; ended 101 transfer; missed - timeout last")
def refer_to_another_queue_that_lets_him_go(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "1023")
    pbx.joins(caller, "1023")
    pbx.wait(60)
    pbx.given_up(caller, "1023")
    pbx.leaves(caller, "1023")
    pbx.emit("UserEvent", caller.headers(), UserEvent="QueueExit", Status="TIMEOUT")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(ANSWERED, "transferred 101 blind to=1023; ended 101 transfer; missed - unknown last")
def refer_to_another_queue_that_is_left_empty(pbx: Hotline) -> None:
    """A dialplan that does not say why."""
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "1023")
    pbx.joins(caller, "1023")
    pbx.leaves(caller, "1023")
    pbx.soft(caller)
    pbx.hang(caller)


def _passed_outside(pbx: Hotline) -> tuple[Leg, Leg]:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, _AGENCY)
    return caller, pbx.rings_for(caller, _AGENCY, trunk=True)


@dialogue(ANSWERED, f"transferred 101 blind to={_AGENCY}; ended 101 transfer; missed - busy last")
def refer_to_an_agency_that_is_busy(pbx: Hotline) -> None:
    """The dialplan ends."""
    caller, out = _passed_outside(pbx)
    pbx.request(out, "17", "486")
    pbx.dial_end(caller, out, "BUSY")
    pbx.hang(out, cause="17", tech="486")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(
    ANSWERED, f"transferred 101 blind to={_AGENCY}; ended 101 transfer; missed - no_answer last"
)
def refer_to_an_agency_and_he_gives_up(pbx: Hotline) -> None:
    """Nobody answers there and the citizen hangs up."""
    caller, out = _passed_outside(pbx)
    pbx.request(caller)
    pbx.dial_end(caller, out, "CANCEL")
    pbx.hang(out, cause="0")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(ANSWERED, f"transferred 101 blind to={_AGENCY}; ended 101 transfer; ended - caller last")
def refer_to_an_agency_by_the_second_trunk(pbx: Hotline) -> None:
    """The first has no free line."""
    caller, out = _passed_outside(pbx)
    pbx.dial_end(caller, out, "CONGESTION")
    pbx.hang(out, cause="34")
    other = pbx.rings_for(caller, _AGENCY, trunk=True)
    pbx.answered(caller, other)
    pbx.ends(caller, other, queued=False)


@dialogue(
    ANSWERED, f"transferred 101 blind to={_AGENCY}; ended 101 transfer",
    "ringing 102; answered 102; transferred 102 blind to=5000; ended 102 transfer",
    "ended - caller last",
)  # fmt: skip
def an_agency_is_busy_and_a_colleague_plays_him_something(pbx: Hotline) -> None:
    """What came before somebody talked with the citizen says nothing about the end."""
    caller, out = _passed_outside(pbx)
    pbx.dial_end(caller, out, "BUSY")
    pbx.hang(out, cause="17", tech="486")
    his = pbx.rings_for(caller, "102")
    pbx.answered(caller, his)
    pbx.rest()
    pbx.refer_blind(his, caller, "5000")
    pbx.request(caller)
    pbx.hang(caller)


@dialogue(
    ANSWERED,
    "transferred 101 blind to=102; ended 101 transfer; ringing 102; answered 102",
    "transferred 102 blind to=103; ended 102 transfer; ringing 103; answered 103",
    "ended 103 agent last",
)
def refer_twice(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    for now, then in (("101", "102"), ("102", "103")):
        pbx.refer_blind(own, caller, then)
        own = pbx.rings_for(caller, then)
        pbx.rest()
        pbx.answered(caller, own)
        pbx.rest()
        assert own.phone != now
    pbx.ends(caller, own, by=own, queued=False)


@dialogue(
    ANSWERED,
    "transferred 101 blind to=102; ended 101 transfer; ringing 102; missed 102 no_answer",
    "ringing 101; answered 101; ended 101 agent last",
)
def refer_and_he_comes_back(pbx: Hotline) -> None:
    """The dialplan rings the operator who transferred when nobody answers."""
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "102")
    his = pbx.rings_for(caller, "102")
    pbx.dial_end(caller, his, "NOANSWER")
    pbx.hang(his, cause="0")
    again = pbx.rings_for(caller, "101")
    pbx.answered(caller, again)
    pbx.rest()
    pbx.ends(caller, again, by=again, queued=False)


@dialogue(
    ANSWERED,
    "transferred 101 blind to=102; ended 101 transfer; ringing 102; missed 102 no_answer last",
)
def refer_and_nobody_lifts(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.refer_blind(own, caller, "102")
    his = pbx.rings_for(caller, "102")
    pbx.dial_end(caller, his, "NOANSWER")
    pbx.hang(his, cause="0")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(ANSWERED, f"transferred 101 blind to={_AGENCY}; ended 101 transfer; ended - caller last")
def redirect_to_an_agency(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.goes_to(caller, "console", _AGENCY)
    pbx.leave(own)
    pbx.leave(caller)
    out = pbx.rings_for(caller, _AGENCY, trunk=True)
    pbx.hang(own)
    pbx.member("101", "1")
    pbx.answered(caller, out)
    pbx.ends(caller, out, queued=False)


@dialogue(
    ANSWERED,
    "transferred 101 blind to=1023; ended 101 transfer; ringing 102; answered 102",
    "ended 102 caller last",
)
def redirect_to_another_queue(pbx: Hotline) -> None:
    """The citizen joins before the operator's leg is gone."""
    pbx.opens("101")
    pbx.opens("102", queue="1023")
    caller, own = pbx.talk()
    pbx.goes_to(caller, "from-trunk", "1023")
    pbx.leave(caller)
    pbx.leave(own)
    pbx.joins(caller, "1023")
    pbx.hang(own)
    pbx.member("101", "1")
    pbx.rest()
    leg = pbx.rings(caller, "102", "1023")
    pbx.picks_up(caller, leg, queue="1023")
    pbx.rest()
    pbx.ends(caller, leg)


@dialogue("offered -; ringing 101; ringing 102; answered 102; ended 102 caller last")
def who_waits_is_sent_to_a_phone(pbx: Hotline) -> None:
    """The queue calls it abandoned (trap 2), but the citizen is on the line."""
    pbx.opens("101")
    caller = pbx.arrives()
    leg = pbx.rings(caller, "101")
    pbx.goes_to(caller, "agents", "102")
    pbx.given_up(caller)
    pbx.dial_end(caller, leg, "CANCEL")
    pbx.leaves(caller)
    pbx.hang(leg, cause="0")
    pbx.member("101", "1")
    his = pbx.rings_for(caller, "102")
    pbx.answered(caller, his)
    pbx.rest()
    pbx.ends(caller, his, queued=False)
