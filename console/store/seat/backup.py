"""Backs up a whole profile into one file, and restores it: the store, photos and documents, and a
manifest of digests.

The file is a ZIP: `manifest.json`, `store.sqlite3` (a verified snapshot), `spool/ab/<sha256>`.
Everything is read back after writing, and again before anything in a profile is replaced.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from console import __version__
from console.domain.errors import InputError, RefusedError, UnavailableError
from console.domain.ids import uuid7
from console.domain.requests import numbering
from console.store.seat.identity import KEY as INSTALL_ID
from console.store.seat.local_store import FILE_NAME
from console.store.seat.profile_lock import ProfileLock
from console.store.seat.store_copy import StoreCopy, failing_store, is_newer, take, verified
from console.store.sqlite.cipher import (
    connect,
    copy_into,
    database_errors,
    is_plain,
    key_to_open,
    opens,
)
from console.store.sqlite.keys import FILE as KEY_FILE
from console.store.sqlite.keys import keep, key_for

FORMAT = "console1022-copy"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
NUMBERS_SKIPPED = 1000
"""Request numbers that a restored seat skips: citizens may have got them after the backup."""
_NO_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,  # also NotImplementedError: an unknown compression method, a password
    ValueError,
)
"""What the library raises for corrupt data."""
_CHUNK = 1 << 20
_SPOOL_NAME = re.compile(r"spool/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_LARGEST_MANIFEST = 256 << 20

type Tell = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


@dataclass(frozen=True, slots=True)
class ProfileCopy:
    """What a backup holds, or what was restored from one.

    Attributes:
        counts: rows of the store by table.
        files: number of photos and documents.
        damaged: files among them whose content does not match their name.
        aside: where the replaced store is kept; None when there was none.
    """

    made_at: str
    counts: Mapping[str, int]
    files: int
    damaged: tuple[str, ...] = ()
    aside: Path | None = None


def _nothing(_done: int, _all: int) -> None:
    return


# --- out


def back_up(profile: Path, target: Path, now: datetime, tell: Tell = _nothing) -> ProfileCopy:
    """Copy a profile, which may be in use, into one new file and verify it.

    Raises:
        InputError: `copy_exists`.
        UnavailableError: `store_missing`, `disk_full`, `copy_failed`, `copy_damaged`.
    """
    if target.exists():
        raise InputError("copy_exists", file=str(target))
    part = target.with_name(f".{target.name}.part")
    with failing_store(target):
        folder = Path(tempfile.mkdtemp(prefix=".console1022-", dir=target.parent))
    try:
        snapshot = take(profile / FILE_NAME, folder / FILE_NAME, every_page=True)
        with failing_store(target):
            copied = _pack(profile, snapshot, part, now, tell)
            _check_again(part)
            part.replace(target)
        return copied
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _pack(profile: Path, snapshot: StoreCopy, part: Path, now: datetime, tell: Tell) -> ProfileCopy:
    spool = profile / "spool"
    photos = sorted(p for p in spool.glob("??/*") if p.is_file()) if spool.is_dir() else []
    sizes = [snapshot.path.stat().st_size, *(photo.stat().st_size for photo in photos)]
    done, total = 0, sum(sizes)
    digests: dict[str, dict[str, object]] = {}
    damaged: list[str] = []
    with part.open("xb") as raw, zipfile.ZipFile(raw, "w") as archive:
        os.chmod(part, 0o600)
        for source, name in [
            (snapshot.path, FILE_NAME),
            *((photo, f"spool/{photo.parent.name}/{photo.name}") for photo in photos),
        ]:
            stored = zipfile.ZIP_DEFLATED if source is snapshot.path else zipfile.ZIP_STORED
            entry = zipfile.ZipInfo(name, (*now.timetuple()[:6],))
            entry.compress_type, entry._compresslevel = stored, 1  # type: ignore[attr-defined]
            entry.external_attr = 0o600 << 16
            with source.open("rb") as read, archive.open(entry, "w", force_zip64=True) as write:
                digest, size = hashlib.sha256(), 0
                for chunk in _chunks(read):
                    digest.update(chunk)
                    write.write(chunk)
                    size += len(chunk)
                    tell(done + size, total)
            done += size
            digests[name] = {"size": size, "sha256": digest.hexdigest()}
            if name != FILE_NAME and digest.hexdigest() != source.name:
                damaged.append(source.name)
        manifest = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "program": __version__,
            "made_at": now.isoformat(),
            "schema": snapshot.schema,
            "counts": snapshot.counts,
            "files": digests,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    return ProfileCopy(now.isoformat(), snapshot.counts, len(photos), tuple(damaged))


def _check_again(part: Path) -> None:
    """Read the whole file back and verify it."""
    with _archive(part) as archive:
        manifest = _manifest(archive, part)
        for name in manifest["files"]:
            for _chunk in _verified(archive, name, manifest, part):
                pass


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


# --- reading a copy


@contextmanager
def _archive(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _NO_ZIP as error:
        raise UnavailableError("copy_damaged", file=file.name, what=str(error)) from error


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """The manifest, after checking that the file is a backup that this version understands.

    Raises:
        InputError: `copy_foreign`, `copy_newer`.
        UnavailableError: `copy_damaged`.
    """
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > _LARGEST_MANIFEST:
            raise InputError("copy_foreign", file=file.name)
        manifest = json.loads(archive.read(info))
        ours = manifest["format"] == FORMAT
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError("copy_foreign", file=file.name) from error
    if not ours:
        raise InputError("copy_foreign", file=file.name)
    if not isinstance(manifest.get("version"), int) or manifest["version"] > FORMAT_VERSION:
        raise InputError("copy_newer", file=file.name)
    if not isinstance(manifest.get("schema"), int) or is_newer(manifest["schema"]):
        raise InputError("copy_newer", file=file.name)
    files = manifest.get("files")
    names = {name for name in archive.namelist() if name != MANIFEST}
    if not isinstance(files, dict) or set(files) != names or FILE_NAME not in files:
        raise UnavailableError("copy_damaged", file=file.name, what=MANIFEST)
    for name, said in files.items():
        known = name == FILE_NAME or _SPOOL_NAME.fullmatch(name)
        if not known or not isinstance(said, dict) or not isinstance(said.get("size"), int):
            raise InputError("copy_foreign", file=file.name)
    found: dict[str, Any] = manifest
    return found


def _verified(
    archive: zipfile.ZipFile, name: str, manifest: Mapping[str, Any], file: Path
) -> Iterator[bytes]:
    """A member's content; raises at its end if it does not match the manifest."""
    said = manifest["files"][name]
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as stream:
        for chunk in _chunks(stream):
            digest.update(chunk)
            size += len(chunk)
            if size > said["size"]:
                break
            yield chunk
    if size != said["size"] or digest.hexdigest() != said["sha256"]:
        raise UnavailableError("copy_damaged", file=file.name, what=name)


# --- back in


def restore(
    profile: Path,
    source: Path,
    now: datetime,
    *,
    force: bool = False,
    key: str | None = None,
    tell: Tell = _nothing,
) -> ProfileCopy:
    """Replace a profile's store by a backup; the old store is set aside, not deleted.

    If the profile has a key, the restored store is encrypted with it. Otherwise the backup's key
    becomes the profile's. A plain backup stays plain only if the profile has no key.

    Args:
        force: restore even if the profile has events that the centre does not have.
        key: of an encrypted backup; None = the profile's own.

    Raises:
        InputError: `copy_foreign`, `copy_newer`.
        RefusedError: `profile_has_unsent`.
        UnavailableError: `copy_damaged`, `profile_in_use`, `disk_full`, `copy_failed`,
            `copy_key_missing`, `store_key_lost`.
    """
    with failing_store(source):
        profile.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = ProfileLock(profile)
    try:
        if not force and (unsent := _unsent(profile / FILE_NAME)) != 0:
            raise RefusedError("profile_has_unsent", n="?" if unsent is None else unsent)
        with failing_store(source):
            folder = Path(tempfile.mkdtemp(prefix="restore-", dir=profile))
        try:
            with failing_store(source):
                return _unpack(profile, source, folder, key, now, tell)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()


def _unsent(store: Path) -> int | None:
    """How many events exist only here; 0 without a store, None if it cannot be read."""
    if not store.exists() or store.stat().st_size == 0:
        return 0
    try:
        with closing(_opened(store)) as one:
            return int(one.execute("select count(*) from outbox").fetchone()[0])
    except database_errors("DatabaseError", UnavailableError):
        return None


def _opened(store: Path) -> sqlite3.Connection:
    return connect(store, key_to_open(store))


def _unpack(
    profile: Path, source: Path, folder: Path, key: str | None, now: datetime, tell: Tell
) -> ProfileCopy:
    with _archive(source) as archive:
        manifest = _manifest(archive, source)
        done, total = 0, sum(said["size"] for said in manifest["files"].values())
        for name in manifest["files"]:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with target.open("xb") as stream:
                for chunk in _verified(archive, name, manifest, source):
                    stream.write(chunk)
                    done += len(chunk)
                    tell(done, total)
                stream.flush()
                os.fsync(stream.fileno())
    own = _own_key(profile, key)
    new, key = _under_key(folder / FILE_NAME, key, own, source)
    snapshot = verified(new, key)
    if snapshot.counts != manifest["counts"] or snapshot.schema != manifest["schema"]:
        raise UnavailableError("copy_damaged", file=source.name, what="counts")
    _become_another_seat(new, key, profile / FILE_NAME, now)
    spool = [name for name in manifest["files"] if name != FILE_NAME]
    for name in spool:
        kept = profile / name
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / name).replace(kept)
    aside = _replace(profile, new, None if key == own else key, now)
    return ProfileCopy(str(manifest["made_at"]), snapshot.counts, len(spool), aside=aside)


def _own_key(profile: Path, key: str | None) -> str | None:
    """The profile's key; None if it has none, or lost it and the backup has one."""
    try:
        return key_for(profile / FILE_NAME)
    except UnavailableError:
        if key is None:
            raise
        return None


def _under_key(
    came: Path, key: str | None, own: str | None, source: Path
) -> tuple[Path, str | None]:
    """The restored store encrypted with the key that it will have here, and that key."""
    if is_plain(came):
        key = None
    else:
        key = key or own
        if key is None or not opens(came, key):
            raise UnavailableError("copy_key_missing", file=source.name)
    if own in (None, key):
        return came, key
    turned = came.with_name(f"{came.name}.own")
    copy_into(came, key, turned, own)
    came.unlink()
    return turned, own


def _become_another_seat(new: Path, key: str | None, old: Path, now: datetime) -> None:
    """Turn the clone into a seat of its own: a new install id, and no number given twice."""
    last = _counters(old, None)
    with closing(connect(new, key)) as plain, plain:
        setting = (
            "insert into meta (key, value) values (?, ?) "
            "on conflict (key) do update set value = excluded.value"
        )
        plain.execute(setting, (INSTALL_ID, str(uuid7())))
        year = f"counter:{now.year % 100:02d}:"
        for name, counter in {**last, **_counters(new, key)}.items():
            skipped = NUMBERS_SKIPPED if name.startswith(year) else 0
            wanted = max(counter + skipped, last.get(name, 0))
            plain.execute(setting, (name, str(min(wanted, numbering.LAST_COUNTER))))


def _counters(store: Path, key: str | None) -> dict[str, int]:
    """The counters of request numbers in a store."""
    if not store.exists():
        return {}
    try:
        with closing(connect(store, key or key_to_open(store), read_only=True)) as one:
            rows = one.execute("select key, value from meta where key like 'counter:%'").fetchall()
            return {name: int(value) for name, value in rows}
    except database_errors("DatabaseError", UnavailableError, ValueError):
        return {}


def _replace(profile: Path, new: Path, new_key: str | None, now: datetime) -> Path | None:
    """Give the new store the old one's name in one step. Before that the old one is set aside and a
    new key is stored.
    """
    store = profile / FILE_NAME
    aside = None
    if store.exists():
        spoilt = database_errors("DatabaseError", UnavailableError)
        with contextlib.suppress(*spoilt), closing(_opened(store)) as one:
            one.execute("pragma wal_checkpoint(truncate)")
        aside = profile / f"replaced-{now:%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700)
        lost = () if new_key is None else (KEY_FILE,)  # the keyring may come back
        for name in (FILE_NAME, f"{FILE_NAME}-wal", *lost):
            if (profile / name).exists():
                _keep(profile / name, aside / name)
    if new_key is not None:
        keep(profile, new_key)
    for name in (f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
        (profile / name).unlink(missing_ok=True)
    new.replace(store)
    return aside


def _keep(file: Path, aside: Path) -> None:
    """Hard-link the file; copy it on a file system without hard links."""
    try:
        os.link(file, aside)
    except OSError:
        shutil.copy2(file, aside)
