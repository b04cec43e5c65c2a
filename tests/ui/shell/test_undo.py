"""The last step can be undone by a key while its time lasts."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from console.domain.requests import commands as c
from console.domain.states import State
from console.services.desk import Desk
from console.ui.pages.intake.page import IntakePage
from console.ui.request.window import RequestWindow
from console.ui.runtime import tasks
from console.ui.shell.status.undo_button import UndoButton
from console.ui.widgets.dialogs.reason import ReasonDialog
from tests.conftest import StoppedClock
from tests.ui.city import log, person
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room, page_in

AGENCY = "ql-htgt-duong-bo"


def button(room: Room) -> UndoButton:
    return room.window.findChildren(UndoButton)[0]


async def state(desk: Desk, request_id: object) -> State:
    detail = await desk.ask(lambda q: q.detail(request_id))  # type: ignore[arg-type]
    assert detail is not None
    return detail.request.state


async def test_forwarding_is_taken_back_by_key_from_a_field(room: Room) -> None:
    done = await log(room.desk)
    await until(button(room).isVisible, "the offer")
    assert "Hoàn tác “Chuyển đơn vị" in button(room).label
    assert button(room).label.endswith("· 30 s")
    assert button(room).height() >= 24
    field = room.window.page("intake").findChildren(QLineEdit)[0]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_F3)
    await until(lambda: "Đã hoàn tác" in room.window.notice.text, "the word that it is done")
    assert room.window.notice.property("tone") == "ok"
    assert await state(room.desk, done.request_id) is State.RECEIVED
    assert not button(room).isVisible()


async def test_what_the_form_said_of_the_step_is_said_no_more(room: Room) -> None:
    page = page_in(room, "intake", IntakePage)
    page.deck.form.presenter.fill(
        phone="0903123456",
        service_code="roads.pothole",
        address_string="12 Lạc Long Quân, P.3, Q.11",
        description="Ổ gà sâu",
        agency=AGENCY,
    )
    page.save()
    await until(lambda: "đã chuyển" in page.deck.outcome, "the save")
    await until(button(room).isVisible, "the offer")
    number = page.deck.outcome.removeprefix("Đã lưu ")[: len("26 001 00001 9")]
    room.window.undo.undo()
    await until(lambda: page.deck.outcome == f"Đã lưu {number}", "the agency to be taken out")


async def test_the_offer_ends_with_its_time(room: Room, clock: StoppedClock) -> None:
    done = await log(room.desk)
    clock.forward(seconds=12)
    room.window._tick()
    assert button(room).label.endswith("· 18 s") or button(room).label.endswith("· 19 s")
    clock.forward(seconds=20)
    room.window._tick()
    assert not button(room).isVisible()
    room.window.undo.undo()
    await tasks.settle()
    assert room.window.notice.text == "Không có bước nào để hoàn tác."
    assert room.window.notice.property("tone") == "warn"
    assert await state(room.desk, done.request_id) is State.FORWARDED


async def test_what_somebody_else_did_since_takes_the_offer_away(room: Room) -> None:
    done = await log(room.desk)
    assert done.request_id is not None
    await until(button(room).isVisible, "the offer")
    officer = person(room.desk, f"officer-{AGENCY}")
    await room.desk.do(c.AcceptAssignment(request_id=done.request_id), actor=officer)
    assert not button(room).isVisible()


async def test_what_tells_the_citizen_is_not_offered(room: Room) -> None:
    done = await log(room.desk, agency=None)
    assert done.request_id is not None
    assert not button(room).isVisible()
    await room.desk.do(c.RejectRequest(request_id=done.request_id, reason="ngoài phạm vi"))
    await tasks.settle()
    assert not button(room).isVisible()


async def test_another_person_gets_no_offer(room: Room) -> None:
    await log(room.desk)
    await until(button(room).isVisible, "the offer")
    room.desk.seat(person(room.desk, "supervisor"))
    assert not button(room).isVisible()
    assert room.window.undo.left_s == timedelta(0).seconds


async def test_a_supervisor_takes_a_step_back_later_with_a_reason(
    desk: Desk, clock: StoppedClock
) -> None:
    done = await log(desk)
    assert done.request_id is not None
    officer = person(desk, f"officer-{AGENCY}")
    await desk.do(c.AcceptAssignment(request_id=done.request_id), actor=officer)
    clock.forward(hours=3)
    room = await open_room(desk, "supervisor")
    room.window.open_request(done.request_id)
    window = await dialog_of(room, RequestWindow)
    await until(window.back_button.isVisible, "the way back")
    window.ask_back()
    asked = await dialog_of(room, ReasonDialog)
    asked._submit()
    assert asked.problem_text == "Cần nêu lý do."
    asked._remark.setPlainText("đơn vị bấm nhầm")
    asked._submit()
    await until(lambda: not window.back_button.isVisible(), "the step to be taken back")
    assert await state(desk, done.request_id) is State.FORWARDED
    detail = await desk.ask(lambda q: q.detail(done.request_id))  # type: ignore[arg-type]
    assert detail is not None
    assert detail.history[-1].reason == "đơn vị bấm nhầm"
