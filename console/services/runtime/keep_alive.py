"""Keeps a background coroutine alive: back-off, jitter, a log line and a count for each failure."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.domain.errors import UnavailableError
from console.domain.live_events import LinkChanged
from console.services.wording.sentences import say

log = logging.getLogger(__name__)

FIRST_S = 1.0
LONGEST_S = 30.0
STEADY_S = 60.0
"""A run this long counts as healthy: the next failure begins with the short wait again."""

type Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Health:
    """Failures of one supervised task, for `doctor`; `last` is a code or a class name."""

    failures: int = 0
    last: str = ""


def back_off(attempt: int, *, chance: Callable[[], float] = random.random) -> float:
    """Seconds before attempt `attempt` (0 = the first repeat): 1, 2, 4 … 30, each between half
    and the whole of it, so that thirty consoles do not reconnect in the same second.
    """
    whole: float = min(LONGEST_S, FIRST_S * 2.0 ** min(attempt, 10))
    return max(FIRST_S, whole * (0.5 + chance() / 2))


async def supervise(
    name: str,
    make_coro: Callable[[], Awaitable[None]],
    publish: Callable[[object], None],
    *,
    health: Health | None = None,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Run for ever; restart a coroutine that ends or fails, after the back-off.

    Args:
        name: the link's name on the status line, such as `mail` or `modem:gsm1`.
        make_coro: makes a new coroutine for each run.
        publish: receives `LinkChanged` down after each failure; the coroutine itself says `up`.
        health: counts failures.
        sleep: waits between runs; tests pass their own.
    """
    loop = asyncio.get_running_loop()
    count = health or Health()
    attempt = 0
    while True:
        started = loop.time()
        try:
            await make_coro()
            why, params = "ended", {}
            log.warning("%s ended, starting it again", name)
        except UnavailableError as error:
            why, params = error.code, error.params
            log.warning("%s is away: %s (%s)", name, say(error, "en"), error.code)
        except Exception as error:
            why, params = "failed", {"error": type(error).__name__}
            log.exception("%s failed", name)
        count.failures += 1
        count.last = why
        if loop.time() - started >= STEADY_S:
            attempt = 0
        wait_s = back_off(attempt)
        attempt += 1
        said: dict[str, object] = {**params, "tries": attempt, "again_s": round(wait_s)}
        publish(LinkChanged(name, "down", why, said))
        await sleep(wait_s)
