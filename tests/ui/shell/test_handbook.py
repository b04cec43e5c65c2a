"""F1, then **Sổ tay**: the handbook opens at the page of the screen in front, without a browser."""

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest

from console.domain.states import Role
from console.services.desk import Desk
from console.ui import actions
from console.ui.shell.learning import handbook_pages as pages
from console.ui.shell.learning.handbook import HandbookWindow
from console.ui.shell.learning.key_sheet import KeySheet
from console.ui.theme import themes
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room


def entries(book: HandbookWindow) -> list[str]:
    """Titles that can be chosen in the contents."""
    items = (book.list.item(row) for row in range(book.list.count()))
    return [item.text() for item in items if item.flags() & Qt.ItemFlag.ItemIsEnabled]


@pytest.mark.parametrize("screen", [name for name, _ in actions.PAGES])
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.OFFICER, Role.AUDITOR])
def test_every_screen_has_its_page(screen: str, role: Role) -> None:
    assert pages.text_of(pages.page_for(screen, role)).startswith("# ")


def test_a_screen_of_which_nobody_wrote_shows_the_contents() -> None:
    assert pages.page_for("kitchen", Role.OPERATOR) == pages.INDEX


async def test_f1_and_the_button_open_the_page_of_the_screen_in_front(room: Room) -> None:
    room.window.goto_page("callbacks")
    QTest.keyClick(room.window, Qt.Key.Key_F1)
    sheet = await dialog_of(room, KeySheet)
    QTest.mouseClick(sheet.handbook, Qt.MouseButton.LeftButton)
    book = await dialog_of(room, HandbookWindow)
    assert book.page == "tong-dai-vien/goi-lai.md"
    assert "Gọi lại và đóng" in book.sheet.toPlainText()
    item = book.list.currentItem()
    assert item is not None
    assert item.text() == "Gọi lại và đóng"


async def test_f1_twice_is_the_same(room: Room) -> None:
    room.window.goto_page("inbox")
    room.window.open_keys()
    await dialog_of(room, KeySheet)
    room.window.open_keys()
    book = await dialog_of(room, HandbookWindow)
    assert book.page == "tong-dai-vien/hop-thu.md"
    await until(lambda: not room.window.findChildren(KeySheet), "the sheet of keys to go")


async def test_one_window_that_comes_again_with_another_page(room: Room) -> None:
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    room.window.goto_page("map")
    room.window.open_handbook()
    assert await dialog_of(room, HandbookWindow) is book
    assert book.page == "tong-dai-vien/ban-do.md"
    QTest.keyClick(book, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert book.page == "tong-dai-vien/cuoc-goi-den.md"


async def test_an_officer_reads_of_his_own_queue(desk: Desk) -> None:
    room = await open_room(desk, "officer-gtcc")
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    assert book.page == "don-vi/nhan-tra-lai.md"


async def test_a_search_without_accents_finds_pages_and_enter_opens_one(room: Room) -> None:
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    everything = entries(book)
    QTest.keyClick(book, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(book.search, "trieu cuong")
    found = entries(book)
    assert found == ["Nhắc đơn vị, duyệt gia hạn, dừng đồng hồ"]
    assert len(everything) > 30
    QTest.keyClick(book.search, Qt.Key.Key_Return)
    assert book.page == "ca-truong/han-xu-ly.md"
    QTest.keyClick(book, Qt.Key.Key_Escape)
    await until(lambda: not room.window.findChildren(HandbookWindow), "the handbook to close")


async def test_a_link_leads_to_another_page_and_nowhere_else(room: Room) -> None:
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    book.sheet.anchorClicked.emit(QUrl("gop-phan-anh.md"))
    assert book.page == "tong-dai-vien/gop-phan-anh.md"
    book.sheet.anchorClicked.emit(QUrl("../chung/khoa-may.md"))
    assert book.page == "chung/khoa-may.md"
    for outside in ("https://example.vn/", "../../../README.md", "file:///etc/passwd"):
        book.sheet.anchorClicked.emit(QUrl(outside))
        assert book.page == "chung/khoa-may.md"


async def test_pictures_fit_the_page_and_come_from_the_books_only(room: Room) -> None:
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    kind = QTextDocument.ResourceType.ImageResource
    picture = book.sheet.loadResource(kind, QUrl("../../pictures/intake-light.png"))
    assert 200 < picture.deviceIndependentSize().width() <= book.sheet.viewport().width()  # type: ignore[attr-defined]
    outside = book.sheet.loadResource(kind, QUrl("../../../resources/demo/photo.png"))
    assert outside.isNull()  # type: ignore[attr-defined]
    assert book.sheet.horizontalScrollBar().maximum() == 0


async def test_the_text_can_be_read_with_the_keyboard(room: Room) -> None:
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    QTest.keyClick(book.search, Qt.Key.Key_Down)
    assert book.list.hasFocus()
    book.sheet.setFocus()
    before = book.sheet.verticalScrollBar().value()
    QTest.keyClick(book.sheet, Qt.Key.Key_PageDown)
    assert book.sheet.verticalScrollBar().value() > before
    assert book.sheet.cursorRect().topLeft() != QPoint()


async def test_a_call_is_answered_while_the_handbook_is_in_front(room: Room) -> None:
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    room.call("ringing", operator="101", peer_number="0903123456")
    QTest.keyClick(book.sheet, Qt.Key.Key_F9)
    await until(lambda: room.line.asked, "the answer")
    assert [verb for verb, *_ in room.line.asked] == ["answer"]
    assert book.isVisible()


async def test_another_theme_draws_the_page_anew_at_the_same_place(room: Room) -> None:
    room.window.open_handbook()
    book = await dialog_of(room, HandbookWindow)
    bar = book.sheet.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    room.window.swap_theme()
    ground = themes.current().muted_soft
    await until(lambda: ground in book.sheet.document().toHtml().upper(), "the keys' new ground")
    assert abs(bar.value() - before) < 40
