"""A call becomes a request, goes to its agency and back to the citizen: the whole main job.

Real: the program, its window, keys and mouse, the TCP dialogue with a recorded Asterisk, SQLite.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Starter
from tests.e2e.peers import AmiPeer
from tests.e2e.program import ROOT, Program

RECORDING = ROOT / "tests/data/ami/01_incoming_answered.txt"


@pytest.fixture
def pbx(tmp_path: Path) -> Iterator[AmiPeer]:
    """A PBX that waits with the recorded call until told."""
    peer = AmiPeer(RECORDING, tmp_path)
    yield peer
    peer.end()


@pytest.fixture
def profile(tmp_path: Path, pbx: AmiPeer) -> Path:
    """A seat at extension 101 that logs in to that PBX."""
    folder = tmp_path / "seat"
    folder.mkdir()
    secret = tmp_path / "ami.secret"
    secret.write_text("s3cret", "utf-8")
    secret.chmod(0o600)
    (folder / "config.toml").write_text(
        f"""[seat]
workstation = "may-07"
extension = "101"
[telephony]
adapter = "ami"
port = {pbx.port}
username = "console"
secret_file = "{secret}"
""",
        "utf-8",
    )
    return folder


def verb(profile: Path, *words: str) -> object:
    """What a verb of the command line prints with --json, beside the open window."""
    done = subprocess.run(
        [sys.executable, "-m", "console", "--profile", str(profile), "--json", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def fill_the_form(window: Program) -> None:
    """Everything by keyboard, in reading order; accents go in as a paste does."""
    window.press_until_focused("Loại sự cố")
    window.type("dai phan cach")
    window.keys("Return")
    window.put("Địa chỉ", "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)")
    window.put("Mô tả", "3 đoạn phân cách bê tông bị đẩy lệch nằm giữa đường, xe tải đi qua rất nguy hiểm.")


def test_a_call_becomes_a_request_and_is_closed(
    console: Starter, pbx: AmiPeer, profile: Path
) -> None:
    window = console("--profile", str(profile), "run")
    window.see_text("1022 · 101")

    # The form is half-typed while the phone rings: focus and text stay.
    window.put("Mô tả", "đang gõ dở")
    before = window.focused()
    pbx.release()
    window.see_text("0903 123 456")
    after = window.focused()
    assert (before and before.name) == (after and after.name)
    window.picture("ringing")

    window.keys("F9")
    fill_the_form(window)
    window.put("Vị trí ghim", "10.8612, 106.7058")
    window.see_text("An Phú Đông")
    window.picture("form")
    window.keys("ctrl+s")
    window.see_text("Đã lưu 26 001")
    window.picture("saved")

    (request,) = verb(profile, "request", "list")  # type: ignore[misc]
    assert request["state"] == "forwarded"
    assert request["address_string"] == "ngã tư Vườn Lài - QL1A, P.An Phú Đông (Q.12)"
    assert (request["lat"], request["long"]) == (10.8612, 106.7058)
    assert request["reporter"]["phone"] == "+84903123456"
    number, agency = request["number"], request["agency_responsible"]
    window.quit()

    # The agency: it sees its queue, not the reporter.
    officer = console("--profile", str(profile), "--as", f"officer-{agency}", "run")
    officer.keys("ctrl+3")
    officer.until(lambda: bool(officer.rows("Hàng đợi")), "a row in the queue")
    assert officer.rows("Hàng đợi")[0][0] == number
    assert not [t for t in officer.things() if "0903" in t.name]
    officer.select_row("Hàng đợi", 0)
    officer.press("Nhận")
    officer.see_text("Đơn vị đã nhận")
    officer.press("Báo xong")
    officer.put("Nội dung kết quả", "Đã đưa dải phân cách về vị trí cũ.")
    officer.put("Lý do không có ảnh", "Trời mưa, chưa chụp được")
    officer.picture("result")
    officer.press("Gửi kết quả")
    officer.until(lambda: not officer.rows("Hàng đợi"), "an empty queue")
    officer.quit()

    # Back at the switchboard: call, tell, close.
    desk = console("--profile", str(profile), "run")
    desk.keys("ctrl+4")
    desk.until(lambda: bool(desk.rows("Gọi lại")), "a row to call back")
    desk.select_row("Gọi lại", 0)
    desk.picture("callback")
    desk.press("Gọi")
    pbx.wait_for("Originate")
    desk.press("Đã báo dân")
    desk.press("Đạt")
    desk.until(lambda: not desk.rows("Gọi lại"), "an empty callback list")
    (request,) = verb(profile, "request", "list")  # type: ignore[misc]
    assert request["state"] == "closed"
    assert desk.quit() == 0
