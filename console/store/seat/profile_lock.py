"""One console per profile: a lock file that the system itself lets go when the process ends.

A window or a gateway keeps it for hours and says so in the file (`stays`); a verb of the command
line has it for a moment, and others wait for that moment.
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
"""As long others wait for a verb; longer ones, such as an import, are told of."""
_LOOK_S = 0.02


def stays(profile: Path) -> None:
    """Whoever has this profile keeps it: nobody need wait."""
    with contextlib.suppress(OSError), (profile / "store.lock").open("r+b") as file:  # else: wait
        file.seek(1)  # Windows lets nobody write the byte that is locked, nor us by a second handle
        file.write(b"stays\n")


class ProfileLock:
    """Holds `<profile>/store.lock` until `release`; the file itself stays."""

    def __init__(self, profile: Path) -> None:
        """Take the lock, after a verb that has it.

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
            os.ftruncate(descriptor, 0)  # what one that was killed wrote
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let it go; harmless when done twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
