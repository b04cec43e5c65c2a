"""Makes the pages, and moves the one map between those that show it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from console.config import Loaded, Settings
from console.map.state import MapSetup
from console.services.settings_file import SettingsKeeper
from console.services.views import MapPoint
from console.ui import formats
from console.ui.panels.points_slot import PointsSlot
from console.ui.presenters.calls import CallPresenter
from console.ui.widgets.page import Page

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.map.view import MapView

log = logging.getLogger(__name__)


class PageMaker:
    """Knows which class each page is; modules are imported when their page is first opened."""

    def __init__(
        self,
        desk: "Desk",
        calls: CallPresenter,
        settings: Settings,
        keeper: SettingsKeeper | None = None,
        map_setup: MapSetup | None = None,
        *,
        map_web: bool = True,
    ) -> None:
        """Keep what pages need."""
        self._desk = desk
        self._calls = calls
        self._settings = settings
        # A window without files, as a test makes it: nothing is declared, nothing can be saved.
        none = Loaded(settings, (), Path("config.toml"))
        self._keeper = keeper or SettingsKeeper(none, lambda: none)
        self._map_setup = map_setup or _setup_of(settings)
        self._map_web = map_web
        self._map: MapView | None = None

    def make(self, name: str) -> Page:
        """A page by name."""
        match name:
            case "inbox":
                from console.ui.panels.inbox import InboxPage  # noqa: PLC0415

                return InboxPage(self._desk)
            case "queue":
                from console.ui.panels.queue import QueuePage  # noqa: PLC0415

                return QueuePage(self._desk)
            case "callbacks":
                from console.ui.panels.callbacks import CallbacksPage  # noqa: PLC0415

                return CallbacksPage(self._desk, self._calls)
            case "map":
                from console.ui.panels.map_page import MapPage  # noqa: PLC0415

                return MapPage(self._desk)
            case "wallboard":
                from console.ui.panels.wallboard import WallboardPage  # noqa: PLC0415

                return WallboardPage(self._desk, self._calls)
            case "reports":
                from console.ui.panels.reports import ReportsPage  # noqa: PLC0415

                return ReportsPage(self._desk)
            case "settings":
                from console.ui.panels.settings import SettingsPage  # noqa: PLC0415
                from console.ui.presenters.settings import SettingsPresenter  # noqa: PLC0415

                return SettingsPage(SettingsPresenter(self._desk, self._keeper), self._settings.ui)
            case _:
                from console.ui.panels.intake import IntakePage  # noqa: PLC0415

                return IntakePage(self._desk, self._calls)

    def place_map(
        self, page: QWidget, opened: Callable[[UUID], None], failed: Callable[[str], None]
    ) -> None:
        """Give the map to this page if it has a slot; made on first use, one for the process.

        Args:
            opened: called with the id of a request clicked while the map page has the map.
            failed: called with the kind of the failure; a seat without a map still takes calls.
        """
        slot = getattr(page, "map_slot", None)
        if slot is None:
            return
        if self._map is None:
            try:
                from console.ui.map.view import MapView  # noqa: PLC0415 - WebEngine comes late

                self._map = MapView(self._described(), web=self._map_web)
            except Exception as error:
                log.exception("the map could not be made")
                failed(type(error).__name__)
                return
            self._map.request_opened.connect(lambda text: self._open_from_map(text, opened))
        slot.adopt(self._map)

    def _open_from_map(self, text: str, opened: Callable[[UUID], None]) -> None:
        """Only while the map page has it; the intake page shows a request its own way."""
        holder = self._map.parentWidget() if self._map is not None else None
        if isinstance(holder, PointsSlot):
            opened(UUID(text))

    def park_map(self, window: QWidget) -> None:
        """Take the map off its page, out of sight: the page goes, the map stays."""
        if self._map is not None:
            self._map.hide()
            self._map.setParent(window)

    def restyle_map(self) -> None:
        """Tell the map that the theme changed."""
        if self._map is not None:
            self._map.restyle()

    def close_map(self) -> None:
        """Let the web page go before the application does."""
        if self._map is not None:
            self._map.dispose()

    def _described(self) -> MapSetup:
        """The set-up with what a pointer's hint says of a request: number and kind of trouble."""

        def describe(point: MapPoint) -> str:
            service = self._desk.catalogue.services.get(point.service_code)
            name = service.name if service else point.service_code
            return f"{formats.request_number(point.number)} · {name}"

        return replace(self._map_setup, describe=self._map_setup.describe or describe)


def _setup_of(settings: Settings) -> MapSetup:
    chosen = settings.map
    lat, long = (*chosen.center, 0.0, 0.0)[:2]
    return MapSetup(
        outlines=Path(chosen.wards) if chosen.wards else None,
        basemap=Path(chosen.basemap) if chosen.basemap else None,
        centre=(lat, long),
        zoom=chosen.zoom,
    )
