"""Rows of a history file made ready for the tables, in a process of their own when they are many.

Understanding a row costs as much as storing it; two processes do both at once. The child only reads
the file and sends batches; when either side dies the other one's pipe breaks and it ends.
"""

import contextlib
import gc
import marshal
import multiprocessing
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table

from console.domain.catalogue import Catalogue
from console.domain.codec import SCHEMA_V, fact_body, kind_of
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.events import StoredEvent
from console.domain.states import Role
from console.services.history import Batch, Refused
from console.services.history_file import Broken, Raw, Reader, Shape
from console.services.history_rows import IMPORTER, Imported, Understanding, hlc_of
from console.store.codec import encoded
from console.store.projections import (
    assignment_rows,
    callback_rows,
    first_rid,
    queue_rows,
    reporter_rows,
    request_row,
)
from console.store.search import reporter_text, search_text
from console.store.tables import (
    assignment,
    callback_item,
    event,
    queue_item,
    reporter,
    service_request,
    to_ms,
)

BATCH_ROWS = 1000
"""Rows of one transaction: a tenth of a second or two of the writer."""
ALONE_BYTES = 2_000_000
"""Files up to this size are not worth a second process."""

STREAM = str(next(each.default for each in fields(StoredEvent) if each.name == "stream"))
"""The stream that events of this city belong to."""
EVENT_COLUMNS = tuple(c.name for c in event.columns if c.name != "n")
REQUEST_COLUMNS = tuple(
    c.name for c in service_request.columns if c.name not in ("rid", "stream", "as_of_seq")
)
PART_TABLES = (assignment, queue_item, reporter, callback_item)
PART_COLUMNS = {
    table: tuple(c.name for c in table.columns if c.name not in ("rid", "stream"))
    for table in PART_TABLES
}
_PART_COLUMNS = tuple(PART_COLUMNS.values())


class Item(NamedTuple):
    """A request as rows without the local id, which only the writer can give.

    Attributes:
        values: of the row, for the side file should the store refuse it.
        number: kept from the row; None when the row's number is not one of ours.
        events, request: in the order of `EVENT_COLUMNS`, `REQUEST_COLUMNS`.
        parts: rows for each of `PART_TABLES`.
        text, people: what the search finds it by.
    """

    line: int
    values: tuple[str, ...]
    id: bytes
    number: str | None
    stream: str
    first_rid: int
    events: tuple[tuple[object, ...], ...]
    request: tuple[object, ...]
    parts: tuple[tuple[tuple[object, ...], ...], ...]
    text: str
    people: str


@dataclass(frozen=True, slots=True)
class Source:
    """What is read, and what its rows are understood by."""

    path: Path
    shape: Shape
    catalogue: Catalogue
    now: datetime
    workstation: str
    skip: int


def feed(source: Source, *, alone: bool | None = None) -> Iterator[Batch]:
    """The batches of a file, in order.

    Args:
        source: the file and the rows to skip.
        alone: in this process; None = by the size of the file.

    Raises:
        UnavailableError: `history_unreadable`.
    """
    if alone if alone is not None else source.shape.size <= ALONE_BYTES:
        yield from judged(source)
        return
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(source, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        while (batch := _received(ours, source)) is not None:
            yield batch
    finally:
        ours.close()
        child.join()


def _received(pipe: Pipe, source: Source) -> Batch | None:
    try:
        got = marshal.loads(pipe.recv_bytes())  # noqa: S302 - from our own child
    except EOFError as error:
        raise UnavailableError(
            "history_unreadable", file=source.path.name, cause="child process ended"
        ) from error
    if got is None:
        return None
    if isinstance(got, str):
        raise UnavailableError("history_unreadable", file=source.path.name, cause=got)
    if len(got) == 1:
        raise RuntimeError(f"the reading process failed:\n{got[0]}")
    rows, refused, items, done_bytes = got
    return Batch(
        rows, tuple(Refused(*each) for each in refused), [*map(Item._make, items)], done_bytes
    )


def _sent(batch: Batch) -> bytes:
    """The batch as bytes: `marshal` takes a fifth of the time of `pickle` for plain values."""
    refused = [
        (each.line, each.values, each.code, {k: _simple(v) for k, v in each.params.items()})
        for each in batch.refused
    ]
    items = [tuple(cast("Item", each)) for each in batch.items]
    return marshal.dumps((batch.rows, refused, items, batch.done_bytes))


def _simple(value: object) -> object:
    return value if value is None or type(value) in (str, int, float) else str(value)


def _work(source: Source, pipe: Pipe) -> None:
    """The child: all batches, then None; a text when the file cannot be read on."""
    gc.freeze()
    gc.set_threshold(100_000)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        try:
            for batch in judged(source):
                pipe.send_bytes(_sent(batch))
            pipe.send_bytes(marshal.dumps(None))
        except UnavailableError as error:
            pipe.send_bytes(marshal.dumps(str(error.params.get("cause", error.code))))
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except Exception:  # noqa: BLE001 - the parent logs it with its own
            pipe.send_bytes(marshal.dumps((traceback.format_exc(),)))
        finally:
            pipe.close()


def judged(source: Source) -> Iterator[Batch]:
    """The batches, made here.

    Raises:
        UnavailableError: `history_unreadable`.
    """
    understanding = Understanding(
        source.shape, source.catalogue, source.now, workstation=source.workstation
    )
    maker = _Maker(understanding, source.catalogue)
    try:
        reader = Reader(source.path, source.shape)
    except OSError as error:
        raise _unreadable(source, error) from error
    try:
        skip = source.skip
        for row in reader:
            if skip:
                skip -= 1
                continue
            maker.take(row)
            if maker.rows == BATCH_ROWS:
                yield maker.batch(reader.done_bytes)
        if maker.rows:
            yield maker.batch(reader.done_bytes)
    except OSError as error:
        raise _unreadable(source, error) from error
    finally:
        reader.close()


def _unreadable(source: Source, error: OSError) -> UnavailableError:
    cause = error.strerror or str(error)
    return UnavailableError("history_unreadable", file=source.path.name, cause=cause)


class _Maker:
    """Collects rows into batches."""

    def __init__(self, understanding: Understanding, catalogue: Catalogue) -> None:
        self._understanding = understanding
        self._catalogue = catalogue
        self._start()

    def _start(self) -> None:
        self.rows = 0
        self._refused: list[Refused] = []
        self._items: list[Item] = []

    def take(self, row: Raw | Broken) -> None:
        """One row more."""
        self.rows += 1
        if isinstance(row, Broken):
            self._refused.append(Refused(row.line, (row.text,), row.code))
            return
        try:
            imported = self._understanding.request(row)
        except ConsoleError as error:
            self._refused.append(Refused(row.line, tuple(row.values), error.code, error.params))
            return
        item = prepared(imported, tuple(row.values), self._catalogue)
        self._items.append(item)

    def batch(self, done_bytes: int) -> Batch:
        """What was collected; begins anew."""
        made = Batch(self.rows, tuple(self._refused), self._items, done_bytes)
        self._start()
        return made


def prepared(imported: Imported, values: tuple[str, ...], catalogue: Catalogue) -> Item:
    """A request's rows, by the projections' own functions."""
    request = imported.request
    text = search_text(request, catalogue)
    rows = (
        assignment_rows(0, request),
        queue_rows(0, request, text),
        reporter_rows(0, request),
        callback_rows(0, request),
    )
    return Item(
        line=imported.line,
        values=values,
        id=request.id.bytes,
        number=request.number if imported.kept_number else None,
        stream=STREAM,
        first_rid=first_rid(request.requested_at),
        events=_events(imported),
        request=_flat(request_row(request), REQUEST_COLUMNS),
        parts=tuple(
            [
                tuple([_flat(row, columns) for row in some])
                for columns, some in zip(_PART_COLUMNS, rows, strict=True)
            ]
        ),
        text=text,
        people=reporter_text(request),
    )


def _events(imported: Imported) -> tuple[tuple[object, ...], ...]:
    """The columns of `codec.event_row` for each event; the way there would cost twice as much."""
    request_id = imported.request.id.bytes
    return tuple(
        [
            (
                event_id.bytes,
                STREAM,
                None,
                request_id,
                kind_of(fact),
                to_ms(at),
                IMPORTER,
                Role.SYSTEM.value,
                imported.workstation,
                None,
                hlc_of(at, n),
                SCHEMA_V,
                encoded(fact_body(fact)),
            )
            for n, (event_id, (at, fact)) in enumerate(
                zip(imported.ids, imported.facts, strict=True)
            )
        ]
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


def insert_into(table: Table, columns: tuple[str, ...]) -> str:
    """The statement that adds a row, with these columns first and then those of the place."""
    marks = ", ".join("?" * len(columns))
    return f"insert into {table.name} ({', '.join(columns)}) values ({marks})"  # noqa: S608
