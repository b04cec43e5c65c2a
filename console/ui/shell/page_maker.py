"""Builds the pages."""

from pathlib import Path
from typing import TYPE_CHECKING

from console.config.settings import Loaded, Settings
from console.domain.states import Role
from console.services.city_data.import_rights import may_import
from console.services.runtime.settings_file import SettingsKeeper
from console.services.supervision.audit import MAY_READ
from console.ui import actions
from console.ui.calls.presenter import CallPresenter
from console.ui.widgets.page_frames.page import Page

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.ui.pages.settings.data_section import DataSection

_OFFICER_PAGES = ("queue", "map", "reports", "settings")


def pages_for(role: Role) -> tuple[str, ...]:
    """The pages of a role in the order of the rail; settings last, whatever the keys."""
    if role is Role.OFFICER:
        return _OFFICER_PAGES
    names = [name for name, _ in actions.PAGES if name not in ("audit", "settings")]
    return (*names, *(("audit",) if role in MAY_READ else ()), "settings")


class PageMaker:
    """Knows the class of each page; a module is imported when its page is first opened."""

    def __init__(
        self,
        desk: "Desk",
        calls: CallPresenter,
        settings: Settings,
        keeper: SettingsKeeper | None = None,
    ) -> None:
        """Keep what pages need."""
        self._desk = desk
        self._calls = calls
        self._settings = settings
        # A window without settings files, as in tests: nothing is declared, nothing can be saved.
        none = Loaded(settings, (), Path("config.toml"))
        self._keeper = keeper or SettingsKeeper(none, lambda: none)

    def make(self, name: str) -> Page:  # noqa: PLR0911 - one for each page
        """Build a page by name."""
        match name:
            case "inbox":
                from console.ui.pages.inbox.page import InboxPage  # noqa: PLC0415

                return InboxPage(self._desk, sms_price=self._settings.messages.sms_price)
            case "queue":
                from console.ui.pages.queue.page import QueuePage  # noqa: PLC0415

                return QueuePage(self._desk)
            case "callbacks":
                from console.ui.pages.callbacks.page import CallbacksPage  # noqa: PLC0415

                return CallbacksPage(self._desk, self._calls)
            case "map":
                from console.ui.pages.map.page import MapPage  # noqa: PLC0415

                return MapPage(self._desk)
            case "wallboard":
                from console.ui.pages.supervision.page import SupervisionPage  # noqa: PLC0415

                return SupervisionPage(self._desk, self._calls)
            case "reports":
                from console.ui.pages.reports.page import ReportsPage  # noqa: PLC0415

                return ReportsPage(self._desk)
            case "audit":
                from console.ui.pages.audit.page import AuditPage  # noqa: PLC0415

                return AuditPage(self._desk)
            case "settings":
                from console.ui.pages.settings.page import SettingsPage  # noqa: PLC0415
                from console.ui.pages.settings.presenter import SettingsPresenter  # noqa: PLC0415

                made = SettingsPresenter(self._desk, self._keeper)
                return SettingsPage(made, self._settings.ui, data=self._data_panel())
            case _:
                from console.ui.pages.intake.page import IntakePage  # noqa: PLC0415

                return IntakePage(self._desk, self._calls)

    def _data_panel(self) -> "DataSection | None":
        """Imports and the rebuild, if this person may use them."""
        data = self._desk.data
        if data is None or not may_import(self._desk.actor.role):
            return None
        from console.ui.pages.settings.data_presenter import DataPresenter  # noqa: PLC0415
        from console.ui.pages.settings.data_section import DataSection  # noqa: PLC0415

        return DataSection(DataPresenter(self._desk, data), self._desk)
