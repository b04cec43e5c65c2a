"""Hand-over, lock and sign-in in the real window, by key: rights, drafts, calls, the audit."""

import time
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from console.domain.commands import SaveDraft
from console.domain.errors import UnavailableError
from console.domain.ids import uuid7
from console.domain.live import AccountSeen
from console.domain.states import Role
from console.services.accounts import actor_for
from console.services.accounts_central import CentralAccounts, CentralPerson
from console.services.desk import Desk
from console.ui import tasks
from console.ui.dialogs.palette import PaletteDialog
from console.ui.dialogs.password import PasswordDialog
from console.ui.idle import IdleWatch
from console.ui.panels.handover import HandoverSheet
from console.ui.panels.intake import IntakePage
from console.ui.panels.queue import QueuePage
from console.ui.panels.request_window import RequestDialog
from console.ui.widgets.page import Page
from console.ui.widgets.person_button import initials
from tests.ui import city
from tests.ui.panels.conftest import Room, dialog_of, open_room
from tests.ui.waiting import until

GOOD = "cau chu y luc sau gio"
OFFICER = "officer-ql-htgt-duong-bo"
CTRL = Qt.KeyboardModifier.ControlModifier


async def audit(room: Room) -> list[tuple[str, str]]:
    trail = await room.desk.ask(lambda q: q.audit_trail())
    assert all(line.workstation == "may-07" for line in trail)
    return [(line.actor, line.act) for line in reversed(trail)]


async def with_password(desk: Desk, user: str) -> None:
    await desk.accounts.set_password(actor_for(user, desk.catalogue, "may-07"), "", GOOD)


async def open_handover(room: Room) -> HandoverSheet:
    """F12."""
    room.window.activateWindow()
    await until(room.window.isActiveWindow, "the window to have the keyboard")
    QTest.keyClick(room.window, Qt.Key.Key_F12)
    return await dialog_of(room, HandoverSheet)


async def open_sheet(room: Room) -> HandoverSheet:
    """F12, and who may sit here is listed."""
    sheet = await open_handover(room)
    await until(lambda: sheet.offers, "the people")
    return sheet


async def seat(room: Room, letters: str, user: str) -> None:
    """A few letters of the name, Enter."""
    sheet = await open_sheet(room)
    QTest.keyClicks(sheet.typed, letters)
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(lambda: room.desk.actor.user == user, user)
    await until(lambda: room.window.seat.sheet is None, "the sheet to close")


def intake(room: Room) -> IntakePage:
    page = room.window.page("intake")
    assert isinstance(page, IntakePage)
    return page


def description(room: Room) -> str:
    return intake(room).forms.current.values.description


def type_into(room: Room, text: str) -> None:
    intake(room).forms.current.edit(description=text)


def locked(room: Room) -> bool:
    return room.window.seat.is_locked


def texts(widget: QWidget) -> str:
    """Everything that can be read in a widget."""
    from PySide6.QtWidgets import QLabel, QPlainTextEdit

    shown = [w.text() for w in widget.findChildren(QLabel) if w.isVisible()]
    shown += [w.text() for w in widget.findChildren(QLineEdit) if w.isVisible()]
    shown += [w.toPlainText() for w in widget.findChildren(QPlainTextEdit) if w.isVisible()]
    return "\n".join(shown)


async def unlock(room: Room) -> None:
    """Enter, where no password is needed."""
    cover = room.window.seat.cover
    await until(lambda: not cover.password.isVisible(), "the answer that no password is needed")
    await until(cover.verb.hasFocus, "the keyboard on the button")
    QTest.keyClick(cover.verb, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")


# --- hand-over


async def test_the_seat_goes_to_the_next_person_with_the_keyboard_alone(room: Room) -> None:
    assert room.window.rail.person.person == "Tổng đài viên"
    room.window.goto_page("callbacks")
    begun = time.monotonic()
    await seat(room, "ca truong", "supervisor")
    took = time.monotonic() - begun
    assert took < 5
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
    assert not room.window.findChildren(RequestDialog) or not any(
        d.isVisible() for d in room.window.findChildren(RequestDialog)
    )
    page = room.window.page("queue")
    assert isinstance(page, QueuePage)
    await until(lambda: page.presenter.items, "his queue")
    assert {item.agency for item in page.presenter.items} == {"ql-htgt-duong-bo"}
    assert "0903 123 456" not in texts(room.window)
    assert ("change_person", desk.actor.name, "out") in room.line.asked
    # Keys of pages that he does not have are gone, with the commands of the palette.
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
    # Left with who typed it: the supervisor sees that it is there, not what it says.
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
    # He may take it over: the operator has gone home.
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


# --- the lock


async def test_nothing_of_a_citizen_can_be_read_under_the_cover(room: Room) -> None:
    done = await city.log(room.desk)
    assert done.request_id is not None
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="Anh Thắng")
    room.call("answered", operator="101")
    type_into(room, "Nhà anh Thắng")
    room.window.open_request(done.request_id)
    dialog = await dialog_of(room, RequestDialog)
    await until(lambda: "Đồng Tâm" in texts(dialog), "the request")
    QTest.keyClick(room.window, Qt.Key.Key_F12, CTRL)
    window = room.window
    assert locked(room)
    assert not dialog.isVisible()
    assert window.windowTitle().startswith("Đang khóa")
    for secret in ("0903", "Thắng", "Đồng Tâm"):
        assert secret not in texts(window)
        assert all(secret not in texts(w) for w in QApplication.topLevelWidgets() if w.isVisible())
    # No key reaches what lies under it.
    for key in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_K, Qt.Key.Key_N, Qt.Key.Key_S):
        QTest.keyClick(window, key, CTRL)
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F9, Qt.Key.Key_F10):
        QTest.keyClick(window, key)
    assert window.page_name == "intake"
    assert not any(d.isVisible() for d in window.findChildren(PaletteDialog))
    assert "hangup" not in [verb for verb, *_ in room.line.asked]
    for _ in range(12):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is None or window.seat.cover.isAncestorOf(focus)
    window.seat.cover.take_focus()
    await unlock(room)
    assert dialog.isVisible()
    assert description(room) == "Nhà anh Thắng"
    assert [act for _, act in await audit(room)] == ["locked", "unlocked"]


async def test_a_call_rings_on_the_cover_without_a_number(room: Room) -> None:
    window = room.window
    window.seat.lock()
    assert window.seat.cover.ring_text == ""
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="An", queue="1022")
    assert window.seat.cover.ring_text == (
        "Có cuộc gọi đến · hàng 1022 · chờ 0:00 · mở khóa để nghe"
    )
    assert "0903" not in texts(window)
    await until(
        lambda: window.seat.cover.verb.isVisible() and not (window.seat.cover.password.isVisible()),
        "the answer that no password is needed",
    )
    QTest.keyClick(window.seat.cover.verb, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")
    QTest.keyClick(window, Qt.Key.Key_F9)
    await until(lambda: ("answer", "c1") in room.line.asked, "the answer")
    room.call("ended", operator="101", reason="caller")
    assert window.seat.cover.ring_text == ""


async def test_a_password_opens_the_lock_and_after_five_wrong_ones_one_waits(room: Room) -> None:
    await with_password(room.desk, "operator")
    cover = room.window.seat.cover
    room.window.seat.lock()
    await until(cover.password.isVisible, "the password field")
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    assert locked(room)
    for n in range(5):
        QTest.keyClicks(cover.password, f"sai lan thu {n}")
        QTest.keyClick(cover.password, Qt.Key.Key_Return)
        await until(lambda: cover.verb.isEnabled() and cover.problem_text, "the sentence")
        cover.say("")
        cover.password.clear()
    QTest.keyClicks(cover.password, GOOD)
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    await until(lambda: "Chờ" in cover.problem_text, "the wait")
    assert locked(room)
    room.desk.clock.forward(seconds=6)  # type: ignore[attr-defined]
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")
    assert cover.password.text() == ""


async def test_somebody_else_takes_a_locked_seat_and_the_drafts_stay(room: Room) -> None:
    type_into(room, "Nhà anh Thắng")
    room.window.seat.lock()
    sheet = await open_sheet(room)
    await until(lambda: any("vẫn giữ cho" in line for line in sheet.work_lines), "the drafts")
    assert not sheet.with_drafts.isVisible()
    assert "Thắng" not in texts(sheet)
    QTest.keyClicks(sheet.typed, "giam sat")
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(lambda: room.desk.actor.user == "auditor", "the auditor")
    assert not locked(room)
    assert "Thắng" not in texts(room.window)
    drafts = await room.desk.ask(lambda q: q.drafts())
    assert [d.operator for d in drafts] == ["operator"]
    await until(lambda: ("change_person", "Giám sát", "out") in room.line.asked, "the exchange")


async def test_the_seat_locks_itself_when_nobody_touches_it(desk: Desk) -> None:
    room = await open_room(desk)
    await until(room.window.isActiveWindow, "the window to have the keyboard")
    panel, now = room.window.seat, [0.0]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    panel.idle = IdleWatch(app, lambda: now[0], panel)
    now[0] = 599.0
    panel.tick(desk.clock())
    assert not locked(room)
    # Not by QTest: on a window it runs the loop inside the loop, and a task wakes never again.
    shift = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(room.window.windowHandle(), shift)
    now[0] = 1198.0
    panel.tick(desk.clock())
    assert not locked(room), "a key counts"
    # Who talks to a caller touches nothing for a long time.
    room.call("answered", operator="101", peer_number="0903123456")
    now[0] = 3000.0
    panel.tick(desk.clock())
    assert not locked(room)
    room.call("ended", operator="101", reason="caller")
    now[0] = 3601.0
    panel.tick(desk.clock())
    assert locked(room)
    await unlock(room)
    panel.tick(desk.clock())
    assert not locked(room), "opening counts as a touch"


async def test_zero_minutes_never_lock(desk: Desk) -> None:
    room = await open_room(desk, lock_after_min=0)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    room.window.seat.idle = IdleWatch(app, lambda: 1e6, room.window.seat)
    room.window.seat.idle._touched_at = 0.0
    room.window.seat.tick(desk.clock())
    assert not locked(room)


async def test_a_start_asks_who_has_a_password_and_only_him(desk: Desk) -> None:
    room = await open_room(desk)
    await room.window.seat.begin()
    assert not locked(room)
    await tasks.settle()
    assert await audit(room) == [("operator", "signed_in")]
    await with_password(desk, "operator")
    await room.window.seat.begin()
    cover = room.window.seat.cover
    assert locked(room)
    assert "Đăng nhập" in texts(cover)
    assert cover.verb.label == "Vào máy"
    await until(cover.password.hasFocus, "the keyboard in the password field")
    QTest.keyClicks(cover.password, GOOD)
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")
    assert (await audit(room))[-1] == ("operator", "signed_in")


async def test_drafts_of_another_person_are_not_opened_at_the_start(desk: Desk) -> None:
    await desk.do(
        SaveDraft(draft_id=uuid7(), fields={"description": "Của ca trưởng"}),
        actor=city.person(desk, "supervisor"),
    )
    room = await open_room(desk)
    page = intake(room)
    await until(lambda: "1 phiếu nháp của người khác" in texts(page), "what is said of it")
    assert all(form.is_free for form in page.forms.forms)


# --- with a centre


class Door:
    """The centre's answer to a login, without the centre (`tests/integration/central` has it)."""

    def enter(self, login: str, password: str) -> CentralPerson:
        known = {"hoa": Role.OPERATOR, "tu": Role.SUPERVISOR}
        if password != GOOD or login not in known:
            raise UnavailableError("central_denied", where="")
        return CentralPerson(login, login.title(), known[login], None)


async def test_with_a_centre_the_start_asks_for_login_and_password(desk: Desk) -> None:
    room = await open_room(desk)
    entered: list[str] = []
    desk.accounts = CentralAccounts(
        desk.store, desk.clock, Door(), lambda login, _password: entered.append(login)
    )
    desk.actor = replace(desk.actor, user="", name="")
    await room.window.seat.begin()
    cover = room.window.seat.cover
    assert locked(room)
    assert cover.login.isVisible()
    await until(cover.login.hasFocus, "the keyboard in the login field")
    QTest.keyClicks(cover.login, "Hoa")
    QTest.keyClick(cover.login, Qt.Key.Key_Return)
    QTest.keyClicks(cover.password, GOOD)
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")
    assert (desk.actor.user, desk.actor.name, entered) == ("hoa", "Hoa", ["hoa"])
    assert room.window.rail.person.person == "Hoa"
    # Somebody the seat has never seen types his login in the hand-over.
    sheet = await open_handover(room)
    QTest.keyClicks(sheet.typed, "tu")
    assert sheet.offers == ("Đăng nhập bằng tu",)
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(sheet.password.hasFocus, "the keyboard in the password field")
    QTest.keyClicks(sheet.password, GOOD)
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    await until(lambda: desk.actor.user == "tu", "the supervisor")
    assert entered == ["hoa", "tu"]
    # He locks; only he, or somebody who signs in, comes in again, and no login is asked of him.
    room.window.seat.lock()
    assert not cover.login.isVisible()
    await until(cover.password.hasFocus, "the keyboard in the password field")
    QTest.keyClicks(cover.password, GOOD)
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")


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
    sheet = await dialog_of(room, HandoverSheet)
    assert replace(room.desk.actor).user == "operator"
    QTest.keyClick(sheet.typed, Qt.Key.Key_Escape)


async def test_a_role_changed_at_the_centre_covers_the_seat_until_he_signs_in_again(
    desk: Desk,
) -> None:
    room = await open_room(desk)
    door = Door()
    desk.accounts = CentralAccounts(desk.store, desk.clock, door)
    desk.actor = replace(desk.actor, user="tu", name="Tu", role=Role.OPERATOR)
    cover = room.window.seat.cover
    desk.bus.publish(AccountSeen("hoa", "auditor"))  # not his
    desk.bus.publish(AccountSeen("tu", "operator"))  # as it is
    desk.bus.publish(AccountSeen("tu", "supervisor"))
    await until(lambda: locked(room), "the cover")
    await until(lambda: "ở trung tâm đã đổi" in cover.problem_text, "why")
    await until(cover.password.hasFocus, "the keyboard in the password field")
    QTest.keyClicks(cover.password, GOOD)
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")
    assert desk.actor.role is Role.SUPERVISOR
    desk.bus.publish(AccountSeen("tu", None))
    await until(lambda: "không cho tài khoản tu vào nữa" in cover.problem_text, "why")
    assert locked(room)
