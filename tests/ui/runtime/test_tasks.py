"""Coroutines started from Qt: kept alive, logged, reported."""

import asyncio
import logging

import pytest

from console.domain.errors import ConsoleError, RefusedError
from console.ui.runtime import tasks
from tests.ui.waiting import until


async def test_a_refusal_goes_to_whoever_asked() -> None:
    seen: list[ConsoleError] = []

    async def refuse() -> None:
        raise RefusedError("no_route", number="26001000017")

    tasks.spawn(refuse(), seen.append)
    await tasks.settle()
    assert [e.code for e in seen] == ["no_route"]


async def test_a_bug_is_logged_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    before = tasks.failures()

    async def broken() -> None:
        raise ZeroDivisionError

    tasks.spawn(broken())
    await tasks.settle()
    assert tasks.failures() == before + 1
    assert "broken" in caplog.text


async def test_a_refusal_without_listener_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async def refuse() -> None:
        raise RefusedError("no_route")

    with caplog.at_level(logging.WARNING):
        tasks.spawn(refuse())
        await tasks.settle()
    assert "no_route" in caplog.text


async def test_stop_cancels_what_runs() -> None:
    tasks.spawn(asyncio.sleep(60))
    assert tasks.running() == 1
    await tasks.stop()
    assert tasks.running() == 0


def test_without_a_loop_nothing_starts() -> None:
    async def never() -> None:
        raise AssertionError

    assert tasks.spawn(never()) is False
    assert tasks.running() == 0


async def test_what_runs_now_is_waited_for_and_not_what_begins_later() -> None:
    first, later, seen = asyncio.Event(), asyncio.Event(), []

    async def run(gate: asyncio.Event, name: str) -> None:
        await gate.wait()
        seen.append(name)

    async def bury() -> None:
        await tasks.under_way()
        seen.append("buried")

    tasks.spawn(run(first, "first"))
    tasks.spawn(bury())
    await asyncio.sleep(0)
    tasks.spawn(run(later, "later"))
    first.set()
    await until(lambda: "buried" in seen)
    assert seen == ["first", "buried"]
    later.set()
    await tasks.settle()
    await tasks.under_way()
