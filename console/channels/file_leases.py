"""Leases of the embedded mode: one locked file per channel. The kernel releases the lock when its
holder dies, so the channels of a killed gateway are free at once.
"""

import os
import re
from pathlib import Path
from typing import BinaryIO

from console.services.gateway.channel_runner import LeaseState


class FileLeases:
    """`Leases` in a folder shared by all gateways of a machine."""

    def __init__(self, folder: Path) -> None:
        """Keep the files in `folder`, created on first use."""
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}

    async def take(self, name: str) -> LeaseState:
        """Take the lease if it is free; unknown if the folder is not writable."""
        if name in self._files:
            return LeaseState.OURS
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)}.lease"
            file = path.open("ab")
        except OSError:
            return LeaseState.UNKNOWN
        if not _lock(file):
            file.close()
            return LeaseState.OTHERS
        self._files[name] = file
        return LeaseState.OURS

    async def release(self, name: str) -> None:
        """Close the file, which frees it."""
        if (file := self._files.pop(name, None)) is not None:
            file.close()


def _lock(file: BinaryIO) -> bool:
    if os.name == "nt":  # pragma: no cover
        import msvcrt  # noqa: PLC0415

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
