"""Profiles that already have a store, for tests that are not about creating one."""

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
    """This folder, with a copy of the store that this run made when it has none; nothing is logged
    in it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / FILE_NAME).exists():
        shutil.copy(_template(), folder / FILE_NAME)
    return folder
