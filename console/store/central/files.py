"""Photos and papers at the centre: `sync_ports.CentralBlobs`."""

from console.domain.errors import RefusedError
from console.services.sync_ports import Blob
from console.store.central.line import Calls


class FileCalls(Calls):
    """Chunks in order, each whole, so that `stored` says where anybody may go on."""

    def blob(self, sha256: str) -> Blob | None:
        """See `CentralBlobs`."""
        row = self._row("select size, mime, stored from hotline.blob(%s)", sha256)
        return None if row is None else Blob(sha256, *row)

    def put_chunk(self, blob: Blob, n: int, data: bytes) -> Blob:
        """See `CentralBlobs`; the last piece shows whether the whole is what its name says, and
        when it is not, nothing of it stays.
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
