"""What verbs print: JSON for machines, lines and tables for people."""

import json
import sys
from collections.abc import Sequence

from console.domain.text.cleaning import clean


def print_json(value: object) -> None:
    """Print a JSON value on one line of standard output; it must not contain NaN."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def shown(text: str) -> str:
    """Remove control characters, which would command a terminal: text may come from another console
    that did not clean it.
    """
    return clean(text, len(text), lines=False)


def print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table; each column is as wide as its widest cell, at most 60."""
    cells = [head, *(tuple(map(shown, row)) for row in rows)]
    widths = [min(60, max(len(row[i]) for row in cells)) for i in range(len(head))]
    for row in cells:
        line = "  ".join(c[:w].ljust(w) for c, w in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
