"""Every store file of a profile made encrypted, or plain again, whenever this is killed.

A file is copied under its new key, verified, and takes the name of the old one in one step; until
then the old one stands, afterwards the new one. What is left of a kill the next try throws away.
Nobody else may have the store open: a reader that closes the old file would delete the log of the
new one.
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
"""Where a profile has stores beside its own: copies of a night, and what a restore laid aside."""
_ZEROS = bytes(1 << 20)

type Tell = Callable[[int, int], None]
"""Gets bytes done and bytes in all."""


def encrypt(profile: Path, tell: Tell = lambda _done, _all: None) -> int:
    """Make every store of the profile encrypted, under its key, which is made if there is none.

    Returns:
        How many files were plain.

    Raises:
        UnavailableError: `store_missing`, `profile_in_use`, `disk_full`, `copy_failed`,
            `copy_damaged`, `store_key_lost`, `store_key_not_kept`, `store_cipher_missing`.
    """
    return _turn_all(profile, tell, encrypted=True)


def decrypt(profile: Path, tell: Tell = lambda _done, _all: None) -> int:
    """Make every store of the profile plain, and forget its key.

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
    """Files of this profile that anybody can read who has the disk."""
    return [file for file in _stores(profile) if is_plain(file)]


def _known_key(profile: Path) -> str | None:
    """None only where the seat's own store needs none."""
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
    """What no key that we have opens is nobody's to turn; of the seat's own store that is told."""
    if is_plain(file):
        return new_key is not None
    key = key_to_open(file)
    own = file == profile / FILE_NAME
    return new_key is None and (own or (key is not None and opens(file, key)))


def _tidy(profile: Path) -> None:
    """What was killed half way, here or in a nightly copy or a restore, is plain as like as not."""
    for left in (*_found(profile, f"*{_PART}*"), *profile.glob("copies/*.part")):
        left.unlink()
    for folder in profile.glob("restore-*/"):
        shutil.rmtree(folder)


def _found(profile: Path, pattern: str) -> Iterator[Path]:
    beside = [folder for name in _FOLDERS for folder in sorted(profile.glob(name))]
    # What was laid aside with a key of its own, one that was lost, is nobody's to turn.
    aside = [folder for folder in beside if not has_key(folder)]
    for folder in (profile, *aside):
        yield from (file for file in sorted(folder.glob(pattern)) if file.is_file())


def _stores(profile: Path) -> list[Path]:
    """The seat's own first."""
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
    """Make sure that nobody else has it open, and bring its log into it; its rows."""
    with closing(connect(file, key, timeout_s=0)) as one:
        counts = counts_of(one)
        try:
            # Only who is alone with the file may end its log.
            (mode,) = one.execute("pragma journal_mode = delete").fetchone()
        except database_errors("OperationalError") as error:
            if getattr(error, "sqlite_errorname", "") not in ("SQLITE_BUSY", "SQLITE_LOCKED"):
                raise
            mode = "wal"
    if mode != "delete":
        raise UnavailableError("profile_in_use", profile=str(file.parent))
    return counts


def _take_place(part: Path, file: Path) -> None:
    """The new file under the old one's name; what the old one had is written over.

    That reaches what the file system keeps at its place. What it moved or freed before, and a disk
    that writes elsewhere by itself, only encryption of the whole disk covers.
    """
    if os.name == "nt":  # pragma: no cover - an open file cannot be replaced there
        part.replace(file)
        return
    with file.open("r+b") as old:
        size = os.fstat(old.fileno()).st_size
        part.replace(file)
        sync_folder(file.parent)
        if os.fstat(old.fileno()).st_nlink:  # somebody's copy, under another name
            return
        for start in range(0, size, len(_ZEROS)):
            old.write(_ZEROS[: size - start])
        old.flush()
        os.fsync(old.fileno())
