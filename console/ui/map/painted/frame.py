"""Where a place is on the screen of the painted map, and what lies under a point."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from console.map.geography.projection import TILE_PX, place, world


@dataclass(frozen=True, slots=True)
class Frame:
    """A view of the map: its centre (lat, long), zoom and size in pixels."""

    centre: tuple[float, float]
    zoom: float
    width: int
    height: int

    @property
    def scale(self) -> float:
        """Pixels of the whole world's side."""
        return float(TILE_PX * 2**self.zoom)

    @property
    def corner(self) -> QPointF:
        """The upper left corner, in pixels of the world."""
        x, y = world(*self.centre)
        return QPointF(x * self.scale - self.width / 2, y * self.scale - self.height / 2)

    @property
    def middle(self) -> QPointF:
        """The middle of the view."""
        return QPointF(self.width / 2, self.height / 2)

    def pixel(self, lat: float, long: float) -> QPointF:
        """Where a place is in the view."""
        x, y = world(lat, long)
        return QPointF(x * self.scale, y * self.scale) - self.corner

    def place_at(self, at: QPointF) -> tuple[float, float]:
        """(lat, long) under a point of the view."""
        where = at + self.corner
        return place(where.x() / self.scale, where.y() / self.scale)
