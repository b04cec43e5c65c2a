"""The form by keyboard: what it finds, proposes, refuses and saves."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.errors import UnavailableError
from console.domain.requests.numbering import spoken
from console.domain.states import Channel, ContactState, Priority, State
from console.services.records import Contact
from console.ui.request.form_prefill import FormPrefill
from console.ui.runtime import tasks
from console.ui.theme import themes
from tests.ui.pages.intake.conftest import Seat, commit, compose, press
from tests.ui.waiting import until

# --- saving


async def test_a_report_is_typed_and_saved_with_keys_alone(seat: Seat) -> None:
    form = seat.form
    focus = QApplication.focusWidget
    assert focus() is form.phone
    seat.keys(form.phone, "0903123456")
    press(form.phone, Qt.Key.Key_Return)
    assert focus() is form.name
    commit(form.name, "Anh Thắng")
    press(form.name, Qt.Key.Key_Tab)
    assert focus() is form.service
    seat.keys(form.service, "dai phan cach")
    assert form.service.entries()[0] == "Dải phân cách hư hỏng, xê dịch"
    press(form.service, Qt.Key.Key_Return)
    assert focus() is form.address
    commit(form.address, "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)")
    press(form.address, Qt.Key.Key_Return)
    assert focus() is form.ward
    press(form.ward, Qt.Key.Key_Return)
    assert focus() is form.pin
    press(form.pin, Qt.Key.Key_Return)
    assert focus() is form.description
    commit(form.description, "3 đoạn phân cách bê tông nằm giữa đường")
    press(form.description, Qt.Key.Key_Tab)
    box = form.questions.boxes[0]
    assert focus() is box
    press(box, Qt.Key.Key_Space)
    press(box, Qt.Key.Key_S, ctrl=True)
    assert seat.page.deck.outcome == ""
    await until(lambda: seat.page.deck.outcome, "the outcome")
    assert seat.page.deck.outcome.startswith("Đã lưu 26 001 00001 ")
    rows = await seat.desk.ask(lambda q: q.search("phan cach"))
    detail = await seat.desk.ask(lambda q: q.detail(rows[0].id))
    assert detail is not None
    request = detail.request
    assert request.address_string == "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)"
    assert (request.ward_code, request.service_code) == ("26767", "roads.divider")
    assert request.priority is Priority.HIGH
    assert request.state is State.FORWARDED
    assert request.reporters[0].phone == "+84903123456"
    assert request.reporters[0].name == "Anh Thắng"
    fresh = seat.form
    assert fresh is not form
    assert (fresh.phone.text(), fresh.description.toPlainText()) == ("", "")
    assert focus() is fresh.phone


async def test_what_is_missing_is_said_beside_the_field(seat: Seat) -> None:
    form = seat.form
    commit(form.description, "có ổ gà")
    seat.page.save()
    assert "Chưa chọn loại sự cố." in seat.page.deck.outcome
    assert seat.page.deck.outcome.startswith("Chưa lưu")
    assert QApplication.focusWidget() is form.service
    assert form.service.property("state") == "error"
    assert form.description.toPlainText() == "có ổ gà"
    seat.choose_service("o ga")
    assert form.service.property("state") == ""


async def test_a_full_disk_keeps_everything_typed(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.fill()
    await until(lambda: seat.page.deck.draft_note)

    async def full(*_args: object, **_more: object) -> None:
        raise UnavailableError("disk_full")

    monkeypatch.setattr(seat.desk.store, "write", full)
    form = seat.form
    seat.page.save()
    await until(lambda: seat.page.deck.outcome)
    assert seat.page.deck.outcome.startswith("Chưa lưu.")
    assert seat.form is form
    assert form.description.toPlainText() == "3 đoạn phân cách nằm giữa đường"
    assert not form.description.isReadOnly()
    monkeypatch.undo()
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    assert len(await seat.desk.ask(lambda q: q.search("phan cach"))) == 1


async def test_the_word_in_preedit_is_saved_too(seat: Seat) -> None:
    seat.fill(description="nắp cống ")
    form = seat.form
    form.description.setFocus()
    compose(form.description, "mất")
    assert seat.page.forms.current.values.description == "nắp cống mất"
    commit(form.description, "mất")  # what an input method does when asked to commit
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    rows = await seat.desk.ask(lambda q: q.search("nap cong mat"))
    assert rows[0].description == "nắp cống mất"


async def test_who_agrees_to_be_named_is_written_down_with_the_save(seat: Seat) -> None:
    seat.fill()
    named = seat.form.attachments.named
    assert not named.isEnabled()
    commit(seat.form.phone, "0903123456")
    commit(seat.form.name, "Anh Thắng")
    assert named.isEnabled()
    named.click()
    press(seat.form.description, Qt.Key.Key_S, ctrl=True)
    await until(
        lambda: seat.desk.store.ask_now(lambda q: q.is_named("+84903123456")), "the yes to be kept"
    )
    (line,) = seat.desk.store.ask_now(lambda q: q.audit_trail())
    assert (line.act, line.detail) == ("citizen_named", "")
    assert line.subject.startswith("26 001")
    await until(lambda: not seat.form.attachments.named.isChecked(), "the form to be a new one")


# --- the service


async def test_services_are_found_by_keyword_without_accents_while_composing(seat: Seat) -> None:
    service = seat.form.service
    service.setFocus()
    compose(service, "ổ v")
    assert "Ổ gà, hư hỏng mặt đường" in service.entries()
    assert QApplication.focusWidget() is service
    compose(service, "")
    assert not service.list_is_open


async def test_escape_and_leaving_bring_back_what_was_chosen(seat: Seat) -> None:
    seat.choose_service("dai phan cach")
    service = seat.form.service
    service.setFocus()
    press(service, Qt.Key.Key_A, ctrl=True)
    seat.keys(service, "zzz")
    assert service.code() == "roads.divider"
    press(service, Qt.Key.Key_Escape)
    seat.form.address.setFocus()
    assert service.currentText() == "Dải phân cách hư hỏng, xê dịch"


async def test_enter_after_the_list_was_closed_opens_it_again(seat: Seat) -> None:
    service = seat.form.service
    service.setFocus()
    seat.keys(service, "dai phan cach")
    press(service, Qt.Key.Key_Escape)
    press(service, Qt.Key.Key_Return)
    assert service.list_is_open
    assert QApplication.focusWidget() is service
    press(service, Qt.Key.Key_Return)
    assert service.code() == "roads.divider"
    assert QApplication.focusWidget() is seat.form.address


async def test_the_list_outlives_a_window_that_is_made_anew(seat: Seat) -> None:
    # The map takes the focus for a moment when it arrives, and returns it.
    service = seat.form.service
    service.setFocus()
    seat.keys(service, "dai phan cach")
    reason = Qt.FocusReason.ActiveWindowFocusReason
    QApplication.sendEvent(service, QFocusEvent(QEvent.Type.FocusOut, reason))
    QApplication.sendEvent(service, QFocusEvent(QEvent.Type.FocusIn, reason))
    press(service, Qt.Key.Key_Return)
    assert service.code() == "roads.divider"


async def test_text_that_is_no_service_stays_and_is_refused(seat: Seat) -> None:
    service = seat.form.service
    service.setFocus()
    seat.keys(service, "qqqq")
    seat.form.address.setFocus()
    assert service.currentText() == "qqqq"
    seat.page.save()
    assert "loại sự cố" in seat.page.deck.outcome


async def test_danger_raises_the_priority_and_brings_the_deadline_nearer(seat: Seat) -> None:
    seat.choose_service("dai phan cach")
    form = seat.form
    before = form.due.text()
    assert form.priority.currentText() == "Thường"
    form.questions.boxes[0].click()
    assert form.priority.currentText() == "Cao"
    assert form.because.text() == "vì trả lời có: “Xe có bị chặn, không qua được không?”"
    assert form.due.text() != before
    form.priority.setFocus()
    press(form.priority, Qt.Key.Key_Up)
    form.priority.activated.emit(0)
    assert seat.page.forms.current.priority is Priority.URGENT
    assert "tổng đài viên chọn" in form.because.text()
    form.priority.activated.emit(1)
    assert seat.page.forms.current.values.priority is None
    due = form.due.text()
    form.priority.activated.emit(2)  # lower than the answer requires: the rules save the higher one
    assert (form.priority.currentText(), form.due.text()) == ("Cao", due)
    assert form.because.text().startswith("vì trả lời có")


async def test_the_deadline_is_live(seat: Seat) -> None:
    seat.choose_service("dai phan cach")
    assert seat.form.due.text() == "21:00 hôm nay · còn 12:00"
    seat.clock.forward(hours=4)
    seat.form.presenter.refresh()
    assert seat.form.due.text() == "01:00 ngày mai · còn 12:00"


async def test_bus_reports_have_their_own_fields(seat: Seat) -> None:
    form = seat.form
    assert not any(line.isVisible() for line in form.attributes)
    seat.choose_service("bo tram")
    service = seat.desk.catalogue.services[form.service.code() or ""]
    shown = [line for line in form.attributes if line.isVisible()]
    assert len(shown) == len(service.attributes) > 0
    assert shown[0].accessibleName() == service.attributes[0].label
    seat.page.save()
    needed = [a.label for a in service.attributes if a.required]
    assert 0 < len(needed) < len(shown)
    await until(lambda: form.error_text("attributes"), "what is missing")
    assert form.error_text("attributes") == f"Còn thiếu “{', '.join(needed)}”. Hãy nhập."
    marked = [line.accessibleName() for line in shown if line.property("state") == "error"]
    assert marked == needed, "what may stay empty is not wrong"
    commit(shown[0], "18")
    commit(form.description, "Xe không dừng trạm")
    for line in shown[1:]:
        commit(line, "1")
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    rows = await seat.desk.ask(lambda q: q.search("khong dung tram"))
    detail = await seat.desk.ask(lambda q: q.detail(rows[0].id))
    assert detail is not None
    assert (service.attributes[0].code, "18") in detail.request.attributes


# --- fields


async def test_tab_order_is_reading_order(seat: Seat) -> None:
    seat.choose_service("dai phan cach")
    form = seat.form
    form.phone.setFocus()
    await tasks.settle()
    seen: list[QWidget] = []
    while (now := QApplication.focusWidget()) not in seen:
        assert now is not None
        if not form.isAncestorOf(now):
            break
        seen.append(now)
        press(now, Qt.Key.Key_Tab)
    wanted = [w for w in form.editors() if w.isVisible()]
    assert seen == wanted
    tops = [w.mapTo(form, w.rect().topLeft()).y() for w in seen]
    assert tops == sorted(tops)


async def test_a_screen_reader_or_dictation_program_types_too(seat: Seat) -> None:
    # EditableText of AT-SPI sets text without `textEdited`.
    form = seat.form
    form.phone.insert("0903123456")
    form.description.insertPlainText("ổ gà lớn")
    line = form.service.lineEdit()
    assert line is not None
    form.service.setFocus()
    line.insert("dai phan cach")
    press(form.service, Qt.Key.Key_Return)
    values = seat.page.forms.current.values
    assert (values.phone, values.description) == ("0903123456", "ổ gà lớn")
    assert values.service_code == "roads.divider"


async def test_an_input_method_hands_over_each_word_once(seat: Seat) -> None:
    form = seat.form
    form.address.setFocus()
    seen: list[str] = []
    form.address.typed.connect(seen.append)
    compose(form.address, "To")
    compose(form.address, "Tô")
    commit(form.address, "Tô ")
    compose(form.address, "Ký")
    commit(form.address, "Ký")
    assert seen[-1] == "Tô Ký"
    assert all(text in "Tô Ký" or text == "To" for text in seen)


async def test_the_form_is_never_narrower_than_its_fields(seat: Seat) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    body = seat.form.grid.parentWidget()
    assert body is not None
    for percent in (100, 150, 200):
        themes.apply(app, "light", percent)
        seat.page.splitter.setSizes([400, 1, 400])
        await until(lambda: body.width() >= body.minimumSizeHint().width(), f"room at {percent} %")
    themes.apply(app, "light", 100)


# --- the caller and his messages


async def test_likely_duplicates_appear_while_typing_and_one_key_joins(seat: Seat) -> None:
    first = await seat.log(
        service_code="roads.divider",
        description="Phân cách bị xe tông lệch",
        address_string="ngã tư Vườn Lài - QL1A",
        lat=10.8614,
        long=106.7060,
        phone="0908111222",
    )
    form = seat.form
    seat.keys(form.phone, "0903123456")
    seat.choose_service("dai phan cach")
    commit(form.pin, "10.8612, 106.7058")
    await until(lambda: seat.page.right.cards, "a duplicate")
    card = seat.page.right.cards[0]
    assert card.row.request_id == first.request_id
    press(form.pin, Qt.Key.Key_M, ctrl=True)
    await until(lambda: seat.page.deck.outcome, "the outcome")
    assert seat.page.deck.outcome.startswith("Đã gộp vào 26 001 00001 ")
    joined = first.request_id
    assert joined is not None
    detail = await seat.desk.ask(lambda q: q.detail(joined))
    assert detail is not None
    assert [r.phone for r in detail.request.reporters] == ["+84908111222", "+84903123456"]
    assert seat.form.phone.text() == ""


async def test_a_message_becomes_a_request_that_names_its_contact(seat: Seat) -> None:
    contact = Contact(
        id=seat.page.forms.current.draft_id,
        channel=Channel.SMS,
        external_id="sms-1",
        received_at=seat.clock(),
        sender="+84903123456",
        sender_key="+84903123456",
        text="Nap cong truoc so 12 bi mat",
    )
    await seat.desk.store.write(lambda uow: uow.save_contact(contact))
    prefill = FormPrefill(
        channel=Channel.SMS,
        phone="+84903123456",
        text="Nap cong truoc so 12 bi mat",
        contact_id=contact.id,
    )
    seat.page.open_prefilled(prefill)
    form = seat.form
    assert form.phone.text() == "0903 123 456"
    assert form.description.toPlainText() == "Nap cong truoc so 12 bi mat"
    seat.page.open_prefilled(prefill)
    assert len(seat.page.forms.forms) == 1
    seat.choose_service("nap cong")
    commit(form.address, "12 Tô Ký, Q.12")
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    row = await seat.desk.ask(lambda q: q.contact(contact.id))
    assert row is not None
    assert row.state is ContactState.LINKED
    assert row.request_number


async def test_only_answered_needs_a_second_press_when_there_are_words(seat: Seat) -> None:
    seat.ring("a", "0903123456")
    seat.call("answered", "a", "0903123456")
    commit(seat.form.description, "hỏi giờ làm việc")
    assert seat.page.deck.answer_button.hint == "Ctrl+D"
    press(seat.form.description, Qt.Key.Key_D, ctrl=True)
    assert "lần nữa" in seat.page.deck.outcome
    press(seat.form.description, Qt.Key.Key_D, ctrl=True)
    await until(lambda: seat.page.deck.outcome.startswith("Đã đóng"))
    assert seat.form.description.toPlainText() == ""
    await tasks.settle()
    assert await seat.desk.ask(lambda q: q.drafts("may-07")) == ()


async def test_the_callers_earlier_requests_stand_open_ones_first(seat: Seat) -> None:
    open_one = await seat.log(
        ago=timedelta(days=3),
        service_code="roads.pothole",
        description="Ổ gà",
        address_string="Tô Ký, Q.12",
        phone="0903123456",
    )
    seat.keys(seat.form.phone, "0903 123 456")
    await until(lambda: seat.page.left.history_cards, "the history")
    card = seat.page.left.history_cards[0]
    opened: list[object] = []
    seat.page.request_opened.connect(opened.append)
    card.clicked.emit()
    assert opened == [open_one.request_id]


async def test_a_callers_history_that_stood_beside_the_form_is_a_line(seat: Seat) -> None:
    done = await seat.log(
        service_code="roads.pothole",
        description="Ổ gà",
        address_string="Tô Ký, Q.12",
        phone="0903123456",
    )

    async def lines() -> list[tuple[str, str, str]]:
        await tasks.settle()
        trail = await seat.desk.ask(lambda q: q.audit_trail())
        return [(x.actor, x.subject, x.detail) for x in trail if x.act == "caller_read"]

    seat.keys(seat.form.phone, "0903 123 456")
    await until(lambda: seat.page.left.history_cards, "the history")
    seat.page.tick(seat.clock())
    assert await lines() == []
    seat.page.tick(seat.clock())
    line = ("operator", "••• ••• 456", spoken(done.number or ""))
    assert await lines() == [line]
    # The same caller again is one reading; an unknown caller has no history.
    seat.page.caller.again()
    for _ in range(3):
        seat.page.tick(seat.clock())
    assert await lines() == [line]
    seat.page.caller.look_up("+84911222333")
    await until(lambda: not seat.page.left.history_cards, "nobody known")
    for _ in range(3):
        seat.page.tick(seat.clock())
    assert await lines() == [line]
