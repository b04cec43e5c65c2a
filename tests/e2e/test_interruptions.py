"""What happens around a form that is being filled in: the program dies, the screen dies, the PBX
goes away, a call rings. Nothing typed is lost, and focus never moves by itself.
"""

from pathlib import Path

from tests.e2e.conftest import Starter
from tests.e2e.driver.peers import AmiPeer
from tests.e2e.driver.program import ROOT, Program
from tests.e2e.driver.screen import own_screen
from tests.e2e.driver.seat import seat, verb

RECORDINGS = ROOT / "tests/data/ami"
TYPED = "cay nga chan ngang duong"
PLACE = "đường Võ Công Tồn, P.Tân Quý (Q.Tân Phú)"


def half_type_a_form(window: Program) -> None:
    """Some fields are filled in, the request is not saved, the draft is on disk."""
    window.tab_to("Loại sự cố")
    window.type("cay nga")
    window.keys("Return")
    window.tab_to("Địa chỉ")
    window.paste(PLACE)
    window.tab_to("Mô tả")
    window.type(TYPED)
    window.until(lambda: window.text_of("Mô tả") == TYPED, "the text")
    a_second_passes(window)


def a_second_passes(window: Program) -> None:
    """Long enough for the draft: the clock on the status line advances by two seconds."""
    seen: set[str] = set()

    def three_times() -> bool:
        seen.add(window.clock())
        return len(seen) == 3

    window.until(three_times, "two ticks of the clock")


def see_the_form_again(window: Program) -> None:
    """The form stands as it was left."""
    stood = {"Mô tả": TYPED, "Địa chỉ": PLACE, "Loại sự cố": "Cây ngã đổ"}
    window.until(
        lambda: {label: window.text_of(label) for label in stood} == stood, "the form as typed"
    )


def test_a_half_typed_form_is_back_after_kill_9(console: Starter, tmp_path: Path) -> None:
    profile = seat(tmp_path)
    window = console("--profile", str(profile), "run")
    half_type_a_form(window)
    window.kill()
    again = console("--profile", str(profile), "run")
    see_the_form_again(again)
    again.picture("back")
    assert verb(profile, "request", "list") == []


def test_a_half_typed_form_is_back_after_the_x_server_died(
    console: Starter, tmp_path: Path
) -> None:
    profile = seat(tmp_path)
    with own_screen() as screen:
        window = console("--profile", str(profile), "run", env={"DISPLAY": screen.display})
        half_type_a_form(window)
        screen.kill()
        window.process.wait(60)
    see_the_form_again(console("--profile", str(profile), "run"))


def test_the_pbx_goes_away_during_a_call_and_comes_back(console: Starter, tmp_path: Path) -> None:
    recordings = (
        RECORDINGS / "10b_disconnect_mid_call.txt",
        RECORDINGS / "10c_reconnect_resync.txt",
    )
    pbx = AmiPeer(tmp_path, *recordings)
    profile = seat(tmp_path, pbx_port=pbx.port)
    window = console("--profile", str(profile), "run")
    try:
        window.see_text("1022 · 101")
        half_type_a_form(window)

        # A call rings and is answered at the telephone: focus and text stay where they are.
        pbx.go_on()
        window.see_text("0903 123 456")
        stays_in(window, "Mô tả", TYPED)

        # The link is cut: the status line says so, and typing continues.
        pbx.cut()
        window.see("mất kết nối", "label")
        window.see_text("mất liên lạc tổng đài")
        window.type(" qua")
        stays_in(window, "Mô tả", f"{TYPED} qua")
        window.picture("cut")

        # It returns by itself: logged in again, with the same call.
        pbx.come_back()
        window.see_text("1022 · 101")
        pbx.wait_for_action("Login", nth=2)
        window.see_text("0903 123 456")
        window.until(lambda: window.find("mất liên lạc tổng đài") is None, "a card that is sure")
        stays_in(window, "Mô tả", f"{TYPED} qua")
        window.picture("back")

        # The caller hangs up: the PBX reports it, and the card goes.
        pbx.go_on()
        window.see_text("Không có cuộc gọi")
        stays_in(window, "Mô tả", f"{TYPED} qua")
    finally:
        pbx.end()


def stays_in(window: Program, label: str, text: str) -> None:
    """The focus is in this field, with this text."""
    window.until(lambda: window.text_of(label) == text, f"{text!r} in {label!r}")
    field = window.focused()
    assert field is not None
    assert (field.name, field.text) == (label, text)
