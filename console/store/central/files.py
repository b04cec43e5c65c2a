"""Photos, documents and recordings at the centre: `CentralBlobs`."""

import hashlib

from console.domain.errors import RefusedError
from console.services.ports.central.sync import CHUNK_BYTES, Blob
from console.store.central.connection.line import Statements


class FileStatements(Statements):
    """Files in complete chunks, in order, so that `stored` says where anybody can continue."""

    def blob(self, sha256: str) -> Blob | None:
        """See `CentralBlobs`."""
        row = self._row("select size, mime, stored from hotline.blob(%s)", sha256)
        return None if row is None else Blob(sha256, *row)

    def put_chunk(self, blob: Blob, n: int, data: bytes) -> Blob:
        """See `CentralBlobs`. After the last chunk the centre compares the digest with the name; if
        they differ, it keeps nothing.
        """
        row = self._row(
            "select hotline.put_chunk(%s, %s, %s, %s, %s)",
            blob.sha256, blob.size, blob.mime, n, data,
        )  # fmt: skip
        stored = 0 if row is None else int(row[0])
        if stored < 0:
            raise RefusedError("blob_refused")
        return Blob(blob.sha256, blob.size, blob.mime, stored)

    def chunk(self, sha256: str, n: int) -> bytes | None:
        """See `CentralBlobs`."""
        row = self._row("select hotline.chunk(%s, %s)", sha256, n)
        return None if row is None or row[0] is None else bytes(row[0])

    def note_recording(self, pbx: str, call_id: str, sha256: str) -> None:
        """See `CentralBlobs`."""
        self._row(
            "select hotline.note_recording(%s, %s, %s, %s)", self._stream, pbx, call_id, sha256
        )

    def recording(self, pbx: str, call_id: str) -> bytes | None:
        """The file of a call's recording at the centre, by a logged act. None if there is none or
        it is not complete yet.
        """
        row = self._row("select hotline.find_recording(%s, %s, %s)", self._stream, pbx, call_id)
        if row is None or row[0] is None or (known := self.blob(row[0])) is None:
            return None
        pieces = []
        for n in range((known.size + CHUNK_BYTES - 1) // CHUNK_BYTES):
            if (piece := self.chunk(known.sha256, n)) is None:
                return None
            pieces.append(piece)
        data = b"".join(pieces)
        return data if hashlib.sha256(data).hexdigest() == known.sha256 else None
