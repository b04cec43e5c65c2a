"""Hand-over and passwords in the real window, by key: rights, drafts, calls, the audit."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from shiboken6 import isValid

from console.services.desk import Desk
from console.ui.pages.queue.page import QueuePage
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from console.ui.shell.rail.person_button import initials
from console.ui.shell.seat.handover import HandoverDialog
from console.ui.shell.seat.password import PasswordDialog
from console.ui.widgets.page_frames.page import Page
from tests.ui import city
from tests.ui.shell.seat.people import (
    GOOD,
    audit,
    description,
    intake,
    open_sheet,
    seat,
    texts,
    type_into,
    with_password,
)
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room, page_in

OFFICER = "officer-ql-htgt-duong-bo"
CTRL = Qt.KeyboardModifier.ControlModifier


# --- hand-over


async def test_the_seat_goes_to_the_next_person_with_the_keyboard_alone(room: Room) -> None:
    assert room.window.rail.person.person == "Tổng đài viên"
    room.window.goto_page("callbacks")
    await seat(room, "ca truong", "supervisor")
    # The same window at the same page, with the new name on rail, status line and exchange.
    assert room.window.page_name == "callbacks"
    assert room.window.rail.person.person == "Ca trưởng"
    assert "Ca trưởng" in texts(room.window.status_line)
    await until(lambda: ("change_person", "Ca trưởng", "in") in room.line.asked, "the exchange")
    assert await audit(room) == [("supervisor", "handed_over")]
    await city.log(room.desk)
    QTest.keyClick(room.window, Qt.Key.Key_1, CTRL)
    assert room.window.page_name == "intake"


async def test_an_officer_gets_his_own_pages_and_no_citizen(desk: Desk) -> None:
    room = await open_room(desk, "operator")
    done = await city.log(desk)
    other = await city.log(desk, agency="cay-xanh", service_code="trees.branch", phone="0908111222")
    assert done.request_id is not None
    assert other.request_id is not None
    room.window.open_request(other.request_id)
    await seat(room, "ql-htgt-duong-bo", OFFICER)
    assert room.window.rail.pages == ("queue", "map", "reports", "settings")
    assert room.window.page_name == "queue"
    assert not room.window.findChildren(RequestWindow) or not any(
        d.isVisible() for d in room.window.findChildren(RequestWindow)
    )
    page = page_in(room, "queue", QueuePage)
    await until(lambda: page.presenter.items, "his queue")
    assert {item.agency for item in page.presenter.items} == {"ql-htgt-duong-bo"}
    assert "0903 123 456" not in texts(room.window)
    assert ("change_person", desk.actor.name, "out") in room.line.asked
    # Keys and palette commands of pages that the person does not have are gone.
    QTest.keyClick(room.window, Qt.Key.Key_1, CTRL)
    QTest.keyClick(room.window, Qt.Key.Key_N, CTRL)
    assert room.window.page_name == "queue"
    assert "form.new" not in room.window.commands
    assert "page.intake" not in room.window.commands
    await seat(room, "tong dai vien", "operator")
    assert room.window.page_name == "queue"
    assert "intake" in room.window.rail.pages


async def test_drafts_go_along_only_when_they_are_handed_over(room: Room) -> None:
    page = room.window.page("intake")
    type_into(room, "Cây ngã chắn đường")
    sheet = await open_sheet(room)
    await until(sheet.with_drafts.isVisible, "the drafts")
    assert sheet.with_drafts.text() == "Giao 1 phiếu nháp cho người nhận"
    assert any("Cây ngã chắn đường" in line for line in sheet.work_lines)
    sheet.close()
    # It stays with its author: the supervisor sees that it exists, not its text.
    sheet = await open_sheet(room)
    await until(sheet.with_drafts.isVisible, "the drafts")
    QTest.keyClick(sheet.with_drafts, Qt.Key.Key_Space)
    assert not sheet.with_drafts.isChecked()
    QTest.keyClicks(sheet.typed, "ca truong")
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(lambda: room.desk.actor.user == "supervisor", "the supervisor")
    page = intake(room)
    await until(lambda: "1 phiếu nháp của người khác (F12)" in texts(page), "what is said of it")
    assert page.forms.current.is_free
    assert "Cây ngã" not in texts(room.window)
    # The supervisor may take it over: the operator has gone home.
    sheet = await open_sheet(room)
    await until(sheet._take.isVisible, "the offer")
    assert sheet._take.label == "Nhận 1 phiếu nháp của Tổng đài viên"
    QTest.mouseClick(sheet._take, Qt.MouseButton.LeftButton)
    await until(lambda: description(room) == "Cây ngã chắn đường", "the form")
    sheet.close()
    assert ("supervisor", "drafts_handed_over") in await audit(room)
    # And hands it on: it opens for the operator again.
    await seat(room, "tong dai vien", "operator")
    page = intake(room)
    await until(lambda: description(room) == "Cây ngã chắn đường", "the form")


async def test_what_is_half_typed_is_kept_under_the_name_of_who_typed_it(room: Room) -> None:
    type_into(room, "Cây ng")  # the draft is not on disk yet
    sheet = await open_sheet(room)
    sheet.with_drafts.setChecked(False)
    QTest.keyClicks(sheet.typed, "ca truong")
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(lambda: room.desk.actor.user == "supervisor", "the supervisor")
    drafts = await room.desk.ask(lambda q: q.drafts())
    assert [(d.operator, d.fields["description"]) for d in drafts] == [("operator", "Cây ng")]


async def test_a_call_stays_at_the_seat_with_its_form(room: Room) -> None:
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="Anh Thắng")
    room.call("answered", operator="101")
    type_into(room, "Đang kể")
    sheet = await open_sheet(room)
    assert any("Đang nói chuyện 0903 123 456" in line for line in sheet.work_lines)
    QTest.keyClicks(sheet.typed, "ca truong")
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(lambda: room.desk.actor.user == "supervisor", "the supervisor")
    page = intake(room)
    await until(lambda: description(room) == "Đang kể", "the call's form")
    assert page.forms.current.values.call_id == "c1"
    assert [f for f in page.forms.forms if f.values.call_id == "c1"] == [page.forms.current]
    assert room.window.call_bar.state_text == "Đang nói"


async def test_a_call_after_the_hand_over_gets_one_form_and_the_next_persons_draft(
    room: Room,
) -> None:
    await seat(room, "ca truong", "supervisor")
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="Anh Thắng")
    room.call("answered", operator="101")
    await tasks.settle()
    await intake(room).drafts.flush()
    drafts = await room.desk.ask(lambda q: q.drafts())
    assert [(d.operator, d.fields["call_id"]) for d in drafts] == [("supervisor", "c1")]


async def test_the_seat_changes_hands_again_and_again_and_nothing_is_left(room: Room) -> None:
    people = [await room.desk.accounts.person(u) for u in ("supervisor", OFFICER, "operator")]
    for each in people * 4:
        for name in room.window.rail.pages[:3]:
            room.window.goto_page(name)
        assert await room.window.seat.people.hand_over(each, "", with_drafts=False) == ""
    failed = tasks.failures()
    await tasks.settle()
    await until(lambda: len(room.window.findChildren(Page)) <= 2, "the old pages to go")
    assert tasks.failures() == failed
    assert len(room.window.actions()) == len(room.window.commands)


async def test_a_password_is_asked_for_and_a_wrong_one_changes_nothing(room: Room) -> None:
    await with_password(room.desk, "supervisor")
    sheet = await open_sheet(room)
    QTest.keyClicks(sheet.typed, "ca truong")
    await until(sheet.password.isVisible, "the password field")
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(sheet.password.hasFocus, "the keyboard in the password field")
    QTest.keyClicks(sheet.password, "sai het roi")
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    await until(lambda: "Mật khẩu không đúng" in sheet.problem_text, "the sentence")
    assert room.desk.actor.user == "operator"
    assert room.window.rail.person.person == "Tổng đài viên"
    QTest.keyClicks(sheet.password, GOOD)
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    await until(lambda: room.desk.actor.user == "supervisor", "the supervisor")
    acts = [act for _, act in await audit(room)]
    assert acts == ["password_set", "password_tried", "password_tried", "handed_over"]


async def test_the_sheet_finds_by_agency_and_a_call_can_be_answered_beside_it(room: Room) -> None:
    sheet = await open_sheet(room)
    assert len(sheet.offers) == len(room.desk.catalogue.accounts) - 1
    assert not any(o == "Tổng đài viên" for o in sheet.offers)
    QTest.keyClicks(sheet.typed, "cong vien cay xanh")
    assert len(sheet.offers) == 1
    room.call("ringing", operator="101", peer_number="0903123456")
    assert any("Đang đổ chuông 0903 123 456" in line for line in sheet.work_lines)
    QTest.keyClick(sheet, Qt.Key.Key_F9)
    await until(lambda: ("answer", "c1") in room.line.asked, "the answer")
    sheet.typed.clear()
    QTest.keyClicks(sheet.typed, "khong ai ca")
    assert sheet.list.count() == 0
    assert not sheet.verb.isEnabled()
    QTest.keyClick(sheet.typed, Qt.Key.Key_Escape)
    await until(lambda: room.window.seat.sheet is None, "the sheet to close")


async def test_a_person_sets_a_password_of_his_own(room: Room) -> None:
    sheet = await open_sheet(room)
    sheet._own.click()
    dialog = await dialog_of(room, PasswordDialog)
    QTest.keyClicks(dialog.new, "ngan")
    QTest.keyClicks(dialog.again, "ngam")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    assert "không giống nhau" in dialog.problem_text
    dialog.again.clear()
    QTest.keyClicks(dialog.again, "ngan")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    await until(lambda: "ít nhất 8 ký tự" in dialog.problem_text, "the sentence")
    for field in (dialog.new, dialog.again):
        field.clear()
        QTest.keyClicks(field, GOOD)
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    await until(lambda: not isValid(dialog) or not dialog.isVisible(), "the window to close")
    assert (await room.desk.accounts.person("operator")).needs_password
    sheet.close()


# --- the person's button


def test_initials_are_family_and_given_name() -> None:
    assert initials("Lê Thị Hoa") == "LH"
    assert initials("Hoa") == "H"
    assert initials("(trực) 7") == "7"
    assert initials("") == "?"


async def test_the_person_button_is_a_target_and_says_who(room: Room) -> None:
    button = room.window.rail.person
    assert min(button.width(), button.height()) >= 24
    assert button.text() == "Bàn giao máy"
    assert "Tổng đài viên" in button.accessibleDescription()
    assert "F12" in button.accessibleDescription()
    assert QFontMetrics(button.font()).height() < button.height()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    sheet = await dialog_of(room, HandoverDialog)
    assert replace(room.desk.actor).user == "operator"
    QTest.keyClick(sheet.typed, Qt.Key.Key_Escape)
