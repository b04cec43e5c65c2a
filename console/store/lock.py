"""One console per profile: a lock file that the system itself lets go when the process ends."""

import os
import sys
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


class ProfileLock:
    """Holds `<profile>/store.lock` until `release`; the file itself stays."""

    def __init__(self, profile: Path) -> None:
        """Take the lock.

        Raises:
            UnavailableError: `profile_in_use` when another process has it, `store_read_only` when
                the profile may not be written.
        """
        path = profile / "store.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UnavailableError("store_read_only", cause=str(error.strerror)) from error
        try:
            _take(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise UnavailableError("profile_in_use", profile=str(profile)) from error
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let it go; harmless when done twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
