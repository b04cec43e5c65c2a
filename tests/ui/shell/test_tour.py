"""The tour: once for each person, over the window, without taking the focus or disturbing work."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from console.services.desk import Desk
from console.ui.runtime import tasks
from console.ui.shell.learning.tour import Tour
from console.ui.shell.palette.dialog import PaletteDialog
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, close_room, dialog_of, open_room


def tour_of(room: Room) -> Tour | None:
    return next((t for t in room.window.findChildren(Tour) if t.isVisible()), None)


@pytest.mark.parametrize(("user", "stops"), [("operator", 6), ("officer-ubnd-ba-diem", 4)])
async def test_every_stop_shows_a_part_and_the_card_stays_on_the_window(
    desk: Desk, user: str, stops: int
) -> None:
    room = await open_room(desk, user)
    await tasks.settle()
    focused = room.window.focusWidget()
    room.window.small.tour()
    tour = tour_of(room)
    assert tour is not None
    assert room.window.focusWidget() is focused
    for stop in range(1, stops + 1):
        assert tour.stop == stop
        home = tour.parentWidget()
        assert home is not None
        assert home.rect().contains(QRect(tour.pos(), tour.size()))
        assert tour.text.height() >= tour.text.heightForWidth(tour.text.width())
        part = tour._stops[stop - 1].part()
        assert (part is not None and part.isVisible()) == (stop < stops)
        tour.next_button.click()
    await tasks.settle()
    assert tour_of(room) is None
    assert (await desk.ask(lambda q: q.preferences(user))).toured


async def test_it_comes_by_itself_once_for_each_person(desk: Desk) -> None:
    room = await open_room(desk)
    room.window.personal.first_time.connect(room.window.small.tour)
    await room.window.personal.load()
    tour = tour_of(room)
    assert tour is not None
    assert room.window.personal.is_new
    room.window.small.tour()
    assert len([t for t in room.window.findChildren(Tour) if t.isVisible()]) == 1
    again = tour_of(room)
    assert again is not None
    again.leave_button.click()
    await tasks.settle()
    await close_room(room)
    later = await open_room(desk)
    told: list[bool] = []
    later.window.personal.first_time.connect(lambda: told.append(True))
    await later.window.personal.load()
    assert told == []
    assert not later.window.personal.is_new


async def test_a_click_on_the_card_leaves_the_keyboard_where_it_was(room: Room) -> None:
    await in_front(room.window)
    focused = room.window.focusWidget()
    assert focused is not None
    room.window.small.tour()
    tour = tour_of(room)
    assert tour is not None
    for button in (tour.next_button, tour.leave_button):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert room.window.focusWidget() is focused
    await until(lambda: tour_of(room) is None, "the end of the tour")
    assert room.window.focusWidget() is focused


async def test_a_locked_seat_shows_no_tour(room: Room) -> None:
    room.window.small.tour()
    room.window.seat.lock()
    await until(lambda: tour_of(room) is None, "no tour over the cover")
    room.window.small.tour()
    assert tour_of(room) is None


async def test_who_asks_for_it_walks_it_by_keys_and_is_back_in_his_field(room: Room) -> None:
    await tasks.settle()
    field = room.window.focusWidget()
    assert field is not None
    room.window.commands["window.tour"].trigger()
    tour = tour_of(room)
    assert tour is not None
    await until(tour.next_button.hasFocus, "the keyboard")
    QTest.keyClick(tour.next_button, Qt.Key.Key_Space)
    assert tour.stop == 2
    QTest.keyClick(tour.next_button, Qt.Key.Key_Escape)
    assert tour_of(room) is None
    await until(field.hasFocus, "the field again")


async def test_who_asks_for_it_in_the_palette_is_back_in_his_field_too(room: Room) -> None:
    await tasks.settle()
    field = room.window.focusWidget()
    assert field is not None
    room.window.open_palette()
    palette = await dialog_of(room, PaletteDialog)
    typed = palette.findChild(QLineEdit)
    assert typed is not None
    QTest.keyClicks(typed, "huong dan nhanh")
    QTest.keyClick(typed, Qt.Key.Key_Return)
    await until(lambda: tour_of(room) is not None, "the tour")
    tour = tour_of(room)
    assert tour is not None
    await until(tour.next_button.hasFocus, "the keyboard")
    QTest.keyClick(tour.next_button, Qt.Key.Key_Escape)
    await until(field.hasFocus, "the field again")


async def test_the_ring_goes_with_its_part(desk: Desk) -> None:
    """In training, a score makes the strip above the call bar higher."""
    room = await open_room(desk)
    room.window.small.tour()
    tour = tour_of(room)
    assert tour is not None
    part = tour._stops[0].part()
    assert part is not None
    part.move(part.x(), part.y() + 9)
    ring = tour._ring.geometry()
    assert ring.topLeft() == part.mapTo(tour._window, part.rect().topLeft())
