"""Refreshes are limited; a long one is followed by a pause, unless a person asked."""

import asyncio

import pytest
from pytestqt.qtbot import QtBot

from console.ui.runtime import coalescing
from console.ui.runtime.coalescing import Coalesced
from tests.ui.waiting import until


async def test_a_long_refresh_rests_and_a_person_does_not_wait(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("console.ui.runtime.coalescing.time.monotonic", lambda: now[0])
    go_on = asyncio.Event()

    async def work() -> None:
        await go_on.wait()
        now[0] += 0.3

    many = Coalesced(work, every_ms=10)
    many.now()
    await until(lambda: many.runs == 1, "the first run")
    many.wish()
    go_on.set()
    await until(many._timer.isActive, "the rest")
    assert many._timer.interval() == 300 * coalescing._REST
    many.now()
    await until(lambda: many.runs == 2 and not many._busy, "a person's wish at once")
    go_on.clear()
    many.now()
    await until(lambda: many.runs == 3, "the third run")
    many.now()
    go_on.set()
    await until(many._timer.isActive, "what he asked meanwhile")
    assert many._timer.interval() == 10
    many.stop()


async def test_the_first_wish_runs_soon_and_the_next_as_often_as_it_was_told(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("console.ui.runtime.coalescing.time.monotonic", lambda: now[0])

    async def work() -> None:
        return

    many = Coalesced(work, every_ms=50)
    many.wish()
    assert many._timer.interval() == coalescing._SOON_MS
    await until(lambda: many.runs == 1 and not many._busy, "the run")
    now[0] += 0.02
    many.wish()
    assert many._timer.interval() in (30, 31)
    await until(lambda: many.runs == 2 and not many._busy, "the second run")
    now[0] += 9.0
    many.wish()
    assert many._timer.interval() == coalescing._SOON_MS
    many.stop()
