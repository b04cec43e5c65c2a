"""Counts of reports by hexagon (h3), for the heat map.

A map of fifty thousand points would say less and take longer to draw.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from console.services.views.requests import MapPoint

_RESOLUTIONS = ((14, 9), (12, 8), (0, 7))
"""(lowest zoom, h3 resolution): cells of 0.1, 0.7 and 5 km²."""

MOST_CELLS = 4000


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A hexagon: `ring` has its corners (lat, long), `share` is 0 to 1 of the fullest cell."""

    n: int
    share: float
    ring: tuple[tuple[float, float], ...]


def resolution_for(zoom: float) -> int:
    """The h3 resolution for a zoom."""
    return next(fine for low, fine in _RESOLUTIONS if zoom >= low)


def heat_cells(points: Sequence[MapPoint], zoom: float) -> tuple[HeatCell, ...]:
    """Cells with requests, the fullest last so that they are on top."""
    import h3  # noqa: PLC0415 (only for seats that look at the heat map)

    fine = resolution_for(zoom)
    counts = Counter(h3.latlng_to_cell(point.lat, point.long, fine) for point in points)
    if not counts:
        return ()
    most = max(counts.values())
    ordered = counts.most_common(MOST_CELLS)
    return tuple(
        HeatCell(n, (n / most) ** 0.5, tuple(h3.cell_to_boundary(cell)))
        for cell, n in reversed(ordered)
    )


def heat_json(points: Sequence[MapPoint], zoom: float) -> bytes:
    """The cells for the page, with corners as (long, lat) like GeoJSON."""
    cells = [
        {"n": c.n, "share": round(c.share, 3), "ring": [[long, lat] for lat, long in c.ring]}
        for c in heat_cells(points, zoom)
    ]
    return json.dumps({"cells": cells}).encode()
