"""One console per profile: a lock file that the system releases when the process ends.

A window or a gateway holds it for hours and says so in the file (`stays`). A command holds it for a
moment, and others wait for it.
"""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

from console.domain.errors import UnavailableError

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


WAIT_S = 20.0
"""How long to wait for another command; behind a longer one, such as an import, it gives up."""
_LOOK_S = 0.02


def stays(profile: Path) -> None:
    """Note that this process holds the profile for long, so that nobody waits for it."""
    with contextlib.suppress(OSError), (profile / "store.lock").open("r+b") as file:
        file.seek(1)  # Windows lets nobody write the locked byte, not even us by a second handle
        file.write(b"stays\n")


class ProfileLock:
    """Holds `<profile>/store.lock` until `release`; the file itself stays."""

    def __init__(self, profile: Path) -> None:
        """Take the lock; wait if a command holds it.

        Raises:
            UnavailableError: `profile_in_use` when another process has it, `store_read_only` when
                the profile may not be written.
        """
        path = profile / "store.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UnavailableError("store_read_only", cause=str(error.strerror)) from error
        until = time.monotonic() + WAIT_S
        while True:
            try:
                _take(descriptor)
                break
            except OSError as error:
                if os.fstat(descriptor).st_size or time.monotonic() > until:
                    os.close(descriptor)
                    raise UnavailableError("profile_in_use", profile=str(profile)) from error
                threading.Event().wait(_LOOK_S)
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)  # left by a killed process
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Release it; harmless if called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
