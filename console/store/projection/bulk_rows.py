"""Bulk insert of new requests into the projections' tables. It writes what `Projector` would, with
plain statements. An import or a rebuild writes a million; one by one that takes half an hour.
"""

import sqlite3
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched, chain
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.request import Request
from console.store.projection.projector import (
    RIDS_PER_DAY,
    RIDS_PER_SECOND,
    assignment_rows,
    callback_rows,
    first_rid,
    queue_rows,
    reporter_rows,
    request_row,
)
from console.store.projection.search import listed_words, reporter_text, search_text
from console.store.tables.definitions import (
    Id,
    Ms,
    assignment,
    callback_item,
    queue_item,
    reporter,
    service_request,
    to_ms,
)

PLACE = ("stream", "rid")
REQUEST_COLUMNS = tuple(c.name for c in service_request.columns if c.name not in PLACE)
PART_TABLES = (assignment, queue_item, reporter, callback_item)
PART_COLUMNS = tuple(
    tuple(c.name for c in table.columns if c.name not in PLACE) for table in PART_TABLES
)
_MOST_WORDS = 300_000
"""How many listed words to remember; further ones are merely listed again."""


def dbapi_connection(connection: Connection) -> sqlite3.Connection:
    """The DBAPI connection inside, in the same transaction."""
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


class Insert:
    """Inserts rows into a table, many with one statement.

    One statement per row takes twice as long, because SQLite prepares the conditions of partial
    indexes each time. `or fail` saves the journal that SQLite otherwise keeps for a statement that
    may fail half way; the surrounding transaction undoes everything anyway.
    """

    def __init__(
        self, table: Table, columns: tuple[str, ...], same: Mapping[str, str | int | None] = {}
    ) -> None:
        """For rows of these columns in this order.

        Args:
            table: to insert into.
            columns: of the rows' values.
            same: values that every row shares, by column: constants of the program.
        """
        self._rows = max(1, _VARIABLES // len(columns))
        row = f"({', '.join([placeholders(len(columns)), *map(_literal, same.values())])})"
        names = ", ".join((*columns, *same))
        self._one = f"insert or fail into {table.name} ({names}) values {row}"  # noqa: S608
        self._many = f"{self._one}{f', {row}' * (self._rows - 1)}"

    def __call__(self, raw: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
        """Insert them in the caller's transaction, which must be rolled back after a failure."""
        whole = len(rows) // self._rows * self._rows
        for start in range(0, whole, self._rows):
            some = rows[start : start + self._rows]
            raw.execute(self._many, list(chain.from_iterable(some)))
        raw.executemany(self._one, rows[whole:])


def _literal(value: str | int | None) -> str:
    return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


def placeholders(count: int) -> str:
    """Placeholders of a statement."""
    return ", ".join("?" * count)


def select_in_parts(
    raw: sqlite3.Connection, question: str, values: Iterable[object]
) -> Iterator[Any]:
    """The first column of what a question with `PART_VALUES` placeholders finds for them."""
    for some in _asked(values):
        for row in raw.execute(question, some):
            yield row[0]


def execute_in_parts(raw: sqlite3.Connection, statement: str, values: Iterable[object]) -> None:
    """Change by a statement with `PART_VALUES` placeholders what it finds for these values."""
    for some in _asked(values):
        raw.execute(statement, some)


def _asked(values: Iterable[object]) -> Iterator[list[object]]:
    """`PART_VALUES` at a time, filled up with nulls, which equal nothing: one statement for all."""
    for some in batched(values, PART_VALUES):
        yield [*some, *[None] * (PART_VALUES - len(some))]


_VARIABLES = 1000
"""Variables of one statement."""
PART_VALUES = 500
"""Values of one statement."""


class Layout(NamedTuple):
    """Which columns rows have: of `service_request` and of each of `PART_TABLES`."""

    request: Insert
    parts: tuple[Insert, ...]


WHOLE = Layout(
    Insert(service_request, (*REQUEST_COLUMNS, *PLACE)),
    tuple(
        Insert(table, (*columns, *PLACE))
        for table, columns in zip(PART_TABLES, PART_COLUMNS, strict=True)
    ),
)
"""Every column."""
_ADD_SEARCH = "insert into {} (rowid, text, reporter) values (?, ?, ?)"
_ADD_WORD = "insert or ignore into word (word) values (?)"
_TAKEN = (
    f"with first (rid) as (values {', '.join(['(?)'] * PART_VALUES)}) "  # noqa: S608
    "select r.rid from first cross join service_request r "
    f"on r.rid between first.rid and first.rid + {RIDS_PER_SECOND - 1}"
)
_IS_TAKEN = "select 1 from service_request where rid = ?"
_LAST = "select max(rid) from service_request where rid between ? and ?"
_NOTE_DOUBLES = (
    "insert or ignore into double_number select number from service_request "  # noqa: S608
    f"where number in ({placeholders(PART_VALUES)}) group by number having count(*) > 1"
)


class Prepared(NamedTuple):
    """The rows of a request without its local id, which only the writer can assign.

    Attributes:
        request: in the order of `REQUEST_COLUMNS`, or of another layout.
        parts: rows for each of `PART_TABLES`.
        said, people: the folded text that the search index gets.
    """

    id: bytes
    number: str
    stream: str
    first_rid: int
    request: tuple[object, ...]
    parts: tuple[tuple[tuple[object, ...], ...], ...]
    said: str
    people: str


def prepare(
    request: Request, catalogue: Catalogue, stream: str, as_of_seq: int | None = None
) -> Prepared:
    """A request's rows, made by the same functions that `Projector` uses."""
    said = search_text(request, catalogue)
    rows = (
        assignment_rows(0, request),
        () if request.is_closed else queue_rows(0, request, said),
        reporter_rows(0, request),
        callback_rows(0, request),
    )
    return Prepared(
        id=request.id.bytes,
        number=request.number,
        stream=stream,
        first_rid=first_rid(request.requested_at),
        request=_FLAT_REQUEST(request_row(request) | {"as_of_seq": as_of_seq}),
        parts=tuple([tuple(map(flat, some)) for flat, some in zip(_FLAT_PARTS, rows, strict=True)]),
        said=said,
        people=reporter_text(request),
    )


class _Flat:
    """Picks columns of a row and converts them to what SQLite stores."""

    def __init__(self, table: Table, columns: tuple[str, ...]) -> None:
        self._values = itemgetter(*columns)
        kinds = [type(table.c[name].type) for name in columns]
        self._times = [n for n, kind in enumerate(kinds) if kind is Ms]
        self._ids = [n for n, kind in enumerate(kinds) if kind is Id]

    def __call__(self, row: Mapping[str, object]) -> tuple[object, ...]:
        values: list[Any] = [*self._values(row)]
        for n in self._times:
            if values[n] is not None:
                values[n] = to_ms(values[n])
        for n in self._ids:
            if values[n] is not None:
                values[n] = values[n].bytes
        return tuple(values)


_FLAT_REQUEST = _Flat(service_request, REQUEST_COLUMNS)
_FLAT_PARTS = tuple(map(_Flat, PART_TABLES, PART_COLUMNS))


class BulkRows:
    """Collects the rows of new requests and writes them together."""

    def __init__(
        self,
        raw: sqlite3.Connection,
        listed: set[str] | None,
        index: str = "request_fts",
        layout: Layout = WHOLE,
    ) -> None:
        """Write through this connection, inside the caller's transaction.

        Args:
            raw: the writer's.
            listed: texts whose words are already in the word list; grows. None: the caller lists
                the words.
            index: the search index to write to.
            layout: the columns of the rows.
        """
        self._raw = raw
        self._listed = listed
        self._add_search = _ADD_SEARCH.format(index)
        self._layout = layout
        self._waiting: list[Prepared] = []

    def add(self, rows: Prepared) -> None:
        """Add one new request."""
        self._waiting.append(rows)

    def flush(self) -> None:
        """Write what was collected."""
        placed = self.place()
        self.note_doubles(rows.number for _, rows in placed)
        self.index(placed)

    def place(self) -> list[tuple[int, Prepared]]:
        """Write the collected rows, but neither duplicate numbers nor the search index; returns
        each with the local id that it got.
        """
        every, self._waiting = self._waiting, []
        rids = self._rids([rows.first_rid for rows in every])
        places = [(rows.stream, rid) for rows, rid in zip(every, rids, strict=True)]
        paired = [*zip(every, places, strict=True)]
        self._layout.request(self._raw, [rows.request + place for rows, place in paired])
        for n, add in enumerate(self._layout.parts):
            add(self._raw, [part + place for rows, place in paired for part in rows.parts[n]])
        return [*zip(rids, every, strict=True)]

    def index(self, placed: Iterable[tuple[int, Prepared]]) -> None:
        """Write the search lines of requests with these local ids, which have none yet."""
        search = [(rid, rows.said, rows.people) for rid, rows in placed]
        self._raw.executemany(self._add_search, search)
        if self._listed is not None:
            self._list_words(self._listed, search)

    def _rids(self, firsts: Sequence[int]) -> list[int]:
        """An unused local id for each, chosen as `Projector` does."""
        taken: set[int] = set(select_in_parts(self._raw, _TAKEN, firsts))
        given: list[int] = []
        in_order: list[int] = []
        for first in firsts:
            free = (rid for rid in range(first, first + RIDS_PER_SECOND) if rid not in taken)
            if (rid := next(free, None)) is None:
                rid = self._after_day(first, taken, in_order)
            taken.add(rid)
            given.append(rid)
            insort(in_order, rid)
        return given

    def _after_day(self, first: int, taken: set[int], in_order: Sequence[int]) -> int:
        """The next free id after those of the day from `first` on.

        Args:
            first: the id of a second in which all eight are taken.
            taken: ids known to be taken.
            in_order: the ids just assigned.
        """
        end = first + RIDS_PER_DAY - 1
        stored = self._raw.execute(_LAST, (first, end)).fetchone()[0] or first
        rid = max([stored, *in_order[: bisect_right(in_order, end)][-1:]]) + 1
        while rid in taken or self._raw.execute(_IS_TAKEN, (rid,)).fetchone():
            rid += 1
        return int(rid)

    def note_doubles(self, numbers: Iterable[str]) -> None:
        """Note numbers of ours that two requests have, as `Projector` does."""
        ours = [each for each in numbers if len(each) == 11 and each.isascii() and each.isdigit()]
        execute_in_parts(self._raw, _NOTE_DOUBLES, ours)

    def _list_words(self, listed: set[str], search: Sequence[tuple[int, str, str]]) -> None:
        pieces: set[str] = set()
        for _, text, people in search:
            pieces.update(text.split(), people.split())
        pieces -= listed
        list_words(self._raw, listed_words(" ".join(pieces)))
        if len(listed) < _MOST_WORDS:
            # House numbers and telephone numbers are nearly all different, and are not words.
            listed.update(filter(str.isalpha, pieces))


def list_words(raw: sqlite3.Connection, words: Iterable[str]) -> None:
    """Add these to the word list."""
    raw.executemany(_ADD_WORD, [(word,) for word in sorted(words)])
