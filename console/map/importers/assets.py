"""Imports city assets: lamp posts, manholes, trees, bus stops."""

import json
import sqlite3
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from console.domain.errors import InputError, UnavailableError
from console.domain.text.cleaning import clean_line
from console.map.geography.assets import ASSETS_FILE, Asset, code_key, read_kind
from console.map.geography.coordinates import checked_place
from console.map.importers.report import Finding, ImportReport, Progress, replace_file
from console.map.importers.source_files import read_features, read_table

_COLUMNS = ("kind", "code", "lat", "long")


_SCHEMA = """
CREATE TABLE asset (
    rid INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, key TEXT NOT NULL,
    lat REAL NOT NULL, long REAL NOT NULL, agency TEXT NOT NULL, label TEXT NOT NULL
);
CREATE VIRTUAL TABLE asset_box USING rtree(rid, south, north, west, east);
"""


_INDICES = "CREATE INDEX asset_key ON asset (key, kind); CREATE INDEX asset_kind ON asset (kind);"


def import_assets(
    source: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    licence: str = "",
    progress: Progress | None = None,
    agencies: Container[str] | None = None,
) -> ImportReport:
    """Check assets and store them in the profile.

    An owner missing from `agencies` is kept with a warning, because the list of agencies may come
    later; until then the other routing rules apply.

    Args:
        source: CSV or TSV with columns `kind, code, lat, long` and optionally `agency, label`; or
            GeoJSON points with these properties.
        agencies: known agency codes; None skips the check.

    Raises:
        InputError: `not_geojson`, `not_a_table`, `table_lacks_columns`, `map_file_too_large`.
        UnavailableError: `file_missing`, `disk_failed`.
    """
    report = ImportReport.of(source, "assets", licence, dry_run=dry_run)
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
        replace_file(folder, ASSETS_FILE, lambda part: _write(part, good.values()), report)
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
    place = checked_place(lat, long)
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
