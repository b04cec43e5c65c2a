"""The seat's files followed by its recordings; photos go first. A recording is never on disk in
clear: the pieces to send come from the vault.
"""

import logging
from pathlib import Path
from typing import override

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from console.services.ports.central.sync import CHUNK_BYTES
from console.services.ports.recordings import RecordingCopies
from console.services.records import StoredFile
from console.store.exchange.files import SeatFiles
from console.store.seat.local_store import LocalStore
from console.store.tables.definitions import call
from console.store.tables.recordings import recording_sent

log = logging.getLogger(__name__)

AT_A_TIME = 5
_OURS = call.c.recording.like("vault:%")


class SeatFilesAndRecordings(SeatFiles):
    """`FileTransferStore` of a seat that keeps copies of its recordings."""

    def __init__(self, store: LocalStore, profile: Path, vault: RecordingCopies) -> None:
        """Over this store, the spool of this profile and these copies."""
        super().__init__(store, profile)
        self._vault = vault
        self._open: tuple[str, bytes] = ("", b"")

    @override
    def waiting(self) -> tuple[str, ...]:
        if photos := super().waiting():
            return photos
        sent = select(recording_sent.c.sha256)
        question = (
            select(call.c.recording_sha256)
            .where(_OURS, call.c.recording_sha256 != "", call.c.recording_sha256.not_in(sent))
            .order_by(call.c.offered_at)
            .limit(AT_A_TIME)
        )
        return self._store.run_on_reader(lambda c: tuple(c.execute(question).scalars()))

    @override
    def _mark(self, sha256: str, state: str, why: str | None) -> None:
        if not self.calls(sha256):
            super()._mark(sha256, state, why)
            return
        self._open = ("", b"")  # no longer in memory in clear
        values = {"sha256": sha256, "state": state, "why": why}
        statement = upsert(recording_sent).on_conflict_do_nothing()
        self._store.run_on_writer(lambda c: c.execute(statement, values))

    @override
    def describe(self, sha256: str) -> StoredFile | None:
        data = self._content(sha256)
        if data is None:
            return super().describe(sha256)
        return StoredFile(sha256, len(data), "audio/wav", sha256)

    @override
    def piece(self, sha256: str, n: int) -> bytes | None:
        data = self._content(sha256)
        if data is None:
            return super().piece(sha256, n)
        return data[n * CHUNK_BYTES : (n + 1) * CHUNK_BYTES]

    @override
    def calls(self, sha256: str) -> tuple[tuple[str, str], ...]:
        question = select(call.c.pbx, call.c.call_id).where(
            _OURS, call.c.recording_sha256 == sha256
        )
        found = self._store.run_on_reader(lambda c: c.execute(question).all())
        return tuple((row.pbx, row.call_id) for row in found)

    def _content(self, sha256: str) -> bytes | None:
        """The decrypted recording; only one is open at a time, and only in memory."""
        if self._open[0] == sha256:
            return self._open[1]
        question = select(call.c.recording).where(_OURS, call.c.recording_sha256 == sha256).limit(1)
        place = self._store.run_on_reader(lambda c: c.execute(question).scalar())
        if place is None:
            return None
        try:
            data = self._vault.get(place)
        except OSError as error:
            log.warning("a recording does not go to the centre: %s", error)
            return None
        self._open = (sha256, data)
        return data
