"""Posts of a cloud exchange over real HTTP: in order, out of order, doubled, lost, hostile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from console.domain.live_events import CallEvent
from console.telephony.webhook import MOST_BYTES, WebhookLine
from tests.conftest import StoppedClock

TOKEN = "kho-doan-42"


class Posted:
    def __init__(self, line: WebhookLine, clock: StoppedClock) -> None:
        self.line, self.clock = line, clock
        self.events: list[CallEvent] = []
        self.up = asyncio.Event()

    def __call__(self, event: object) -> None:
        if isinstance(event, CallEvent):
            self.events.append(event)
            if event.kind == "link":
                self.up.set()

    @property
    def said(self) -> list[str]:
        return [
            f"{e.kind} {e.operator or '-'} {e.reason or '-'}"
            for e in self.events
            if e.kind not in ("link", "agent_changed")
        ]

    def url(self, token: str = TOKEN) -> str:
        return f"http://127.0.0.1:{self.line.port}/hooks/cti/{token}"

    async def post(self, event: str, call_id: str = "c1", **fields: object) -> int:
        body = {"event": event, "callId": call_id, "direction": "in", "from": "0903123456"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(self.url(), json=body | fields) as answer,
        ):
            if answer.status == 200:
                assert await answer.json() == {}
            return answer.status


@asynccontextmanager
async def listening(clock: StoppedClock, extension: str = "101") -> AsyncIterator[Posted]:
    line = WebhookLine(TOKEN, extension=extension, clock=clock)
    posted = Posted(line, clock)
    task = asyncio.create_task(line.run(posted))
    try:
        await asyncio.wait_for(posted.up.wait(), 30)
        yield posted
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_call_from_ring_to_end(clock: StoppedClock) -> None:
    async with listening(clock) as it:
        assert await it.post("newCall", queue="1022", user=["101", "102"]) == 200
        assert await it.post("answer", answeringNumber="101") == 200
        assert await it.post("hangup", cause="normalClearing") == 200
        assert it.said == [
            "offered - -",
            "ringing 101 -",
            "answered 101 -",
            "ended 101 unknown",
        ]
        assert (it.events[1].peer_number, it.events[1].queue) == ("0903123456", "1022")
        assert [e.more["state"] for e in it.events if e.kind == "agent_changed"] == [
            "ringing",
            "on_call",
            "ready",
        ]
        assert it.line.capabilities == frozenset()
        assert (await it.line.answer("c1")).why == "not_supported"


async def test_form_fields_do_as_well(clock: StoppedClock) -> None:
    async with listening(clock) as it, aiohttp.ClientSession() as http:
        form = (
            "event=newCall&callId=7&direction=in&from=%2B84903123456&user%5B%5D=101&user%5B%5D=102"
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        async with http.post(it.url(), data=form, headers=headers) as answer:
            assert answer.status == 200
        assert it.said == ["offered - -", "ringing 101 -"]


async def test_only_the_seat_that_is_named_rings(clock: StoppedClock) -> None:
    async with listening(clock) as it:
        await it.post("newCall", user=["102"])
        await it.post("answer", answeringNumber="102")
        assert it.said == ["offered - -", "answered 102 -"]
        await it.post("newCall", "c2")
        await it.post("answer", "c2", user="102")
        assert it.said[2:] == [
            "offered - -",
            "ringing 101 -",
            "answered 102 -",
            "ended 101 answered_elsewhere",
        ]
        await it.post("hangup", cause="normalClearing")
        assert (
            it.said[-1] == "ended - unknown"
        )  # Another workstation's call: this operator has no wrap-up.


@pytest.mark.parametrize(
    ("cause", "last"),
    [
        ("cancel", "abandoned - -"),
        ("noAnswer", "missed 101 no_answer"),
        ("busy", "missed 101 busy"),
        ("congestion", "missed 101 unknown"),
    ],
)
async def test_nobody_answered(clock: StoppedClock, cause: str, last: str) -> None:
    async with listening(clock) as it:
        await it.post("newCall")
        await it.post("hangup", cause=cause)
        assert it.said[-1] == last


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        ("busy", "busy"),
        ("noAnswer", "no_answer"),
        ("notFound", "unreachable"),
        ("cancel", "cancelled"),
    ],
)
async def test_a_call_out_tells_what_became_of_it(
    clock: StoppedClock, cause: str, outcome: str
) -> None:
    async with listening(clock) as it:
        await it.post("newCall", direction="out", to="0903123456", user="101")
        await it.post("hangup", direction="out", cause=cause)
        last = next(e for e in reversed(it.events) if e.kind == "ended")
        assert (last.direction, last.more["outcome"]) == ("out", outcome)


async def test_doubled_and_disordered_posts_change_nothing(clock: StoppedClock) -> None:
    async with listening(clock) as it:
        for _ in range(3):
            await it.post("newCall")
        await it.post("answer")
        await it.post("hangup", cause="normalClearing")
        before = list(it.said)
        for event in ("newCall", "answer", "hangup"):
            await it.post(event)
        assert it.said == before
        # The end before the beginning, as a network may deliver them.
        await it.post("answer", "c2")
        await it.post("newCall", "c2")
        assert it.said[len(before) :] == ["offered - -", "ringing 101 -", "answered 101 -"]


@pytest.mark.parametrize(
    ("posts", "said"),
    [
        (
            [("hangup", {"cause": "cancel"}), ("newCall", {})],
            ["offered - -", "ringing 101 -", "abandoned - -"],
        ),
        (
            [("hangup", {"cause": "normalClearing"}), ("newCall", {}), ("answer", {})],
            ["offered - -", "ringing 101 -", "answered 101 -", "ended 101 unknown"],
        ),
    ],
)
async def test_what_comes_behind_the_end_rings_nobody(
    clock: StoppedClock, posts: list[tuple[str, dict[str, str]]], said: list[str]
) -> None:
    """The caller is gone: later posts only show that there was a call."""
    async with listening(clock) as it:
        for event, fields in posts:
            assert await it.post(event, **fields) == 200
        assert it.said == said
        states = [e.more["state"] for e in it.events if e.kind == "agent_changed"]
        assert states[-1] == "ready"


async def test_a_lost_beginning_loses_nobody_and_a_lost_end_hangs_no_call(
    clock: StoppedClock,
) -> None:
    async with listening(clock) as it:
        await it.post("hangup", cause="cancel")
        assert it.said == ["offered - -", "ringing 101 -", "abandoned - -"]
        await it.post("hangup", "c2", cause="normalClearing")
        assert len(it.said) == 3
        await it.post("newCall", "c3")
        it.line._calls.sweep(clock() + timedelta(minutes=2))
        assert it.said[-1] == "ringing 101 -"
        it.line._calls.sweep(clock() + timedelta(minutes=4))
        assert it.said[-1] == "missed 101 unknown"
        assert not it.events[-2].certain


async def test_what_is_wrong_is_refused_and_the_next_one_is_heard(clock: StoppedClock) -> None:
    async with listening(clock) as it, aiohttp.ClientSession() as http:
        for token in ("", "x", TOKEN + "x", "%00", "ử"):
            async with http.post(it.url(token), json={"event": "newCall"}) as answer:
                assert answer.status == 404, token
        async with http.get(it.url()) as answer:
            assert answer.status == 405
        bodies: list[bytes] = [
            b"",
            b"[]",
            b"{",
            b'"x"',
            b"\xff\xfe",
            b"[" * 30_000 + b"]" * 30_000,
            b'{"event": "newCall", "callId": ' + b"9" * 5000 + b"}",
            b'{"event": "newCall"}',
            b'{"event": "sing", "callId": "1"}',
            b'{"event": ["newCall"], "callId": {"a": 1}}',
        ]
        for body in bodies:
            headers = {"Content-Type": "application/json"}
            async with http.post(it.url(), data=body, headers=headers) as answer:
                assert answer.status == 400, body
        huge = b'{"event": "newCall", "callId": "' + b"x" * MOST_BYTES + b'"}'
        headers = {"Content-Type": "application/json"}
        async with http.post(it.url(), data=huge, headers=headers) as answer:
            assert answer.status == 413
        assert it.said == []
        assert await it.post("newCall", **{"from": "<script>\u202e0903"}) == 200
        assert "\u202e" not in (it.events[-2].peer_number or "")


async def test_an_answer_comes_within_fifty_milliseconds(clock: StoppedClock) -> None:
    async with listening(clock) as it, aiohttp.ClientSession() as http:
        spans = []
        for n in range(50):
            body = {"event": "newCall", "callId": str(n), "direction": "in", "from": "0903123456"}
            began = asyncio.get_running_loop().time()
            async with http.post(it.url(), json=body) as answer:
                await answer.read()
            spans.append(asyncio.get_running_loop().time() - began)
        assert sorted(spans)[45] < 0.05
