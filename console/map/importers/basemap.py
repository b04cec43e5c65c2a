"""Checks a base map and copies it into the profile."""

import os
import shutil
from pathlib import Path

from console.domain.catalogue.city_area import CITY_CENTRE
from console.domain.errors import InputError, UnavailableError
from console.map.geography.projection import world
from console.map.importers.report import Finding, ImportReport, Progress, replace_file
from console.map.importers.source_files import read_lines
from console.map.tiles.basemap import BASEMAPS, OpenBase, open_base
from console.map.tiles.pmtiles import PmTiles

DRAWN = frozenset(
    {"water", "waterway", "landcover", "landuse", "park", "boundary", "aeroway", "transportation",
     "building", "water_name", "transportation_name", "place", "housenumber", "poi",
     "aerodrome_label", "mountain_peak"}
)  # fmt: skip
"""Layers of the OpenMapTiles schema that the page's paint rules know (console-base.js)."""


_NEEDED = frozenset({"transportation", "water"})


_CITY_CORNERS = ((10.70, 106.60), (10.85, 106.80))


def set_basemap(
    source: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    licence: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Check a base map and copy it into the profile: a file on a network share may be cut short
    while it is in use.

    Raises:
        InputError: `not_a_basemap`. UnavailableError: `file_missing`, `disk_failed`.
    """
    if not source.is_file():
        raise UnavailableError("file_missing", file=str(source))
    report = ImportReport.of(source, "basemap", licence, dry_run=dry_run)
    base = open_base(source)
    try:
        _check(base, source, report)
    finally:
        base.tiles.close()
    report.taken = 1
    if not report.licence:
        report.licence = base.attribution
    if dry_run:
        return report
    name = BASEMAPS[0 if isinstance(base.tiles, PmTiles) else 1]
    replace_file(folder, name, lambda part: _copy(source, part, report, progress), report)
    for other in BASEMAPS:
        if other != name and (folder / other).exists():  # the last one set wins
            os.replace(folder / other, folder / f"{other}.previous")
    return report


def _check(base: OpenBase, source: Path, report: ImportReport) -> None:
    """It must have layers that we draw; warn if it has no tiles over the city."""
    if base.vector:
        if not _NEEDED & set(base.layers):
            why = f"no layers of the OpenMapTiles scheme ({', '.join(base.layers)[:100]})"
            raise InputError("not_a_basemap", file=str(source), why=why)
        unknown = sorted(set(base.layers) - DRAWN)
        if unknown:
            report.warnings.append(Finding(source.name, "layers", ", ".join(unknown)[:100]))
    zoom = min(base.max_zoom, 12)
    found = [base.tiles.tile(zoom, *_tile_at(*corner, zoom)) for corner in _CITY_CORNERS]
    if not any(found) and base.tiles.tile(zoom, *_tile_at(*CITY_CENTRE, zoom)) is None:
        report.warnings.append(Finding(source.name, "city", f"z{zoom}"))


def _tile_at(lat: float, long: float, zoom: int) -> tuple[int, int]:
    x, y = world(lat, long)
    return int(x * 2**zoom), int(y * 2**zoom)


def _copy(source: Path, part: Path, report: ImportReport, progress: Progress | None) -> None:
    if shutil.disk_usage(part.parent).free < source.stat().st_size:
        raise UnavailableError("disk_failed", file=str(part), why="no room")
    with part.open("wb") as file:
        for line in read_lines(source, report, progress):
            file.write(line)
