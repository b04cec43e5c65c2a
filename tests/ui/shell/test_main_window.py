"""The window: pages and their keys, badges, the call bar, and no stolen focus."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from console.config.layers import load
from console.domain.live_events import LinkChanged
from console.services.desk import Desk
from console.services.runtime.settings_file import SettingsKeeper
from console.ui import actions
from console.ui.pages.intake.page import IntakePage
from console.ui.pages.queue.page import QueuePage
from console.ui.pages.settings.page import SettingsPage
from console.ui.request.form_prefill import FormPrefill
from console.ui.runtime import tasks
from console.ui.shell.palette.dialog import PaletteDialog
from console.ui.theme import themes
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.line import ToldLine
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, close_room, dialog_of, open_room, page_in


async def test_every_page_opens_by_key(room: Room) -> None:
    seen = []
    for place, (name, word) in enumerate(actions.PAGES, 1):
        if name not in room.window.rail.pages:
            continue  # not this person's
        key = getattr(Qt.Key, f"Key_{place}")
        QTest.keyClick(room.window, key, Qt.KeyboardModifier.ControlModifier)
        seen.append(room.window.page_name)
        assert room.window.windowTitle().startswith(word)
        assert name == room.window.page_name
    assert sorted(seen) == sorted(room.window.rail.pages)


async def test_officers_see_four_pages(desk: Desk) -> None:
    room = await open_room(desk, "officer-ql-htgt-duong-bo")
    assert room.window.rail.pages == ("queue", "map", "reports", "settings")
    assert room.window.page_name == "queue"
    room.window.goto_page("inbox")
    assert room.window.page_name == "queue"
    await close_room(room)


async def test_badges_count_what_waits(room: Room) -> None:
    done = await city.log(room.desk)
    assert done.request_id is not None
    await city.resolve(room.desk, done.request_id)
    await city.log(room.desk, agency=None)
    await city.message(room.desk, "Đèn đường tắt")
    rail = room.window.rail
    await until(lambda: rail.count("inbox") == 1 and rail.count("callbacks") == 1, "the badges")
    assert rail.count("queue") == 1


async def test_the_call_bar_shows_only_what_the_line_serves(desk: Desk) -> None:
    room = await open_room(desk, line=ToldLine(frozenset({"hangup", "dial"})))
    assert set(room.window.call_bar.verbs.buttons) == {"hangup"}
    await close_room(room)


async def test_the_call_bar_follows_a_call(room: Room, clock: StoppedClock) -> None:
    bar = room.window.call_bar
    words = {name: b.label for name, b in bar.verbs.buttons.items()}
    assert words == {
        "answer": "Nghe máy",
        "hold": "Giữ máy",
        "transfer": "Chuyển máy",
        "hangup": "Kết thúc",
        "pause": "Tạm nghỉ",
    }
    assert bar.state_text == "Sẵn sàng"
    assert [n for n, b in bar.verbs.buttons.items() if b.isEnabled()] == ["pause"]
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="Anh Thắng")
    assert bar.state_text == "Có cuộc gọi đến"
    assert bar.verbs.buttons["answer"].isEnabled()
    room.call("answered", operator="101")
    clock.forward(seconds=134)
    bar.tick(clock())
    assert bar.state_text == "Đang nói"
    texts = [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]
    assert "0903 123 456" in texts
    assert "02:14" in texts
    assert not bar.verbs.buttons["answer"].isEnabled()
    room.call("held", operator="101")
    assert bar.state_text == "Đang giữ máy"
    room.desk.bus.publish(LinkChanged("pbx", "down"))
    assert bar.state_text == "Mất kết nối tổng đài"


async def test_f_keys_work_from_any_page(room: Room) -> None:
    room.window.goto_page("reports")
    room.call("ringing", operator="101", peer_number="0903123456")
    QTest.keyClick(room.window, Qt.Key.Key_F9)
    room.call("answered", operator="101")
    QTest.keyClick(room.window, Qt.Key.Key_F6)
    QTest.keyClick(room.window, Qt.Key.Key_F10)
    await until(lambda: len(room.line.asked) == 3)
    assert [verb for verb, *_ in room.line.asked] == ["answer", "hold", "hangup"]


async def test_a_call_steals_no_focus_on_another_page(room: Room) -> None:
    room.window.goto_page("queue")
    await in_front(room.window)
    search = room.window.page("queue").findChild(QLineEdit, "queue.query")
    assert isinstance(search, QLineEdit)
    search.setFocus()
    QTest.keyClicks(search, "nap cong")
    room.call("ringing", operator="101", peer_number="0903123456", peer_name="<b>Anh</b>")
    bar = room.window.call_bar
    assert (bar.state_text, bar.property("rings")) == ("Có cuộc gọi đến", True)
    assert QApplication.focusWidget() is search
    assert search.text() == "nap cong"
    QTest.keyClicks(search, " su")
    assert search.text() == "nap cong su"
    texts = [label.text() for label in bar.findChildren(QLabel)]
    assert "0903 123 456" in texts
    assert any("<b>Anh</b>" in text for text in texts)
    room.call("ended", operator="101", reason="caller")
    assert (bar.property("rings"), bar.to_form.isVisible()) == (False, False)


async def test_a_ring_leads_to_its_form(room: Room) -> None:
    room.window.goto_page("queue")
    opener = room.window.call_bar.to_form
    assert not opener.isVisible()
    room.call("ringing", operator="101", peer_number="0903123456")
    assert (opener.label, opener.hint, opener.isVisible()) == ("Mở phiếu", "Ctrl+1", True)
    QTest.mouseClick(opener, Qt.MouseButton.LeftButton)
    assert room.window.page_name == "intake"
    assert not opener.isVisible()


@pytest.mark.parametrize("name", ["intake", "queue"])
async def test_a_ring_is_said_aloud_wherever_one_is(
    room: Room, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(
        "console.ui.shell.main_window.announce", lambda _at, text: heard.append(text)
    )
    room.window.goto_page(name)
    who = {"peer_number": "0903123456", "peer_name": "Anh Thắng", "queue": "1022"}
    room.call("ringing", operator="101", **who)
    said = "Có cuộc gọi đến, 0903 123 456, Anh Thắng · số chưa xác thực · hàng 1022"
    assert heard == [said]
    room.call("ended", operator="101", reason="caller")
    room.window.seat.lock()
    room.call("ringing", "c2", operator="101", **who)
    assert heard == [said]


async def test_a_seed_opens_the_form(room: Room) -> None:
    room.window.goto_page("inbox")
    room.window.open_form(FormPrefill(phone=city.PHONE, text="Đèn đường tắt"))
    assert room.window.page_name == "intake"
    page = page_in(room, "intake", IntakePage)
    assert "0903 123 456" in [edit.text() for edit in page.findChildren(QLineEdit)]


async def test_transfer_asks_where_and_lets_calls_go_on(room: Room) -> None:
    room.call("answered", operator="101", peer_number="0903123456")
    QTest.keyClick(room.window, Qt.Key.Key_F7)
    dialog = room.window.call_bar.verbs.transfer_dialog
    assert dialog is not None
    assert not dialog.isModal()
    typed = dialog.findChildren(QLineEdit)[0]
    QTest.keyClicks(typed, "115")
    assert dialog.target == "115"
    QTest.keyClick(typed, Qt.Key.Key_Return)
    await until(lambda: ("blind", "c1", "115") in room.line.asked)


async def test_pausing_with_a_reason(room: Room) -> None:
    bar = room.window.call_bar
    bar.verbs.toggle_pause()
    entries = bar.verbs.pause_menu.actions()
    assert any("Ăn giữa ca" in e.text() for e in entries)
    assert bar.verbs.pause_menu.isVisible()
    next(e for e in entries if "Ăn giữa ca" in e.text()).trigger()
    bar.verbs.pause_menu.close()
    await until(lambda: ("pause", "Ăn giữa ca") in room.line.asked)
    room.call("agent_changed", "", operator="101", reason="Ăn giữa ca", more={"state": "paused"})
    assert bar.verbs.buttons["pause"].label == "Sẵn sàng"
    assert bar.state_text == "Tạm nghỉ: Ăn giữa ca"
    QTest.mouseClick(bar.verbs.buttons["pause"], Qt.MouseButton.LeftButton)
    await until(lambda: ("resume",) in room.line.asked)


async def test_status_line_is_plain_labels(room: Room) -> None:
    room.desk.bus.publish(LinkChanged("central", "up"))
    room.desk.bus.publish(LinkChanged("modem:gsm1", "down"))
    line = room.window.status_line

    def shown() -> set[str]:
        return {label.text() for label in line.findChildren(QLabel) if label.isVisible()}

    await until(lambda: {"Trung tâm", "đã đồng bộ", "Modem gsm1", "mất kết nối"} <= shown())
    texts = shown()
    assert "09:00:00" in texts
    assert any(t.startswith("Ca sáng · ") for t in texts)
    assert line.word("central") == "đã đồng bộ"
    room.desk.bus.publish(LinkChanged("modem:gsm1", "off"))
    assert line.word("modem:gsm1") == ""


async def test_theme_and_size_change_live(room: Room) -> None:
    room.window.swap_theme()
    assert themes.current().name == "night"
    room.window.dress("light", 150)
    assert themes.points() == pytest.approx(15)
    room.window.dress("light", 100)


async def test_key_sheet_and_palette(room: Room) -> None:
    QTest.keyClick(room.window, Qt.Key.Key_F1)
    sheet = next(w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Phím tắt")
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert {"F9", "Nghe máy", "Ctrl+S", "Lưu phản ánh"} <= set(texts)
    sheet.close()
    await city.log(room.desk, description="Cây nghiêng", address_string="Võ Công Tồn, Tân Quý")
    QTest.keyClick(room.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = room.window.findChild(PaletteDialog)
    assert palette is not None
    typed = palette.findChildren(QLineEdit)[0]
    QTest.keyClicks(typed, "hang doi")
    assert palette.offers[0].startswith("Hàng đợi")
    typed.clear()
    QTest.keyClicks(typed, "vo cong ton")
    await until(lambda: any("Võ Công Tồn" in o for o in palette.offers), "the request")
    opened: list[object] = []
    palette.request_chosen.connect(opened.append)
    QTest.keyClick(typed, Qt.Key.Key_Return)
    assert len(opened) == 1
    # let the request's own window fill, then close it
    from console.ui.request.window import RequestWindow

    await until(lambda: room.window.findChild(RequestWindow) is not None)
    shown = room.window.findChild(RequestWindow)
    assert shown is not None
    await until(lambda: shown.pane.detail is not None)
    shown.close()


async def test_targets_are_large_enough_and_every_button_has_a_name(room: Room) -> None:
    for name in room.window.rail.pages:
        room.window.goto_page(name)
        for button in room.window.findChildren(QPushButton):
            if button.isVisible():
                assert min(button.width(), button.height()) >= 24, button.text()
                assert button.text() or button.accessibleName()


@pytest.mark.parametrize("user", ["operator", "officer-ubnd-ba-diem"])
async def test_the_palette_finds_services_agencies_and_settings(
    desk: Desk, tmp_path: Path, user: str
) -> None:
    settings = SettingsKeeper(load(tmp_path, environ={}), lambda: load(tmp_path, environ={}))
    gone = replace(
        desk.catalogue.services["roads.pothole"], valid_to=desk.clock().date() - timedelta(days=1)
    )
    services = desk.catalogue.services | {gone.code: gone}
    desk.catalogue = replace(desk.catalogue, services=services)
    room = await open_room(desk, user, keeper=settings)
    officer = user.startswith("officer")

    async def choose(typed: str, offered: str) -> bool:
        await in_front(room.window)
        QTest.keyClick(room.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        palette = await dialog_of(room, PaletteDialog)
        field = palette.findChildren(QLineEdit)[0]
        QTest.keyClicks(field, typed)
        found = offered in palette.offers
        for _ in range(palette.offers.index(offered) if found else 0):
            QTest.keyClick(field, Qt.Key.Key_Down)
        QTest.keyClick(field, Qt.Key.Key_Return if found else Qt.Key.Key_Escape)
        await until(lambda: not palette.isVisible(), "the end of the palette")
        await tasks.settle()
        return found

    assert await choose("den duong khong sang", "Phiếu mới: Đèn đường không sáng") != officer
    if not officer:
        page = page_in(room, "intake", IntakePage)
        forms = page.forms
        await until(lambda: forms.current.values.service_code == "lighting.out", "the form")
    assert not await choose("o ga", f"Phiếu mới: {gone.name}")  # taken no longer
    assert await choose("xa ba diem", "Hàng đợi: Ủy ban nhân dân xã Bà Điểm") != officer
    if not officer:
        await until(lambda: room.window.page_name == "queue", "the queue")
        queue = page_in(room, "queue", QueuePage)
        await until(lambda: queue.presenter.agency == "ubnd-ba-diem", "its agency")
    assert await choose("may chu imap", "Cài đặt: Thư điện tử · Máy chủ IMAP")
    await until(lambda: room.window.page_name == "settings", "the settings")
    page_of_settings = page_in(room, "settings", SettingsPage)
    await until(page_of_settings.fields["mail.imap_host"].editor.hasFocus, "the field")
    assert not await choose("phan anh", "Tìm lệnh, phản ánh   Ctrl+K")  # it is open already
