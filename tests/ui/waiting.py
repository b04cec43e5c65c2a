"""Waiting for a thing in coroutine tests, with a deadline; never for time."""

import asyncio
from collections.abc import Callable

DEADLINE_S = 60.0


async def until(true: Callable[[], object], what: str = "") -> None:
    """Let the loop run until something holds; fails with what was waited for."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE_S
    while not true():
        assert loop.time() < end, f"waited {DEADLINE_S} s for {what or true}"
        await asyncio.sleep(0.005)
