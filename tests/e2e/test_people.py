"""The seat changes hands and is locked, in the real program: keys in, a screen reader's words out;
the process stays the same one.
"""

from pathlib import Path

from tests.e2e.conftest import Starter
from tests.e2e.driver.seat import seat, verb
from tests.e2e.test_interruptions import half_type_a_form, see_the_form_again

SUPERVISOR = "Ca trưởng"


def test_the_seat_goes_to_the_supervisor_with_the_half_typed_form(
    console: Starter, tmp_path: Path
) -> None:
    profile = seat(tmp_path)
    window = console("--profile", str(profile), "run")
    half_type_a_form(window)
    window.keys("F12")
    window.see_text("Giao 1 phiếu nháp cho người nhận")
    window.picture("hand-over")
    window.type("ca truong")
    window.keys("Return")
    window.see_text(f"· {SUPERVISOR}")
    see_the_form_again(window)
    window.picture("handed-over")
    assert window.quit() == 0
    trail = [line for line in verb(profile, "audit", "list") if line["act"] != "audit_read"]
    assert [(line["actor"], line["act"]) for line in reversed(trail)] == [
        ("operator", "signed_in"),
        ("supervisor", "handed_over"),
        ("operator", "drafts_handed_over"),
    ]
    assert verb(profile, "audit", "verify")["ok"]


def test_a_locked_seat_shows_nothing_and_opens_as_it_was(console: Starter, tmp_path: Path) -> None:
    window = console("--profile", str(seat(tmp_path)), "run")
    half_type_a_form(window)
    window.keys("ctrl+F12")
    window.see_text("Máy đang khóa")
    assert window.find("Mô tả") is None
    assert window.find("Địa chỉ") is None
    window.picture("locked")
    window.keys("ctrl+k", "ctrl+2", "F1")
    assert window.find("Hộp thư") is None
    window.keys("Return")
    see_the_form_again(window)
    focus = window.focused()
    assert focus is not None
    assert window.text_of("Mô tả") == focus.text
