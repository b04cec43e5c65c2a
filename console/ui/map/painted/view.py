"""The map without a web page: grid, ward names, outlines, requests and pin, all painted.

It takes over where WebEngine may not run (as root, or not installed) or its renderer keeps dying.
It has the same state, signals and keys as the web map.
"""

import contextlib
import math
import threading
from pathlib import Path
from typing import override

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from console.map.display.geojson import short_label
from console.map.display.heat import HeatCell, heat_cells, resolution_for
from console.map.display.state import LocationPicked, MapSetup, MapState, Source
from console.map.geography.assets import Asset, AssetFile
from console.map.geography.projection import metres_per_pixel, world
from console.map.geography.wards import WardTable
from console.services.views.requests import MapPoint
from console.ui.map.painted.base_map import PaintedBase
from console.ui.map.painted.frame import Frame
from console.ui.map.painted.ground import (
    notice_areas,
    paint_aim,
    paint_credit,
    paint_grid,
    paint_names,
    paint_notices,
    paint_outlines,
    paint_scale,
    title_boxes,
)
from console.ui.map.painted.overlays import (
    heat_numbers,
    paint_area,
    paint_asset,
    paint_doubt,
    paint_heat,
    paint_near,
    paint_ring,
    paint_tag,
    paint_way,
    tag_box,
    ward_under,
)
from console.ui.map.painted.points import HIT_PX, PaintedPoints
from console.ui.map.painted.shapes import draw_pin, outline_paths, pin_box
from console.ui.map.words import ASSETS_FROM_ZOOM, asset_names
from console.ui.theme import themes
from console.ui.widgets.basic.plain_label import set_tooltip

_STEP_PX = 6
_LOWEST, _HIGHEST = 8, 19
_DRAG_PX = 4
_TAG_ABOVE = QPointF(0, 50)
"""From the pin's point to the middle of its tag."""
_WAYS = {
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
}
_PATH_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)


class PainterMap(QWidget):
    """The painted map.

    Attributes:
        picked: LocationPicked.
        opened: id of a request.
        asset_chosen: (kind, code) of an asset.
        measured: the way as a tuple of (lat, long).
    """

    picked = Signal(object)
    opened = Signal(str)
    asset_chosen = Signal(str, str)
    measured = Signal(object)
    _outlines_read = Signal(object)

    def __init__(
        self, state: MapState, setup: MapSetup, table: WardTable, parent: QWidget | None = None
    ) -> None:
        """Show a state; its owner changes it and calls `update()`."""
        super().__init__(parent)
        self._state, self._setup = state, setup
        wards = sorted(table.new.values(), key=lambda ward: -ward.km2)
        self._wards = [(w.code, short_label(w.name), world(w.lat, w.long)) for w in wards]
        self._outlines = outline_paths(setup.outlines)
        self._outlines_read.connect(self._on_outlines, Qt.ConnectionType.QueuedConnection)
        self._spots = {code: at for code, _label, at in self._wards}
        self._labels = {w.code: short_label(w.name) for w in wards}
        self._assets = AssetFile(setup.assets)
        self._assets_seen: tuple[object, tuple[Asset, ...]] = (None, ())
        self._heat: tuple[object, tuple[HeatCell, ...]] = (None, ())
        self._points = PaintedPoints(state)
        self._base: PaintedBase | None = None
        self._press: QPoint | None = None
        self._dragging = self._dragging_pin = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Bản đồ"))
        keys = self.tr("Phím mũi tên dời ghim, Enter đặt ghim ở giữa bản đồ.")
        self.setAccessibleDescription(keys)

    def take_data(self, setup: MapSetup) -> None:
        """Outlines or assets have changed."""
        self._setup = setup
        self._assets_seen = (None, ())
        file = setup.outlines
        threading.Thread(target=self._read, args=(file,), name="map-outlines", daemon=True).start()

    def _read(self, file: Path | None) -> None:
        """Read outside the GUI thread: it takes a quarter of a second."""
        found = outline_paths(file)
        with contextlib.suppress(RuntimeError):  # the window has been closed
            self._outlines_read.emit(found)

    @Slot(object)
    def _on_outlines(self, found: dict[str, QPainterPath]) -> None:
        self._outlines = found
        self.update()

    def set_base(self, base: PaintedBase | None) -> None:
        """Use another base map, or none."""
        old, self._base = self._base, base
        if old is not None:
            old.changed.disconnect(self.update)
            old.close()
            old.deleteLater()
        if base is not None:
            base.changed.connect(self.update)
        self.update()

    def _frame(self) -> Frame:
        return Frame(self._state.centre, self._state.zoom, self.width(), self.height())

    def pixel(self, lat: float, long: float) -> QPointF:
        """Where a place is in this widget."""
        return self._frame().pixel(lat, long)

    def place_at(self, at: QPointF) -> tuple[float, float]:
        """(lat, long) under a point of this widget."""
        return self._frame().place_at(at)

    def point_under(self, at: QPointF) -> MapPoint | None:
        """The nearest request within 12 pixels."""
        return self._points.under(at, self._frame())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = themes.NIGHT if self._state.theme == "night" else themes.LIGHT
        painter.fillRect(self.rect(), QColor(colours.panel))
        frame, marked = self._frame(), frozenset(self._state.wards)
        paint_grid(painter, colours, frame)
        if self._base is not None:
            self._base.paint(painter, frame, night=colours.name == "night")
        paint_outlines(painter, colours, frame, self._outlines, marked)
        state = self._state
        halo, under = self._base is not None, self._under_pin()
        # The pin's tag shows its ward's name: written twice, one would lie half under the other.
        tagged = state.pin and self.rect().contains(self.pixel(*state.pin).toPoint())
        names = [ward for ward in self._wards if ward[0] != under or not tagged]
        notices = notice_areas(state.notices, self._outlines, self._spots, frame)
        busy = title_boxes(notices, frame) + self._busy(frame, under)
        paint_names(painter, colours, frame, names, self._outlines, marked, busy=busy, halo=halo)
        paint_notices(painter, colours, notices, frame)
        if state.heat:
            paint_heat(painter, colours, self._heat_now(), self.pixel)
        if state.nearby:
            paint_near(painter, colours, state.nearby, frame)
        for asset in self._assets_now():
            paint_asset(painter, colours, asset, self.pixel(asset.lat, asset.long))
        if not state.heat:
            self._points.paint(painter, colours, frame, self.devicePixelRatioF())
        paint_scale(painter, colours, frame)
        if self._base is not None:
            paint_credit(painter, colours, frame, self._base.attribution)
        draw = paint_area if state.drawing else paint_way
        draw(painter, colours, state.measured, self.pixel)
        if state.ring:
            paint_ring(painter, colours, state.ring, self.pixel)
        if state.pin:
            self._paint_pin(painter, colours, state.pin, under)
        elif self.hasFocus():
            paint_aim(painter, colours, frame)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _busy(self, frame: Frame, under: str | None) -> list[QRectF]:
        """What names avoid besides titles of notices: clusters or counts, the pin, its tag."""
        heat = self._heat_now() if self._state.heat else None
        boxes = self._points.boxes(frame) if heat is None else heat_numbers(heat, self.pixel)
        if self._state.pin:
            at = self.pixel(*self._state.pin)
            boxes.append(pin_box(at))
            if under is not None:
                boxes.append(tag_box(self._labels[under], at - _TAG_ABOVE, centred=True))
        return boxes

    def _under_pin(self) -> str | None:
        """The code of the ward whose name the pin's tag shows."""
        pin = self._state.pin
        code = ward_under(self._outlines, *world(*pin)) if pin else None
        return code if code in self._labels else None

    def _paint_pin(
        self,
        painter: QPainter,
        colours: themes.Tokens,
        pin: tuple[float, float],
        under: str | None,
    ) -> None:
        at = self.pixel(*pin)
        if self._state.accuracy_m:
            radius = self._state.accuracy_m / metres_per_pixel(pin[0], self._state.zoom)
            paint_doubt(painter, colours, at, radius)
        draw_pin(painter, colours, at)
        if under is not None:
            paint_tag(painter, colours, self._labels[under], at - _TAG_ABOVE, centred=True)

    def _heat_now(self) -> tuple[HeatCell, ...]:
        """The cells; made again when the requests or the resolution change."""
        key = (id(self._state.points), resolution_for(self._state.zoom))
        if self._heat[0] != key:
            self._heat = (key, heat_cells(self._state.points, self._state.zoom))
        return self._heat[1]

    def _assets_now(self) -> tuple[Asset, ...]:
        """The visible assets; queried again when the view or the kinds change."""
        state = self._state
        if not state.asset_kinds or state.zoom < ASSETS_FROM_ZOOM:
            return ()
        north, west = self.place_at(QPointF(0, 0))
        south, east = self.place_at(QPointF(self.width(), self.height()))
        key = (state.asset_kinds, south, west, north, east)
        if self._assets_seen[0] != key:
            self._assets_seen = (key, self._assets.within(state.asset_kinds, key[1:]))
        return self._assets_seen[1]

    def _asset_under(self, at: QPointF) -> Asset | None:
        def far(asset: Asset) -> float:
            gap = self.pixel(asset.lat, asset.long) - at
            return math.hypot(gap.x(), gap.y())

        nearest = min(self._assets_now(), key=far, default=None)
        return nearest if nearest is not None and far(nearest) <= HIT_PX else None

    def _pick(self, lat: float, long: float, source: Source) -> None:
        self._state.pin, self._state.accuracy_m = (lat, long), None
        self.update()
        self.picked.emit(LocationPicked(lat, long, source))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position().toPoint()
            self._dragging = False
            pin = self._state.pin
            gap = self.pixel(*pin) - event.position() if pin else QPointF(1e6, 1e6)
            self._dragging_pin = abs(gap.x()) < 12 and -4 < gap.y() < 38

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        now = event.position().toPoint()
        if self._press is None:
            under = self.point_under(event.position())
            describe = self._setup.describe
            text = (describe(under) if describe else under.number) if under else ""
            if not under and (asset := self._asset_under(event.position())):
                text = f"{asset_names()[asset.kind]} {asset.code}"
            set_tooltip(self, text)
            return
        moved = now - self._press
        if self._dragging or moved.manhattanLength() > _DRAG_PX:
            self._dragging = True
            if self._dragging_pin and self._state.pin:
                self._state.pin = self.place_at(self.pixel(*self._state.pin) + QPointF(moved))
            else:
                self._state.centre = self.place_at(self._frame().middle - QPointF(moved))
            self._press = now
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        self._press = None
        if self._dragging:
            if self._dragging_pin and self._state.pin:
                self._pick(*self._state.pin, "drag")
            return
        if self._state.tool != "pin":
            self._measure((*self._state.measured, self.place_at(event.position())))
            return
        under = self.point_under(event.position())
        if under is None and (asset := self._asset_under(event.position())):
            self.asset_chosen.emit(asset.kind, asset.code)
            return
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if under is not None and not shift:
            self.opened.emit(str(under.id))
            return
        cluster = self._points.cluster_under(event.position(), self._frame())
        if cluster is not None and under is None and not shift:
            self._state.centre = self.place_at(cluster)
            self._state.zoom = min(17, self._state.zoom + 2)
            self.update()
            return
        self._pick(*self.place_at(event.position()), "click")

    def _measure(self, path: tuple[tuple[float, float], ...]) -> None:
        self._state.measured = path[:200]
        self.update()
        self.measured.emit(self._state.measured)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(1 if event.angleDelta().y() > 0 else -1, event.position())

    def _zoom(self, step: int, at: QPointF) -> None:
        held = self.place_at(at)
        self._state.zoom = min(_HIGHEST, max(_LOWEST, self._state.zoom + step))
        moved = self.pixel(*held) - at
        self._state.centre = self.place_at(self._frame().middle + moved)
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        middle = self._frame().middle
        if self._state.tool != "pin" and key in _PATH_KEYS:
            path = self._state.measured
            more = (*path, self.place_at(middle))
            steps = {Qt.Key.Key_Return: more, Qt.Key.Key_Backspace: path[:-1]}
            self._measure(steps.get(Qt.Key(key), ()))
            return
        way = _WAYS.get(Qt.Key(key))
        if way is not None and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self._arrow(way, fast=bool(event.modifiers()))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(*self.place_at(middle), "keyboard")
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(1, middle)
        elif key == Qt.Key.Key_Minus:
            self._zoom(-1, middle)
        else:
            super().keyPressEvent(event)

    def _arrow(self, way: QPointF, *, fast: bool) -> None:
        if self._state.pin is None:
            self._state.centre = self.place_at(self._frame().middle + way * 80)
            self.update()
            return
        at = self.pixel(*self._state.pin) + way * _STEP_PX * (8 if fast else 1)
        where = self.place_at(at)
        if not self.rect().contains(at.toPoint()):
            self._state.centre = where
        self._pick(*where, "keyboard")
