"""Bringing a history in: a file of a million rows, batch by batch, each batch whole or not at all.

How far a file is stands in the store, in the same transaction as its rows (`Position`), so that a
run that was killed goes on where it was and a finished file adds nothing. Rows that cannot be taken
go to a side file with the reason in words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from console.services.history.file import Shape


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its first line, its values as they came, the reason as a code."""

    line: int
    values: tuple[str, ...]
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some hundred rows, judged.

    Attributes:
        rows: how many rows of the file these are.
        refused: those that mean nothing to us.
        items: the others, ready for the store, which alone looks into them.
        done_bytes: how much of the file was read.
        words: of the items, those that no batch before had, for the search's list.
    """

    rows: int
    refused: tuple[Refused, ...]
    items: Sequence[object]
    done_bytes: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run's side file holds so far.

    Attributes:
        name: its name beside the history; "" = nothing was refused yet.
        bytes: its length.
        digest: SHA-256 of so many bytes: whether it is still what was written.
    """

    name: str = ""
    bytes: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file is; `rows` = `imported` + `known` + `refused`.

    Attributes:
        known: rows that are in the store already, with the same content.
        side: the side file that belongs to this position.
        by: account that runs it.
    """

    rows: int = 0
    imported: int = 0
    known: int = 0
    refused: int = 0
    side: Kept = Kept()
    done: bool = False
    by: str = ""


class SetAside(Protocol):
    """Takes rows that were refused."""

    def __call__(self, refused: Sequence[Refused]) -> Kept:
        """Keep them, durably; returns all that is kept so far."""


class HistoryStore(Protocol):
    """What the run needs of the store; blocking."""

    def position(self, shape: Shape) -> Position:
        """How far this file is; nothing = a new `Position`."""

    def batches(self, path: Path, shape: Shape, skip: int) -> Iterator[Batch]:
        """The rows after the first `skip`, judged.

        Raises:
            UnavailableError: `history_unreadable`.
        """

    def save(self, batch: Batch, shape: Shape, before: Position, set_aside: SetAside) -> Position:
        """Store a batch and the position after it in one transaction.

        Raises:
            UnavailableError: as any write.
        """

    def finish(self, shape: Shape, at: Position) -> Position:
        """The file is at its end."""


class Aside(SetAside, Protocol):
    """Where a run's refused rows go."""

    def go_on(self, at: Position) -> None:
        """The run goes on behind this position.

        Raises:
            UnavailableError: `side_file_failed`.
        """

    def close(self) -> None:
        """The run is over."""


def import_history(
    path: Path,
    shape: Shape,
    store: HistoryStore,
    side: Aside,
    tell: Callable[[Position, int], None],
) -> Position:
    """Bring all rows in that are not in yet.

    Args:
        path: the file, as `shape` was recognised from.
        shape: its shape.
        store: of the seat.
        side: takes the refused rows.
        tell: gets the position after each batch and the bytes read so far.

    Returns:
        The position at the end.

    Raises:
        UnavailableError: disk full, side file not writable, ...; what was committed stays, the
            next run goes on behind it.
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
