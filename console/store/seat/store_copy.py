"""Copies a consistent snapshot of a store into a file of its own, while others use the store.

`vacuum into` reads one snapshot however much is saved meanwhile. It delays no save, but the
write-ahead log cannot shrink until it ends.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from console.domain.errors import UnavailableError
from console.domain.time_zone import CITY
from console.store.files.spool import sync_folder
from console.store.projection.search_rebuild import is_unfinished
from console.store.schema.steps import VERSION
from console.store.seat.local_store import FILE_NAME
from console.store.sqlite.cipher import connect, database_errors, is_of_cipher, key_to_open

KEPT_DAYS = 7
FROM_HOUR = 2
"""The nightly copy is made from this hour on, city time."""
COUNTED = ("event", "outbox", "service_request", "contact", "outreach")
_BUSY_S = 10.0
_ROOM = 1.2
"""Required free space, as a multiple of the store's size."""


@dataclass(frozen=True, slots=True)
class StoreCopy:
    """A verified copy of a store.

    Attributes:
        schema: its `user_version`.
        counts: rows by table.
    """

    path: Path
    schema: int
    counts: dict[str, int]


@contextmanager
def failing_store(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the disk while copying into our error codes."""
    try:
        yield
    except database_errors("DatabaseError") as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        cause = getattr(error, "sqlite_errorname", str(error))
        if code == sqlite3.SQLITE_FULL:
            raise UnavailableError("disk_full") from error
        if code == sqlite3.SQLITE_NOTADB and is_of_cipher(error):
            raise UnavailableError("store_key_wrong") from error
        raise UnavailableError("copy_failed", file=path.name, cause=cause) from error
    except OSError as error:
        if error.errno == 28:
            raise UnavailableError("disk_full") from error
        cause = error.strerror or str(error)
        raise UnavailableError("copy_failed", file=path.name, cause=cause) from error


def take(store: Path, target: Path, *, every_page: bool) -> StoreCopy:
    """Copy the store into a new file, with the same key, and verify it.

    Args:
        store: the file, which another process may have open.
        target: must not exist; it is deleted again if this fails.
        every_page: also check indexes against tables (a minute for a million requests).

    Raises:
        UnavailableError: `store_missing`, `disk_full`, `copy_failed`, `copy_damaged`,
            `store_key_lost`.
    """
    if not store.is_file():
        raise UnavailableError("store_missing", profile=str(store.parent))
    key = key_to_open(store)
    try:
        with failing_store(target), closing(connect(store, key, timeout_s=_BUSY_S)) as one:
            before = counts_of(one)
            one.execute("vacuum into ?", (str(target),))
            after = counts_of(one)
            snapshot = verified(target, key, every_page=every_page)
        synced(target)
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        raise
    # Events are only added, so the copy's count must lie between those before and after.
    if not before["event"] <= snapshot.counts["event"] <= after["event"]:
        target.unlink(missing_ok=True)
        raise UnavailableError("copy_damaged", file=target.name, what="event")
    return snapshot


def verified(path: Path, key: str | None, *, every_page: bool = True) -> StoreCopy:
    """Check a store file without changing it.

    Args:
        key: None for a plain file.

    Raises:
        UnavailableError: `copy_damaged`.
    """
    check = "integrity_check" if every_page else "quick_check"
    try:
        with closing(connect(path, key, read_only=True)) as one:
            for (found,) in one.execute(f"pragma {check}(3)"):
                if found != "ok" and not is_unfinished(found):
                    raise UnavailableError("copy_damaged", file=path.name, what=found)
            schema = int(one.execute("pragma user_version").fetchone()[0])
            return StoreCopy(path, schema, counts_of(one))
    except database_errors("DatabaseError") as error:
        raise UnavailableError("copy_damaged", file=path.name, what=str(error)) from error


def counts_of(one: sqlite3.Connection) -> dict[str, int]:
    """Row counts of the tables that people would miss."""
    return {
        table: int(one.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608
        for table in COUNTED
    }


def synced(path: Path) -> None:
    """Flush the file and its name to disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


class NightlyCopies:
    """Keeps a copy of the store for each day of the last week in `<profile>/copies`.

    Photos are not copied, because the spool never changes a file.
    """

    def __init__(self, profile: Path) -> None:
        """Copy nothing yet."""
        self._store = profile / FILE_NAME
        self._folder = profile / "copies"

    def due(self, now: datetime) -> bool:
        """Whether it is time for tonight's copy and it is missing."""
        city = now.astimezone(CITY)
        return city.hour >= FROM_HOUR and self._store.is_file() and not self._of(now).exists()

    def make(self, now: datetime) -> Path:
        """Make and verify the copy of this day, delete those older than a week; blocking.

        Raises:
            UnavailableError: `disk_full` when too little space would be left, and as `take`.
        """
        target = self._of(now)
        with failing_store(target):
            self._folder.mkdir(exist_ok=True, mode=0o700)
            for old in self._folder.glob("*.part"):
                old.unlink()
            free = shutil.disk_usage(self._folder).free
            if free < self._store.stat().st_size * _ROOM:
                raise UnavailableError("disk_full")
        part = target.with_suffix(".part")
        take(self._store, part, every_page=False)
        with failing_store(target):
            part.replace(target)
            for old in sorted(self._folder.glob("store-*.sqlite3"))[:-KEPT_DAYS]:
                old.unlink()
        return target

    def newest(self) -> Path | None:
        """The newest copy, or None."""
        return max(self._folder.glob("store-*.sqlite3"), default=None)

    def _of(self, now: datetime) -> Path:
        return self._folder / f"store-{now.astimezone(CITY):%Y-%m-%d}.sqlite3"


def is_newer(schema: int) -> bool:
    """Whether a store of this schema is from a newer version."""
    return schema > VERSION
