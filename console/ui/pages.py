"""Makes the pages, and moves the one map between those that show it."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from console.config import SettingLine, Settings
from console.ui.presenters.calls import CallPresenter
from console.ui.widgets.page import Page

if TYPE_CHECKING:
    from console.services.desk import Desk

log = logging.getLogger(__name__)


class PageMaker:
    """Knows which class each page is; modules are imported when their page is first opened."""

    def __init__(
        self,
        desk: "Desk",
        calls: CallPresenter,
        settings: Settings,
        lines: tuple[SettingLine, ...],
    ) -> None:
        """Keep what pages need."""
        self._desk = desk
        self._calls = calls
        self._settings = settings
        self._lines = lines
        self._map: QWidget | None = None

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

                return SettingsPage(self._lines, self._settings.ui)
            case _:
                from console.ui.panels.intake import IntakePage  # noqa: PLC0415

                return IntakePage(self._desk, self._calls)

    def place_map(self, page: QWidget, failed: Callable[[str], None]) -> None:
        """Give the map to this page if it has a slot; made on first use, one for the process."""
        slot = getattr(page, "map_slot", None)
        if slot is None:
            return
        if self._map is None:
            try:
                from console.ui.map.view import MapView  # noqa: PLC0415 - WebEngine comes late

                self._map = MapView()
            except Exception as error:
                # A seat without a map still takes calls; the status line says so.
                log.exception("the map could not be made")
                failed(type(error).__name__)
                return
        slot.adopt(self._map)

    def restyle_map(self) -> None:
        """Tell the map that the theme changed."""
        restyle = getattr(self._map, "restyle", None)
        if restyle is not None:
            restyle()
