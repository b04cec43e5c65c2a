"""File systems of their own, for disks that are full or read-only."""

import errno
import shutil
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
        # lazily: a program of a failed test may still have files open there
        subprocess.run(["umount", "--lazy", str(where)], check=True)


def fill(folder: Path) -> Path:
    """Write a file until the file system of a folder is full; remove the file to empty it again.

    It does not go by the free space reported: a program that writes there meanwhile changes that.
    """
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise
    assert shutil.disk_usage(folder).free == 0
    return filler
