"""Where the city lies: its centre, and boxes around the mainland and Côn Đảo. One rule decides
everywhere: the window asks about a pin outside, the request is flagged (`outside_city`), and a
street list with such a pin is refused.
"""

CITY_CENTRE = (10.776, 106.701)
"""Lat, long, WGS 84."""
_BOXES = ((10.25, 106.25, 11.55, 107.65), (8.55, 106.05, 8.82, 106.80))
"""South, west, north, east; the base map is cut along the same boxes."""


def in_city(lat: float, long: float) -> bool:
    """Whether a place lies in one of the city's boxes; WGS 84."""
    return any(s <= lat <= n and w <= long <= e for s, w, n, e in _BOXES)
