"""At 1366x768 no service's form hides anything behind a scroll bar, whatever it shows."""

from PySide6.QtWidgets import QScrollArea

from console.services.desk import Desk
from console.ui.pages.intake.page import IntakePage
from console.ui.widgets.layout.form_grid import FormGrid
from tests.ui.line import WHOLE, ToldLine
from tests.ui.waiting import until
from tests.ui.window import open_room, page_in

FRAME = 22
"""Height of the title bar in pixels."""


async def test_the_whole_form_stays_in_sight_with_every_answer_and_an_error(desk: Desk) -> None:
    room = await open_room(desk, line=ToldLine(WHOLE))
    window = room.window
    window.resize(1366, 768 - FRAME)
    room.call("answered", operator="101", peer_number="0903123456", queue="1022")
    page = window.page("intake")
    assert isinstance(page, IntakePage)
    await until(lambda: page.deck.form.presenter.values.phone, "the caller's form")
    form = page.deck.form
    last, bar = form.attachments, form.findChildren(QScrollArea)[0].verticalScrollBar()

    def ask(code: str) -> None:
        questions = desk.catalogue.services[code].questions
        address = "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)"
        danger = tuple(question.code for question in questions)
        form.presenter.fill(service_code=code, address_string=address, danger=danger)
        form.show_error("description", "Ghi nội dung phản ánh.")
        page.deck.say("Chưa lưu. Ghi nội dung phản ánh.", "urgent")

    def whole() -> bool:
        bottom = last.mapTo(form, last.rect().bottomLeft()).y()
        two_lines = 2 * form.description.fontMetrics().lineSpacing()
        reads = form.description.height() > two_lines
        return reads and bar.maximum() == 0 and bottom < form.height()

    for code in desk.catalogue.services:
        ask(code)
        await until(whole, f"room for {code}")
        assert all(box.isVisible() and box.height() >= 24 for box in form.questions.boxes)
        assert form.error_text("description")

    ask("bus.dangerous_driving")
    await until(lambda: form.grid.gap == FormGrid.TIGHT_GAP, "tight rows")
    await until(whole, "room")
    spare = form.height() - last.mapTo(form, last.rect().bottomLeft()).y()
    assert spare < 2 * form.description.fontMetrics().lineSpacing(), "what is left is its lines"
    low = form.description.height()
    window.resize(1366, 1000)
    await until(lambda: form.grid.gap == FormGrid.GAP, "the usual gaps")
    await until(lambda: form.description.height() > 2 * low, "the room that came")


async def test_a_second_form_moves_nothing_and_its_tab_says_whose_it_is(desk: Desk) -> None:
    room = await open_room(desk, line=ToldLine(WHOLE))
    room.window.resize(1366, 768 - FRAME)
    page = page_in(room, "intake", IntakePage)
    deck = page.deck

    def top() -> int:
        return deck.form.phone.mapTo(deck, deck.form.phone.rect().topLeft()).y()

    await until(lambda: top() > 0, "the form")
    before = top()
    for number in ("0903123456", "02838295144"):
        deck.form.presenter.fill(phone=number)
        page.new_form()
    await until(lambda: deck.tabs.isVisible() and deck.tabs.count() == 3, "the tabs")
    await until(lambda: deck.tabs.width() > 300, "room for them")
    assert top() == before
    tabs = deck.tabs
    for at in range(tabs.count()):
        words = tabs.fontMetrics().horizontalAdvance(tabs.tabText(at))
        assert tabs.tabRect(at).width() >= words, tabs.tabText(at)
        assert tabs.tabRect(at).height() >= 24
