"""The port of stored files: photos and attachments, by the digest of their content."""

from pathlib import Path
from typing import Protocol

from console.services.records import (
    StoredFile,
)


class Files(Protocol):
    """Content-addressed files of this seat."""

    def put(self, source: Path) -> StoredFile:
        """Copy a file in.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
            UnavailableError: `file_missing`; and what a disk may do.
        """

    def put_bytes(self, content: bytes, name: str) -> StoredFile:
        """Keep what came over a wire; the same content again is one file.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
        """

    def path(self, sha256: str) -> Path | None:
        """Where it lies, or None."""

    def is_locked(self, sha256: str) -> bool:
        """Whether it is kept but may not be opened yet: no virus scanner has looked at it."""

    def describe(self, sha256: str) -> StoredFile | None:
        """Size and media type of a stored file, or None; its first name is not kept."""
