"""History files for the tests, and what becomes of them without a store."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from console.domain.errors import ConsoleError
from console.services.history_file import Broken, Raw, Reader, recognise
from console.services.history_rows import Imported, Understanding
from console.services.seed import load_catalogue

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
    """A file of these rows."""
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
    """The text with vowel and tone apart where windows-1258 has no letter for both."""
    parts = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in apart if c in _TONES)
        vowel = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
        parts.append(vowel + tone if tone else letter)
    return "".join(parts)


def rows_of(file: Path) -> list[Raw | Broken]:
    """All rows of a file."""
    reader = Reader(file, recognise(file))
    try:
        return list(reader)
    finally:
        reader.close()


def understood(file: Path, now: datetime = NOW) -> tuple[list[Imported], list[tuple[int, str]]]:
    """Requests of a file, and (line, code) of what was refused."""
    taken: list[Imported] = []
    refused: list[tuple[int, str]] = []
    understanding = Understanding(recognise(file), SEED, now, workstation="ban-01")
    for row in rows_of(file):
        if isinstance(row, Broken):
            refused.append((row.line, row.code))
            continue
        try:
            taken.append(understanding.request(row))
        except ConsoleError as error:
            refused.append((row.line, error.code))
    return taken, refused


def codes(refused: Sequence[tuple[int, str]]) -> list[str]:
    """Only the codes."""
    return [code for _, code in refused]
