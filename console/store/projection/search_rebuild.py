"""Builds a new search index next to the one in use, whose content cannot be compared.

Between its transactions people go on saving into the old index. A trigger on the writer's
connection notes which requests that changes; their lines are written again before the new index
replaces the old one.
"""

import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from console.domain.errors import UnavailableError
from console.store.projection.bulk_rows import BulkRows, Prepared, dbapi_connection, placeholders
from console.store.schema.steps import SEARCH_INDEX
from console.store.sqlite.engine import expected_failure

log = logging.getLogger(__name__)

LINES = 250
"""Lines written together."""
LEFT = 50
"""Changed requests indexed in one transaction; once fewer are left, the last transaction begins."""
_NEW, _OLD = "request_fts_new", "request_fts_old"
_PIECE = 400
"""Pages of an old index deleted in one transaction."""
_STRUCTURE = 10
"""FTS5 needs its data rows up to this one to open the index, even to drop it."""
_NOTE = "create temp trigger index_{} after {} on service_request begin {} end"
# Not `or ignore`: the conflict clause of the firing statement would override it.
_CHANGED = (
    "insert into index_changed select {0}.rid "
    "where not exists (select 1 from index_changed where rid = {0}.rid);"
)
_WATCH = (
    "create temp table index_changed (rid integer primary key)",
    _NOTE.format("new", "insert", _CHANGED.format("new")),
    _NOTE.format("other", "update", _CHANGED.format("old") + _CHANGED.format("new")),
    _NOTE.format("gone", "delete", _CHANGED.format("old")),
)
_UNWATCH = (
    *(f"drop trigger if exists temp.index_{name}" for name in ("new", "other", "gone")),
    "drop table if exists temp.index_changed",
)
_IS_WATCHED = "select 1 from temp.sqlite_master where name = 'index_changed'"
_SET = f"insert into {_NEW} ({_NEW}, rank) values ('automerge', ?)"  # noqa: S608

type Placed = tuple[int, Prepared]
"""A request's rows and its local id."""
type Run = Callable[[Callable[[Connection], int]], int]
"""Runs work in one transaction on the writer, blocking."""


class SearchRebuild:
    """A new index being built, in the caller's transactions."""

    def __init__(self) -> None:
        """Create nothing yet."""
        self._waiting: dict[int, Prepared] = {}
        self._listed: set[str] = set()

    def begin(self, connection: Connection) -> None:
        """Create it empty, and note changes from now on."""
        for statement in (*_UNWATCH, *(each.replace("request_fts", _NEW) for each in SEARCH_INDEX)):
            connection.exec_driver_sql(statement)
        # Spread the merging over the writing, so that no save has to do it.
        connection.exec_driver_sql(_SET, (4,))
        for statement in _WATCH:
            connection.exec_driver_sql(statement)

    def rows(self, connection: Connection) -> BulkRows:
        """Writes requests whose lines go into this index."""
        if connection.exec_driver_sql(_IS_WATCHED).first() is None:
            raise UnavailableError("store_failed", cause="the writer was opened anew")
        return BulkRows(dbapi_connection(connection), self._listed, _NEW)

    def add(self, raw: sqlite3.Connection, rows: BulkRows, placed: Collection[Placed]) -> None:
        """Index requests as they are now; changes noted before are included."""
        self.drop(raw, [rid for rid, _ in placed])
        self._waiting.update(placed)
        if len(self._waiting) >= LINES:
            self.flush(rows)

    def flush(self, rows: BulkRows) -> None:
        """Write the collected lines."""
        waiting, self._waiting = self._waiting, {}
        rows.index(waiting.items())

    def changed(self, raw: sqlite3.Connection) -> list[int]:
        """Some of the requests whose lines are out of date."""
        return [rid for (rid,) in raw.execute("select rid from index_changed limit ?", (LEFT,))]

    def drop(self, raw: sqlite3.Connection, rids: Sequence[int]) -> None:
        """Delete the lines of these requests, and the notes that they changed."""
        which = f"in ({placeholders(len(rids))})"
        gone = raw.execute(f"delete from index_changed where rid {which} returning rid", rids)  # noqa: S608
        for (rid,) in gone.fetchall():
            if self._waiting.pop(rid, None) is None:
                raw.execute(f"delete from {_NEW} where rowid = ?", (rid,))  # noqa: S608

    def take_over(self, connection: Connection) -> None:
        """Replace the index in use; `throw_away` deletes the old one."""
        for statement in (
            *_UNWATCH,
            _SET.replace("?", "0"),
            f"alter table request_fts rename to {_OLD}",
            f"alter table {_NEW} rename to request_fts",
        ):
            connection.exec_driver_sql(statement)


def throw_away(run: Run) -> None:
    """Drop the old index or an unfinished one. Its pages go a few at a time, because deleting them
    all at once would delay a save.
    """

    def watch_no_more(connection: Connection) -> int:
        for statement in _UNWATCH:
            connection.exec_driver_sql(statement)
        return 0

    run(watch_no_more)
    for index in (_NEW, _OLD):
        if run(lambda c, i=index: _is_there(c, i)):  # type: ignore[misc]
            while run(lambda c, i=index: _shorten(c, i)):  # type: ignore[misc]
                pass
            run(lambda c, i=index: _drop(c, i))  # type: ignore[misc]


def is_unfinished(line: str) -> bool:
    """Whether a line of SQLite's check is about an index that is being deleted: it is malformed
    until its last page is gone, and nothing uses it.
    """
    return _NEW in line or _OLD in line


def drop_unfinished(engine: Engine) -> None:
    """Delete what a killed rebuild left behind; on a full disk it stays."""

    def run(work: Callable[[Connection], int]) -> int:
        with engine.begin() as connection:
            return work(connection)

    try:
        throw_away(run)
    except DBAPIError as error:
        log.warning("an old search index stays: %s", str(expected_failure(error) or error))


def _is_there(connection: Connection, index: str) -> int:
    asked = "select count(*) from sqlite_master where name = ?"
    return int(connection.exec_driver_sql(asked, (index,)).scalar_one())


def _shorten(connection: Connection, index: str) -> int:
    """Delete some pages; returns how many."""
    gone = 0
    for part, most in (("data", _PIECE), ("docsize", 10 * _PIECE)):
        some = f"select id from {index}_{part} where id > {_STRUCTURE} limit {most}"  # noqa: S608
        found = connection.exec_driver_sql(f"delete from {index}_{part} where id in ({some})")  # noqa: S608
        gone += found.rowcount
    return gone


def _drop(connection: Connection, index: str) -> int:
    connection.exec_driver_sql(f"drop table {index}")
    return 0
