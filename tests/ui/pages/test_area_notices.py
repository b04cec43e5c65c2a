"""Notices in the window: created next to the map, shown during calls and in the inbox, ending with
time.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from console.domain.desk.notices import Notice
from console.domain.requests.commands import IssueNotice
from console.domain.requests.events import NoticeIssued
from console.services.desk import Desk
from console.ui.map.view import MapView
from console.ui.pages.inbox.page import InboxPage
from console.ui.pages.intake.page import IntakePage
from console.ui.pages.map.notice_editor import AREAS
from console.ui.pages.map.page import MapPage
from console.ui.runtime import tasks
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.dialogs.reason import ReasonDialog
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.pages.test_map_page import map_page
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, go_to, open_room, page_in

OLD = "xã Trung Chánh, Hóc Môn"
HOSTILE = "<b>Mất nước</b> ${alert(1)} `x`"


def ward(desk: Desk) -> str:
    return desk.places.parse(OLD).new_wards[0].code


async def issued(desk: Desk, **changes: Any) -> UUID:
    now = desk.clock()
    said: dict[str, Any] = {
        "kind": "outage",
        "title": "Mất nước",
        "text": "Có nước lại lúc 17:00",
        "script": "Dạ, 17 giờ có lại ạ",
        "starts_at": now,
        "ends_at": now + timedelta(hours=2),
        "wards": (ward(desk),),
    }
    command = IssueNotice(said=NoticeIssued(**(said | changes)))
    await desk.do(command)
    return command.notice_id


def there(desk: Desk) -> tuple[Notice, ...]:
    return desk.store.ask_now(lambda q: q.notices(desk.clock()))


def click_at(view: MapView, lat: float, long: float) -> None:
    """A real click on the painted map."""
    painted: Any = view.canvas
    spot: QPointF = painted.pixel(lat, long)
    QTest.mouseClick(painted, Qt.MouseButton.LeftButton, pos=spot.toPoint())


async def begin(room: Room) -> tuple[MapPage, MapView]:
    page, view = await map_page(room, 0)
    QTest.keyClick(page.place_line, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    await until(page.editor.isVisible, "the editor")
    return page, view


async def test_made_with_an_area_drawn_on_the_map(desk: Desk) -> None:
    room = await open_room(desk, "supervisor")
    page, view = await begin(room)
    editor = page.editor
    QTest.keyClicks(editor.title, "Mat nuoc")
    QTest.keyClicks(editor.text, "Co lai luc 17:00")
    editor.area.setCurrentIndex(AREAS.index("drawn"))
    corners = ((10.78, 106.69), (10.78, 106.71), (10.77, 106.71), (10.765, 106.70))
    for corner in corners:
        click_at(view, *corner)
    assert editor.corners[3:]
    assert view.state.pin is None
    painted = view.canvas
    assert painted is not None
    QTest.keyClick(painted, Qt.Key.Key_Backspace)
    assert not editor.corners[3:]
    editor.one_more.click()
    assert [n.rings for n in view.state.notices] == [editor.done_areas]
    for lat, long in corners[:3]:
        click_at(view, lat - 0.03, long)
    editor.public.setChecked(True)
    QTest.keyClick(painted, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: there(desk), "the notice on disk")
    (notice,) = there(desk)
    assert notice.by == "supervisor"
    assert notice.said.public
    other, ring = notice.said.areas
    assert [len(other), len(ring)] == [3, 3]
    for drawn, wanted in zip(ring, corners, strict=False):
        assert drawn == pytest.approx(wanted, abs=2e-3)
    await until(lambda: page.notice_list.model.rowCount() == 1, "the row")
    await until(lambda: not view.state.drawing, "the editor to be done")
    assert [n.label for n in view.state.notices] == ["Mat nuoc"]


async def test_refused_words_stay_and_say_why(desk: Desk) -> None:
    room = await open_room(desk)
    page, _ = await begin(room)
    QTest.keyClicks(page.editor.title, "Mat nuoc")
    page.editor.save.click()
    await until(lambda: page.editor.problem, "the sentence")
    assert "nội dung" in page.editor.problem
    assert page.editor.title.text() == "Mat nuoc"
    QTest.keyClick(page.editor.title, Qt.Key.Key_Escape)
    assert not page.editor.isVisible()


async def test_changed_by_wards_and_ended_with_a_reason(desk: Desk) -> None:
    await issued(desk)
    room = await open_room(desk)
    page, view = await map_page(room, 0)
    await until(lambda: page.notice_list.model.rowCount() == 1, "the row")
    page.notice_list.table.choose_first()
    page.notice_list.change.click()
    await until(page.editor.isVisible, "the editor")
    assert view.state.wards == (ward(desk),)
    page.editor.add_ward("26767")
    page.editor.drop_ward(ward(desk))
    page.editor.save.click()
    await until(lambda: there(desk)[0].version == 2, "the change on disk")
    assert there(desk)[0].said.wards == ("26767",)
    await until(lambda: not page.editor.isVisible(), "the list again")
    page.notice_list.end.click()
    dialog = await dialog_of(room, ReasonDialog)
    QTest.keyClicks(dialog._remark, "Da co nuoc")
    dialog.verb.click()
    await until(lambda: not there(desk), "the end on disk")
    await until(lambda: page.notice_list.model.rowCount() == 0, "the row to go")
    assert view.state.notices == ()


async def test_a_second_ward_that_is_typed_and_not_chosen_is_not_left_out(desk: Desk) -> None:
    room = await open_room(desk, "supervisor")
    page, _ = await begin(room)
    page.editor.area.setCurrentIndex(AREAS.index("wards"))
    page.editor.title.setText("Cúp nước")
    page.editor.text.setPlainText("Cúp nước đến chiều")
    page.editor.add_ward("26767")
    page.editor.ward.setFocus()
    QTest.keyClicks(page.editor.ward, "thoi a")
    page.editor.submit()
    await tasks.settle()
    assert "không có trong danh sách" in page.editor.problem
    assert there(desk) == ()


async def test_an_auditor_may_look_only(desk: Desk) -> None:
    await issued(desk)
    room = await open_room(desk, "auditor")
    page, _ = await map_page(room, 0)
    assert not page.notice_list.new.isVisible()
    page.notice_list.begin()
    assert not page.editor.isVisible()


# --- while the caller is on the line


def intake(room: Room) -> IntakePage:
    return page_in(room, "intake", IntakePage)


def shown(page: IntakePage) -> list[str]:
    return [card.told.notice.said.title for card in page.right.notices.cards]


async def test_shown_with_its_script_as_soon_as_the_place_is_inside(
    desk: Desk, clock: StoppedClock
) -> None:
    ring = ((10.86, 106.60), (10.86, 106.62), (10.88, 106.62), (10.88, 106.60))
    await issued(desk, title=HOSTILE)
    await issued(desk, title="Rào đường", wards=(), areas=(ring,), script=None)
    room = await open_room(desk)
    page = intake(room)
    await until(lambda: len(page.notices.rows) == 2, "the notices")
    assert not page.right.notices.isVisible()
    form = page.deck.form
    form.address.setFocus()
    QTest.keyClicks(form.address, "66/1 dong tam trung chanh hoc mon")
    assert HOSTILE in shown(page)
    assert page.right.notices.isVisible()
    said = [label.text() for label in page.right.notices.cards[0].findChildren(PlainLabel)]
    assert {HOSTILE, "Dạ, 17 giờ có lại ạ"} <= set(said)
    for told in (1, 2):  # a form without a call: each time counts
        page.right.notices.cards[0].answer.click()
        await until(lambda n=told: there(desk)[0].told == n, "the count")  # type: ignore[misc]
    await until(lambda: page.right.notices.cards[0].told.notice.told == 2, "the card")
    form.address.setText("")
    form.pin.setFocus()
    QTest.keyClicks(form.pin, "10.87, 106.61")
    assert shown(page) == ["Rào đường"]
    form.pin.setText("10.70, 106.61")
    assert shown(page) == []
    assert not page.right.notices.isVisible()
    # Issued during the call: shown at once; it disappears when it ends.
    form.address.setText("trung chanh hoc mon")
    form.pin.setText("")
    await issued(desk, title="Mới", ends_at=desk.clock() + timedelta(minutes=5))
    await until(lambda: "Mới" in shown(page), "the new one")
    clock.forward(minutes=6)
    page.tick(clock())
    assert "Mới" not in shown(page)
    assert HOSTILE in shown(page)
    clock.forward(hours=3)
    page.tick(clock())
    assert not page.right.notices.isVisible()


# --- in the inbox


async def test_an_sms_from_the_area_is_answered_with_one_key(desk: Desk) -> None:
    await issued(desk)
    contact_id = await city.message(desk, "Nha toi o 66/1 Dong Tam, Trung Chanh, Hoc Mon mat nuoc")
    away = await city.message(
        desk, "Đèn hư ở 12 Nguyễn Huệ, phường Bến Nghé, quận 1", "+84903000009"
    )
    room = await open_room(desk)
    page = go_to(room, "inbox", InboxPage)
    await until(lambda: page.presenter.rows, "the rows")
    page.presenter.select(away)
    await until(lambda: (c := page.presenter.conversation) and c.contact.id == away, "the other")
    assert page.presenter.answer is None
    page.answer_by_notice()  # no notice: nothing happens
    page.presenter.select(contact_id)
    await until(lambda: page.presenter.answer, "the notice")
    button = page.findChild(Button, "inbox.notice")
    assert button is not None
    assert button.hint == "Ctrl+T"
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)

    def sent() -> list[str]:
        rows = desk.store.ask_now(lambda q: q.outreach_for_contact(contact_id))
        return [row.text for row in rows]

    await until(sent, "the answer in the queue")
    assert sent() == ["Có nước lại lúc 17:00"]
    await until(lambda: there(desk)[0].told == 1, "the count")
    found = desk.store.ask_now(lambda q: q.contact(contact_id))
    assert found is not None
    assert (found.state.value, found.handled_by) == ("answered", "operator")
