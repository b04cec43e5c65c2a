"""File systems of their own, for disks that are full or may not be written."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(where: Path, *options: str) -> Iterator[None]:
    """A file system of its own at a folder; skips where nobody may mount."""
    where.mkdir(exist_ok=True, parents=True)
    made = subprocess.run(["mount", *options, str(where)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"mount: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        # Lazily: a program of a test that failed may still have files open there.
        subprocess.run(["umount", "--lazy", str(where)], check=True)
