"""A second monitor: the map goes there and back, and is there again after a hand-over."""

import subprocess
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from console.services.desk import Desk
from console.ui.map.own_window import MapWindow
from console.ui.map.view import MapView
from console.ui.pages.supervision.page import SupervisionPage
from console.ui.runtime import tasks
from tests.ui.waiting import until
from tests.ui.window import Room, close_room, go_to, open_room

CTRL = Qt.KeyboardModifier.ControlModifier


def xrandr(*words: str) -> None:
    subprocess.run(["xrandr", *words], check=True, capture_output=True)


@pytest.fixture
async def right(qapp: QGuiApplication) -> AsyncIterator[str]:
    """The X screen split into two monitors; the name of the right one."""
    size = QGuiApplication.primaryScreen().size()
    half = size.width() // 2
    xrandr("--setmonitor", "L", f"{half}/300x{size.height()}/300+0+0", "screen")
    xrandr("--setmonitor", "R", f"{half}/300x{size.height()}/300+{half}+0", "none")
    await until(lambda: len(QGuiApplication.screens()) == 2, "two monitors")
    yield "R"
    xrandr("--delmonitor", "R")
    xrandr("--delmonitor", "L")
    await until(lambda: len(QGuiApplication.screens()) == 1, "one monitor")


async def opened(desk: Desk) -> Room:
    room = await open_room(desk)
    room.window.move(0, 0)
    await until(lambda: room.window.findChildren(MapView), "the map")
    return room


def map_screen(room: Room) -> MapWindow | None:
    found = [w for w in room.window.findChildren(MapWindow) if w.isVisible()]
    return found[0] if found else None


async def test_the_map_goes_to_the_other_monitor_and_still_works_for_the_page(
    desk: Desk, right: str
) -> None:
    room = await opened(desk)
    view = room.window.findChildren(MapView)[0]
    QTest.keyClick(room.window, Qt.Key.Key_F11, CTRL)
    await until(lambda: map_screen(room) is not None, "the map's window")
    away = map_screen(room)
    assert away is not None
    assert away.screen().name() == right
    assert view.window() is away
    assert view.isVisible()
    assert room.window.isActiveWindow() or not away.isActiveWindow()
    slot = room.window.page("intake").map_slot  # type: ignore[attr-defined]
    assert slot.holds(view)
    picked: list[object] = []
    slot.picked.connect(lambda lat, long: picked.append((lat, long)))
    await until(lambda: view.engine == "painted", "the map to be built")
    canvas = view.canvas
    assert canvas is not None
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton)
    await until(lambda: picked, "the place in the page's form")
    room.window.goto_page("map")
    assert view.window() is away
    assert room.window.page("map").map_slot.has_map  # type: ignore[attr-defined]
    await tasks.settle()
    await close_room(room)
    again = await opened(desk)
    await until(lambda: map_screen(again) is not None, "the map where he had it")
    QTest.keyClick(again.window, Qt.Key.Key_F11, CTRL)
    assert map_screen(again) is None
    assert again.window.findChildren(MapView)[0].window() is again.window
    await tasks.settle()
    assert (await desk.ask(lambda q: q.preferences("operator"))).screens == {}


async def test_closing_its_window_brings_the_map_back(desk: Desk, right: str) -> None:
    room = await opened(desk)
    room.window.map.send_to(right)
    away = map_screen(room)
    assert away is not None
    away.close()
    assert room.window.findChildren(MapView)[0].window() is room.window
    assert room.window.map.away == ""


async def test_a_monitor_that_is_unplugged_gives_the_map_back(desk: Desk, right: str) -> None:
    room = await opened(desk)
    room.window.map.send_to(right)
    xrandr("--delmonitor", right)
    await until(lambda: room.window.map.away == "", "the map back")
    assert room.window.findChildren(MapView)[0].window() is room.window
    await tasks.settle()
    assert (await desk.ask(lambda q: q.preferences("operator"))).screens == {"map": right}
    size = QGuiApplication.primaryScreen().size()
    half = size.width()
    xrandr("--setmonitor", right, f"{half}/300x{size.height()}/300+{half}+0", "none")


async def test_a_locked_seat_shows_no_map_on_the_other_monitor(desk: Desk, right: str) -> None:
    room = await opened(desk)
    room.window.map.send_to(right)
    room.window.seat.lock()
    assert map_screen(room) is None
    room.window.seat._uncover()
    assert map_screen(room) is not None


async def test_one_monitor_is_said(desk: Desk) -> None:
    room = await opened(desk)
    QTest.keyClick(room.window, Qt.Key.Key_F11, CTRL)
    assert room.window.notice.text == "Máy chỉ có một màn hình, bản đồ ở lại cửa sổ."


async def test_the_wall_goes_where_it_was(desk: Desk, right: str) -> None:
    room = await open_room(desk, "supervisor")
    room.window.move(0, 0)
    page = go_to(room, "wallboard", SupervisionPage)
    page.offer_screens()
    assert page.wall is not None
    assert page.wall.screen().name() == right
    await tasks.settle()
    assert (await desk.ask(lambda q: q.preferences("supervisor"))).screens == {"wall": right}
    assert room.window.personal.liked.screens == {"wall": right}
