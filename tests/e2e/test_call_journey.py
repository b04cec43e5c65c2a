"""A call becomes a request, goes to its agency and back to the citizen: the whole main job.

Real: the program, its window, keys and mouse, the TCP dialogue with a recorded Asterisk, SQLite;
the seat's store is encrypted, other journeys have plain ones.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Starter
from tests.e2e.driver.peers import AmiPeer
from tests.e2e.driver.photo import a_photo
from tests.e2e.driver.program import ROOT, Program
from tests.e2e.driver.seat import WARDS, seat, verb
from tests.e2e.driver.steps import (
    MAIN_STEPS,
    hear_the_verdict,
    look_it_up,
    main_steps,
    mend,
    see_the_result,
    take_the_seat,
)

RECORDING = ROOT / "tests/data/ami/01_incoming_answered.txt"
ADDRESS = "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)"
TROUBLE = "3 đoạn phân cách bê tông bị đẩy lệch ra giữa đường, xe tải chạy qua rất nguy hiểm."

AGENCY = "TT QL Hạ tầng GTĐB"
OF_OTHERS = {"service_code": "drainage.flood", "description": "Ngập nửa bánh xe trong hẻm",
             "address_string": "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)"}  # fmt: skip
"""What another agency has."""


@pytest.fixture
def pbx(tmp_path: Path) -> Iterator[AmiPeer]:
    """A PBX that waits with the recorded call until told."""
    peer = AmiPeer(tmp_path, RECORDING)
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
    if WARDS.exists():
        window.see("Chưa có bản đồ nền: chỉ có ranh phường, tên phường và lưới tọa độ")
    window.click(window.see("Bản đồ", "filler"))
    window.until(lambda: window.text_of("Vị trí ghim") != "", "a pin in the form")
    lat, long = window.text_of("Vị trí ghim").split(",")
    return float(lat), float(long)


def test_a_call_becomes_a_request_and_is_closed(
    console: Starter, pbx: AmiPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("TMPDIR", "XDG_CACHE_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    profile = seat(tmp_path, pbx_port=pbx.port, encrypted=True)
    number, agency = _take_the_call(console, pbx, profile)
    assert agency == "ql-htgt-duong-bo"
    others = verb(profile, "request", "log", said=json.dumps(OF_OTHERS))
    assert others["agency_responsible"] != agency
    window = console("--profile", str(profile), "run")
    window.see_text("1022 · 101")
    _be_the_officer(window, number, others["number"], a_photo(tmp_path / "anh.jpg"))
    request = verb(profile, "request", "show", number)
    assert request["state"] == "resolved"
    assert len(request["media"]) == 1
    take_the_seat(window, "tong dai vien", "· Tổng đài viên")
    _tell_the_citizen(window, pbx, profile, number)
    assert _holding(tmp_path, "903123456", "903 123 456", TROUBLE, "phan cach be tong") == []


def _holding(folder: Path, *said: str) -> list[Path]:
    """Files in which one of these stands: none of store, logs, temporary files, web cache."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "store.sqlite3" for path in files)
    return [f for f in files if any(each.encode() in f.read_bytes() for each in said)]


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


def _be_the_officer(window: Program, number: str, others: str, photo: Path) -> None:
    """The agency takes the seat: it has its own work and pages, and nothing of other agencies'."""
    take_the_seat(window, "officer-ql-htgt-duong-bo", f"· Cán bộ {AGENCY}")
    window.keys("ctrl+3")
    assert window.find("Hộp thư") is None
    hidden = ("0903", others, str(OF_OTHERS["description"]))
    mend(window, number, TROUBLE, hidden=hidden, photo=photo)


def _tell_the_citizen(desk: Program, pbx: AmiPeer, profile: Path, number: str) -> None:
    """Back at the switchboard: see what was done, call, tell, hear the verdict, close."""
    look_it_up(desk, number, AGENCY)
    see_the_result(desk)
    desk.keys("ctrl+Return")  # Gọi
    dialled = pbx.wait_for_action("Originate")
    assert (dialled["Channel"], dialled["Exten"]) == ("PJSIP/101", "0903123456")
    hear_the_verdict(desk)

    request = verb(profile, "request", "show", number, "--events")
    assert request["state"] == "closed"
    assert main_steps(request) == MAIN_STEPS
    assert desk.quit() == 0
