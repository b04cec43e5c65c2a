"""Two values of one field, settled by one click; steps that were not applied wait for the
supervisor.
"""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.requests.commands import ChangeFields
from console.domain.requests.events import AssignmentAccepted, FieldsChanged
from console.services.desk import Desk
from console.ui.pages.supervision.page import SupervisionPage
from console.ui.request.conflict_card import ConflictCard
from console.ui.request.window import RequestWindow
from tests.ui.request.opened import SAID, change, from_afar, logged, opened, texts
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room, page_in

# --- conflicts


async def disputed(desk: Desk) -> UUID:
    """Two people changed the description, both starting from the first one."""
    request_id = await logged(desk)
    mine = ChangeFields(request_id=request_id, changes=(("description", SAID, "Ổ gà của tôi"),))
    await desk.do(mine)
    await from_afar(desk, request_id, change("Ổ gà của Lan", SAID))
    return request_id


async def test_both_values_stand_there_with_who_and_when(room: Room) -> None:
    request_id = await disputed(room.desk)
    dialog = await opened(room, request_id)
    (card,) = dialog.pane.findChildren(ConflictCard)
    said = texts(card)
    assert "Mô tả" in said
    assert "Ổ gà của Lan" in said
    assert "lan (may-02) · 09:00 · đang dùng" in said
    assert "Ổ gà của tôi" in said
    assert "Tổng đài viên (may-07) · 09:00" in said
    assert [b.label for b in card.buttons] == ["Giữ giá trị này"] * 2


async def test_one_click_takes_the_value_that_lost(room: Room) -> None:
    request_id = await disputed(room.desk)
    dialog = await opened(room, request_id)
    (card,) = dialog.pane.findChildren(ConflictCard)
    QTest.mouseClick(card.buttons[1], Qt.MouseButton.LeftButton)
    await settled(room, request_id, dialog)
    assert dialog.pane.detail is not None
    assert dialog.pane.detail.request.description == "Ổ gà của tôi"
    assert "Sửa thông tin: mô tả" in texts(dialog.pane)


async def test_one_click_keeps_the_value_that_stands(room: Room) -> None:
    request_id = await disputed(room.desk)
    dialog = await opened(room, request_id)
    (card,) = dialog.pane.findChildren(ConflictCard)
    QTest.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    await settled(room, request_id, dialog)
    assert dialog.pane.detail is not None
    assert dialog.pane.detail.request.description == "Ổ gà của Lan"


async def settled(room: Room, request_id: UUID, dialog: RequestWindow) -> None:
    def done() -> bool:
        detail = dialog.pane.detail
        return detail is not None and not detail.request.conflicts

    await until(done, "the dispute to end")
    assert not [c for c in dialog.pane.findChildren(ConflictCard) if c.isVisible()]


async def test_a_pin_and_closed_sets_read_as_people_say_them(room: Room) -> None:
    request_id = await logged(room.desk, lat=10.86, long=106.6)
    pin = (("lat", 10.86, 10.87), ("long", 106.6, 106.61), ("priority", "normal", "high"))
    await room.desk.do(ChangeFields(request_id=request_id, changes=pin))
    far = FieldsChanged(
        set={"lat": 10.88, "long": 106.62, "priority": "urgent"},
        old={"lat": 10.86, "long": 106.6, "priority": "normal"},
    )
    await from_afar(room.desk, request_id, far)
    dialog = await opened(room, request_id)
    cards = dialog.pane.findChildren(ConflictCard)
    said = "\n".join(texts(c) for c in cards)
    assert "Vị trí ghim" in said
    assert "10.88000, 106.62000" in said
    assert "10.87000, 106.61000" in said
    assert "Khẩn" in said
    assert "vĩ độ" not in said.lower()
    pins = next(c for c in cards if "Vị trí ghim" in texts(c))
    QTest.mouseClick(pins.buttons[1], Qt.MouseButton.LeftButton)

    def at_mine() -> bool:
        detail = dialog.pane.detail
        return detail is not None and (detail.request.lat, detail.request.long) == (10.87, 106.61)

    await until(at_mine, "the pin")


async def test_a_choice_that_is_refused_can_be_made_again(room: Room) -> None:
    request_id = await disputed(room.desk)
    dialog = await opened(room, request_id)
    (card,) = dialog.pane.findChildren(ConflictCard)
    # Somebody changes it while the card is open.
    await from_afar(room.desk, request_id, change("Ba", "Ổ gà của Lan"), tell=False)
    QTest.mouseClick(card.buttons[1], Qt.MouseButton.LeftButton)
    await until(lambda: "Người khác vừa sửa mô tả" in texts(dialog.pane), "the sentence")
    assert all(b.isEnabled() for b in card.buttons)


async def test_an_officer_sees_the_dispute_and_cannot_choose(desk: Desk) -> None:
    request_id = await disputed(desk)
    room = await open_room(desk, "officer-ql-htgt-duong-bo")
    dialog = await opened(room, request_id)
    (card,) = dialog.pane.findChildren(ConflictCard)
    assert card.buttons == []


def wallboard(room: Room) -> SupervisionPage:
    return page_in(room, "wallboard", SupervisionPage)


# --- what was not applied, for the supervisor


async def test_what_was_not_applied_is_said_and_listed_until_seen(desk: Desk) -> None:
    request_id = await logged(desk)
    await from_afar(desk, request_id, AssignmentAccepted(agency="cay-xanh"))
    room = await open_room(desk, "supervisor")
    room.window.goto_page("wallboard")
    page = wallboard(room)
    await until(lambda: page.tasks.rows, "the task")
    assert page.tasks.isVisible()
    assert [(t.kind, t.count) for t in page.tasks.rows] == [("not_applied", 1)]
    QTest.mouseClick(page.tasks.open_button, Qt.MouseButton.LeftButton)
    dialog = await dialog_of(room, RequestWindow)
    await until(lambda: "(không có hiệu lực)" in texts(dialog.pane), "the history in words")
    QTest.mouseClick(page.tasks.seen_button, Qt.MouseButton.LeftButton)
    await until(lambda: not page.tasks.isVisible(), "the task to go")
    await until(lambda: "Đã xem bước không có hiệu lực" in texts(dialog.pane), "the note")


async def test_a_dispute_is_listed_too_and_operators_have_no_list(desk: Desk) -> None:
    await disputed(desk)
    room = await open_room(desk, "supervisor")
    room.window.goto_page("wallboard")
    page = wallboard(room)
    await until(lambda: page.tasks.rows, "the task")
    assert not page.tasks.seen_button.isEnabled()
    await room.window.seat.people.hand_over(
        await desk.accounts.person("operator"), "", with_drafts=False
    )
    page = wallboard(room)
    await until(lambda: page.figures["open_requests"].value == "1", "the figures")
    assert not page.tasks.isVisible()
