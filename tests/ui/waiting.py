"""Waiting for a condition in coroutine tests, with a deadline; never for a fixed time."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

DEADLINE_S = 60.0


async def until(true: Callable[[], object], what: str = "") -> None:
    """Run the loop until a condition holds; the failure names it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE_S
    while not true():
        assert loop.time() < end, f"waited {DEADLINE_S} s for {what or true}"
        await asyncio.sleep(0.005)


async def in_front(window: QWidget) -> None:
    """Activate a window; repeated while the window manager is closing another one."""
    loop = asyncio.get_running_loop()
    end, again = loop.time() + DEADLINE_S, 0.0
    while not window.isActiveWindow():
        assert loop.time() < end, f"{window!r} had no keyboard for {DEADLINE_S} s"
        if loop.time() >= again:
            window.activateWindow()
            again = loop.time() + 0.5
        await asyncio.sleep(0.005)
