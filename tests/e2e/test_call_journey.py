"""A call becomes a request, goes to its agency and back to the citizen: the whole main job.

Real: the program, its window, keys and mouse, the TCP dialogue with a recorded Asterisk, SQLite.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Starter
from tests.e2e.peers import AmiPeer
from tests.e2e.photo import a_photo
from tests.e2e.program import ROOT, Program
from tests.e2e.seat import WARDS, seat, verb

RECORDING = ROOT / "tests/data/ami/01_incoming_answered.txt"
ADDRESS = "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)"
TROUBLE = "3 đoạn phân cách bê tông bị đẩy lệch ra giữa đường, xe tải chạy qua rất nguy hiểm."


@pytest.fixture
def pbx(tmp_path: Path) -> Iterator[AmiPeer]:
    """A PBX that waits with the recorded call until told."""
    peer = AmiPeer(RECORDING, tmp_path)
    yield peer
    peer.end()


def type_the_report(window: Program) -> None:
    """Everything by keyboard, in reading order; accents go in as a paste does."""
    window.tab_to("Loại sự cố")
    window.type("dai phan cach")
    window.keys("Return")
    window.tab_to("Địa chỉ")
    window.paste(ADDRESS)
    window.tab_to("Mô tả")
    window.paste(TROUBLE)


def point_on_the_map(window: Program) -> tuple[float, float]:
    """Click into the map, which has flown to the ward; what the form made of it: lat, long."""
    window.until(lambda: window.map_scale() == "500 m", "the map at the ward's centre")
    window.click(window.see("Bản đồ", "filler"))
    window.until(lambda: window.text_of("Vị trí ghim") != "", "a pin in the form")
    lat, long = window.text_of("Vị trí ghim").split(",")
    return float(lat), float(long)


def test_a_call_becomes_a_request_and_is_closed(
    console: Starter, pbx: AmiPeer, tmp_path: Path
) -> None:
    profile = seat(tmp_path, pbx_port=pbx.port)
    number, agency = _take_the_call(console, pbx, profile)
    _mend_it(console, profile, number, agency, a_photo(tmp_path / "anh.jpg"))
    _tell_the_citizen(console, pbx, profile, number)


def _take_the_call(console: Starter, pbx: AmiPeer, profile: Path) -> tuple[str, str]:
    """The switchboard: number of the request and the agency that has it."""
    window = console("--profile", str(profile), "run")
    window.see_text("1022 · 101")

    # A form is half-typed while the phone rings: keyboard and text stay where they are.
    window.tab_to("Mô tả")
    window.type("dang go do")
    pbx.go_on()
    window.see_text("0903 123 456")
    field = window.focused()
    assert field is not None
    assert (field.name, field.text) == ("Mô tả", "dang go do")
    window.picture("ringing")

    # F9 asks the phone to pick up, and brings the form of this call to the front.
    window.keys("F9")
    pbx.wait_for_action("PJSIPNotify", "Event=talk")
    pbx.go_on()
    window.until(lambda: window.text_of("Số điện thoại") == "0903 123 456", "the caller's form")
    type_the_report(window)
    lat, long = point_on_the_map(window)
    if WARDS.exists():
        window.until(lambda: window.text_of("Phường/Xã") == "P. An Phú Đông", "the pin's ward")
    window.picture("form")
    window.keys("ctrl+s")
    saved = window.see_text("Đã lưu 26 001").name
    window.picture("saved")

    (request,) = verb(profile, "request", "list")
    assert request["number"] in saved
    assert (request["state"], request["channel"]) == ("forwarded", "voice")
    assert (request["address_string"], request["description"]) == (ADDRESS, TROUBLE)
    assert (request["lat"], request["long"]) == pytest.approx((lat, long))
    assert request["reporter"]["phone"] == "+84903123456"
    window.quit()
    return request["number"], request["agency_responsible"]


def _mend_it(console: Starter, profile: Path, number: str, agency: str, photo: Path) -> None:
    """The agency: it sees its queue, not the reporter; accepts, and reports with a photo."""
    officer = console("--profile", str(profile), "--as", f"officer-{agency}", "run")
    officer.until(lambda: len(officer.rows("Hàng đợi")) == 1, "the request in the queue")
    (row,) = officer.rows("Hàng đợi")
    assert row[0] == number
    officer.see_text(TROUBLE)
    assert officer.stays_hidden("0903")
    officer.picture("queue")
    officer.keys("ctrl+Return")  # Nhận
    officer.see_text("Đơn vị đã nhận")
    officer.keys("ctrl+d")  # Báo xong
    officer.tab_to("Nội dung xử lý")
    officer.paste("Đã kéo dải phân cách về vị trí cũ, gắn thêm phản quang.")
    officer.tab_to("Thêm ảnh…")
    officer.keys("space")
    officer.type_path(photo)
    officer.see_text("Ảnh anh.jpg")
    officer.picture("result")
    officer.keys("ctrl+Return")
    officer.until(lambda: not officer.rows("Hàng đợi"), "an empty queue")
    officer.quit()

    request = verb(profile, "request", "show", number)
    assert request["state"] == "resolved"
    assert len(request["media"]) == 1


def _tell_the_citizen(console: Starter, pbx: AmiPeer, profile: Path, number: str) -> None:
    """Back at the switchboard: call, tell, hear the verdict, close."""
    desk = console("--profile", str(profile), "run")
    desk.see_text("1022 · 101")
    desk.keys("ctrl+4")
    table = "Phản ánh cần báo kết quả"
    desk.until(lambda: len(desk.rows(table)) == 1, "a row to call back")
    assert desk.rows(table)[0][2].startswith("Đã kéo dải phân cách")
    desk.picture("callback")
    desk.keys("ctrl+Return")  # Gọi
    dialled = pbx.wait_for_action("Originate")
    assert (dialled["Channel"], dialled["Exten"]) == ("PJSIP/101", "0903123456")
    desk.keys("ctrl+d")  # Đã báo dân
    desk.see("Đạt", "radio button")
    desk.keys("space")
    desk.picture("verdict")
    desk.keys("ctrl+Return")
    desk.until(lambda: not desk.rows(table), "an empty callback list")

    request = verb(profile, "request", "show", number, "--events")
    assert request["state"] == "closed"
    kinds = [event["kind"] for event in request["events"]]
    steps = ["request_forwarded", "assignment_accepted", "result_reported", "request_closed"]
    assert [kind for kind in kinds if kind in steps] == steps
    assert desk.quit() == 0
