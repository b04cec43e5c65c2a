"""Opens a store file, plain or encrypted, and names the errors of both.

A plain SQLite file begins with SQLite's own header; an encrypted one is noise from the first byte
(SQLCipher: AES-256 and an HMAC per page). So the file itself says how to open it, and callers need
not know. SQLCipher is loaded only where there is a key.
"""

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import cast
from urllib.parse import quote

from console.domain.errors import UnavailableError
from console.store.sqlite.keys import key_for, make

_PLAIN = b"SQLite format 3\0"
_SQLCIPHER = "sqlcipher3.dbapi2"
_held: dict[Path, tuple[bool, int]] = {}
"""Files that this process has open: whether each is plain, and how many times it is open."""
_holding = threading.Lock()


@contextmanager
def held(file: Path) -> Iterator[None]:
    """While this process has the store open, only SQLite may open the file: closing any other
    handle would drop SQLite's locks, and the next process to close the store would delete the
    write-ahead log that this process still uses.

    Raises:
        UnavailableError: as `key_to_open`.
    """
    place = file.absolute()
    with _holding:
        plain, times = _held.get(place) or (key_to_open(file) is None, 0)
        _held[place] = plain, times + 1
    try:
        yield
    finally:
        with _holding:
            plain, times = _held.pop(place)
            if times > 1:
                _held[place] = plain, times - 1


def is_plain(file: Path) -> bool:
    """Whether SQLite can read it without a key.

    Raises:
        UnavailableError: `store_failed`: it may not be read.
    """
    if known := _held.get(file.absolute()):
        return known[0]
    try:
        with file.open("rb") as stream:
            return stream.read(len(_PLAIN)) == _PLAIN
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UnavailableError("store_failed", cause=error.strerror or str(error)) from error


def prepare(store: Path) -> None:
    """Make sure that a new store of this seat will be encrypted.

    Raises:
        UnavailableError: `store_key_lost` (the store exists, but the profile lacks its key),
            `store_key_not_kept`, `store_cipher_missing`.
    """
    if is_plain(store) or key_for(store) is not None:
        return
    if store.exists() and store.stat().st_size:
        raise UnavailableError("store_key_lost", profile=str(store.parent))
    module_of("")
    make(store.parent)


def key_to_open(file: Path) -> str | None:
    """The key of this file; None for a plain file, and for a new one in a profile without a key.

    Raises:
        UnavailableError: `store_key_lost`, `store_cipher_missing`, `store_failed`.
    """
    return None if is_plain(file) else key_for(file)


def module_of(key: str | None) -> ModuleType:
    """SQLite's module, or SQLCipher's, which has the same interface.

    Raises:
        UnavailableError: `store_cipher_missing`.
    """
    if key is None:
        return sqlite3
    try:
        from sqlcipher3 import dbapi2  # noqa: PLC0415 - costs a start only where it is needed
    except ImportError as error:
        raise UnavailableError("store_cipher_missing", cause=str(error)) from error
    return cast("ModuleType", dbapi2)


def connect(
    file: Path, key: str | None, *, timeout_s: float = 5.0, read_only: bool = False
) -> sqlite3.Connection:
    """A DBAPI connection that any thread may use; with a key it is SQLCipher's, which behaves alike
    but raises classes of its own (`database_errors`).

    Raises:
        One of `database_errors`: it cannot be opened. A wrong key shows only at the first query.
    """
    where = f"{file.absolute().as_uri()}?mode=ro" if read_only else str(file)
    found = module_of(key).connect(where, timeout=timeout_s, uri=read_only, check_same_thread=False)
    connection = cast("sqlite3.Connection", found)
    if key is not None:
        _unlock(connection, key)
    return connection


def opens(file: Path, key: str) -> bool:
    """Whether this is the key of the file; False also when the first page is damaged."""
    try:
        with closing(connect(file, key, read_only=True)) as connection:
            connection.execute("select count(*) from sqlite_master").fetchone()
    except database_errors("DatabaseError"):
        return False
    return True


def copy_into(file: Path, key: str | None, target: Path, target_key: str | None) -> None:
    """Copy a consistent snapshot of a store into a new file, under another key or none.

    Args:
        target: must not exist.

    Raises:
        One of `database_errors`.
    """
    if key is None and target_key is None:
        with closing(connect(file, None)) as plain:
            plain.execute("vacuum into ?", (str(target),))
        return
    with closing(_by_cipher(file, key)) as connection:
        if target_key is not None:
            _vacuum_into(connection, target, target_key)
            return
        # SQLCipher would vacuum into a file without a key under the key of the source.
        connection.execute("attach ? as target key ''", (str(target),))
        (version,) = connection.execute("pragma user_version").fetchone()
        connection.execute("select sqlcipher_export('target')").fetchone()
        connection.execute(f"pragma target.user_version = {version}")


def _vacuum_into(connection: sqlite3.Connection, target: Path, key: str) -> None:
    where = f"{target.absolute().as_uri()}?key={quote(_raw(key))}"
    try:
        connection.execute("vacuum into ?", (where,))
    except database_errors() as error:
        # It says which file could not be opened, by its address.
        error.args = tuple(str(each).replace(key, "…") for each in error.args)
        raise


def _by_cipher(file: Path, key: str | None) -> sqlite3.Connection:
    """SQLCipher's connection, also for a plain file: only it can write under another key."""
    found = module_of(key or "").connect(str(file), isolation_level=None)
    connection = cast("sqlite3.Connection", found)
    _unlock(connection, key)
    return connection


def _unlock(connection: sqlite3.Connection, key: str | None) -> None:
    # Else each bad page costs three lines on the standard error stream.
    connection.execute("pragma cipher_log_level = none")
    if key is not None:
        connection.execute(f'pragma key = "{_raw(key)}"')


def _raw(key: str) -> str:
    """The form in which SQLCipher takes 256 bits as they are, without deriving a key from them."""
    return f"x'{key}'"


def database_errors(name: str = "Error", *also: type[Exception]) -> tuple[type[Exception], ...]:
    """What a connection may raise, for `except`; SQLCipher's classes only once it is loaded.

    Args:
        name: of the class, such as `IntegrityError`.
        also: further classes to catch.
    """
    modules = (sqlite3, sys.modules.get(_SQLCIPHER))
    return (*also, *(getattr(each, name) for each in modules if each is not None))


def is_of_cipher(error: BaseException | None) -> bool:
    """Whether the error comes from SQLCipher."""
    return type(error).__module__ == _SQLCIPHER
