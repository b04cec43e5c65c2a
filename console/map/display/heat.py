"""Where the reports are: counts by hexagon (h3), for the heat map.

Counts, not points: a map of fifty thousand dots says less and takes longer.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from console.services.views.requests import MapPoint

_RESOLUTIONS = ((14, 9), (12, 8), (0, 7))
"""From this zoom on, this fineness: 0.1, 0.7 and 5 km² a cell."""

MOST_CELLS = 4000


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A hexagon; `ring` its corners as (lat, long), `share` of the fullest cell's count, 0 to 1."""

    n: int
    share: float
    ring: tuple[tuple[float, float], ...]


def resolution_for(zoom: float) -> int:
    """How fine the cells are at a zoom."""
    return next(fine for low, fine in _RESOLUTIONS if zoom >= low)


def heat_cells(points: Sequence[MapPoint], zoom: float) -> tuple[HeatCell, ...]:
    """Cells that hold a request, the fullest last so that they lie on top."""
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
    """The cells for the page: corners as long, lat, like GeoJSON."""
    cells = [
        {"n": c.n, "share": round(c.share, 3), "ring": [[long, lat] for lat, long in c.ring]}
        for c in heat_cells(points, zoom)
    ]
    return json.dumps({"cells": cells}).encode()
