"""Background tasks: restarted, counted, with growing waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from console.domain.errors import UnavailableError
from console.domain.live_events import LinkChanged
from console.services.runtime.keep_alive import (
    FIRST_S,
    LONGEST_S,
    STEADY_S,
    Health,
    back_off,
    supervise,
)


class Enough(BaseException):
    """Ends a loop that runs for ever."""


class Script:
    """A coroutine maker that fails by a script and records the waits between its runs."""

    def __init__(self, *outcomes: Exception | None, until: int) -> None:
        self.outcomes = list(outcomes)
        self.until = until
        self.waits: list[float] = []
        self.told: list[object] = []

    async def work(self) -> None:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self.until:
            raise Enough

    async def run(self, make: Callable[[], Awaitable[None]] | None = None) -> Health:
        health = Health()
        with pytest.raises(Enough):
            await supervise(
                "mail", make or self.work, self.told.append, health=health, sleep=self.sleep
            )
        return health


async def test_a_failed_task_starts_again_and_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    script = Script(UnavailableError("disk_full", path="/x"), ValueError("bug"), None, until=3)
    health = await script.run()

    def again(tries: int) -> dict[str, object]:
        return {"tries": tries, "again_s": round(script.waits[tries - 1])}

    assert script.told == [
        LinkChanged("mail", "down", "disk_full", {"path": "/x", **again(1)}),
        LinkChanged("mail", "down", "failed", {"error": "ValueError", **again(2)}),
        LinkChanged("mail", "down", "ended", again(3)),
    ]
    assert (health.failures, health.last) == (3, "ended")
    assert [r.levelname for r in caplog.records] == ["WARNING", "ERROR", "WARNING"]


async def test_the_wait_grows_to_half_a_minute() -> None:
    script = Script(until=8)
    await script.run()
    assert all(FIRST_S <= wait <= LONGEST_S for wait in script.waits)
    assert script.waits[7] >= LONGEST_S / 2


async def test_a_steady_run_forgives_earlier_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    now = [0.0]
    monkeypatch.setattr(loop, "time", lambda: now[0])
    script = Script(until=7)

    async def long() -> None:
        now[0] += STEADY_S if len(script.waits) == 6 else 1.0

    await script.run(long)
    assert script.waits[5] >= LONGEST_S / 2
    assert script.waits[6] == FIRST_S


async def test_cancelling_ends_it() -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("mail", for_ever, lambda _e: None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_consoles_do_not_come_back_in_the_same_second() -> None:
    assert back_off(3, chance=lambda: 0.0) == 4.0
    assert back_off(3, chance=lambda: 1.0) == 8.0
    assert back_off(0, chance=lambda: 0.0) == FIRST_S
    assert back_off(10_000, chance=lambda: 1.0) == LONGEST_S
