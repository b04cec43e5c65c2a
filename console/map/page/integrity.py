"""Whether others' scripts that the map page runs are as they were shipped (SECURITY.md 22)."""

import hashlib
from pathlib import Path

from console.map.resources import PAGE_ASSETS


def altered_files() -> tuple[str, ...]:
    """Files of `SHA256SUMS` that are missing or not as listed; all of it where the list is gone."""
    try:
        lines = (PAGE_ASSETS / "SHA256SUMS").read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return ("SHA256SUMS",)
    listed = (line.partition("  ")[::2] for line in lines)
    return tuple(name for digest, name in listed if not _is_whole(PAGE_ASSETS / name, digest))


def _is_whole(file: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == digest
    except OSError:
        return False
