"""Traps of docs/reference/asterisk.md without a recording, each by a short transcript: numbers,
queue, ringing phones, members. `test_traps_onward` has transfers, outgoing calls and ends.
"""

import pytest

from console.telephony.asterisk.calls.tracker import CallTracker
from tests.unit.telephony.asterisk.script import START, Channel, Script


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


# --- the queue


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


def test_t41_message_waiting_zero_is_no_news_and_t44_a_new_one_is() -> None:
    script = Script()
    assert script.send("MessageWaiting", Mailbox="1022@default", New="0", Old="0") == []
    told = script.send("MessageWaiting", Mailbox="1022@default", New="1", Old="0")
    assert [(event.kind, event.reason, event.more["new"]) for event in told] == [
        ("queue_changed", "voicemail", 1)
    ]


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


# --- phones


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
        *((code, "0", "busy") for code in ("486", "600")),
        *((code, "0", "rejected") for code in ("403", "603", "607", "608")),
        *((code, "0", "unreachable") for code in ("404", "408", "410", "484", "502", "503", "604")),
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


def test_pick_up_by_a_colleague() -> None:
    script = Script()
    caller = script.arrives("1000.1")
    leg = script.queue_rings(caller, "1000.2", "101")
    other = Channel("1000.3", "PJSIP/102-00000003", "102", caller.uid)
    script.bridged(caller, other)
    script.gone(leg, cause="26")
    assert script.said[-2:] == ["answered 102 -", "ended 101 answered_elsewhere"]


# --- members


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


def test_one_of_two_phones_that_goes_is_not_the_operator() -> None:
    """Both were there before the console; the other still rings."""
    script = Script()
    base = {"AOR": "101", "EndpointName": "101"}
    script.send("QueueMemberAdded", Queue="1022", Interface="PJSIP/101", Status="1", Paused="0")
    script.send("ContactStatus", base, URI="sip:101@computer", ContactStatus="Removed")
    assert [event.more["state"] for event in script.events] == ["ready"]
    script.send("PeerStatus", Peer="PJSIP/101", PeerStatus="Unreachable")
    script.send("ContactStatus", base, URI="sip:101@desk", ContactStatus="Removed")
    assert [event.more["state"] for event in script.events] == ["ready", "unreachable"]


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
