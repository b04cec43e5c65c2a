"""The port of stored files: photos and attachments, by the digest of their content."""

from pathlib import Path
from typing import Protocol

from console.services.records import (
    StoredFile,
)


class Files(Protocol):
    """Content-addressed files of this seat."""

    def put(self, source: Path) -> StoredFile:
        """Copy a file into the store.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
            UnavailableError: `file_missing`, or a disk error.
        """

    def put_bytes(self, content: bytes, name: str) -> StoredFile:
        """Store bytes that were received; the same content again is the same file.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
        """

    def path(self, sha256: str) -> Path | None:
        """Its path, or None."""

    def is_locked(self, sha256: str) -> bool:
        """Whether it is stored but not yet scanned for viruses, and so may not be opened."""

    def describe(self, sha256: str) -> StoredFile | None:
        """Size and media type of a stored file, or None; its original name is not stored."""
