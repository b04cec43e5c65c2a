"""What the window must never show: an unconfirmed hold, a missing phone, another seat's call; and
who may take over a claimed call.
"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLabel

from console.domain.live_events import LinkChanged
from console.services.calls.tracking import CallKeeper
from console.services.desk import Desk
from console.ui.calls.bar import CallBar
from console.ui.pages.intake.page import IntakePage
from tests.conftest import StoppedClock
from tests.ui.line import WHOLE, ToldLine
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, open_room, page_in
from tests.unit.telephony.asterisk.pbx.dialogue import DIALOGUES
from tests.unit.telephony.asterisk.pbx.properties import MODULES, tracker_of

ME = "101"
assert MODULES


@pytest.fixture
async def room(desk: Desk) -> Room:
    made = await open_room(desk, line=ToldLine(WHOLE))
    await in_front(made.window)
    return made


def bar_of(room: Room) -> CallBar:
    return room.window.call_bar


def page_of(room: Room) -> IntakePage:
    return page_in(room, "intake", IntakePage)


def numbers(room: Room) -> list[str]:
    """The numbers in the open forms."""
    return [form.values.phone for form in page_of(room).forms.forms if form.values.phone]


def said(room: Room) -> str:
    labels = room.window.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


async def test_a_hold_that_the_exchange_does_not_confirm_is_none(room: Room) -> None:
    room.call("ringing", operator=ME, peer_number="0903123456", queue="1022")
    room.call("answered", operator=ME)
    QTest.keyClick(room.window, Qt.Key.Key_F6)
    await until(lambda: ("hold", "c1") in room.line.asked)
    bar = bar_of(room)
    assert (bar.state_text, bar.verbs.buttons["hold"].label) == ("Đang nói", "Giữ máy")
    room.call("held", operator="102")  # The consulted colleague holds, not we.
    assert (bar.state_text, bar.verbs.buttons["hold"].label) == ("Đang nói", "Giữ máy")
    room.call("held", operator=ME)
    assert (bar.state_text, bar.verbs.buttons["hold"].label) == ("Đang giữ máy", "Tiếp máy")
    for state, text in (("down", "Mất kết nối tổng đài"), ("up", "Không rõ còn giữ máy")):
        room.desk.bus.publish(LinkChanged("pbx", state, "", {}))
        assert bar.state_text == text
    room.call("resumed", operator=ME)
    assert (bar.state_text, bar.verbs.buttons["hold"].label) == ("Đang nói", "Giữ máy")


async def test_a_phone_that_is_not_there_is_a_state_of_its_own(room: Room) -> None:
    bar = bar_of(room)
    room.call("agent_changed", "", operator="102", more={"state": "unreachable"})
    assert bar.state_text == "Sẵn sàng"
    room.call("agent_changed", "", operator=ME, more={"state": "unreachable"})
    assert bar.state_text == "Điện thoại mất kết nối"
    room.call("agent_changed", "", operator=ME, more={"state": "ready"})
    assert bar.state_text == "Sẵn sàng"


async def test_a_call_pops_on_the_seats_concerned_only(room: Room) -> None:
    room.call("offered", queue="1022", peer_number="0903123456")
    room.call("ringing", operator="102", peer_number="0903123456", queue="1022")
    assert numbers(room) == []
    room.call("ringing", operator=ME, peer_number="0903123456", queue="1022")
    assert numbers(room) == ["0903 123 456"]
    room.call("answered", operator="102")
    room.call("ended", operator=ME, reason="answered_elsewhere", more={"final": False})
    assert numbers(room) == []
    assert bar_of(room).state_text == "Sẵn sàng"


@pytest.mark.parametrize(
    ("name", "popped"),
    [
        ("picked_up_by_a_colleague", True),
        ("forwarded_by_the_phone", True),
        ("he_leaves_as_the_phone_is_lifted", True),
        ("from_one_queue_to_the_next", False),
        ("three_callers_and_two_phones", True),
    ],
)
async def test_a_dialogue_leaves_the_window_as_it_found_it(
    room: Room, name: str, popped: bool
) -> None:
    """Nothing rings, no call is connected, and no form of another seat's call is left."""
    pbx = DIALOGUES[name].run()
    tracker, seen = tracker_of(pbx, wrap_up=False), set[str]()
    for message in pbx.events:
        for event in tracker.feed(message):
            room.desk.bus.publish(event)
        seen.update(numbers(room))
    assert bool(seen) is popped
    assert room.window.calls.current is None
    assert bar_of(room).state_text in ("Sẵn sàng", "Chưa vào hàng chờ")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("own_phone_rings_in_vain", "Máy này không nhấc: chưa gọi 0903 123 456."),
        ("own_phone_busy", "Máy này không nhấc: chưa gọi 0903 123 456."),
        ("own_phone_absent", "Không gọi được điện thoại của máy này: chưa gọi 0903 123 456."),
    ],
)
async def test_a_call_out_that_never_began_is_said(room: Room, name: str, words: str) -> None:
    """Otherwise the button seems to do nothing: the citizen was not called."""
    ended = QSignalSpy(room.window.calls.ended)
    pbx = DIALOGUES[name].run()
    tracker = tracker_of(pbx, wrap_up=False)
    for message in pbx.events:
        for event in tracker.feed(message):
            room.desk.bus.publish(event)
    await until(lambda: words in said(room), "the words")
    assert ended.count() == 1
    assert ended.at(0)[0].ref == "HCM-1"
    assert room.window.calls.calls == ()


async def test_a_phone_that_rings_for_a_call_out_tells_of_no_caller(room: Room) -> None:
    """For an outgoing call our phone rings first; nobody is calling."""
    room.call("agent_changed", "", operator=ME, more={"state": "ringing"})
    assert bar_of(room).state_text == "Máy này đang đổ chuông"
    assert not bar_of(room).verbs.buttons["answer"].isEnabled()
    room.call("ringing", operator=ME, direction="out", peer_number="0903123456")
    assert bar_of(room).state_text == "Đang gọi ra"


async def test_a_peer_takes_over_within_twenty_seconds_and_not_later(
    room: Room, clock: StoppedClock
) -> None:
    desk, page = room.desk, page_of(room)
    keeper = CallKeeper(desk.store, desk.bus, desk.clock)

    async def claimed(call_id: str) -> None:
        room.call("offered", call_id, queue="1022", peer_number="0912000111")
        room.call("claimed", call_id, more={"person": "binh"})
        await keeper.drain()

    def holder(call_id: str) -> str | None:
        found = desk.store.write_now(lambda uow: uow.call("ami", call_id))
        return found.taken_by if found is not None else None

    await claimed("w1")
    clock.forward(seconds=19)
    page.left.call_cards[0].take_over.click()
    await until(lambda: holder("w1") == "operator", "the call to be mine")
    room.call("abandoned", "w1", more={"final": True})
    await claimed("w2")
    clock.forward(seconds=21)
    page.tick(clock())
    page.left.call_cards[0].take_over.click()
    await until(lambda: "binh" in said(room) and "20 giây" in said(room), "the refusal")
    assert holder("w2") == "binh"
    keeper.close()
