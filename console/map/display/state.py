"""What the map shows, as one value that outlives the page: a restarted renderer gets it again."""

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
"""An open request this close to its deadline is amber."""


@dataclass(frozen=True, slots=True)
class LocationPicked:
    """The user placed the pin; degrees WGS 84."""

    lat: float
    long: float
    source: Source


@dataclass(frozen=True, slots=True)
class Nearby:
    """The circle around a pin, and the relevant requests in it (ids as text)."""

    lat: float
    long: float
    radius_m: float
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapNotice:
    """A notice on the map.

    Attributes:
        wards: codes of new wards, shown by their outlines or around their names.
        rings: drawn areas of (lat, long).
        soon: it has not begun yet.
    """

    label: str
    wards: tuple[str, ...]
    rings: tuple[tuple[tuple[float, float], ...], ...]
    soon: bool = False


@dataclass(frozen=True, slots=True)
class MapSetup:
    """Files and settings of a seat's map.

    Attributes:
        outlines: GeoJSON file of ward outlines, or None.
        basemap: a `.pmtiles` or `.mbtiles` file, or None.
        tiles_url: address of online tiles with {z}, {x}, {y}; "" if not allowed.
        assets: file of imported assets, or None.
        cache: folder for online tiles, or None.
        centre: (lat, long) of the first view.
        describe: makes the tooltip of a request, without personal data; None for its number.
        folder: where imports put their files; a new base map there shows at once.
        find_base: finds the current base map file; None for `basemap`.
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
    """Everything that is on the map now.

    Attributes:
        pin: (lat, long), or None.
        pan: whether the view follows the pin when it is set.
        accuracy_m: how far the pin may be off; None = exact.
        heat: whether the heat map replaces single requests.
        asset_kinds: kinds of assets that are shown.
        measuring: the pointer measures, or draws an area (`drawing`); `measured` is the path so
            far, of (lat, long).
        ring: (lat, long, label) of a highlighted place.
        box: south, west, north, east of the visible area.
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
    """Shape and colour of a request: red square = urgent or overdue, amber triangle = high priority
    or due soon, green circle = any other open one, hollow = closed.
    """
    if point.state in CLOSED_STATES:
        return "closed"
    due = None if point.state is State.RESOLVED else point.due_at
    if point.priority is Priority.URGENT or (due is not None and due < now):
        return "urgent"
    if point.priority is Priority.HIGH or (due is not None and due < now + SOON):
        return "warn"
    return "ok"
