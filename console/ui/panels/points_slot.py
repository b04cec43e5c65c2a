"""The map page's place for the one map: it shows the page's points while the map is here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast, override

from PySide6.QtWidgets import QWidget

from console.services.views import MapPoint
from console.ui.map.slot import MapSlot

if TYPE_CHECKING:
    from console.ui.map.view import MapView


class PointsSlot(MapSlot):
    """Remembers the points for when the map comes back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """No map, no points."""
        super().__init__(parent)
        self._view: MapView | None = None
        self._points: tuple[MapPoint, ...] = ()
        self._looked_at: tuple[tuple[float, float], int] | None = None

    @override
    def adopt(self, view: QWidget) -> None:
        """Take the map, and clear what another page put on it; it shows the whole city, or what
        it showed when it left.
        """
        arrives = view.parentWidget() is not self
        super().adopt(view)
        self._view = cast("MapView", view)  # the window has only this one
        self._view.clear_pin()
        self._view.clear_nearby()
        self._view.highlight_wards(())
        self._view.set_banner("")
        self._view.clear_stress()
        self._view.show_points(self._points)
        if arrives:
            centre, zoom = self._looked_at or self._view.first_view
            self._view.fly_to(*centre, zoom)

    @override
    def release(self, view: QWidget) -> None:
        """Remember what it showed here, and put its tools away: the form's map has none open."""
        made = cast("MapView", view)
        made.tools.put_away()
        state = made.state
        self._looked_at = (state.centre, state.zoom)

    @property
    def has_map(self) -> bool:
        """Whether the map is here now."""
        return self._view is not None and self._view.parentWidget() is self

    def show_points(self, points: Sequence[MapPoint]) -> None:
        """Show these when the map is here, else when it comes."""
        self._points = tuple(points)
        if self._view is not None and self.has_map:
            self._view.show_points(self._points)

    def fly_to(self, point: MapPoint) -> None:
        """Bring a point into sight."""
        if self._view is not None and self.has_map:
            self._view.fly_to(point.lat, point.long)

    def stress(self, lat: float, long: float, label: str) -> None:
        """Fly to a searched place and ring it."""
        if self._view is not None and self.has_map:
            self._view.stress(lat, long, label)

    def show_kind(self, kind: str) -> None:
        """Show assets of this kind, too."""
        if self._view is not None and self.has_map:
            self._view.tools.show_kind(kind)
