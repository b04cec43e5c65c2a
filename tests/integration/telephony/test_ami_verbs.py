"""What a line's less frequent buttons ask of the PBX, against the replay peer over TCP."""

from datetime import UTC, datetime

import pytest

from console.domain.live_events import CallTaken
from console.telephony.asterisk.line import SPY
from tests.fakes.ami.calls import Hotline
from tests.fakes.ami.peer import AmiPeer
from tests.integration.telephony.test_ami_line import Heard, following, recording

TALK = "10b_disconnect_mid_call"
CITIZEN, OWN = "PJSIP/anonymous-0000002b", "PJSIP/101-0000002c"


def talking() -> AmiPeer:
    return AmiPeer(recording(TALK).split(b"# connection closed")[0])


async def test_consult_cancel_complete_name_the_operators_leg() -> None:
    peer = talking()
    async with peer, following(peer) as (line, heard):
        call = (await heard.call("answered")).call_id
        assert (await line.consult(call, "102")).accepted
        sent = await peer.wait_for_action("Atxfer")
        assert (sent["Channel"], sent["Exten"], sent["Context"]) == (OWN, "102", "agents")
        assert (await line.cancel(call)).accepted
        assert (await peer.wait_for_action("CancelAtxfer"))["Channel"] == OWN
        assert (await line.complete(call)).accepted
        assert (await peer.wait_for_action("Hangup"))["Channel"] == OWN
        # Not the hang-up button: the PBX must report who ends it (T40).
        assert line.tracker.book.calls[call].pressed == ""
        for verb in (line.cancel, line.complete):
            assert (await verb("no such call")).why == "call_gone"
        assert (await line.consult(call, "1;2")).why == "bad_number"


async def test_a_conference_moves_both_legs_then_calls_the_agency() -> None:
    peer = talking()
    async with peer, following(peer) as (line, heard):
        call = (await heard.call("answered")).call_id
        assert (await line.conference(call, "102")).accepted
        moved = await peer.wait_for_action("Redirect")
        assert (moved["Channel"], moved["ExtraChannel"]) == (CITIZEN, OWN)
        assert (moved["Exten"], moved["ExtraExten"], moved["ExtraPriority"]) == (
            "7101",
            "7101",
            "1",
        )
        called = await peer.wait_for_action("Originate")
        assert (called["Channel"], called["Exten"], called["Context"]) == (
            "PJSIP/102",
            "7101",
            "agents",
        )
        assert "Application" not in called
        assert (await line.conference(call, "02838291022")).accepted
        outside = await peer.wait_for_action("Originate", 2)
        assert outside["Channel"] == "Local/02838291022@agents"
        assert (await line.conference(call, "x")).why == "bad_number"
        assert (await line.conference("none", "102")).why == "call_gone"


async def test_recording_on_off_and_muted() -> None:
    peer = talking()
    async with peer, following(peer) as (line, heard):
        call = (await heard.call("answered")).call_id
        assert (await line.record(call, "on")).accepted
        begun = await peer.wait_for_action("MixMonitor")
        assert (begun["Channel"], begun["File"]) == (CITIZEN, f"{call}.wav")
        assert (await line.record(call, "off")).accepted
        assert (await peer.wait_for_action("StopMixMonitor"))["Channel"] == CITIZEN
        assert (await line.record(call, "unmute")).accepted
        assert (await peer.wait_for_action("MixMonitorMute"))["State"] == "0"
        assert (await line.record(call, "louder")).why == "not_supported"
        assert (await line.dtmf(call, "5")).accepted
        assert (await peer.wait_for_action("PlayDTMF"))["Digit"] == "5"


@pytest.mark.parametrize("way", sorted(SPY))
async def test_listening_in_goes_through_the_dialplan_only(way: str) -> None:
    peer = AmiPeer(auto=True)
    async with peer, following(peer, extension="102") as (line, heard):
        await heard.link("up")
        assert (await line.spy("101", way)).accepted
        sent = await peer.wait_for_action("Originate")
        assert (sent["Channel"], sent["Context"]) == ("PJSIP/102", "agents")
        assert sent["Exten"] == SPY[way] + "101"
        assert not {"Application", "Data", "Command"} & set(sent)
        assert (await line.spy("101\r\nAction: Logoff", way)).why == "bad_number"
        assert (await line.spy("101", "record")).why == "bad_number"


async def test_in_and_out_of_the_queue_and_the_time_after_a_call() -> None:
    peer = AmiPeer(recording("01_incoming_answered"), auto=True, steps=True)
    async with peer, following(peer) as (line, heard):
        await peer.wait_for_action("QueueAdd")
        await peer.release(1 << 20)
        await heard.until(
            lambda: any(
                e.kind == "agent_changed" and e.more["state"] == "wrap_up" for e in heard.calls
            )
        )
        assert (await line.wrap_up()).accepted
        assert (await line.logout()).accepted
        assert (await peer.wait_for_action("QueueRemove"))["Interface"] == "PJSIP/101"
        assert (await line.login()).accepted
        assert {"login", "logout", "wrap_up", "spy"} <= line.capabilities


def _one_call() -> bytes:
    pbx = Hotline()
    pbx.step("both consoles are there")
    pbx.opens("101")
    caller, own = pbx.talk()
    pbx.ends(caller, own)
    return pbx.text()


def _state_of(heard: Heard, operator: str) -> str:
    told = [e for e in heard.calls if (e.kind, e.operator) == ("agent_changed", operator)]
    return str(told[-1].more["state"]) if told else ""


async def test_the_time_after_a_call_ends_at_every_seat_when_its_operator_is_done() -> None:
    peer = AmiPeer(_one_call(), _one_call(), auto=True, steps=True)
    async with (
        peer,
        following(peer, wrap_up_s=3600.0) as (line, heard),
        following(peer, extension="102", wrap_up_s=3600.0) as (_, other),
    ):
        await heard.link("up")
        await other.link("up")
        await peer.release(1 << 20)
        for each in (heard, other):
            await each.until(lambda each=each: _state_of(each, "101") == "wrap_up")  # type: ignore[misc]
        assert (await line.wrap_up()).accepted
        sent = await peer.wait_for_action("UserEvent")
        fields = "\r\n".join(f"{k}: {v}" for k, v in sent.items() if "Action" not in k)
        await peer.send(f"Event: UserEvent\r\n{fields}")
        for each in (heard, other):
            await each.until(lambda each=each: _state_of(each, "101") != "wrap_up")  # type: ignore[misc]
        sent_so_far = len(peer.actions)
        assert (await line.wrap_up()).accepted  # Once: after that no wrap-up runs.
        assert len(peer.actions) == sent_so_far


async def test_the_time_after_a_call_ends_by_itself_for_who_has_no_console() -> None:
    peer = AmiPeer(_one_call(), auto=True, steps=True)
    async with peer, following(peer, extension="102", wrap_up_s=0.01) as (_, other):
        await other.link("up")
        await peer.release(1 << 20)
        await other.until(lambda: _wrapped_up(other, "101"))


def _wrapped_up(heard: Heard, operator: str) -> bool:
    told = [e for e in heard.calls if (e.kind, e.operator) == ("agent_changed", operator)]
    states = [e.more["state"] for e in told]
    return "wrap_up" in states[:-1] and states[-1] != "wrap_up"


async def test_a_claim_travels_to_another_console_over_the_pbx() -> None:
    at = datetime(2026, 11, 24, 2, 0, 1, tzinfo=UTC)
    taken = CallTaken(
        kind="claimed", pbx="pbx", call_id="17.1", person="Bình", at=at, taken_from="an"
    )
    peer = AmiPeer(auto=True)
    async with peer, following(peer) as (line, heard), following(peer, extension="102") as two:
        await heard.link("up")
        await two[1].link("up")
        assert (await line.share(taken)).accepted
        sent = await peer.wait_for_action("UserEvent")
        fields = "\r\n".join(f"{k}: {v}" for k, v in sent.items() if "Action" not in k)
        await peer.send(f"Event: UserEvent\r\n{fields}")
        for each in (heard, two[1]):
            event = await each.call("claimed")
            assert (event.call_id, event.at) == ("17.1", at)
            assert event.more == {"person": "Bình", "from": "an"}
        await peer.send("Event: UserEvent\r\nUserEvent: Console1022\r\nKind: sing\r\nCall: 1")
        await peer.send(
            "Event: UserEvent\r\nUserEvent: Console1022\r\nKind: settled\r\nCall: 2\r\nSince: x"
        )
        assert (await heard.call("settled")).call_id == "2"


async def test_the_link_names_the_calls_that_are_still_open() -> None:
    """An open call on disk that is not among them has ended meanwhile."""
    peer = AmiPeer(
        recording("10b_disconnect_mid_call"), recording("10c_reconnect_resync"), auto=True
    )
    async with peer, following(peer) as (_, heard):
        await heard.until(
            lambda: sum(e.kind == "link" and e.reason == "up" for e in heard.calls) >= 1
        )
        first = next(e for e in heard.calls if e.kind == "link" and e.reason == "up")
    assert first.more["calls"] == ()
