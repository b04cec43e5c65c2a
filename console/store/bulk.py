"""Many requests at once into the projections' tables: what `Projector` writes for new ones, by
plain statements. A history and a rebuild write a million; one by one that takes half an hour.
"""

import sqlite3
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Connection, Table

from console.domain.catalogue import Catalogue
from console.domain.request import Request
from console.store.projections import (
    NOTE_DOUBLE,
    RIDS_PER_SECOND,
    assignment_rows,
    callback_rows,
    first_rid,
    queue_rows,
    reporter_rows,
    request_row,
)
from console.store.search import listed_words, reporter_text, search_text
from console.store.tables import (
    assignment,
    callback_item,
    queue_item,
    reporter,
    service_request,
    to_ms,
)

_PLACE = ("stream", "rid")
REQUEST_COLUMNS = tuple(c.name for c in service_request.columns if c.name not in _PLACE)
PART_TABLES = (assignment, queue_item, reporter, callback_item)
PART_COLUMNS = tuple(
    tuple(c.name for c in table.columns if c.name not in _PLACE) for table in PART_TABLES
)
_MOST_WORDS = 300_000
"""Words remembered as listed; the others are only listed again."""
_DAY_OF_RIDS = RIDS_PER_SECOND * 86_400


def raw_of(connection: Connection) -> sqlite3.Connection:
    """The plain connection inside, in the same transaction."""
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def insert_into(table: Table, columns: tuple[str, ...]) -> str:
    """The statement that adds a row with these columns."""
    marks = ", ".join("?" * len(columns))
    return f"insert into {table.name} ({', '.join(columns)}) values ({marks})"  # noqa: S608


_ADD_REQUEST = insert_into(service_request, (*REQUEST_COLUMNS, *_PLACE))
_ADD_PARTS = tuple(
    insert_into(table, (*columns, *_PLACE))
    for table, columns in zip(PART_TABLES, PART_COLUMNS, strict=True)
)
_ADD_SEARCH = "insert into request_fts (rowid, text, reporter) values (?, ?, ?)"
_ADD_WORD = "insert or ignore into word (word) values (?)"
_TAKEN = "select rid from service_request where rid between ? and ?"
_LAST = "select max(rid) from service_request where rid between ? and ?"


class Prepared(NamedTuple):
    """The rows of a request without their local id, which only the writer can give.

    Attributes:
        request: in the order of `REQUEST_COLUMNS`.
        parts: rows for each of `PART_TABLES`.
        text, people: what the search finds it by.
    """

    id: bytes
    number: str
    stream: str
    first_rid: int
    request: tuple[object, ...]
    parts: tuple[tuple[tuple[object, ...], ...], ...]
    text: str
    people: str


def prepare(
    request: Request, catalogue: Catalogue, stream: str, as_of_seq: int | None = None
) -> Prepared:
    """A request's rows, by the projections' own functions."""
    text = search_text(request, catalogue)
    rows = (
        assignment_rows(0, request),
        queue_rows(0, request, text),
        reporter_rows(0, request),
        callback_rows(0, request),
    )
    return Prepared(
        id=request.id.bytes,
        number=request.number,
        stream=stream,
        first_rid=first_rid(request.requested_at),
        request=_flat(request_row(request) | {"as_of_seq": as_of_seq}, REQUEST_COLUMNS),
        parts=tuple(
            [
                tuple([_flat(row, columns) for row in some])
                for columns, some in zip(PART_COLUMNS, rows, strict=True)
            ]
        ),
        text=text,
        people=reporter_text(request),
    )


def _flat(row: dict[str, object], columns: tuple[str, ...]) -> tuple[object, ...]:
    """The values as SQLite takes them."""
    return tuple(
        [
            to_ms(value)
            if type(value) is datetime
            else value.bytes
            if type(value) is UUID
            else value
            for value in map(row.__getitem__, columns)
        ]
    )


class BulkRows:
    """Collects rows; requests go in at once, so that later ones see them."""

    def __init__(self, raw: sqlite3.Connection, listed: set[str]) -> None:
        """Write through this connection, inside the caller's transaction.

        Args:
            raw: the writer's.
            listed: words known to be in the list; grows.
        """
        self._raw = raw
        self._listed = listed
        self._parts: tuple[list[tuple[object, ...]], ...] = tuple([] for _ in PART_TABLES)
        self._search: list[tuple[int, str, str]] = []

    def add(self, rows: Prepared) -> None:
        """Store one new request."""
        rid = self._free_rid(rows.first_rid)
        place = (rows.stream, rid)
        self._raw.execute(_ADD_REQUEST, (*rows.request, *place))
        self._raw.execute(NOTE_DOUBLE, {"number": rows.number, "rid": rid})
        for collected, some in zip(self._parts, rows.parts, strict=True):
            collected += [(*row, *place) for row in some]
        self._search.append((rid, rows.text, rows.people))

    def _free_rid(self, first: int) -> int:
        """As `Projector` chooses it."""
        taken = {row[0] for row in self._raw.execute(_TAKEN, (first, first + RIDS_PER_SECOND - 1))}
        for rid in range(first, first + RIDS_PER_SECOND):
            if rid not in taken:
                return rid
        return int(self._raw.execute(_LAST, (first, first + _DAY_OF_RIDS)).fetchone()[0]) + 1

    def flush(self) -> None:
        """Write what was collected."""
        many = self._raw.executemany
        for statement, rows in zip(_ADD_PARTS, self._parts, strict=True):
            many(statement, rows)
            rows.clear()
        many(_ADD_SEARCH, self._search)
        words = listed_words(*[text for row in self._search for text in row[1:]]) - self._listed
        many(_ADD_WORD, [(word,) for word in sorted(words)])
        if len(self._listed) < _MOST_WORDS:
            self._listed |= words
        self._search.clear()
