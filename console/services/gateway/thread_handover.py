"""Hands a message from a device's own thread to the loop and waits until it is on disk.

Blocking drivers read modem and mailbox. They may delete or move a message only after its commit,
which happens on the loop, so their thread waits here.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError

from console.domain.errors import ConsoleError

log = logging.getLogger(__name__)

LOOK_S = 0.1
"""Between two checks whether the device is being closed."""


def store_from_thread(
    storing: Coroutine[object, object, bool],
    loop: asyncio.AbstractEventLoop,
    *,
    what: str,
    stopping: Callable[[], bool],
) -> bool:
    """Run this on the loop and wait; called from a device's own thread.

    Args:
        storing: stores the message; True when the device may delete it.
        what: its name in the log, such as `an SMS`.
        stopping: whether the device is being closed; then the wait ends.

    Returns:
        False when it is not stored, or the result is unknown: it stays and is read again.
    """
    try:
        future = asyncio.run_coroutine_threadsafe(storing, loop)
    except RuntimeError:  # the loop has just been closed
        storing.close()
        return False
    while True:
        try:
            return future.result(LOOK_S)
        except FutureTimeoutError:
            if future.done() or stopping():  # done: the work itself timed out
                future.cancel()
                return False
        except FutureCancelledError:
            return False
        except ConsoleError as error:
            log.warning("%s stays where it is: %s", what, error)
            return False
        except Exception:
            log.exception("%s stays where it is", what)
            return False
