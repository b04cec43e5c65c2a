"""A history that comes in while people work at the same store: in pieces that a save hardly waits
for. Alone it comes in faster (`history.py`).
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
"""Rows of one transaction: 8 ms of the writer."""


class HistorySlices(SqlHistory):
    """Cuts every batch; each piece has a transaction and a position of its own."""

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
        """They stay: of so few rows switching them costs a fifth of the transaction, and as much of
        every save behind it, whose statements must be made anew.
        """
        return nullcontext()


def cut(batch: Batch, rows: int, before: int = 0) -> Iterator[Batch]:
    """The same rows in the same order, at most so many at once.

    Args:
        batch: to cut.
        rows: of one piece.
        before: bytes of the file that lie before it.
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
