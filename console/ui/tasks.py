"""Coroutines started from Qt: held until they end, their failures seen, counted and told.

A slot cannot be awaited. A bare `create_task` may be collected half-way and is silent when it
fails; this is the only place in `ui/` that makes tasks.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine

from console.domain.errors import ConsoleError

log = logging.getLogger(__name__)

type Failed = Callable[[ConsoleError], None]


class _Running:
    tasks: set[asyncio.Task[None]] = set()  # noqa: RUF012 - one set for the process, on purpose
    failures: int = 0


def spawn(coro: Coroutine[object, object, object], failed: Failed | None = None) -> None:
    """Run `coro` on the loop of this thread.

    Args:
        coro: a presenter's coroutine.
        failed: called with an expected failure (`ConsoleError`); without it such a failure is
            logged as a warning. Anything else is a bug: logged whole and counted.
    """
    task = asyncio.get_running_loop().create_task(_watch(coro, failed))
    _Running.tasks.add(task)
    task.add_done_callback(_Running.tasks.discard)


async def _watch(coro: Coroutine[object, object, object], failed: Failed | None) -> None:
    name = getattr(coro, "__qualname__", "?")
    try:
        await coro
    except ConsoleError as error:
        if failed is None:
            log.warning("%s: %s", name, error)
        else:
            failed(error)
    except Exception:
        _Running.failures += 1
        log.exception("a task of the window failed: %s", name)


def failures() -> int:
    """How many tasks ended in a bug since the start."""
    return _Running.failures


def running() -> int:
    """How many tasks run now."""
    return len(_Running.tasks)


async def settle() -> None:
    """Wait until no task of the window runs; for shutdown and tests."""
    while _Running.tasks:
        await asyncio.gather(*_Running.tasks, return_exceptions=True)


async def stop() -> None:
    """Cancel what runs and wait for its end; the last step of closing the window."""
    for task in tuple(_Running.tasks):
        task.cancel()
    await settle()
