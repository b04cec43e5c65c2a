"""Dialogues that no recording has, as Asterisk 22 would send them: transfers by the phone's own
REFER (consulted first, given up, completed while the colleague rings, to an outside agency),
refused and recalled ones, and the same events in other orders.

Each takes a script, the stem of its Uniqueids and its two operators, so that two can be
interleaved.
"""

from collections.abc import Callable

from tests.unit.telephony.asterisk.script import Channel, Script


class Call:
    """A citizen in the queue, answered by the first operator."""

    def __init__(
        self, script: Script, stem: str, one: str, two: str, number: str = "0903123456"
    ) -> None:
        self.script, self.stem, self.one, self.two = script, stem, one, two
        self.bridge = f"b{stem}.1"
        self.caller = script.arrives(f"{stem}.1", number, "Trần Thị Bưởi")
        self.own = script.queue_rings(self.caller, f"{stem}.2", one)
        script.rest()
        script.picks_up(self.caller, self.own, one)
        script.rest()

    def asks(self, to: str = "") -> tuple[Channel, Channel]:
        """The operator's phone calls a colleague (or `to`, outside) on its second line."""
        goal = to or self.two
        mine = Channel(
            f"{self.stem}.3", f"PJSIP/{self.one}-000a0003", self.one, exten=goal, state="Ring"
        )
        mine.context = "agents"
        self.script.send("Newchannel", mine.headers())
        name = "carrier" if to else goal
        his = Channel(f"{self.stem}.4", f"PJSIP/{name}-000a0004", goal, mine.uid, state="Down")
        self.script.send("Newchannel", his.headers())
        dialled = f"{goal}@carrier" if to else goal
        self.script.send("DialBegin", mine.headers(), his.headers("Dest"), DialString=dialled)
        his.state = "Ringing"
        self.script.send("Newstate", his.headers())
        self.script.rest()
        return mine, his

    def answers(self, mine: Channel, his: Channel) -> None:
        """The person consulted answers."""
        mine.state = his.state = "Up"
        self.script.dial_end(mine, his, "ANSWER")
        for leg in (his, mine):
            self.script.send(
                "BridgeEnter", leg.headers(), BridgeUniqueid=f"q{self.stem}", BridgeType="basic"
            )
        if "Local/" not in mine.name:
            self.script.rest()

    def passed_on(self, mine: Channel, his: Channel) -> None:
        """The event of a `REFER` with `Replaces`."""
        self.script.send(
            "AttendedTransfer",
            self.own.headers("OrigTransferer"),
            mine.headers("SecondTransferer"),
            his.headers("TransferTarget"),
            Result="Success",
            SecondTransfererConnectedLineNum=his.number,
        )

    def goes_over(self, his: Channel) -> None:
        """The person consulted enters the citizen's bridge; their leg now has the citizen's linked
        id.
        """
        his.linkedid = self.caller.uid
        self.script.send(
            "BridgeEnter", his.headers(), BridgeUniqueid=self.bridge, BridgeType="basic"
        )

    def ends(self, *legs: Channel) -> None:
        """The citizen hangs up; the rest of the call goes."""
        if any(leg.number in (self.one, self.two) for leg in legs):  # Somebody at a desk.
            self.script.rest()
        self.script.send("HangupRequest", self.caller.headers())
        self.script.unbridged(self.caller)
        self.script.gone(*legs, self.caller)


def asked_and_given_up(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    mine, his = call.asks()
    call.answers(mine, his)
    script.send("HangupRequest", mine.headers())
    script.gone(his, mine)
    script.send("Unhold", call.own.headers())
    call.ends(call.own)


def taken_back_before_the_question_ends(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    mine, his = call.asks()
    call.answers(mine, his)
    script.send("Unhold", call.own.headers())
    script.send("HangupRequest", his.headers())
    script.gone(mine, his)
    call.ends(call.own)


def asked_who_is_busy(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    mine, his = call.asks()
    script.dial_end(mine, his, "NOANSWER")
    script.gone(his, cause="17", tech="486")
    script.gone(mine)
    script.send("Unhold", call.own.headers())
    call.ends(call.own)


def passed_on_without_a_hold(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    mine, his = call.asks()
    call.answers(mine, his)
    call.passed_on(mine, his)  # Before the colleague's leg moves, unlike in 04.
    call.goes_over(his)
    script.unbridged(call.own)
    script.gone(mine, call.own)
    call.ends(his)


def passed_on_while_it_rings(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    mine, his = call.asks()
    half_one, half_two = _local_takes_over(call, mine, his)
    call.answers(mine, his)
    call.goes_over(his)
    script.gone(half_one, mine)
    del half_two
    call.ends(his)


def passed_on_and_nobody_there(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    mine, his = call.asks()
    half_one, _ = _local_takes_over(call, mine, his)
    script.send("HangupRequest", call.caller.headers())
    script.unbridged(call.caller)
    script.dial_end(mine, his, "CANCEL")
    script.gone(his, half_one, mine, call.caller)


def _local_takes_over(call: Call, mine: Channel, his: Channel) -> tuple[Channel, Channel]:
    """A Local channel replaces the asking leg, which stays in its `Dial`."""
    script = call.script
    one = Channel(f"{call.stem}.5", f"Local/{call.two}@agents-000a0005;1", state="Up")
    two = Channel(f"{call.stem}.6", f"Local/{call.two}@agents-000a0005;2", state="Up")
    one.linkedid = two.linkedid = call.caller.uid
    script.send("Newchannel", one.headers())
    script.send("Newchannel", two.headers())
    call.passed_on(mine, his)
    phone, plumbing = mine.name, two.name
    for leg, new in (
        (two, f"{plumbing}<MASQ>"),
        (mine, plumbing),
        (two, f"{phone}<ZOMBIE>"),
    ):
        script.send("Rename", Channel=leg.name, Newname=new, Uniqueid=leg.uid)
        leg.name = new
    script.gone(two)
    script.send("BridgeEnter", one.headers(), BridgeUniqueid=call.bridge, BridgeType="basic")
    script.unbridged(call.own)
    script.gone(call.own)
    return one, two


def an_agency_outside_gets_the_citizen(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    mine, his = call.asks("02838291022")
    call.answers(mine, his)
    call.goes_over(his)
    call.passed_on(mine, his)
    script.unbridged(call.own)
    script.gone(mine, call.own)
    call.ends(his)


def blind_with_a_hold_before(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    script.send("BlindTransfer", call.own.headers("Transferer"), Result="Success", Extension=two)
    script.send("Unhold", call.own.headers())
    script.unbridged(call.own, call.caller)
    script.gone(call.own)
    his = _rings_again(call, two, f"{stem}.4")
    _picks_up(call, his)
    call.ends(his)


def _rings_again(call: Call, operator: str, uid: str) -> Channel:
    call.caller.context, call.caller.exten = "agents", operator
    his = Channel(uid, f"PJSIP/{operator}-000a00{uid[-1]}4", operator, call.caller.uid)
    his.state = "Ringing"
    call.script.send("Newchannel", his.headers())
    call.script.send("DialBegin", call.caller.headers(), his.headers("Dest"))
    call.script.rest()
    return his


def _picks_up(call: Call, leg: Channel) -> None:
    leg.state = "Up"
    call.script.send("Newstate", leg.headers())
    call.script.dial_end(call.caller, leg, "ANSWER")
    call.script.bridged(leg, call.caller)


def blind_to_a_number_that_is_none(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("BlindTransfer", call.own.headers("Transferer"), Result="Invalid", Extension="9999")
    call.ends(call.own)


def blind_comes_back(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("BlindTransfer", call.own.headers("Transferer"), Result="Success", Extension=two)
    script.unbridged(call.own, call.caller)
    script.gone(call.own)
    his = _rings_again(call, two, f"{stem}.4")
    script.dial_end(call.caller, his, "NOANSWER")
    script.gone(his, cause="19")
    back = _rings_again(call, one, f"{stem}.5")  # The dialplan rings the operator who transferred.
    _picks_up(call, back)
    call.ends(back)


def the_exchange_stops_in_a_question(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    mine, his = call.asks()
    call.answers(mine, his)
    legs = (his, mine, call.own, call.caller)
    for leg in legs:
        script.send("SoftHangupRequest", leg.headers(), Cause="4")
    script.gone(*legs)
    script.send("FullyBooted", Status="Fully Booted")


def a_reload_in_a_question(script: Script, stem: str, one: str, two: str) -> None:
    call = Call(script, stem, one, two)
    script.send("Hold", call.own.headers())
    mine, his = call.asks()
    script.send("Reload", Module="All", Status="0")
    script.send("MessageWaiting", Mailbox="1022@default", New="0", Old="0")
    call.answers(mine, his)
    script.send("HangupRequest", his.headers())
    script.gone(his, mine)
    script.send("Unhold", call.own.headers())
    call.ends(call.own)


type Dialogue = Callable[[Script, str, str, str], None]

DIALOGUES: dict[str, tuple[Dialogue, str]] = {
    "asked_and_given_up": (
        asked_and_given_up,
        "held 101; offered 102 asks; ringing 102 asks; answered 102 asks;"
        " ended 102 caller asks cancelled; resumed 101; ended 101 caller",
    ),
    "taken_back_before_the_question_ends": (
        taken_back_before_the_question_ends,
        "held 101; offered 102 asks; ringing 102 asks; answered 102 asks; resumed 101;"
        " ended 102 agent asks cancelled; ended 101 caller",
    ),
    "asked_who_is_busy": (
        asked_who_is_busy,
        "held 101; offered 102 asks; ringing 102 asks; missed 102 busy asks cancelled;"
        " resumed 101; ended 101 caller",
    ),
    "passed_on_without_a_hold": (
        passed_on_without_a_hold,
        "offered 102 asks; ringing 102 asks; answered 102 asks; transferred 101 attended to=102;"
        " ended 101 transfer; ended 102 transfer asks; answered 102; ended 102 caller",
    ),
    "passed_on_while_it_rings": (
        passed_on_while_it_rings,
        "held 101; offered 102 asks; ringing 102 asks; transferred 101 attended to=102;"
        " ended 101 transfer; answered 102 asks; ended 102 transfer asks; answered 102;"
        " ended 102 caller",
    ),
    "passed_on_and_nobody_there": (
        passed_on_and_nobody_there,
        "offered 102 asks; ringing 102 asks; transferred 101 attended to=102; ended 101 transfer;"
        " missed 102 no_answer asks; missed - no_answer",
    ),
    "an_agency_outside_gets_the_citizen": (
        an_agency_outside_gets_the_citizen,
        "held 101; ringing 101 asks; answered 101 asks; transferred 101 attended to=02838291022;"
        " ended 101 transfer; ended 101 transfer asks; ended - caller",
    ),
    "blind_with_a_hold_before": (
        blind_with_a_hold_before,
        "held 101; transferred 101 blind to=102; ended 101 transfer; ringing 102; answered 102;"
        " ended 102 caller",
    ),
    "blind_to_a_number_that_is_none": (
        blind_to_a_number_that_is_none,
        "transferred 101 failed to=9999; ended 101 caller",
    ),
    "blind_comes_back": (
        blind_comes_back,
        "transferred 101 blind to=102; ended 101 transfer; ringing 102; missed 102 no_answer;"
        " ringing 101; answered 101; ended 101 caller",
    ),
    "the_exchange_stops_in_a_question": (
        the_exchange_stops_in_a_question,
        "held 101; offered 102 asks; ringing 102 asks; answered 102 asks;"
        " ended 102 unknown asks cancelled; ended 101 unknown",
    ),
    "a_reload_in_a_question": (
        a_reload_in_a_question,
        "held 101; offered 102 asks; ringing 102 asks; answered 102 asks;"
        " ended 102 agent asks cancelled; resumed 101; ended 101 caller",
    ),
}
"""Each with its expected report after the citizen was answered."""
