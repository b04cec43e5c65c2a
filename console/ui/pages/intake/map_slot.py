"""The map of the intake page: the slot for the program's one map, and what it shows.

The map is created after the window and moves from page to page, so the state is kept here and sent
again when the map comes (back).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast, override
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.map.display.state import LocationPicked, MapNotice
from console.services.ports.places import Places
from console.services.views.requests import DuplicateRow, MapPoint, RequestRow
from console.ui.map.slot import MapSlot
from console.ui.pages.intake.form.presenter import IntakePresenter

if TYPE_CHECKING:
    from console.ui.map.view import MapView


def learn_places(places: Places, rows: Sequence[RequestRow]) -> None:
    """Teach the place search the addresses of this seat's requests, latest last; runs on a
    thread.
    """
    places.prepare()
    for row in reversed(rows):
        if row.address_string:
            places.remember(row.address_string, row.lat, row.long, row.ward_code)


_WARD_ZOOM = 15


class IntakeMap(MapSlot):
    """Pin, ward, circle and nearby requests of the form in front.

    Attributes:
        picked: (lat, long) where the person clicked or dropped the pin, while this page has the
            map.
        request_chosen: a request on the map was clicked (its UUID).
        asset_chosen: an asset on the map was clicked (its `Suggestion`).
        arrived: the map has arrived; load its points.
    """

    picked = Signal(float, float)
    request_chosen = Signal(object)
    asset_chosen = Signal(object)
    arrived = Signal()

    def __init__(self, places: Places, parent: QWidget | None = None) -> None:
        """Start without a map."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Bản đồ"))
        self._places = places
        self._view: MapView | None = None
        self._pin: tuple[float, float] | None = None
        self._accuracy_m: float | None = None
        self._ward = ""
        self._radius_m = 0.0
        self._near: tuple[UUID, ...] = ()
        self._points: tuple[MapPoint, ...] = ()
        self._warning = ""
        self._notices: tuple[MapNotice, ...] = ()

    @override
    def adopt(self, view: QWidget) -> None:
        """Take the map and show the place of the form in front."""
        super().adopt(view)
        made = cast("MapView", view)  # the window has only this one map
        if made is not self._view:
            self._view = made
            made.location_picked.connect(self._on_picked)
            made.request_opened.connect(self._on_opened)
            made.asset_chosen.connect(self._on_asset)
        self._say_all()
        self.arrived.emit()

    def show_form(self, form: IntakePresenter, radius_m: float, warning: str) -> None:
        """Show the place of the form in front: its pin, else the centre of its ward.

        Args:
            radius_m: radius within which another report is likely a duplicate; 0 draws no circle.
            warning: a line above the map; "" for none.
        """
        pin, ward = form.where.pin, form.values.ward_code
        off_m = form.values.accuracy_m
        moved, entered = (pin, off_m) != (self._pin, self._accuracy_m), ward != self._ward
        again = moved or entered or radius_m != self._radius_m
        self._pin, self._ward, self._radius_m = pin, ward, radius_m
        self._accuracy_m = off_m
        view = self._here()
        if warning != self._warning:
            self._warning = warning
            if view is not None:
                view.set_banner(warning)
        if view is None or not again:
            return
        if moved:
            self._say_pin(view, pan=True)
        if entered:
            view.highlight_wards((ward,) if ward else ())
            if pin is None:
                self._fly(view)
        self._say_near(view)

    def show_near(self, rows: Sequence[DuplicateRow]) -> None:
        """Highlight these likely duplicates."""
        near = tuple(row.request_id for row in rows)
        if near != self._near:
            self._near = near
            if (view := self._here()) is not None:
                self._say_near(view)

    def show_points(self, points: tuple[MapPoint, ...]) -> None:
        """Show the open requests of the city."""
        self._points = points
        if (view := self._here()) is not None:
            view.show_points(points)

    def show_notices(self, notices: tuple[MapNotice, ...]) -> None:
        """Show the areas of current notices."""
        self._notices = notices
        if (view := self._here()) is not None:
            view.show_notices(notices)

    def _here(self) -> "MapView | None":
        """The map, if it is on this page."""
        view = self._view
        return view if self.holds(view) else None

    def _say_all(self) -> None:
        view = self._here()
        if view is None:
            return
        view.clear_stress()
        view.show_points(self._points)
        view.show_notices(self._notices)
        view.highlight_wards((self._ward,) if self._ward else ())
        view.set_banner(self._warning)
        self._say_pin(view, pan=True)
        if self._pin is None:
            self._fly(view)
        self._say_near(view)

    def _say_pin(self, view: "MapView", *, pan: bool) -> None:
        if self._pin is None:
            view.clear_pin()
        else:
            view.set_pin(*self._pin, pan=pan, accuracy_m=self._accuracy_m)

    def _say_near(self, view: "MapView") -> None:
        if self._pin is None or not self._radius_m:
            view.clear_nearby()
        else:
            view.show_nearby(*self._pin, self._radius_m, self._near)

    def _fly(self, view: "MapView") -> None:
        centre = self._places.centre_of(self._ward) if self._ward else None
        if centre is not None:
            view.fly_to(*centre, _WARD_ZOOM)

    def _on_picked(self, place: LocationPicked) -> None:
        if self._here() is not None:
            self.picked.emit(place.lat, place.long)

    def _on_opened(self, request_id: str) -> None:
        if self._here() is not None:
            self.request_chosen.emit(UUID(request_id))

    def _on_asset(self, kind: str, code: str) -> None:
        if self._here() is None:
            return
        for place in self._places.suggest(code, 8):
            if (place.kind, place.asset_kind, place.text) == ("asset", kind, code):
                self.asset_chosen.emit(place)
                return
