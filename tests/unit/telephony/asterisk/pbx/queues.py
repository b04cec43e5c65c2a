"""Queues: several phones, phones that refuse, callers who leave at the wrong moment, and an
exchange that is reloaded or stopped.
"""

from tests.fakes.ami.calls import CITIZEN, Hotline
from tests.unit.telephony.asterisk.pbx.dialogue import ANSWERED, DIALOGUES, Dialogue, dialogue


@dialogue(
    "offered -; ringing 101; ringing 102; missed 101 rejected; answered 102; ended 102 agent last"
)
def all_phones_ring_and_one_refuses(pbx: Hotline) -> None:
    pbx.opens("101", "102")
    caller = pbx.arrives()
    one, two = pbx.rings(caller, "101"), pbx.rings(caller, "102")
    pbx.rest()
    pbx.refuses(caller, one, "21", "603")
    pbx.picks_up(caller, two)
    pbx.rest()
    pbx.ends(caller, two, by=two)


@dialogue(
    "offered -; ringing 101; ringing 102; answered 102; ended 101 answered_elsewhere",
    "ended 102 caller last",
)
def all_phones_ring_and_the_loser_goes_first(pbx: Hotline) -> None:
    """Without `cancel_answered_elsewhere` the loser's cause is 0, before `AgentConnect`."""
    pbx.opens("101", "102")
    caller = pbx.arrives()
    one, two = pbx.rings(caller, "101"), pbx.rings(caller, "102")
    pbx.state(two, "Up")
    pbx.dial_end(caller, two, "ANSWER")
    pbx.dial_end(caller, one, "CANCEL")
    pbx.hang(one, cause="0")
    pbx.member("101", "1")
    pbx.member("102", "2")
    pbx.connected(caller, two, "102")
    pbx.bridged(two, caller)
    pbx.rest()
    pbx.ends(caller, two)


@dialogue(
    "offered -; ringing 101; missed 101 no_answer; ringing 102; answered 102",
    "ended 102 caller last",
)
def the_next_phone_after_one_that_did_not_answer(pbx: Hotline) -> None:
    pbx.opens("101", "102")
    caller = pbx.arrives()
    pbx.no_answer(caller, pbx.rings(caller, "101"))
    pbx.rest()
    two = pbx.rings(caller, "102")
    pbx.picks_up(caller, two)
    pbx.rest()
    pbx.ends(caller, two)


@dialogue(
    ANSWERED,
    "2 offered -; 2 ringing 101; 2 missed 101 busy; 2 ringing 102; 2 answered 102",
    "ended 101 caller last; 2 ended 102 agent last",
)
def a_phone_in_use_is_rung_too(pbx: Hotline) -> None:
    """`ringinuse = yes`: 101 is talking, the phone answers busy."""
    pbx.opens("101", "102")
    first, own = pbx.talk()
    second = pbx.arrives("0987654321")
    again = pbx.channel("PJSIP/101", "101", second)
    pbx.called(second, again, "101")
    pbx.refuses(second, again, "17", "486", "BUSY")
    pbx.member("101", "2")
    two = pbx.rings(second, "102")
    pbx.rest()
    pbx.picks_up(second, two)
    pbx.rest()
    pbx.ends(first, own)
    pbx.ends(second, two, by=two)


@dialogue("offered -; ringing 101; abandoned - last")
def he_leaves_as_the_phone_is_lifted(pbx: Hotline) -> None:
    pbx.opens("101")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.state(own, "Up")
    pbx.dial_end(caller, own, "ANSWER")
    pbx.request(caller)
    pbx.given_up(caller)
    pbx.leaves(caller)
    pbx.hang(own)
    pbx.soft(caller)
    pbx.hang(caller)
    pbx.member("101", "1")


@dialogue("offered -; ringing 101; answered 101; ended 101 caller last")
def he_leaves_before_they_are_joined(pbx: Hotline) -> None:
    pbx.opens("101")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.state(own, "Up")
    pbx.dial_end(caller, own, "ANSWER")
    pbx.connected(caller, own, "101")
    pbx.request(caller)
    pbx.complete(caller, own, "caller")
    pbx.soft(caller)
    pbx.hang(own, caller)
    pbx.member("101", "1")


@dialogue("offered -; ringing 101; answered 101; ended 101 agent last")
def the_bridge_is_told_before_the_queue(pbx: Hotline) -> None:
    pbx.opens("101")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.state(own, "Up")
    pbx.bridged(own, caller)
    pbx.connected(caller, own, "101")
    pbx.dial_end(caller, own, "ANSWER")
    pbx.rest()
    pbx.ends(caller, own, by=own)


@dialogue("offered -; ringing 101; missed 101 rejected; ringing 102; answered 102",
          "ended 102 caller last")  # fmt: skip
def lifted_and_put_down_before_the_caller_was_there(pbx: Hotline) -> None:
    """`AgentDump`: the operator hung up while the queue announced the caller's waiting time."""
    pbx.opens("101", "102")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.state(own, "Up")
    pbx.dial_end(caller, own, "ANSWER")
    pbx.request(own, "16")
    fields = {"Queue": "1022", "Interface": "PJSIP/101", "MemberName": "An"}
    pbx.emit("AgentDump", caller.headers(), own.headers("Dest"), **fields)
    pbx.hang(own)
    pbx.member("101", "1")
    two = pbx.rings(caller, "102")
    pbx.picks_up(caller, two)
    pbx.rest()
    pbx.ends(caller, two)


# --- out of the queue


@dialogue("offered -; ringing 102; answered 102; ended 102 caller last")
def from_one_queue_to_the_next(pbx: Hotline) -> None:
    pbx.opens("102", queue="1023")
    caller = pbx.arrives()
    pbx.wait(60)
    pbx.given_up(caller)
    pbx.leaves(caller)
    pbx.emit("UserEvent", caller.headers(), UserEvent="QueueExit", Status="TIMEOUT")
    pbx.joins(caller, "1023")
    pbx.rest()
    his = pbx.rings(caller, "102", "1023")
    pbx.picks_up(caller, his, queue="1023")
    pbx.rest()
    pbx.ends(caller, his)


@dialogue("offered -; missed - leaveempty last")
def the_queue_is_empty(pbx: Hotline) -> None:
    caller = pbx.arrives()
    pbx.leaves(caller)
    pbx.emit("UserEvent", caller.headers(), UserEvent="QueueExit", Status="LEAVEEMPTY")
    pbx.soft(caller)
    pbx.hang(caller)


def _turned_away(status: str, name: str, **more: str) -> None:
    """`joinempty`, `maxlen`: the caller was never in the queue."""

    def play(pbx: Hotline) -> None:
        caller = pbx.channel(
            "PJSIP/carrier", CITIZEN, state="Ring", context="from-trunk", exten="1022"
        )
        pbx.state(caller, "Up")
        pbx.emit("UserEvent", caller.headers(), UserEvent="QueueExit", Status=status, **more)
        pbx.soft(caller)
        pbx.hang(caller)

    DIALOGUES[name] = Dialogue(play, ("offered -", f"missed - {status.lower()} last"))


_turned_away("JOINEMPTY", "turned_away_by_an_empty_queue", Queue="1022")
_turned_away("FULL", "turned_away_by_a_full_queue")


@dialogue("")
def a_colleague_is_turned_away_by_a_full_queue(pbx: Hotline) -> None:
    """An operator consults the second line of help: no citizen is lost."""
    pbx.opens("101")
    own = pbx.channel("PJSIP/101", "101", state="Ring", exten="1023")
    pbx.state(own, "Up")
    pbx.emit("UserEvent", own.headers(), UserEvent="QueueExit", Status="FULL")
    pbx.soft(own)
    pbx.hang(own)


@dialogue("offered -; ringing 101; abandoned - last")
def left_is_told_before_given_up(pbx: Hotline) -> None:
    pbx.opens("101")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.request(caller)
    place = {"Queue": "1022", "Position": "1", "OriginalPosition": "1", "HoldTime": "9"}
    pbx.leaves(caller)
    pbx.emit("QueueCallerAbandon", caller.headers(), **place)
    pbx.dial_end(caller, own, "CANCEL")
    pbx.hang(caller, own, cause="0")
    pbx.member("101", "1")


@dialogue("offered -; ringing 101; callback_requested - last")
def a_callback_is_asked_for_while_a_phone_rings(pbx: Hotline) -> None:
    pbx.opens("101")
    caller = pbx.arrives()
    own = pbx.rings(caller, "101")
    pbx.dial_end(caller, own, "CANCEL")
    pbx.goes_to(caller, "queue-1022-keys", "1")
    pbx.leaves(caller)
    pbx.hang(own, cause="0")
    pbx.member("101", "1")
    pbx.emit("UserEvent", caller.headers(), UserEvent="CallbackRequest", Number="0903123456")
    pbx.soft(caller)
    pbx.hang(caller)


@dialogue(
    "offered -; 2 offered -; 3 offered -; ringing 101; 2 ringing 102; 2 answered 102",
    "3 abandoned - last; answered 101; 2 ended 102 caller last; ended 101 agent last",
)
def three_callers_and_two_phones(pbx: Hotline) -> None:
    pbx.opens("101", "102")
    first, second, third = (pbx.arrives(f"090312345{n}") for n in range(3))
    one, two = pbx.rings(first, "101"), pbx.rings(second, "102")
    pbx.rest()
    pbx.picks_up(second, two)
    pbx.abandons(third)
    pbx.rest()
    pbx.picks_up(first, one)
    pbx.ends(second, two)
    pbx.rest()
    pbx.ends(first, one, by=one)


# --- the exchange


@dialogue("offered -; ringing 101; answered 101; ended 101 unknown last ?; 2 offered -",
          "2 abandoned - last")  # fmt: skip
def stopped_and_started_again(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.emit("Shutdown", Shutdown="Cleanly", Restart="True")
    pbx.soft(caller, "4")
    pbx.soft(own, "4")
    pbx.complete(caller, own, "caller")
    for leg in (caller, own):
        pbx.leave(leg)
    pbx.hang(own, caller)
    pbx.member("101", "5")
    pbx.emit("FullyBooted", Uptime="1", LastReload="1", Status="Fully Booted")
    other = pbx.arrives("0987654321")
    pbx.rest()
    pbx.abandons(other)


@dialogue(ANSWERED, "held 101; resumed 101; ended 101 caller last")
def reloaded_while_he_is_held(pbx: Hotline) -> None:
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.emit("Hold", own.headers())
    pbx.emit("Reload", Module="All", Status="0")
    pbx.emit("MessageWaiting", Mailbox="1022@default", Waiting="0", New="0", Old="0")
    for member in pbx.members:
        pbx.emit("QueueMemberStatus", member.headers())
    pbx.rest()
    pbx.emit("Unhold", own.headers())
    pbx.ends(caller, own)
