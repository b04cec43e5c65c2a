"""Indexes that a large import drops while it has the store to itself, and creates at its end.

In a scattered index a batch rewrites nearly as many pages as it has rows, and more as the index
grows: three pages per row at 50,000 requests, one without these indexes. Creating them from sorted
rows at the end costs a third of that.

The transaction that drops them notes them in `meta`. So they come back at the end of the import, or
at the next opening after a kill. Until then, questions that need one fail with `index_put_off`.
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
"""Indexes by agency, service, ward and telephone; an import comes in order of time."""
WORTH_ROWS = 5000
"""With fewer rows it does not pay off."""
_KEY = "indexes_put_off"
_KEPT = "select value from meta where key = ?"
_IS_THERE = "select 1 from sqlite_master where name = ?"
_SQL = "select sql from sqlite_master where type = 'index' and name = ?"


def pays_off(raw: sqlite3.Connection, rows: int) -> bool:
    """Whether so many new rows are many compared with those already stored."""
    if rows < WORTH_ROWS:
        return False
    (stored,) = raw.execute("select count(*) from service_request").fetchone()
    return bool(rows * 2 >= stored)


def are_deferred(raw: sqlite3.Connection) -> bool:
    """Whether indexes are missing now."""
    return raw.execute(_KEPT, (_KEY,)).fetchone() is not None


def drop_indexes(raw: sqlite3.Connection) -> None:
    """Drop the indexes, in the caller's transaction."""
    if are_deferred(raw):
        return
    made_by = {name: raw.execute(_SQL, (name,)).fetchone()[0] for name in INDEXES}
    raw.execute("insert into meta (key, value) values (?, ?)", (_KEY, json.dumps(made_by)))
    for name in made_by:
        raw.execute(f"drop index {name}")


def create_indexes(raw: sqlite3.Connection) -> None:
    """Create what was dropped, in the caller's transaction; 13 s for a million requests."""
    kept = raw.execute(_KEPT, (_KEY,)).fetchone()
    if kept is None:
        return
    for name, sql in json.loads(kept[0]).items():
        if not raw.execute(_IS_THERE, (name,)).fetchone():
            raw.execute(sql)
    raw.execute("delete from meta where key = ?", (_KEY,))


def create_missing_indexes(engine: Engine) -> None:
    """Create what a killed import left dropped; on a full disk this waits for the next opening.

    Raises:
        DBAPIError, one of `database_errors`: any other failure.
    """
    try:
        with engine.begin() as connection:
            create_indexes(dbapi_connection(connection))
    except database_errors("Error", DBAPIError) as error:
        known = expected_failure(error)
        if known is None or known.code != "disk_full":
            raise
        log.warning("indexes of the store are still missing: %s", known)
