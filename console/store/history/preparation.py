"""Prepares the rows of a history file for the tables, in a process of its own if there are many.

Reading a row costs as much as storing it, so two processes share the work. The child only reads the
file and sends batches. If either side dies, the other one's pipe breaks and it ends.
"""

import contextlib
import gc
import marshal
import multiprocessing
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, islice
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import NamedTuple, cast

from console.domain.catalogue.catalogue import Catalogue
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.requests.codec import SCHEMA_V, body_text, kind_of
from console.domain.states import Role
from console.services.history.batches import Batch, Refused
from console.services.history.file import BrokenRow, RawRow, Reader, Shape
from console.services.history.rows import (
    ImportedRequest,
    ParsedRow,
    RowParser,
    hlc_of,
    ms_of,
)
from console.services.people.actors import IMPORTER
from console.store.history.request_rows import STREAM, made_rows
from console.store.projection.bulk_rows import Prepared
from console.store.projection.search import Folding
from console.store.tables.definitions import event

BATCH_ROWS = 1000
"""Rows of one transaction; the writer takes 0.1 or 0.2 s for them."""
PART_ROWS = 100
"""Rows that the child sends at once: few enough to stay in the processor's cache."""
_AHEAD = 60
"""Parts that the child prepares ahead, 14 MB: a second of its work, so that it need not wait while
the store empties its log.
"""
ALONE_BYTES = 2_000_000
"""For files up to this size a second process does not pay off."""

SAME = {
    "stream": STREAM,
    "seq": None,
    "actor": IMPORTER,
    "role": Role.SYSTEM.value,
    "agency": None,
    "schema_v": SCHEMA_V,
}
"""Columns that are the same in all imported events."""
EVENT_COLUMNS = tuple(c.name for c in event.columns if c.name not in SAME and c.name != "n")


class Item(NamedTuple):
    """A request as rows, with what the store needs to refuse it.

    Attributes:
        packed: the row's values, for the file of refused rows; rarely needed.
        kept_number: the row has a number in our format, which must be unique.
        events: in the order of `EVENT_COLUMNS`.
    """

    line: int
    packed: bytes
    kept_number: bool
    events: tuple[tuple[object, ...], ...]
    rows: Prepared

    def row(self) -> tuple[str, ...]:
        """The values of the row."""
        return tuple(marshal.loads(self.packed))  # noqa: S302 - packed by `prepared`


@dataclass(frozen=True, slots=True)
class Source:
    """The file to read, and what is needed to interpret its rows."""

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
        alone: work in this process; None = decide by the size of the file.

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
    parts = iter(lambda: _received(ours, source), None)
    try:
        yield from _ahead(lambda: _joined(islice(parts, -(-BATCH_ROWS // PART_ROWS))))
    finally:
        ours.close()
        child.join()


def _ahead(fetch: Callable[[], Batch | None]) -> Iterator[Batch]:
    """The batches; each is unpacked while the one before is being stored."""
    with ThreadPoolExecutor(1) as line:
        coming = line.submit(fetch)
        while batch := coming.result():
            coming = line.submit(fetch)
            yield batch


def _joined(parts: Iterable[Batch]) -> Batch | None:
    """Some parts as one batch; None if there are none."""
    every = list(parts)
    if len(every) <= 1:
        return every[0] if every else None
    return Batch(
        sum(each.rows for each in every),
        tuple(refused for each in every for refused in each.refused),
        [item for each in every for item in each.items],
        every[-1].done_bytes,
        tuple([word for each in every for word in each.words]),
    )


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
    rows, refused, items, done_bytes, words = got
    return Batch(
        rows,
        tuple(Refused(*each) for each in refused),
        [
            Item(line, packed, kept, events, Prepared(*of_rows))
            for (line, packed, kept, events), of_rows in items
        ],
        done_bytes,
        words,
    )


def _sent(batch: Batch) -> bytes:
    """The batch as bytes: `marshal` takes a fifth of the time of `pickle` for plain values."""
    refused = [
        (each.line, each.values, each.code, {k: _simple(v) for k, v in each.params.items()})
        for each in batch.refused
    ]
    items = [(each[:-1], tuple(each[-1])) for each in cast("list[Item]", batch.items)]
    return marshal.dumps((batch.rows, refused, items, batch.done_bytes, batch.words))


def _simple(value: object) -> object:
    return value if value is None or type(value) in (str, int, float) else str(value)


def _work(source: Source, pipe: Pipe) -> None:
    """The child: sends all parts, then None, or a text if the file cannot be read further."""
    gc.freeze()
    gc.set_threshold(100_000)
    # A part takes two writes, and before each one the sending thread waited 5 ms for the GIL.
    sys.setswitchinterval(0.0005)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        try:
            _send_all((_sent(part) for part in judged(source, PART_ROWS)), pipe)
            pipe.send_bytes(marshal.dumps(None))
        except UnavailableError as error:
            pipe.send_bytes(marshal.dumps(str(error.params.get("cause", error.code))))
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except Exception:  # noqa: BLE001 - the parent logs it with its own
            pipe.send_bytes(marshal.dumps((traceback.format_exc(),)))
        finally:
            pipe.close()


def _send_all(parts: Iterable[bytes], pipe: Pipe) -> None:
    """Send in a thread of its own, so that work goes on while the store flushes its disk."""
    with ThreadPoolExecutor(1) as line:
        waiting: deque[Future[None]] = deque()
        for part in parts:
            waiting.append(line.submit(pipe.send_bytes, part))
            if len(waiting) > _AHEAD:
                waiting.popleft().result()
        for sent in waiting:
            sent.result()


def judged(source: Source, batch_rows: int | None = None) -> Iterator[Batch]:
    """The batches, prepared in this process.

    Args:
        source: the file and the rows to skip.
        batch_rows: rows of a batch; None = as many as in a transaction.

    Raises:
        UnavailableError: `history_unreadable`.
    """
    understanding = RowParser(
        source.shape, source.catalogue, source.now, workstation=source.workstation
    )
    fold = Folding()
    try:
        reader = Reader(source.path, source.shape)
    except OSError as error:
        raise _unreadable(source, error) from error
    try:
        rows = islice(reader, source.skip, None)
        for some in batched(rows, batch_rows or BATCH_ROWS):
            yield _judged(some, understanding, source.catalogue, fold, reader.done_bytes)
    except OSError as error:
        raise _unreadable(source, error) from error
    finally:
        reader.close()


def _unreadable(source: Source, error: OSError) -> UnavailableError:
    cause = error.strerror or str(error)
    return UnavailableError("history_unreadable", file=source.path.name, cause=cause)


def _judged(
    rows: Sequence[RawRow | BrokenRow],
    understanding: RowParser,
    catalogue: Catalogue,
    fold: Folding,
    done_bytes: int,
) -> Batch:
    """Some rows as a batch.

    Each step handles all rows before the next step begins. That is a third faster than row by row,
    because its code stays in the processor's cache.
    """
    refused: list[Refused] = []
    said: list[ParsedRow] = []
    values: list[list[str]] = []
    for row in rows:
        if isinstance(row, BrokenRow):
            refused.append(Refused(row.line, (row.text,), row.code))
            continue
        try:
            said.append(understanding.understood(row))
        except ConsoleError as error:
            refused.append(Refused(row.line, tuple(row.values), error.code, error.params))
            continue
        values.append(row.values)
    imported = [understanding.made(each) for each in said]
    items = prepared(imported, values, catalogue, fold)
    return Batch(len(rows), tuple(refused), items, done_bytes, fold.new())


def prepared(
    every: Sequence[ImportedRequest],
    values: Sequence[list[str]],
    catalogue: Catalogue,
    fold: Folding,
) -> list[Item]:
    """All rows of some requests; `values` are the values in the file."""
    events = [_events(imported) for imported in every]
    rows = [made_rows(imported, catalogue, fold) for imported in every]
    packed = [marshal.dumps(each) for each in values]
    return [
        Item(imported.said.line, of_row, imported.said.kept_number, history, made)
        for imported, of_row, history, made in zip(every, packed, events, rows, strict=True)
    ]


def _events(imported: ImportedRequest) -> tuple[tuple[object, ...], ...]:
    """The columns of `event_rows.event_row` for each event, at half its cost."""
    request_id = imported.request_id
    rows = []
    for n, (event_id, (_at, fact)) in enumerate(zip(imported.ids, imported.facts, strict=True)):
        ms = ms_of(event_id)
        rows.append(
            (
                event_id,
                request_id,
                kind_of(fact),
                ms,
                imported.workstation,
                hlc_of(ms, n),
                body_text(fact),
            )
        )
    return tuple(rows)
