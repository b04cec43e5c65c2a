"""The call bar: consultation, conferences, keypad, recording, wrap-up time."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from console.services.calls.tracking import CallKeeper
from console.services.desk import Desk
from console.ui.calls.bar import CallBar
from console.ui.calls.keypad import Keypad
from console.ui.calls.take_over import TakeOverDialog
from console.ui.calls.transfer import TransferDialog
from console.ui.pages.intake.page import IntakePage
from console.ui.pages.supervision.call_room import RoomDialog
from console.ui.pages.supervision.page import SupervisionPage
from console.ui.widgets.tables.table import Table
from tests.conftest import StoppedClock
from tests.ui.line import EVERY, WHOLE, ToldLine
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, dialog_of, go_to, open_room, page_in

ME = "101"


@pytest.fixture
async def room(desk: Desk) -> Room:
    """An operator's window on a line that supports everything; a fixture closes it."""
    made = await open_room(desk, line=ToldLine(WHOLE))
    await in_front(made.window)
    return made


def shown(bar: CallBar) -> list[str]:
    return [name for name, button in bar.verbs.buttons.items() if button.isVisible()]


def texts(bar: CallBar) -> list[str]:
    return [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]


async def talking(room: Room) -> CallBar:
    room.call("ringing", operator=ME, peer_number="0903123456", queue="1022")
    room.call("answered", operator=ME)
    return room.window.call_bar


async def test_while_a_colleague_is_asked_the_verbs_end_the_question(room: Room) -> None:
    bar = await talking(room)
    assert shown(bar) == ["answer", "hold", "transfer", "hangup", "pause", "more"]
    room.call("held", operator=ME)
    room.call("ringing", operator="102", more={"consult": True})
    assert bar.state_text == "Đang gọi máy 102"
    assert shown(bar) == ["answer", "complete", "cancel", "pause", "more"]
    assert not bar.verbs.buttons["complete"].isEnabled()
    room.call("answered", operator="102", more={"consult": True})
    assert bar.state_text == "Đang hỏi máy 102"
    bar.verbs.buttons["complete"].click()
    bar.verbs.buttons["cancel"].click()
    await until(lambda: len(room.line.asked) == 2)
    assert room.line.asked == [("complete", "c1"), ("cancel", "c1")]
    more = {"consult": True, "final": False}
    room.call("ended", operator="102", reason="agent", more=more)
    assert shown(bar) == ["answer", "hold", "transfer", "hangup", "pause", "more"]


async def test_a_ring_moves_no_page_and_repaints_no_map(room: Room) -> None:
    page = page_in(room, "intake", IntakePage)
    QTest.keyClicks(page.deck.form.description, "nap cong")
    await until(page.deck.form.isVisible, "the form")
    before = page.geometry(), page.map_slot.geometry(), room.window.call_bar.height()
    await talking(room)
    await until(lambda: bool(page.left.call_cards), "the card")
    QApplication.sendPostedEvents()
    assert (page.geometry(), page.map_slot.geometry(), room.window.call_bar.height()) == before


async def test_three_ways_to_pass_a_call_on(room: Room) -> None:
    await talking(room)
    for way, asked in (
        ("blind", ("blind", "c1", "115")),
        ("consult", ("consult", "c1", "115")),
        ("conference", ("conference", "c1", "115")),
    ):
        room.window.calls._pressed.clear()
        QTest.keyClick(room.window, Qt.Key.Key_F7)
        dialog = await dialog_of(room, TransferDialog)
        assert list(dialog.verbs) == ["conference", "consult", "blind"]
        assert not dialog.verbs[way].isEnabled()
        field = dialog.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, "115")
        dialog.verbs[way].click()
        await until(lambda a=asked: a in room.line.asked, way)  # type: ignore[misc]
        await until(lambda: not room.window.findChildren(TransferDialog), "the dialog to go")
        await in_front(room.window)


async def test_a_line_that_only_asks_first_offers_no_blind_transfer(desk: Desk) -> None:
    room = await open_room(desk, line=ToldLine(frozenset({"consult", "hangup"})))
    bar = await talking(room)
    assert shown(bar) == ["transfer", "hangup"]
    bar.verbs.open_transfer()
    dialog = await dialog_of(room, TransferDialog)
    assert list(dialog.verbs) == ["consult"]
    dialog.reject()


async def test_keys_by_mouse_and_keyboard(room: Room) -> None:
    bar = await talking(room)
    QTest.keyClick(room.window, Qt.Key.Key_F5)
    pad = await dialog_of(room, Keypad)
    QTest.keyClicks(pad, "4#")
    assert pad.sent == "4#"
    await until(lambda: len(room.line.asked) == 2)
    assert room.line.asked == [("dtmf", "c1", "4"), ("dtmf", "c1", "#")]
    room.call("dtmf", more={"digit": "7"})
    assert any("phím 7" in text for text in texts(bar))
    pad.reject()


async def test_recording_is_muted_by_key_and_shown_as_the_exchange_says(room: Room) -> None:
    bar = await talking(room)
    room.call("recording", operator=ME, reason="on")
    assert "Đang ghi âm" in texts(bar)
    QTest.keyClick(room.window, Qt.Key.Key_F4)
    await until(lambda: ("record", "c1", "mute") in room.line.asked)
    assert "Đang ghi âm" in texts(bar)
    room.call("recording", operator=ME, reason="muted")
    assert "Tạm ngưng ghi âm" in texts(bar)
    QTest.keyClick(room.window, Qt.Key.Key_F4)
    await until(lambda: ("record", "c1", "unmute") in room.line.asked)
    room.call("recording", operator=ME, reason="off")
    QTest.keyClick(room.window, Qt.Key.Key_F4)
    await until(lambda: ("record", "c1", "on") in room.line.asked)


async def test_the_menu_has_what_makes_sense_now(room: Room) -> None:
    bar = room.window.call_bar
    bar.verbs.open_more()
    assert [a.text() for a in bar.verbs.more_menu.actions()] == ["Tổng đài…", "Ra khỏi hàng chờ"]
    bar.verbs.more_menu.actions()[1].trigger()
    bar.verbs.more_menu.close()
    await until(lambda: ("logout",) in room.line.asked)
    room.call("agent_changed", "", operator=ME, more={"state": "logged_out"})
    assert (bar.state_text, bar.verbs.buttons["pause"].label) == ("Chưa vào hàng chờ", "Sẵn sàng")
    bar.verbs.buttons["pause"].click()
    await until(lambda: ("resume",) in room.line.asked)
    await talking(room)
    room.call("recording", operator=ME, reason="on")
    bar.verbs.open_more()
    words = [a.text().split("\t")[0] for a in bar.verbs.more_menu.actions()]
    assert words == [
        "Ngưng ghi âm",
        "Thôi ghi âm",
        "Bàn phím số",
        "Tổng đài…",
        "Ra khỏi hàng chờ",
    ]
    bar.verbs.more_menu.close()


async def test_the_time_after_a_call_counts_down_and_says_how_it_ended(
    room: Room, clock: StoppedClock
) -> None:
    bar = await talking(room)
    room.call("ended", operator=ME, reason="caller", more={"final": True})
    room.call("agent_changed", "", operator=ME, more={"state": "wrap_up", "limit_s": 30})
    clock.forward(seconds=12)
    bar.tick(clock())
    assert bar.state_text == "Hoàn tất cuộc gọi"
    assert {"0903 123 456", "00:18", "người gọi gác máy"} <= set(texts(bar))
    assert bar.verbs.buttons["pause"].label == "Sẵn sàng"


async def test_a_pause_over_its_limit_says_so(room: Room, clock: StoppedClock) -> None:
    bar = room.window.call_bar
    reason, began = "Nghỉ giải lao", clock() - timedelta(minutes=14, seconds=55)
    more = {"state": "paused", "since": began.isoformat()}
    room.call("agent_changed", "", operator=ME, reason=reason, more=more)
    bar.tick(clock())
    assert (bar.state_text, "14:55" in texts(bar)) == ("Tạm nghỉ: Nghỉ giải lao", True)
    clock.forward(seconds=10)
    bar.tick(clock())
    assert bar.state_text == "Tạm nghỉ: Nghỉ giải lao · quá giờ"


async def test_a_second_call_is_told_beside_the_first(room: Room) -> None:
    bar = await talking(room)
    room.call("ringing", "c2", operator=ME, peer_number="0912000111")
    assert "+1 đổ chuông" in texts(bar)
    assert bar.verbs.buttons["answer"].isEnabled()
    room.call("answered", "c2", operator=ME)
    room.window.calls.choose("c2")
    assert {"0912 000 111", "+1 cuộc"} <= set(texts(bar))


async def test_a_lost_exchange_says_how_old_the_picture_is(room: Room, clock: StoppedClock) -> None:
    room.call("link", "", reason="down")
    bar = room.window.call_bar
    assert bar.state_text == "Mất kết nối tổng đài"
    assert "tình trạng lúc 09:00:00" in texts(bar)
    assert not bar.verbs.buttons["pause"].isEnabled()


async def test_a_conference_says_how_many_are_there(room: Room) -> None:
    bar = await talking(room)
    room.call("conferenced", operator=ME, more={"participants": ["0903", ME, "114"], "count": 3})
    assert bar.state_text == "Đang họp 3 người"


async def test_a_caller_s_number_is_no_proof(room: Room) -> None:
    bar = await talking(room)
    assert any("số chưa xác thực" in text for text in texts(bar))


async def test_a_plain_line_has_the_five_verbs_only(desk: Desk) -> None:
    room = await open_room(desk, line=ToldLine(EVERY))
    assert list(room.window.call_bar.verbs.buttons) == [
        "answer",
        "hold",
        "transfer",
        "hangup",
        "pause",
    ]


async def test_the_focus_stays_in_the_form_whatever_the_line_does(room: Room) -> None:
    fields = [f for f in room.window.page("intake").findChildren(QLineEdit) if f.isVisible()]
    fields[0].setFocus()
    steps = ("ringing", "answered", "held", "resumed", "recording", "conferenced")
    for kind in steps:
        room.call(kind, operator=ME, peer_number="0903123456", reason=None)
        assert QApplication.focusWidget() is fields[0], kind
    room.call("ended", operator=ME, reason="caller")
    assert QApplication.focusWidget() is fields[0]


# --- the list of calls at the left


def card_texts(room: Room, place: int) -> list[str]:
    page = page_in(room, "intake", IntakePage)
    card = page.left.call_cards[place]
    return [label.text() for label in card.findChildren(QLabel) if label.isVisible()]


async def test_who_claimed_a_call_is_named_and_amber_when_it_still_rings(
    room: Room, clock: StoppedClock
) -> None:
    page = page_in(room, "intake", IntakePage)
    room.call("offered", "w1", queue="1022", peer_number="0912000111")
    (card,) = page.left.call_cards
    assert not card.take_over.isVisible()
    room.call("claimed", "w1", more={"person": "Bình"})
    await until(lambda: "Bình đã nhận" in card_texts(room, 0), "the claim on the card")
    assert page.left.call_cards[0].take_over.isVisible()
    clock.forward(seconds=21)
    page.tick(clock())
    assert "Bình đã nhận · chưa nghe" in card_texts(room, 0)
    # Nobody takes it away: it is still claimed.
    assert room.window.calls.waiting[0].taken_by == "Bình"


async def test_a_supervisor_says_why_he_takes_over_late(desk: Desk, clock: StoppedClock) -> None:
    room = await open_room(desk, "supervisor", line=ToldLine(WHOLE))
    keeper = CallKeeper(desk.store, desk.bus, desk.clock)
    room.call("offered", "w1", queue="1022", peer_number="0912000111")
    room.call("claimed", "w1", more={"person": "Bình"})
    await keeper.drain()
    clock.forward(seconds=60)
    page = page_in(room, "intake", IntakePage)
    page.left.call_cards[0].take_over.click()
    dialog = await dialog_of(room, TakeOverDialog)
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert dialog.problem_text
    QTest.keyClicks(dialog.reason, "may treo")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    await until(
        lambda: desk.store.write_now(lambda uow: uow.call("ami", "w1")).taken_by == "supervisor",  # type: ignore[union-attr]
        "the supervisor to have it",
    )
    keeper.close()


async def test_a_click_on_a_card_makes_the_verbs_mean_that_call(room: Room) -> None:
    page = page_in(room, "intake", IntakePage)
    room.call("answered", "c1", operator=ME, peer_number="0903123456")
    room.call("answered", "c2", operator=ME, peer_number="0912000111")
    page.left.call_chosen.emit("c2")
    room.window.calls.hangup()
    await until(lambda: ("hangup", "c2") in room.line.asked)


# --- the room


def cells(table: Table) -> list[list[str]]:
    model = table.model()
    columns = range(model.columnCount())
    return [[str(model.index(r, c).data()) for c in columns] for r in range(model.rowCount())]


async def test_the_room_for_a_supervisor(desk: Desk, clock: StoppedClock) -> None:
    room = await open_room(desk, "supervisor", line=ToldLine(WHOLE))
    more = {"state": "on_call", "name": "Nguyễn Văn An"}
    room.call("agent_changed", "", operator="102", more=more)
    paused = {"state": "paused", "name": "Lê Bình"}
    room.call("agent_changed", "", operator="103", reason="Nghỉ giải lao", more=paused)
    for n, number in enumerate(("0912000111", "0912000222")):
        room.call("offered", f"w{n}", queue="1022", peer_number=number)
        clock.forward(seconds=20)
    order = {"calls": ["w1", "w0"], "waiting": 2}
    room.call("queue_changed", "w0", queue="1022", more=order)
    room.window.small.room()
    dialog = await dialog_of(room, RoomDialog)
    the = dialog.room
    assert cells(the.waiting) == [
        ["1", "0912 000 222", "—", "1022", "0:20"],
        ["2", "0912 000 111", "—", "1022", "0:40"],
    ]
    assert [row[:3] for row in cells(the.agents)] == [
        ["102", "Nguyễn Văn An", "đang có cuộc gọi khác"],
        ["103", "Lê Bình", "tạm nghỉ: Nghỉ giải lao"],
    ]
    await until(lambda: "chưa có cuộc gọi" in the.figures.text(), "the figures")
    room.call("answered", "q1", operator="102", queue="1022", peer_number="0912000333")
    await until(lambda: "đang tiếp" in cells(the.agents)[0][2], "a call from the queue")
    assert list(the.buttons) == ["listen", "whisper", "barge"]
    the.agents.setCurrentIndex(the.agents.model().index(1, 0))
    assert not the.buttons["listen"].isEnabled()
    the.agents.setCurrentIndex(the.agents.model().index(0, 0))
    the.buttons["whisper"].click()
    await until(lambda: ("spy", "102", "whisper") in room.line.asked)
    room.call("agent_changed", "", operator="102", more={"state": "ready"})
    await until(lambda: not the.buttons["listen"].isEnabled(), "nothing to listen to")
    clock.forward(minutes=16)
    the._tick()
    assert cells(the.agents)[1][2].endswith("quá giờ")
    dialog.close()


async def test_the_room_stands_in_giam_sat_too(desk: Desk, clock: StoppedClock) -> None:
    room = await open_room(desk, "supervisor", line=ToldLine(WHOLE))
    more = {"state": "on_call", "name": "Nguyễn Văn An"}
    room.call("agent_changed", "", operator="102", more=more)
    room.call("offered", "w0", queue="1022", peer_number="0912000111")
    page = go_to(room, "wallboard", SupervisionPage)
    assert not page.room.isVisible()
    page.cards["waiting"].clicked.emit()
    await until(lambda: len(cells(page.room.waiting)) == 1, "who waits")
    clock.forward(seconds=30)
    page.room._tick()
    assert cells(page.room.waiting)[0][1:] == ["0912 000 111", "—", "1022", "0:30"]
    page.room.agents.setCurrentIndex(page.room.agents.model().index(0, 0))
    page.room.buttons["barge"].click()
    await until(lambda: ("spy", "102", "barge") in room.line.asked, "the way into the call")
    page.room_button.click()  # The same button goes back to the agencies.
    assert not page.room.isVisible()
    assert page.table.isVisible()


async def test_the_room_for_an_operator_has_no_ears(room: Room) -> None:
    room.window.call_bar.verbs.room_wanted.emit()
    dialog = await dialog_of(room, RoomDialog)
    assert dialog.room.buttons == {}
    dialog.close()
