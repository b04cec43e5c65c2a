"""The list of blocked senders in a real window, worked by keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from console.domain.requests.commands import BlockSender, LetSenderGo
from console.domain.states import Channel, ContactState
from console.services.contacts.inbox import StoreInbox
from console.services.desk import Desk
from console.services.ports.channels import InboundMessage
from console.services.views.contacts import BlockedRow
from console.ui.pages.inbox.blocked_presenter import blocked_sender
from console.ui.pages.inbox.blocked_senders import BlockDialog, BlockedSendersDialog
from console.ui.pages.inbox.page import InboxPage
from console.ui.shell.palette.dialog import PaletteDialog
from tests.ui import city
from tests.ui.waiting import in_front, until
from tests.ui.window import Room, dialog_of, go_to, open_room, page_in

CTRL = Qt.KeyboardModifier.ControlModifier
OTHER = "+84912000111"


async def put(desk: Desk, text: str, sender: str = city.PHONE, **values: object) -> UUID:
    given: dict[str, object] = {
        "channel": Channel.SMS, "external_id": text, "sender": sender, "sender_key": sender,
        "received_at": desk.clock(), "text": text,
    }  # fmt: skip
    inbox = StoreInbox(desk.store, desk.bus, desk.clock)
    return await inbox.put(InboundMessage(**{**given, **values}))  # type: ignore[arg-type]


async def block(desk: Desk, sender: str = city.PHONE, days: int = 30) -> None:
    step = BlockSender(channel=Channel.SMS, sender=sender, days=days, reason="quảng cáo")
    await desk.do(step, actor=city.person(desk, "supervisor"))


async def opened(desk: Desk) -> tuple[Room, BlockedSendersDialog]:
    """A supervisor's list, by its key."""
    room = await open_room(desk, "supervisor")
    QTest.keyClick(room.window, Qt.Key.Key_F2, CTRL)
    dialog = await dialog_of(room, BlockedSendersDialog)
    await until(dialog.table.hasFocus, "the table to have the keyboard")
    return room, dialog


def shown(dialog: BlockedSendersDialog) -> list[list[str]]:
    model: Any = dialog.model
    places = range(len(model.columns))
    return [[model.index(n, p).data() for p in places] for n in range(model.rowCount())]


async def test_the_list_says_who_why_until_when_and_how_many(desk: Desk) -> None:
    await put(desk, "Mua đất", sender_name="Cô Sáu")
    await block(desk)
    await block(desk, OTHER, 2)
    for text in ("Mua nữa", "Mua đi"):
        await put(desk, text)
    _room, dialog = await opened(desk)
    await until(lambda: dialog.model.rowCount() == 2, "both")
    who = desk.catalogue.accounts["supervisor"].name
    first, second = shown(dialog)
    assert first[:4] == ["0912 000 111", "Tin nhắn", "quảng cáo", who], "who is free first"
    assert (second[0], second[6]) == ("Cô Sáu · 0903 123 456", "2")
    await put(desk, "Mua thôi")
    await until(lambda: shown(dialog)[1][6] == "3", "one more while it is open")


async def test_a_sender_is_let_go_by_key_and_blocked_again_by_undo(desk: Desk) -> None:
    await block(desk, OTHER, 2)
    await block(desk)
    room, dialog = await opened(desk)
    await until(lambda: dialog.model.rowCount() == 2, "both")
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    QTest.keyClick(dialog.table, Qt.Key.Key_U, CTRL)
    await until(lambda: len(shown(dialog)) == 1, "one is left")
    assert shown(dialog)[0][0] == "0912 000 111", "the chosen one went"
    assert room.window.notice.text == "Đã thôi chặn 0903 123 456."
    came = await put(desk, "Ổ gà")
    row = await desk.ask(lambda q: q.contact(came))
    assert row is not None
    assert row.state is ContactState.NEW
    QTest.keyClick(dialog.table, Qt.Key.Key_F3)
    await until(lambda: len(shown(dialog)) == 2, "blocked again")
    again = next(r for r in dialog.presenter.rows if r.sender_key == city.PHONE)
    assert timedelta(days=29) < again.until - desk.clock() <= timedelta(days=30)
    assert again.reason == "quảng cáo"


async def test_another_term_by_key(desk: Desk) -> None:
    await block(desk)
    room, dialog = await opened(desk)
    await until(lambda: dialog.chosen is not None, "the row")
    QTest.keyClick(dialog.table, Qt.Key.Key_G, CTRL)
    asked = await dialog_of(room, BlockDialog)
    await until(asked.days.hasFocus, "the days")
    assert asked.reason.text() == "quảng cáo"
    QTest.keyClicks(asked.days, "7")
    QTest.keyClick(asked, Qt.Key.Key_Return, CTRL)
    week = timedelta(days=7)
    await until(lambda: dialog.presenter.rows[0].until - desk.clock() <= week, "a week")
    assert dialog.presenter.rows[0].reason == "quảng cáo"


async def test_one_is_blocked_by_hand_with_a_reason(desk: Desk) -> None:
    room, dialog = await opened(desk)
    QTest.keyClick(dialog.table, Qt.Key.Key_I, CTRL)
    asked = await dialog_of(room, BlockDialog)
    asked.sender_edit.setFocus()
    QTest.keyClicks(asked.sender_edit, "0903123456")
    QTest.keyClick(asked, Qt.Key.Key_Return, CTRL)
    assert asked.problem_text == "Ghi lý do chặn."
    asked.reason.setFocus()
    QTest.keyClicks(asked.reason, "goi quay roi")
    QTest.keyClick(asked, Qt.Key.Key_Return, CTRL)
    await until(lambda: dialog.presenter.rows, "the row")
    (row,) = dialog.presenter.rows
    assert (row.sender_key, row.reason, row.actor) == (city.PHONE, "goi quay roi", "supervisor")


async def test_an_address_that_is_none_is_said_in_the_window_that_asks(desk: Desk) -> None:
    room, dialog = await opened(desk)
    QTest.keyClick(dialog.table, Qt.Key.Key_I, CTRL)
    asked = await dialog_of(room, BlockDialog)
    asked.channel.setCurrentIndex(asked.channel.findData("email"))
    asked.sender_edit.setText("không phải thư")
    asked.reason.setText("quảng cáo")
    QTest.keyClick(asked, Qt.Key.Key_Return, CTRL)
    await until(lambda: asked.problem_text, "the sentence")
    assert asked.isVisible()
    assert asked.verb.isEnabled()
    assert not dialog.presenter.rows


async def test_enter_shows_what_was_held(desk: Desk) -> None:
    await block(desk)
    held = await put(desk, "Mua đất", received_at=desk.clock() + timedelta(seconds=1))
    await put(desk, "Khác", OTHER)
    room, dialog = await opened(desk)
    await until(dialog.messages.isEnabled, "a message to show")
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    page = page_in(room, "inbox", InboxPage)
    await until(lambda: page.table.current_key == held, "his message in the spam folder")
    assert room.window.page_name == "inbox"
    assert page.state.currentData() == "spam"
    assert page.channel.currentData() == "sms"
    await until(lambda: page.presenter.conversation is not None)
    await until(page.buttons["restore"].isEnabled, "the way back")


async def test_the_palette_and_the_inbox_lead_there(desk: Desk) -> None:
    room = await open_room(desk, "supervisor")
    page = go_to(room, "inbox", InboxPage)
    page.blocked.click()
    (await dialog_of(room, BlockedSendersDialog)).close()
    await in_front(room.window)
    QTest.keyClick(room.window, Qt.Key.Key_K, CTRL)
    palette = await dialog_of(room, PaletteDialog)
    typed = palette.findChildren(QLineEdit)[0]
    QTest.keyClicks(typed, "bi chan")
    QTest.keyClick(typed, Qt.Key.Key_Return)
    await dialog_of(room, BlockedSendersDialog)


@pytest.mark.parametrize("user", ["operator", "auditor", "officer-sawaco"])
async def test_it_is_not_there_for_who_does_not_lead(desk: Desk, user: str) -> None:
    room = await open_room(desk, user)
    assert "window.blocked" not in room.window.commands
    if user == "operator":
        page = go_to(room, "inbox", InboxPage)
        assert not page.blocked.isVisible()


async def test_what_another_seat_lets_go_leaves_the_open_list(desk: Desk) -> None:
    await block(desk)
    _room, dialog = await opened(desk)
    await until(lambda: dialog.presenter.rows, "the row")
    step = LetSenderGo(channel=Channel.SMS, sender=city.PHONE)
    await desk.do(step, actor=city.person(desk, "administrator"))
    await until(lambda: not dialog.presenter.rows, "it is gone")
    assert not dialog.go.isEnabled()


def test_who_may_not_see_a_number_sees_its_end(desk: Desk) -> None:
    now = desk.clock()
    row = BlockedRow(Channel.SMS, city.PHONE, "Cô Sáu", "supervisor", now, "", now)
    assert blocked_sender(row, city.person(desk, "auditor")) == "Cô Sáu · ••• ••• 456"
    assert blocked_sender(row, city.person(desk, "supervisor")) == "Cô Sáu · 0903 123 456"
