"""The seat's files for the thread that transfers them: the spool, and which files the centre has.
A download grows in `<spool>/part-<sha256>`, piece by piece, until its digest matches its name.
"""

import hashlib
import os
from pathlib import Path

from sqlalchemy import select, update

from console.services.ports.central.sync import CHUNK_BYTES
from console.services.records import StoredFile
from console.store.files.spool import LARGE_BYTES, Spool, keep
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import attachment

AT_A_TIME = 20


class SeatFiles:
    """`FileTransferStore` over one seat's store and spool."""

    def __init__(self, store: LocalStore, profile: Path) -> None:
        """Over this store and the spool of this profile."""
        self._store = store
        self._spool = Spool(profile)
        self._root = profile / "spool"

    def waiting(self) -> tuple[str, ...]:
        """sha256 of some files that the centre does not have, oldest first."""
        a = attachment.c
        question = select(a.sha256).where(a.state == "waiting").order_by(a.at).limit(AT_A_TIME)
        return self._store.run_on_reader(lambda c: tuple(c.execute(question).scalars()))

    def sent(self, sha256: str) -> None:
        """Note that the centre has this file completely."""
        self._mark(sha256, "sent", None)

    def refused(self, sha256: str, why: str) -> None:
        """Note that the centre will never take this file; it stays here."""
        self._mark(sha256, "refused", why)

    def _mark(self, sha256: str, state: str, why: str | None) -> None:
        change = update(attachment).where(attachment.c.sha256 == sha256)
        self._store.run_on_writer(lambda c: c.execute(change.values(state=state, why=why)))

    def describe(self, sha256: str) -> StoredFile | None:
        """Size and media type; None when it is not here."""
        return self._spool.describe(sha256)

    def path(self, sha256: str) -> Path | None:
        """Its path; None when it is not here."""
        return self._spool.path(sha256)

    def piece(self, sha256: str, n: int) -> bytes | None:
        """Piece `n` of a file to send; None when it is not here."""
        if (path := self.path(sha256)) is None:
            return None
        with path.open("rb") as file:
            file.seek(n * CHUNK_BYTES)
            return file.read(CHUNK_BYTES)

    def calls(self, sha256: str) -> tuple[tuple[str, str], ...]:  # noqa: ARG002
        """No calls: a file of the spool is no recording."""
        return ()

    def begun(self, sha256: str) -> int:
        """How many bytes of a download are here, whole pieces only."""
        try:
            size = self._part(sha256).stat().st_size
        except OSError:
            return 0
        return size - size % CHUNK_BYTES

    def add_piece(self, sha256: str, n: int, data: bytes) -> None:
        """Store piece `n` of a download.

        Raises:
            OSError: it cannot be written.
        """
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if n * CHUNK_BYTES + len(data) > LARGE_BYTES:
            raise ValueError(n)
        # Appending would be wrong after an incomplete write.
        descriptor = os.open(self._part(sha256), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            file.truncate(n * CHUNK_BYTES)
            file.seek(n * CHUNK_BYTES)
            file.write(data)

    def finish(self, sha256: str) -> Path | None:
        """Turn the pieces into the file; if they do not match, delete them and return None."""
        part = self._part(sha256)
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        if digest != sha256:
            part.unlink()
            return None
        keep(self._root, part, sha256)
        return self._spool.path(sha256)

    def _part(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError(sha256)
        return self._root / f"part-{sha256}"
