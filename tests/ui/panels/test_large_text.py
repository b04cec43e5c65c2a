"""At 100 to 200 % text the window stays on a 1366-pixel screen and cuts no word of its bars."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from console.services.desk import Desk
from console.ui import theme
from console.ui.presenters.status import StatusItem
from console.ui.widgets.page_stack import RoomyFrame
from tests.ui.line import WHOLE, ToldLine
from tests.ui.panels.conftest import Room, open_room
from tests.ui.waiting import until

SCREEN = (1366, 768)


@pytest.fixture(autouse=True)
def _usual_text(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, "light")


async def enlarged(desk: Desk, percent: int) -> Room:
    room = await open_room(desk, line=ToldLine(WHOLE))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", percent)
    number = {"peer_number": "0903123456", "queue": "1022"}
    room.call("answered", operator="101", more={"recording": "on"}, **number)
    many = ("Kho tại chỗ", "Trung tâm", "Tổng đài", "Modem gsm1", "Hộp thư điện tử", "Ứng dụng")
    room.window.status_line.set_items(
        [StatusItem(f"k{n}", name, "không dùng", "ok", "") for n, name in enumerate(many * 2)]
    )
    room.window.resize(*SCREEN)
    await until(lambda: room.window.width() == SCREEN[0], "the window at the screen's size")
    return room


def frame_of(room: Room) -> RoomyFrame:
    frames = (f for f in room.window.findChildren(RoomyFrame) if f.widget() is room.window.stack)
    return next(frames)


def outside(inner: QWidget, outer: QWidget) -> bool:
    at = inner.mapTo(outer, QPoint(0, 0))
    return not outer.rect().contains(QRect(at, inner.size()))


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
async def test_the_call_bar_stays_on_the_screen(desk: Desk, percent: int) -> None:
    room = await enlarged(desk, percent)
    bar, window = room.window.call_bar, room.window
    await until(lambda: not [b for b in bar.buttons.values() if outside(b, window)], "the verbs")
    assert (window.width(), window.height()) == SCREEN
    shown = [b for b in bar.findChildren(QPushButton) if b.isVisible()]
    assert shown
    for button in shown:
        assert button.width() >= button.minimumSizeHint().width(), button.text()
        assert button.height() >= button.fontMetrics().height(), button.text()
    for label in (each for each in bar.findChildren(QLabel) if each.isVisible() and each.text()):
        assert label.height() >= label.fontMetrics().height(), label.text()
        assert not outside(label, window), label.text()


@pytest.mark.parametrize("percent", [150, 200])
async def test_every_page_can_be_reached_whole(desk: Desk, percent: int) -> None:
    room = await enlarged(desk, percent)
    frame = frame_of(room)
    for name in room.window.rail.pages:
        room.window.goto_page(name)
        page = room.window.page(name)

        def roomy(page: QWidget = page) -> bool:
            return page.width() >= page.minimumSizeHint().width()

        await until(roomy, f"room for {name}")
        assert (room.window.width(), room.window.height()) == SCREEN, name
        past = page.width() - frame.viewport().width()
        assert frame.horizontalScrollBar().maximum() == max(0, past), name


async def test_a_page_of_usual_size_scrolls_nowhere(desk: Desk) -> None:
    room = await enlarged(desk, 100)
    frame = frame_of(room)
    for name in room.window.rail.pages:
        room.window.goto_page(name)
        await until(
            lambda: (
                not frame.horizontalScrollBar().maximum()
                and not frame.verticalScrollBar().maximum()
            ),
            f"{name} to fit",
        )
