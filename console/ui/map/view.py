"""The one map of the program: a web page, or a painted map where no web page may run.

It is cheap to make and is built when first shown. It lives as long as the program and moves from
page to page (`slot.py`). What it shows is a value (`MapState`), so losing a renderer costs nothing.
"""

import contextlib
import importlib.util
import logging
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import override

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.map.display.state import MapNotice, MapSetup, MapState, Nearby
from console.map.geography.assets import AssetFile
from console.map.geography.projection import distance_text, way_m
from console.map.geography.wards import WardTable
from console.map.page.integrity import altered_files
from console.map.page.messages import Pin, Ring, Theme, Tool, ToPage, Unpin, View, Wards
from console.map.page.process import PageBuildError, marked_page
from console.services.views.requests import MapPoint
from console.ui.map.base_files import BaseFiles
from console.ui.map.painted.base_map import PaintedBase
from console.ui.map.painted.view import PainterMap
from console.ui.map.printing import print_widget
from console.ui.map.slot import MapSlot
from console.ui.map.tools import MapTools
from console.ui.theme import themes
from console.ui.widgets.basic.plain_label import PlainLabel, set_tooltip

logger = logging.getLogger(__name__)

DEATHS = 3
"""A renderer that dies this often is not restarted; the painted map takes over."""

_KEEP = 17
"""Zoom of `fly_to` when the view is far out and no zoom is given."""


class MapView(QWidget):
    """The map, with a banner above and one line about the base map below.

    Attributes:
        location_picked: LocationPicked, the person placed the pin.
        request_opened: id of a request that was clicked.
        asset_chosen: (kind, code) of an asset that was clicked.
        printed: (path of the PDF, why it does not exist or "").
        area_drawn: corners of the area that is being drawn, a tuple of (lat, long).
        ready: the map is on the screen and listens.
        engine: `""` before it is built, then `web` or `painted`.
        canvas: shows the map and takes mouse and keys, once it is built. MapView itself takes no
            focus, not even by proxy: Tab would enter it twice and skip what lies between the two.
        slot: the place on the page that uses it; `away`: it is on another screen.
        web: the page's view while the engine is `web`.
    """

    location_picked = Signal(object)
    request_opened = Signal(str)
    asset_chosen = Signal(str, str)
    printed = Signal(str, str)
    area_drawn = Signal(object)
    ready = Signal()
    _warmed = Signal()

    def __init__(
        self,
        setup: MapSetup | None = None,
        *,
        table: WardTable | None = None,
        web: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Make it without building it.

        Args:
            setup: outlines, base map, first view of this seat.
            table: ward tables, the shipped ones when None.
            web: False uses the painted map even where a web page could run.
        """
        super().__init__(parent)
        self._given = setup or MapSetup()
        self._setup = _with_what_is_there(self._given)
        self._table = table or WardTable()
        self._allow_web = web
        self.slot: MapSlot | None = None
        self.away = False
        self.engine = ""
        self.deaths = 0
        self._building = False
        self.canvas: QWidget | None = None
        self._painted: PainterMap | None = None
        self.bases = BaseFiles(self._given, self)
        self.bases.switched.connect(self._on_base)
        self.bases.data_changed.connect(self._on_data)
        self.state = MapState(self._setup.centre, self._setup.zoom, theme=themes.current().name)
        self._banner = PlainLabel(tone="warn", wrap=True)
        self._banner.setContentsMargins(8, 4, 8, 4)
        self._banner.hide()
        self.tools = MapTools(AssetFile(self._setup.assets).counts(), self)
        self._base = self.tools.base
        self._say_base()
        self.tools.measure_wanted.connect(self.measure)
        self.tools.heat_wanted.connect(self.show_heat)
        self.tools.assets_wanted.connect(self.show_assets)
        self.tools.print_wanted.connect(self.print_to)
        self.printed.connect(self._on_printed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addStretch(1)
        column.addWidget(self.tools)
        self._column = column
        self.setMinimumSize(200, 160)

    def ensure_built(self) -> None:
        """Start building if that has not happened; `ready` follows."""
        if self._building or self.canvas is not None:
            return
        self._building = True
        if not (self._allow_web and _web_may_run()):
            QTimer.singleShot(0, self, self._build_painted)
            return
        self._warmed.connect(self._build_web, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._warm, name="map-page", daemon=True).start()

    def _warm(self) -> None:
        """Make the page outside the GUI thread: it takes 0.5 to 1 s."""
        try:
            marked_page()
        except PageBuildError:
            logger.exception("the map page cannot be built")
            self._allow_web = False
        with contextlib.suppress(RuntimeError):  # the window has been closed
            self._warmed.emit()

    @Slot()
    def _build_web(self) -> None:
        if self.canvas is not None:
            return
        if not self._allow_web:
            self._build_painted()
            return
        try:
            from console.ui.map.web.view import WebMap  # noqa: PLC0415 (WebEngine comes late)

            web = WebMap(self.state, self._setup, self._table, self.bases.base, self)
        except ImportError:
            logger.exception("no WebEngine: the map is painted")
            self._build_painted()
            return
        web.picked.connect(self.location_picked)
        web.opened.connect(self.request_opened)
        web.asset_chosen.connect(self.asset_chosen)
        web.measured.connect(self._on_measured)
        web.ready.connect(self._order)
        web.ready.connect(self.ready)
        web.died.connect(self._on_died)
        self.web = web
        self._put(web, "web")

    @Slot()
    def _build_painted(self) -> None:
        if self._painted is not None:
            return
        painted = PainterMap(self.state, self._setup, self._table, self)
        self.bases.no_online()
        self._give_base(painted)
        painted.picked.connect(self.location_picked)
        painted.opened.connect(self.request_opened)
        painted.asset_chosen.connect(self.asset_chosen)
        painted.measured.connect(self._on_measured)
        self._painted = painted
        self._put(painted, "painted")
        self.ready.emit()

    @Slot()
    def _order(self) -> None:
        """Make Tab go from the map to its tools; moving to another page breaks that order.

        The web page's input widget is created late by the engine, and again after the engine died.
        """
        if self.canvas is not None:
            keyboard = self.canvas.focusProxy() or self.canvas
            for one, two in pairwise((keyboard, *self.tools.buttons)):
                QWidget.setTabOrder(one, two)

    def _put(self, made: QWidget, engine: str) -> None:
        if self.canvas is not None:
            self._column.removeWidget(self.canvas)
            self.canvas.hide()
            self.canvas.deleteLater()
        else:
            self._column.takeAt(1)  # the stretch that kept the place
        self.canvas = made
        self.engine = engine
        self._column.insertWidget(1, made, 1)
        self._order()
        self._say_base()
        made.show()

    @Slot()
    def _on_died(self) -> None:
        self.deaths += 1
        # Not from inside the signal: Chromium is still cleaning up the dead process.
        QTimer.singleShot(0, self, self._restart if self.deaths < DEATHS else self._give_up)

    @Slot()
    def _restart(self) -> None:
        self.web.load_page()

    @Slot()
    def _give_up(self) -> None:
        logger.error("the map's renderer died %d times: painting it", self.deaths)
        self.web.dispose()
        self._build_painted()

    def _give_base(self, painted: PainterMap) -> None:
        path, base = self.bases.path, self.bases.base
        painted.set_base(PaintedBase(path, base, painted) if path and base else None)

    @Slot()
    def _on_base(self) -> None:
        """Use another base map without a restart; the view stays."""
        if self.engine == "web":
            self.web.set_base(self.bases.base)
        if self._painted is not None:
            self._give_base(self._painted)
        self._say_base()

    @Slot()
    def _on_data(self) -> None:
        """Ward outlines or assets were imported, here or by the command line."""
        self._setup = _with_what_is_there(self._given)
        self.tools.offer(AssetFile(self._setup.assets).counts())
        if self.engine == "web":
            self.web.take_data(self._setup)
        if self._painted is not None:
            self._painted.take_data(self._setup)
        self._say_base()

    def _say_base(self) -> None:
        said = self.bases.text()
        self._base.setText(said)
        cure = self.tr("Quản trị máy đặt bằng: console1022 map set-basemap TỆP.pmtiles")
        set_tooltip(self._base, said if self.bases.base is not None else f"{said}. {cure}")

    @property
    def first_view(self) -> tuple[tuple[float, float], int]:
        """Centre and zoom from the seat's settings."""
        return self._setup.centre, self._setup.zoom

    def set_pin(
        self, lat: float, long: float, *, pan: bool = True, accuracy_m: float | None = None
    ) -> None:
        """Place the pin without emitting `location_picked`; `pan` makes it visible.

        Args:
            accuracy_m: error radius reported by an app; drawn as a circle.
        """
        self.state.pin, self.state.accuracy_m = (lat, long), accuracy_m
        if self._listens():
            self.web.tell(Pin(lat, long, pan, accuracy_m))
        elif pan:
            self.state.centre = (lat, long)
        self._repaint()

    def clear_pin(self) -> None:
        """Remove the pin."""
        self.state.pin = None
        self._tell(Unpin())

    def show_points(self, points: Sequence[MapPoint]) -> None:
        """Show these requests and no others."""
        self.state.points = tuple(points)
        if self.engine == "web":
            self.web.send_points()
            if self.state.heat:
                self.web.send_heat()
        self._repaint()

    def show_nearby(self, lat: float, long: float, radius_m: float, ids: Sequence[object]) -> None:
        """Draw a circle and emphasise these requests; radius 0 or no place removes it."""
        wanted = tuple(str(one) for one in ids)
        self.state.nearby = Nearby(lat, long, radius_m, wanted) if radius_m > 0 else None
        if self.engine == "web":
            from console.ui.map.web.view import near_message  # noqa: PLC0415

            self.web.tell(near_message(self.state))
        self._repaint()

    def clear_nearby(self) -> None:
        """Remove the circle."""
        self.show_nearby(0, 0, 0, ())

    def highlight_wards(self, codes: Sequence[str]) -> None:
        """Mark these new wards."""
        self.state.wards = tuple(codes)
        self._tell(Wards(self.state.wards))

    def fly_to(self, lat: float, long: float, zoom: int | None = None) -> None:
        """Show this place; without a zoom, keep the present one but near enough to see streets."""
        self.state.centre = (lat, long)
        self.state.zoom = zoom if zoom is not None else max(self.state.zoom, _KEEP - 2)
        self._tell(View(lat, long, self.state.zoom))

    def stress(self, lat: float, long: float, label: str = "") -> None:
        """Fly to a place, such as an asset that was searched for, and put a ring around it."""
        self.state.ring = (lat, long, label[:60])
        self._tell(Ring(*self.state.ring))
        self.fly_to(lat, long, max(self.state.zoom, _KEEP))

    def clear_stress(self) -> None:
        """Remove the ring."""
        self.state.ring = None
        self._tell(Ring(None, None))

    def measure(self, on: bool) -> None:
        """Let the pointer measure distances instead of moving the pin."""
        self.state.measuring = on
        self._trace(())

    def draw_area(self, on: bool, path: Sequence[tuple[float, float]] = ()) -> None:
        """Let the pointer draw an area instead of moving the pin; `area_drawn` reports every
        change.

        Args:
            path: corners that exist already.
        """
        if on:
            self.tools.put_away()
        if on or self.state.drawing:
            self.state.drawing = on
            self._trace(tuple(path))

    def _trace(self, path: tuple[tuple[float, float], ...]) -> None:
        self.state.measured = path
        self.tools.said.setText("")
        self._tell(Tool(self.state.tool, path))

    def show_notices(self, notices: Sequence[MapNotice]) -> None:
        """Show these areas and no others."""
        if tuple(notices) == self.state.notices:
            return
        self.state.notices = tuple(notices)
        if self.engine == "web":
            self.web.send_notices()
        self._repaint()

    @Slot(object)
    def _on_measured(self, path: Sequence[tuple[float, float]]) -> None:
        if self.state.drawing:
            self.area_drawn.emit(tuple(path))
            return
        self.tools.said.setText(distance_text(way_m(path)) if len(path) > 1 else "")

    @Slot(str, str)
    def _on_printed(self, path: str, why: str) -> None:
        said = self.tr("Không ghi được {0}: {1}") if why else self.tr("Đã in vào {0}")
        self.tools.said.setText(said.format(Path(path).name, why))

    def show_heat(self, on: bool) -> None:
        """Show counts by area instead of single requests."""
        self.state.heat = on
        if self.engine == "web":
            self.web.send_heat()
        self._repaint()

    def show_assets(self, kinds: Sequence[str]) -> None:
        """Show assets of these kinds, once the map is near enough to tell them apart."""
        self.state.asset_kinds = tuple(kinds)
        if self.engine == "web":
            self.web.send_assets()
        self._repaint()

    def print_to(self, path: str) -> None:
        """Write the visible map into a PDF file; `printed` follows."""
        if self.engine == "web":
            self.web.print_to(path, self.printed.emit)
        elif self._painted is not None:
            try:
                print_widget(self._painted, self.tr("Bản đồ 1022"), Path(path))
            except OSError as error:
                self.printed.emit(path, error.strerror or str(error))
            else:
                self.printed.emit(path, "")

    def set_theme(self, name: str) -> None:
        """`light` or `night`."""
        self.state.theme = "night" if name == "night" else "light"
        self._tell(Theme(self.state.theme))

    def restyle(self) -> None:
        """Use the window's theme."""
        self.set_theme(themes.current().name)

    def set_banner(self, text: str) -> None:
        """Set the line above the map, such as a pin that contradicts the text; "" removes it."""
        self._banner.setText(text)
        self._banner.setVisible(bool(text))

    def dispose(self) -> None:
        """Close WebEngine in the right order; called at the program's end and by tests."""
        if self.engine == "web":
            self.web.dispose()
        if self._painted is not None:
            self._painted.set_base(None)
        self.bases.close()

    def _tell(self, message: ToPage) -> None:
        """Show a change of the state: by a message to the page, or by painting again."""
        if self.engine == "web":
            self.web.tell(message)
        self._repaint()

    def _listens(self) -> bool:
        return self.engine == "web" and self.web.bridge.is_open

    def _repaint(self) -> None:
        if self._painted is not None:
            self._painted.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.bases.look()  # on file systems that do not report changes, such as a network share
        QTimer.singleShot(0, self, self.ensure_built)
        self._order()


def _with_what_is_there(setup: MapSetup) -> MapSetup:
    """The set-up without outlines that do not exist (yet); the map then shows names only."""
    if setup.outlines is not None and not setup.outlines.is_file():
        return replace(setup, outlines=None)
    return setup


def _web_may_run() -> bool:
    """Whether WebEngine may run: it needs the scripts as they were shipped and, as root, a sandbox
    that was switched off.
    """
    if importlib.util.find_spec("PySide6.QtWebEngineWidgets") is None:
        logger.warning("no WebEngine here: the map is painted")
        return False
    if changed := altered_files():
        logger.error("not as it was shipped, so the map is painted: %s", ", ".join(changed))
        return False
    if sys.platform == "win32" or os.geteuid() != 0:
        return True
    return os.environ.get("QTWEBENGINE_DISABLE_SANDBOX") == "1"
