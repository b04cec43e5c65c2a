"""Ca trực: a shift is entered, handed over and accepted from the window, by keys or mouse."""

from console.services.desk import Desk
from console.ui.request.window import RequestWindow
from console.ui.shell.seat.shift import ShiftDialog
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room


async def shift_of(room: Room) -> ShiftDialog:
    room.window.commands["window.shift"].trigger()
    dialog = await dialog_of(room, ShiftDialog)
    await until(lambda: dialog.view is not None, "the shift")
    return dialog


async def test_one_hands_over_and_another_accepts(desk: Desk, clock: StoppedClock) -> None:
    await city.log(desk, agency="so-xay-dung", service_code="roads.pothole")
    clock.forward(days=9)
    room = await open_room(desk, "operator")
    dialog = await shift_of(room)
    assert not dialog.accept_button.isEnabled()
    dialog.enter_button.click()
    await until(dialog.leave_button.isVisible, "the way out")
    assert "Đang trực: " in dialog.people.text()
    assert [item[0] for item in dialog.model.rows] == ["late"]
    dialog.note.setPlainText("Bão đang vào")
    dialog.promises.setPlainText("Gọi lại bác Ba")
    dialog.hand_button.click()
    await until(lambda: dialog.hand_button.text() == "Bàn giao lại", "the hand-over")
    dialog.accept_button.click()
    await until(dialog.problem.isVisible, "why not")
    assert "không tự nhận" in dialog.problem.text()
    dialog.close()
    clock.forward(hours=8)
    desk.actor = city.person(desk, "supervisor")
    again = await shift_of(room)
    await until(again.accept_button.isEnabled, "what was left")
    assert "Bão đang vào" in again.left_said.text()
    assert again.left_promises.text() == "• Gọi lại bác Ba"
    again.left_table.setCurrentIndex(again.left_model.index(0, 0))
    again.left_table.opened.emit(None)
    await dialog_of(room, RequestWindow)
    again.accept_button.click()
    await until(lambda: not again.accept_button.isEnabled(), "the acceptance")
    assert again.left_model.rows == ()
