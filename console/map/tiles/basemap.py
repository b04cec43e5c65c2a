"""The base map behind the wards: a file of tiles that IT brings, opened whatever its kind is.

First that works: `[map] basemap`, the file that `map set-basemap` put into the profile, tiles from
`[map] tiles_url` where IT allows it, else ward names and grid. Never blank.
"""

import os
import re
import shutil
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Protocol

from console.config.settings import MapSettings
from console.domain.catalogue.city_area import CITY_CENTRE
from console.domain.errors import InputError, UnavailableError
from console.domain.text.cleaning import clean_line
from console.map.geography.projection import world
from console.map.importers.report import Finding, ImportReport, Progress, keep, read_lines
from console.map.tiles.mbtiles import MbTiles
from console.map.tiles.pmtiles import PmTiles

BASEMAPS = ("basemap.pmtiles", "basemap.mbtiles")
"""Names in the profile's map folder, the preferred one first."""

DRAWN = frozenset(
    {"water", "waterway", "landcover", "landuse", "park", "boundary", "aeroway", "transportation",
     "building", "water_name", "transportation_name", "place", "housenumber", "poi",
     "aerodrome_label", "mountain_peak"}
)  # fmt: skip
"""Layers of the OpenMapTiles scheme; the page's paint rules know these (console-base.js)."""

OSM = "© OpenStreetMap contributors"
"""tilemaker writes no attribution into its file; the shapes of this scheme are OpenStreetMap's."""

_NEEDED = frozenset({"transportation", "water"})
_CITY_CORNERS = ((10.70, 106.60), (10.85, 106.80))


class Tiles(Protocol):
    """A base map that can be asked for tiles."""

    def tile(self, z: int, x: int, y: int) -> tuple[str, bytes] | None:
        """(mime, bytes), None where there is none."""

    def close(self) -> None:
        """Let the file go."""


@dataclass(frozen=True, slots=True)
class OpenBase:
    """An open base map and what the page must know of it."""

    tiles: Tiles
    vector: bool
    min_zoom: int
    max_zoom: int
    name: str
    attribution: str
    layers: tuple[str, ...] = ()
    box: tuple[float, float, float, float] = (-85.0, -180.0, 85.0, 180.0)


def open_base(path: Path) -> OpenBase:
    """Open a `.pmtiles` or `.mbtiles` file, known by its first bytes.

    Raises:
        InputError: `not_a_basemap`, with the reason.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(16)
    except OSError as error:
        raise InputError("not_a_basemap", file=str(path), why=str(error)) from error
    if magic.startswith(b"PMTiles"):
        tiles = PmTiles(path)
        low, high = tiles.zooms
        return OpenBase(
            tiles, tiles.vector, low, high, clean_line(str(tiles.meta.get("name") or path.name)),
            _plain(str(tiles.meta.get("attribution") or "")) or (OSM if tiles.vector else ""),
            tiles.layers, tiles.box,
        )  # fmt: skip
    if magic.startswith(b"SQLite format 3"):
        rows = MbTiles(path)
        info = rows.info
        return OpenBase(
            rows, False, info.min_zoom, info.max_zoom, info.name, _plain(info.attribution)
        )
    raise InputError("not_a_basemap", file=str(path), why="no PMTiles, no MBTiles")


def _plain(attribution: str) -> str:
    """An attribution without its HTML: files bring links in it."""
    return clean_line(unescape(re.sub(r"<[^>]*>", "", attribution)), 200)


def basemap_path(settings: MapSettings, folder: Path) -> Path | None:
    """The base map's file of this seat, whether it can be read or not; None when none is set."""
    if settings.basemap:
        return Path(settings.basemap)
    return next((folder / name for name in BASEMAPS if (folder / name).is_file()), None)


def set_basemap(
    source: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    licence: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Check a base map and copy it into the profile: a file on a share may be cut short while it is
    in use.

    Raises:
        InputError: `not_a_basemap`. UnavailableError: `file_missing`, `disk_failed`.
    """
    if not source.is_file():
        raise UnavailableError("file_missing", file=str(source))
    report = ImportReport(
        clean_line(source.name), dry_run, "basemap", licence=clean_line(licence, 200)
    )
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
    keep(folder, name, lambda part: _copy(source, part, report, progress), report)
    for other in BASEMAPS:
        if other != name and (folder / other).exists():  # the one set last counts
            os.replace(folder / other, folder / f"{other}.previous")
    return report


def _check(base: OpenBase, source: Path, report: ImportReport) -> None:
    """Layers that we draw, tiles over the city, one of them whole."""
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
