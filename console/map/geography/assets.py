"""The city's things with a code: lamp posts, manholes, trees, bus stops.

IT imports them; search and map read them from one SQLite file of the profile, read-only.
"""

import json
import logging
import re
import sqlite3
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.domain.errors import InputError, UnavailableError
from console.domain.text.cleaning import clean_line, fold
from console.map.geography.coordinates import judge
from console.map.importers.report import Finding, ImportReport, Progress, keep
from console.map.importers.table import read_table
from console.map.importers.ward_outlines import read_features

logger = logging.getLogger(__name__)

ASSETS_FILE = "assets.sqlite"
_COLUMNS = ("kind", "code", "lat", "long")

KINDS: Mapping[str, tuple[str, ...]] = {
    "lamp": ("lamp", "lamp_post", "street_lamp", "den", "tru den", "cot den", "den duong",
             "tru dien", "chieu sang"),
    "manhole": ("manhole", "ho ga", "nap cong", "nap ho ga", "cong", "hgt"),
    "tree": ("tree", "cay", "cay xanh"),
    "bus_stop": ("bus_stop", "tram xe buyt", "tram xe bus", "tram dung", "nha cho", "tram"),
}  # fmt: skip
"""Kind -> words that mean it, folded; in an import's column and before a code in the search."""

_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
_SCHEMA = """
CREATE TABLE asset (
    rid INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, key TEXT NOT NULL,
    lat REAL NOT NULL, long REAL NOT NULL, agency TEXT NOT NULL, label TEXT NOT NULL
);
CREATE VIRTUAL TABLE asset_box USING rtree(rid, south, north, west, east);
"""
_INDICES = "CREATE INDEX asset_key ON asset (key, kind); CREATE INDEX asset_kind ON asset (kind);"


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing with a code; `agency` is the code of its owner or ""."""

    kind: str
    code: str
    lat: float
    long: float
    agency: str = ""
    label: str = ""


def code_key(code: str) -> str:
    """What two writings of a code share: `TD-2/15`, `td 2/15` and `TĐ2.15` are `td215`."""
    return re.sub(r"[^0-9a-z]", "", fold(code))


def read_kind(text: str) -> str | None:
    """The kind that a word means, such as `Trụ đèn`; None for any other."""
    return _KIND_OF.get(re.sub(r"\s+", " ", fold(text)).strip())


def kind_before(text: str) -> tuple[str | None, str]:
    """(kind, code) of `đèn số TD-2/15` or `hố ga 12`; kind None when no word of a kind begins."""
    folded = fold(text).strip()
    for word in sorted(_KIND_OF, key=len, reverse=True):
        if folded.startswith(f"{word} "):
            rest = re.sub(r"^(?:so|ma so|ma|ky hieu)\s+", "", folded[len(word) :].strip())
            return _KIND_OF[word], rest
    return None, folded


class AssetFile:
    """Reads the imported assets; empty while nothing was imported or the file is broken."""

    def __init__(self, path: Path | None) -> None:
        """Remember where they lie; opened at the first question."""
        self._path = path

    def _ask(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Rows; each question opens the file anew (0.1 ms), so that an import is seen at once."""
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
        """Assets whose code is this or starts so, the exact one first."""
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


def import_assets(
    source: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    licence: str = "",
    progress: Progress | None = None,
    agencies: Container[str] | None = None,
) -> ImportReport:
    """Check assets and put them into the profile.

    An owner that `agencies` does not have is kept, because the list of agencies may come later, and
    told: until then routing goes by the other rules.

    Args:
        source: CSV or TSV with the columns `kind, code, lat, long` and maybe `agency, label`, or
            GeoJSON points with these properties.
        agencies: codes that may own something; None where nobody knows them.

    Raises:
        InputError: `not_geojson`, `not_a_table`, `table_lacks_columns`, `map_file_too_large`.
        UnavailableError: `file_missing`, `disk_failed`.
    """
    report = ImportReport(
        clean_line(source.name), dry_run, "assets", licence=clean_line(licence, 200)
    )
    good: dict[tuple[str, str], Asset] = {}
    for row in _rows(source, report, progress):
        asset = _check(row, report)
        if asset is None:
            continue
        key = (asset.kind, code_key(asset.code))
        if key in good:
            report.refuse(asset.code, "twice", asset.kind)
        else:
            good[key] = asset
    owners = Counter(asset.agency for asset in good.values() if asset.agency)
    for owner, n in owners.most_common():
        if agencies is not None and owner not in agencies:
            report.warnings.append(Finding(owner, "owner", str(n)))
    report.taken = len(good)
    if good and not dry_run:
        keep(folder, ASSETS_FILE, lambda part: _write(part, good.values()), report)
    return report


def _rows(
    source: Path, report: ImportReport, progress: Progress | None
) -> Iterator[Mapping[str, Any]]:
    if source.suffix.lower() in (".geojson", ".json"):
        features, report.sha256 = read_features(source)
        for feature in features:
            yield _point(feature)
        return
    table = read_table(source, report, progress)
    head = [name.strip().lower() for name in next(table, [])]
    lacking = [name for name in _COLUMNS if name not in head]
    if len(lacking) == len(_COLUMNS):
        raise InputError("not_a_table", file=str(source))
    if lacking:
        raise InputError("table_lacks_columns", file=str(source), columns=", ".join(lacking))
    for row in table:
        yield dict(zip(head, row, strict=False))


def _point(feature: object) -> Mapping[str, Any]:
    fields = feature if isinstance(feature, dict) else {}
    properties, geometry = fields.get("properties"), fields.get("geometry")
    found = dict(properties) if isinstance(properties, dict) else {}
    spot = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if isinstance(spot, list) and len(spot) >= 2:
        found |= {"long": spot[0], "lat": spot[1]}
    return found


def _check(row: Mapping[str, Any], report: ImportReport) -> Asset | None:
    code = clean_line(str(row.get("code") or ""), 60)
    kind = read_kind(clean_line(str(row.get("kind") or ""), 40))
    if not code_key(code) or len(code_key(code)) > 40:
        report.refuse(code, "bad_code", json.dumps(str(row.get("code") or ""))[:60])
        return None
    if kind is None:
        report.refuse(code, "unknown_kind", str(row.get("kind")))
        return None
    try:
        lat, long = (float(str(row.get(name)).replace(",", ".")) for name in ("lat", "long"))
    except ValueError:
        report.refuse(code, "no_place", f"{row.get('lat')}, {row.get('long')}")
        return None
    place = judge(lat, long)
    if place is None or place.note == "outside":
        report.refuse(code, "outside", f"{lat}, {long}")
        return None
    if place.note == "swapped":
        report.warnings.append(Finding(code, "swapped", f"{lat}, {long}"))
    texts = (clean_line(str(row.get(name) or ""), 100) for name in ("agency", "label"))
    return Asset(kind, code, place.lat, place.long, *texts)


def _write(path: Path, assets: Iterable[Asset]) -> None:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.executescript(f"PRAGMA journal_mode = OFF; {_SCHEMA}")
            db.execute("BEGIN")
            for rid, a in enumerate(assets, 1):
                values = (rid, a.kind, a.code, code_key(a.code), a.lat, a.long, a.agency, a.label)
                db.execute("INSERT INTO asset VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
                box = (rid, a.lat, a.lat, a.long, a.long)
                db.execute("INSERT INTO asset_box VALUES (?, ?, ?, ?, ?)", box)
            db.execute("COMMIT")
            db.executescript(_INDICES)
    except sqlite3.Error as error:
        raise UnavailableError("disk_failed", file=str(path), why=str(error)) from error
