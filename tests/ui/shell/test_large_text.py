"""At 100 to 200 % text the window stays on a 1366-pixel screen and cuts no word of its bars."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from console.services.desk import Desk
from console.ui.pages.intake.page import IntakePage
from console.ui.shell.status.presenter import StatusItem
from console.ui.theme import themes
from console.ui.widgets.basic.badge import Badge
from console.ui.widgets.layout.split import Split
from console.ui.widgets.page_frames.page_stack import RoomyFrame
from console.ui.widgets.tables.table import Table
from tests.ui.city import log
from tests.ui.line import WHOLE, ToldLine
from tests.ui.waiting import until
from tests.ui.window import Room, open_room, page_in

SCREEN = (1366, 768)


@pytest.fixture(autouse=True)
def _usual_text(qapp: QApplication) -> Iterator[None]:
    yield
    themes.apply(qapp, "light")


async def enlarged(desk: Desk, percent: int, user: str = "operator") -> Room:
    room = await open_room(desk, user, line=ToldLine(WHOLE))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    themes.apply(app, "light", percent)
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
    await until(
        lambda: not [b for b in bar.verbs.buttons.values() if outside(b, window)], "the verbs"
    )
    assert (window.width(), window.height()) == SCREEN
    shown = [b for b in bar.findChildren(QPushButton) if b.isVisible()]
    assert shown
    for button in shown:
        assert button.width() >= button.minimumSizeHint().width(), button.text()
        assert button.height() >= button.fontMetrics().height(), button.text()
    for label in (each for each in bar.findChildren(QLabel) if each.isVisible() and each.text()):
        assert label.height() >= label.fontMetrics().height(), label.text()
        assert not outside(label, window), label.text()


@pytest.mark.parametrize("percent", [100, 125, 150, 175, 200])
async def test_a_call_moves_nothing_under_the_hand(desk: Desk, percent: int) -> None:
    room = await open_room(desk, line=ToldLine(WHOLE))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    themes.apply(app, "light", percent)
    window = room.window
    window.goto_page("queue")
    window.resize(*SCREEN)
    await until(lambda: window.width() == SCREEN[0], "the window at the screen's size")

    def place() -> QRect:
        for _ in range(4):  # a layout may ask its own parent once more
            app.sendPostedEvents()
        window.call_bar.tick(room.desk.clock())
        return QRect(window.stack.mapTo(window, QPoint(0, 0)), window.stack.size())

    await until(lambda: place() == place() and window.stack.width() > 0, "the page at its place")
    before, who = place(), {"peer_number": "0903123456", "peer_name": "Anh Thắng", "queue": "1022"}
    room.call("ringing", operator="101", **who)
    assert place() == before
    room.call("answered", operator="101", more={"recording": "on"}, **who)
    assert place() == before
    room.call("ringing", "c2", operator="101", peer_number="0912000111")
    assert place() == before


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


@pytest.mark.parametrize("user", ["operator", "supervisor", "officer-ubnd-ba-diem"])
async def test_no_column_of_a_list_is_out_of_sight(desk: Desk, user: str) -> None:
    room = await open_room(desk, user)
    room.window.resize(*SCREEN)
    await until(lambda: room.window.width() == SCREEN[0], "the window at the screen's size")
    for name in {"inbox", "queue", "callbacks", "map", "wallboard"} & set(room.window.rail.pages):
        room.window.goto_page(name)
        for table in room.window.page(name).findChildren(Table):
            table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # many rows
        for table in room.window.page(name).findChildren(Table):
            side = table.horizontalScrollBar()
            await until(lambda side=side: side.maximum() == 0, f"{name}: {table.accessibleName()}")  # type: ignore[misc]


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
async def test_the_cards_beside_the_form_are_read_whole(desk: Desk, percent: int) -> None:
    await log(desk)
    room = await enlarged(desk, percent)
    page = page_in(room, "intake", IntakePage)
    await until(lambda: page.left.call_cards and page.left.history_cards, "the cards")
    for card in page.left.call_cards:
        number = next(
            each for each in card.findChildren(QLabel) if each.property("kind") == "strong"
        )
        await until(
            lambda each=number: (  # type: ignore[misc]
                each.width() >= each.fontMetrics().horizontalAdvance(each.text())
            ),
            number.text(),
        )
    for earlier in page.left.history_cards:
        badges = [each for each in earlier.findChildren(Badge) if each.text()]
        assert badges
        number = next(e for e in earlier.findChildren(QLabel) if e.property("kind") == "strong")
        assert number.width() >= number.fontMetrics().horizontalAdvance(number.text())
        assert not [
            b.text() for b in badges if outside(b, earlier) or b.width() < b.sizeHint().width()
        ]


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
async def test_the_number_of_a_likely_duplicate_is_read_whole(desk: Desk, percent: int) -> None:
    await log(desk, service_code="roads.pothole", lat=10.8, long=106.7)
    room = await enlarged(desk, percent)
    page = page_in(room, "intake", IntakePage)
    page.deck.form.presenter.fill(service_code="roads.pothole", pin_text="10.8, 106.7")
    await until(lambda: page.right.cards, "the duplicate")
    (card,) = page.right.cards

    def whole() -> bool:
        said = [
            e
            for e in card.findChildren(QLabel)
            if e.property("kind") == "strong" or isinstance(e, Badge)
        ]
        assert len(said) == 2
        wide = [e.width() >= e.fontMetrics().horizontalAdvance(e.text()) for e in said]
        button = card.findChildren(QPushButton)[0]
        return all(wide) and not any(outside(each, page.right) for each in (*said, button))

    await until(whole, "number, badge and button")


@pytest.mark.parametrize("percent", [150, 175, 200])
@pytest.mark.parametrize("name", ["inbox", "queue", "callbacks"])
async def test_a_list_at_large_text_has_no_second_bar_under_its_own(
    desk: Desk, name: str, percent: int
) -> None:
    await log(desk)
    room = await enlarged(desk, percent, "supervisor")  # who has more buttons
    room.window.goto_page(name)
    page, bars = room.window.page(name), frame_of(room)
    await until(
        lambda: (
            page.minimumSizeHint().width() <= page.width()
            and not bars.horizontalScrollBar().maximum()
            and not bars.verticalScrollBar().maximum()
        ),
        f"{name} to fit",
    )
    (split,) = page.findChildren(Split)
    shown = [each for each in page.findChildren(QPushButton) if each.isVisible()]
    assert not [each.text() for each in shown if outside(each, page)]
    for place in range(split.count()):
        side = split.widget(place)
        assert side is not None
        assert not outside(side, page)
        assert side.height() > page.height() - 4, "beside each other"
