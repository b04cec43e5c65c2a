"""Reads the seed's TOML files into tables that know their file and line.

`tomllib` gives a line only for syntax errors, so the line of an item is found by its header.
"""

import math
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import date, time
from pathlib import Path
from typing import get_type_hints

from console.domain.catalogue.city_rules import ALWAYS
from console.domain.errors import InputError

_HEADER = re.compile(r"^\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_SYNTAX_LINE = re.compile(r"at line (\d+)")
_CLOCKS = ("clock", "work_hours", "holiday", "extra_day")
_AGENCIES = ("area", "agency", "ward_agency", "rule")
_WORDS = ("reason", "account", "template")
_RULES = ("norm", "contact_point", "shift", "publication", "wish")
TABLES = frozenset(("seed", "group", "question", "service", *_AGENCIES, *_CLOCKS, *_WORDS, *_RULES))
"""Names of the tables that a seed file may hold."""


@dataclass(frozen=True, slots=True)
class Item:
    """One table of one file, with its location."""

    file: str
    line: int
    lines: tuple[str, ...]
    values: dict[str, object]

    def fault(self, what: str, key: str = "", value: object = "") -> InputError:
        """The error for this item, at the line of the key if it is present."""
        return InputError(
            "seed_error", file=self.file, line=self._line_of(key), what=what, key=key, value=value
        )

    def _line_of(self, key: str) -> int:
        pattern = re.compile(rf"^\s*{re.escape(key)}\s*=") if key else None
        for number, text in enumerate(self.lines[self.line :], self.line + 1):
            if _HEADER.match(text):
                break
            if pattern and pattern.match(text):
                return number
        return self.line

    def text(self, key: str) -> str:
        """A text that must not be empty."""
        value = self.values.get(key)
        if value is None:
            raise self.fault("missing", key)
        if not isinstance(value, str):
            raise self.fault("not_text", key, value)
        if not value.strip():
            raise self.fault("missing", key)
        return value

    def maybe(self, key: str) -> str | None:
        """A text, or None when the key is absent."""
        return self.text(key) if key in self.values else None

    def number(self, key: str, default: float | None = None) -> float:
        """A number of zero or more, not `inf` or `nan`."""
        value = self.values.get(key, default)
        if value is None:
            raise self.fault("missing", key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.fault("not_number", key, value)
        if not 0 <= value < math.inf:
            raise self.fault("not_number", key, value)
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.fault("not_flag", key, value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.fault("not_list", key, value)
        return tuple(value)

    def day(self, key: str, default: date | None = None) -> date:
        """A date written as 2026-01-31 without quotes."""
        value = self.values.get(key, default)
        if value is None:
            raise self.fault("missing", key)
        if type(value) is not date:
            raise self.fault("bad_date", key, value)
        return value

    def maybe_day(self, key: str) -> date | None:
        """A date, or None when the key is absent."""
        return self.day(key) if key in self.values else None

    def clock(self, key: str) -> time:
        """A time of day written as 07:30:00 without quotes."""
        value = self.values.get(key)
        if not isinstance(value, time):
            raise self.fault("bad_time", key, value)
        return value

    def weekday(self, value: object, key: str) -> int:
        """An ISO weekday."""
        if not isinstance(value, int) or not 1 <= value <= 7:
            raise self.fault("bad_weekday", key, value)
        return value

    def span(self) -> tuple[date, date | None]:
        """`valid_from` and `valid_to`."""
        first, last = self.day("valid_from", ALWAYS), self.maybe_day("valid_to")
        if last is not None and last < first:
            raise self.fault("ends_before_start", "valid_to", last)
        return first, last

    def fill[T](self, kind: type[T], **given: object) -> T:
        """An object of this dataclass, from `given` and from the keys with its fields' names.

        Each key is read by the type of its field; one whose field has a default may be absent.
        """
        hints = get_type_hints(kind)
        if "valid_from" in hints:
            given["valid_from"], given["valid_to"] = self.span()
        for each in fields(kind):  # type: ignore[arg-type]
            optional = each.default is not MISSING and each.name not in self.values
            if each.name not in given and not optional:
                given[each.name] = _READERS[hints[each.name]](self, each.name)
        return kind(**given)


_READERS: dict[object, Callable[[Item, str], object]] = {
    str: Item.text,
    str | None: Item.maybe,
    float: Item.number,
    int: lambda item, key: int(item.number(key)),
    bool: Item.flag,
    tuple[str, ...]: Item.texts,
}


def read_tables(directory: Path) -> dict[str, list[Item]]:
    """All tables of all `*.toml` of the directory, in the order of the file names.

    Raises:
        InputError: `seed_missing`, or `seed_error` with file, line, what, key, value.
    """
    tables: dict[str, list[Item]] = {name: [] for name in TABLES}
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise InputError("seed_missing", directory=str(directory))
    for file in files:
        for name, item in _items(file):
            if name not in TABLES:
                raise item.fault("unknown_table", value=name)
            tables[name].append(item)
    return tables


def _items(file: Path) -> Iterator[tuple[str, Item]]:
    text = ""
    try:
        text = file.read_text(encoding="utf-8-sig")
        parsed = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(
            "seed_error", file=file.name, line=1, what="not_utf8", key="", value=error.reason
        ) from error
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise InputError(
            "seed_error", file=file.name, line=line, what="syntax", key="", value=str(error)
        ) from error
    lines = tuple(text.splitlines())
    starts: dict[str, list[int]] = {}
    for number, content in enumerate(lines, 1):
        if header := _HEADER.match(content):
            starts.setdefault(header.group(1), []).append(number)
    for name, value in parsed.items():
        entries = value if isinstance(value, list) else [value]
        for entry, start in zip(entries, starts.get(name, [1] * len(entries)), strict=False):
            values = entry if isinstance(entry, dict) else {name: entry}
            yield name, Item(file.name, start, lines, values)
