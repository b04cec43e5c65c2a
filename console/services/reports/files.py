"""Writes reports as files: JSON, CSV, XLSX. No cell is ever a formula.

These files contain citizens' text, and spreadsheets run text that begins with `=`, `+`, `-`, `@`, a
tab or a return. XLSX cells have the type string; in CSV such a text gets a leading apostrophe
(OWASP, "CSV Injection").
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.domain.errors import InputError
from console.domain.text.cleaning import clean
from console.domain.time_zone import CITY
from console.services.reports.words import LABELS
from console.services.views.reports import Cell, Column, Report

if TYPE_CHECKING:
    from xlsxwriter import Workbook

type Tell = Callable[[int, int], bool]
"""Receives rows done and rows in all; returning False stops the export."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_MOST_CELL = 32_767
"""Most characters of a spreadsheet cell."""
_SHEET = 31
_EVERY = 500


def go_on(_done: int, _all: int) -> bool:
    """Reports nothing and never stops."""
    return True


# --- JSON


_CODES = {label: code for code, pair in LABELS.items() for label in pair}
"""Codes of the lines under a report, for machines, whatever its language."""


def as_json(report: Report) -> dict[str, Any]:
    """A report for machines: rows as objects by column code, with the explanation."""
    return {
        "name": report.name,
        "title": report.title,
        "from": _time(report.period.since),
        "to": _time(report.period.until),
        "judged_at": _time(report.period.cut),
        "made_at": _time(report.made_at),
        "agencies": list(report.scope.agencies),
        "services": list(report.scope.services),
        "columns": [{"code": c.code, "name": c.vi, "name_en": c.en} for c in report.columns],
        "rows": [
            {"key": key} | dict(zip((c.code for c in report.columns), row, strict=True))
            for key, row in zip(_shown_keys(report), report.rows, strict=True)
        ],
        "words": [
            {"code": _CODES.get(label), "label": label, "text": text}
            for label, text in report.words
        ],
        "parts": [as_json(part) for part in report.parts],
    }


def canonical(report: Report) -> str:
    """The JSON text that is sealed: the same figures always give the same digest."""
    value = as_json(report)
    for each in (value, *value["parts"]):
        each.pop("made_at", None)
        for word in each["words"]:
            del word["code"]
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _shown_keys(report: Report) -> Iterable[str]:
    """The keys for export, without citizens' telephone numbers."""
    if report.name in ("active-reporters", "repeat-callers"):
        return [str(n) for n in range(1, len(report.keys) + 1)]
    return report.keys


def _time(at: datetime) -> str:
    return str(at.astimezone(CITY).isoformat(timespec="seconds"))


# --- CSV


def plain_cell(value: Cell) -> str:
    """A cell of a CSV file: never a formula, never longer than a cell holds."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return str(value)
    text = clean(value, _MOST_CELL - 1)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS) else text


def write_csv(report: Report, target: io.TextIOBase, *, english: bool = False) -> None:
    """Write the report's tables and its explanation, with a byte order mark for Excel."""
    target.write("\ufeff")
    writer = csv.writer(target)
    for part in (report, *report.parts):
        if part is not report:
            writer.writerow([])
            writer.writerow([plain_cell(part.title)])
        writer.writerow([_head(c, english) for c in part.columns])
        writer.writerows([plain_cell(cell) for cell in row] for row in part.rows)
    writer.writerow([])
    writer.writerows([plain_cell(label), plain_cell(text)] for label, text in report.words)


def rows_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]], target: io.TextIOBase) -> None:
    """Write any table as CSV."""
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow([plain_cell(each) for each in head])
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)


# --- XLSX


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a workbook; `shares` are the columns shown as percentages."""

    name: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    widths: tuple[int, ...] = ()
    shares: frozenset[int] = frozenset()


def write_xlsx(report: Report, target: Path, *, english: bool = False, tell: Tell = go_on) -> None:
    """Write the report and its parts as sheets, and the explanation on the last one.

    Raises:
        InputError: `export_cancelled`; no file is left.
    """
    tables = [
        Sheet(
            part.title,
            tuple(_head(c, english) for c in part.columns),
            part.rows,
            tuple(34 if c.kind == "text" else 14 for c in part.columns),
            frozenset(n for n, c in enumerate(part.columns) if c.kind == "share"),
        )
        for part in (report, *report.parts)
    ]
    words = "Notes" if english else "Cách tính"
    tables.append(Sheet(words, ("", ""), report.words, (24, 110)))
    write_tables(tables, target, tell)


def write_tables(tables: Sequence[Sheet], target: Path, tell: Tell = go_on) -> None:
    """Write tables as sheets of a new XLSX file, which appears complete or not at all.

    Raises:
        InputError: `export_cancelled`.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - takes 60 ms

    part = target.with_name(f".{target.name}.part")
    part.touch()  # a missing folder fails here
    every = sum(len(table.rows) for table in tables)
    book = Workbook(str(part), _NO_GUESSING)
    try:
        whole = _fill(book, tables, lambda done: tell(done, every))
    finally:
        book.close()
    if not whole:
        part.unlink(missing_ok=True)
        raise InputError("export_cancelled")
    part.replace(target)
    tell(every, every)


_NO_GUESSING = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def _fill(book: "Workbook", tables: Sequence[Sheet], tell: Callable[[int], bool]) -> bool:
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    percent = book.add_format({"num_format": "0.0%"})
    done = 0
    for name, table in zip(_sheets([each.name for each in tables]), tables, strict=True):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for n, width in enumerate(table.widths):
            sheet.set_column(n, n, width)
        for n, title in enumerate(table.head):
            sheet.write_string(0, n, clean(title, _MOST_CELL), bold)
        for at, row in enumerate(table.rows, 1):
            for n, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, n, clean(cell, _MOST_CELL))
                elif cell is not None:
                    sheet.write_number(at, n, cell, percent if n in table.shares else None)
            done += 1
            if done % _EVERY == 0 and not tell(done):
                return False
    return True


def _sheets(names: Sequence[str]) -> Iterator[str]:
    """Valid and unique sheet names."""
    taken: set[str] = set()
    for name in names:
        plain = "".join(" " if c in "[]:*?/\\'" else c for c in name)[:_SHEET].strip() or "-"
        n = 2
        while plain.lower() in taken:
            plain = f"{plain[: _SHEET - 3]} {n}"
            n += 1
        taken.add(plain.lower())
        yield plain


def _head(column: Column, english: bool) -> str:
    return column.en if english else column.vi
