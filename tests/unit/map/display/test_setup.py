"""A seat's map setup from settings and profile."""

from pathlib import Path

from console.config.settings import MapSettings
from console.map.display.setup import setup_for


def test_the_import_is_used_unless_a_file_is_named(tmp_path: Path) -> None:
    plain = setup_for(MapSettings(), tmp_path)
    assert plain.outlines == tmp_path / "map" / "wards.geojson"
    assert (plain.basemap, plain.centre, plain.zoom) == (None, (10.776, 106.701), 12)
    named = setup_for(MapSettings(wards="/x/w.geojson", basemap="/x/b.mbtiles", zoom=9), tmp_path)
    assert (named.outlines, named.basemap) == (Path("/x/w.geojson"), Path("/x/b.mbtiles"))
    assert setup_for(MapSettings(center=(1.0,)), tmp_path).centre == (10.776, 106.701)
