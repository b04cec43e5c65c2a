"""Whether opening a store takes so long that the user should be warned."""

from contextlib import closing
from pathlib import Path

from console.domain.errors import ConsoleError
from console.store.projection import deferred_indexes
from console.store.schema.steps import VERSION
from console.store.sqlite.cipher import connect, database_errors, key_to_open

LARGE_BYTES = 64 << 20
"""Size of a file; a smaller one is copied, upgraded or indexed within a second."""


def takes_long(path: Path) -> bool:
    """Whether the next opening for writing creates indexes that an import dropped, or upgrades an
    older store. False for a file that cannot be read: opening it will say why.
    """
    try:
        if path.stat().st_size < LARGE_BYTES:
            return False
        with closing(connect(path, key_to_open(path), read_only=True)) as asked:
            (version,) = asked.execute("pragma user_version").fetchone()
            return 0 < version < VERSION or (
                version == VERSION and deferred_indexes.are_deferred(asked)
            )
    except database_errors("Error", OSError, ConsoleError):
        return False
