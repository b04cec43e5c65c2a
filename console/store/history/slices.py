"""Imports a history while people work with the same store, in pieces so small that a save hardly
waits. Without people it is faster (`importing.py`).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import batched
from pathlib import Path
from typing import cast, override

from console.services.history.batches import Batch, Refused
from console.services.history.file import Shape
from console.store.history.importing import SqlHistory
from console.store.history.preparation import Item

SLICE_ROWS = 50
"""Rows of one transaction; the writer takes 8 ms for them."""


class HistorySlices(SqlHistory):
    """Cuts every batch into pieces with a transaction and a position of their own."""

    @override
    def batches(self, path: Path, shape: Shape, skip: int) -> Iterator[Batch]:
        before = 0
        for batch in super().batches(path, shape, skip):
            yield from cut(batch, SLICE_ROWS, before)
            before = batch.done_bytes

    @override
    def _triggers(
        self, raw: sqlite3.Connection, numbers: Sequence[str]
    ) -> AbstractContextManager[None]:
        """Keep the triggers: for so few rows, dropping them costs a fifth of the transaction, and
        every later save must prepare its statements again.
        """
        return nullcontext()


def cut(batch: Batch, rows: int, before: int = 0) -> Iterator[Batch]:
    """Cut a batch into pieces of at most so many rows, in the same order.

    Args:
        batch: to cut.
        rows: of one piece.
        before: bytes of the file before this batch.
    """
    items = cast("Sequence[Item]", batch.items)
    lines: list[Item | Refused] = sorted((*items, *batch.refused), key=lambda each: each.line)
    words, done = batch.words, 0
    for some in batched(lines, rows):
        done += len(some)
        yield Batch(
            rows=len(some),
            refused=tuple(each for each in some if isinstance(each, Refused)),
            items=[each for each in some if not isinstance(each, Refused)],
            done_bytes=before + (batch.done_bytes - before) * done // len(lines),
            words=words,
        )
        words = ()
