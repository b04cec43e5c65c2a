"""Lock, start and sign-in with the centre in the real window: the lock cover shows nothing about
citizens.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.ids import uuid7
from console.domain.live_events import AccountSeen
from console.domain.requests.commands import SaveDraft
from console.domain.states import Role
from console.services.desk import Desk
from console.services.people.central_accounts import CentralAccounts
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from console.ui.runtime.idle_time import IdleWatch
from console.ui.shell.palette.dialog import PaletteDialog
from tests.ui import city
from tests.ui.shell.seat.people import (
    GOOD,
    Door,
    audit,
    description,
    intake,
    locked,
    open_handover,
    open_sheet,
    texts,
    type_into,
    unlock,
    with_password,
)
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, dialog_of, open_room

CTRL = Qt.KeyboardModifier.ControlModifier


# --- the lock


async def test_nothing_of_a_citizen_can_be_read_under_the_cover(room: Room) -> None:
    done = await city.log(room.desk)
    assert done.request_id is not None
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="Anh Thắng")
    room.call("answered", operator="101")
    type_into(room, "Nhà anh Thắng")
    room.window.open_request(done.request_id)
    dialog = await dialog_of(room, RequestWindow)
    await until(lambda: "Đồng Tâm" in texts(dialog), "the request")
    QTest.keyClick(room.window, Qt.Key.Key_F12, CTRL)
    window = room.window
    assert locked(room)
    assert not dialog.isVisible()
    assert window.windowTitle().startswith("Đang khóa")
    for secret in ("0903", "Thắng", "Đồng Tâm"):
        assert secret not in texts(window)
        assert all(secret not in texts(w) for w in QApplication.topLevelWidgets() if w.isVisible())
    # No key reaches the content below.
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
    field = window.seat.cover.verb.mapTo(window, QPoint())
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="An", queue="1022")
    assert window.seat.cover.verb.mapTo(window, QPoint()) == field
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
    await in_front(room.window)
    panel, now = room.window.seat, [0.0]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    panel.idle = IdleWatch(app, lambda: now[0], panel)
    now[0] = 599.0
    panel.tick(desk.clock())
    assert not locked(room)
    # Not with QTest: on a window it runs a nested loop, and a task would never wake again.
    shift = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(room.window.windowHandle(), shift)
    now[0] = 1198.0
    panel.tick(desk.clock())
    assert not locked(room), "a key counts"
    # A person on a call touches nothing for a long time.
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


# --- the start


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
    # Somebody unknown to the seat types a login in the hand-over.
    sheet = await open_handover(room)
    QTest.keyClicks(sheet.typed, "tu")
    assert sheet.offers == ("Đăng nhập bằng tu",)
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    await until(sheet.password.hasFocus, "the keyboard in the password field")
    QTest.keyClicks(sheet.password, GOOD)
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    await until(lambda: desk.actor.user == "tu", "the supervisor")
    assert entered == ["hoa", "tu"]
    # After locking, the same person unlocks without typing the login.
    room.window.seat.lock()
    assert not cover.login.isVisible()
    await until(cover.password.hasFocus, "the keyboard in the password field")
    QTest.keyClicks(cover.password, GOOD)
    QTest.keyClick(cover.password, Qt.Key.Key_Return)
    await until(lambda: not locked(room), "the seat to open")


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


async def test_an_agencys_seat_lets_only_its_officers_go_on(desk: Desk) -> None:
    room = await open_room(desk)
    cover = room.window.seat.cover
    desk.bus.publish(AccountSeen("tu", "officer", "ubnd-ba-diem"))
    await until(lambda: locked(room), "the cover")
    name = desk.catalogue.agencies["ubnd-ba-diem"].name
    await until(lambda: f"giữ dữ liệu của {name}" in cover.problem_text, "why")
    QTest.keyClick(room.window, Qt.Key.Key_F12)
    await until(lambda: room.window.seat.sheet is not None, "the sheet")
    sheet = room.window.seat.sheet
    assert sheet is not None
    await until(lambda: sheet.offers, "who may sit here")
    (offered,) = sheet.offers
    assert desk.catalogue.accounts["officer-ubnd-ba-diem"].name in offered
