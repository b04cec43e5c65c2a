"""The heat map by hexagon, and lengths on the map."""

import json
import uuid

import pytest

from console.domain.states import Priority, State
from console.map.display.heat import heat_cells, heat_json, resolution_for
from console.map.geography.projection import distance_text, way_m
from console.services.views.requests import MapPoint


def point(lat: float, long: float) -> MapPoint:
    return MapPoint(
        uuid.uuid4(), "1", lat, long, "road.pothole", State.FORWARDED, Priority.NORMAL, None
    )


def test_cells_count_requests_and_the_fullest_is_on_top() -> None:
    points = [point(10.77, 106.70)] * 9 + [point(10.90, 106.80)]
    cells = heat_cells(points, 14)
    assert [(c.n, c.share) for c in cells] == [(1, pytest.approx(1 / 3)), (9, 1.0)]
    assert len(cells[1].ring) == 6
    assert heat_cells([], 14) == ()


def test_cells_are_finer_at_higher_zooms() -> None:
    assert [resolution_for(zoom) for zoom in (8, 11.9, 12, 14, 19)] == [7, 7, 8, 9, 9]
    near = [point(10.77, 106.705), point(10.775, 106.708)]
    assert len(heat_cells(near, 15)) == 2
    assert len(heat_cells(near, 8)) == 1


def test_the_page_gets_corners_as_geojson_has_them() -> None:
    cell = json.loads(heat_json([point(10.77, 106.70)], 14))["cells"][0]
    assert cell["ring"][0] == pytest.approx([106.70, 10.77], abs=0.01)


def test_lengths() -> None:
    # A degree of latitude is 111.19 km on the sphere of WGS 84's mean radius.
    assert way_m([(10, 106), (11, 106)]) == pytest.approx(111_195, rel=1e-3)
    assert way_m([(10, 106), (10, 107), (10, 106)]) == pytest.approx(2 * 109_506, rel=1e-3)
    assert way_m([]) == way_m([(10, 106)]) == 0
    assert [distance_text(m) for m in (0, 340.4, 1250, 12_400)] == [
        "0 m", "340 m", "1,25 km", "12,4 km",
    ]  # fmt: skip
