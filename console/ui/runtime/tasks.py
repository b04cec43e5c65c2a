"""Coroutines started from Qt: kept alive until they end; failures are logged, counted and reported.

A slot cannot be awaited. A bare `create_task` may be garbage-collected half-way and fails silently,
so this is the only place in `ui/` that creates tasks.
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


def spawn(coro: Coroutine[object, object, object], failed: Failed | None = None) -> bool:
    """Run `coro` on the loop of this thread.

    Args:
        coro: a presenter's coroutine.
        failed: called with an expected failure (`ConsoleError`); without it such a failure is
            logged as a warning. Anything else is a bug: logged with its traceback and counted.

    Returns: False if no loop runs any more and nothing was started.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        # A last Qt event after the loop stopped: the program is exiting.
        coro.close()
        log.debug("not started, the loop is over: %s", getattr(coro, "__qualname__", "?"))
        return False
    task = loop.create_task(_watch(coro, failed))
    _Running.tasks.add(task)
    task.add_done_callback(_Running.tasks.discard)
    # A task cancelled before its first step would leave the coroutine unawaited.
    task.add_done_callback(lambda _task: coro.close())
    return True


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
    """Number of tasks that ended with a bug since the start."""
    return _Running.failures


def running() -> int:
    """Number of tasks that run now."""
    return len(_Running.tasks)


async def settle() -> None:
    """Wait until no task of the window runs on this loop; for shutdown and tests."""
    loop = asyncio.get_running_loop()
    while pending := [t for t in _Running.tasks if not t.done() and t.get_loop() is loop]:
        await asyncio.gather(*pending, return_exceptions=True)


async def under_way() -> None:
    """Wait for the other tasks that run now, but not for later ones.

    Used before a screen is removed, because an answer may be on its way to it.
    """
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    now = [t for t in _Running.tasks if t is not me and t.get_loop() is loop]
    if now:
        await asyncio.wait(now)


async def stop() -> None:
    """Cancel all tasks and wait for their end; the last step of closing the window."""
    for task in tuple(_Running.tasks):
        task.cancel()
    await settle()
