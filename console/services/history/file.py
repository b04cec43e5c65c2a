"""Reads a history file row by row and recognises its encoding, delimiter and columns.

The format is the CSV of Open311 GeoReport Bulk, as spreadsheets and older programs of Vietnamese
offices write it: UTF-8 with or without a BOM, UTF-16, windows-1258; comma, semicolon, tab or bar.
An unreadable row becomes one `BrokenRow` and the rest is still read: after an unclosed quote,
reading continues with the next line.
"""

import codecs
import csv
import hashlib
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import override

from console.domain.errors import InputError
from console.domain.text.cleaning import clean_line

DELIMITERS = (",", ";", "\t", "|")
MOST_LINES = 200
"""Most lines within one quoted value; more mean that a quote was never closed."""
LONGEST_LINE = 100_000
"""Most characters of one line."""
_CHUNK = 1 << 20
_HEAD = 64 << 10

COLUMNS = {
    name: names
    for name, *names in (
        ("service_request_id", "service_request_id", "number", "token", "request_id"),
        ("service_code", "service_code"),
        ("service_name", "service_name", "service_subtype"),
        ("description", "description"),
        ("requested_datetime", "requested_datetime", "requested_date"),
        ("updated_datetime", "updated_datetime", "updated_date"),
        ("expected_datetime", "expected_datetime"),
        ("closed_datetime", "closed_datetime", "closed_date"),
        ("status", "status"),
        ("state", "state"),
        ("status_notes", "status_notes", "status_description"),
        ("agency_responsible", "agency_responsible"),
        ("address_string", "address_string"),
        ("address", "address"),
        ("lat", "lat", "latitude"),
        ("long", "long", "lng", "lon", "longitude"),
        ("ward_code", "ward_code"),
        ("legacy_ward", "legacy_ward"),
        ("channel", "channel", "source"),
        ("priority", "priority"),
        ("resolution_code", "resolution_code"),
        ("verdict", "verdict"),
        ("reporter_name", "reporter_name", "name"),
        ("reporter_phone", "reporter_phone", "phone"),
        ("reporter_email", "reporter_email", "email"),
    )
}
"""Our name of a column -> all its names, ours first."""
FIELDS = tuple(COLUMNS)
_KNOWN = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}


@dataclass(frozen=True, slots=True)
class Shape:
    """The format of a file.

    Attributes:
        digest: SHA-256 of the bytes; with `size` it identifies the file.
        size: bytes.
        header: the column names as in the file.
        places: for each of `FIELDS` its index in a row; -1 = no such column.
        ignored: names of unknown columns.
        marked: the first line only names the delimiter (`sep=;`).
    """

    digest: str
    size: int
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    places: tuple[int, ...]
    ignored: tuple[str, ...]
    marked: bool = False


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: the number of its first line (from 1) and its raw values."""

    line: int
    values: list[str]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """An unreadable row: the line, the text read so far, and the code of the reason."""

    line: int
    text: str
    code: str


# --- recognising the format


def recognise(path: Path) -> Shape:
    """Read the file once and recognise its format.

    Raises:
        InputError: `history_empty`, `history_no_columns`.
        OSError: the file cannot be read.
    """
    digest, size, encoding = _scan(path)
    head = _head(path, encoding)
    if not head.strip("\ufeff\r\n\t ;,|\0"):
        raise InputError("history_empty", file=path.name)
    sep = re.match(r'\ufeff?"?sep=(.)"?\r?\n', head)
    body = head[sep.end() :] if sep else head.removeprefix("\ufeff")
    choices = [sep[1]] if sep else [*DELIMITERS]
    header, delimiter = max(
        ((_header(body, each), each) for each in choices), key=lambda found: _fit(found[0])
    )
    places = _places(header)
    missing = [
        "/".join(names)
        for names in (
            ("requested_datetime",),
            ("service_code", "service_name"),
            ("description", "address_string", "address", "lat"),
        )
        if all(places[FIELDS.index(name)] < 0 for name in names)
    ]
    if missing:
        raise InputError("history_no_columns", file=path.name, columns=", ".join(missing))
    ignored = tuple(clean_line(name, 60) for name in header if _plain(name) not in _KNOWN)
    return Shape(
        digest, size, encoding, delimiter, tuple(header), places, ignored, marked=bool(sep)
    )


def _scan(path: Path) -> tuple[str, int, str]:
    """Digest, size and encoding; the whole file decides the encoding, not only its beginning."""
    digest, size = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    bad = good = 0
    start = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            start = start or chunk[:_HEAD]
            digest.update(chunk)
            size += len(chunk)
            if not chunk.isascii():
                text = decoder.decode(chunk)
                replaced = text.count("\ufffd")
                bad += replaced
                good += len(text) - len(text.encode("ascii", "ignore")) - replaced
    return digest.hexdigest(), size, _encoding(start, bad, good)


def _encoding(start: bytes, bad: int, good: int) -> str:
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) > len(start) // 8:  # half of the bytes of Latin text in UTF-16
        return "utf-16-le" if odd > even else "utf-16-be"
    # A few corrupt bytes leave a file UTF-8; text in an old code page is rarely valid UTF-8.
    return "windows-1258" if bad * 4 > good else "utf-8"


def _head(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        return stream.read(_HEAD)


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _plain(name: str) -> str:
    return clean_line(name).lower().replace(" ", "_").replace("-", "_")


def _fit(header: Sequence[str]) -> tuple[int, int]:
    return sum(_plain(name) in _KNOWN for name in header), len(header)


def _places(header: Sequence[str]) -> tuple[int, ...]:
    """The index of each field; when several names occur, the first in `COLUMNS` counts."""
    found = {_plain(name): place for place, name in reversed([*enumerate(header)])}
    return tuple(
        next((found[alias] for alias in aliases if alias in found), -1)
        for aliases in COLUMNS.values()
    )


# --- reading


class Reader:
    """The rows of a file after its header, in order; iterate only once.

    Attributes:
        done_bytes: bytes read so far, for a progress bar.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        """Open the file.

        Raises:
            OSError: it cannot be read.
        """
        self._raw = path.open("rb")
        self._text = io.TextIOWrapper(self._raw, shape.encoding, errors="replace", newline="")
        self._lines = _Lines(self._text)
        self._shape = shape
        self._rows = self._csv()
        if shape.marked:
            next(self._lines)

    @property
    def done_bytes(self) -> int:
        """Bytes read so far, up to one block ahead of the rows."""
        return self._raw.tell()

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def __iter__(self) -> Iterator[RawRow | BrokenRow]:
        """All rows, without blank ones."""
        header = True
        while True:
            self._lines.start()
            try:
                values = next(self._rows)
            except StopIteration:
                return
            except (csv.Error, _EndlessError) as error:
                broken = self._broken(error)
                if not header:
                    yield broken
                header = False
                continue
            if header:
                header = False
            elif any(values) and any(map(str.strip, values)):
                yield RawRow(self._lines.first, values)

    def _csv(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self._shape.delimiter, strict=True)

    def _broken(self, error: Exception) -> BrokenRow:
        """Give up the first line only; the other lines after an open quote are read again."""
        line, taken = self._lines.first, self._lines.taken
        first = taken[0] if taken else ""
        self._lines.give_back(taken[1:])
        self._rows = self._csv()
        if isinstance(error, _EndlessError) and error.code == "history_line_too_long":
            return BrokenRow(line, first[:LONGEST_LINE], error.code)
        open_quote = isinstance(error, _EndlessError) or "unexpected end" in str(error)
        code = "history_open_quote" if open_quote else "history_bad_quotes"
        return BrokenRow(line, first.rstrip("\r\n"), code)


class _EndlessError(Exception):
    """A row without an end within the limits."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Lines(Iterator[str]):
    """The lines of a text; remembers those of the current row."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._number = 0
        self.taken: list[str] = []
        self.first = 1

    def start(self) -> None:
        """Begin a new row."""
        self.taken = []
        self.first = self._number + 1

    def give_back(self, lines: list[str]) -> None:
        """Read these lines again."""
        self._again.extendleft(reversed(lines))
        self._number -= len(lines)

    @override
    def __next__(self) -> str:
        again = bool(self._again)
        line = self._again.popleft() if again else self._text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._number += 1
        self.taken.append(line)
        too_long = len(line) >= LONGEST_LINE
        if too_long and not again:
            while (rest := self._text.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
        if too_long or len(self.taken) > MOST_LINES:
            alone = too_long and len(self.taken) == 1
            raise _EndlessError("history_line_too_long" if alone else "history_open_quote")
        return line
