"""Encrypts every store file of a profile, or decrypts them all. It survives a kill at any time.

A file is copied with the new key and verified; then it takes the name of the old one in one step.
The next run deletes what a killed one left behind. Nobody else may have the store open, because a
reader that closes the old file would delete the write-ahead log of the new one.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from console.domain.errors import UnavailableError
from console.store.files.spool import sync_folder
from console.store.seat.local_store import FILE_NAME
from console.store.seat.profile_lock import ProfileLock
from console.store.seat.store_copy import counts_of, failing_store, synced, verified
from console.store.sqlite.cipher import (
    connect,
    copy_into,
    database_errors,
    is_plain,
    key_to_open,
    opens,
)
from console.store.sqlite.keys import forget, has_key, key_for, make

_PART = ".turning"
_FOLDERS = ("training", "copies", "replaced-*")
"""Folders of a profile with further stores: training, nightly copies, those that were replaced."""
_ZEROS = bytes(1 << 20)

type Tell = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


def encrypt(profile: Path, tell: Tell = lambda _done, _all: None) -> int:
    """Encrypt every store of the profile with its key, which is made if there is none.

    Returns:
        How many files were plain.

    Raises:
        UnavailableError: `store_missing`, `profile_in_use`, `disk_full`, `copy_failed`,
            `copy_damaged`, `store_key_lost`, `store_key_not_kept`, `store_cipher_missing`.
    """
    return _turn_all(profile, tell, encrypted=True)


def decrypt(profile: Path, tell: Tell = lambda _done, _all: None) -> int:
    """Decrypt every store of the profile and delete its key.

    Returns:
        How many files were encrypted.

    Raises:
        UnavailableError: as `encrypt`.
    """
    turned = _turn_all(profile, tell, encrypted=False)
    if has_key(profile):
        forget(profile)
    return turned


def plain_stores(profile: Path) -> list[Path]:
    """Store files of this profile that anybody with access to the disk can read."""
    return [file for file in _stores(profile) if is_plain(file)]


def _known_key(profile: Path) -> str | None:
    """The profile's key; None only if the seat's own store needs none."""
    store = profile / FILE_NAME
    key = key_for(store)
    if key is None and store.stat().st_size and not is_plain(store):
        raise UnavailableError("store_key_lost", profile=str(profile))
    return key


def _turn_all(profile: Path, tell: Tell, *, encrypted: bool) -> int:
    if not (profile / FILE_NAME).is_file():
        raise UnavailableError("store_missing", profile=str(profile))
    with contextlib.ExitStack() as held:
        for folder in (profile, profile / "training"):
            if (folder / FILE_NAME).is_file():
                held.callback(ProfileLock(folder).release)
        _tidy(profile)
        known = _known_key(profile)
        new_key = (known or make(profile)) if encrypted else None
        stores = [file for file in _stores(profile) if _is_to_turn(file, profile, new_key)]
        done, total = 0, sum(file.stat().st_size for file in stores)
        for file in stores:
            size = file.stat().st_size
            _turn(file, new_key)
            done += size
            tell(done, total)
        return len(stores)


def _is_to_turn(file: Path, profile: Path, new_key: str | None) -> bool:
    """Whether the file is to be converted. A store that no known key opens is skipped; for the
    seat's own store that is an error.
    """
    if is_plain(file):
        return new_key is not None
    key = key_to_open(file)
    own = file == profile / FILE_NAME
    return new_key is None and (own or (key is not None and opens(file, key)))


def _tidy(profile: Path) -> None:
    """Delete what a kill left unfinished here, in a nightly copy or a restore: it may be plain."""
    for left in (*_found(profile, f"*{_PART}*"), *profile.glob("copies/*.part")):
        left.unlink()
    for folder in profile.glob("restore-*/"):
        shutil.rmtree(folder)


def _found(profile: Path, pattern: str) -> Iterator[Path]:
    beside = [folder for name in _FOLDERS for folder in sorted(profile.glob(name))]
    # A store that was set aside with a key since lost cannot be converted.
    aside = [folder for folder in beside if not has_key(folder)]
    for folder in (profile, *aside):
        yield from (file for file in sorted(folder.glob(pattern)) if file.is_file())


def _stores(profile: Path) -> list[Path]:
    """The profile's store files, the seat's own first."""
    every = [*_found(profile, f"{FILE_NAME}*"), *_found(profile, "store-*.sqlite3*")]
    ends = ("-wal", "-shm", "-journal")
    return [each for each in every if not each.name.endswith(ends) and each.stat().st_size]


def _turn(file: Path, new_key: str | None) -> None:
    key, part = key_to_open(file), file.with_name(f"{file.name}{_PART}")
    with failing_store(file):
        before = _alone(file, key)
        try:
            copy_into(file, key, part, new_key)
            shutil.copymode(file, part)
            if verified(part, new_key).counts != before:
                raise UnavailableError("copy_damaged", file=file.name, what="counts")
            synced(part)
        except BaseException:
            for left in (part, part.with_name(f"{part.name}-journal")):
                left.unlink(missing_ok=True)
            raise
        _take_place(part, file)


def _alone(file: Path, key: str | None) -> dict[str, int]:
    """Make sure that nobody else has it open, and checkpoint it; returns its row counts."""
    with closing(connect(file, key, timeout_s=0)) as one:
        counts = counts_of(one)
        try:
            # Only a process that has the file to itself can end its log.
            (mode,) = one.execute("pragma journal_mode = delete").fetchone()
        except database_errors("OperationalError") as error:
            if getattr(error, "sqlite_errorname", "") not in ("SQLITE_BUSY", "SQLITE_LOCKED"):
                raise
            mode = "wal"
    if mode != "delete":
        raise UnavailableError("profile_in_use", profile=str(file.parent))
    return counts


def _take_place(part: Path, file: Path) -> None:
    """Give the new file the old one's name, and overwrite the old content.

    This reaches only the blocks that the file still has. Blocks that the file system moved or freed
    earlier, and disks that relocate writes, need encryption of the whole disk.
    """
    if os.name == "nt":  # pragma: no cover - an open file cannot be replaced there
        part.replace(file)
        return
    with file.open("r+b") as old:
        size = os.fstat(old.fileno()).st_size
        part.replace(file)
        sync_folder(file.parent)
        if os.fstat(old.fileno()).st_nlink:  # a hard link: somebody's copy under another name
            return
        for start in range(0, size, len(_ZEROS)):
            old.write(_ZEROS[: size - start])
        old.flush()
        os.fsync(old.fileno())
