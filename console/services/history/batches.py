"""Imports a history file of up to millions of rows, one batch per transaction.

The position in the file is stored in the same transaction as the rows (`Position`). So a run that
was killed continues where it stopped, and a finished file adds nothing. Rows that cannot be
imported go to a side file with the reason in words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from console.services.history.file import Shape


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not imported: its first line, its raw values, the reason as a code."""

    line: int
    values: tuple[str, ...]
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some hundred parsed rows.

    Attributes:
        rows: number of rows of the file.
        refused: those that cannot be imported.
        items: the others, ready for the store; opaque to everybody else.
        done_bytes: bytes of the file read so far.
        words: words of the items that no earlier batch had, for the search index.
    """

    rows: int
    refused: tuple[Refused, ...]
    items: Sequence[object]
    done_bytes: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SideFileState:
    """What a run's side file holds so far.

    Attributes:
        name: its name, in the folder of the history; "" = nothing was refused yet.
        bytes: its length.
        digest: SHA-256 of that many bytes, to detect changes.
    """

    name: str = ""
    bytes: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file is imported; `rows` = `imported` + `known` + `refused`.

    Attributes:
        known: rows that the store already has with the same content.
        side: the side file at this position.
        by: the account that runs the import.
    """

    rows: int = 0
    imported: int = 0
    known: int = 0
    refused: int = 0
    side: SideFileState = SideFileState()
    done: bool = False
    by: str = ""


class RefusedRowsWriter(Protocol):
    """Writes refused rows."""

    def __call__(self, refused: Sequence[Refused]) -> SideFileState:
        """Store them durably; returns the state of the side file."""


class HistoryStore(Protocol):
    """What an import needs of the store; blocking."""

    def position(self, shape: Shape) -> Position:
        """The position of this file; for a new file an empty `Position`."""

    def batches(self, path: Path, shape: Shape, skip: int) -> Iterator[Batch]:
        """The rows after the first `skip`, parsed.

        Raises:
            UnavailableError: `history_unreadable`.
        """

    def save(
        self, batch: Batch, shape: Shape, before: Position, set_aside: RefusedRowsWriter
    ) -> Position:
        """Store a batch and the new position in one transaction.

        Raises:
            UnavailableError: as for any write.
        """

    def finish(self, shape: Shape, at: Position) -> Position:
        """Mark the file as finished."""


class RefusedRowsFile(RefusedRowsWriter, Protocol):
    """Where the refused rows of a run go."""

    def go_on(self, at: Position) -> None:
        """Continue a run after this position.

        Raises:
            UnavailableError: `side_file_failed`.
        """

    def close(self) -> None:
        """End the run."""


def import_history(
    path: Path,
    shape: Shape,
    store: HistoryStore,
    side: RefusedRowsFile,
    tell: Callable[[Position, int], None],
) -> Position:
    """Import all rows that are not imported yet.

    Args:
        path: the file.
        shape: as recognised from it.
        store: of the seat.
        side: receives the refused rows.
        tell: receives the position after each batch, and the bytes read so far.

    Returns:
        The position at the end.

    Raises:
        UnavailableError: disk full, side file not writable and the like. Committed batches stay;
            the next run continues after them.
    """
    at = store.position(shape)
    if at.done:
        return at
    try:
        side.go_on(at)
        for batch in store.batches(path, shape, at.rows):
            at = store.save(batch, shape, at, side)
            tell(at, batch.done_bytes)
        return store.finish(shape, at)
    finally:
        side.close()
