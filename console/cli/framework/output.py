"""What verbs print: JSON for machines, lines and tables for people."""

import json
import sys
from collections.abc import Sequence

from console.domain.text.cleaning import clean


def print_json(value: object) -> None:
    """One JSON value on one line of standard output; NaN cannot be one."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def shown(text: str) -> str:
    """A line for people, which commands no terminal: it may come from another console, which need
    not have cleaned it.
    """
    return clean(text, len(text), lines=False)


def print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """A table for people; columns as wide as their widest cell, 60 at most."""
    cells = [head, *(tuple(map(shown, row)) for row in rows)]
    widths = [min(60, max(len(row[i]) for row in cells)) for i in range(len(head))]
    for row in cells:
        line = "  ".join(c[:w].ljust(w) for c, w in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
