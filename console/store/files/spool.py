"""Photos, clips and documents of this seat, named by their content: `<profile>/spool/ab/<sha256>`.

A file's first bytes decide its type, never its name. No file is ever changed or overwritten.
"""

import contextlib
import errno
import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from console.domain.errors import InputError, UnavailableError
from console.domain.text.cleaning import clean_line
from console.services.records import StoredFile

MEBIBYTE = 1 << 20
PHOTO_BYTES = 10 * MEBIBYTE
LARGE_BYTES = 50 * MEBIBYTE
"""Clips and documents may be larger than photos."""

_LIMITS = {
    "image/jpeg": PHOTO_BYTES,
    "image/png": PHOTO_BYTES,
    "image/webp": PHOTO_BYTES,
    "image/heic": PHOTO_BYTES,
    "video/mp4": LARGE_BYTES,
    "audio/wav": LARGE_BYTES,
    "application/pdf": LARGE_BYTES,
}
_HEIC = frozenset([b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"])
_MP4 = frozenset([b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ",
                  b"iso3", b"MSNV", b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3g2a",
                  b"qt  "])  # fmt: skip
"""Brands of phones: MPEG-4, QuickTime, and 3GPP (TS 26.244), which MMS gateways send."""
_HEAD_BYTES = 32


def sniff(head: bytes) -> str | None:
    """The media type by magic bytes; None for a type that is not accepted.

    Args:
        head: the first 32 bytes. Brands after ISO/IEC 14496-12 (`ftyp` box) and 23008-12 (HEIF).
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE"):
        return "image/webp" if head[8:12] == b"WEBP" else "audio/wav"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC:
            return "image/heic"
        if head[8:12] in _MP4:
            return "video/mp4"
    return None


class Spool:
    """`Files` on the profile's disk; may be used from any thread."""

    def __init__(self, profile: Path) -> None:
        """Keep files under `<profile>/spool`, created when first needed."""
        self._root = profile / "spool"

    def put(self, source: Path) -> StoredFile:
        """Copy a file in; it is on disk when this returns. The same content is stored once.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
            UnavailableError: `file_missing`, `disk_full`, `store_read_only`, `store_failed`.
        """
        try:
            if not source.is_file():  # a pipe without a writer would block for ever
                raise UnavailableError("file_missing", file=source.name)
            stream = source.open("rb")
        except (OSError, ValueError) as error:
            raise UnavailableError("file_missing", file=source.name) from error
        with stream:
            mime = sniff(stream.read(_HEAD_BYTES))
            if mime is None:
                raise InputError("not_a_photo", file=source.name)
            stream.seek(0)
            try:
                sha256, size = self._copy(stream, source.name, _LIMITS[mime])
            except OSError as error:
                raise _unavailable(error) from error
        return StoredFile(sha256, size, mime, clean_line(source.name))

    def put_bytes(self, content: bytes, name: str) -> StoredFile:
        """Store bytes that were received; they are on disk when this returns.

        Raises:
            InputError: `not_a_photo`, `file_too_large`.
            UnavailableError: `disk_full`, `store_read_only`, `store_failed`.
        """
        mime = sniff(content[:_HEAD_BYTES])
        if mime is None:
            raise InputError("not_a_photo", file=clean_line(name, 120))
        try:
            sha256, size = self._copy(io.BytesIO(content), name, _LIMITS[mime])
        except OSError as error:
            raise _unavailable(error) from error
        return StoredFile(sha256, size, mime, clean_line(name))

    def path(self, sha256: str) -> Path | None:
        """Its path, or None."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            return None
        found = self._root / sha256[:2] / sha256
        return found if found.is_file() else None

    def let_go(self, sha256: str) -> None:
        """Delete it here; harmless if it is not there or somebody is reading it."""
        if (found := self.path(sha256)) is not None:
            with contextlib.suppress(OSError):
                found.unlink()

    def is_locked(self, sha256: str) -> bool:  # noqa: ARG002  (the port's)
        """Always False: there is no scanner."""
        return False

    def describe(self, sha256: str) -> StoredFile | None:
        """Size and media type of a stored file, or None; its original name is not kept."""
        if (found := self.path(sha256)) is None:
            return None
        with found.open("rb") as stream:
            mime = sniff(stream.read(_HEAD_BYTES)) or "application/octet-stream"
        return StoredFile(sha256, found.stat().st_size, mime, sha256)

    def _copy(self, stream: BinaryIO, name: str, limit: int) -> tuple[str, int]:
        """Write a temporary file in the spool and flush it to disk; returns its digest and size."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest, size = hashlib.sha256(), 0
        descriptor, temporary = tempfile.mkstemp(dir=self._root, prefix="new-")
        try:
            with os.fdopen(descriptor, "wb") as target:
                while chunk := stream.read(MEBIBYTE):
                    size += len(chunk)
                    if size > limit:
                        raise InputError("file_too_large", file=name, limit_mb=limit // MEBIBYTE)
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            sha256 = digest.hexdigest()
            keep(self._root, Path(temporary), sha256)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return sha256, size


def keep(root: Path, temporary: Path, sha256: str) -> None:
    """Give a complete file in the spool `root` its name, durably."""
    folder = root / sha256[:2]
    folder.mkdir(exist_ok=True, mode=0o700)
    temporary.replace(folder / sha256)
    for each in (folder, root):
        sync_folder(each)


def write_private(file: Path, data: bytes) -> None:
    """Write a file that only its owner may ever read, replacing what was there. The content is on
    disk when this returns; the name is not yet (`sync_folder`).

    Raises:
        OSError: as `open`.
    """
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
    with open(file, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Flush a new file name to disk; Windows has no such call and needs none."""
    if os.name == "nt":  # pragma: no cover
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(error: OSError) -> UnavailableError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UnavailableError("disk_full")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return UnavailableError("store_read_only", cause=str(error.strerror))
    return UnavailableError("store_failed", cause=str(error.strerror))
