"""Where the city lies: its middle, and the mainland and Côn Đảo as boxes. A pin outside is asked
about in the window, flagged on the request (`outside_city`) and refused in a list of streets, all
by the same rule.
"""

CITY_CENTRE = (10.776, 106.701)
"""Lat, long, WGS 84."""
_BOXES = ((10.25, 106.25, 11.55, 107.65), (8.55, 106.05, 8.82, 106.80))
"""South, west, north, east; the same boxes cut the base map (MAP.md 10)."""


def in_city(lat: float, long: float) -> bool:
    """Whether a place lies in one of the city's boxes; WGS 84."""
    return any(s <= lat <= n and w <= long <= e for s, w, n, e in _BOXES)
