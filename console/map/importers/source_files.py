"""Reads files to import: tables, GeoJSON and lines, each with its SHA-256.

Tables are read as the city's offices save them: commas, semicolons or tabs; UTF-8, UTF-16 or
windows-1258.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from console.domain.errors import InputError, UnavailableError
from console.domain.text.lines import texts_of
from console.map.importers.report import ImportReport, Progress

_LARGEST = 2 * 1024**3
_LARGEST_GEOJSON = 200 * 1024 * 1024
_CHUNK = 1024 * 1024
_DELIMITERS = "\t;|,"
"""On a tie the first wins: a comma may be part of `10,78`."""


def read_table(
    source: Path, report: ImportReport, progress: Progress | None
) -> Iterator[list[str]]:
    """All non-empty rows including the header. The header's most frequent delimiter is used.

    Raises:
        InputError: `not_a_table`: a binary, a picture, one endless cell.
        Also whatever `read_lines` raises.
    """
    lines = texts_of(read_lines(source, report, progress))
    first = next((line for line in lines if line.strip()), "")
    delimiter = "\t" if source.suffix.lower() == ".tsv" else max(_DELIMITERS, key=first.count)
    try:
        for row in csv.reader(chain((first,), lines), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise InputError("not_a_table", file=str(source)) from error


def read_features(source: Path) -> tuple[Sequence[object], str]:
    """Features of a GeoJSON file or of all in a folder, and the SHA-256 of their bytes.

    Raises:
        InputError: `not_geojson`, `map_file_too_large`. UnavailableError: `file_missing`.
    """
    files = sorted(source.glob("*.*json")) if source.is_dir() else [source]
    digest = hashlib.sha256()
    features: list[object] = []
    for file in files:
        try:
            if file.stat().st_size > _LARGEST_GEOJSON:
                raise InputError("map_file_too_large", file=str(file), mb=_LARGEST_GEOJSON >> 20)
            body = file.read_bytes()
        except OSError as error:
            raise UnavailableError("file_missing", file=str(file)) from error
        digest.update(body)
        try:
            document = json.loads(body)
            features += document["features"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError("not_geojson", file=str(file)) from error
    return features, digest.hexdigest()


def read_lines(source: Path, report: ImportReport, progress: Progress | None) -> Iterator[bytes]:
    """The lines of a file; its SHA-256 goes into the report at the end.

    Raises:
        UnavailableError: `file_missing`. InputError: `map_file_too_large`.
    """
    digest = hashlib.sha256()
    try:
        size = source.stat().st_size
        if size > _LARGEST:
            raise InputError("map_file_too_large", file=str(source), mb=_LARGEST >> 20)
        with source.open("rb") as file:
            yield from _lines(file, digest.update, lambda done: progress and progress(done, size))
    except OSError as error:
        raise UnavailableError("file_missing", file=str(source)) from error
    report.sha256 = digest.hexdigest()


def _lines(
    file: BinaryIO, seen: Callable[[bytes], None], tell: Callable[[int], object]
) -> Iterator[bytes]:
    done, told = 0, 0
    for line in file:
        seen(line)
        done += len(line)
        if done - told >= _CHUNK:
            told = done
            tell(done)
        yield line
    tell(done)
