"""What the map shows, as one value that outlives the page: a dead renderer gets it again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from console.domain.catalogue.city_area import CITY_CENTRE
from console.domain.states import CLOSED_STATES, Priority, State
from console.services.views.requests import MapPoint

type PointKind = Literal["closed", "ok", "warn", "urgent"]
type Source = Literal["click", "drag", "keyboard"]

SOON = timedelta(hours=2)
"""A deadline this near makes an open request amber."""


@dataclass(frozen=True, slots=True)
class LocationPicked:
    """The person put the pin somewhere; degrees WGS 84."""

    lat: float
    long: float
    source: Source


@dataclass(frozen=True, slots=True)
class Nearby:
    """The circle around a pin, and the requests in it that matter (ids as text)."""

    lat: float
    long: float
    radius_m: float
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapNotice:
    """A notice as the map shows it.

    Attributes:
        wards: codes of new wards, drawn by their outlines or around their names.
        rings: drawn areas, (lat, long) each.
        soon: it has not begun.
    """

    label: str
    wards: tuple[str, ...]
    rings: tuple[tuple[tuple[float, float], ...], ...]
    soon: bool = False


@dataclass(frozen=True, slots=True)
class MapSetup:
    """What a seat has for its map.

    Attributes:
        outlines: GeoJSON of ward outlines, or None.
        basemap: a `.pmtiles` or `.mbtiles` file, or None.
        tiles_url: address of online tiles with {z}, {x}, {y}; "" where IT allows none.
        assets: the imported things with a code, or None.
        cache: folder for online tiles, or None.
        centre: (lat, long) at the start.
        describe: what the pointer's hint says of a request; its number when None.
        folder: where imports put their files; a base map that comes there shows at once.
        find_base: the base map's file of the moment; `basemap` when None.
    """

    outlines: Path | None = None
    basemap: Path | None = None
    tiles_url: str = ""
    assets: Path | None = None
    cache: Path | None = None
    centre: tuple[float, float] = CITY_CENTRE
    zoom: int = 12
    describe: Callable[[MapPoint], str] | None = None
    folder: Path | None = None
    find_base: Callable[[], Path | None] | None = None


@dataclass(slots=True)
class MapState:
    """Everything on the map now.

    Attributes:
        pin: (lat, long), None = no pin.
        pan: whether the view follows the pin when it is set.
        accuracy_m: how far the pin may be off, None = as shown.
        heat: whether counts by area show instead of single requests.
        asset_kinds: kinds of assets that are shown.
        measuring: the pointer measures, or draws an area (`drawing`); `measured` its path so far,
            (lat, long) each.
        notices: areas that something is told of.
        ring: (lat, long, label) of a place that is stressed.
        box: south, west, north, east of what is in sight.
    """

    centre: tuple[float, float]
    zoom: int
    theme: str = "light"
    pin: tuple[float, float] | None = None
    pan: bool = True
    points: tuple[MapPoint, ...] = ()
    nearby: Nearby | None = None
    wards: tuple[str, ...] = field(default=())
    accuracy_m: float | None = None
    heat: bool = False
    asset_kinds: tuple[str, ...] = ()
    measuring: bool = False
    drawing: bool = False
    notices: tuple[MapNotice, ...] = ()
    measured: tuple[tuple[float, float], ...] = ()
    ring: tuple[float, float, str] | None = None
    box: tuple[float, float, float, float] | None = None

    @property
    def tool(self) -> str:
        """What the pointer does: `pin`, `measure` or `area`."""
        return "area" if self.drawing else "measure" if self.measuring else "pin"


def point_kind(point: MapPoint, now: datetime) -> PointKind:
    """Shape and colour of a request: red square = urgent or late, amber triangle = high or due
    soon, green circle = other open ones, hollow = closed.
    """
    if point.state in CLOSED_STATES:
        return "closed"
    due = None if point.state is State.RESOLVED else point.due_at
    if point.priority is Priority.URGENT or (due is not None and due < now):
        return "urgent"
    if point.priority is Priority.HIGH or (due is not None and due < now + SOON):
        return "warn"
    return "ok"
