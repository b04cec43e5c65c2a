"""A seat's map setup, from its settings and its profile."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from console.config.settings import MapSettings
from console.map.display.state import MapSetup
from console.map.geography.assets import ASSETS_FILE
from console.map.geography.wards import WARDS_FILE
from console.map.tiles.basemap import basemap_path
from console.services.views.requests import MapPoint


def setup_for(
    settings: MapSettings, profile: Path, describe: Callable[[MapPoint], str] | None = None
) -> MapSetup:
    """The map of this seat: outlines from the settings or an import, base map, first view.

    Args:
        describe: the tooltip of a request; it must not contain personal data.
    """
    outlines = Path(settings.wards) if settings.wards else profile / "map" / WARDS_FILE
    folder = profile / "map"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)  # only a folder that exists can be watched
    centre = settings.center if len(settings.center) == 2 else MapSetup().centre
    return MapSetup(
        outlines=outlines,
        basemap=basemap_path(settings, profile / "map"),
        tiles_url=settings.tiles_url,
        assets=profile / "map" / ASSETS_FILE,
        cache=profile / "map" / "tiles",
        centre=(float(centre[0]), float(centre[1])),
        zoom=settings.zoom,
        describe=describe,
        folder=folder,
        find_base=lambda: basemap_path(settings, folder),
    )
