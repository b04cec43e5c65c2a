"""The part of the city that the public map shows, and positions in the image."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.domain.catalogue.catalogue import Catalogue
from console.domain.catalogue.city_area import CITY_CENTRE

type Ring = Sequence[tuple[float, float]]
"""Corners (lat, long) of an outline."""

WIDE, HIGH = 900, 720
_MARGIN, _LEAST = 0.12, 0.06
"""Margin as a share of the span; smallest span in degrees."""
_LETTER, _LINE = 7.0, 18.0
"""Width of a letter and height of a line of ward names, in image units."""


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A box on Earth, true to scale: a degree of longitude is shorter here than one of latitude."""

    south: float
    west: float
    per_lat: float
    per_long: float

    @classmethod
    def around(cls, places: Sequence[tuple[float, float]], catalogue: Catalogue) -> "MapFrame":
        """A frame around these places; the whole city if there are none."""
        seen = list(places) or [(w.lat, w.long) for w in catalogue.wards.values()] or [CITY_CENTRE]
        south, north = _span([lat for lat, _ in seen])
        west, east = _span([long for _, long in seen])
        shrink = math.cos(math.radians((south + north) / 2))
        scale = min(HIGH / (north - south), WIDE / ((east - west) * shrink))
        # Unused space is divided between both ends.
        spare_lat = HIGH / scale - (north - south)
        spare_long = WIDE / (scale * shrink) - (east - west)
        return cls(south - spare_lat / 2, west - spare_long / 2, scale, scale * shrink)

    def place(self, lat: float, long: float) -> tuple[float, float]:
        """(x, y) in the image, from the top left."""
        return (long - self.west) * self.per_long, HIGH - (lat - self.south) * self.per_lat

    def path(self, ring: Ring) -> str:
        """The outline as an SVG path; "" if it is outside."""
        points = [self.place(lat, long) for lat, long in ring]
        across, down = [x for x, _ in points], [y for _, y in points]
        if max(across) < 0 or min(across) > WIDE or max(down) < 0 or min(down) > HIGH:
            return ""
        kept = points[:1]
        for point in points[1:]:
            if math.dist(point, kept[-1]) >= 2:  # less is not visible
                kept.append(point)
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in kept) + "Z"

    def names(self, catalogue: Catalogue) -> Iterator[tuple[str, float, float]]:
        """(name, x, y) of wards in the image whose names do not overlap."""
        taken: list[tuple[float, float, float]] = []
        for ward in catalogue.wards.values():
            x, y = self.place(ward.lat, ward.long)
            half = len(ward.name) * _LETTER / 2
            if not (half <= x <= WIDE - half and _LINE <= y <= HIGH - _LINE):
                continue
            if all(abs(y - v) >= _LINE or abs(x - u) >= half + w for u, v, w in taken):
                taken.append((x, y, half))
                yield ward.name, x, y


def _span(values: Sequence[float]) -> tuple[float, float]:
    least, most = min(values), max(values)
    margin = max((most - least) * _MARGIN, (_LEAST - (most - least)) / 2)
    return least - margin, most + margin
