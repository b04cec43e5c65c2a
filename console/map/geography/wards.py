"""Old and new wards: the tables, the mapping between them, the ward under a pin.

Codes of old wards (until 30 June 2025) and new ones overlap but mean different places. Join them
only through `wards_map.tsv`. Tables come from `resources/geo/`, outlines from an import; both are
read on first use.
"""

import json
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from console.map.resources import GEO
from console.services.ports.places import WardRef

logger = logging.getLogger(__name__)

WARDS_FILE = "wards.geojson"
"""The outlines in the profile's map folder."""
NEAR_EDGE_M = 50.0
"""A pin outside every outline belongs to a ward this near, because outlines are simplified."""

_M_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class NewWard:
    """A commune of the city since 1 July 2025."""

    code: str
    name: str
    lat: float
    long: float
    km2: float


@dataclass(frozen=True, slots=True)
class OldWard:
    """A commune until 30 June 2025.

    Attributes:
        aliases: former wards merged into it, folded and without spaces, kind first
            (`phuong6`, `phuongbinhkhanh`).
    """

    code: str
    district: str
    name: str
    lat: float
    long: float
    aliases: tuple[str, ...]


class WardTable:
    """The shipped tables, read on first use."""

    @cached_property
    def new(self) -> dict[str, NewWard]:
        """The 168 new wards by code."""
        return {
            row["code"]: NewWard(
                row["code"],
                row["name"],
                float(row["lat"]),
                float(row["long"]),
                float(row["km2"]),
            )
            for row in _rows("wards_new.tsv")
        }

    @cached_property
    def old(self) -> dict[str, OldWard]:
        """Old wards by code: 273 of the city, 169 of the two provinces that joined it."""
        return {
            row["code"]: OldWard(
                row["code"],
                row["district"],
                row["name"],
                float(row["lat"]),
                float(row["long"]),
                tuple(filter(None, row["aliases"].split("|"))),
            )
            for row in _rows("wards_old.tsv")
        }

    @cached_property
    def _successors(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for row in _rows("wards_map.tsv"):
            pair = (-int(row["is_default"]), row["new_code"])
            found.setdefault(row["old_code"], []).append(pair)
        return {old: tuple(code for _, code in sorted(pairs)) for old, pairs in found.items()}

    @cached_property
    def _parts(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for old, news in self._successors.items():
            for new in news:
                found.setdefault(new, set()).add(self.old[old].district)
        return {new: frozenset(districts) for new, districts in found.items()}

    def successors(self, old_code: str) -> tuple[WardRef, ...]:
        """The new wards that took over an old one; several when it was split, the default first."""
        return tuple(WardRef(c, self.new[c].name) for c in self._successors.get(old_code, ()))

    def districts_of_new(self, new_code: str) -> frozenset[str]:
        """Old districts that gave land to a new ward."""
        return self._parts.get(new_code, frozenset())


def _rows(name: str) -> Iterable[dict[str, str]]:
    """Rows of one of our own TSV files: header first, no quoting."""
    lines = (GEO / name).read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]


class WardOutlines:
    """Imported outlines of the new wards; shapely is loaded at the first pin.

    Without a readable file every pin is in an unknown ward. That is better than the nearest ward
    centre, which is right for only two pins out of three.
    """

    def __init__(self, path: Path | None) -> None:
        """Remember the GeoJSON file; None or a missing file means no outlines."""
        self._path = path

    @property
    def present(self) -> bool:
        """Whether a file of outlines exists."""
        return self._path is not None and self._path.is_file()

    @property
    def path(self) -> Path | None:
        """The file, if it exists."""
        return self._path if self.present else None

    @cached_property
    def _tree(self) -> tuple[Any, list[str], list[Any]] | None:
        if self._path is None:
            return None
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            return _index(document)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            logger.exception("ward outlines cannot be read: %s", self._path)
            return None

    @cached_property
    def rings(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """The outer edges as corners (lat, long), for drawing; none without outlines."""
        if self._tree is None or self._path is None:
            return ()
        document = json.loads(self._path.read_text(encoding="utf-8"))
        found = []
        for feature in document["features"]:
            shape = feature["geometry"]
            parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
            found += [tuple((float(p[1]), float(p[0])) for p in part[0]) for part in parts]
        return tuple(found)

    def code_at(self, lat: float, long: float) -> str | None:
        """Code of the ward under a point. On an edge the deeper one wins; within 50 m the nearest.

        None outside the city, without outlines, and for values that are no place on Earth.
        """
        if self._tree is None or not _on_earth(lat, long):
            return None
        tree, codes, shapes = self._tree
        from shapely import Point  # noqa: PLC0415 (0.2 s, only for seats with outlines)

        point = Point(long, lat)
        hits = [int(i) for i in tree.query(point, predicate="within")]
        if len(hits) == 1:
            return codes[hits[0]]
        if hits:
            deepest = max(hits, key=lambda i: float(shapes[i].boundary.distance(point)))
            return codes[deepest]
        reach = NEAR_EDGE_M / (_M_PER_DEGREE * math.cos(math.radians(lat)))
        near = tree.query_nearest(point, max_distance=reach)
        return codes[int(near[0])] if len(near) else None

    def codes_touching(self, ring: Sequence[tuple[float, float]]) -> tuple[str, ...]:
        """Codes of the wards that a drawn ring of (lat, long) intersects; none without outlines."""
        if self._tree is None or len(ring) < 3 or not all(_on_earth(*spot) for spot in ring):
            return ()
        tree, codes, _ = self._tree
        from shapely import Polygon, make_valid  # noqa: PLC0415

        drawn = make_valid(Polygon([(long, lat) for lat, long in ring]))
        return tuple(sorted(codes[int(i)] for i in tree.query(drawn, predicate="intersects")))


def _on_earth(lat: float, long: float) -> bool:
    return math.isfinite(lat) and math.isfinite(long) and abs(lat) < 89 and abs(long) <= 180


def _index(document: Mapping[str, Any]) -> tuple[Any, list[str], list[Any]]:
    from shapely import STRtree  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    features = document["features"]
    codes = [str(feature["properties"]["code"]) for feature in features]
    shapes = [shape(feature["geometry"]) for feature in features]
    return STRtree(shapes), codes, shapes
