"""How the painted map draws vector tiles of the OpenMapTiles schema. The web page's counterpart is
`resources/map/console-base.js`; both take their colours from the page's style sheet.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from console.map.resources import PAGE_ASSETS

LAYERS = (
    "landcover", "landuse", "park", "water", "waterway", "aeroway", "building", "boundary",
    "transportation", "transportation_name", "place", "water_name",
)  # fmt: skip
"""Layers that are decoded."""

_MAIN, _MOTOR = ("primary", "secondary"), ("motorway", "trunk")
_SMALL = ("minor", "service", "residential", "unclassified", "track")
_NIGHT = re.compile(r":root\.night\s*\{(.*?)\}", re.DOTALL)
_LIGHT = re.compile(r":root\s*\{(.*?)\}", re.DOTALL)
_COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-fA-F]{6})")


@dataclass(frozen=True, slots=True)
class Rule:
    """One pass over a layer.

    Attributes:
        classes: values of `class` to draw; () = all.
        fill: fill areas instead of drawing lines.
        widths: line width in pixels at the two `zooms`.
    """

    layer: str
    colour: str
    classes: tuple[str, ...] = ()
    fill: bool = False
    from_zoom: int = 0
    zooms: tuple[int, int] = (10, 18)
    widths: tuple[float, float] = (1.0, 1.0)

    def width(self, zoom: float) -> float:
        """Line width; it grows by the same factor from zoom to zoom."""
        (low, high), (thin, thick) = self.zooms, self.widths
        share = min(1.0, max(0.0, (zoom - low) / (high - low)))
        return float(thin * (thick / thin) ** share)


RULES = (
    Rule("landcover", "green", fill=True),
    Rule("landuse", "built", fill=True),
    Rule("park", "green", fill=True),
    Rule("water", "water", fill=True),
    Rule("waterway", "water", zooms=(10, 17), widths=(0.6, 5)),
    Rule("aeroway", "built", fill=True),
    Rule("building", "building", fill=True, from_zoom=15),
    Rule("boundary", "outline"),
    Rule("transportation", "road-edge", ("path", "pedestrian"), from_zoom=14, widths=(0.6, 2)),
    Rule("transportation", "road-edge", _SMALL, from_zoom=12, zooms=(12, 18), widths=(0.8, 15)),
    Rule("transportation", "road-edge", ("tertiary",), from_zoom=10, widths=(1.2, 19)),
    Rule("transportation", "road-edge", _MAIN, zooms=(8, 18), widths=(1.4, 24)),
    Rule("transportation", "road-edge", _MOTOR, zooms=(6, 18), widths=(1.6, 28)),
    Rule("transportation", "road", _SMALL, from_zoom=13, zooms=(12, 18), widths=(0.3, 12)),
    Rule("transportation", "road", ("tertiary",), from_zoom=11, widths=(0.6, 16)),
    Rule("transportation", "road-main", _MAIN, zooms=(8, 18), widths=(0.8, 20)),
    Rule("transportation", "road-motor", _MOTOR, zooms=(6, 18), widths=(1, 24)),
    Rule("transportation", "outline", ("rail", "transit"), from_zoom=10, widths=(0.6, 2.5)),
)
"""In drawing order, bottom first."""


def name_of(said: dict[str, str]) -> str:
    """The name to write, preferably Vietnamese."""
    return next((said[key] for key in ("name:vi", "name:latin", "name") if said.get(key)), "")


def is_named(layer: str, class_: str, zoom: int) -> bool:
    """Whether names of this class are written at this zoom."""
    if layer == "place":
        return class_ in ("city", "town") or zoom >= 12
    if layer == "water_name":
        return zoom >= 12
    return zoom >= (12 if class_ in _MAIN + _MOTOR else 15)


@lru_cache(maxsize=2)
def colours(*, night: bool) -> dict[str, str]:
    """Name in the page's style sheet -> `#RRGGBB`."""
    sheet = (PAGE_ASSETS / "console-map.css").read_text("utf-8")
    found = (_NIGHT if night else _LIGHT).search(sheet)
    return dict(_COLOUR.findall(found[1])) if found else {}
