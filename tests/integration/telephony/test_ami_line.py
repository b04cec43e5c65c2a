"""The line of a seat against the replay peer over real TCP: login, events, buttons, faults."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.domain.live_events import CallEvent, LinkChanged
from console.telephony.asterisk.calls.agents import Member
from console.telephony.asterisk.line import AmiLine
from console.telephony.asterisk.tracing import trace
from tests.fakes.ami.peer import AmiPeer, Faults
from tests.unit.telephony.asterisk.golden import CALLS
from tests.unit.telephony.asterisk.test_golden import DATA, RECORDINGS, calls_only, lines

SECRET = "mật khẩu 42"


class Heard:
    """What a line published; a test waits for it, never for time."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self._moved = asyncio.Event()

    def __call__(self, event: object) -> None:
        self.events.append(event)
        self._moved.set()

    @property
    def calls(self) -> list[CallEvent]:
        return [event for event in self.events if isinstance(event, CallEvent)]

    @property
    def links(self) -> list[tuple[str, str]]:
        return [(e.state, e.detail) for e in self.events if isinstance(e, LinkChanged)]

    async def until(self, seen: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not seen():
                self._moved.clear()
                await self._moved.wait()

    async def call(self, kind: str, count: int = 1) -> CallEvent:
        """The `count`th event of this kind."""

        def found() -> list[CallEvent]:
            return [event for event in self.calls if event.kind == kind]

        await self.until(lambda: len(found()) >= count)
        return found()[count - 1]

    async def link(self, state: str, count: int = 1) -> None:
        await self.until(lambda: sum(one == state for one, _ in self.links) >= count)


def recording(name: str) -> bytes:
    return (DATA / f"{name}.txt").read_bytes()


class Naps:
    """Pauses between attempts, noted and not slept."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.allowed = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await self.allowed.acquire()


@asynccontextmanager
async def following(peer: AmiPeer, **more: object) -> AsyncIterator[tuple[AmiLine, Heard]]:
    """A running line of seat 101."""
    given: dict[str, object] = {
        "extension": "101",
        "queues": ["1022"],
        "workstation": "bàn-03",
        "context": "agents",
        "member_name": "Nguyễn Văn An",
        "chance": lambda: 0.0,
        "action_timeout_s": 2.0,
    }
    line = AmiLine("127.0.0.1", peer.port, "console", SECRET, **(given | more))  # type: ignore[arg-type]
    heard = Heard()
    task = asyncio.create_task(line.run(heard))
    try:
        yield line, heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await line.close()


def whole(name: str) -> list[str]:
    """What a watching seat must hear of a recording's calls."""
    return lines(CALLS[name])


@pytest.mark.parametrize("chunk", [1, 7, 1460])
@pytest.mark.parametrize(
    "name", [name for name in RECORDINGS if CALLS[name] and name != "10c_reconnect_resync"]
)
async def test_every_recording_in_any_chunks(name: str, chunk: int) -> None:
    peer = AmiPeer(recording(name), auto=True, steps=True, faults=Faults(chunk=chunk))
    async with peer, following(peer, extension="", join=False, sleep=Naps()) as (_, heard):
        await heard.link("up")
        await peer.release(1 << 20)
        await heard.until(lambda: len(calls_only(heard.calls)) >= len(whole(name)))
        got = calls_only(heard.calls)
    # Our own Originate is known only to the console that sent it; otherwise all is the same.
    assert got == whole(name)


async def test_the_login_is_a_challenge_and_the_secret_stays_here() -> None:
    peer = AmiPeer(secret=SECRET)
    async with peer, following(peer) as (_, heard):
        await heard.link("up")
        login = await peer.wait_for_action("Login")
        assert login["AuthType"] == "MD5"
        assert login["Events"] == "system,call,agent,user,dtmf"
        assert all(SECRET not in str(action) for action in peer.actions)
        ids = [action["ActionID"] for action in peer.actions]
        assert len(set(ids)) == len(ids)
        assert all(one.startswith("bn03-") for one in ids)
    assert heard.links[:3] == [("connecting", ""), ("resyncing", ""), ("up", "")]


async def test_a_caller_pops_and_is_answered() -> None:
    peer = AmiPeer(recording("01_incoming_answered"), steps=True)
    async with peer, following(peer) as (_, heard):
        added = await peer.wait_for_action("QueueAdd")
        assert (added["Interface"], added["MemberName"]) == ("PJSIP/101", "Nguyễn Văn An")
        await peer.release()
        ringing = await heard.call("ringing")
        assert (ringing.peer_number, ringing.operator, ringing.queue) == (
            "0903123456",
            "101",
            "1022",
        )
        assert ringing.seen_at is not None
        assert "answered" not in [event.kind for event in heard.calls]
        await peer.release()
        await heard.call("ended")
    assert calls_only(heard.calls) == whole("01_incoming_answered")


async def test_answer_by_notify_and_what_the_pbx_denies_is_no_button() -> None:
    faults = Faults(refuse={"PJSIPNotify": "Permission denied"})
    peer = AmiPeer(recording("01_incoming_answered"), steps=True)
    async with peer, following(peer) as (line, heard):
        await peer.release()
        ringing = await heard.call("ringing")
        assert (await line.answer(ringing.call_id)).accepted
        sent = await peer.wait_for_action("PJSIPNotify")
        assert (sent["Endpoint"], sent["Variable"]) == ("101", "Event=talk")
        peer.faults = faults
        reply = await line.answer(ringing.call_id)
        assert (reply.accepted, reply.why) == (False, "no_right")
        assert "answer" not in line.capabilities
        assert {"hangup", "blind", "dial", "pause", "resume"} <= line.capabilities
        assert ("up", "capability_lost") in heard.links
        assert not (await line.answer("no such call")).accepted


async def test_hang_up_and_transfer_name_the_right_legs() -> None:
    peer = AmiPeer(recording("10b_disconnect_mid_call").split(b"# connection closed")[0])
    async with peer, following(peer) as (line, heard):
        call = (await heard.call("answered")).call_id
        assert (await line.blind(call, "102")).accepted
        redirect = await peer.wait_for_action("Redirect")
        # The CITIZEN's leg (trap 1).
        assert redirect["Channel"] == "PJSIP/anonymous-0000002b"
        assert (redirect["Context"], redirect["Exten"], redirect["Priority"]) == (
            "agents",
            "102",
            "1",
        )
        assert (await line.hangup(call)).accepted
        assert (await peer.wait_for_action("Hangup"))["Channel"] == "PJSIP/101-0000002c"
        assert (await line.record(call, "mute")).accepted
        assert (await peer.wait_for_action("MixMonitorMute"))["State"] == "1"
        peer.faults.refuse["Hangup"] = "No such channel"
        gone = await line.hangup(call)  # Shown, state kept (T46).
        assert (gone.accepted, gone.why) == (False, "call_gone")
        assert "hangup" in line.capabilities
        for bad in ("102\r\nAction: Logoff", "1", "abc", "1" * 21, ""):
            assert (await line.blind(call, bad)).why == "bad_number"
        assert (await line.hold(call)).why == "not_supported"


async def test_dial_is_told_by_its_ref_and_the_citizens_answer_only() -> None:
    peer = AmiPeer(recording("11_click_to_call"))
    async with peer, following(peer) as (line, heard):
        await heard.link("up")
        for bad in ("0903 123 456", "0903;DROP", "x", "", "+", "0903123456\r\nAction: Logoff"):
            assert (await line.dial(bad, "R")).why == "bad_number"
        assert (await line.dial("+84903123456", "HCM-1")).accepted
        sent = await peer.wait_for_action("Originate")
        assert sent["Channel"] == "PJSIP/101"
        assert (sent["Exten"], sent["Async"], sent["Variable"]) == (
            "0903123456",
            "true",
            "REQUEST=HCM-1",
        )
        answered = await heard.call("answered")
        # 502.45 is our own phone (trap 4), 504.97 the citizen.
        assert answered.at.timestamp() == pytest.approx(1795545504.966806)
        ended = await heard.call("ended")
    assert [event.more["ref"] for event in (answered, ended)] == ["HCM-1", "HCM-1"]
    assert answered.direction == "out"


async def test_a_number_that_another_console_made_up_sets_no_variable_of_the_exchange() -> None:
    """Asterisk parts the header at commas, and a name such as FILE(…) writes a file."""
    peer = AmiPeer(recording("11_click_to_call"))
    async with peer, following(peer) as (line, heard):
        await heard.link("up")
        ref = '26,FILE(/etc/asterisk/x)=y,A=${SHELL(id)}"|;\r\nAction: Logoff'
        assert (await line.dial("+84903123456", ref)).accepted
        sent = await peer.wait_for_action("Originate")
        assert sent["Variable"] == "REQUEST=26FILEetcasteriskxyASHELLidActionLogoff"


async def test_pause_resume_and_the_words_of_errors() -> None:
    peer = AmiPeer(auto=True)
    async with peer, following(peer, join=False) as (line, heard):
        await heard.link("up")
        assert (await line.pause("Ăn trưa\r\nAction: Logoff\0")).accepted
        sent = await peer.wait_for_action("QueuePause")
        assert (sent["Paused"], sent["Reason"]) == ("true", "Ăn trưa Action: Logoff")  # T47
        assert "Queue" not in sent  # All queues (T14).
        assert (await line.resume()).accepted
        assert (await peer.wait_for_action("QueueAdd"))["Queue"] == "1022"
        assert (await peer.wait_for_action("QueuePause", 2))["Paused"] == "false"
        peer.faults.refuse |= {
            "QueueAdd": "Unable to add interface: Already there",
            "QueuePause": "Interface not found",
        }
        assert (await line.resume()).why == "not_in_queue"  # Already there is fine (T13).
        peer.faults.refuse["QueueAdd"] = "Unable to add interface to queue: No such queue"
        assert (await line.resume()).why == "no_such_queue"


async def test_the_next_person_is_the_agent_under_his_own_name() -> None:
    peer = AmiPeer(auto=True)
    async with peer, following(peer, join=False) as (line, heard):
        await heard.link("up")
        assert (await line.change_person("Lê Thị Hoa", takes_calls=True)).accepted
        added = await peer.wait_for_action("QueueAdd")
        assert (added["Queue"], added["MemberName"]) == ("1022", "Lê Thị Hoa")
        assert "Paused" not in added
        assert [a["Action"] for a in peer.actions].count("QueueRemove") == 0  # he was in none
        # An auditor at the seat takes no calls; the pause or membership of before is not his.
        line.tracker.agents.get("101").queues["1022"] = Member()
        assert (await line.change_person("Giám sát", takes_calls=False)).accepted
        assert (await peer.wait_for_action("QueueRemove"))["Interface"] == "PJSIP/101"
        assert [a["Action"] for a in peer.actions].count("QueueAdd") == 1


async def test_a_person_who_comes_while_the_exchange_is_away_is_named_later() -> None:
    line = AmiLine("127.0.0.1", 1, "console", SECRET, extension="101", queues=["1022"])
    assert (await line.change_person("Lê Thị Hoa", takes_calls=True)).why == "link_down"
    peer = AmiPeer()
    async with peer:
        line = AmiLine("127.0.0.1", peer.port, "console", SECRET, extension="101", queues=["1022"])
        await line.change_person("Lê Thị Hoa", takes_calls=True)
        task = asyncio.create_task(line.run(Heard()))
        assert (await peer.wait_for_action("QueueAdd"))["MemberName"] == "Lê Thị Hoa"
        await line.close()
        await asyncio.wait_for(task, 30)


async def test_close_leaves_the_queue_and_logs_off() -> None:
    peer = AmiPeer()
    async with peer:
        line = AmiLine("127.0.0.1", peer.port, "console", SECRET, extension="101", queues=["1022"])
        heard = Heard()
        task = asyncio.create_task(line.run(heard))
        await heard.link("up")
        await line.close()
        await asyncio.wait_for(task, 30)
        sent = [action["Action"] for action in peer.actions]
    assert sent[-2:] == ["QueueRemove", "Logoff"]


async def test_t7_a_wrong_secret_makes_no_storm() -> None:
    naps = Naps()
    peer = AmiPeer(secret="another")
    async with peer, following(peer, sleep=naps) as (_, heard):
        await heard.link("down")
        assert heard.links[-1] == ("down", "pbx_bad_secret")
        assert peer.logins == 1
        assert naps.taken == [60.0]


async def test_nobody_listens_back_off_and_come_up_when_somebody_does() -> None:
    naps = Naps()
    peer = AmiPeer()
    async with peer:
        pass  # Now its port is known and free.
    async with following(peer, sleep=naps) as (_, heard):
        for count in (1, 2, 3):
            await heard.link("down", count)
            if count < 3:
                naps.allowed.release()
        assert naps.taken == [1.0, 2.0, 4.0]
        assert heard.links[-1] == ("down", "pbx_unreachable")
        async with peer:
            naps.allowed.release()
            await heard.link("up")


@pytest.mark.parametrize("reset", [True, False])
async def test_t42_link_lost_in_mid_call_and_taken_up_again(reset: bool) -> None:
    naps = Naps()
    first = recording("10b_disconnect_mid_call")
    peer = AmiPeer(first.split(b"# connection closed")[0], recording("10c_reconnect_resync"))
    async with peer, following(peer, sleep=naps) as (_, heard):
        await heard.call("answered")
        if reset:
            peer.drop_clients()
        else:
            for writer in tuple(peer._writers):
                writer.close()
        await heard.link("down")
        naps.allowed.release()
        await heard.link("up", 2)
        ended = await heard.call("ended")
    assert (ended.reason, ended.operator, ended.certain) == ("caller", "101", True)
    kinds = [event.kind for event in heard.calls if event.call_id == ended.call_id]
    assert kinds.count("answered") == 1
    assert [e.reason for e in heard.calls if e.kind == "link"] == [
        "resyncing",
        "up",
        "down",
        "resyncing",
        "up",
    ]
    unknown = [e for e in heard.calls if e.kind == "recording" and e.reason == "unknown"]
    assert len(unknown) == 1


async def test_after_a_restart_of_the_pbx_the_operator_is_told_not_logged_in() -> None:
    naps = Naps()
    head = recording("10b_disconnect_mid_call").split(b"# connection closed")[0]
    peer = AmiPeer(head, b"")
    async with peer, following(peer, sleep=naps) as (_, heard):
        await heard.call("answered")
        peer.drop_clients()
        await heard.link("down")
        naps.allowed.release()
        await heard.link("up", 2)
        ended = await heard.call("ended")
        added = [action for action in peer.actions if action["Action"] == "QueueAdd"]
    assert (ended.reason, ended.certain) == ("unknown", False)
    assert len(added) == 1


@pytest.mark.parametrize("after", [1, 40, 90])
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("reset", [True, False])
async def test_cut_anywhere_the_line_comes_back(after: int, inside: bool, reset: bool) -> None:
    naps = Naps()
    faults = Faults(cut_after=after, cut_inside=inside, reset=reset)
    peer = AmiPeer(recording("01_incoming_answered"), auto=True, faults=faults)
    async with peer, following(peer, sleep=naps, join=False) as (line, heard):
        await heard.link("down")
        peer.faults = Faults()
        naps.allowed.release()
        await heard.link("up")
        await heard.until(
            lambda: calls_only(heard.calls)[-1:] == [whole("01_incoming_answered")[-1]]
        )
        assert line.tracker.book.calls == {}


async def test_a_silent_pbx_is_given_up() -> None:
    naps = Naps()
    faults = Faults(refuse={})
    peer = AmiPeer(recording("01_incoming_answered"), auto=True, faults=faults)
    async with (
        peer,
        following(peer, sleep=naps, join=False, ping_s=0.1, action_timeout_s=0.2) as (_, heard),
    ):
        await heard.link("up")
        await peer.wait_for_action("Ping", 2)
        for session in peer.sessions:
            session.mute()
        await heard.link("down")
        assert heard.links[-1] == ("down", "pbx_lost")


async def test_actions_without_a_link_are_refused() -> None:
    line = AmiLine("127.0.0.1", 1, "console", SECRET, extension="101", queues=["1022"])
    assert (await line.dial("0903123456", "R")).why == "link_down"
    assert (await line.pause("x")).why == "link_down"
    await line.close()


async def test_the_right_to_list_is_missing_and_nothing_is_said_to_have_ended() -> None:
    naps = Naps()
    head = recording("10b_disconnect_mid_call").split(b"# connection closed")[0]
    peer = AmiPeer(head, b"", faults=Faults(refuse={"CoreShowChannels": "Permission denied"}))
    async with peer, following(peer, sleep=naps) as (line, heard):
        await heard.call("answered")
        peer.drop_clients()
        await heard.link("down")
        naps.allowed.release()
        await heard.link("up", 2)
        assert "ended" not in [event.kind for event in heard.calls]
        assert [call.certain for call in line.tracker.book.calls.values()] == [False]


async def test_trace_and_line_tell_the_same(tmp_path: Path) -> None:
    name = "07b_ring_no_answer"
    peer = AmiPeer(recording(name), auto=True)
    async with peer, following(peer, join=False) as (_, heard):
        await heard.call("abandoned")
    told = calls_only(trace(DATA / f"{name}.txt", "101"))
    assert calls_only(heard.calls) == told


async def test_the_peer_as_a_process_released_by_lines(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fakes.ami.peer",
        str(DATA / "01_incoming_answered.txt"),
        "--port-file",
        str(port_file),
        "--steps",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=DATA.parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        await asyncio.wait_for(process.stdout.readline(), 20)  # `ready`: the port is written.
        line = AmiLine(
            "127.0.0.1", int(port_file.read_text()), "console", SECRET, extension="101",
            queues=["1022"],
        )  # fmt: skip
        heard = Heard()
        task = asyncio.create_task(line.run(heard))
        await heard.link("up")
        process.stdin.write(b"next\n")
        assert (await heard.call("ringing")).peer_number == "0903123456"
        process.stdin.write(b"all\n")
        assert (await heard.call("ended")).reason == "caller"
        await line.close()
        await task
    finally:
        process.stdin.close()
        await process.wait()
