"""Indexes that a large import leaves out while it has the store for itself, and makes at its end.

A row lands at one place of each index. Where those places are scattered, a batch rewrites nearly as
many pages as it has rows, more and more as the index grows: three pages a row at 50,000 requests,
one without these. Made from sorted rows at the end they cost a third of that.

What is left out stands in `meta`, written in the transaction that drops it, so it comes back with
the import's end, or with the next opening after a kill. Questions that need such an index are told
`index_put_off` until then.
"""

import json
import logging
import sqlite3

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from console.store.projection.bulk_rows import dbapi_connection
from console.store.sqlite.cipher import database_errors
from console.store.sqlite.engine import expected_failure

log = logging.getLogger(__name__)

INDEXES = (
    "assignment_agency",
    "assignment_hours",
    "assignment_resolved",
    "reporter_phone",
    "request_service",
    "request_volume",
    "request_ward",
)
"""Those by agency, service, ward, telephone: a history comes in by time."""
WORTH_ROWS = 5000
"""Fewer rows are not worth it."""
_KEY = "indexes_put_off"
_KEPT = "select value from meta where key = ?"
_IS_THERE = "select 1 from sqlite_master where name = ?"
_SQL = "select sql from sqlite_master where type = 'index' and name = ?"


def pays_off(raw: sqlite3.Connection, rows: int) -> bool:
    """Whether so many rows that come are many beside those that are there."""
    if rows < WORTH_ROWS:
        return False
    (stored,) = raw.execute("select count(*) from service_request").fetchone()
    return bool(rows * 2 >= stored)


def are_deferred(raw: sqlite3.Connection) -> bool:
    """Whether some are left out now."""
    return raw.execute(_KEPT, (_KEY,)).fetchone() is not None


def drop_indexes(raw: sqlite3.Connection) -> None:
    """Take the indexes away, in the caller's transaction."""
    if are_deferred(raw):
        return
    made_by = {name: raw.execute(_SQL, (name,)).fetchone()[0] for name in INDEXES}
    raw.execute("insert into meta (key, value) values (?, ?)", (_KEY, json.dumps(made_by)))
    for name in made_by:
        raw.execute(f"drop index {name}")


def create_indexes(raw: sqlite3.Connection) -> None:
    """Make what was put off, in the caller's transaction; 13 s for a million requests."""
    kept = raw.execute(_KEPT, (_KEY,)).fetchone()
    if kept is None:
        return
    for name, sql in json.loads(kept[0]).items():
        if not raw.execute(_IS_THERE, (name,)).fetchone():
            raw.execute(sql)
    raw.execute("delete from meta where key = ?", (_KEY,))


def create_missing_indexes(engine: Engine) -> None:
    """What an import that was killed left out; where the disk is full that waits.

    Raises:
        DBAPIError, one of `database_errors`: anything else.
    """
    try:
        with engine.begin() as connection:
            create_indexes(dbapi_connection(connection))
    except database_errors("Error", DBAPIError) as error:
        known = expected_failure(error)
        if known is None or known.code != "disk_full":
            raise
        log.warning("indexes of the store are missing still: %s", known)
