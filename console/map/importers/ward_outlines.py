"""Imports ward outlines, checked before they are used."""

import json
import math
from pathlib import Path
from typing import Any

from console.domain.text.cleaning import clean_line
from console.domain.text.folding import fold
from console.map.geography.wards import WARDS_FILE, WardTable
from console.map.importers.report import Finding, ImportReport, Progress, replace_file
from console.map.importers.source_files import read_features

_KM_PER_DEGREE = 111.32
_AREA_SHARE = 0.10
_OUTLINES_IN = (8.4, 106.0, 11.6, 107.7)
"""South, west, north, east. A ward's outline may reach into the sea between the city's boxes."""


def import_wards(
    source: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    licence: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Check outlines and store them in the profile.

    Args:
        source: a GeoJSON FeatureCollection with `properties.code` (and `name`), or a folder of
            such files.
        folder: the profile's `map` folder.
        dry_run: only report what would happen.
        licence: licence of the outlines, stored with their origin.

    Raises:
        InputError: `not_geojson`, `map_file_too_large`.
        UnavailableError: `file_missing`, `disk_failed`.
    """
    table = WardTable()
    report = ImportReport.of(source, "wards", licence, dry_run=dry_run)
    features, report.sha256 = read_features(source)
    good: dict[str, dict[str, Any]] = {}
    for done, feature in enumerate(features, 1):
        _check(feature, table, good, report)
        if progress:
            progress(done, len(features))
    report.taken = len(good)
    report.warnings += [
        Finding(code, "missing", ward.name) for code, ward in table.new.items() if code not in good
    ]
    if good and not dry_run:
        body = {"type": "FeatureCollection", "features": [good[code] for code in sorted(good)]}
        text = json.dumps(body, ensure_ascii=False)
        replace_file(folder, WARDS_FILE, lambda part: _write(part, text), report)
    return report


def _check(
    feature: object, table: WardTable, good: dict[str, dict[str, Any]], report: ImportReport
) -> None:
    """Accept one feature, or report why not."""
    fields = feature if isinstance(feature, dict) else {}
    properties = fields.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    code = clean_line(str(properties.get("code", "")), 20)
    name = clean_line(str(properties.get("name", "")), 100)
    ward = table.new.get(code)
    if ward is None:
        report.refuse(code, "unknown_code", name)
        return
    if code in good:
        report.refuse(code, "twice", name)
        return
    why, detail, km2 = _geometry(fields.get("geometry"))
    if why:
        report.refuse(code, why, detail)
        return
    if abs(km2 - ward.km2) > _AREA_SHARE * ward.km2:
        report.warnings.append(Finding(code, "area", f"{km2:.2f} / {ward.km2:.2f} km²"))
    if name and fold(name) != fold(ward.name):
        report.warnings.append(Finding(code, "name", f"{name} / {ward.name}"))
    good[code] = {
        "type": "Feature",
        "properties": {"code": code, "name": ward.name},
        "geometry": fields["geometry"],
    }


def _geometry(raw: object) -> tuple[str, str, float]:
    """(reason, detail, km²) of a geometry; the reason is "" when it is valid."""
    from shapely import is_valid_reason  # noqa: PLC0415 (0.1 s, only here)
    from shapely.errors import ShapelyError  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    if not isinstance(raw, dict) or raw.get("type") not in ("Polygon", "MultiPolygon"):
        return "no_polygon", "", 0
    try:
        form = shape(raw)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return "no_polygon", "", 0
    if form.is_empty or not form.is_valid:
        return "invalid", str(is_valid_reason(form))[:100], 0
    west, south, east, north = form.bounds
    low_lat, low_long, high_lat, high_long = _OUTLINES_IN
    if not (low_lat <= south and north <= high_lat and low_long <= west and east <= high_long):
        return "outside", f"{south:.3f}, {west:.3f}", 0
    shrink = math.cos(math.radians((south + north) / 2))
    return "", "", float(form.area) * _KM_PER_DEGREE**2 * shrink


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
