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

from console.domain.catalogue import Catalogue
from console.domain.codec import SCHEMA_V, fact_body, kind_of
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.events import StoredEvent
from console.domain.states import Role
from console.services.history import Batch, Refused
from console.services.history_file import Broken, Raw, Reader, Shape
from console.services.history_rows import IMPORTER, Imported, Understanding, hlc_of
from console.store.bulk import Prepared, prepare
from console.store.codec import encoded
from console.store.tables import event, to_ms

BATCH_ROWS = 1000
"""Rows of one transaction: a tenth of a second or two of the writer."""
ALONE_BYTES = 2_000_000
"""Files up to this size are not worth a second process."""

STREAM = str(next(each.default for each in fields(StoredEvent) if each.name == "stream"))
"""The stream that events of this city belong to."""
EVENT_COLUMNS = tuple(c.name for c in event.columns if c.name != "n")


class Item(NamedTuple):
    """A request as rows, with what the store needs to refuse it.

    Attributes:
        values: of the row, for the side file.
        kept_number: the row brought a number of ours, which nobody else may have.
        events: in the order of `EVENT_COLUMNS`.
    """

    line: int
    values: tuple[str, ...]
    kept_number: bool
    events: tuple[tuple[object, ...], ...]
    rows: Prepared


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
        rows,
        tuple(Refused(*each) for each in refused),
        [_item(*each) for each in items],
        done_bytes,
    )


def _item(
    line: int,
    values: tuple[str, ...],
    kept: bool,
    events: tuple[tuple[object, ...], ...],
    rows: tuple[object, ...],
) -> Item:
    return Item(line, values, kept, events, Prepared._make(rows))


def _sent(batch: Batch) -> bytes:
    """The batch as bytes: `marshal` takes a fifth of the time of `pickle` for plain values."""
    refused = [
        (each.line, each.values, each.code, {k: _simple(v) for k, v in each.params.items()})
        for each in batch.refused
    ]
    items = [(*each[:-1], tuple(each[-1])) for each in cast("list[Item]", batch.items)]
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
    """All rows of a request."""
    return Item(
        imported.line,
        values,
        imported.kept_number,
        _events(imported),
        prepare(imported.request, catalogue, STREAM),
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
