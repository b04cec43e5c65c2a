"""The messages between window and map page as typed values: JSON with `v`, `kind` and `seq`.

The page gets only numbers, codes and short texts, never personal data. Everything from the page is
validated before use: size, kind, ranges.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from console.domain.errors import InputError

VERSION = 1
LONGEST = 65_536
"""Longest message from the page, in characters; longer ones are dropped."""


# --- to the page


@dataclass(frozen=True, slots=True)
class Base:
    """The base map: `labels` = ward names and grid only, `raster` = images, `vector` = tiles of the
    OpenMapTiles schema under `url`.
    """

    kind: str = "labels"
    url: str = ""
    min_zoom: int = 0
    max_zoom: int = 19
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The first message: base map and all texts of the page."""

    base: Base
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """`light` or `night`."""

    name: str


@dataclass(frozen=True, slots=True)
class Load:
    """Fetch a layer (`wards`, `outlines`, `requests`, `heat`, `assets`, `notices`) from `url`."""

    layer: str
    url: str


@dataclass(frozen=True, slots=True)
class Pin:
    """Place the pin; `pan` moves the view if the pin would be near its edge or outside.

    Attributes:
        accuracy_m: how far the place may be off, according to the caller's phone; None = exact.
    """

    lat: float
    long: float
    pan: bool
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Unpin:
    """Remove the pin."""


@dataclass(frozen=True, slots=True)
class View:
    """Centre on this place; zoom None keeps the zoom."""

    lat: float
    long: float
    zoom: int | None


@dataclass(frozen=True, slots=True)
class Wards:
    """Highlight these new wards."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Draw the circle and highlight these requests; radius None removes it."""

    lat: float
    long: float
    radius_m: float | None
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove a layer (`heat`, `assets`)."""

    layer: str


@dataclass(frozen=True, slots=True)
class Tool:
    """What the pointer does: `pin`, `measure` or `area`; and the path so far, of (lat, long)."""

    name: str
    path: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Ring:
    """Highlight one place, such as a searched asset; lat None removes the highlight."""

    lat: float | None
    long: float | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Ping:
    """Ask for an `ack`."""


ToPage = Config | Theme | Load | Drop | Pin | Unpin | View | Wards | Near | Tool | Ring | Ping

_KIND_OF: dict[type, str] = {
    Config: "config",
    Theme: "theme",
    Load: "load",
    Pin: "pin",
    Unpin: "unpin",
    View: "view",
    Wards: "wards",
    Near: "nearby",
    Drop: "drop",
    Tool: "tool",
    Ring: "ring",
    Ping: "ping",
}


def encode(message: ToPage, seq: int) -> str:
    """A message as ASCII JSON."""
    head = {"v": VERSION, "kind": _KIND_OF[type(message)], "seq": seq}
    return json.dumps(head | asdict(message), allow_nan=False)


# --- from the page


@dataclass(frozen=True, slots=True)
class Ready:
    """The page is ready for messages."""


@dataclass(frozen=True, slots=True)
class Click:
    """The user clicked an empty place; the page has put the pin there. x, y in pixels."""

    lat: float
    long: float
    zoom: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PinMoved:
    """The user moved the pin by `drag` or `keyboard`."""

    lat: float
    long: float
    source: str


@dataclass(frozen=True, slots=True)
class Open:
    """The user clicked a request."""

    id: str


@dataclass(frozen=True, slots=True)
class ViewChanged:
    """The view stopped moving."""

    lat: float
    long: float
    zoom: float
    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A layer of n items was parsed in js_ms and painted in paint_ms."""

    layer: str
    n: int
    js_ms: float
    paint_ms: float


@dataclass(frozen=True, slots=True)
class Ack:
    """The page has carried out message `of`."""

    of: int


@dataclass(frozen=True, slots=True)
class AssetChosen:
    """The user clicked an asset."""

    asset_kind: str
    code: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The user is measuring along this path, or drawing an area with these corners."""

    path: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TileErrors:
    """Number of tiles that failed to load since the page started."""

    n: int


@dataclass(frozen=True, slots=True)
class PageError:
    """A script error in the page."""

    message: str
    file: str
    line: int


FromPage = (
    Ready | Click | PinMoved | Open | AssetChosen | Measured | ViewChanged | Drawn | Ack
    | TileErrors | PageError
)  # fmt: skip


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("no number")
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError("out of range")
        return float(value)

    return read


def _count(value: object) -> int:
    return int(_number(0, 10_000_000)(value))


def _text(limit: int, *allowed: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or len(value) > limit or (allowed and value not in allowed):
            raise ValueError("no such text")
        return value

    return read


def _path(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list) or len(value) > 200:
        raise ValueError("no path")
    spots = []
    for spot in value:
        if not isinstance(spot, list) or len(spot) != 2:
            raise ValueError("no place")
        spots.append((_LAT(spot[0]), _LONG(spot[1])))
    return tuple(spots)


_LAT, _LONG, _ZOOM = _number(-90, 90), _number(-540, 540), _number(0, 24)
_PIXEL, _MS = _number(-100_000, 100_000), _number(0, 10_000_000)
_LAYER = _text(20, "wards", "outlines", "requests", "heat", "assets", "notices")

_FORMS: dict[str, tuple[type, Mapping[str, Callable[[object], object]]]] = {
    "ready": (Ready, {}),
    "click": (Click, {"lat": _LAT, "long": _LONG, "zoom": _ZOOM, "x": _PIXEL, "y": _PIXEL}),
    "pin_moved": (
        PinMoved,
        {"lat": _LAT, "long": _LONG, "source": _text(10, "drag", "keyboard")},
    ),
    "open": (Open, {"id": _text(64)}),
    "asset": (AssetChosen, {"asset_kind": _text(20), "code": _text(60)}),
    "measured": (Measured, {"path": _path}),
    "view_changed": (
        ViewChanged,
        {"lat": _LAT, "long": _LONG, "zoom": _ZOOM}
        | {"south": _LAT, "west": _LONG, "north": _LAT, "east": _LONG},
    ),
    "drawn": (Drawn, {"layer": _LAYER, "n": _count, "js_ms": _MS, "paint_ms": _MS}),
    "ack": (Ack, {"of": _count}),
    "tile_errors": (TileErrors, {"n": _count}),
    "error": (PageError, {"message": _text(2000), "file": _text(500), "line": _count}),
}


def decode(text: str) -> FromPage:
    """One message from the page.

    Raises:
        InputError: `map_message`, with the reason in `why`.
    """
    if len(text) > LONGEST:
        raise InputError("map_message", why="too long")
    try:
        fields: Any = json.loads(text)
        if not isinstance(fields, dict) or fields.get("v") != VERSION:
            raise ValueError("not a message of this version")
        made, form = _FORMS[fields["kind"]]
        message: FromPage = made(**{name: read(fields[name]) for name, read in form.items()})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("map_message", why=str(error)[:200]) from None
    return message
