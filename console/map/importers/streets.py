"""Imports streets and landmarks from an OSM extract, for the search and the parser.

Reads GeoJSON, GeoJSON text sequences (as `osmium export -f geojsonseq` writes them; any size, line
by line), and CSV or plain text (`name[,lat,long]`). The result is `places.tsv` in the profile.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.domain.catalogue.city_area import in_city
from console.domain.text.cleaning import clean_line
from console.map.addresses.language.spelling import place_key
from console.map.geography.imported_places import PLACES_FILE, Place
from console.map.importers.report import ImportReport, Progress, replace_file
from console.map.importers.source_files import read_features, read_lines, read_table

_APART_DEGREES = 0.03
"""Streets of the same name whose middles are this far apart (3 km) are two streets."""

_LANDMARK_KEYS = (
    "amenity", "shop", "tourism", "leisure", "railway", "public_transport", "office", "historic",
    "bridge", "man_made", "place", "building", "junction", "aeroway", "landuse", "waterway",
)  # fmt: skip
_STREET_WORD = re.compile(r"(?:đường|phố)\s+(?=\D{2})(?!số\b|tỉnh\b|dẫn\b|vành\b)", re.IGNORECASE)
_ALLEY = re.compile(r"(?:hẻm|ngõ|ngách|kiệt|hem)\b|\d+[/\-]\d", re.IGNORECASE)


def import_streets(
    source: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    licence: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Check names and store them in the profile.

    Raises:
        InputError: `not_geojson`, `not_a_table`, `map_file_too_large`.
        UnavailableError: `file_missing`, `disk_failed`.
    """
    report = ImportReport.of(source, "streets", licence, dry_run=dry_run)
    kept: dict[tuple[str, str], list[Place]] = {}
    for row in _rows(source, report, progress):
        place = _check(row, report)
        if place is not None and _is_new(place, kept.setdefault((place.kind, _key(place)), [])):
            report.taken += 1
    if report.ok and not dry_run:
        places = [place for found in kept.values() for place in found]
        replace_file(folder, PLACES_FILE, lambda part: _write(part, places), report)
    return report


def _key(place: Place) -> str:
    return place_key(place.name)


def _is_new(place: Place, same: list[Place]) -> bool:
    """Add a place to those of the same name, unless it is one of them."""
    for index, other in enumerate(same):
        if place.lat is None or place.long is None:
            return False
        if other.lat is None or other.long is None:
            same[index] = place  # now its position is known
            return False
        if max(abs(place.lat - other.lat), abs(place.long - other.long)) < _APART_DEGREES:
            return False
    same.append(place)
    return True


# --- reading

type _Row = tuple[Mapping[str, Any], object]
"""Properties, and a GeoJSON geometry or None."""


def _rows(source: Path, report: ImportReport, progress: Progress | None) -> Iterator[_Row]:
    suffix = source.suffix.lower()
    if suffix in (".geojsonseq", ".geojsonl", ".ndjson", ".jsonl"):
        for line in read_lines(source, report, progress):
            if text := line.strip(b"\x1e\r\n\t "):
                yield _feature(text, report)
    elif suffix in (".geojson", ".json"):
        features, report.sha256 = read_features(source)
        for done, feature in enumerate(features, 1):
            yield _parts(feature)
            if progress and done % 1000 == 0:
                progress(done, len(features))
    else:
        yield from _table(source, report, progress)


def _feature(text: bytes, report: ImportReport) -> _Row:
    try:
        return _parts(json.loads(text))
    except (ValueError, RecursionError):
        report.refuse(text[:40].decode("utf-8", "replace"), "no_feature")
        return {"": ""}, None


def _parts(feature: object) -> _Row:
    fields = feature if isinstance(feature, dict) else {}
    properties = fields.get("properties")
    return (properties if isinstance(properties, dict) else {}), fields.get("geometry")


def _table(source: Path, report: ImportReport, progress: Progress | None) -> Iterator[_Row]:
    head: list[str] | None = None
    foreign = False
    for row in read_table(source, report, progress):
        if head is None:
            head = [name.strip().lower() for name in row]
            if "name" in head:
                continue
            foreign = bool({"kind", "lat", "long"} & {*head})
            if foreign:  # a table of assets, whose kinds would be read as names
                report.refuse(", ".join(row)[:40], "no_name")
            head = ["name", "lat", "long", "kind"]
        if not foreign:
            yield dict(zip(head, row, strict=False)), None


# --- checking


def _check(row: _Row, report: ImportReport) -> Place | None:
    properties, geometry = row
    if "" in properties:
        return None  # already reported
    name = clean_line(str(properties.get("name") or ""), 100)
    if not name:
        if "name" in properties or properties.get("highway") is None:
            report.refuse(str(properties.get("@id", "")), "no_name")
        return None
    kind = _kind(properties)
    where = _where(properties, geometry)
    if where is None and (geometry is not None or properties.get("lat")):
        report.refuse(name, "no_place")
        return None
    if where is not None and not in_city(*where):
        report.refuse(name, "outside", f"{where[0]:.4f}, {where[1]:.4f}")
        return None
    if kind == "street":
        if _ALLEY.match(name):
            report.refuse(name, "no_street")
            return None
        name = _STREET_WORD.sub("", name, count=1)
        name = name[:1].upper() + name[1:]
    lat, long = where or (None, None)
    alias = clean_line(str(properties.get("alt_name") or properties.get("alias") or ""), 100)
    return Place(kind, name, lat, long, alias)


def _kind(properties: Mapping[str, Any]) -> str:
    said = str(properties.get("kind") or "").lower()
    if said in ("street", "landmark"):
        return said
    if properties.get("highway") and properties["highway"] not in ("bus_stop", "traffic_signals"):
        return "street"
    return "landmark" if any(properties.get(key) for key in _LANDMARK_KEYS) else "street"


def _where(properties: Mapping[str, Any], geometry: object) -> tuple[float, float] | None:
    """(lat, long) of a point, or of the middle vertex of a line or ring: close enough to show."""
    try:
        if geometry is None:
            lat, long = (str(properties[key]).replace(",", ".") for key in ("lat", "long"))
            return float(lat), float(long)
        if not isinstance(geometry, dict):
            return None
        spots: Any = geometry["coordinates"]
        while isinstance(spots[0], list):
            spots = spots[len(spots) // 2]
        return float(spots[1]), float(spots[0])
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _write(path: Path, places: list[Place]) -> None:
    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.6f}"

    ordered = sorted(places, key=lambda p: (p.kind, _key(p), p.lat or 0))
    with path.open("w", encoding="utf-8") as file:
        file.write("kind\tname\tlat\tlong\talias\n")
        for p in ordered:
            file.write(f"{p.kind}\t{p.name}\t{number(p.lat)}\t{number(p.long)}\t{p.alias}\n")
