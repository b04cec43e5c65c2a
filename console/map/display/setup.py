"""A seat's map setup, from its settings and its profile."""

import contextlib
from pathlib import Path

from console.config.settings import MapSettings
from console.map.display.state import MapSetup
from console.map.geography.assets import ASSETS_FILE
from console.map.geography.wards import WARDS_FILE
from console.map.tiles.basemap import basemap_path


def setup_for(settings: MapSettings, profile: Path) -> MapSetup:
    """The map of this seat: outlines from the settings or an import, base map, first view."""
    folder = profile / "map"
    outlines = Path(settings.wards) if settings.wards else folder / WARDS_FILE
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)  # only a folder that exists can be watched
    centre = settings.center if len(settings.center) == 2 else MapSetup().centre
    return MapSetup(
        outlines=outlines,
        basemap=basemap_path(settings, folder),
        tiles_url=settings.tiles_url,
        assets=folder / ASSETS_FILE,
        cache=folder / "tiles",
        centre=(float(centre[0]), float(centre[1])),
        zoom=settings.zoom,
        folder=folder,
        find_base=lambda: basemap_path(settings, folder),
    )
