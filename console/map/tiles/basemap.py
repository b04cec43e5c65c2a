"""The base map behind the wards: opens a tile file of either kind.

The first that works is used: `[map] basemap`, the file that `map set-basemap` put into the profile,
online tiles from `[map] tiles_url`, else ward names and a grid. The map is never blank.
"""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Protocol

from console.config.settings import MapSettings
from console.domain.errors import InputError
from console.domain.text.cleaning import clean_line
from console.map.tiles.mbtiles import MbTiles
from console.map.tiles.pmtiles import PmTiles

BASEMAPS = ("basemap.pmtiles", "basemap.mbtiles")
"""File names in the profile's map folder, the preferred one first."""


OSM = "© OpenStreetMap contributors"
"""Attribution of vector files without one: tilemaker writes none, and its data is OpenStreetMap."""


class Tiles(Protocol):
    """A source of base map tiles."""

    def tile(self, z: int, x: int, y: int) -> tuple[str, bytes] | None:
        """(mime, bytes), or None."""

    def close(self) -> None:
        """Close the file."""


@dataclass(frozen=True, slots=True)
class OpenBase:
    """An open base map and what the page must know about it."""

    tiles: Tiles
    vector: bool
    min_zoom: int
    max_zoom: int
    name: str
    attribution: str
    layers: tuple[str, ...] = ()
    box: tuple[float, float, float, float] = (-85.0, -180.0, 85.0, 180.0)


def open_base(path: Path) -> OpenBase:
    """Open a PMTiles or MBTiles file, recognised by its first bytes.

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
    """An attribution without HTML: files often contain links."""
    return clean_line(unescape(re.sub(r"<[^>]*>", "", attribution)), 200)


def basemap_path(settings: MapSettings, folder: Path) -> Path | None:
    """The base map file of this seat, readable or not; None if there is none."""
    if settings.basemap:
        return Path(settings.basemap)
    return next((folder / name for name in BASEMAPS if (folder / name).is_file()), None)
