"""City assets that have a code: lamp posts, manholes, trees, bus stops.

An import puts them into one SQLite file of the profile; search and map read it.
"""

import json
import logging
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.domain.text.folding import fold

logger = logging.getLogger(__name__)

ASSETS_FILE = "assets.sqlite"


KINDS: Mapping[str, tuple[str, ...]] = {
    "lamp": ("lamp", "lamp_post", "street_lamp", "den", "tru den", "cot den", "den duong",
             "tru dien", "chieu sang"),
    "manhole": ("manhole", "ho ga", "nap cong", "nap ho ga", "cong", "hgt"),
    "tree": ("tree", "cay", "cay xanh"),
    "bus_stop": ("bus_stop", "tram xe buyt", "tram xe bus", "tram dung", "nha cho", "tram"),
}  # fmt: skip
"""Kind -> folded words for it, in an import's column and before a code in the search."""

_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset; `agency` is the code of its owner, or ""."""

    kind: str
    code: str
    lat: float
    long: float
    agency: str = ""
    label: str = ""


def code_key(code: str) -> str:
    """The key of a code however it is written: `TD-2/15`, `td 2/15` and `TĐ2.15` are `td215`."""
    return re.sub(r"[^0-9a-z]", "", fold(code))


def read_kind(text: str) -> str | None:
    """The kind that a word such as `Trụ đèn` stands for, or None."""
    return _KIND_OF.get(re.sub(r"\s+", " ", fold(text)).strip())


def kind_before(text: str) -> tuple[str | None, str]:
    """(kind, code) of `đèn số TD-2/15` or `hố ga 12`; kind is None without such a word."""
    folded = fold(text).strip()
    for word in sorted(_KIND_OF, key=len, reverse=True):
        if folded.startswith(f"{word} "):
            rest = re.sub(r"^(?:so|ma so|ma|ky hieu)\s+", "", folded[len(word) :].strip())
            return _KIND_OF[word], rest
    return None, folded


class AssetFile:
    """Reads the imported assets; empty if nothing was imported or the file is broken."""

    def __init__(self, path: Path | None) -> None:
        """Remember the file."""
        self._path = path

    def _ask(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Rows. Each query reopens the file (0.1 ms), so that an import shows at once."""
        if self._path is None or not self._path.is_file():
            return []
        try:
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as db:
                return db.execute(statement, values).fetchall()
        except sqlite3.Error:
            logger.exception("assets cannot be read: %s", self._path)
            return []

    def find(self, code: str, kind: str | None = None, limit: int = 8) -> tuple[Asset, ...]:
        """Assets whose code is or starts with this one, the exact match first."""
        key = code_key(code)
        if not key:
            return ()
        rows = self._ask(
            "SELECT kind, code, lat, long, agency, label FROM asset"
            " WHERE key >= ?1 AND key < ?2 AND (?3 IS NULL OR kind = ?3) ORDER BY key, kind"
            " LIMIT ?4",
            (key, f"{key}\x7f", kind, limit),
        )
        return tuple(Asset(*row) for row in rows)

    def within(
        self, kinds: Iterable[str], box: tuple[float, float, float, float], limit: int = 3000
    ) -> tuple[Asset, ...]:
        """Assets of these kinds in a box (south, west, north, east); at most `limit`."""
        south, west, north, east = box
        rows = self._ask(
            "SELECT kind, code, lat, long, agency, label FROM asset_box JOIN asset USING (rid)"
            " WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?"
            " AND kind IN (SELECT value FROM json_each(?)) LIMIT ?",
            (south, north, west, east, json.dumps(list(kinds)), limit),
        )
        return tuple(Asset(*row) for row in rows)

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return dict(self._ask("SELECT kind, count(*) FROM asset GROUP BY kind", ()))
