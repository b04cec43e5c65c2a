"""Search as you type under the address: what is offered, what choosing does, what stays."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.map.gazetteer.local_places import LocalPlaces
from console.map.importers.assets import import_assets
from console.services.ports.places import Suggestion
from tests.ui.pages.intake.conftest import Seat, commit, compose
from tests.ui.waiting import until


def texts(seat: Seat) -> list[str]:
    return [place.text for place in seat.form.places.found]


def question(seat: Seat) -> str:
    return seat.form.banner.text


def pin(seat: Seat) -> tuple[float, float] | None:
    return seat.form.presenter.where.pin


def offered(seat: Seat) -> list[tuple[str, str | None]]:
    return [(place.kind, place.note) for place in seat.form.pin_places.found]


async def test_typing_shows_places_and_takes_no_focus(seat: Seat) -> None:
    form = seat.form
    form.address.setFocus()
    compose(form.address, "vo cong t")
    assert texts(seat)[0] == "Võ Công Tồn"
    assert QApplication.focusWidget() is form.address
    assert form.address.text_now() == "vo cong t"
    commit(form.address, "vo cong t")
    QTest.keyClick(form.address, Qt.Key.Key_Escape)
    assert texts(seat) == []


async def test_enter_goes_on_unless_a_line_was_chosen_with_the_arrows(seat: Seat) -> None:
    form = seat.form
    form.address.setFocus()
    seat.keys(form.address, "vo cong t")
    assert texts(seat)
    QTest.keyClick(form.address, Qt.Key.Key_Return)
    assert form.address.text() == "vo cong t"
    assert QApplication.focusWidget() is not form.address
    form.address.setFocus()
    seat.keys(form.address, "o")
    assert texts(seat)[0] == "Võ Công Tồn"
    QTest.keyClick(form.address, Qt.Key.Key_Down)
    QTest.keyClick(form.address, Qt.Key.Key_Return)
    assert form.address.text() == "Võ Công Tồn"
    assert form.presenter.values.address_string == "Võ Công Tồn"
    assert texts(seat) == []
    assert form.presenter.where.pin is None  # a street is too long for a pin


async def test_a_landmark_brings_its_pin_and_ward(seat: Seat) -> None:
    form = seat.form
    form.address.setFocus()
    seat.keys(form.address, "nga tu hang x")
    QTest.keyClick(form.address, Qt.Key.Key_Down)
    QTest.keyClick(form.address, Qt.Key.Key_Return)
    assert form.address.text() == "Ngã tư Hàng Xanh"
    assert form.presenter.where.pin is not None


async def test_pasted_coordinates_are_offered_the_right_way_round(seat: Seat) -> None:
    form = seat.form
    form.address.setFocus()
    form.address.setText("106.7058, 10.8612")
    assert [p.note for p in form.places.found] == ["swapped"]
    assert form.presenter.values.pin_text == ""  # asked first
    QTest.keyClick(form.address, Qt.Key.Key_Down)
    QTest.keyClick(form.address, Qt.Key.Key_Return)
    assert form.presenter.where.pin == (10.8612, 106.7058)
    assert form.address.text() == "106.7058, 10.8612"  # as said


async def test_an_asset_fills_its_code_and_pin(seat: Seat, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("kind,code,lat,long\nlamp,TD-2/15,10.862,106.705\n")
    import_assets(source, tmp_path / "map")
    seat.desk.places = LocalPlaces(tmp_path / "map" / "none.geojson", folder=tmp_path / "map")
    form = seat.form
    form.places._suggest = seat.desk.places.suggest
    form.presenter.edit(service_code="lighting.out")
    form.address.setFocus()
    seat.keys(form.address, "den so TD-2")
    assert texts(seat) == ["TD-2/15"]
    QTest.keyClick(form.address, Qt.Key.Key_Down)
    QTest.keyClick(form.address, Qt.Key.Key_Return)
    assert dict(form.presenter.values.attributes) == {"pole": "TD-2/15"}
    assert form.presenter.where.pin == (10.862, 106.705)
    assert form.address.text() == "den so TD-2"


async def test_what_was_saved_is_offered_to_the_next_caller(seat: Seat) -> None:
    seat.desk.places.remember("12/5 Vườn Lài, An Phú Đông", 10.86, 106.70, "26767")
    form = seat.form
    form.address.setFocus()
    seat.keys(form.address, "12/5 vuon")
    found = form.places.found
    assert (found[0].kind, found[0].text) == ("recent", "12/5 Vườn Lài, An Phú Đông")
    form.description.setFocus()
    await until(lambda: not form.places.found, "the list closes")


async def test_a_pin_outside_the_city_is_asked_not_refused(seat: Seat) -> None:
    form = seat.form
    form.pin.setFocus()
    form.pin.setText("21.0285, 105.8542")
    assert question(seat) == "Ghim nằm ngoài thành phố. Đúng chỗ này?"
    keep, drop = form.banner.buttons
    keep.click()
    assert question(seat) == ""
    assert pin(seat) == (21.0285, 105.8542)
    form.pin.setText("48.8500, 2.3500")
    assert question(seat)
    drop.click()
    assert pin(seat) is None
    assert form.pin.text() == ""
    assert question(seat) == ""


async def test_the_pins_field_offers_swapped_numbers_and_plus_codes(seat: Seat) -> None:
    form = seat.form
    form.pin.setFocus()
    form.pin.setText("10.8612, 106.7058")
    assert offered(seat) == []  # the field reads it
    form.pin.setText("106.7058, 10.8612")
    assert offered(seat) == [("point", "swapped")]
    QTest.keyClick(form.pin, Qt.Key.Key_Down)
    QTest.keyClick(form.pin, Qt.Key.Key_Return)
    assert pin(seat) == (10.8612, 106.7058)
    form.pin.setText("7P28QPG2+C9")
    assert offered(seat) == [("point", None)]


async def test_a_click_on_an_asset_fills_its_code_and_pin(seat: Seat) -> None:
    form = seat.form
    form.presenter.edit(service_code="lighting.out")
    place = Suggestion("TD-9", "asset", 10.86, 106.70, asset_kind="lamp")
    seat.page.map.asset_chosen.emit(place)
    assert dict(form.presenter.values.attributes) == {"pole": "TD-9"}
    assert pin(seat) == (10.86, 106.70)


async def test_the_owner_of_the_asset_is_proposed_with_the_reason(
    seat: Seat, tmp_path: Path
) -> None:
    source = tmp_path / "assets.csv"
    row = "lamp,TD-2/15,10.8612,106.7058,cay-xanh\n"
    source.write_text(f"kind,code,lat,long,agency\n{row}", "utf-8")
    import_assets(source, tmp_path / "map")
    seat.desk.places = LocalPlaces(folder=tmp_path / "map")
    form = seat.form.presenter
    form.edit(service_code="lighting.out", attributes=(("pole", "td 2/15"),))
    assert seat.form.agency.code() == "cay-xanh"
    assert seat.form.reason.text() == "vì: đơn vị quản lý tài sản có mã này"
    row = "lamp,TD-2/15,10.8612,106.7058,cty-den-cu\n"
    source.write_text(f"kind,code,lat,long,agency\n{row}", "utf-8")
    import_assets(source, tmp_path / "map")
    form.edit(description="đèn tắt")
    note = "chủ tài sản “cty-den-cu” không có trong danh mục đơn vị"
    assert seat.form.reason.text().endswith(note)
