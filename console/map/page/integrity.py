"""Checks that the third-party scripts of the map page are unchanged."""

import hashlib
from pathlib import Path

from console.map.resources import PAGE_ASSETS


def altered_files() -> tuple[str, ...]:
    """Files of `SHA256SUMS` that are missing or changed; the list itself if it cannot be read."""
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
