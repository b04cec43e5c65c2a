"""A table of cells as the city's offices save it: commas, semicolons or tabs, in UTF-8, UTF-16 or
windows-1258.
"""

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from console.domain.errors import InputError
from console.domain.text.lines import texts_of
from console.map.importers.report import ImportReport, Progress, read_lines

_DELIMITERS = "\t;|,"
"""Of two that a line has equally often the first: a comma may stand in `10,78`."""


def read_table(
    source: Path, report: ImportReport, progress: Progress | None
) -> Iterator[list[str]]:
    """The rows that are not empty, the head among them; its delimiter is the one it has most of.

    Raises:
        InputError: `not_a_table`: a program, a picture, one endless cell. And what `read_lines`
            raises.
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
