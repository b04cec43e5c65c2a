"""Calls beside half-typed forms, and forms that survive."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.ui.runtime import tasks
from console.ui.widgets.basic.plain_label import PlainLabel
from tests.conftest import StoppedClock
from tests.ui.pages.intake.conftest import Seat, close_seat, commit, compose, open_seat
from tests.ui.waiting import until


async def test_a_call_fills_the_empty_form_and_moves_no_focus(seat: Seat) -> None:
    before = QApplication.focusWidget()
    seat.ring("a", "0903123456", "Anh Thắng")
    # Before any query: the card has number and name at once.
    card = seat.page.left.call_cards[0]
    assert card.accessibleName().startswith("0903 123 456, Anh Thắng")
    assert seat.form.phone.text() == "0903 123 456"
    assert seat.form.name.text() == "Anh Thắng"
    assert QApplication.focusWidget() is before
    assert len(seat.page.forms.forms) == 1


async def test_a_call_never_disturbs_the_form_being_typed_in(seat: Seat) -> None:
    form = seat.form
    form.description.setFocus()
    commit(form.description, "nắp cống ")
    compose(form.description, "mấ")
    seat.ring("a", "0912345678", "Chị Lan")
    assert QApplication.focusWidget() is form.description
    assert seat.page.forms.current is form.presenter
    assert form.phone.text() == ""
    assert form.description.text_now() == "nắp cống mấ"
    assert [f.values.phone for f in seat.page.forms.forms] == ["", "0912 345 678"]
    assert seat.page.deck.tabs.isVisible()
    assert seat.page.deck.tabs.tabText(1) == "0912 345 678"
    # Answered on the desk telephone: still nothing moves.
    seat.call("answered", "a", "0912345678")
    assert QApplication.focusWidget() is form.description
    assert seat.page.forms.current is form.presenter


async def test_the_answer_key_brings_the_calls_form_to_the_front(seat: Seat) -> None:
    first = seat.form
    commit(first.description, "đang gõ")
    seat.ring("a", "0912345678")
    seat.calls.answer()
    assert seat.form is not first
    assert seat.form.phone.text() == "0912 345 678"
    assert QApplication.focusWidget() is seat.form.service
    QTest.keyClick(seat.form.service, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert seat.page.forms.current is first.presenter
    assert first.description.toPlainText() == "đang gõ"


async def test_a_click_on_the_card_brings_it_too(seat: Seat) -> None:
    commit(seat.form.description, "đang gõ")
    seat.ring("a", "0912345678")
    QTest.mouseClick(seat.page.left.call_cards[0], Qt.MouseButton.LeftButton)
    assert seat.form.phone.text() == "0912 345 678"


async def test_an_unanswered_call_leaves_no_trace(seat: Seat) -> None:
    seat.ring("a", "0903123456")
    seat.call("abandoned", "a", "0903123456", reason="caller")
    assert seat.form.phone.text() == ""
    commit(seat.form.description, "đang gõ")
    seat.ring("b", "0912345678")
    assert [f.values.phone for f in seat.page.forms.forms] == ["", "0912 345 678"]
    seat.call("abandoned", "b", "0912345678", reason="caller")
    assert [f.values.phone for f in seat.page.forms.forms] == [""]
    assert not seat.page.deck.tabs.isVisible()
    assert not seat.page.left.call_cards


async def test_what_was_typed_while_it_rang_stays_when_it_stops(seat: Seat) -> None:
    seat.ring("a", "0903123456")
    commit(seat.form.description, "nghe lỏm được")
    seat.call("abandoned", "a", "0903123456", reason="caller")
    assert seat.form.phone.text() == "0903 123 456"
    assert seat.form.description.toPlainText() == "nghe lỏm được"


async def test_a_hostile_name_is_only_text(seat: Seat) -> None:
    name = '<img src="file:///etc/passwd"><b>x</b>'
    seat.ring("a", "0903123456", name)
    label = next(
        one
        for one in seat.page.left.call_cards[0].findChildren(PlainLabel)
        if one.text().startswith("<img")
    )
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert seat.form.name.text() == name


async def test_a_name_longer_than_the_field_is_cut_not_refused(seat: Seat) -> None:
    seat.ring("a", "0903123456", "x" * 5000)
    assert 0 < len(seat.form.name.text()) <= 200


async def test_waiting_calls_are_counted_and_take_no_form(seat: Seat) -> None:
    seat.call("offered", "w", "02838291022", operator="999")
    seat.clock.forward(seconds=41)
    seat.page.tick(seat.clock())
    assert len(seat.page.left.call_cards) == 1
    assert seat.page.forms.current.is_free


async def test_a_new_form_during_a_call_knows_the_caller(seat: Seat) -> None:
    seat.ring("a", "0903123456", "Anh Thắng")
    seat.call("answered", "a", "0903123456")
    seat.fill()
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    assert seat.form.phone.text() == ""
    seat.page.new_form()
    assert seat.form.phone.text() == "0903 123 456"
    assert seat.form.name.text() == "Anh Thắng"


async def test_the_request_is_linked_to_the_call(seat: Seat) -> None:
    seat.ring("a", "0903123456")
    seat.calls.answer()
    seat.call("answered", "a", "0903123456")
    await tasks.settle()
    seat.fill()
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    rows = await seat.desk.ask(lambda q: q.search("phan cach"))
    detail = await seat.desk.ask(lambda q: q.detail(rows[0].id))
    assert detail is not None
    contact_id = detail.request.reporters[0].contact_id
    assert contact_id is not None


async def test_a_draft_is_on_disk_within_a_second_and_comes_back(
    seat: Seat, clock: StoppedClock
) -> None:
    form = seat.form
    seat.keys(form.phone, "0903123456")
    seat.choose_service("dai phan cach")
    form.questions.boxes[1].click()
    commit(form.address, "Tô Ký, Q.12")
    form.description.setFocus()
    commit(form.description, "ba đoạn ")
    compose(form.description, "lệ")
    await until(lambda: seat.page.deck.draft_note, "the draft")
    assert seat.page.deck.draft_note == "đã lưu nháp 09:00:00"
    # As after kill -9: nothing was closed; the store is read again.
    again = await open_seat(seat.desk, clock)
    back = again.form
    assert back.phone.text() == "0903123456"
    assert back.service.code() == "roads.divider"
    assert back.address.text() == "Tô Ký, Q.12"
    assert back.description.toPlainText() == "ba đoạn lệ"
    assert [box.isChecked() for box in back.questions.boxes] == [False, True]
    assert again.page.deck.outcome == "Đã mở lại 1 phiếu nháp."
    await close_seat(again)


async def test_a_half_typed_service_comes_back_too(seat: Seat, clock: StoppedClock) -> None:
    seat.form.service.setFocus()
    seat.keys(seat.form.service, "dai ph")
    await until(lambda: seat.page.deck.draft_note, "the draft")
    again = await open_seat(seat.desk, clock)
    assert again.form.service.currentText() == "dai ph"
    assert again.form.service.code() is None
    await close_seat(again)


async def test_typing_without_a_pause_is_written_all_the_same(seat: Seat) -> None:
    form = seat.form
    kept: list[object] = []
    seat.page.drafts.kept.connect(kept.append)
    typed = 0

    def type_on() -> bool:
        nonlocal typed
        typed += 1
        seat.keys(form.phone, "1" if typed < 30 else "")
        form.presenter.edit(description="x" * typed)
        return bool(kept)

    await until(type_on, "a draft in the middle of typing")


async def test_the_draft_goes_with_the_save(seat: Seat) -> None:
    seat.fill()
    await until(lambda: seat.page.deck.draft_note)
    assert len(await seat.desk.ask(lambda q: q.drafts("may-07"))) == 1
    # A change just before the save must not bring the draft back.
    commit(seat.form.description, " nữa")
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    await seat.page.drafts.flush()
    assert await seat.desk.ask(lambda q: q.drafts("may-07")) == ()


async def test_an_emptied_form_has_no_draft(seat: Seat) -> None:
    seat.keys(seat.form.phone, "09")
    await until(lambda: seat.page.deck.draft_note)
    seat.form.phone.setFocus()
    QTest.keyClick(seat.form.phone, Qt.Key.Key_Backspace)
    QTest.keyClick(seat.form.phone, Qt.Key.Key_Backspace)
    await seat.page.drafts.flush()
    assert await seat.desk.ask(lambda q: q.drafts("may-07")) == ()


async def test_closing_writes_what_waits(seat: Seat) -> None:
    commit(seat.form.description, "vừa gõ xong")
    seat.page.close_page()
    await tasks.settle()
    drafts = await seat.desk.ask(lambda q: q.drafts("may-07"))
    assert drafts[0].fields["description"] == "vừa gõ xong"
