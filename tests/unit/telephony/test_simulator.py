"""The simulated line: callers come, wait, give up; every button does what it says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from console.domain.live_events import CallEvent
from console.telephony.simulator.line import Pace, Scenario, SimulatedLine

CALLERS: list[Scenario] = [("0903000001", "Lê Văn Tám"), ("0903000002", None, "nước ngập")]


class Time:
    """Sleeps end when the test says so; their lengths are recorded."""

    def __init__(self) -> None:
        self.sleeping: list[tuple[float, asyncio.Event]] = []
        self.changed = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        over = asyncio.Event()
        entry = (seconds, over)
        self.sleeping.append(entry)
        self.changed.set()
        try:
            await over.wait()
        finally:
            self.sleeping.remove(entry)

    async def passes(self, seconds: float) -> None:
        """End the sleep of this length; waits until somebody sleeps that long."""
        async with asyncio.timeout(60):
            while not (found := [over for span, over in self.sleeping if span == seconds]):
                self.changed.clear()
                await self.changed.wait()
        found[0].set()


class Heard:
    def __init__(self) -> None:
        self.events: list[CallEvent] = []
        self.moved = asyncio.Event()

    def __call__(self, event: object) -> None:
        if isinstance(event, CallEvent):
            self.events.append(event)
            self.moved.set()

    async def one(self, kind: str, count: int = 1) -> CallEvent:
        async with asyncio.timeout(60):
            while len(found := [e for e in self.events if e.kind == kind]) < count:
                self.moved.clear()
                await self.moved.wait()
        return found[count - 1]

    async def state(self, state: str) -> None:
        async with asyncio.timeout(60):
            while self.states[-1:] != [state]:
                self.moved.clear()
                await self.moved.wait()

    @property
    def states(self) -> list[object]:
        return [e.more["state"] for e in self.events if e.kind == "agent_changed"]


EVEN = Pace(first_s=5, least_s=60, most_s=60, unanswered=0)


@asynccontextmanager
async def running(
    pace: Pace = EVEN, callers: list[Scenario] = CALLERS
) -> AsyncIterator[tuple[SimulatedLine, Heard, Time]]:
    time, heard = Time(), Heard()
    line = SimulatedLine(callers, pace=pace, extension="101", chance=Random(1), sleep=time)
    task = asyncio.create_task(line.run(heard))
    try:
        await heard.one("link")
        yield line, heard, time
    finally:
        await line.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_caller_rings_is_answered_held_and_hung_up() -> None:
    async with running() as (line, heard, time):
        await time.passes(5)
        ringing = await heard.one("ringing")
        assert (ringing.peer_number, ringing.peer_name) == ("0903000001", "Lê Văn Tám")
        assert (ringing.operator, ringing.queue, ringing.direction) == ("101", "1022", "in")
        call = ringing.call_id
        assert not (await line.answer("another")).accepted
        assert (await line.answer(call)).accepted
        assert not (await line.answer(call)).accepted
        assert (await line.hold(call)).accepted
        assert not (await line.hold(call)).accepted
        assert (await line.resume_call(call)).accepted
        assert (await line.hangup(call)).accepted
        assert (await heard.one("ended")).reason == "agent"
        assert (await line.hangup(call)).why == "call_gone"
        await time.passes(20)
        await heard.state("ready")
        kinds = [e.kind for e in heard.events if e.call_id == call]
    steps = ["offered", "ringing", "answered", "recording", "held", "resumed", "ended"]
    assert kinds == steps
    assert heard.states == ["ready", "ringing", "on_call", "wrap_up", "ready"]


async def test_nobody_answers_and_the_next_one_calls() -> None:
    async with running() as (_, heard, time):
        await time.passes(5)
        await time.passes(30)
        assert (await heard.one("abandoned")).more["wait_s"] == 30
        await time.passes(60)
        second = await heard.one("offered", 2)
    assert (second.peer_number, second.more["hint"]) == ("0903000002", "nước ngập")


async def test_transfer_and_decline() -> None:
    async with running() as (line, heard, time):
        await time.passes(5)
        call = (await heard.one("ringing")).call_id
        assert (await line.blind(call, "102")).why == "call_gone"
        await line.answer(call)
        assert (await line.blind(call, "x")).why == "bad_number"
        assert (await line.blind(call, "102")).accepted
        assert (await heard.one("transferred")).more["target"] == "102"
        assert (await heard.one("ended")).reason == "transfer"
        line.poke("0904444444")
        await line.resume()
        second = (await heard.one("ringing", 2)).call_id
        assert (await line.hangup(second)).accepted
        assert (await heard.one("missed")).reason == "rejected"


async def test_paused_nobody_rings_until_ready() -> None:
    async with running() as (line, heard, time):
        await line.pause("Ăn trưa")
        await time.passes(5)
        line.poke("0904444444", "Bà Tư")
        paused = await heard.one("agent_changed", 2)
        assert (paused.more["state"], paused.reason) == ("paused", "Ăn trưa")
        assert [e for e in heard.events if e.kind == "ringing"] == []
        await line.resume()
        assert (await heard.one("ringing")).peer_name == "Bà Tư"


async def test_dial_answered_then_ended() -> None:
    async with running(callers=[]) as (line, heard, time):
        assert (await line.dial("09 03", "R")).why == "bad_number"
        assert (await line.dial("0903123456", "HCM-1")).accepted
        assert (await line.dial("0903123456", "HCM-2")).why == "line_busy"
        await time.passes(4)
        answered = await heard.one("answered")
        assert (answered.direction, answered.more["ref"]) == ("out", "HCM-1")
        await line.hangup(answered.call_id)
        assert "outcome" not in (await heard.one("ended")).more


@pytest.mark.parametrize("gave_up", [True, False])
async def test_dial_unanswered(gave_up: bool) -> None:
    async with running(Pace(unanswered=1.0), callers=[]) as (line, heard, time):
        await line.dial("0903123456", "HCM-1")
        call = (await heard.one("ringing")).call_id
        if gave_up:
            await line.hangup(call)
        else:
            await time.passes(30)
        ended = await heard.one("ended")
    assert ended.more["outcome"] == ("cancelled" if gave_up else "no_answer")


async def test_every_capability_is_a_method() -> None:
    line = SimulatedLine()
    assert all(callable(getattr(line, name)) for name in line.capabilities)
    await line.close()


async def test_a_colleague_is_asked_and_the_citizen_comes_back_or_goes_on() -> None:
    async with running() as (line, heard, time):
        await time.passes(5)
        call = (await heard.one("ringing")).call_id
        assert (await line.consult(call, "102")).why == "call_gone"
        assert (await line.answer(call)).accepted
        assert (await line.consult(call, "x")).why == "bad_number"
        assert (await line.consult(call, "102")).accepted
        asked = await heard.one("answered", 2)
        assert (asked.operator, asked.more["consult"]) == ("102", True)
        assert (await line.cancel(call)).accepted
        given_up = await heard.one("ended")
        assert (given_up.operator, given_up.more["final"]) == ("102", False)
        assert (await line.cancel(call)).why == "call_gone"
        assert (await line.conference(call, "114")).accepted
        assert (await heard.one("conferenced")).more["count"] == 3
        assert (await line.consult(call, "103")).accepted
        assert (await line.complete(call)).accepted
        assert (await heard.one("transferred")).more["target"] == "103"
        assert (await heard.one("ended", 2)).reason == "transfer"
        await heard.state("wrap_up")
        assert (await line.wrap_up()).accepted
        await heard.state("ready")


async def test_recording_keys_and_leaving_the_queue() -> None:
    async with running() as (line, heard, time):
        await time.passes(5)
        call = (await heard.one("ringing")).call_id
        assert (await line.record(call, "mute")).why == "call_gone"
        await line.answer(call)
        assert (await line.record(call, "mute")).accepted
        assert (await heard.one("recording", 2)).reason == "muted"
        assert (await line.record(call, "unmute")).accepted
        assert (await line.record(call, "sing")).why == "not_supported"
        assert (await line.dtmf(call, "5")).accepted
        assert not (await line.dtmf(call, "55")).accepted
        assert (await line.hangup(call)).accepted
        assert (await line.logout()).accepted
        await heard.state("logged_out")
        assert (await line.login()).accepted
        await heard.state("wrap_up")
        assert "spy" not in line.capabilities
        assert not (await line.spy("102", "listen")).accepted
