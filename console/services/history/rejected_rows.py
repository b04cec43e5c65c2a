"""Where the refused rows of a history go: a file next to it, or in a dry run only a callback.

No existing content is ever lost. An import continues a side file only when it is, byte for byte,
what this import wrote. A file that somebody edited, or that another import left, stays as it is,
and the rows go to the next free name.
"""

import codecs
import csv
import hashlib
import io
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from console.domain.errors import UnavailableError
from console.services.history.batches import Position, Refused, SideFileState
from console.services.wording.sentences import sentence

_SUFFIX = ".rejected"
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")

type Tell = Callable[[Sequence[Refused]], None]


class DryRunRows:
    """The refused rows of a dry run: reported, but not written."""

    def __init__(self, tell: Tell) -> None:
        """`tell` receives the rows."""
        self._tell = tell

    def go_on(self, at: Position) -> None:
        """A dry run always begins at the first row."""

    def __call__(self, refused: Sequence[Refused]) -> SideFileState:
        """Report them."""
        self._tell(refused)
        return SideFileState()

    def close(self) -> None:
        """Nothing is open."""


class SideFile:
    """`FILE.rejected.csv`: line, reason, then the raw row, safe to open in a spreadsheet.

    Created with the first refused row; UTF-8 with a BOM, because spreadsheets guess.
    """

    def __init__(
        self,
        source: Path,
        header: Sequence[str],
        lang: str,
        tell: Tell = lambda _refused: None,
    ) -> None:
        """Write next to `source`, with reasons in `lang`; `tell` also receives the rows."""
        self._source = source
        self._header = header
        self._lang = lang
        self._tell = tell
        self._before = SideFileState()
        self._path = source.with_name(f"{source.stem}{_SUFFIX}.csv")
        self._stream: IO[bytes] | None = None
        self._sum = hashlib.sha256()

    def go_on(self, at: Position) -> None:
        """Continue the file that this position names, if its content is unchanged.

        Raises:
            UnavailableError: `side_file_failed`.
        """
        self._before = SideFileState()
        path = kept_file(self._source, at)
        if path is None:
            return
        self._path = path
        with _Failing(lambda: path.name), path.open("rb") as file:
            start = file.read(at.side.bytes)
            if hashlib.sha256(start).hexdigest() == at.side.digest:
                self._before, self._sum = at.side, hashlib.sha256(start)

    def __call__(self, refused: Sequence[Refused]) -> SideFileState:
        """Append rows durably.

        Raises:
            UnavailableError: `side_file_failed`.
        """
        self._tell(refused)
        if not refused:
            return self._before
        rows = _lines([self._row(each) for each in refused])
        with _Failing(lambda: self._path.name):
            if self._stream is None:
                self._stream, rows = self._open(rows)
            self._stream.write(rows)
            self._stream.flush()
            os.fsync(self._stream.fileno())
        self._sum.update(rows)
        end = self._before.bytes + len(rows)
        self._before = SideFileState(self._path.name, end, self._sum.hexdigest())
        return self._before

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _open(self, rows: bytes) -> tuple[IO[bytes], bytes]:
        """Open the file to write, and return it with the bytes; a new file begins with a header.

        After the position there may be rows of a batch that was not committed, which are the
        beginning of these bytes. Anything else belongs to somebody.
        """
        start = self._before.bytes
        if start and _ends_so(self._path, start, rows):
            return _cut(self._path, start), rows
        self._before, self._sum = SideFileState(), hashlib.sha256()
        rows = codecs.BOM_UTF8 + _lines([("line", "reason", *self._header)]) + rows
        free = next(each for each in self._names() if not each.exists() or _ends_so(each, 0, rows))
        return (_cut(free, 0) if free.exists() else free.open("xb")), rows

    def _names(self) -> Iterator[Path]:
        for n in itertools.count(1):
            number = f"-{n}" if n > 1 else ""
            self._path = self._source.with_name(f"{self._source.stem}{_SUFFIX}{number}.csv")
            yield self._path

    def _row(self, each: Refused) -> tuple[str, ...]:
        reason = sentence(each.code, each.params, self._lang)
        return (str(each.line), reason, *map(neutral, each.values))


def kept_file(source: Path, at: Position) -> Path | None:
    """The side file of this position; None when there is none, or none any more."""
    path = source.with_name(at.side.name) if at.side.name else None
    return path if path is not None and path.is_file() else None


def neutral(value: str) -> str:
    """A value that no spreadsheet runs as a formula (OWASP ASVS 1.2.10); the import reverses it."""
    safe = value.replace("\0", "\ufffd")
    return f"'{safe}" if value.startswith(_STARTS_FORMULA) else safe


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _ends_so(path: Path, offset: int, rows: bytes) -> bool:
    """Whether the rest of the file from there on is a prefix of these bytes."""
    with path.open("rb") as file:
        file.seek(offset)
        return rows.startswith(file.read(len(rows) + 1))


def _cut(path: Path, length: int) -> IO[bytes]:
    file = path.open("r+b")
    file.truncate(length)
    file.seek(length)
    return file


class _Failing:
    """Turns an `OSError` into `side_file_failed`."""

    def __init__(self, name: Callable[[], str]) -> None:
        self._name = name

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            cause = error.strerror or str(error)
            raise UnavailableError("side_file_failed", file=self._name(), cause=cause) from error
