"""The inbox: messages entered by hand, the cost of answers and the time limits for them."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from console.domain.requests.commands import RecordDelivery, SendMessage
from console.domain.states import Channel, DeliveryState
from console.services.desk import Desk
from console.services.people.actors import system_actor
from console.ui.pages.inbox.answer_dialogs import AskDialog
from console.ui.pages.inbox.message_dialogs import EnterByHandDialog
from console.ui.pages.inbox.page import InboxPage
from tests.fakes.mail.messages import JPEG
from tests.ui import city
from tests.ui.pages.inbox.opened import opened, put
from tests.ui.waiting import until
from tests.ui.window import close_room, dialog_of

CTRL = Qt.KeyboardModifier.ControlModifier


async def test_brought_in_by_hand(desk: Desk) -> None:
    await put(desk, "Có sẵn", 5)
    room, page = await opened(desk)
    QTest.keyClick(page.table, Qt.Key.Key_I, CTRL)
    dialog = await dialog_of(room, EnterByHandDialog)
    dialog.channel.setCurrentIndex(dialog.channel.findData("facebook"))
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert dialog.problem_text, "without words nothing is kept"
    dialog.link.setText("javascript:alert(1)")
    dialog.text.setPlainText("Ngập ở cầu vượt")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: "https" in dialog.problem_text)
    dialog.link.setText("https://facebook.com/x/1")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: len(page.presenter.rows) == 2)
    assert page.presenter.rows[0].channel is Channel.FACEBOOK
    await close_room(room)


async def test_files_come_with_what_is_brought_in_by_hand(desk: Desk, tmp_path: Path) -> None:
    photo, text = tmp_path / "ảnh.jpg", tmp_path / "ghi.txt"
    photo.write_bytes(JPEG)
    text.write_text("không phải ảnh")
    await put(desk, "Có sẵn", 5)
    room, page = await opened(desk)
    QTest.keyClick(page.table, Qt.Key.Key_I, CTRL)
    dialog = await dialog_of(room, EnterByHandDialog)
    dialog.attach([str(text), str(photo)])
    await until(lambda: len(dialog.media) == 1)
    assert dialog.problem_text, "what is no photo, clip or paper is told"
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: len(page.presenter.rows) == 2)
    (kept,) = (row for row in page.presenter.rows if row.channel is Channel.WALK_IN)
    await until(lambda: page.table.current_key == kept.id)
    stored = desk.files.path(kept.media[0])
    assert stored is not None
    assert stored.read_bytes() == JPEG
    await close_room(room)


async def test_the_price_of_sms_is_shown_where_it_is_known(desk: Desk) -> None:
    contact_id = await put(desk, "Đèn tắt", channel=Channel.SMS)
    answer = SendMessage(
        channel=Channel.SMS, recipient="+84903123456", text="Đã nhận", contact_id=contact_id
    )
    await desk.do(answer)
    await desk.do(
        RecordDelivery(outreach_id=answer.id, state=DeliveryState.SENT, refs=("1", "2")),
        actor=system_actor(),
    )
    page = InboxPage(desk, sms_price=350)
    page.shown()
    await until(lambda: page.cost.text().endswith("2 · 700 đ"))
    page.close_page()
    dialog = AskDialog("", (), lambda *_: None, counted=True, price=350)
    dialog.set_text("Nắp cống sụp " * 12)
    assert dialog.count_text.endswith("3 tin SMS · 1.050 đ")
    dialog.deleteLater()


async def test_an_sms_is_counted_and_may_go_without_accents(desk: Desk) -> None:
    await put(desk, "Đèn tắt", channel=Channel.SMS)
    room, page = await opened(desk)
    QTest.keyClick(page.table, Qt.Key.Key_H, CTRL)
    dialog = await dialog_of(room, AskDialog)
    assert dialog.offered.count() >= 5
    dialog.offered.setCurrentIndex(1)
    assert dialog.count_text.endswith("2 tin SMS")
    dialog.plain.setChecked(True)
    assert dialog.count_text.endswith("1 tin SMS")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    contact = page.presenter.rows[0].id

    async def sent() -> str:
        rows = await desk.ask(lambda q: q.outreach_for_contact(contact))
        return rows[0].text if rows else ""

    await until(lambda: not page.presenter.rows, "it waits for the sender")
    assert (await sent()).isascii()
    await close_room(room)


async def test_what_page_and_account_still_let_us_answer_is_shown(desk: Desk) -> None:
    """Zalo: eight within two days of the last message; Facebook: one day; elsewhere no limit."""

    async def asked(channel: Channel, sender: str, ago_s: int) -> str:
        await city.message(desk, "Đèn tắt", sender=sender, channel=channel, ago_s=ago_s)
        room, page = await opened(desk)
        QTest.keyClick(page.table, Qt.Key.Key_H, CTRL)
        dialog = await dialog_of(room, AskDialog)
        said = " ".join(label.text() for label in dialog.findChildren(QLabel))
        await close_room(room)
        return said

    assert "Còn 8 tin trả lời, đến" in await asked(Channel.ZALO, "z1", 60)
    for n in range(8):
        send = SendMessage(channel=Channel.ZALO, recipient="z1", text=f"{n}")
        await desk.do(send)
        sent = RecordDelivery(outreach_id=send.id, state=DeliveryState.SENDING)
        await desk.do(sent)
        await desk.do(RecordDelivery(outreach_id=send.id, state=DeliveryState.SENT))
    room, page = await opened(desk)
    found = page.presenter.conversation
    assert found is not None
    assert found.left is not None
    assert found.left.answers == 0
    await close_room(room)
    assert "Trả lời được đến" in await asked(Channel.FACEBOOK, "f1", 40)
    sms = await asked(Channel.SMS, city.PHONE, 20)
    assert "trả lời" not in sms.lower()
