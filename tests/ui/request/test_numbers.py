"""Citizens' numbers shown by a logged act, request numbers in any notation, what officers may
find.
"""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from console.domain.errors import RefusedError
from console.domain.live_events import RequestsChanged
from console.domain.requests import numbering
from console.domain.requests.commands import ForwardRequest
from console.services.desk import Desk
from console.services.ports.central.older_history import UnreachableHistory
from console.ui.pages.callbacks.page import CallbacksPage
from console.ui.pages.map.page import MapPage
from console.ui.pages.queue.page import QueuePage
from console.ui.request.reporters_card import ReportersCard
from console.ui.request.window import RequestWindow
from console.ui.shell.palette.dialog import PaletteDialog
from tests.ui import city
from tests.ui.request.opened import button, logged, opened, texts
from tests.ui.waiting import until
from tests.ui.window import Room, dialog_of, open_room, page_in

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
    # It stays visible while the request is in front, without another logged look.
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
    await until(lambda: not [d for d in room.window.findChildren(RequestWindow) if d.isVisible()])
    second = await opened(room, agreed)
    assert "0908 111 222" in texts(second)


class AskedGate:
    """The centre's answers to an officer."""

    def __init__(self) -> None:
        self.answer = ""

    async def reveal(self, _request_id: object, _place: int, _actor: object) -> str:
        if not self.answer:
            raise RefusedError("number_not_shown", role="officer")
        return self.answer


async def test_an_agencys_own_seat_asks_the_centre_who_agreed_to_be_called(desk: Desk) -> None:
    request_id = await logged(desk, reporter_name=None, phone=None)
    gate = AskedGate()
    desk.numbers, desk.older = gate, UnreachableHistory()
    room = await open_room(desk, "officer-ql-htgt-duong-bo")
    dialog = await opened(room, request_id)
    (card,) = dialog.pane.findChildren(ReportersCard)
    ask = button(card, "Hỏi số người báo")
    QTest.mouseClick(ask, Qt.MouseButton.LeftButton)
    await until(lambda: "không được xem số" in texts(dialog), "why not")
    await until(ask.isEnabled, "another try")
    gate.answer = "+84908111222"
    QTest.mouseClick(ask, Qt.MouseButton.LeftButton)
    await until(lambda: "0908 111 222" in texts(card), "the number")


async def test_who_only_looks_reads_masked_numbers_everywhere(desk: Desk) -> None:
    request_id = await logged(desk)
    await city.resolve(desk, request_id)
    await city.message(desk, "Đèn đường tắt")
    room = await open_room(desk, "auditor")
    page = page_in(room, "callbacks", CallbacksPage)
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
    page = page_in(room, "queue", QueuePage)
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
    other = await dialog_of(room, RequestWindow)
    await until(lambda: "Chọn một phản ánh" in texts(other), "nothing")
    assert "Nhánh" not in texts(other)
    other.close()
    page = page_in(room, "map", MapPage)
    room.window.goto_page("map")
    await until(lambda: page.points, "the points")
    assert [p.id for p in page.points] == [own]
