"""Bringing a history in: a file of a million rows, batch by batch, each batch whole or not at all.

How far a file is stands in the store, in the same transaction as its rows (`Position`), so that a
run that was killed goes on where it was and a finished file adds nothing. Rows that cannot be taken
go to a side file with the reason in words.
"""

import codecs
import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from console.domain.errors import UnavailableError
from console.services.history_file import Shape
from console.services.wording import sentence

SIDE_SUFFIX = ".rejected.csv"
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


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
    """

    rows: int
    refused: tuple[Refused, ...]
    items: Sequence[object]
    done_bytes: int


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file is; `rows` = `imported` + `known` + `refused`.

    Attributes:
        known: rows that are in the store already, with the same content.
        side_bytes: length of the side file that belongs to this position.
        by: account that runs it.
    """

    rows: int = 0
    imported: int = 0
    known: int = 0
    refused: int = 0
    side_bytes: int = 0
    done: bool = False
    by: str = ""


class SetAside(Protocol):
    """Takes rows that were refused."""

    def __call__(self, refused: Sequence[Refused]) -> int:
        """Keep them, durably; returns the length of what is kept so far, in bytes."""


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


class SideFile:
    """`FILE.rejected.csv`: line, reason, then the row as it came, safe to open in a spreadsheet.

    Made with the first row that is refused; UTF-8 with a mark, because spreadsheets guess.
    """

    def __init__(self, source: Path, header: Sequence[str], lang: str) -> None:
        """Beside `source`; reasons in `lang`."""
        self.path = source.with_name(source.stem + SIDE_SUFFIX)
        self._header = header
        self._lang = lang
        self._stream: IO[bytes] | None = None

    def go_on(self, side_bytes: int) -> None:
        """What was written behind this length belongs to a batch that was not kept.

        Raises:
            UnavailableError: `side_file_failed`.
        """
        with self._failing():
            if side_bytes and self.path.exists():
                os.truncate(self.path, min(side_bytes, self.path.stat().st_size))
            else:
                self.path.unlink(missing_ok=True)

    def __call__(self, refused: Sequence[Refused]) -> int:
        """Append rows and make them durable; returns the file's length in bytes.

        Raises:
            UnavailableError: `side_file_failed`.
        """
        with self._failing():
            if self._stream is None:
                if not refused:
                    return self.path.stat().st_size if self.path.exists() else 0
                self._stream = self.path.open("ab")
                if self._stream.tell() == 0:
                    head = _lines([("line", "reason", *self._header)])
                    self._stream.write(codecs.BOM_UTF8 + head)
            if refused:
                self._stream.write(_lines([self._row(each) for each in refused]))
                self._stream.flush()
                os.fsync(self._stream.fileno())
            return self._stream.tell()

    def close(self) -> None:
        """Let the file go."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _row(self, each: Refused) -> tuple[str, ...]:
        reason = sentence(each.code, each.params, self._lang)
        return (str(each.line), reason, *map(neutral, each.values))

    def _failing(self) -> "_Failing":
        return _Failing(self.path)


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


class _Failing:
    """A failure of the disk or of rights is told as one of the side file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            cause = error.strerror or str(error)
            raise UnavailableError("side_file_failed", file=self._path.name, cause=cause) from error


def neutral(value: str) -> str:
    """A value that no spreadsheet runs as a formula (OWASP ASVS 1.2.10); import takes it back."""
    safe = value.replace("\0", "\ufffd")
    return f"'{safe}" if value.startswith(_STARTS_FORMULA) else safe


def import_history(
    path: Path,
    shape: Shape,
    store: HistoryStore,
    side: SideFile,
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
        side.go_on(at.side_bytes)
        for batch in store.batches(path, shape, at.rows):
            at = store.save(batch, shape, at, side)
            tell(at, batch.done_bytes)
        return store.finish(shape, at)
    finally:
        side.close()
