"""Traps of docs/reference/asterisk.md without a recording, each by a short transcript: transfers,
outgoing calls, who hung up, an exchange that stops. `test_traps` has numbers, queue and phones.
"""

import pytest

from console.telephony.asterisk.calls.tracker import CallTracker
from tests.unit.telephony.asterisk.script import START, Channel, Script


def test_trap_1_and_6_our_redirect_frees_the_operator_and_the_late_complete_changes_nothing() -> (
    None
):
    script = Script()
    script.send("QueueMemberAdded", Queue="1022", Interface="PJSIP/101", Status="1", Paused="0")
    caller, leg = script.talking()
    caller.context, caller.exten = "agents", "102"
    script.unbridged(caller, leg)
    script.gone(leg)
    assert script.said[-2:] == ["transferred 101 blind", "ended 101 transfer"]
    assert script.last("transferred").more["target"] == "102"
    assert script.last("agent_changed").more["state"] == "wrap_up"
    other = Channel("1000.3", "PJSIP/102-00000003", "102", caller.uid, state="Down")
    script.send("Newchannel", other.headers())
    script.send("DialBegin", caller.headers(), other.headers("Dest"))
    script.dial_end(caller, other, "ANSWER")
    before = list(script.said)
    script.send(
        "AgentComplete",
        caller.headers(),
        leg.headers("Dest"),
        Interface="PJSIP/101",
        Reason="caller",
        TalkTime="90",
    )
    assert script.said == before
    script.send("HangupRequest", caller.headers())
    script.gone(other, caller)
    assert script.said[-1] == "ended 102 caller"


def test_t30_a_transfer_that_nobody_answers_is_a_missed_call_of_the_target() -> None:
    script = Script()
    caller, leg = script.talking()
    caller.context, caller.exten = "agents", "102"
    script.unbridged(caller, leg)
    script.gone(leg)
    other = Channel("1000.3", "PJSIP/102-00000003", "102", caller.uid, state="Ringing")
    script.send("Newchannel", other.headers())
    script.send("DialBegin", caller.headers(), other.headers("Dest"))
    script.send("HangupRequest", caller.headers())
    script.dial_end(caller, other, "CANCEL")
    script.gone(other, caller)
    assert script.said[-2:] == ["ringing 102 -", "missed 102 no_answer"]
    assert script.last("missed").more["final"] is True


def test_t33_a_cancelled_consultation_leaves_the_citizen_with_the_operator() -> None:
    script = Script()
    caller, leg = script.talking()
    script.send("Hold", leg.headers())
    two = Channel("1000.7", "Local/102@agents-00000000;2", "101", caller.uid, state="Ring")
    script.send("Newchannel", two.headers())
    other = Channel("1000.8", "PJSIP/102-00000008", "102", caller.uid, state="Ringing")
    script.send("DialBegin", two.headers(), other.headers("Dest"))
    for digit in "*1":
        script.send("DTMFEnd", leg.headers(), Digit=digit, Direction="Received")
    script.dial_end(two, other, "CANCEL")
    script.gone(other, two)
    script.send("Unhold", leg.headers())
    assert script.said == [
        *START,
        "held 101 -",
        "ringing 102 -",
        "missed 102 no_answer",
        "resumed 101 -",
    ]
    assert script.last("missed").more["final"] is False
    script.send("HangupRequest", caller.headers())
    script.gone(leg, caller)
    assert script.said[-1] == "ended 101 caller"


# --- calls out


def originate(script: Script, action_id: str = "seat-1") -> Channel:
    script.tracker.expect_dial(action_id, "0903123456", "HCM-1", "101")
    own = Channel("2000.1", "PJSIP/101-00000021", "0903123456", state="Ringing", context="agents")
    script.send("Newchannel", own.headers())
    script.send("DialBegin", own.headers("Dest"), DialString="101")
    return own


def own_answered(script: Script, own: Channel) -> Channel:
    own.state = "Up"
    script.send("DialEnd", own.headers("Dest"), DialStatus="ANSWER")
    script.send(
        "OriginateResponse",
        ActionID="seat-1",
        Response="Success",
        Reason="4",
        Uniqueid=own.uid,
        Channel=own.name,
    )
    out = Channel("2000.2", "PJSIP/carrier-00000022", "0903123456", own.uid, state="Down")
    script.send("Newchannel", out.headers())
    script.send("DialBegin", own.headers(), out.headers("Dest"), DialString="0903123456@carrier")
    return out


@pytest.mark.parametrize(
    ("status", "tech", "cause", "outcome"),
    [
        ("BUSY", "486", "17", "busy"),
        ("NOANSWER", "", "19", "no_answer"),
        ("NOANSWER", "603", "21", "rejected"),
        ("NOANSWER", "486", "17", "busy"),
        ("CONGESTION", "503", "34", "unreachable"),
        ("CHANUNAVAIL", "", "20", "unreachable"),
        ("CANCEL", "", "0", "cancelled"),
    ],
)
def test_t25_outcome_of_the_citizens_leg(status: str, tech: str, cause: str, outcome: str) -> None:
    script = Script()
    own = originate(script)
    out = own_answered(script, own)
    extra = {"TechCause": tech} if tech else {}
    script.send("HangupRequest", out.headers(), {"Cause": cause}, extra)
    script.dial_end(own, out, status)
    script.gone(out, cause=cause, tech=tech)
    script.gone(own)
    ended = script.last("ended")
    assert script.said == ["ringing 101 -", f"ended 101 {ended.reason}"]
    assert ended.more["outcome"] == outcome
    assert ended.more["ref"] == "HCM-1"
    assert (ended.direction, ended.peer_number) == ("out", "0903123456")


@pytest.mark.parametrize("early", [True, False])
def test_t35_originate_response_before_or_after_dial_end(early: bool) -> None:
    script = Script()
    own = originate(script)
    if early:
        script.send(
            "OriginateResponse", ActionID="seat-1", Response="Success", Uniqueid=own.uid, Reason="4"
        )
    out = own_answered(script, own)
    out.state = "Up"
    script.dial_end(own, out, "ANSWER")
    assert script.said == ["ringing 101 -", "answered 101 -"]
    assert script.last("answered").more["ref"] == "HCM-1"


@pytest.mark.parametrize("reason", ["3", "0"])
def test_t36_my_own_phone_did_not_answer_is_no_attempt(reason: str) -> None:
    script = Script()
    script.tracker.expect_dial("seat-1", "0903123456", "HCM-1", "101")
    script.send(
        "OriginateResponse",
        ActionID="seat-1",
        Response="Failure",
        Reason=reason,
        Uniqueid="<unknown>",
        Channel="PJSIP/101",
    )
    assert script.said == ["ended 101 unknown"]
    assert script.last("ended").more["outcome"] == "no_attempt"
    assert script.last("ended").more["ref"] == "HCM-1"


def test_trap_5_another_consoles_originate_response_is_not_ours() -> None:
    script = Script()
    script.tracker.expect_dial("seat-1", "0903123456", "HCM-1", "101")
    told = script.send("OriginateResponse", ActionID="other-1", Response="Failure", Reason="3")
    assert told == []


def test_a_call_dialled_by_hand_is_a_call_out() -> None:
    script = Script()
    own = Channel("3000.1", "PJSIP/101-00000031", "101", exten="0903999888", state="Ring")
    script.send("Newchannel", own.headers())
    out = Channel("3000.2", "PJSIP/carrier-00000032", "0903999888", own.uid, state="Down")
    script.send("DialBegin", own.headers(), out.headers("Dest"))
    script.dial_end(own, out, "ANSWER")
    script.send("HangupRequest", out.headers())
    script.gone(out, own)
    assert script.said == ["ringing 101 -", "answered 101 -", "ended 101 caller"]
    assert script.last("ended").peer_number == "0903999888"


# --- the end


def test_t40_our_hang_up_by_button_is_the_operators() -> None:
    script = Script(CallTracker("101"))
    caller, leg = script.talking()
    script.tracker.pressed_hangup(caller.uid)
    script.send("SoftHangupRequest", leg.headers(), Cause="16")
    script.send(
        "AgentComplete",
        caller.headers(),
        leg.headers("Dest"),
        Interface="PJSIP/101",
        Reason="caller",
    )
    script.unbridged(leg, caller)
    script.gone(leg, caller)
    assert script.said[-1] == "ended 101 agent"


@pytest.mark.parametrize(
    ("announced", "legs", "flag"), [(True, 2, "16"), (False, 2, "16"), (False, 1, "4")]
)
def test_t43_when_the_pbx_stops_nobody_hung_up(announced: bool, legs: int, flag: str) -> None:
    script = Script()
    caller, leg = script.talking()
    if announced:
        script.send("Shutdown", Shutdown="Cleanly", Restart="False")
    for one in (leg, caller)[:legs]:
        script.send("SoftHangupRequest", one.headers(), Cause=flag)
    script.send(
        "AgentComplete",
        caller.headers(),
        leg.headers("Dest"),
        Interface="PJSIP/101",
        Reason="caller",
    )
    script.unbridged(caller, leg)
    script.gone(leg, caller)
    assert script.said[-1] == "ended 101 unknown"
    assert script.last("ended").certain is False


def test_t43_a_waiting_caller_lost_by_a_stop_is_kept_for_a_callback() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    script.send("SoftHangupRequest", caller.headers(), Cause="4")
    script.send("QueueCallerAbandon", caller.headers(), Queue="1022")
    script.gone(caller)
    assert script.said == ["offered - -", "missed - unknown"]
    assert script.last("missed").certain is False
