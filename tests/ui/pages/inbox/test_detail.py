"""The inbox with messages of every channel: files, suggestions, conversation, spam."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from console.domain.errors import UnavailableError
from console.domain.requests.commands import AttachContact
from console.domain.states import Channel, ContactState
from console.services.desk import Desk
from console.store.files.scanned_spool import ScannedSpool
from console.ui.pages.inbox.answer_dialogs import AskDialog, RejectDialog
from console.ui.pages.inbox.detail import ContactView
from console.ui.pages.inbox.message_dialogs import PictureDialog, SpamDialog
from console.ui.request.dialogs.join import JoinDialog
from console.ui.request.form_prefill import FormPrefill
from console.ui.text import formats
from console.ui.widgets.basic.button import Button
from console.ui.widgets.cards.card import Card
from console.ui.widgets.dialogs.base import HouseDialog
from tests.ui import city
from tests.ui.pages.inbox.opened import jpeg, opened, put, texts
from tests.ui.waiting import until
from tests.ui.window import close_room, dialog_of
from tests.unit.services.contacts.test_photo_location import jpeg_at

CTRL = Qt.KeyboardModifier.ControlModifier


async def test_pictures_are_shown_small_and_large(desk: Desk) -> None:
    photo = desk.files.put_bytes(jpeg(), "x.jpg").sha256
    paper = desk.files.put_bytes(b"%PDF-1.7" + bytes(2_400_000), "x.pdf").sha256
    broken = desk.files.put_bytes(b"\xff\xd8\xff broken", "x.jpg").sha256
    await put(desk, "Có ảnh", media=(photo, paper, broken))
    room, page = await opened(desk)

    def shown() -> bool:
        return any(not label.pixmap().isNull() and label.pixmap().width() == 104
                   for label in page.findChildren(QLabel))  # fmt: skip

    await until(shown, "the small picture")
    await until(lambda: "Không đọc được ảnh" in texts(page), "the broken one")
    assert "PDF\n2.3 MB" in texts(page)
    card = next(c for c in page.findChildren(Card) if c.accessibleName() == "Ảnh 1")
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    large = await dialog_of(room, PictureDialog)
    QTest.keyClick(large, Qt.Key.Key_Escape)
    await close_room(room)


class AwayScanner:
    """Never answers."""

    def scan(self, content: bytes) -> str | None:
        raise UnavailableError("scanner_away", address="x")


async def test_files_that_were_not_scanned_stay_shut(desk: Desk, tmp_path: Path) -> None:
    desk.files = ScannedSpool(tmp_path, AwayScanner())
    photo = desk.files.put_bytes(jpeg(), "x.jpg").sha256
    await put(desk, "Có ảnh", media=(photo,))
    room, page = await opened(desk)
    assert "Chờ quét vi-rút" in texts(page)
    assert not [c for c in page.findChildren(Card) if c.accessibleName() == "Ảnh 1"]
    await close_room(room)


async def test_what_the_sender_chose_starts_the_form(desk: Desk) -> None:
    await put(
        desk,
        "Nắp cống sụp",
        lat=10.8612,
        long=106.6001,
        proposal=(
            ("service_code", "drainage.cover"),
            ("address_string", "66/1 Đồng Tâm, xã Trung Chánh"),
            ("email", "lan@example.vn"),
        ),
        reserve_number=True,
    )
    room, page = await opened(desk)
    assert "Người gửi chọn" in texts(page)
    prefills: list[FormPrefill] = []
    page.request_wanted.connect(prefills.append)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    prefill = prefills[0]
    assert (prefill.service_code, prefill.address_string) == (
        "drainage.cover",
        "66/1 Đồng Tâm, xã Trung Chánh",
    )
    assert (prefill.lat, prefill.long, prefill.email) == (10.8612, 106.6001, "lan@example.vn")
    await close_room(room)


async def test_words_suggest_service_place_and_duplicates(desk: Desk) -> None:
    done = await city.log(
        desk,
        service_code="drainage.cover",
        agency=None,
        address_string="66/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn",
        phone="0911222333",
    )
    text = "Nắp cống sụp trước nhà 66/1 Đồng Tâm, xã Trung Chánh, H.Hóc Môn"
    contact = await put(desk, text, channel=Channel.SMS)
    room, page = await opened(desk)
    assert "Gợi ý từ nội dung" in texts(page)
    await until(lambda: "Có thể trùng" in texts(page), "the duplicate")
    join = next(b for b in page.findChildren(Button) if b.label == "Gộp vào")
    assert join.hint == "Ctrl+M"
    QTest.keyClick(page.table, Qt.Key.Key_M, CTRL)
    dialog = await dialog_of(room, JoinDialog)
    typed = dialog.findChild(QLineEdit)
    assert isinstance(typed, QLineEdit)
    assert typed.text().replace(" ", "") == done.number, "what the hint promises"
    dialog.reject()
    join.click()
    await until(lambda: not page.presenter.rows, "it is joined")
    row = await desk.ask(lambda q: q.contact(contact))
    assert row is not None
    assert row.request_id == done.request_id
    await close_room(room)


async def test_what_a_person_wrote_on_any_channel_before_and_since(desk: Desk) -> None:
    done = await city.log(desk)
    joined = await put(desk, "Tin đầu", 30, channel=Channel.SMS)
    assert done.request_id is not None
    await desk.do(AttachContact(request_id=done.request_id, contact_id=joined))
    await put(desk, "Tin giữa", 20)
    await put(desk, "Tin cuối", 10, channel=Channel.PORTAL)
    room, page = await opened(desk)
    assert "Sau tin này" not in texts(page)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    await until(lambda: {"Sau tin này", "Trước đây", "Tin cuối", "Tin đầu"} <= set(texts(page)))
    wanted: list[object] = []
    page.request_opened.connect(wanted.append)
    number = formats.request_number(done.number or "")
    card = next(c for c in page.findChildren(Card) if number in c.accessibleName())
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert wanted == [done.request_id]
    await close_room(room)


async def test_an_answer_is_put_where_it_belongs(desk: Desk) -> None:
    done = await city.log(desk, description="Ngập trước nhà, xe chết máy, trẻ em phải lội. " * 4)
    contact = await put(desk, "Số 12", number=done.number)
    room, page = await opened(desk)
    QTest.keyClick(page.table, Qt.Key.Key_M, CTRL)
    dialog = await dialog_of(room, JoinDialog)
    typed = dialog.findChild(QLineEdit)
    assert isinstance(typed, QLineEdit)
    assert typed.text().replace(" ", "") == done.number
    await until(lambda: dialog.found_text != "", "the request")
    shown = next(x for x in dialog.findChildren(QLabel) if x.text() == dialog.found_text)
    await until(lambda: shown.height() >= shown.heightForWidth(shown.width()), "all of it")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: not page.presenter.rows)
    row = await desk.ask(lambda q: q.contact(contact))
    assert row is not None
    assert row.request_id == done.request_id
    await close_room(room)


LINK = "https://bando.example.vn/@10.861,106.6" + "x" * 400


async def test_a_word_without_end_leaves_the_rest_in_sight(desk: Desk) -> None:
    """Links to maps have hundreds of characters without a space; names may, too."""
    await put(desk, f"Xem {LINK}", sender_name="Lê " + "Dài" * 40)
    room, page = await opened(desk)
    scroll = page._scroll
    await until(lambda: f"Xem {LINK}" in texts(page), "the whole text is the label's")
    content = scroll.widget()
    assert content is not None
    await until(lambda: content.width() <= scroll.viewport().width(), "all of it in the pane")
    said = next(label for label in page.findChildren(QLabel) if LINK in label.text())
    assert said.height() > 4 * said.fontMetrics().height(), "it goes on in the next lines"
    await close_room(room)


async def test_a_message_without_words_says_what_it_is(desk: Desk) -> None:
    await put(desk, "", 3, external_id="place", channel=Channel.ZALO, lat=10.86, long=106.6)
    await put(desk, "", 2, external_id="none", channel=Channel.EMAIL)
    room, page = await opened(desk)
    model = page.table.model()
    said = [model.index(n, 2).data() for n in range(2)]
    assert said == ["(không có chữ)", "[vị trí]"]
    await close_room(room)


async def test_a_comment_stands_among_those_under_the_same_post(desk: Desk) -> None:
    """“The same here” means nothing alone."""
    under = {"channel": Channel.FACEBOOK, "thread_key": "post-1", "flags": ("comment",)}
    first = await put(desk, "Đường Tô Ký ngập", 9, sender="41", sender_key="41",
                      sender_name="Trần Bình", **under)  # fmt: skip
    await put(desk, "Dưới bài khác", 5, sender="43", sender_key="43", **under | {"thread_key": "2"})
    await put(desk, "Chỗ tôi cũng vậy", 1, sender="42", sender_key="42", **under)
    room, page = await opened(desk)
    await until(lambda: "Chỗ tôi cũng vậy" in texts(page), "the newest")
    card = next(c for c in page.findChildren(Card) if c.accessibleName().startswith("Trần Bình · "))
    assert "Đường Tô Ký ngập" in [label.text() for label in card.findChildren(QLabel)]
    assert "Dưới bài khác" not in texts(page)
    page.table.choose(first)
    await until(lambda: any(
        c.accessibleName().startswith("42 · ") for c in page.findChildren(Card)
    ), "the other one under the post")  # fmt: skip
    await close_room(room)


async def test_spam_and_back_by_keys(desk: Desk) -> None:
    contact = await put(desk, "Mua đất nền")
    room, page = await opened(desk)
    QTest.keyClick(page.table, Qt.Key.Key_J, CTRL)
    await until(lambda: not page.presenter.rows, "it is gone")
    page.state.setCurrentIndex(page.state.findData("spam"))
    await until(lambda: page.presenter.conversation is not None)
    assert page.buttons["restore"].isVisible()
    assert not page.buttons["spam"].isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_U, CTRL)
    await until(lambda: not page.presenter.rows, "it is back")
    row = await desk.ask(lambda q: q.contact(contact))
    assert row is not None
    assert row.state is ContactState.NEW
    await close_room(room)


async def test_a_key_pressed_at_once_after_an_arrow_never_means_the_message_before(
    desk: Desk,
) -> None:
    await put(desk, "Cũ", 5)
    newer = await put(desk, "Mới", 1)
    room, page = await opened(desk)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_J, CTRL)
    await until(lambda: page.presenter.conversation is not None)
    row = await desk.ask(lambda q: q.contact(newer))
    assert row is not None
    assert row.state is ContactState.NEW
    await close_room(room)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (Qt.Key.Key_B, RejectDialog),
        (Qt.Key.Key_H, AskDialog),
        (Qt.Key.Key_M, JoinDialog),
        (Qt.Key.Key_J, SpamDialog),
    ],
)
async def test_a_window_means_the_message_that_it_was_opened_for(
    desk: Desk, key: Qt.Key, kind: type[HouseDialog]
) -> None:
    done = await city.log(desk)
    older = await put(desk, "Cũ", 5)
    newer = await put(desk, "Mới", 1)
    room, page = await opened(desk, "supervisor")
    QTest.keyClick(page.table, key, CTRL)
    dialog = await dialog_of(room, kind)
    if isinstance(dialog, AskDialog):
        dialog.set_text("Ở đâu ạ?")
    if isinstance(dialog, JoinDialog):
        dialog.findChildren(QLineEdit)[0].setText(done.number or "")
        await until(dialog.verb.isEnabled, "the request to be found")
    page.table.choose(older)
    await until(lambda: (c := page.presenter.conversation) is not None and c.contact.id == older)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: not room.window.findChildren(kind), "the window to be gone")
    meant = await desk.ask(lambda q: q.contact(newer))
    other = await desk.ask(lambda q: q.contact(older))
    assert meant is not None
    assert other is not None
    assert (meant.state is ContactState.NEW, other.state) == (False, ContactState.NEW)
    await close_room(room)


async def test_spam_is_taken_back_by_the_key_that_takes_steps_back(desk: Desk) -> None:
    contact = await put(desk, "Nắp cống mất")
    room, page = await opened(desk)
    QTest.keyClick(page.table, Qt.Key.Key_J, CTRL)
    await until(lambda: bool(room.window.undo.what), "the offer")
    assert room.window.undo.step_word == "Tin rác"
    QTest.keyClick(page.table, Qt.Key.Key_F3)
    await until(lambda: "Đã hoàn tác: Tin rác" in room.window.notice.text)
    row = await desk.ask(lambda q: q.contact(contact))
    assert row is not None
    assert row.state is ContactState.NEW
    await close_room(room)


async def test_a_supervisor_blocks_for_some_days(desk: Desk) -> None:
    await put(desk, "Mua đất nền")
    room, page = await opened(desk, "supervisor")
    QTest.keyClick(page.table, Qt.Key.Key_J, CTRL)
    dialog = await dialog_of(room, SpamDialog)
    dialog.days.setValue(7)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    await until(lambda: not page.presenter.rows)
    later = await put(desk, "Mua nữa", 0)
    row = await desk.ask(lambda q: q.contact(later))
    assert row is not None
    assert row.state is ContactState.SPAM
    await close_room(room)


async def test_many_in_a_row_are_folded(desk: Desk) -> None:
    for n in range(9):
        await put(desk, f"Ngập {n}", 20 - n, channel=Channel.SMS)
    room, page = await opened(desk)
    model = page.table.model()
    first = model.index(0, 2).data()
    assert first == "[+3 tin] Ngập 8"
    assert len(page.presenter.rows) == 6
    assert "và 3 tin nữa" in texts(page)
    await close_room(room)


async def test_who_reads_it_is_seen(desk: Desk) -> None:
    contact = await put(desk, "Đèn tắt")
    room, page = await opened(desk)
    await until(lambda: page.presenter.rows[0].opened_at is not None, "it counts as read")
    row = await desk.ask(lambda q: q.contact(contact))
    assert row is not None
    assert row.handled_by == "operator"
    await close_room(room)
    room, page = await opened(desk, "supervisor")
    view = page.findChild(ContactView)
    assert view is not None
    assert any("đang xem tin này" in text for text in texts(page))
    assert page.table.model().index(0, 4).data() == "operator"
    await close_room(room)


async def test_a_place_in_a_photo_is_offered(desk: Desk) -> None:
    photo = desk.files.put_bytes(jpeg_at(10.8612, 106.7058, off=(257, 10)), "x.jpg").sha256
    await put(desk, "Ổ gà", media=(photo,))
    room, page = await opened(desk)
    assert "10.86120, 106.70580 (lệch tới 26 m)" in texts(page)
    prefill = page.presenter.prefill()
    assert prefill is not None
    assert prefill.lat is not None
    assert abs(prefill.lat - 10.8612) < 1e-5
    assert prefill.accuracy_m is not None
    assert round(prefill.accuracy_m, 1) == 25.7
    await close_room(room)


async def test_a_link_of_a_map_among_the_words_is_a_place(desk: Desk) -> None:
    await put(desk, "Ngập https://maps.google.com/?q=10.8612,106.7058 lẹ lên")
    room, page = await opened(desk)
    assert "10.86120, 106.70580" in texts(page)
    prefill = page.presenter.prefill()
    assert prefill is not None
    assert (prefill.lat, prefill.long, prefill.accuracy_m) == (10.8612, 106.7058, None)
    await close_room(room)
