"""Keeps the one map: made on first use, moved between pages and screens, closed at the end."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from console.domain.live_events import LinkChanged
from console.map.display.state import MapSetup
from console.services.views.requests import MapPoint
from console.ui.map.own_window import MapWindow
from console.ui.map.points_slot import PointsSlot
from console.ui.map.slot import MapSlot
from console.ui.runtime.screens import choose_screen
from console.ui.runtime.tasks import spawn
from console.ui.text import formats

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.map.view import MapView

log = logging.getLogger(__name__)


class SharedMap(QObject):
    """The one map of the window.

    Signals:
        moved: name of the screen that has the map; "" = it is back in the window.
        announced: a sentence for the person.
    """

    moved = Signal(str)
    announced = Signal(str)

    def __init__(
        self,
        desk: "Desk",
        setup: MapSetup | None,
        window: QWidget,
        *,
        web: bool,
    ) -> None:
        """Start without a map.

        Args:
            web: False uses the painted map even where a web page could run.
        """
        super().__init__(window)
        self._desk, self._window, self._web = desk, window, web
        self._setup = setup or MapSetup()
        self._map: MapView | None = None
        self._screen: MapWindow | None = None
        self._wanted = ""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._on_removed)

    def place(self, page: QWidget, opened: Callable[[UUID], None]) -> None:
        """Give the map to this page if it has a slot; the map is made on first use, once per
        process.

        Args:
            opened: called with the id of a request clicked while the map page has the map.
        """
        slot = getattr(page, "map_slot", None)
        if not isinstance(slot, MapSlot):
            return
        if self._map is None:
            try:
                from console.ui.map.view import MapView  # noqa: PLC0415 - WebEngine is loaded late

                self._map = MapView(self._described(), web=self._web)
            except Exception as error:
                log.exception("the map could not be made")
                # A state, not a message box: a seat without a map still takes calls.
                self._desk.bus.publish(LinkChanged("map", "warn", type(error).__name__))
                return
            self._map.request_opened.connect(lambda text: self._open_from_map(text, opened))
            self._map.bases.data_changed.connect(self._on_data)
        slot.adopt(self._map)
        if self._wanted and self._screen is None:
            self.send_to(self._wanted)

    @property
    def away(self) -> str:
        """Name of the screen that has the map; "" = the window has it."""
        return self._screen.screen().name() if self._screen is not None else ""

    def send_to(self, name: str) -> None:
        """Move the map to this screen, now or when the map is made; "" brings it back."""
        self._wanted = name
        screen = next((s for s in QGuiApplication.screens() if s.name() == name), None)
        if screen is None:
            self._bring_back()
            if not name:
                self.moved.emit("")
        elif self._map is not None:
            self._send(self._map, screen)

    def toggle(self) -> None:
        """Move the map to the other screen, or back."""
        window = self._window
        if self.away:
            self.send_to("")
        elif len(QGuiApplication.screens()) < 2:
            self.announced.emit(self.tr("Máy chỉ có một màn hình, bản đồ ở lại cửa sổ."))
        else:
            at = window.mapToGlobal(window.rect().center())
            choose_screen(window, at, lambda screen: self.send_to(screen.name()))

    def cover(self, covered: bool) -> None:
        """The seat is locked: hide citizens' data on the other screen too."""
        if self._screen is not None:
            self._screen.setVisible(not covered)

    def park(self) -> None:
        """Take the map off its page and hide it: the page goes, the map stays."""
        self._wanted = ""
        self._close_screen()
        if self._map is not None:
            self._map.hide()
            self._map.slot = None
            self._map.setParent(self._window)

    def restyle(self) -> None:
        """The theme changed."""
        if self._map is not None:
            self._map.restyle()

    def close(self) -> None:
        """Close the web page before the application ends."""
        self._close_screen()
        if self._map is not None:
            self._map.dispose()

    def _send(self, view: "MapView", screen: QScreen) -> None:
        if self._screen is None:
            self._screen = MapWindow(self._window)
            self._screen.closed.connect(self._on_closed)
        view.away = True
        if view.slot is not None:
            view.slot.lay(view)
        self._screen.take(view, screen)
        self.moved.emit(screen.name())

    def _bring_back(self) -> None:
        if self._screen is None or self._map is None:
            return
        self._close_screen()
        if self._map.slot is not None:
            self._map.slot.lay(self._map)

    def _close_screen(self) -> None:
        screen, self._screen = self._screen, None
        if screen is None or self._map is None:
            return
        self._map.away = False
        self._map.setParent(self._window)
        screen.closed.disconnect(self._on_closed)
        screen.close()
        screen.deleteLater()

    def _on_closed(self) -> None:
        self.send_to("")

    def _on_data(self) -> None:
        """Map data was imported, maybe by the command line: update pins and search too."""
        spawn(asyncio.to_thread(self._desk.places.reread))

    def _on_removed(self, screen: QScreen) -> None:
        """The screen was unplugged: bring the map back; it returns there when the screen is chosen
        again.
        """
        if self._screen is not None and self._screen.screen() is screen:
            self._bring_back()

    def _open_from_map(self, text: str, opened: Callable[[UUID], None]) -> None:
        """Open a request only for the map page; the intake page shows requests in its own way."""
        if self._map is not None and isinstance(self._map.slot, PointsSlot):
            opened(UUID(text))

    def _described(self) -> MapSetup:
        """The set-up, with the tooltip of a request: number and service."""

        def describe(point: MapPoint) -> str:
            service = self._desk.catalogue.services.get(point.service_code)
            name = service.name if service else point.service_code
            return f"{formats.request_number(point.number)} · {name}"

        return replace(self._setup, describe=self._setup.describe or describe)
