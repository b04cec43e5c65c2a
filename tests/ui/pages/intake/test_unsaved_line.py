"""The red line under a form that was not saved follows the fields, and moves nothing."""

import pytest
from PySide6.QtCore import Qt

from console.ui.pages.intake.form_deck import FormDeck
from tests.ui.pages.intake.conftest import Seat, commit, press
from tests.ui.waiting import until


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was announced to screen readers."""
    said: list[str] = []
    monkeypatch.setattr(
        "console.ui.pages.intake.form_deck.announce", lambda _at, text, **_how: said.append(text)
    )
    return said


def places(deck: FormDeck) -> tuple[int, int]:
    """Positions of the buttons and heights of the fields after layout."""
    layout = deck.layout()
    assert layout is not None
    layout.activate()
    return deck.save_button.y(), deck.form.height()


async def test_it_names_what_is_still_missing_and_goes_with_the_last(
    seat: Seat, heard: list[str]
) -> None:
    deck, form = seat.page.deck, seat.form
    seat.page.save()
    assert deck.outcome == "Chưa lưu, 3 chỗ cần sửa. Chưa chọn loại sự cố."
    assert heard == [deck.outcome]
    before = places(deck)
    commit(form.name, "Bà Lan")
    assert heard == [deck.outcome], "nothing that is missing was filled in"
    seat.choose_service("o ga")
    assert "2 chỗ cần sửa" in deck.outcome
    commit(form.address, "12 Lê Lợi, Q.1")
    commit(form.description, "ổ")
    assert deck.outcome == ""
    commit(form.description, " gà sâu")
    assert len(heard) == 3, heard
    assert places(deck) == before, "its room stays until the next save"
    press(form.description, Qt.Key.Key_S, ctrl=True)
    await until(lambda: deck.outcome.startswith("Đã lưu"), "the outcome")


async def test_what_another_kind_needs_is_named_too(seat: Seat) -> None:
    form = seat.form
    commit(form.description, "Bỏ trạm")
    seat.page.save()
    seat.choose_service("bo tram")
    service = seat.desk.catalogue.services[form.service.code() or ""]
    needed = [line for line in form.attributes if line.property("required") and line.isVisible()]
    labels = ", ".join(a.label for a in service.attributes if a.required)
    assert f"Còn thiếu “{labels}”. Hãy nhập." in seat.page.deck.outcome
    for line in needed:
        commit(line, "18")
    assert seat.page.deck.outcome == "", "a bus with a line is a place"
    assert form.error_text("address_string") == "", "and so the address is not missing any more"


async def test_a_half_typed_number_is_nobodys_fault_yet(seat: Seat) -> None:
    form = seat.form
    seat.page.save()
    seat.keys(form.phone, "0903")
    assert "3 chỗ cần sửa" in seat.page.deck.outcome
    seat.page.save()
    assert "4 chỗ cần sửa" in seat.page.deck.outcome
    seat.keys(form.phone, "123456")
    assert "3 chỗ cần sửa" in seat.page.deck.outcome


async def test_a_text_that_the_list_does_not_know_is_followed_too(seat: Seat) -> None:
    seat.fill()
    form, deck = seat.form, seat.page.deck
    form.agency.setFocus(Qt.FocusReason.TabFocusReason)
    seat.keys(form.agency, "zzzz")
    seat.page.save()
    assert "không có trong danh sách" in deck.outcome
    form.agency.setFocus(Qt.FocusReason.TabFocusReason)
    press(form.agency, Qt.Key.Key_Backspace)
    press(form.agency, Qt.Key.Key_Delete)
    assert deck.outcome == ""


async def test_it_belongs_to_its_own_form(seat: Seat) -> None:
    commit(seat.form.description, "có ổ gà")
    seat.page.save()
    first = seat.page.forms.current
    seat.page.new_form()
    assert seat.page.deck.outcome == ""
    seat.page.save()
    said = seat.page.deck.outcome
    assert "Chưa chọn loại sự cố." in said
    first.edit(service_code="roads.pothole")
    assert seat.page.deck.outcome == said
    seat.page.forms.select(first)
    assert seat.page.deck.outcome == ""
