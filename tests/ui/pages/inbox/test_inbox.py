"""The inbox on a real store: messages, and the four decisions on them."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from console.domain.requests.commands import RecordDelivery
from console.domain.states import Channel, ContactState, DeliveryState
from console.services.desk import Desk
from console.ui.pages.inbox.answer_dialogs import AskDialog, RejectDialog
from console.ui.pages.inbox.page import InboxPage
from console.ui.pages.intake.page import IntakePage
from console.ui.request.dialogs.join import JoinDialog
from console.ui.request.form_prefill import FormPrefill
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, close_room, dialog_of, go_to, open_room, page_in

CTRL = Qt.KeyboardModifier.ControlModifier


async def inbox_of(desk: Desk, *texts: str) -> tuple[Room, InboxPage]:
    """An operator's inbox with these messages, the newest chosen."""
    for n, text in enumerate(texts):
        await city.message(desk, text, ago_s=60 * (n + 1))
    room = await open_room(desk)
    page = go_to(room, "inbox", InboxPage)
    await until(lambda: len(page.presenter.rows) == len(texts))
    await until(lambda: page.presenter.conversation is not None)
    return room, page


async def test_a_message_becomes_a_form(desk: Desk) -> None:
    room, page = await inbox_of(desk, "Đèn đường tắt ở Tô Ký", "Ngập ở Nguyễn Hữu Cảnh")
    model: Any = page.table.model()
    assert [model.index(0, n).data() for n in (0, 1, 2, 4)] == [
        "Tin nhắn",
        "0903 123 456",
        "Đèn đường tắt ở Tô Ký",
        "Mới",
    ]
    prefills: list[FormPrefill] = []
    page.request_wanted.connect(prefills.append)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert prefills[0].channel is Channel.SMS
    assert prefills[0].phone == city.PHONE
    assert prefills[0].sender_label == "0903 123 456"
    assert prefills[0].text == "Đèn đường tắt ở Tô Ký"
    assert prefills[0].contact_id == page.presenter.rows[0].id
    assert room.window.page_name == "intake"
    await close_room(room)


async def test_after_a_message_the_next_one_waits(desk: Desk) -> None:
    room, page = await inbox_of(desk, "Đèn đường tắt ở Tô Ký", "Ngập ở Nguyễn Hữu Cảnh")
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    intake = page_in(room, "intake", IntakePage)
    form = intake.deck.form
    await until(form.address.hasFocus if form.service.code() else form.service.hasFocus, "the gap")
    intake.deck.form.presenter.fill(service_code="lighting.out", address_string="12 Tô Ký, Q.12")
    intake.save()
    await until(lambda: room.window.page_name == "inbox", "the messages again")
    assert room.window.notice.text.startswith("Đã lưu ")
    assert room.window.notice.property("tone") == "ok"
    await until(lambda: len(page.presenter.rows) == 1, "the one that is left")
    assert page.table.hasFocus()
    await close_room(room)


async def test_who_is_called_meanwhile_stays_at_the_form(desk: Desk) -> None:
    room, page = await inbox_of(desk, "Đèn đường tắt ở Tô Ký")
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    intake = page_in(room, "intake", IntakePage)
    room.call("offered", peer_number="0912000111", queue="1022")
    room.call("ringing", operator="101", peer_number="0912000111", queue="1022")
    intake.deck.form.presenter.fill(service_code="lighting.out", address_string="12 Tô Ký, Q.12")
    intake.save()
    await until(lambda: intake.deck.outcome.startswith("Đã lưu"), "the save")
    assert room.window.page_name == "intake"
    await close_room(room)


async def test_hostile_text_is_text(desk: Desk) -> None:
    hostile = "<a href='file:///etc/passwd'>bấm</a> ${x}"
    room, page = await inbox_of(desk, hostile)
    labels = page.findChildren(QLabel)
    assert hostile in [label.text() for label in labels]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    await close_room(room)


async def test_reject_with_a_reason_answers_the_sender(desk: Desk) -> None:
    room, page = await inbox_of(desk, "Mua đất nền giá rẻ")
    contact_id = page.presenter.rows[0].id
    QTest.keyClick(page.table, Qt.Key.Key_B, CTRL)
    QTest.keyClick(await dialog_of(room, RejectDialog), Qt.Key.Key_Return, CTRL)
    await until(lambda: not page.presenter.rows, "the message to leave the list")
    found = await desk.ask(lambda q: q.contact(contact_id))
    assert found is not None
    assert found.state is ContactState.REJECTED
    assert found.reject_reason
    page.state.setCurrentIndex(page.state.findData(""))
    await until(lambda: page.presenter.conversation and page.presenter.conversation.ours)
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert "chờ gửi" in texts, "the delivery state in words"
    outreach = page.presenter.conversation.ours[0]  # type: ignore[union-attr]
    await desk.do(RecordDelivery(outreach_id=outreach.id, state=DeliveryState.SENT))
    await until(lambda: "đã gửi" in [label.text() for label in page.findChildren(QLabel)])
    assert not page.buttons["make"].isEnabled()
    await close_room(room)


async def test_join_a_request_by_its_number(desk: Desk) -> None:
    done = await city.log(desk)
    assert done.number is not None
    assert done.request_id is not None
    room, page = await inbox_of(desk, "Ổ gà này vẫn chưa vá")
    contact_id = page.presenter.rows[0].id
    QTest.keyClick(page.table, Qt.Key.Key_M, CTRL)
    dialog = await dialog_of(room, JoinDialog)
    typed = dialog.findChildren(QLineEdit)[0]
    wrong = done.number[:-1] + str((int(done.number[-1]) + 1) % 10)
    typed.setText(wrong)
    await until(lambda: dialog.found_text, "the sentence about the wrong digit")
    assert not dialog.verb.isEnabled()
    typed.setText(f"{done.number[:2]} {done.number[2:5]}-{done.number[5:]}")
    await until(dialog.verb.isEnabled, "the request to be found")
    assert "66/1 Đồng Tâm" in dialog.found_text
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: not page.presenter.rows)
    found = await desk.ask(lambda q: q.contact(contact_id))
    assert found is not None
    assert found.request_id == done.request_id
    await close_room(room)


async def test_ask_for_more(desk: Desk) -> None:
    room, page = await inbox_of(desk, "Hư rồi")
    contact_id = page.presenter.rows[0].id
    QTest.keyClick(page.table, Qt.Key.Key_H, CTRL)
    dialog = await dialog_of(room, AskDialog)
    dialog.set_text("")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert dialog.problem_text
    dialog.set_text("Anh chị cho biết hư ở đâu?")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: not room.window.findChildren(AskDialog), "the dialog to be gone")
    ours = await desk.ask(lambda q: q.outreach_for_contact(contact_id))
    assert [o.text for o in ours] == ["Anh chị cho biết hư ở đâu?"]
    await close_room(room)


async def test_filter_by_channel_and_arrival(desk: Desk) -> None:
    room, page = await inbox_of(desk, "Một")
    await city.message(
        desk, "Thư về cây xanh", sender="ba@example.vn", channel=Channel.EMAIL, ago_s=5
    )
    await until(lambda: len(page.presenter.rows) == 2, "the mail to appear by itself")
    page.channel.setCurrentIndex(page.channel.findData(Channel.EMAIL.value))
    await until(lambda: [r.channel for r in page.presenter.rows] == [Channel.EMAIL])
    prefill = None
    await until(lambda: page.presenter.conversation is not None)
    await until(lambda: (s := page.presenter.prefill()) is not None and s.email == "ba@example.vn")
    prefill = page.presenter.prefill()
    assert prefill is not None
    assert prefill.phone is None
    await close_room(room)
