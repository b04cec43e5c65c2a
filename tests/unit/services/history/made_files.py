"""History files for the tests, and their requests without a store."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from console.domain.errors import ConsoleError
from console.domain.requests.events import StoredEvent
from console.domain.requests.fold.request import fold
from console.domain.requests.request import Request
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.history.file import BrokenRow, RawRow, Reader, recognise
from console.services.history.rows import ImportedRequest, RowParser
from console.store.history.request_rows import (
    ASSIGNMENT,
    CALLBACK,
    QUEUE,
    REPORTER,
    REQUEST,
    SAME_PARTS,
    SAME_REQUEST,
    STREAM,
    made_rows,
)
from console.store.projection.bulk_rows import PART_COLUMNS, REQUEST_COLUMNS, Prepared, prepare
from console.store.projection.search import Folding

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SEED = load_catalogue()
SERVICE, AGENCY = next(iter(SEED.services)), next(iter(SEED.agencies))
HEAD = (
    "service_request_id,status,status_notes,service_code,description,agency_responsible,"
    "requested_datetime,updated_datetime,expected_datetime,closed_datetime,address,lat,long,"
    "channel,reporter_name,reporter_phone"
)
ROW = (
    f'PAKN-1,closed,Đã sửa xong,{SERVICE},"Nắp hố ga sụt, nguy hiểm",{AGENCY},'
    "2016-03-04T08:30:00+07:00,2016-03-05T10:00:00+07:00,2016-03-05T08:30:00+07:00,"
    "2016-03-05T10:00:00+07:00,66/1 Đồng Tâm,10.86,106.61,voice,Nguyễn Thị Ánh,0903 123 456"
)


def written(
    folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8", end: str = "\n"
) -> Path:
    """A file with these rows."""
    file = folder / "lịch sử.csv"
    file.write_bytes((end.join([head, *rows]) + end).encode(encoding))
    return file


def changed(**values: str) -> str:
    """The usual row with other values."""
    names = HEAD.split(",")
    row = dict(zip(names, _split(ROW), strict=True)) | values
    return ",".join('"' + row[name].replace('"', '""') + '"' for name in names)


def _split(row: str) -> list[str]:
    quoted = row.split('"')
    return [*quoted[0].rstrip(",").split(","), quoted[1], *quoted[2].lstrip(",").split(",")]


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_1258(text: str) -> str:
    """The text with vowel and tone apart where windows-1258 has no combined letter."""
    parts = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in apart if c in _TONES)
        vowel = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
        parts.append(vowel + tone if tone else letter)
    return "".join(parts)


def rows_of(file: Path) -> list[RawRow | BrokenRow]:
    """All rows of a file."""
    reader = Reader(file, recognise(file))
    try:
        return list(reader)
    finally:
        reader.close()


class Taken(NamedTuple):
    """An imported row, and the request that its events fold to."""

    imported: ImportedRequest
    request: Request

    @property
    def line(self) -> int:
        """Where it began in the file."""
        return self.imported.said.line

    @property
    def ids(self) -> tuple[bytes, ...]:
        """Of its events."""
        return self.imported.ids

    @property
    def kept_number(self) -> bool:
        """Whether it has a request number of ours."""
        return self.imported.said.kept_number

    def events(self) -> tuple[StoredEvent, ...]:
        """What is stored of it."""
        return self.imported.events()


def folded(imported: ImportedRequest) -> Taken:
    """The fold of its events; the projections make its rows from that."""
    request = fold(imported.events())
    assert request is not None
    assert request.not_applied == ()
    assert _by_name(made_rows(imported, SEED, Folding()), _OURS) == _by_name(
        prepare(request, SEED, STREAM), _ALL
    )
    return Taken(imported, request)


type _Layout = tuple[Sequence[Sequence[str]], Sequence[Mapping[str, object]]]
_OURS: _Layout = (REQUEST, ASSIGNMENT, QUEUE, REPORTER, CALLBACK), (SAME_REQUEST, *SAME_PARTS)
_ALL: _Layout = (REQUEST_COLUMNS, *PART_COLUMNS), ({},) * (1 + len(PART_COLUMNS))


def _by_name(made: Prepared, layout: _Layout) -> tuple[object, ...]:
    rows = [
        [{**dict(zip(columns, row, strict=True)), **same} for row in some]
        for columns, same, some in zip(*layout, ((made.request,), *made.parts), strict=True)
    ]
    return (*made._replace(request=(), parts=()), rows)


def understood(file: Path, now: datetime = NOW) -> tuple[list[Taken], list[tuple[int, str]]]:
    """The requests of a file, and (line, code) of the refused rows."""
    taken: list[Taken] = []
    refused: list[tuple[int, str]] = []
    understanding = RowParser(recognise(file), SEED, now, workstation="ban-01")
    for row in rows_of(file):
        if isinstance(row, BrokenRow):
            refused.append((row.line, row.code))
            continue
        try:
            taken.append(folded(understanding.request(row)))
        except ConsoleError as error:
            refused.append((row.line, error.code))
    return taken, refused


def codes(refused: Sequence[tuple[int, str]]) -> list[str]:
    """Only the codes."""
    return [code for _, code in refused]
