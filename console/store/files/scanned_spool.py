"""A spool behind a virus scanner: a file that could not be scanned is kept, but locked.

A locked file has an empty marker `<profile>/spool/locked/<sha256>`. Nobody gets its path until the
scanner has found it clean.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, override

from console.domain.errors import InputError, UnavailableError
from console.domain.live_events import LinkChanged
from console.services.records import StoredFile
from console.store.files.spool import Spool

log = logging.getLogger(__name__)

AGAIN_S = 60.0


class Scanner(Protocol):
    """Scans files for malware."""

    def scan(self, content: bytes) -> str | None:
        """The name of the malware in it; None when it is clean.

        Raises:
            UnavailableError: the scanner cannot be reached.
        """


class ScannedSpool(Spool):
    """`Files` that scans new files first; may be used from any thread."""

    def __init__(self, profile: Path, scanner: Scanner) -> None:
        """Keep files under `<profile>/spool`."""
        super().__init__(profile)
        self._scanner = scanner
        self._locks = profile / "spool" / "locked"

    @override
    def put(self, source: Path) -> StoredFile:
        """Copy a file in and have it scanned.

        Raises:
            InputError: as `Spool.put`, and `file_infected`.
        """
        return self._scanned(super().put(source))

    @override
    def put_bytes(self, content: bytes, name: str) -> StoredFile:
        """Keep what came over a wire and have it scanned.

        Raises:
            InputError: as `Spool.put_bytes`, and `file_infected`.
        """
        return self._scanned(super().put_bytes(content, name))

    @override
    def path(self, sha256: str) -> Path | None:
        """Its path; None if it is not there or locked."""
        return None if self.is_locked(sha256) else super().path(sha256)

    @override
    def is_locked(self, sha256: str) -> bool:
        """Whether it waits for the scanner."""
        return len(sha256) == 64 and (self._locks / sha256).exists()

    def scan_again(self) -> tuple[int, int]:
        """Scan what is locked; returns (files now clean, files deleted).

        Raises:
            UnavailableError: `scanner_away`; the rest stays locked.
        """
        clean = infected = 0
        for mark in sorted(self._locks.glob("*")) if self._locks.is_dir() else ():
            found = super().path(mark.name)
            if found is not None and self._is_infected(found):
                found.unlink()
                infected += 1
            else:
                clean += 1
            mark.unlink()
        return clean, infected

    async def run(self, publish: Callable[[object], None], every_s: float = AGAIN_S) -> None:
        """Scan locked files again and again, for ever.

        Raises:
            UnavailableError: `scanner_away`; the supervising task tries again.
        """
        while True:
            await asyncio.to_thread(self.scan_again)
            await asyncio.to_thread(self._scanner.scan, b"1022")
            publish(LinkChanged("scanner", "up", "scanner_up"))
            await asyncio.sleep(every_s)

    def _scanned(self, stored: StoredFile) -> StoredFile:
        path = super().path(stored.sha256)
        if path is None:
            return stored
        try:
            infected = self._is_infected(path)
        except UnavailableError as error:
            log.warning("a file is locked until it can be scanned: %s", error)
            self._locks.mkdir(exist_ok=True, mode=0o700)
            (self._locks / stored.sha256).touch()
            return stored
        if infected:
            path.unlink()
            raise InputError("file_infected", file=stored.name)
        (self._locks / stored.sha256).unlink(missing_ok=True)
        return stored

    def _is_infected(self, path: Path) -> bool:
        found = self._scanner.scan(path.read_bytes())
        if found is not None:
            log.warning("a file is infected: %s", found)
        return found is not None
