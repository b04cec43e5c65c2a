"""History that only the centre still has: found in the palette and the queue, read in a window; and
a message when the centre does not answer. The centre is a real PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from console.domain.ids import uuid7
from console.domain.requests import numbering
from console.domain.requests.events import RequestCancelled
from console.services.desk import Desk
from console.services.ports.central.older_history import UnreachableHistory
from console.store.central.seat_questions import SeatQuestions
from console.ui.pages.queue.page import QueuePage
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from console.ui.shell.palette.dialog import PaletteDialog
from tests.fakes.postgres import Centre, centre
from tests.integration.central.build import console, event, greet, received, reporter
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, go_to, open_room

__all__ = ["centre"]
NUMBER, PHONE = "24001000010", "+84903000111"


@pytest.fixture
def closed(centre: Centre, desk: Desk) -> UUID:
    """A request of the year before last, at the centre only."""
    request_id = uuid7()
    there = centre.central("op9")
    greet(there, 9)
    there.push(
        [
            received(request_id, NUMBER, "Nắp cống sập trước trạm y tế"),
            reporter(request_id, PHONE),
            event(request_id, RequestCancelled(reason="người dân rút")),
        ]
    )
    there.project(desk.catalogue)
    return request_id


@pytest.fixture
async def seat(centre: Centre, desk: Desk) -> AsyncIterator[SeatQuestions]:
    """The window's access to the centre."""
    centre.user("op1")
    made = SeatQuestions(centre.client("op1"), console(1), desk.numbers)
    made.start()
    desk.older = made
    yield made
    assert await asyncio.to_thread(made.stop)


def texts(widget: QWidget) -> str:
    return "\n".join(w.text() for w in widget.findChildren(QLabel) if w.isVisible())


async def palette(room: Room, typed: str) -> PaletteDialog:
    room.window.open_palette()
    dialog = await dialog_of(room, PaletteDialog)
    QTest.keyClicks(dialog.findChildren(QLineEdit)[0], typed)
    return dialog


async def closed_queue(room: Room, query: str) -> QueuePage:
    page = go_to(room, "queue", QueuePage)
    page.view.setCurrentIndex(page.view.findData("closed"))
    page.search.setText(query)
    return page


@pytest.mark.parametrize("typed", ["tram y te", "24 001 00001 0", "0903 000 111"])
async def test_the_palette_finds_it_by_words_number_and_caller(
    desk: Desk, closed: UUID, seat: SeatQuestions, typed: str
) -> None:
    room = await open_room(desk)
    dialog = await palette(room, typed)
    await until(lambda: any(numbering.spoken(NUMBER) in o for o in dialog.offers), "the request")
    assert "Ở trung tâm: 1 phản ánh" in dialog.offers
    QTest.keyClick(dialog.findChildren(QLineEdit)[0], Qt.Key.Key_Return)
    window = await dialog_of(room, RequestWindow)
    await until(lambda: "Nắp cống sập trước trạm y tế" in texts(window), "the request whole")
    assert "lấy từ trung tâm" in texts(window)
    assert not window.publish_button.isVisible()


async def test_what_the_seat_has_too_is_listed_once(
    desk: Desk, closed: UUID, seat: SeatQuestions
) -> None:
    await city.log(desk, description="Nắp cống sập trước trạm y tế")
    room = await open_room(desk)
    dialog = await palette(room, "tram y te")
    await until(lambda: len(dialog.offers) == 3, "the seat's, a line, the centre's")
    assert [numbering.spoken(NUMBER) in o for o in dialog.offers] == [False, False, True]


async def test_the_queues_closed_ones_go_on_at_the_centre(
    desk: Desk, closed: UUID, seat: SeatQuestions
) -> None:
    room = await open_room(desk, "supervisor")
    page = await closed_queue(room, "trạm y tế")
    await until(lambda: page.presenter.items, "the row")
    assert [item.number for item in page.presenter.items] == [NUMBER]
    assert page.older_note.text() == "Ở trung tâm: 1 phản ánh"
    await until(lambda: "lấy từ trung tâm" in texts(page), "its detail")
    assert not any(button.isEnabled() for button in page.buttons.values())
    page.view.setCurrentIndex(page.view.findData("open"))
    await until(lambda: not page.presenter.items, "the open ones")
    assert not page.older_note.isVisible()


async def test_an_officer_finds_nothing_of_others_at_the_centre(
    desk: Desk, centre: Centre, closed: UUID
) -> None:
    centre.user("can-bo", "officer", "ql-htgt-duong-bo")
    made = SeatQuestions(centre.client("can-bo"), console(2), desk.numbers)
    made.start()
    desk.older = made
    room = await open_room(desk, "officer-ql-htgt-duong-bo")
    dialog = await palette(room, "tram y te")
    await until(lambda: "Trung tâm không có phản ánh nào khớp." in dialog.offers, "the answer")
    room.window.open_request(closed)
    window = await dialog_of(room, RequestWindow)
    await tasks.settle()  # The answer has come; before it the window is just as empty.
    assert "Chọn một phản ánh" in texts(window)
    assert "Nắp cống" not in texts(window)
    assert await asyncio.to_thread(made.stop)


async def test_it_is_said_when_the_centre_does_not_answer(desk: Desk) -> None:
    desk.older = UnreachableHistory()  # the settings name a centre, but nothing connects to it
    said = "Không hỏi được trung tâm: chỉ tìm trong máy này (đang mở và 90 ngày)."
    room = await open_room(desk)
    dialog = await palette(room, "tram y te")
    await until(lambda: said in dialog.offers, "the sentence")
    dialog.close()
    page = await closed_queue(room, "trạm y tế")
    await until(page.older_note.isVisible, "the line")
    await until(lambda: page.older_note.text() == said, "the sentence under the table")
    room.window.open_request(uuid7())
    window = await dialog_of(room, RequestWindow)
    await until(lambda: "Không tới được máy chủ trung tâm" in texts(window), "why not")


async def test_a_seat_without_a_centre_says_nothing_of_one(desk: Desk) -> None:
    room = await open_room(desk)
    dialog = await palette(room, "tram y te")
    await until(lambda: dialog._loaded == "tram y te", "the seat's own answer")
    assert dialog.offers == ()
    assert dialog.older.note == ""
