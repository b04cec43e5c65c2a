"""Consulting a colleague while the citizen waits: completed, given up, never answered; and who is
told.
"""

from console.domain.live_events import CallEvent
from console.telephony.asterisk.calls.tracker import CallTracker
from tests.unit.telephony.asterisk.script import Channel, Script


def asked(script: Script, uid: str = "1000.3", operator: str = "102") -> Channel:
    """101 holds the citizen; the PBX rings a colleague under the same linked id (`Atxfer`)."""
    caller, own = script.talking()
    script.send("Hold", own.headers())
    leg = Channel(uid, f"PJSIP/{operator}-00000003", operator, linkedid=caller.uid, state="Down")
    script.send("Newchannel", leg.headers())
    script.send("DialBegin", own.headers(), leg.headers("Dest"))
    return leg


def picks_up(script: Script, leg: Channel) -> None:
    leg.state = "Up"
    script.send("Newstate", leg.headers())
    own = Channel("1000.2", "PJSIP/101-00001000", "101", linkedid="1000.1")
    script.dial_end(own, leg, "ANSWER")


def test_an_answered_question_that_was_given_up() -> None:
    script = Script(CallTracker("101"))
    leg = asked(script)
    picks_up(script, leg)
    assert script.last("ringing").more["consult"] is True
    assert script.last("answered").more["consult"] is True
    assert script.last("answered").operator == "102"
    script.send("HangupRequest", leg.headers())
    script.gone(leg)
    over = script.last("ended")
    assert (over.operator, over.more["consult"], over.more["final"]) == ("102", True, False)
    own = Channel("1000.2", "PJSIP/101-00001000", "101", linkedid="1000.1")
    script.send("Unhold", own.headers())
    # The citizen is still 101's; 102, who served nobody, has no wrap-up.
    assert script.tracker.open_calls() == ("1000.1",)
    assert script.said[-1] == "resumed 101 -"
    assert script.tracker.snapshot()["calls"]["1000.1"][4] == ("101",)  # type: ignore[index]


def test_a_question_that_nobody_answered() -> None:
    script = Script(CallTracker("101"))
    leg = asked(script)
    script.gone(leg, cause="17", tech="486")
    missed = script.last("missed")
    assert (missed.operator, missed.reason) == ("102", "busy")
    assert (missed.more["consult"], missed.more["final"]) == (True, False)


def test_another_seat_hears_nothing_of_the_question() -> None:
    script = Script(CallTracker("103"))
    picks_up(script, asked(script))
    assert [e.kind for e in script.events if e.more.get("consult")] == []


def test_a_seat_that_keeps_calls_is_told_of_all_seats() -> None:
    one, other = Script(CallTracker()), Script(CallTracker("103", all_seats=True))
    for script in (one, other):
        picks_up(script, asked(script))
    assert one.said == other.said


def test_a_guest_who_does_not_come_to_the_conference_is_told() -> None:
    script = Script(CallTracker("101"))
    script.talking()
    script.tracker.expect_guest("a-7", "1000.1", "02838291022")
    answer = {"ActionID": "a-7", "Response": "Failure", "Reason": "5", "Uniqueid": "<unknown>"}
    told: list[CallEvent] = script.send("OriginateResponse", answer)
    assert [(e.kind, e.reason, e.more["target"]) for e in told] == [
        ("conferenced", "busy", "02838291022")
    ]
    assert script.send("OriginateResponse", answer) == []


def test_an_agency_outside_is_counted_in_the_conference() -> None:
    script = Script(CallTracker("101"))
    caller, own = script.talking()
    for leg in (caller, own):
        script.send("ConfbridgeJoin", leg.headers(), Conference="7101")
    guest = Channel("1000.9", "Local/02838291022@agents-00000001;1", "", linkedid="1000.9")
    (told,) = script.send("ConfbridgeJoin", guest.headers(), Conference="7101")
    assert told.more["count"] == 3
    assert "02838291022" in str(told.more["participants"])
