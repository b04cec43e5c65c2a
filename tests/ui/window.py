"""A whole window on a real desk, with a line that records requests."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from console.config.settings import Settings
from console.domain.live_events import CallEvent
from console.services.desk import Desk
from console.services.runtime.settings_file import SettingsKeeper
from console.ui.runtime import tasks
from console.ui.shell.main_window import MainWindow
from console.ui.theme import themes
from console.ui.widgets.page_frames.page import Page
from tests.ui.city import person
from tests.ui.line import ToldLine
from tests.ui.waiting import in_front, until


@dataclass(slots=True, eq=False)
class Room:
    """The window, its desk and its line."""

    desk: Desk
    line: ToldLine
    window: MainWindow

    def call(self, kind: str, call_id: str = "c1", **more: object) -> None:
        """One event of a call, as the line publishes it."""
        self.desk.bus.publish(
            CallEvent(kind=kind, call_id=call_id, at=self.desk.clock(), pbx="ami", **more)  # type: ignore[arg-type]
        )


_open: list[Room] = []


@pytest.fixture(autouse=True)
async def close_windows_left_open(desk: Desk) -> AsyncIterator[None]:
    """Close windows that a test left open, before the desk's store is closed."""
    yield
    for room in tuple(_open):
        await close_room(room)


async def open_room(
    desk: Desk,
    user: str = "operator",
    line: ToldLine | None = None,
    *,
    lock_after_min: int = 10,
    keeper: SettingsKeeper | None = None,
) -> Room:
    """The window of this person, on the screen."""
    desk.actor = person(desk, user)
    told = line or ToldLine()
    desk.telephony = told
    settings = Settings()
    settings = replace(
        settings,
        seat=replace(settings.seat, extension="101"),
        ui=replace(settings.ui, lock_after_min=lock_after_min),
    )
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    themes.apply(app, "light")
    window = MainWindow(desk, settings, keeper=keeper, map_web=False)
    window.resize(1366, 768)
    window.show()
    await window.shown()
    await in_front(window)
    room = Room(desk, told, window)
    _open.append(room)
    return room


async def dialog_of[D: QDialog](room: Room, kind: type[D]) -> D:
    """The one open dialog of this kind, activated; it must not be modal, so that calls can be
    answered.
    """

    def shown() -> list[D]:
        return [d for d in room.window.findChildren(kind) if d.isVisible()]

    await until(shown, kind.__name__)
    (found,) = shown()
    await in_front(found)
    assert not found.isModal()
    return found


async def close_room(room: Room) -> None:
    """Close the window and wait for its tasks."""
    if room not in _open:
        return
    _open.remove(room)
    room.window.close()
    await tasks.settle()
    room.window.deleteLater()


@pytest.fixture
async def room(desk: Desk) -> AsyncIterator[Room]:
    """An operator's window."""
    made = await open_room(desk)
    yield made
    await close_room(made)


def page_in[P: Page](room: Room, name: str, kind: type[P]) -> P:
    """A page of the window, which need not be in front."""
    page = room.window.page(name)
    assert isinstance(page, kind)
    return page


def go_to[P: Page](room: Room, name: str, kind: type[P]) -> P:
    """The page, brought to the front."""
    room.window.goto_page(name)
    return page_in(room, name, kind)
