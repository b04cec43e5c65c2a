"""The open pages of the person who sits here: built on first use, removed when the person
leaves.
"""

from collections.abc import Callable, Mapping

from shiboken6 import isValid

from console.ui import actions
from console.ui.runtime import tasks
from console.ui.runtime.tasks import spawn
from console.ui.shell.accessible_descriptions import describe_all
from console.ui.shell.page_maker import PageMaker
from console.ui.shell.preferences import PersonalPreferences
from console.ui.widgets.page_frames.page import Page
from console.ui.widgets.page_frames.page_stack import PageStack


class OpenPages:
    """Builds pages, connects their signals to the window, and removes them."""

    def __init__(
        self,
        maker: PageMaker,
        stack: PageStack,
        personal: PersonalPreferences,
        routes: Mapping[str, Callable[..., None]],
    ) -> None:
        """Start without pages.

        Args:
            routes: target of each signal by its name; a page has some of these signals.
        """
        self._maker = maker
        self._stack = stack
        self._personal = personal
        self._routes = routes
        self._pages: dict[str, Page] = {}

    def page(self, name: str) -> Page:
        """A page; built now if it was never opened."""
        if name not in self._pages:
            page = self._maker.make(name)
            page.setObjectName(f"page.{name}")
            page.setAccessibleName(actions.page_word(name))
            for signal_name, slot in self._routes.items():
                if (signal := getattr(page, signal_name, None)) is not None:
                    signal.connect(slot)
            self._pages[name] = page
            self._stack.addWidget(page)
            self._personal.follow(name, page)
            describe_all(page, actions.page_word(name))
        return self._pages[name]

    def opened(self, name: str) -> Page | None:
        """A page if it is open, else None."""
        return self._pages.get(name)

    def tell_undone(self, what: str) -> None:
        """Tell the pages that a step of this request was undone."""
        for page in self._pages.values():
            page.undone(what)

    def close(self) -> None:
        """Unsubscribe all pages."""
        for page in self._pages.values():
            page.close_page()

    def bury(self) -> None:
        """Remove all pages: the person they were built for has left."""
        self.close()
        gone = tuple(self._pages.values())
        self._pages.clear()
        for page in gone:
            page.hide()
            self._stack.removeWidget(page)
        spawn(_delete(gone))


async def _delete(pages: tuple[Page, ...]) -> None:
    """Delete pages after the answers that are on their way to them."""
    await tasks.under_way()
    for page in pages:
        if isValid(page):
            page.deleteLater()
