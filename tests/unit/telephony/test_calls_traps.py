"""The traps of TELEPHONY.md 5 that have no recording, each by a short transcript."""

import pytest

from console.telephony.calls import CallTracker
from tests.unit.telephony.ami_script import Channel, Script

START = ["offered - -", "ringing 101 -", "answered 101 -"]


@pytest.mark.parametrize(
    "number", ["<unknown>", "unknown", "anonymous", "Anonymous", "(null)", "", "<null>"]
)
def test_t11_a_withheld_number_is_none(number: str) -> None:
    script = Script()
    script.arrives("1000.1", number)
    assert script.last("offered").peer_number is None
    assert script.last("offered").peer_name is None


def test_t12_a_callers_name_keeps_its_accents_and_loses_what_hides() -> None:
    script = Script()
    script.arrives("1000.1", name="Trần Thị Bưởi\u202e")
    assert script.last("offered").peer_name == "Trần Thị Bưởi"


def test_t20_a_queue_timeout_is_not_an_abandonment() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    script.send("QueueCallerAbandon", caller.headers(), Queue="1022", Position="1", HoldTime="120")
    script.send("QueueCallerLeave", caller.headers(), Queue="1022", Position="1", Count="0")
    script.send("UserEvent", caller.headers(), UserEvent="QueueExit", Status="TIMEOUT")
    script.wait(5)
    script.send("HangupRequest", caller.headers())
    script.gone(caller)
    assert script.said == ["offered - -", "missed - timeout"]
    assert script.last("missed").more["final"] is True


def test_t20_without_the_user_event_too() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    script.send("QueueCallerAbandon", caller.headers(), Queue="1022")
    script.send("QueueCallerLeave", caller.headers(), Queue="1022", Count="0")
    script.wait(2)
    script.send("SoftHangupRequest", caller.headers(), Cause="16")
    script.gone(caller)
    assert script.said == ["offered - -", "missed - timeout"]


def test_t20_after_a_timeout_somebody_may_still_answer() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    script.send("QueueCallerAbandon", caller.headers(), Queue="1022")
    script.send("QueueCallerLeave", caller.headers(), Queue="1022", Count="0")
    script.send("UserEvent", caller.headers(), UserEvent="QueueExit", Status="TIMEOUT")
    leg = Channel("1000.5", "PJSIP/105-00000005", "105", caller.uid, state="Down")
    script.send("Newchannel", leg.headers())
    script.send("DialBegin", caller.headers(), leg.headers("Dest"))
    script.dial_end(caller, leg, "ANSWER")
    script.send("HangupRequest", leg.headers())
    script.gone(leg, caller)
    assert script.said == ["offered - -", "ringing 105 -", "answered 105 -", "ended 105 agent"]


def test_the_hang_up_may_come_just_after_the_abandonment() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    script.send("QueueCallerAbandon", caller.headers(), Queue="1022")
    script.send("HangupRequest", caller.headers())
    script.gone(caller)
    assert script.said == ["offered - -", "abandoned - -"]


def test_an_abandonment_without_its_event_is_found_at_the_hang_up() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    script.send("HangupRequest", caller.headers())
    script.gone(caller)
    assert script.said == ["offered - -", "abandoned - -"]


def test_t22_positions_close_up() -> None:
    script = Script()
    first = script.arrives("1000.1", "0903000001")
    second = Channel("1001.1", "PJSIP/carrier-000000a1", "0903000002")
    script.send("Newchannel", second.headers())
    script.send("QueueCallerJoin", second.headers(), Queue="1022", Position="2", Count="2")
    assert script.last("queue_changed").more["calls"] == ["1000.1", "1001.1"]
    script.send("HangupRequest", first.headers())
    script.send("QueueCallerAbandon", first.headers(), Queue="1022")
    script.send("QueueCallerLeave", first.headers(), Queue="1022", Position="1", Count="1")
    assert script.last("queue_changed").more == {"waiting": 1, "calls": ["1001.1"]}


def ring_two(script: Script) -> tuple[Channel, Channel, Channel]:
    caller = script.arrives("1000.1")
    one = script.queue_rings(caller, "1000.2", "101")
    two = script.queue_rings(caller, "1000.3", "102")
    return caller, one, two


@pytest.mark.parametrize("cause", ["26", "0"])
def test_when_all_phones_ring_the_losers_missed_nothing(cause: str) -> None:
    script = Script()
    caller, one, two = ring_two(script)
    script.picks_up(caller, two, "102")
    script.dial_end(caller, one, "CANCEL")
    script.gone(one, cause=cause)
    assert script.said[-2:] == ["answered 102 -", "ended 101 answered_elsewhere"]
    script.send("HangupRequest", caller.headers())
    script.gone(two, caller)
    assert script.said[-1] == "ended 102 caller"


def test_a_loser_may_be_cancelled_before_the_answer_is_told() -> None:
    script = Script()
    caller, one, two = ring_two(script)
    script.dial_end(caller, one, "CANCEL")
    script.gone(one, cause="0")
    assert script.said[-1] == "ringing 102 -"
    script.picks_up(caller, two, "102")
    assert script.said[-2:] == ["answered 102 -", "ended 101 answered_elsewhere"]


def test_when_all_phones_ring_and_the_caller_leaves_there_is_one_abandonment() -> None:
    script = Script()
    caller, one, two = ring_two(script)
    script.send("HangupRequest", caller.headers())
    for leg in (one, two):
        script.dial_end(caller, leg, "CANCEL")
    script.send("QueueCallerAbandon", caller.headers(), Queue="1022", HoldTime="9")
    script.gone(one, two, caller)
    assert script.said == ["offered - -", "ringing 101 -", "ringing 102 -", "abandoned - -"]


@pytest.mark.parametrize(
    ("tech", "cause", "reason"),
    [
        ("486", "17", "busy"),
        ("603", "21", "rejected"),
        ("480", "20", "unreachable"),
        ("", "19", "no_answer"),
    ],
)
def test_t25_only_the_sip_code_tells_why_a_phone_did_not_answer(
    tech: str, cause: str, reason: str
) -> None:
    script = Script()
    caller = script.arrives("1000.1")
    leg = script.queue_rings(caller, "1000.2")
    script.dial_end(caller, leg, "NOANSWER")
    script.gone(leg, cause=cause, tech=tech)
    assert script.said[-1] == f"missed 101 {reason}"
    assert script.last("missed").more["final"] is False


@pytest.mark.parametrize("before", [True, False])
def test_t26_ring_time_is_milliseconds_before_or_after_dial_end(before: bool) -> None:
    script = Script()
    caller = script.arrives("1000.1")
    leg = script.queue_rings(caller, "1000.2")

    def rna() -> None:
        script.send(
            "AgentRingNoAnswer",
            caller.headers(),
            leg.headers("Dest"),
            Interface="PJSIP/101",
            RingTime="15000",
        )

    if before:
        rna()
    script.dial_end(caller, leg, "NOANSWER")
    if not before:
        rna()
    script.gone(leg)
    assert script.last("missed").more["ring_s"] == 15.0


def test_t28_unhold_without_hold_is_no_news() -> None:
    script = Script()
    _, leg = script.talking()
    assert script.send("Unhold", leg.headers()) == []


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


def test_t41_message_waiting_zero_is_no_news_and_t44_a_new_one_is() -> None:
    script = Script()
    assert script.send("MessageWaiting", Mailbox="1022@default", New="0", Old="0") == []
    told = script.send("MessageWaiting", Mailbox="1022@default", New="1", Old="0")
    assert [(event.kind, event.reason, event.more["new"]) for event in told] == [
        ("queue_changed", "voicemail", 1)
    ]


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


def test_t45_two_consoles_tell_of_one_abandonment_under_one_key() -> None:
    keys = set()
    for extension in ("101", "102"):
        script = Script(CallTracker(extension, pbx="hcmc"))
        caller = script.arrives("1000.1")
        script.send("HangupRequest", caller.headers())
        script.send("QueueCallerAbandon", caller.headers(), Queue="1022")
        event = script.last("abandoned")
        keys.add((event.pbx, event.call_id, event.peer_number))
    assert keys == {("hcmc", "1000.1", "0903123456")}


def test_several_callers_at_once_do_not_mix() -> None:
    script = Script()
    first = script.arrives("1000.1", "0903000001")
    second = script.arrives("1000.5", "anonymous")
    one = script.queue_rings(first, "1000.2", "101")
    two = script.queue_rings(second, "1000.6", "102")
    script.picks_up(second, two, "102")
    script.send("HangupRequest", first.headers())
    script.dial_end(first, one, "CANCEL")
    script.send("QueueCallerAbandon", first.headers(), Queue="1022")
    script.gone(one, first)
    script.send("HangupRequest", two.headers())
    script.gone(two, second)
    by_call = {
        call: [event.kind for event in script.events if event.call_id == call]
        for call in ("1000.1", "1000.5")
    }
    assert [k for k in by_call["1000.1"] if k != "queue_changed"] == [
        "offered",
        "ringing",
        "abandoned",
    ]
    assert [k for k in by_call["1000.5"] if k != "queue_changed"] == [
        "offered",
        "ringing",
        "answered",
        "ended",
    ]
    assert script.tracker.book.calls == {}
    assert script.tracker.book.legs == {}


def test_queue_members_behind_local_channels_are_the_operator() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    one = Channel("1000.2", "Local/101@agents-00000001;1", "101", caller.uid, state="Down")
    two = Channel("1000.3", "Local/101@agents-00000001;2", "0903123456", caller.uid, state="Ring")
    script.send("Newchannel", one.headers())
    script.send("Newchannel", two.headers())
    script.send(
        "AgentCalled",
        caller.headers(),
        one.headers("Dest"),
        Queue="1022",
        Interface="Local/101@agents/n",
    )
    phone = Channel("1000.4", "PJSIP/101-00000004", "101", caller.uid, state="Ringing")
    script.send("DialBegin", two.headers(), phone.headers("Dest"))
    script.dial_end(two, phone, "ANSWER")
    script.send(
        "AgentConnect",
        caller.headers(),
        one.headers("Dest"),
        Queue="1022",
        Interface="Local/101@agents/n",
    )
    assert script.said == START


def test_pick_up_by_a_colleague() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    leg = script.queue_rings(caller, "1000.2", "101")
    other = Channel("1000.3", "PJSIP/102-00000003", "102", caller.uid)
    script.bridged(caller, other)
    script.gone(leg, cause="26")
    assert script.said[-2:] == ["answered 102 -", "ended 101 answered_elsewhere"]


def test_t15_last_pause_stays_after_unpausing() -> None:
    script = Script()
    fields = {"Queue": "1022", "Interface": "PJSIP/101", "Status": "1", "LastPause": "1795545410"}
    script.send("QueueMemberPause", fields, Paused="1", PausedReason="Ăn trưa")
    assert (script.events[-1].more["state"], script.events[-1].reason) == ("paused", "Ăn trưa")
    script.send("QueueMemberPause", fields, Paused="0", PausedReason="")
    assert script.events[-1].more["state"] == "ready"
    assert "since" not in script.events[-1].more


@pytest.mark.parametrize(
    ("status", "state"),
    [("1", "ready"), ("2", "on_call"), ("5", "unreachable"), ("6", "ringing"), ("8", "on_call")],
)
def test_t16_member_states(status: str, state: str) -> None:
    script = Script()
    script.send("QueueMemberStatus", Queue="1022", Interface="PJSIP/101", Status=status, Paused="0")
    assert script.events[-1].more["state"] == state


def test_a_phone_that_comes_back_on_a_new_port_is_not_gone() -> None:
    script = Script()
    base = {"AOR": "101", "EndpointName": "101"}
    script.send("QueueMemberAdded", Queue="1022", Interface="PJSIP/101", Status="1", Paused="0")
    script.send("ContactStatus", base, URI="sip:101@new", ContactStatus="NonQualified")
    script.send("ContactStatus", base, URI="sip:101@old", ContactStatus="Removed")
    assert script.events[-1].more["state"] == "ready"


def test_a_trunk_is_nobodys_phone() -> None:
    script = Script()
    assert script.send("PeerStatus", Peer="PJSIP/carrier", PeerStatus="Unreachable") == []


def test_wrap_up_ends_when_somebody_says_so() -> None:
    script = Script(CallTracker("101"))
    script.send("QueueMemberAdded", Queue="1022", Interface="PJSIP/101", Status="1", Paused="0")
    caller, leg = script.talking()
    script.send("HangupRequest", caller.headers())
    script.gone(leg, caller)
    script.send("QueueMemberStatus", Queue="1022", Interface="PJSIP/101", Status="1", Paused="0")
    assert script.last("agent_changed").more["state"] == "wrap_up"
    told = script.tracker.end_wrap_up()
    assert [event.more["state"] for event in told] == ["ready"]
    assert script.tracker.end_wrap_up() == []
