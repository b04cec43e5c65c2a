"""Map and form follow each other; photos go with the request; a closed form leaves nothing."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from console.ui.map.view import MapView
from console.ui.pages.intake.form.values import FormValues
from console.ui.request.form_prefill import FormPrefill
from tests.ui.pages.intake.conftest import Seat, commit
from tests.ui.waiting import until


async def give_map(seat: Seat) -> MapView:
    """The painted map, as a seat without WebEngine has it."""
    view = MapView(web=False)
    seat.page.map_slot.adopt(view)
    await until(lambda: view.engine == "painted", "the map")
    return view


async def test_a_click_on_the_map_is_the_pin_of_the_form(seat: Seat) -> None:
    view = await give_map(seat)
    commit(seat.form.address, "trước chợ, P.An Phú Đông, Q.12")
    centre = seat.desk.places.centre_of("26767")
    assert centre is not None
    assert view.state.centre == centre
    assert view.state.wards == ("26767",)
    canvas = view.canvas
    assert canvas is not None
    at = QPoint(canvas.width() // 2, canvas.height() // 2)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    await until(seat.form.pin.text, "the pin in the form")
    pin = seat.form.presenter.where.pin
    assert pin is not None
    assert abs(pin[0] - centre[0]) < 0.001
    assert abs(pin[1] - centre[1]) < 0.001
    assert view.state.pin == pin
    assert seat.form.address.text() == "trước chợ, P.An Phú Đông, Q.12"


async def test_a_pasted_pin_moves_the_map(seat: Seat) -> None:
    view = await give_map(seat)
    seat.choose_service("dai phan cach")
    commit(seat.form.pin, "10.8612, 106.7058")
    assert view.state.pin == (10.8612, 106.7058)
    assert getattr(view.state.nearby, "radius_m", 0) == 100
    seat.form.pin.selectAll()
    QTest.keyClick(seat.form.pin, Qt.Key.Key_Delete)
    left: tuple[object, ...] = (view.state.pin, view.state.nearby)
    assert left == (None, None)


async def test_another_form_in_front_has_its_own_pin(seat: Seat) -> None:
    view = await give_map(seat)
    commit(seat.form.pin, "10.8612, 106.7058")
    seat.page.new_form()
    assert view.state.pin is None
    QTest.keyClick(seat.form.phone, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert view.state.pin == (10.8612, 106.7058)


async def test_what_was_said_before_the_map_came_is_said_when_it_comes(seat: Seat) -> None:
    commit(seat.form.pin, "10.8612, 106.7058")
    view = await give_map(seat)
    assert view.state.pin == (10.8612, 106.7058)


async def test_requests_of_the_city_are_on_the_map(seat: Seat) -> None:
    await seat.log(
        service_code="roads.divider",
        description="Phân cách lệch",
        address_string="Vườn Lài",
        lat=10.8614,
        long=106.7060,
    )
    view = await give_map(seat)
    await until(lambda: view.state.points, "points")
    assert view.state.points[0].service_code == "roads.divider"


async def test_photos_go_with_the_request_and_other_files_are_refused(
    seat: Seat, tmp_path: Path
) -> None:
    photo = tmp_path / "ảnh.png"
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGray)
    assert picture.save(str(photo))
    fake = tmp_path / "fake.png"
    fake.write_bytes(b"not a picture at all")
    seat.fill()
    seat.form.presenter.attach([str(fake), str(photo)])
    await until(lambda: seat.form.presenter.values.media, "the photo")
    assert "ảnh" in seat.page.deck.outcome
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    rows = await seat.desk.ask(lambda q: q.search("phan cach"))
    detail = await seat.desk.ask(lambda q: q.detail(rows[0].id))
    assert detail is not None
    assert len(detail.request.media) == 1
    assert seat.desk.files.path(detail.request.media[0]) is not None


async def test_fields_used_again_keep_no_word_of_the_form_before(seat: Seat) -> None:
    panel = seat.form
    commit(panel.name, "Anh Thắng")
    seat.fill(description="chuyện riêng")
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    while seat.form is not panel:
        commit(seat.form.phone, "09")
        seat.page.new_form()
    for field in (panel.name, panel.description):
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.name.text() == ""
    assert panel.description.toPlainText() == ""


async def test_a_long_list_of_forms_is_walked_with_one_key(seat: Seat) -> None:
    for digit in "123":
        commit(seat.form.phone, f"090312345{digit}")
        seat.page.new_form()
    tabs = seat.page.deck.tabs
    assert [tabs.tabText(at) for at in range(tabs.count())] == [
        "0903123451",
        "0903123452",
        "0903123453",
        "Phiếu mới",
    ]
    seen = []
    for _ in range(4):
        QTest.keyClick(seat.form.phone, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        seen.append(seat.form.phone.text())
    assert seen == ["0903123451", "0903123452", "0903123453", ""]


async def test_a_phone_s_doubt_shows_until_a_person_moves_the_pin(seat: Seat) -> None:
    view = await give_map(seat)
    form = seat.form.presenter
    form.begin(FormPrefill(lat=10.8612, long=106.7058, accuracy_m=35.0))
    assert (view.state.pin, view.state.accuracy_m) == ((10.8612, 106.7058), 35.0)
    kept = FormValues.from_draft(form.values.to_draft())
    assert kept.accuracy_m == 35.0  # a reopened draft has it, too
    seat.page.new_form()
    assert view.state.pin is None
    QTest.keyClick(seat.form.phone, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert view.state.accuracy_m == 35.0
    form.place_pin(10.8613, 106.7058)
    after: tuple[object, ...] = (view.state.pin, view.state.accuracy_m)
    assert after == ((10.8613, 106.7058), None)
    assert form.values.accuracy_m is None
