"""The map page's place for the map; it shows the page's points while the map is here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast, override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.map.display.state import LocationPicked, MapNotice
from console.services.views.requests import MapPoint
from console.ui.map.slot import MapSlot

if TYPE_CHECKING:
    from console.ui.map.view import MapView

_AREA_ZOOM = 14


class PointsSlot(MapSlot):
    """Remembers points and notices for when the map comes back.

    Signals:
        arrived: the map is here (again).
        area_drawn: corners of the area that is being drawn, (lat, long) each.
        picked: (lat, long) that the person clicked.
    """

    arrived = Signal()
    area_drawn = Signal(object)
    picked = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without map and points."""
        super().__init__(parent)
        self._view: MapView | None = None
        self._points: tuple[MapPoint, ...] = ()
        self._notices: tuple[MapNotice, ...] = ()
        self._looked_at: tuple[tuple[float, float], int] | None = None

    @override
    def adopt(self, view: QWidget) -> None:
        """Take the map and clear what another page put on it. It shows the whole city, or what it
        showed when it left.
        """
        arrives = not self.holds(view)
        super().adopt(view)
        made = cast("MapView", view)  # the window has only this one
        if made is not self._view:
            self._view = made
            made.area_drawn.connect(self._on_drawn)
            made.location_picked.connect(self._on_picked)
        self._view.clear_pin()
        self._view.clear_nearby()
        self._view.highlight_wards(())
        self._view.set_banner("")
        self._view.clear_stress()
        self._view.show_points(self._points)
        self._view.show_notices(self._notices)
        if arrives:
            centre, zoom = self._looked_at or self._view.first_view
            self._view.fly_to(*centre, zoom)
        self.arrived.emit()

    @override
    def release(self, view: QWidget) -> None:
        """Remember what the map showed here, and close its tools: the form's map has none open."""
        made = cast("MapView", view)
        made.tools.put_away()
        made.draw_area(False)
        state = made.state
        self._looked_at = (state.centre, state.zoom)

    @property
    def has_map(self) -> bool:
        """Whether the map is here now."""
        return self.holds(self._view)

    def show_points(self, points: Sequence[MapPoint]) -> None:
        """Show these points, now or when the map comes."""
        self._points = tuple(points)
        if self._view is not None and self.has_map:
            self._view.show_points(self._points)

    def fly_to(self, point: MapPoint) -> None:
        """Make a point visible."""
        if self._view is not None and self.has_map:
            self._view.fly_to(point.lat, point.long)

    def stress(self, lat: float, long: float, label: str) -> None:
        """Fly to a searched place and put a ring around it."""
        if self._view is not None and self.has_map:
            self._view.stress(lat, long, label)

    def show_kind(self, kind: str) -> None:
        """Also show assets of this kind."""
        if self._view is not None and self.has_map:
            self._view.tools.show_kind(kind)

    def show_notices(self, notices: Sequence[MapNotice]) -> None:
        """Show these areas, now or when the map comes."""
        self._notices = tuple(notices)
        if self._view is not None and self.has_map:
            self._view.show_notices(self._notices)

    def draw_area(self, on: bool, corners: Sequence[tuple[float, float]]) -> None:
        """Start or stop drawing an area with the pointer."""
        if self._view is not None and self.has_map:
            self._view.draw_area(on, corners)

    def clear_pin(self) -> None:
        """Remove the pin that a click put."""
        if self._view is not None and self.has_map:
            self._view.clear_pin()

    def mark_wards(self, codes: Sequence[str]) -> None:
        """Mark these wards."""
        if self._view is not None and self.has_map:
            self._view.highlight_wards(codes)

    def show_place(self, lat: float, long: float) -> None:
        """Show a place from far enough to see the area around it."""
        if self._view is not None and self.has_map:
            self._view.fly_to(lat, long, min(self._view.state.zoom, _AREA_ZOOM))

    def _on_drawn(self, corners: object) -> None:
        if self.has_map:
            self.area_drawn.emit(corners)

    def _on_picked(self, place: LocationPicked) -> None:
        if self._view is not None and self.has_map:
            self.picked.emit(place.lat, place.long)
