"""The form's place and agency: ward, pin, agency with its reason, contradictions."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from console.ui.runtime import tasks
from tests.ui.pages.intake.conftest import Seat, commit, press
from tests.ui.waiting import until


async def test_the_agency_is_proposed_with_its_reason_and_may_be_another(seat: Seat) -> None:
    seat.fill()
    form = seat.form
    proposed = form.agency.currentText()
    assert proposed
    assert form.reason.text().startswith("vì")
    form.agency.setFocus()
    press(form.agency, Qt.Key.Key_A, ctrl=True)
    seat.keys(form.agency, "cay xanh")
    press(form.agency, Qt.Key.Key_Return)
    assert form.agency.currentText() != proposed
    assert form.reason.text() == "tổng đài viên chọn"
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    rows = await seat.desk.ask(lambda q: q.search("phan cach"))
    chosen = seat.desk.catalogue.agencies[rows[0].agency or ""]
    assert "cây xanh" in chosen.name.lower()


async def test_an_old_ward_is_understood_and_the_words_stay_as_said(seat: Seat) -> None:
    form = seat.form
    commit(form.address, "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)")
    assert (
        form.understood.text
        == "Hiểu là: 66/1 Đồng Tâm · Xã Trung Chánh, H. Hóc Môn cũ → Xã Bà Điểm"
    )
    assert form.ward.currentText() == "Xã Bà Điểm"
    assert form.address.text() == "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)"


async def test_a_split_ward_is_asked_only_when_the_agency_differs(seat: Seat) -> None:
    form = seat.form
    commit(form.address, "đường Võ Công Tồn, P.Tân Quý (Q.Tân Phú)")
    assert form.ward.currentText() == "P. Phú Thọ Hòa"
    seat.choose_service("via he")
    assert form.ward.currentText() == ""
    assert form.understood.text.endswith("P. Phú Thọ Hòa hay P. Tân Sơn Nhì?")
    form.ward.setFocus()
    press(form.ward, Qt.Key.Key_Down)
    assert form.ward.entries()[:2] == ("P. Phú Thọ Hòa", "P. Tân Sơn Nhì")
    press(form.ward, Qt.Key.Key_Down)
    press(form.ward, Qt.Key.Key_Down)
    press(form.ward, Qt.Key.Key_Return)
    assert form.ward.currentText() == "P. Tân Sơn Nhì"
    assert seat.page.forms.current.agency is not None


async def test_of_an_old_district_alone_its_wards_are_offered_first(seat: Seat) -> None:
    form = seat.form
    commit(form.address, "12 Lê Lợi, Q.1")
    assert form.ward.currentText() == ""
    form.ward.setFocus()
    press(form.ward, Qt.Key.Key_Down)
    assert form.ward.entries()[:4] == (
        "P. Tân Định",
        "P. Sài Gòn",
        "P. Bến Thành",
        "P. Cầu Ông Lãnh",
    )
    assert len(form.ward.entries()) == len(seat.desk.catalogue.wards)
    press(form.ward, Qt.Key.Key_Escape)
    press(form.address, Qt.Key.Key_A, ctrl=True)
    commit(form.address, "12 Lê Lợi")
    press(form.ward, Qt.Key.Key_Down)
    assert form.ward.entries()[0] != "P. Tân Định"


async def test_a_pin_gives_the_ward_and_a_contradiction_is_said(seat: Seat) -> None:
    form = seat.form
    commit(form.pin, "10.8612, 106.7058")
    assert form.ward.currentText() == "P. An Phú Đông"
    commit(form.address, "Lê Văn Khương, P.Thới An, Q.12")
    assert form.banner.text == "Ghim nằm ở P. An Phú Đông, địa chỉ nói P. Thới An."
    by_pin, _by_address = form.banner.buttons
    by_pin.click()
    assert form.banner.text == ""
    assert form.ward.currentText() == "P. An Phú Đông"
    assert form.address.text() == "Lê Văn Khương, P.Thới An, Q.12"


async def test_a_click_on_the_map_fills_the_pin_and_never_the_address(seat: Seat) -> None:
    form = seat.form
    commit(form.address, "trước chợ")
    seat.page.map.picked.emit(10.8612, 106.7058)
    assert form.pin.text() == "10.861200, 106.705800"
    assert form.ward.currentText() == "P. An Phú Đông"
    assert form.address.text() == "trước chợ"


async def test_impossible_coordinates_are_refused_at_the_field(seat: Seat) -> None:
    seat.fill()
    commit(seat.form.pin, "106.70, 10.86")
    seat.page.save()
    assert "Tọa độ" in seat.page.deck.outcome
    assert QApplication.focusWidget() is seat.form.pin


async def test_a_ward_that_nobody_knows_stays_and_is_marked(seat: Seat) -> None:
    form = seat.form
    form.ward.setFocus()
    seat.keys(form.ward, "xyzzy")
    press(form.ward, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is form.pin
    commit(form.pin, "10.861350, 106.705900")
    commit(form.address, "12 Lê Lợi")
    await tasks.settle()
    assert form.ward.text_now() == "xyzzy"
    assert form.ward.property("state") == "error"
    said = form.ward.stray_sentence()
    assert said == "“xyzzy” không có trong danh sách: chọn một mục hoặc xóa chữ."
    assert form.error_text("ward_code") == said
    form.ward.setFocus()
    press(form.ward, Qt.Key.Key_A, ctrl=True)
    seat.keys(form.ward, "an phu dong")
    press(form.ward, Qt.Key.Key_Return)
    assert form.ward.code() == "26767"
    assert form.ward.property("state") == ""
    assert form.error_text("ward_code") == ""


async def test_nothing_is_saved_that_the_field_does_not_show(seat: Seat) -> None:
    form = seat.form
    form.service.set_code("roads.divider")
    form.service.chosen.emit("roads.divider")
    commit(form.address, "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)")
    commit(form.description, "3 đoạn phân cách bê tông nằm giữa đường")
    await until(form.agency.code, "the proposed agency")
    form.agency.setFocus()
    press(form.agency, Qt.Key.Key_A, ctrl=True)
    seat.keys(form.agency, "khong ai ca")
    press(form.agency, Qt.Key.Key_S, ctrl=True)
    assert "“khong ai ca” không có trong danh sách" in seat.page.deck.outcome
    assert form.agency.text_now() == "khong ai ca"
    assert form.agency.code() is None
    assert QApplication.focusWidget() is form.agency
