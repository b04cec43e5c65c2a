"""Upgrades a store file to this version's schema after copying it; refuses a newer one."""

import logging
from pathlib import Path

from sqlalchemy import Engine

from console.domain.errors import UnavailableError
from console.store.projection.deferred_indexes import create_missing_indexes
from console.store.schema.steps import STEPS, VERSION

log = logging.getLogger(__name__)


def migrate(engine: Engine, path: Path) -> None:
    """Take the missing steps, each in its own transaction; for a new store, all in one.

    Args:
        engine: the writer's.
        path: of the file; an old file is first copied to `<name>.v<version>` next to it.

    Raises:
        UnavailableError: `store_newer` when a newer version wrote it.
    """
    with engine.connect() as connection:
        version = int(connection.exec_driver_sql("pragma user_version").scalar_one())
    if version > VERSION:
        raise UnavailableError("store_newer", found=version, known=VERSION)
    if version:
        create_missing_indexes(engine)
    if 0 < version < VERSION:
        _copy(engine, path.with_name(f"{path.name}.v{version}"))
    missing = list(enumerate(STEPS[version:], start=version + 1))
    # A new store needs one flush only, and exists completely or not at all.
    for together in [missing] if version == 0 else [[one] for one in missing]:
        with engine.begin() as connection:
            for number, step in together:
                for statement in step:
                    connection.exec_driver_sql(statement)
                connection.exec_driver_sql(f"pragma user_version = {number}")
    if missing:
        log.info("store schema is now %d", VERSION)


def _copy(engine: Engine, target: Path) -> None:
    """Make a consistent copy of the file, replacing one from a failed attempt."""
    target.unlink(missing_ok=True)
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("vacuum into ?", (str(target),))
    finally:
        raw.close()
