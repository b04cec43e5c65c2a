"""Several people on one request: conflicts with one click, who else looks, what waits for the
supervisor; numbers of citizens by a logged act, numbers of requests in any spelling.
"""

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from console.domain import numbering
from console.domain.actors import Actor
from console.domain.commands import ChangeFields, ForwardRequest
from console.domain.events import AssignmentAccepted, Fact, FieldsChanged, StoredEvent
from console.domain.ids import contact_uuid, uuid7
from console.domain.live import RequestsChanged
from console.domain.states import Role
from console.services.desk import Desk
from console.services.ports import UnitOfWork
from console.services.presence import ANNOUNCE_EVERY, FADES_AFTER, Viewer
from console.ui.dialogs.palette import PaletteDialog
from console.ui.panels.callbacks import CallbacksPage
from console.ui.panels.conflict_card import ConflictCard
from console.ui.panels.intake import IntakePage
from console.ui.panels.map_page import MapPage
from console.ui.panels.queue import QueuePage
from console.ui.panels.reporters_card import ReportersCard
from console.ui.panels.request_window import RequestDialog
from console.ui.panels.wallboard import WallboardPage
from console.ui.presenters.presence import PresencePresenter
from tests.conftest import StoppedClock
from tests.ui import city
from tests.ui.panels.conftest import Room, dialog_of, open_room
from tests.ui.waiting import until

SAID = "Ổ gà sâu giữa làn xe máy"


def texts(widget: QWidget) -> str:
    return "\n".join(w.text() for w in widget.findChildren(QLabel) if w.isVisible())


def button(widget: QWidget, word: str) -> QPushButton:
    found = [b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text() == word]
    assert found, word
    return found[0]


async def logged(desk: Desk, **fields: object) -> UUID:
    done = await city.log(desk, **fields)  # type: ignore[arg-type]
    assert done.request_id is not None
    return done.request_id


async def from_afar(desk: Desk, request_id: UUID, fact: Fact, *, tell: bool = True) -> None:
    """An event that another console wrote without seeing what happened here."""

    def work(uow: UnitOfWork) -> None:
        at = desk.clock()
        uow.append(
            [
                StoredEvent(
                    id=uuid7(),
                    request_id=request_id,
                    at=at,
                    actor="lan",
                    role=Role.OPERATOR,
                    workstation="may-02",
                    hlc=uow.next_hlc(at),
                    fact=fact,
                )
            ]
        )

    await desk.store.write(work)
    if tell:
        desk.bus.publish(RequestsChanged(frozenset({request_id})))


async def opened(room: Room, request_id: UUID) -> RequestDialog:
    room.window.open_request(request_id)
    dialog = await dialog_of(room, RequestDialog)
    await until(lambda: dialog.pane.detail is not None, "the request")
    return dialog


def change(value: object, old: object, field: str = "description") -> FieldsChanged:
    return FieldsChanged(set={field: value}, old={field: old})


# --- conflicts


async def disputed(desk: Desk) -> UUID:
    """Two people changed the description, each seeing the first one."""
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


async def settled(room: Room, request_id: UUID, dialog: RequestDialog) -> None:
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
    # Somebody changes it while the card is looked at.
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


def wallboard(room: Room) -> WallboardPage:
    page = room.window.page("wallboard")
    assert isinstance(page, WallboardPage)
    return page


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
    dialog = await dialog_of(room, RequestDialog)
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


# --- who else looks


class Lookers:
    """The centre's table of who looks, as the port has it."""

    def __init__(self) -> None:
        self.viewers: tuple[Viewer, ...] = ()
        self.said: list[tuple[str, UUID, str]] = []

    async def announce(self, request_id: UUID, actor: Actor) -> None:
        self.said.append(("open", request_id, actor.user))

    async def leave(self, request_id: UUID, actor: Actor) -> None:
        self.said.append(("left", request_id, actor.user))

    async def others(self, request_id: UUID, actor: Actor) -> tuple[Viewer, ...]:
        return self.viewers


async def test_who_else_has_it_open_is_named_and_fades(room: Room, clock: StoppedClock) -> None:
    table = Lookers()
    room.desk.presence = table
    request_id = await logged(room.desk)
    table.viewers = (Viewer("Lê Thị Hoa", "may-02", clock()),)
    dialog = await opened(room, request_id)
    await until(lambda: dialog.pane.viewers_text, "who else looks")
    assert dialog.pane.viewers_text == "đang mở: Lê Thị Hoa (may-02)"
    assert dialog.pane._viewers.isVisible()
    # She announces no more: after a minute she is gone.
    table.viewers = ()
    clock.forward(seconds=FADES_AFTER.total_seconds() + 1)
    dialog.tick(clock())
    assert dialog.pane.viewers_text == ""
    dialog.close()
    await until(lambda: ("left", request_id, "operator") in table.said, "the leaving")


async def test_it_is_announced_again_and_again_while_it_is_open(
    desk: Desk, clock: StoppedClock
) -> None:
    table = Lookers()
    desk.presence = table
    presenter = PresencePresenter(desk)
    one, two = uuid7(), uuid7()
    presenter.watch(one)
    await until(lambda: table.said == [("open", one, "operator")], "the first word")
    presenter.watch(one)
    presenter.tick(clock())
    clock.forward(seconds=ANNOUNCE_EVERY.total_seconds())
    presenter.tick(clock())
    await until(lambda: len(table.said) == 2, "the second word")
    presenter.watch(two)
    await until(lambda: len(table.said) == 4, "the other one")
    assert set(table.said[2:]) == {("left", one, "operator"), ("open", two, "operator")}
    presenter.watch(None)
    await until(lambda: table.said[-1] == ("left", two, "operator"), "the end")


async def test_a_form_of_a_call_shows_who_else_has_that_call(
    room: Room, clock: StoppedClock
) -> None:
    table = Lookers()
    room.desk.presence = table
    table.viewers = (Viewer("Lê Thị Hoa", "may-02", clock()),)
    room.call("offered", peer_number="0903123456")
    room.call("answered", operator="101")
    page = room.window.page("intake")
    assert isinstance(page, IntakePage)
    await until(page.viewers.isVisible, "the line above the form")
    assert page.viewers.text() == "đang mở: Lê Thị Hoa (may-02)"
    # Every seat makes the same id of the same call.
    assert ("open", contact_uuid("voice", "ami/c1"), "operator") in table.said
    room.window.goto_page("queue")
    await until(lambda: table.said[-1][0] == "left", "the leaving")


async def test_a_callback_shows_who_else_is_about_to_call(desk: Desk, clock: StoppedClock) -> None:
    table = Lookers()
    desk.presence = table
    done = await logged(desk)
    await city.resolve(desk, done)
    table.viewers = (Viewer("Lê Thị Hoa", "may-02", clock()),)
    room = await open_room(desk)
    page = room.window.page("callbacks")
    assert isinstance(page, CallbacksPage)
    room.window.goto_page("callbacks")
    await until(page.viewers.isVisible, "the line")
    assert ("open", done, "operator") in table.said


async def test_a_pane_on_a_page_behind_is_not_open(room: Room, clock: StoppedClock) -> None:
    table = Lookers()
    room.desk.presence = table
    request_id = await logged(room.desk)
    room.window.goto_page("queue")
    await until(lambda: ("open", request_id, "operator") in table.said, "the word")
    room.window.goto_page("intake")
    await until(lambda: ("left", request_id, "operator") in table.said, "the leaving")


# --- a citizen's number


async def test_a_number_is_masked_until_the_look_is_written_down(room: Room) -> None:
    request_id = await logged(room.desk)
    dialog = await opened(room, request_id)
    (card,) = dialog.pane.findChildren(ReportersCard)
    assert "••• ••• 456" in texts(card)
    assert "0903" not in texts(dialog)
    QTest.mouseClick(button(card, "Hiện số"), Qt.MouseButton.LeftButton)
    await until(lambda: "0903 123 456" in texts(card), "the number")
    trail = await room.desk.ask(lambda q: q.audit_trail())
    assert [(e.actor, e.act) for e in trail] == [("operator", "number_shown")]
    assert numbering.parse(trail[0].subject)
    # It stays while the request stays in front, without another look.
    await room.desk.do(ForwardRequest(request_id=request_id, agency="cay-xanh"))
    room.desk.bus.publish(RequestsChanged(frozenset({request_id})))
    await until(lambda: "0903 123 456" in texts(dialog.pane), "the number again")
    assert len(await room.desk.ask(lambda q: q.audit_trail())) == 1


async def test_an_officer_has_no_way_to_a_number_but_the_citizens_own_word(desk: Desk) -> None:
    silent = await logged(desk)
    agreed = await logged(desk, phone="0908111222", consent=True)
    room = await open_room(desk, "officer-ql-htgt-duong-bo")
    dialog = await opened(room, silent)
    (card,) = dialog.pane.findChildren(ReportersCard)
    assert card.buttons == []
    assert "456" not in texts(dialog)
    dialog.close()
    await until(lambda: not [d for d in room.window.findChildren(RequestDialog) if d.isVisible()])
    second = await opened(room, agreed)
    assert "0908 111 222" in texts(second)


async def test_who_only_looks_reads_masked_numbers_everywhere(desk: Desk) -> None:
    request_id = await logged(desk)
    await city.resolve(desk, request_id)
    await city.message(desk, "Đèn đường tắt")
    room = await open_room(desk, "auditor")
    page = room.window.page("callbacks")
    assert isinstance(page, CallbacksPage)
    room.window.goto_page("callbacks")
    await until(lambda: page.presenter.rows, "the callbacks")
    await until(lambda: "••• ••• 456" in texts(page), "the masked number")
    assert "0903" not in texts(page)
    model = page.table.model()
    cells = [model.index(0, n).data() for n in range(model.columnCount())]
    assert not any("0903" in str(cell) for cell in cells)
    room.window.goto_page("inbox")
    inbox = room.window.page("inbox")
    await until(lambda: "••• ••• 456" in texts(inbox), "the masked sender")
    assert "0903" not in texts(inbox)


# --- numbers of requests, and what an officer may find


def offered(dialog: PaletteDialog, text: str) -> bool:
    return any(text in offer for offer in dialog.offers)


def answered(dialog: PaletteDialog, typed: str) -> bool:
    return dialog._loaded == typed


async def palette(room: Room, typed: str) -> PaletteDialog:
    room.window.open_palette()
    dialog = await dialog_of(room, PaletteDialog)
    QTest.keyClicks(dialog.findChildren(QLineEdit)[0], typed)
    return dialog


async def test_a_number_is_found_with_any_separator(room: Room) -> None:
    done = await city.log(room.desk)
    assert done.number is not None
    n = done.number
    for typed in (f"{n[:2]}.{n[2:5]}.{n[5:10]}-{n[10]}", n, f"{n[:5]} {n[5:]}"):
        dialog = await palette(room, typed)
        await until(partial(offered, dialog, numbering.spoken(n)), typed)
        dialog.close()
        await until(lambda: not room.window.findChildren(PaletteDialog), "the window to go")


async def test_a_wrong_digit_is_said_with_what_it_may_have_been(room: Room) -> None:
    done = await city.log(room.desk)
    assert done.number is not None
    wrong = done.number[:9] + str((int(done.number[9]) + 1) % 10) + done.number[10]
    dialog = await palette(room, wrong)
    said = f"Mã {numbering.spoken(wrong)} sai một chữ số. Nhờ người dân đọc lại."
    await until(lambda: said in dialog.offers, "the sentence")
    await until(lambda: len(dialog.offers) == 3, "the one it may have been")
    assert dialog.offers[1] == "Có thể là:"
    opened_ids: list[object] = []
    dialog.request_chosen.connect(opened_ids.append)
    QTest.keyClick(dialog.findChildren(QLineEdit)[0], Qt.Key.Key_Return)
    assert opened_ids == [done.request_id]


async def test_a_number_that_nobody_has_is_said(room: Room) -> None:
    nobody = numbering.make(room.desk.clock(), 7, 777)
    dialog = await palette(room, nobody)
    said = f"Không có phản ánh mã {numbering.spoken(nobody)}. Kiểm tra lại mã."
    await until(lambda: said in dialog.offers, "the sentence")


async def test_the_queues_search_takes_a_number_too(room: Room) -> None:
    done = await city.log(room.desk)
    await city.log(room.desk, description="Khác", phone="0908111222")
    assert done.number is not None
    page = room.window.page("queue")
    assert isinstance(page, QueuePage)
    room.window.goto_page("queue")
    await until(lambda: len(page.presenter.items) == 2, "both")
    n = done.number
    page.search.setText(f"{n[:2]}-{n[2:5]}-{n[5:10]}-{n[10]}")
    await until(lambda: [i.number for i in page.presenter.items] == [n], "the one")
    page.search.setText(n[:10] + str((int(n[10]) + 1) % 10))
    await until(lambda: "sai một chữ số" in room.window.notice.text, "the sentence")


async def test_an_officer_finds_and_sees_nothing_of_another_agency(desk: Desk) -> None:
    own = await logged(desk, lat=10.86, long=106.6)
    foreign = await logged(
        desk,
        agency="cay-xanh",
        service_code="trees.branch",
        description="Nhánh cây gãy",
        lat=10.87,
        long=106.61,
        phone="0908111222",
    )
    room = await open_room(desk, "officer-ql-htgt-duong-bo")
    for typed in ("nhanh cay", "0908111222", "anh thang"):
        dialog = await palette(room, typed)
        await until(partial(answered, dialog, typed), "the answer")
        assert not dialog._rows
        dialog.close()
        await until(lambda: not room.window.findChildren(PaletteDialog), "the window to go")
    dialog = await palette(room, "o ga")
    await until(lambda: len(dialog._rows) == 1, "his own")
    dialog.close()
    room.window.open_request(foreign)
    other = await dialog_of(room, RequestDialog)
    await until(lambda: "Chọn một phản ánh" in texts(other), "nothing")
    assert "Nhánh" not in texts(other)
    other.close()
    page = room.window.page("map")
    assert isinstance(page, MapPage)
    room.window.goto_page("map")
    await until(lambda: page.points, "the points")
    assert [p.id for p in page.points] == [own]
