"""What a device's own thread read goes to the loop and is waited for until it is on disk.

Modem and mailbox are read by blocking drivers. They may delete or move a message only after its
commit, which the loop does; so their thread waits here.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError

from console.domain.errors import ConsoleError

log = logging.getLogger(__name__)

LOOK_S = 0.1
"""Between two looks whether the device is being closed."""


def store_from_thread(
    storing: Coroutine[object, object, bool],
    loop: asyncio.AbstractEventLoop,
    *,
    what: str,
    stopping: Callable[[], bool],
) -> bool:
    """Run this on the loop and wait; from a device's own thread.

    Args:
        storing: stores the message; True when the device may let go of it.
        what: names it in the log, such as `an SMS`.
        stopping: whether the device is being closed: then nobody waits any longer.

    Returns:
        False when it is not stored, or nobody knows: it stays where it is and is read again.
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
            if future.done() or stopping():  # done: a time-out of its own
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
