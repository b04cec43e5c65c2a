"""The writing and the reading engine of the local SQLite file, and what its errors mean.

One connection writes: BEGIN IMMEDIATE, `synchronous=FULL`, its own checkpoints. Readers run in
AUTOCOMMIT, cannot write and never checkpoint, because two connections that commit and checkpoint
at the same time can corrupt the file (SQLite before 3.51.3).
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from console.domain.errors import ConsoleError, InputError, UnavailableError
from console.store.sqlite.cipher import (
    connect,
    database_errors,
    is_of_cipher,
    key_to_open,
    module_of,
)

_BUSY_MS = 2000
CACHE_KIB = 32_000
_MERGE = "insert into request_fts (request_fts, rank) values ('merge', ?)"
_MERGE_PAGES = 64

_CODES = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "store_read_only",
    sqlite3.SQLITE_PERM: "store_read_only",
    sqlite3.SQLITE_CORRUPT: "store_damaged",
    sqlite3.SQLITE_NOTADB: "store_damaged",
}


def _engine(path: Path, **more: Any) -> Engine:  # noqa: ANN401 - what `create_engine` takes
    """An engine for the file as it is, plain or encrypted.

    Raises:
        UnavailableError: `store_key_lost`, `store_cipher_missing`.
    """
    key = key_to_open(path)
    return create_engine(
        # Not a string: a profile's path may hold characters that mean something in a URL.
        URL.create("sqlite", database=str(path)),
        module=module_of(key),
        creator=lambda: connect(path, key),
        max_overflow=0,
        hide_parameters=True,
        **more,
    )


def writer_engine(path: Path) -> Engine:
    """The engine of the one writing connection; its transactions take the lock at once.

    Its errors do not carry the values: a log would keep what a citizen said.
    """
    engine = _engine(path, pool_size=1)

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={_BUSY_MS}",
            "journal_mode=wal",
            "synchronous=full",
            "foreign_keys=on",
            # Otherwise REPLACE would delete an event without firing its trigger.
            "recursive_triggers=on",
            "wal_autocheckpoint=0",
            f"cache_size=-{CACHE_KIB}",
        ):
            connection.execute("pragma " + pragma)

    @event.listens_for(engine, "begin")
    def _immediate(connection: Connection) -> None:
        connection.exec_driver_sql("begin immediate")

    return engine


def reader_engine(path: Path, readers: int) -> Engine:
    """The engine of the reading connections: at most `readers`, none of them can write."""
    engine = _engine(path, pool_size=readers, isolation_level="AUTOCOMMIT")

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in (
            f"busy_timeout={_BUSY_MS}",
            "query_only=on",
            "wal_autocheckpoint=0",
            f"cache_size=-{CACHE_KIB}",
            "mmap_size=1073741824",
        ):
            connection.execute("pragma " + pragma)

    return engine


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection whose queries all see the same moment."""
    with engine.connect() as connection:
        connection.exec_driver_sql("begin")
        try:
            yield connection
        finally:
            # An open read pins the write-ahead log. Ending it fails only if the file itself failed.
            with contextlib.suppress(DBAPIError):
                connection.exec_driver_sql("rollback")


def expected_failure(error: BaseException) -> ConsoleError | None:
    """What a failure of the database means for a person; None when it is a bug.

    After `store_failed` (a failed read, write or fsync) the connection cannot be trusted: the
    caller opens a new one before it goes on.
    """
    if isinstance(error, UnicodeEncodeError):
        return InputError("text_not_storable")
    if isinstance(error, DBAPIError):
        cause: BaseException | None = error.orig
    elif isinstance(error, database_errors()):
        cause = error  # raised by the DBAPI connection
    else:
        return None
    if isinstance(cause, UnicodeEncodeError):
        return InputError("text_not_storable")
    code = getattr(cause, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    return _explained(cause, code)


def _explained(cause: BaseException | None, code: int) -> ConsoleError | None:
    if code == sqlite3.SQLITE_NOTADB and is_of_cipher(cause):
        return UnavailableError("store_key_wrong")
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:  # no room for the index of the write-ahead log
        return UnavailableError("disk_full")
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_ERROR and str(cause).startswith("no such index"):
        return UnavailableError("index_put_off")  # an import dropped it for a while
    if primary in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE):
        return None
    return UnavailableError(
        _CODES.get(primary, "store_failed"),
        cause=getattr(cause, "sqlite_errorname", str(code)),
    )


def checkpoint(engine: Engine) -> bool:
    """Move the write-ahead log into the file and empty it, outside any transaction.

    Returns:
        False when a reader still needs part of it; the rest was moved.

    Raises:
        One of `database_errors`: the disk is full or fails; the log stays as it is.
    """
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        # Waiting for a reader would delay the next save.
        cursor.execute("pragma busy_timeout=0")
        try:
            row = cursor.execute("pragma wal_checkpoint(truncate)").fetchone()
        finally:
            cursor.execute(f"pragma busy_timeout={_BUSY_MS}")
    finally:
        raw.close()
    return bool(row) and row[0] == 0


def merge_search_index(engine: Engine) -> bool:
    """Merge some segments that saves left in the search index, about 10 ms of work.

    Returns:
        Whether there was something to merge; if so, more may be left.
    """
    raw = engine.raw_connection()
    try:
        connection = cast("sqlite3.Connection", raw.dbapi_connection)
        before = connection.total_changes
        with contextlib.suppress(*database_errors("OperationalError")):  # full disk: try later
            connection.execute(_MERGE, (_MERGE_PAGES,))
        return connection.total_changes - before >= 2
    finally:
        raw.close()
