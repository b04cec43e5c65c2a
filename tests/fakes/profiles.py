"""Profiles whose store is there already, for tests that are not about how it comes to be."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from console.services.city_data.catalogue_loader import load_catalogue
from console.store.seat.local_store import FILE_NAME, LocalStore


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="profile1022-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    LocalStore(folder, load_catalogue()).close()
    return folder / FILE_NAME


def fresh_profile(folder: Path) -> Path:
    """This folder; where it has no store yet, with a copy of the one that this run made, in which
    nothing is logged.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / FILE_NAME).exists():
        shutil.copy(_template(), folder / FILE_NAME)
    return folder
