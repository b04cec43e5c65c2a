"""Web Mercator in plain numbers: the world is a square of side 1, 256 pixels wide at zoom 0."""

import math
from collections.abc import Sequence
from itertools import pairwise

TILE_PX = 256
_STEPS = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002)
_WIDEST_LAT = 85.05112878
_EARTH_M = 6_371_008.8


def world(lat: float, long: float) -> tuple[float, float]:
    """x and y (0 to 1) of a place; y grows southwards."""
    sin = math.sin(math.radians(max(-_WIDEST_LAT, min(_WIDEST_LAT, lat))))
    return long / 360 + 0.5, 0.5 - math.log((1 + sin) / (1 - sin)) / (4 * math.pi)


def place(x: float, y: float) -> tuple[float, float]:
    """(lat, long) of a point of the world square."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))), (x - 0.5) * 360


def metres_per_pixel(lat: float, zoom: float) -> float:
    """The size of one pixel on the ground at this latitude."""
    return 156543.03392804097 * math.cos(math.radians(lat)) / 2**zoom


def grid_step(pixels_per_degree: float) -> tuple[float, int]:
    """Spacing of the grid lines in degrees (at least 110 pixels), and the decimals to write."""
    step = next((s for s in reversed(_STEPS) if s * pixels_per_degree >= 110), 1.0)
    return step, max(0, math.ceil(-math.log10(step) - 1e-9))


def way_m(path: Sequence[tuple[float, float]]) -> float:
    """Length of a path of (lat, long) in metres, on a sphere: exact to half a percent."""
    total = 0.0
    for (lat, long), (lat_2, long_2) in pairwise(path):
        d_lat, d_long = math.radians(lat_2 - lat), math.radians(long_2 - long)
        h = math.sin(d_lat / 2) ** 2 + (
            math.cos(math.radians(lat)) * math.cos(math.radians(lat_2)) * math.sin(d_long / 2) ** 2
        )
        total += 2 * _EARTH_M * math.asin(math.sqrt(h))
    return total


def distance_text(metres: float) -> str:
    """A length as the map writes it: `340 m`, `1,25 km`, `12,4 km`."""
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.{2 if metres < 10_000 else 1}f} km".replace(".", ",")
