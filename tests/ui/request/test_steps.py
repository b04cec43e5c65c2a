"""The further steps on a request, from the queue and from its own window, on a real store: each
step with its dialog.
"""

from dataclasses import replace
from datetime import timedelta
from operator import methodcaller
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPlainTextEdit
from shiboken6 import isValid

from console.domain.requests.commands import ForwardRequest, RefuseAssignment
from console.domain.requests.events import FieldsChanged
from console.domain.requests.request import Request
from console.domain.states import AssignmentState, Priority, State
from console.map.gazetteer.local_places import LocalPlaces
from console.services.desk import Desk
from console.ui.pages.queue.page import QueuePage
from console.ui.request.dialogs.edit import EditDialog
from console.ui.request.dialogs.join import JoinDialog
from console.ui.request.dialogs.steps import ForwardDialog
from console.ui.request.possible_steps import proposed_agency
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from console.ui.widgets.dialogs.reason import ReasonDialog, WordsDialog
from console.ui.widgets.fields.search_combo import SearchCombo
from tests.ui import city
from tests.ui.request.opened import change, from_afar, logged, opened, texts
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, go_to, open_room

AGENCY = "ql-htgt-duong-bo"
CTRL = Qt.KeyboardModifier.ControlModifier


async def window_of(
    desk: Desk, request_id: UUID, user: str = "operator"
) -> tuple[Room, RequestWindow]:
    """This person's window, with the request in one of its own."""
    room = await open_room(desk, user)
    return room, await opened(room, request_id)


async def step[D: QDialog](room: Room, window: RequestWindow, name: str, kind: type[D]) -> D:
    """The dialog of a step."""
    window.more.begin(name)
    return await dialog_of(room, kind)


async def officers_queue(desk: Desk) -> tuple[Room, QueuePage]:
    """An agency's list, its first request chosen."""
    room = await open_room(desk, f"officer-{AGENCY}")
    page = go_to(room, "queue", QueuePage)
    await until(lambda: page.presenter.detail is not None, "the detail")
    return room, page


async def popped_up() -> QMenu:
    await until(QApplication.activePopupWidget, "the menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def shown(dialog: RequestWindow) -> Request:
    assert dialog.pane.detail is not None
    return dialog.pane.detail.request


async def becomes(dialog: RequestWindow, state: State) -> Request:
    """The request, once the window shows it in this state."""
    await until(lambda: shown(dialog).state is state, state)
    return shown(dialog)


def write(dialog: QDialog, text: str) -> None:
    dialog.findChildren(QPlainTextEdit)[0].setPlainText(text)


def submit(dialog: QDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)


@pytest.mark.parametrize(
    ("user", "steps"),
    [
        ("operator", ("forward", "note", "edit", "merge")),
        ("supervisor", ("start", "forward", "note", "edit", "merge", "cancel")),
        (f"officer-{AGENCY}", ("start", "note")),
        ("auditor", ()),
    ],
)
async def test_who_may_do_what_with_a_request_that_an_agency_has(
    desk: Desk, user: str, steps: tuple[str, ...]
) -> None:
    request_id = await logged(desk)
    _, dialog = await window_of(desk, request_id, user)
    assert dialog.more.steps() == steps
    assert dialog.more.button.isEnabled() == bool(steps)


async def test_the_menu_comes_by_key_and_its_first_step_by_enter(desk: Desk) -> None:
    request_id = await logged(desk)
    _, dialog = await window_of(desk, request_id, f"officer-{AGENCY}")
    QTest.keyClick(dialog, Qt.Key.Key_M, CTRL)
    menu = await popped_up()
    assert [each.text() for each in menu.actions()] == ["Bắt đầu xử lý", "Ghi chú…"]
    QTest.keyClick(menu, Qt.Key.Key_Return)
    request = await becomes(dialog, State.IN_PROGRESS)
    assert request.assignments[0].state is AssignmentState.IN_PROGRESS
    assert dialog.more.steps() == ("note",)


async def test_the_menu_of_the_queue_means_the_chosen_request(desk: Desk) -> None:
    await logged(desk)
    room, page = await officers_queue(desk)
    assert page.more.steps() == ("start", "note")
    QTest.keyClick(page.table, Qt.Key.Key_M, CTRL)
    menu = await popped_up()
    menu.close()
    page.more.begin("note")
    dialog = await dialog_of(room, WordsDialog)
    submit(dialog)
    assert dialog.problem_text == "Chưa viết gì."
    write(dialog, "Đã cử đội đi xem, chờ vật tư")
    submit(dialog)

    def noted() -> bool:
        detail = page.presenter.detail
        return detail is not None and detail.history[-1].kind == "note_added"

    await until(noted, "the note in the history")


async def test_what_was_taken_down_wrongly_is_put_right(desk: Desk) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "edit", EditDialog)
    submit(dialog)
    assert dialog.problem_text == "Chưa sửa gì."
    dialog.address.selectAll()
    QTest.keyClicks(dialog.address, "hem 51 Cao Thang, P.3, Q.3")
    dialog.service.set_code("roads.sign")
    dialog.description.setPlainText("Biển báo ngã, người gọi nói lại")
    dialog.priority.setCurrentIndex(dialog.priority.findData(Priority.HIGH.value))
    dialog.pin.setText("10.77, 106.68")
    dialog.reason.setText("người gọi nói lại chỗ")
    submit(dialog)
    await until(lambda: shown(window).service_code == "roads.sign", "the change")
    request = shown(window)
    assert request.address_string == "hem 51 Cao Thang, P.3, Q.3"
    assert request.legacy_ward == "Phường 3, Quận 3"
    assert request.road_class == "alley"
    assert desk.catalogue.wards[request.ward_code or ""].name == "Phường Bàn Cờ"
    assert (request.lat, request.long) == (10.77, 106.68)
    assert request.priority is Priority.HIGH
    assert request.description == "Biển báo ngã, người gọi nói lại"
    assert window.pane.detail is not None
    assert window.pane.detail.history[-1].reason == "người gọi nói lại chỗ"


async def test_a_pin_that_is_none_and_a_ward_that_is_none_are_said(desk: Desk) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "edit", EditDialog)
    dialog.pin.setText("chỗ chợ")
    submit(dialog)
    assert "tọa độ" in dialog.problem_text.lower()
    dialog.pin.clear()
    dialog.ward.setFocus()
    QTest.keyClicks(dialog.ward, "zzzz")
    submit(dialog)
    assert "không có trong danh sách" in dialog.problem_text
    assert dialog.isVisible()


async def test_what_nobody_touched_is_not_changed(desk: Desk) -> None:
    """A text field normalises spaces and line ends; that is no change."""
    request_id = await logged(desk, address_string="66/1  Đồng Tâm\nxã Trung Chánh",
                              description="Ổ gà\u00a0sâu,  giữa làn")  # fmt: skip
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "edit", EditDialog)
    submit(dialog)
    assert dialog.problem_text == "Chưa sửa gì."
    dialog.priority.setCurrentIndex(dialog.priority.findData(Priority.HIGH.value))
    submit(dialog)
    await until(lambda: shown(window).priority is Priority.HIGH, "the change")
    assert window.pane.detail is not None
    assert window.pane.detail.history[-1].body["set"] == {"priority": "high"}


async def test_a_request_of_a_kind_that_is_no_longer_taken_can_be_put_right(desk: Desk) -> None:
    request_id = await logged(desk)
    yesterday = desk.clock().date() - timedelta(days=1)
    old = desk.catalogue.services["roads.pothole"]
    services = desk.catalogue.services | {old.code: replace(old, valid_to=yesterday)}
    desk.catalogue = replace(desk.catalogue, services=services)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "edit", EditDialog)
    assert dialog.service.currentText() == old.name
    dialog.description.setPlainText("Hai ổ gà")
    submit(dialog)
    await until(lambda: shown(window).description == "Hai ổ gà", "the change")
    assert shown(window).service_code == old.code


async def test_what_a_former_kind_asked_keeps_its_name(desk: Desk) -> None:
    """An older console changed the service and kept the answer."""
    request_id = await logged(desk, service_code="lighting.out", attributes=(("pole", "TD-12"),))
    _, window = await window_of(desk, request_id)
    assert "Số trụ đèn: TD-12" in texts(window)
    await from_afar(desk, request_id, change("roads.sign", "lighting.out", "service_code"))
    await until(lambda: shown(window).service_code == "roads.sign", "the change")
    assert shown(window).attributes == (("pole", "TD-12"),)
    await until(lambda: "Số trụ đèn: TD-12" in texts(window), "the name of the field")


async def test_the_ward_goes_with_an_address_that_lies_elsewhere(desk: Desk) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "edit", EditDialog)
    assert dialog.ward.currentText() == "Xã Bà Điểm"

    def retype(text: str) -> str:
        dialog.address.selectAll()
        QTest.keyClicks(dialog.address, text)
        return dialog.ward.currentText()

    assert retype("14 Dong Tam") == "Xã Bà Điểm"
    assert retype("12 Le Loi, Q.1") == ""
    assert retype("68 Dong Tam, Hoc Mon") == "Xã Bà Điểm"
    # Parts of a split ward: the person who saves chooses one.
    assert retype("duong Vo Cong Ton, P.Tan Quy (Q.Tan Phu)") == ""
    submit(dialog)
    assert dialog.problem_text == "Địa chỉ này có thể thuộc 2 phường/xã. Hãy chọn một."
    dialog.ward.set_code(dialog.ward.itemData(0))
    submit(dialog)
    await until(lambda: shown(window).legacy_ward == "Phường Tân Quý, Quận Tân Phú", "the change")


async def test_a_pin_that_stayed_behind_is_said_once(desk: Desk, outlines: Path) -> None:
    desk.places = LocalPlaces(outlines)
    request_id = await logged(desk, lat=10.8612, long=106.7058)
    here = desk.places.ward_at(10.8612, 106.7058)
    assert here is not None
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "edit", EditDialog)
    dialog.address.selectAll()
    QTest.keyClicks(dialog.address, "hem 51 Cao Thang, P.3, Q.3")
    submit(dialog)
    assert dialog.problem_text.startswith("Ghim còn nằm ở ")
    assert here.name in dialog.problem_text
    submit(dialog)
    await until(lambda: shown(window).legacy_ward == "Phường 3, Quận 3", "the change")
    assert shown(window).lat == 10.8612


async def test_a_window_closed_before_its_answer_comes_is_no_bug(desk: Desk) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id)
    before = tasks.failures()
    dialog = await step(room, window, "note", WordsDialog)
    write(dialog, "đã gọi lại")
    submit(dialog)
    dialog.reject()
    QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    assert not isValid(dialog)
    await tasks.settle()
    assert tasks.failures() == before


async def test_a_step_of_the_menu_is_not_done_to_another_request(desk: Desk) -> None:
    """While the menu is open the list changes: the chosen request may have left it."""
    await logged(desk)
    await logged(desk, phone="+84903999888", address_string="12 Lê Lợi, Q.1")
    _, page = await officers_queue(desk)
    assert page.presenter.detail is not None
    first = page.presenter.detail.request.id
    page.more.offer()
    menu = await popped_up()
    other = next(i.request_id for i in page.presenter.items if i.request_id != first)
    page.presenter.select((other, AGENCY))
    await until(
        lambda: page.presenter.detail is not None and page.presenter.detail.request.id == other,
        "the other one",
    )
    said: list[str] = []
    page.refused.connect(said.append)
    assert menu.actions()[0].text() == "Bắt đầu xử lý"
    menu.actions()[0].trigger()
    menu.close()
    await tasks.settle()
    assert said == ["Phản ánh vừa đổi trong lúc chọn. Hãy mở lại Bước khác."]
    for each in (first, other):
        detail = await desk.ask(methodcaller("detail", each))
        assert detail is not None
        assert detail.request.state is State.FORWARDED


async def test_what_another_seat_changed_meanwhile_is_said_and_only_then_replaced(
    desk: Desk,
) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "edit", EditDialog)
    dialog.service.set_code("roads.sign")
    theirs: dict[str, object] = {"service_code": "roads.signal", "priority": "high"}
    seen: dict[str, object] = {"service_code": "roads.pothole", "priority": "normal"}
    await from_afar(desk, request_id, FieldsChanged(set=theirs, old=seen))
    await until(lambda: shown(window).service_code == "roads.signal", "what the other one saved")
    submit(dialog)
    await until(lambda: dialog.problem_text, "the sentence")
    assert desk.catalogue.services["roads.signal"].name in dialog.problem_text
    submit(dialog)
    await until(lambda: shown(window).service_code == "roads.sign", "the change")
    assert shown(window).priority is Priority.HIGH, "the other one's, which nobody touched here"


async def test_the_citizen_is_asked_and_his_answer_taken_down(desk: Desk) -> None:
    request_id = await logged(desk, agency=None)
    room, window = await window_of(desk, request_id)
    assert window.more.steps() == ("forward", "ask", "note", "edit", "merge", "reject")
    dialog = await step(room, window, "ask", WordsDialog)
    write(dialog, "Số nhà nào, gần ngã tư nào?")
    submit(dialog)
    request = await becomes(window, State.NEED_INFO)
    assert request.info_expires_at is not None
    assert "answer" in window.more.steps()
    assert "ask" not in window.more.steps()
    dialog = await step(room, window, "answer", WordsDialog)
    write(dialog, "Trước số 66/1")
    submit(dialog)
    await becomes(window, State.RECEIVED)


async def test_what_is_no_matter_of_ours_is_rejected_and_the_citizen_told(desk: Desk) -> None:
    request_id = await logged(desk, agency=None)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "reject", ReasonDialog)
    submit(dialog)
    request = await becomes(window, State.REJECTED)
    assert request.status_notes == "Không thuộc phạm vi tiếp nhận của 1022"
    assert request.messages, "the citizen is told"
    assert window.more.steps() == ("note",)


async def test_two_requests_about_the_same_become_one(desk: Desk) -> None:
    parent_id = await logged(desk)
    request_id = await logged(desk, phone="+84903999888")
    parent = await desk.ask(lambda q: q.detail(parent_id))
    assert parent is not None
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "merge", JoinDialog)
    assert not dialog.verb.isEnabled()
    dialog._number.setText(parent.request.number)
    await until(dialog.verb.isEnabled, "the other one to be found")
    submit(dialog)
    request = await becomes(window, State.MERGED)
    assert request.parent_id == parent_id
    both = await desk.ask(lambda q: q.detail(parent_id))
    assert both is not None
    assert len(both.request.reporters) == 2


async def test_an_answer_to_another_number_than_the_one_typed_is_none(desk: Desk) -> None:
    other_id, request_id = await logged(desk), await logged(desk, phone="+84903999888")
    other = await desk.ask(lambda q: q.detail(other_id))
    assert other is not None
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "merge", JoinDialog)
    dialog._number.setText(other.request.number)
    dialog._look()  # asked, not answered yet
    dialog._number.setText("26 014 99999")
    await tasks.settle()
    assert not dialog.verb.isEnabled()
    assert "Đồng Tâm" not in dialog.found_text


async def test_a_supervisor_takes_a_request_out_with_a_reason(desk: Desk) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id, "supervisor")
    dialog = await step(room, window, "cancel", ReasonDialog)
    submit(dialog)
    request = await becomes(window, State.CANCELLED)
    assert request.status_notes == "Phiếu thử, nhập nhầm"
    assert window.more.steps() == ("note", "edit", "reopen")
    dialog = await step(room, window, "reopen", ReasonDialog)
    write(dialog, "hủy nhầm")
    submit(dialog)
    await becomes(window, State.REOPENED)


async def test_a_second_agency_gets_its_part(desk: Desk) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "forward", ForwardDialog)
    dialog.choose("ubnd-ba-diem")
    submit(dialog)
    await until(lambda: len(shown(window).assignments) == 2, "the second agency")
    assert {a.agency for a in shown(window).assignments} == {AGENCY, "ubnd-ba-diem"}


async def test_an_agency_that_has_its_part_already_is_not_proposed_again(desk: Desk) -> None:
    request_id = await logged(desk)
    officer = city.person(desk, f"officer-{AGENCY}")
    back = RefuseAssignment(
        request_id=request_id, reason="Không quản lý", suggested_agency="so-xay-dung"
    )
    await desk.do(back, actor=officer)
    _, window = await window_of(desk, request_id)
    detail = window.pane.detail
    assert detail is not None
    assert proposed_agency(desk, detail)[0] == "so-xay-dung"
    await desk.do(ForwardRequest(request_id=request_id, agency="so-xay-dung"))
    await becomes(window, State.FORWARDED)
    detail = window.pane.detail
    assert detail is not None
    assert proposed_agency(desk, detail)[0] != "so-xay-dung"


async def test_what_the_rules_refuse_is_said_in_the_small_window(desk: Desk) -> None:
    request_id = await logged(desk)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "forward", ForwardDialog)
    dialog.choose(AGENCY)
    submit(dialog)
    await until(lambda: dialog.problem_text, "the sentence")
    assert dialog.isVisible()
    assert len(shown(window).assignments) == 1


async def test_a_closed_request_takes_notes_only(desk: Desk) -> None:
    request_id = await logged(desk)
    await city.resolve(desk, request_id)
    _, window = await window_of(desk, request_id)
    assert window.more.steps() == ("note", "edit", "merge", "reopen")


async def test_an_agency_typed_over_the_proposed_one_is_not_sent_to_the_proposed_one(
    desk: Desk,
) -> None:
    """Ctrl+Enter comes from the field itself: its text is not a choice yet."""
    request_id = await logged(desk)
    officer = city.person(desk, f"officer-{AGENCY}")
    back = RefuseAssignment(
        request_id=request_id, reason="Không quản lý", suggested_agency="so-xay-dung"
    )
    await desk.do(back, actor=officer)
    room, window = await window_of(desk, request_id)
    dialog = await step(room, window, "forward", ForwardDialog)
    field = dialog.findChildren(SearchCombo)[0]
    assert field.code() == "so-xay-dung"
    line = field.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(field, "zzzz")
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    await tasks.settle()
    assert "không có trong danh sách" in dialog.problem_text
    detail = await desk.ask(methodcaller("detail", request_id))
    assert detail is not None
    assert [a.agency for a in detail.request.assignments if a.is_open] == []
